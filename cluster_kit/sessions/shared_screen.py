"""The commands of the shared screen: its scene, the words of its word cloud, and the room's questions."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field, StringConstraints

from cluster_kit.content.models import Session
from cluster_kit.sessions.commands import VISIBLE, InvalidCommandError, SessionCommand
from cluster_kit.sessions.facilitation import segment_title
from cluster_kit.sessions.scenes import ChosenScene, QuestionStatus, Scene
from cluster_kit.sessions.state import SessionState
from cluster_kit.store import Event
from cluster_kit.store.models import NewEvent
from cluster_kit.text import count_of

MOST_PAGES = 99
MOST_WORDS = 60
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), VISIBLE]
DESCRIPTIONS = {
    QuestionStatus.OPEN: "Opened a question from the room again",
    QuestionStatus.ANSWERED: "Marked a question from the room as answered",
    QuestionStatus.PARKED: "Parked a question from the room",
}


class ShowScene(SessionCommand, kind="scene", on_record=False):
    """Put a scene (the subject) on the shared screen. ``follow`` lets it follow the run of show.

    ``item`` is an exercise's id or a result's id, or empty for the current one. Participants' pages do not change, so
    it is not in the record.
    """

    item: str = Field(default="", max_length=200)
    page: int = Field(default=0, ge=0, le=MOST_PAGES)

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """The scene exists; an exercise is the session's."""
        if event.subject not in {scene.value for scene in Scene}:
            raise InvalidCommandError(f"The shared screen has no scene {event.subject!r}. Reload the page.")
        if event.subject == Scene.EXERCISE and self.item and not session.find_exercise(self.item):
            raise InvalidCommandError(f"Session {session.number} has no exercise {self.item!r}.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Replace the scene."""
        if event.subject in {scene.value for scene in Scene}:
            state.scene = ChosenScene(Scene(event.subject), self.item, self.page, event.author, event.at)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Name the scene."""
        return f"Put the scene “{event.subject}” on the shared screen"


class ApproveWords(SessionCommand, kind="words"):
    """Approve the words of a segment's board (the subject) that the shared screen may show."""

    words: tuple[Word, ...] = Field(max_length=MOST_WORDS)

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """The board exists."""
        if event.subject not in {segment.kind.value for segment in session.segments}:
            raise InvalidCommandError(f"Session {session.number} has no board {event.subject!r}.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Replace the approved words."""
        state.words[event.subject] = frozenset(self.words)

    def describe(self, event: Event, session: Session) -> str:
        """Give the number of words and the board."""
        title = segment_title(session, event.subject)
        return f"Approved {count_of(len(self.words), 'word')} of “{title}” for the shared screen"


class SettleQuestion(SessionCommand, kind="question"):
    """Mark a question from the room (the subject is its post's id) as answered or parked, or open it again."""

    status: QuestionStatus

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """The post exists and is visible."""
        post = state.posts.get(event.subject)
        if post is None or not post.is_posted:
            raise InvalidCommandError("That question is no longer there.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Replace the earlier status."""
        state.questions[event.subject] = self.status
        if event.subject in state.posts:
            state.posts[event.subject] = replace(state.posts[event.subject], status=self.status)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Name the action."""
        return DESCRIPTIONS[self.status]
