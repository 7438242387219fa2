"""Cues panel: what to say, what to listen for, and what helps a stuck team, in the current exercise.

From the same content as the guide and the run sheet.
"""

from __future__ import annotations

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import EVENTS, Snapshot
from cluster_kit.console.views.cues import CueLineView, FacilitatorCuesView
from cluster_kit.content.facilitation import ShowLine
from cluster_kit.content.script import ScriptPart
from cluster_kit.forms.definition_models import ListenForView


def cues_view(snapshot: Snapshot) -> FacilitatorCuesView:
    """The cues of the current part; before the session, of the first one."""
    place = snapshot.find_script_place()
    if snapshot.session_state.began_at is None and snapshot.script:
        place = 0
    if place is None:
        return FacilitatorCuesView(title="", lines=[], listen=[], stuck="", quick="")
    part = snapshot.script[place]
    return FacilitatorCuesView(
        title=part.title,
        lines=[_line(part, line) for line in part.lines],
        listen=[ListenForView(signal=one.signal, ask=one.ask) for one in (part.cues.listen if part.cues else ())],
        stuck=part.cues.stuck if part.cues else "",
        quick=part.cues.quick if part.cues else "",
    )


def _line(part: ScriptPart, line: ShowLine) -> CueLineView:
    cues = line.cues
    title = "" if line.title == part.title else line.title
    is_listed = line.exercise and part.cues and part.cues.listen  # as the first of the cues for hosts
    listen_for = "" if is_listed else cues.listen_for
    return CueLineView(title=title, say=line.say, press=cues.press, listen_for=listen_for, cut=cues.cut)


KIND = PanelKind("cues", cues_view, (EVENTS,))
