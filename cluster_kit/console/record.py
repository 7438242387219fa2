"""Session log panel: every command, newest first, with undo. Repeated steps are one line."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from cluster_kit.console.examples import list_shared_examples
from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import ANSWERS, EVENTS, PEOPLE, Snapshot
from cluster_kit.console.views.record import RecordLineView, RecordView
from cluster_kit.insights.peers import ANONYMOUS_STATE
from cluster_kit.sessions import SessionCommand
from cluster_kit.sessions.board import Moderate
from cluster_kit.sessions.commands import find_command
from cluster_kit.sessions.facilitation import (
    ChangeMinutes,
    FeatureExample,
    FinishParked,
    ShowPicture,
    exercise_title,
    segment_title,
)
from cluster_kit.sessions.polls import PICTURE
from cluster_kit.store import Event
from cluster_kit.text import count_of

LONGEST_QUOTE = 60


def record_view(snapshot: Snapshot) -> RecordView:
    """Each command of the session, newest first. Changes of the same minutes in a row by one person are one line."""
    newest_first = reversed(snapshot.session_state.record)
    groups = groupby(enumerate(newest_first), key=lambda numbered: _group_key(snapshot, *numbered))
    return RecordView(done=[_line(snapshot, [event for _, event in group]) for _, group in groups])


def describe_action(snapshot: Snapshot, event: Event) -> str:
    """The command in words that the page may have: an example's key would disclose an anonymous state."""
    command = find_command(event)
    return _describe(snapshot, event, command) if command else event.kind


def label_undo(event: Event) -> str:
    """The label of the button that undoes a command."""
    return (find_command(event) or SessionCommand).undo_label


def _group_key(snapshot: Snapshot, place: int, event: Event) -> tuple[object, ...]:
    command = find_command(event)
    if not isinstance(command, ChangeMinutes):
        return (place,)
    is_more = command.minutes > 0
    return (event.subject, command.exercise, event.author, is_more, event.id in snapshot.session_state.undone)


def _line(snapshot: Snapshot, events: list[Event]) -> RecordLineView:
    """One line for events that belong together, newest first."""
    newest = events[0]
    command = find_command(newest) or SessionCommand
    return RecordLineView(
        id=newest.id,
        steps=[event.id for event in events],
        what=describe_action(snapshot, newest) if len(events) == 1 else _describe_minutes(snapshot, events),
        who=_who(snapshot, newest),
        at=newest.at.isoformat(),
        undone=command.undone_label if newest.id in snapshot.session_state.undone else "",
        undo=label_undo(newest) if len(events) == 1 else f"Undo all {len(events)}",
    )


def _describe_minutes(snapshot: Snapshot, events: Iterable[Event]) -> str:
    changes = [(event, command) for event in events if isinstance(command := find_command(event), ChangeMinutes)]
    event, command = changes[0]
    total = sum(one.minutes for _, one in changes)
    exercise = exercise_title(snapshot.session, command.exercise) if command.exercise else ""
    title = exercise or segment_title(snapshot.session, event.subject)
    verb, preposition = ("Gave", "to") if total > 0 else ("Took", "from")
    return f"{verb} {count_of(abs(total), 'minute')} {preposition} “{title}”, in {len(changes)} steps"


def _describe(snapshot: Snapshot, event: Event, command: SessionCommand) -> str:
    match command:
        case FeatureExample():
            what = _example_title(snapshot, event.subject)
            return f"Put {what} on every page" if command.featured else f"Took {what} off the pages"
        case ShowPicture() if event.subject.startswith(PICTURE):
            poll = snapshot.session_state.polls.get(event.subject.removeprefix(PICTURE))
            of = f"the results of a poll: {poll.text}" if poll else "the results of a poll"
            return f"Showed participants {of}" if command.shown else f"Hid {of}"
        case ShowPicture():
            item = snapshot.content.instrument.find_item(event.subject)
            what = f"“{item.text}”" if item else "policy areas"
            shown = "Showed participants where states stand" if command.shown else "Hid where states stand"
            return f"{shown}: {what}"
        case Moderate():
            return f"{command.describe(event, snapshot.session)}: {_post(snapshot, event.subject)}"
        case FinishParked() if event.subject in snapshot.session_state.parked:
            return f"Done with a parked thought: {_quote(snapshot.session_state.parked[event.subject].text)}"
    return command.describe(event, snapshot.session)


def _example_title(snapshot: Snapshot, key: str) -> str:
    """An example as other states may see it: an anonymous one without its state."""
    example = next((one for one in list_shared_examples(snapshot) if one.key == key), None)
    if example is None:
        return "an example that is no longer shared"
    return f"{_quote(example.title)} ({example.state or ANONYMOUS_STATE})"


def _post(snapshot: Snapshot, post_id: str) -> str:
    post = snapshot.session_state.posts.get(post_id)
    return f"{_quote(post.text)} ({snapshot.state_name(post.jurisdiction)})" if post else "a post that was taken back"


def _quote(text: str) -> str:
    words = " ".join(text.split())
    return f"“{words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1].rstrip() + '…'}”"


def _who(snapshot: Snapshot, event: Event) -> str:
    """A facilitator's name, or a team's state."""
    return snapshot.state_name(event.jurisdiction) if event.jurisdiction else snapshot.name(event.author)


KIND = PanelKind("record", record_view, (EVENTS, ANSWERS, PEOPLE), commands=("undo",))
