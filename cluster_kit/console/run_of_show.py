"""The run of show: the present segment, its clock, and the way to the next."""

from __future__ import annotations

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import EVENTS, Snapshot
from cluster_kit.models import Json
from cluster_kit.sessions import RunningSegment, RunOfShow


def run_of_show_view(sight: Snapshot) -> Json:
    """The segments, and what a clock needs to tick by itself: nothing here changes unless something is done.

    ``left_s`` and ``behind_s`` are as of ``since``: the page counts on from there.
    """
    standing = sight.standing
    show = RunOfShow.of(sight.session, standing, standing.since or standing.ended_at or sight.at)
    order = [part.kind for part in show.parts]
    here = order.index(standing.segment) if standing.segment in order else None
    return {
        "session": {"number": sight.session.number, "title": sight.session.title, "minutes": sight.session.minutes},
        "parts": [_part(part) for part in show.parts],
        "began": standing.began_at.isoformat() if standing.began_at else None,
        "ended": standing.ended_at.isoformat() if standing.ended_at else None,
        "since": standing.since.isoformat() if standing.since else None,
        "left_s": show.left.total_seconds() if show.left is not None else None,
        "behind_s": show.behind.total_seconds(),
        "back": _name(show.parts[here - 1]) if here else None,
        "next": _name(show.next) if show.next and not standing.ended_at else None,
    }


def _part(part: RunningSegment) -> Json:
    return {
        "kind": part.kind,
        "title": part.title,
        "minutes": part.minutes,
        "changed": part.changed,
        "taken_s": part.taken.total_seconds(),
        "state": part.state,
    }


def _name(part: RunningSegment) -> Json:
    return {"kind": part.kind, "title": part.title}


KIND = PanelKind("run_of_show", run_of_show_view, (EVENTS,), does=("segment", "minutes", "end"))
