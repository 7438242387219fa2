"""Prepared messages panel: the messages of the current exercise, each offered at its minute."""

from __future__ import annotations

import datetime as dt

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import EVENTS, Snapshot
from cluster_kit.console.views.announcements import AudienceView
from cluster_kit.console.views.prepared import PreparedMessageView, PreparedView
from cluster_kit.content.script import ScriptMessage
from cluster_kit.sessions.exercise_clock import read_exercise_clock
from cluster_kit.sessions.facilitation import LONGEST_MESSAGE


def prepared_view(snapshot: Snapshot) -> PreparedView:
    """The messages of the current part; none before and after the session."""
    session_state = snapshot.session_state
    place, since = snapshot.find_script_place(), session_state.exercise_since
    part = snapshot.script[place] if place is not None and since else None
    messages: list[PreparedMessageView] = []
    if part and since:
        taken = read_exercise_clock(session_state, part.segment, part.exercise, part.minutes, since).taken
        messages = [_message(snapshot, part.title, one, taken) for one in part.messages]
    return PreparedView(
        part=part.title if part else "",
        since=since.isoformat() if since else None,
        speed=session_state.speed,
        messages=messages,
        audiences=find_audiences(snapshot),
        longest=LONGEST_MESSAGE,
    )


def find_audiences(snapshot: Snapshot) -> list[AudienceView]:
    """Everyone, the facilitators, each group of the newest round, and each state."""
    rounds = snapshot.session_state.rounds
    groups = [
        AudienceView(label=f"Group {group.number}", states=list(group.states), hosts=False)
        for group in (rounds[-1].groups if rounds else ())
    ]
    states = [AudienceView(label=one.name, states=[one.code], hosts=False) for one in snapshot.content.jurisdictions]
    return [
        AudienceView(label="Everyone", states=[], hosts=False),
        AudienceView(label="Facilitators", states=[], hosts=True),
        *groups,
        *sorted(states, key=lambda one: one.label),
    ]


def _message(snapshot: Snapshot, part: str, one: ScriptMessage, taken: dt.timedelta) -> PreparedMessageView:
    return PreparedMessageView(
        id=one.id,
        text=one.message.text,
        part=part,
        hosts=one.message.to == "facilitators",
        due_s=(dt.timedelta(minutes=one.minute) - taken).total_seconds(),
        status=snapshot.session_state.prepared.get(one.id, "open"),
    )


KIND = PanelKind("prepared", prepared_view, (EVENTS,), commands=("message", "message_skip", "undo"))
