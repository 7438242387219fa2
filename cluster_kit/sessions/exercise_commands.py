"""The commands that go through a segment exercise by exercise: the next exercise, and prepared messages not to send."""

from __future__ import annotations

from pydantic import Field

from cluster_kit.content.models import Session
from cluster_kit.sessions.commands import InvalidCommandError, SessionCommand
from cluster_kit.sessions.facilitation import check_in_segment, check_prepared, exercise_title, segment_title
from cluster_kit.sessions.state import SessionState
from cluster_kit.store import Event
from cluster_kit.store.models import NewEvent


class BeginExercise(SessionCommand, kind="exercise"):
    """Go to an exercise (the subject) of the current ``segment``, or to the segment's opening (without a subject)."""

    segment: str = Field(max_length=64)

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:
        """The exercise belongs to the current segment and is not the current one."""
        if not state.segment:
            raise InvalidCommandError("The session is not under way.")
        if self.segment != state.segment:
            raise InvalidCommandError(f"“{segment_title(session, self.segment)}” is not the present part any more.")
        if event.subject:
            check_in_segment(session, event.subject, self.segment)
        if event.subject == state.exercise:
            raise InvalidCommandError(f"{_describe_place(session, event.subject)} is on already.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Make it the current exercise, unless its segment has since been undone."""
        if self.segment == state.segment:
            state.enter_exercise(event.subject, event.at)

    def describe(self, event: Event, session: Session) -> str:
        """Name the exercise."""
        return f"Began {_describe_place(session, event.subject, self.segment)}"


class SkipMessage(SessionCommand, kind="message_skip"):
    """Do not send a ``prepared`` message. ``text`` is the message, for the record."""

    prepared: str = Field(min_length=1, max_length=200)
    text: str = Field(default="", max_length=500)

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """It was neither sent nor skipped."""
        check_prepared(state, self.prepared)

    def apply(self, event: Event, state: SessionState) -> None:  # noqa: ARG002
        """Note that it was skipped."""
        state.prepared[self.prepared] = "skipped"

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Quote the message."""
        return f"Skipped a prepared message: {self.text}"


def _describe_place(session: Session, exercise: str, segment: str = "") -> str:
    if exercise:
        return f"“{exercise_title(session, exercise)}”"
    return f"the opening of “{segment_title(session, segment)}”" if segment else "The opening"
