"""Attention panel: what a facilitator did last, for the others to see, and what needs attention further down."""

from __future__ import annotations

from collections.abc import Iterator

from cluster_kit.console.breakouts import breakouts_view
from cluster_kit.console.panel import PanelKind
from cluster_kit.console.people import people_view
from cluster_kit.console.record import describe_action, label_undo
from cluster_kit.console.snapshot import ANSWERS, EVENTS, PEOPLE, Snapshot
from cluster_kit.console.views.attention import AttentionMarkView, AttentionView, LastActionView
from cluster_kit.console.views.people import PeopleView
from cluster_kit.sessions.facilitation import EndSession
from cluster_kit.store import Event
from cluster_kit.text import count_of, join_words

MOST_NAMES = 3


def attention_view(snapshot: Snapshot) -> AttentionView:
    """The last action of a facilitator, and what needs attention, most urgent first."""
    people = people_view(snapshot)
    here = (
        f"{people.people} of {count_of(people.expected_people, 'person', 'people')}, "
        f"{people.states} of {count_of(people.expected_states, 'state')} here"
    )
    return AttentionView(here=here, last=_last(snapshot), marks=list(_marks(snapshot, people)))


def _last(snapshot: Snapshot) -> LastActionView | None:
    session_state = snapshot.session_state
    undos = {event.id for event in session_state.undos}
    acted = [event for event in session_state.record if not event.jurisdiction]
    event = max([*acted, *session_state.undos], key=lambda one: one.seq, default=None)
    if event is None:
        return None
    target = next((one for one in session_state.record if one.id == event.subject), None) if event.id in undos else None
    return LastActionView(
        id="" if event.id in undos or event.id in session_state.undone else event.id,
        undo=label_undo(event),
        event=event.id,
        what=_describe(snapshot, event, target, is_undo=event.id in undos),
        who=snapshot.name(event.author),
        mine=event.author == snapshot.viewer,
        at=event.at.isoformat(),
    )


def _describe(snapshot: Snapshot, event: Event, target: Event | None, *, is_undo: bool) -> str:
    if not is_undo:
        return describe_action(snapshot, event)
    if target and target.kind == EndSession.kind:
        return "Reopened the session"
    return f"Undid: {describe_action(snapshot, target)}" if target else "Undid something"


def _marks(snapshot: Snapshot, people: PeopleView) -> Iterator[AttentionMarkView]:
    yield from _time_requests(snapshot)
    yield from _stuck(snapshot, people)
    yield from _without_room(snapshot)
    yield from _parked(snapshot)
    if needs := people.needs:
        yield AttentionMarkView(panel="people", text=f"{count_of(len(needs), 'person', 'people')} wrote what they need")


def _time_requests(snapshot: Snapshot) -> list[AttentionMarkView]:
    states = {one.jurisdiction: None for one in snapshot.session_state.time_requests.values()}
    if not states:
        return []
    names = _names([snapshot.state_name(code) for code in states])
    return [AttentionMarkView(panel="people", text=f"More time asked for: {names}", is_urgent=True)]


def _stuck(snapshot: Snapshot, people: PeopleView) -> list[AttentionMarkView]:
    stuck = people.stuck
    if not stuck:
        return []
    names = _names([snapshot.state_name(one.state) for one in stuck])
    return [AttentionMarkView(panel="people", text=f"May need help: {names}", is_urgent=True)]


def _without_room(snapshot: Snapshot) -> list[AttentionMarkView]:
    view = breakouts_view(snapshot)
    marks = [f"In no group yet: {_names(view.late)}"] if view.late else []
    people = {name for rooms in view.people_rooms for name in rooms.late}
    marks += [f"In no room yet: {_names(sorted(people))}"] if people else []
    return [AttentionMarkView(panel="breakouts", text=text) for text in marks]


def _parked(snapshot: Snapshot) -> list[AttentionMarkView]:
    waiting = sum(not one.done for one in snapshot.session_state.parked.values())
    if not waiting:
        return []
    return [AttentionMarkView(panel="announcements", text=f"{count_of(waiting, 'thought')} in the parking lot")]


def _names(names: list[str]) -> str:
    more = len(names) - MOST_NAMES
    return join_words([*names[:MOST_NAMES], *([f"{more} more"] if more > 0 else [])])


KIND = PanelKind("attention", attention_view, (EVENTS, ANSWERS, PEOPLE), commands=("undo",))
