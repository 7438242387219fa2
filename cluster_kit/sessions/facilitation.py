"""The commands that run a session: segments, messages, locks, reveals, charts, and breakout groups."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, HttpUrl, JsonValue, StringConstraints

from cluster_kit.content.models import Exercise, Session, When
from cluster_kit.models import FrozenModel
from cluster_kit.sessions.commands import UNDO, VISIBLE, InvalidCommandError, Permission, SessionCommand
from cluster_kit.sessions.exercise_clock import place_key
from cluster_kit.sessions.seating import RoomUse, ShownRoom, ShownRooms
from cluster_kit.sessions.state import Group, Notice, Parked, Round, SessionState
from cluster_kit.store import Event
from cluster_kit.store.models import NewEvent
from cluster_kit.text import count_of

LONGEST_MESSAGE = 500
MOST_MINUTES = 60
MessageText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_MESSAGE), VISIBLE
]


def _refuse_user(url: HttpUrl) -> HttpUrl:
    if url.username is not None:
        raise ValueError("what precedes the @ looks like the address")
    return url


class BeginSegment(SessionCommand, kind="segment"):
    """Begin a segment. The first one begins the session. The subject is the segment's kind.

    ``exercise``: the exercise with which it begins, or empty if it has an opening.
    """

    exercise: str = ""

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:
        """The segment exists and is not the current one."""
        if event.subject not in {segment.kind.value for segment in session.segments}:
            raise InvalidCommandError(f"Session {session.number} has no segment {event.subject!r}.")
        if event.subject == state.segment:
            raise InvalidCommandError(f"{segment_title(session, event.subject)} is the present segment already.")
        if self.exercise:
            check_in_segment(session, self.exercise, event.subject)

    def apply(self, event: Event, state: SessionState) -> None:
        """Make it the current segment and start its clock."""
        state.leave_segment(event.at)
        state.began_at, state.ended_at = state.began_at or event.at, None
        state.segment, state.since = event.subject, event.at
        state.enter_exercise(self.exercise, event.at)

    def describe(self, event: Event, session: Session) -> str:
        """Name the segment."""
        return f"Began “{segment_title(session, event.subject)}”"


class EndSession(SessionCommand, kind="end"):
    """End the session. Forms still accept answers. Beginning a segment reopens the session."""

    undo_label: ClassVar[str] = "Reopen the session"
    undone_label: ClassVar[str] = "reopened"

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """The session is running."""
        if not state.is_on:
            raise InvalidCommandError("The session is not under way.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Clear the current segment."""
        state.leave_segment(event.at)
        state.ended_at = event.at

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """State that the session ended."""
        return "Ended the session"


class ChangeMinutes(SessionCommand, kind="minutes"):
    """Add minutes to a segment (the subject) or remove some.

    ``exercise``: the exercise within it that gains or loses them; empty for its opening, None for none of them.
    """

    minutes: int = Field(ge=-MOST_MINUTES, le=MOST_MINUTES)
    exercise: str | None = None

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:
        """The segment exists and keeps at least one minute."""
        planned = {segment.kind.value: segment.minutes for segment in session.segments}
        if event.subject not in planned:
            raise InvalidCommandError(f"Session {session.number} has no segment {event.subject!r}.")
        if planned[event.subject] + state.changed_minutes.get(event.subject, 0) + self.minutes < 1:
            raise InvalidCommandError("A segment keeps at least one minute. Take fewer, or go on to the next segment.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Add to earlier changes of the segment."""
        before = state.changed_minutes.get(event.subject, 0)
        state.changed_minutes[event.subject] = before + self.minutes
        if self.exercise is not None:
            key = place_key(event.subject, self.exercise)
            state.exercise_minutes[key] = state.exercise_minutes.get(key, 0) + self.minutes
        if self.minutes > 0:
            state.time_requests.clear()

    def describe(self, event: Event, session: Session) -> str:
        """Name the number of minutes and the segment."""
        count = count_of(abs(self.minutes), "minute")
        title = exercise_title(session, self.exercise) if self.exercise else segment_title(session, event.subject)
        return f"Gave {count} to “{title}”" if self.minutes > 0 else f"Took {count} from “{title}”"


class Broadcast(SessionCommand, kind="message"):
    """Show a message on every page, on the pages of some ``states``, or of people without a state (``hosts``).

    Undo removes it. ``to`` names the audience if it is neither everyone nor one state. ``ends``: it is removed when the
    current exercise is over. ``prepared``: the id of the prepared message that it is.
    """

    text: MessageText
    states: tuple[str, ...] = Field(default=(), max_length=100)
    hosts: bool = False
    to: str = Field(default="", max_length=100)
    ends: bool = False
    prepared: str = Field(default="", max_length=200)

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """It is for one audience, and a prepared message is sent once."""
        if self.states and self.hosts:
            raise InvalidCommandError("A message is for states or for facilitators, not for both. Send it twice.")
        check_prepared(state, self.prepared)

    def apply(self, event: Event, state: SessionState) -> None:
        """Append the message; pages show the newest one."""
        audience = (self.states, self.hosts, self.to, self.ends)
        state.messages.append(Notice(event.id, self.text, event.at, "", *audience))
        if self.prepared:
            state.prepared[self.prepared] = "sent"

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Quote the message, and name its audience."""
        audience = self.to or ", ".join(self.states) or ("facilitators" if self.hosts else "everyone")
        return f"Sent to {audience}: {self.text}"


class ShareLink(SessionCommand, kind="link"):
    """Share a link with all participants. ``text`` says what it leads to."""

    text: MessageText
    url: Annotated[HttpUrl, AfterValidator(_refuse_user)]

    def apply(self, event: Event, state: SessionState) -> None:
        """Append the link. Only undo removes it."""
        state.links.append(Notice(event.id, self.text, event.at, str(self.url)))

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Quote the link's text."""
        return f"Shared a link: {self.text}"


class Park(SessionCommand, kind="park", who=Permission.EVERYONE):
    """Add an item to the parking lot."""

    text: MessageText

    def apply(self, event: Event, state: SessionState) -> None:
        """Add the item as open."""
        state.parked[event.id] = Parked(event.id, self.text, event.jurisdiction, event.author, event.at)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Quote the item."""
        return f"Parked: {self.text}"


class FinishParked(SessionCommand, kind="parked_done"):
    """Mark an item of the parking lot (the subject) as done."""

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """The item exists."""
        if event.subject not in state.parked:
            raise InvalidCommandError("That is no longer in the parking lot.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Mark the item as done."""
        if event.subject in state.parked:
            state.parked[event.subject].done = True

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """State that an item was discussed."""
        return "Came back to something in the parking lot"


class Lock(SessionCommand, kind="lock"):
    """Lock an exercise (the subject) against answers, or unlock it."""

    locked: bool

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """The session has this exercise."""
        _check_exercise(session, event.subject)

    def apply(self, event: Event, state: SessionState) -> None:
        """Replace the earlier setting."""
        (state.locked.add if self.locked else state.locked.discard)(event.subject)

    def describe(self, event: Event, session: Session) -> str:
        """Name the object and the action."""
        return f"{'Locked' if self.locked else 'Unlocked'} “{exercise_title(session, event.subject)}”"


class Reveal(SessionCommand, kind="reveal", who=Permission.FORMS, on_record=True):
    """Show teams the distribution of their own ratings in an exercise (the subject): one state's team, or all teams.

    Hiding it again only clears the page. A team's form may request it after two members have rated.
    """

    revealed: bool = True

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """The session has this exercise, and it has rating prompts."""
        if not _check_exercise(session, event.subject).rated_prompts:
            raise InvalidCommandError(f"There are no ratings in “{exercise_title(session, event.subject)}”.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Replace the earlier setting. Hiding it for all teams also hides it for each one."""
        key = (event.subject, event.jurisdiction)
        if self.revealed:
            state.revealed.add(key)
        elif event.jurisdiction:
            state.revealed.discard(key)
        else:
            state.revealed -= {one for one in state.revealed if one[0] == event.subject}

    def describe(self, event: Event, session: Session) -> str:
        """Name the exercise and the audience."""
        what, audience = exercise_title(session, event.subject), event.jurisdiction or "all teams"
        return (
            f"Showed the ratings of “{what}” to {audience}"
            if self.revealed
            else f"Hid the ratings of “{what}” from {audience}"
        )


class ShowPicture(SessionCommand, kind="show"):
    """Show participants a national chart (the subject: ``areas``, or an item's id), or hide it.

    ``picture`` is the chart's data as released by ``insights.suppression``. It does not change while it is shown.
    """

    shown: bool = True
    picture: JsonValue = None

    def apply(self, event: Event, state: SessionState) -> None:
        """Replace the earlier setting."""
        (state.shown.add if self.shown else state.shown.discard)(event.subject)
        state.pictures.pop(event.subject, None)
        if self.shown and self.picture is not None:
            state.pictures[event.subject] = self.picture

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Name the object and the action."""
        return f"{'Showed' if self.shown else 'Hid'} the national picture {event.subject!r}"


class FeatureExample(SessionCommand, kind="feature"):
    """Feature a state's example on every page, or remove it. The subject is ``state/exercise/row``.

    Each read applies the example's current rung on the sharing ladder.
    """

    featured: bool = True

    def apply(self, event: Event, state: SessionState) -> None:
        """Move the example to the end of the list, or remove it."""
        state.features = [feature for feature in state.features if feature != event.subject]
        if self.featured:
            state.features.append(event.subject)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Name the state."""
        return f"{'Featured' if self.featured else 'Took down'} an example of {event.subject.partition('/')[0]}"


class GroupOf(FrozenModel):
    """A breakout group as stored in an event."""

    number: int = Field(ge=1, le=100)
    states: tuple[str, ...] = Field(min_length=1)
    area: str = ""
    reason: str = ""


class FormGroups(SessionCommand, kind="groups"):
    """Assign states to breakout groups and show the groups to participants."""

    title: MessageText
    groups: tuple[GroupOf, ...] = Field(max_length=100)

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """No state is in two groups."""
        codes = [code for group in self.groups for code in group.states]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise InvalidCommandError(f"{', '.join(twice)} cannot be in two groups of one round.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Append a round."""
        groups = tuple(Group(**group.model_dump()) for group in self.groups)
        state.rounds.append(Round(event.id, self.title, groups, event.at, state.segment))

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Give the number of groups and the round's title."""
        return f"Formed {count_of(len(self.groups), 'breakout group')}: {self.title}"


class SeatedRoom(FrozenModel):
    """A room of people as stored in an event. ``people`` are ids."""

    number: int = Field(ge=1, le=100)
    name: MessageText
    people: tuple[str, ...] = Field(min_length=1, max_length=100)


class SeatPeople(SessionCommand, kind="seats"):
    """Assign people to home rooms or trios and show each person their room."""

    use: RoomUse
    rooms: tuple[SeatedRoom, ...] = Field(max_length=100)

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """No person is in two rooms."""
        seated = [person for room in self.rooms for person in room.people]
        if len(set(seated)) < len(seated):
            raise InvalidCommandError("A person cannot be in two rooms.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Replace the rooms for this use."""
        rooms = tuple(ShownRoom(room.number, room.name, room.people) for room in self.rooms)
        state.seatings[self.use] = ShownRooms(event.id, self.use, rooms, event.at, state.segment)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Give the number of rooms and what they are for."""
        if self.use is RoomUse.TRIOS:
            return f"Formed {count_of(len(self.rooms), 'trio')}"
        return f"Formed {count_of(len(self.rooms), 'home room')}"


class Undo(SessionCommand, kind=UNDO, who=Permission.EVERYONE, on_record=False):
    """Undo an event (the subject is its id). Participants can undo only their own events."""

    def apply(self, event: Event, state: SessionState) -> None:
        """Do nothing: ``fold`` skips the undone event."""

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """State that an event was undone."""
        return "Undid something"


def segment_title(session: Session, kind: str) -> str:
    """A segment's title by its kind; or the kind if the session has no such segment."""
    return next((segment.title for segment in session.segments if segment.kind.value == kind), kind)


def exercise_title(session: Session, exercise_id: str) -> str:
    """An exercise's title by its id; or the id if the session has no such exercise."""
    exercise = session.find_exercise(exercise_id)
    return exercise.title if exercise else exercise_id


def check_in_segment(session: Session, exercise_id: str, segment: str) -> None:
    """Raise ``InvalidCommandError`` unless the segment has this exercise, to be done during the session."""
    exercise = _check_exercise(session, exercise_id)
    if exercise.when is not When.SESSION:
        raise InvalidCommandError(f"“{exercise.title}” is not done during the session.")
    if exercise.segment.value != segment:
        title = segment_title(session, exercise.segment.value)
        raise InvalidCommandError(f"“{exercise.title}” belongs to “{title}”. Go to that part first.")


def check_prepared(state: SessionState, prepared: str) -> None:
    """Raise ``InvalidCommandError`` if a prepared message was sent or skipped."""
    if prepared in state.prepared:
        raise InvalidCommandError(f"That message was {state.prepared[prepared]} already.")


def _check_exercise(session: Session, exercise_id: str) -> Exercise:
    exercise = session.find_exercise(exercise_id)
    if exercise is None:
        raise InvalidCommandError(f"Session {session.number} has no exercise {exercise_id!r}.")
    return exercise
