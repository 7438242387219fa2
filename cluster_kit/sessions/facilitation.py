"""What facilitators do to run a session, and what a team does to its own exercises in it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, HttpUrl, JsonValue, StringConstraints

from cluster_kit.content.models import Exercise, Session
from cluster_kit.models import FrozenModel
from cluster_kit.sessions.commands import UNDO, InvalidCommandError, Permission, SessionCommand
from cluster_kit.sessions.state import Group, Notice, Parked, Round, SessionState
from cluster_kit.store import Event
from cluster_kit.store.models import NewEvent
from cluster_kit.text import count_of

LONGEST_MESSAGE = 500
MOST_MINUTES = 60
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_MESSAGE)]


class BeginSegment(SessionCommand, kind="segment"):
    """Go to a segment; the first begins the session. The subject is the segment's kind."""

    def check(self, event: NewEvent, session: Session, standing: SessionState) -> None:
        """The session has such a segment, and is not in it."""
        if event.subject not in {segment.kind.value for segment in session.segments}:
            raise InvalidCommandError(f"Session {session.number} has no segment {event.subject!r}.")
        if event.subject == standing.segment:
            raise InvalidCommandError(f"{segment_title(session, event.subject)} is the present segment already.")

    def apply(self, event: Event, standing: SessionState) -> None:
        """Time counts for this segment from now on."""
        standing.leave_segment(event.at)
        standing.began_at, standing.ended_at = standing.began_at or event.at, None
        standing.segment, standing.since = event.subject, event.at

    def describe(self, event: Event, session: Session) -> str:
        """Where everybody went."""
        return f"Began “{segment_title(session, event.subject)}”"


class EndSession(SessionCommand, kind="end"):
    """End the session. Answers can still be given; going to a segment again takes it up again."""

    def check(self, event: NewEvent, session: Session, standing: SessionState) -> None:  # noqa: ARG002
        """It has begun and not ended."""
        if not standing.is_on:
            raise InvalidCommandError("The session is not under way.")

    def apply(self, event: Event, standing: SessionState) -> None:
        """No segment is the present one."""
        standing.leave_segment(event.at)
        standing.ended_at = event.at

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """That it ended."""
        return "Ended the session"


class ChangeMinutes(SessionCommand, kind="minutes"):
    """Give a segment (the subject) more minutes, or take some."""

    minutes: int = Field(ge=-MOST_MINUTES, le=MOST_MINUTES)

    def check(self, event: NewEvent, session: Session, standing: SessionState) -> None:
        """There is such a segment, and it keeps a minute."""
        planned = {segment.kind.value: segment.minutes for segment in session.segments}
        if event.subject not in planned:
            raise InvalidCommandError(f"Session {session.number} has no segment {event.subject!r}.")
        if planned[event.subject] + standing.changed_minutes.get(event.subject, 0) + self.minutes < 1:
            raise InvalidCommandError("A segment keeps at least one minute. Take fewer, or go on to the next segment.")

    def apply(self, event: Event, standing: SessionState) -> None:
        """Changes add up."""
        before = standing.changed_minutes.get(event.subject, 0)
        standing.changed_minutes[event.subject] = before + self.minutes

    def describe(self, event: Event, session: Session) -> str:
        """How many, and where."""
        count = count_of(abs(self.minutes), "minute")
        title = segment_title(session, event.subject)
        return f"Gave {count} to “{title}”" if self.minutes > 0 else f"Took {count} from “{title}”"


class Broadcast(SessionCommand, kind="message"):
    """Say something to everybody. Undoing it takes it down."""

    text: Words

    def apply(self, event: Event, standing: SessionState) -> None:
        """The newest stands on every page."""
        standing.messages.append(Notice(event.id, self.text, event.at))

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """What was said."""
        return f"Said to everybody: {self.text}"


class ShareLink(SessionCommand, kind="link"):
    """Give everybody a link, with words that say what it is."""

    text: Words
    url: HttpUrl

    def apply(self, event: Event, standing: SessionState) -> None:
        """Links stay until they are undone."""
        standing.links.append(Notice(event.id, self.text, event.at, str(self.url)))

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """What it leads to."""
        return f"Shared a link: {self.text}"


class Park(SessionCommand, kind="park", who=Permission.EVERYBODY):
    """Put something into the parking lot, to come back to it."""

    text: Words

    def apply(self, event: Event, standing: SessionState) -> None:
        """It stays until somebody has come back to it."""
        standing.parked[event.id] = Parked(event.id, self.text, event.jurisdiction, event.author, event.at)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """What was parked."""
        return f"Parked: {self.text}"


class FinishParked(SessionCommand, kind="parked_done"):
    """Somebody has come back to what was parked (the subject)."""

    def check(self, event: NewEvent, session: Session, standing: SessionState) -> None:  # noqa: ARG002
        """It is there."""
        if event.subject not in standing.parked:
            raise InvalidCommandError("That is no longer in the parking lot.")

    def apply(self, event: Event, standing: SessionState) -> None:
        """It is done."""
        if event.subject in standing.parked:
            standing.parked[event.subject].done = True

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """That it was done."""
        return "Came back to something in the parking lot"


class Lock(SessionCommand, kind="lock"):
    """Close an exercise (the subject) to answers, or open it again."""

    locked: bool

    def check(self, event: NewEvent, session: Session, standing: SessionState) -> None:  # noqa: ARG002
        """The session has it."""
        _check_exercise(session, event.subject)

    def apply(self, event: Event, standing: SessionState) -> None:
        """The last word counts."""
        (standing.locked.add if self.locked else standing.locked.discard)(event.subject)

    def describe(self, event: Event, session: Session) -> str:
        """Which, and how."""
        return f"{'Locked' if self.locked else 'Unlocked'} “{exercise_title(session, event.subject)}”"


class Reveal(SessionCommand, kind="reveal", who=Permission.FORMS, on_record=True):
    """Show teams how their own ratings in an exercise (the subject) spread: one state's team, or all of them.

    What has been seen cannot be unseen: hiding it again only clears the page. A team's form asks for it once two have
    rated.
    """

    revealed: bool = True

    def check(self, event: NewEvent, session: Session, standing: SessionState) -> None:  # noqa: ARG002
        """The session has it, and people rate in it."""
        if not _check_exercise(session, event.subject).rated_prompts:
            raise InvalidCommandError(f"Nobody rates anything in “{exercise_title(session, event.subject)}”.")

    def apply(self, event: Event, standing: SessionState) -> None:
        """The last word counts; hiding for all hides for each."""
        key = (event.subject, event.jurisdiction)
        if self.revealed:
            standing.revealed.add(key)
        elif event.jurisdiction:
            standing.revealed.discard(key)
        else:
            standing.revealed -= {one for one in standing.revealed if one[0] == event.subject}

    def describe(self, event: Event, session: Session) -> str:
        """Which, and to whom."""
        what, whom = exercise_title(session, event.subject), event.jurisdiction or "all teams"
        return (
            f"Revealed the spread of “{what}” to {whom}" if self.revealed else f"Hid the spread of “{what}” from {whom}"
        )


class ShowPicture(SessionCommand, kind="show"):
    """Let participants see a national picture (the subject: ``areas``, or an item's id), or hide it again.

    ``picture`` is what they see, as ``insights.suppression`` released it: it stays as it was when it was shown.
    """

    shown: bool = True
    picture: JsonValue = None

    def apply(self, event: Event, standing: SessionState) -> None:
        """The last word counts."""
        (standing.shown.add if self.shown else standing.shown.discard)(event.subject)
        standing.pictures.pop(event.subject, None)
        if self.shown and self.picture is not None:
            standing.pictures[event.subject] = self.picture

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Which, and how."""
        return f"{'Showed' if self.shown else 'Hid'} the national picture {event.subject!r}"


class FeatureExample(SessionCommand, kind="feature"):
    """Put a state's example on every page, or take it off. The subject is ``state/exercise/row``.

    What is shown of it is decided each time anew by its rung on the sharing ladder.
    """

    featured: bool = True

    def apply(self, event: Event, standing: SessionState) -> None:
        """The newest stands last."""
        standing.features = [one for one in standing.features if one != event.subject]
        if self.featured:
            standing.features.append(event.subject)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Whose."""
        return f"{'Featured' if self.featured else 'Took down'} an example of {event.subject.partition('/')[0]}"


class GroupOf(FrozenModel):
    """A breakout group as it is kept."""

    number: int = Field(ge=1, le=100)
    states: tuple[str, ...] = Field(min_length=1)
    area: str = ""
    reason: str = ""


class FormGroups(SessionCommand, kind="groups"):
    """Put states into breakout groups and show them to participants."""

    title: Words
    groups: tuple[GroupOf, ...] = Field(max_length=100)

    def check(self, event: NewEvent, session: Session, standing: SessionState) -> None:  # noqa: ARG002
        """A state is in one group."""
        states = [state for group in self.groups for state in group.states]
        twice = sorted({state for state in states if states.count(state) > 1})
        if twice:
            raise InvalidCommandError(f"{', '.join(twice)} cannot be in two groups of one round.")

    def apply(self, event: Event, standing: SessionState) -> None:
        """A new round."""
        groups = tuple(Group(**group.model_dump()) for group in self.groups)
        standing.rounds.append(Round(event.id, self.title, groups, event.at))

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """How many."""
        return f"Formed {len(self.groups)} breakout groups: {self.title}"


class Undo(SessionCommand, kind=UNDO, who=Permission.EVERYBODY, on_record=False):
    """Undo what was done (the subject: an event's id). Participants undo only what they did themselves."""

    def apply(self, event: Event, standing: SessionState) -> None:
        """Nothing: what was undone was left out."""

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """That something was undone."""
        return "Undid something"


def segment_title(session: Session, kind: str) -> str:
    """A segment's title by its kind; the kind itself where the session has none."""
    return next((segment.title for segment in session.segments if segment.kind.value == kind), kind)


def exercise_title(session: Session, exercise_id: str) -> str:
    """An exercise's title by its id; the id itself where the session has none."""
    exercise = session.find_exercise(exercise_id)
    return exercise.title if exercise else exercise_id


def _check_exercise(session: Session, exercise_id: str) -> Exercise:
    exercise = session.find_exercise(exercise_id)
    if exercise is None:
        raise InvalidCommandError(f"Session {session.number} has no exercise {exercise_id!r}.")
    return exercise
