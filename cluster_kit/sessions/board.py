"""The commands of boards: posts, replies (one level), reactions, and moderation.

Each segment has a board, and the session has one for questions, on which posts can wait for a facilitator.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from cluster_kit.content.models import Session
from cluster_kit.sessions.commands import VISIBLE, InvalidCommandError, Permission, SessionCommand
from cluster_kit.sessions.facilitation import segment_title
from cluster_kit.sessions.state import Post, SessionState
from cluster_kit.store import Event
from cluster_kit.store.models import NewEvent

LONGEST_POST = 1500
LONGEST_QUESTION = 500
QUESTIONS = "questions"
"""The board of the questions from the room."""
PostText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_POST), VISIBLE]


class Reaction(StrEnum):
    """A kind of reaction to a post."""

    SAME_HERE = "same_here"
    HELPFUL = "helpful"
    TELL_MORE = "tell_more"


class WritePost(SessionCommand, kind="post", who=Permission.EVERYONE):
    """Post on a segment's board (the subject) for the author's state, or reply to a post (``parent``)."""

    text: PostText
    parent: str = ""
    signed: bool = False

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:
        """The board exists, and the parent is a visible post on it that is not a reply."""
        if event.subject not in {QUESTIONS, *(segment.kind.value for segment in session.segments)}:
            raise InvalidCommandError(f"Session {session.number} has no board {event.subject!r}.")
        if event.subject == QUESTIONS and len(self.text) > LONGEST_QUESTION:
            raise InvalidCommandError(
                f"This is {len(self.text):,} characters long, and {LONGEST_QUESTION} is the most. Shorten it."
            )
        parent = state.posts.get(self.parent)
        if self.parent and (parent is None or not parent.is_posted or parent.segment != event.subject):
            raise InvalidCommandError("The post that you reply to is no longer there.")
        if parent and parent.parent:
            raise InvalidCommandError("Reply to the post that began the thread.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Add the post to the board. While questions are held, those of participants wait."""
        waits = event.subject == QUESTIONS and state.holds_questions and event.jurisdiction != ""
        who = (event.jurisdiction, event.author, event.at)
        state.posts[event.id] = Post(event.id, event.subject, self.text, *who, self.parent, self.signed, waiting=waits)

    def describe(self, event: Event, session: Session) -> str:
        """Name the board."""
        return f"Posted on “{board_title(session, event.subject)}”"


class React(SessionCommand, kind="react", who=Permission.EVERYONE):
    """Add a reaction to a post (the subject), or remove it."""

    reaction: Reaction
    on: bool = True

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """The post exists and is visible."""
        _get_post(event, state)

    def apply(self, event: Event, state: SessionState) -> None:
        """Count each person once per reaction."""
        post = state.posts.get(event.subject)
        if post:
            before, who = post.reactions.get(self.reaction.value, frozenset()), frozenset({event.author})
            reactions = {**post.reactions, self.reaction.value: before | who if self.on else before - who}
            state.posts[post.id] = replace(post, reactions=reactions)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """State that there was a reaction."""
        return "Reacted to a post"


class Moderate(SessionCommand, kind="moderate"):
    """Hide a post (the subject) from participants, feature it at the top of its board, or neither."""

    hidden: bool = False
    featured: bool = Field(default=False)

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """The post exists, visible or hidden."""
        if event.subject not in state.posts:
            raise InvalidCommandError("That post is no longer there.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Replace the earlier setting. A hidden post is never featured."""
        post = state.posts.get(event.subject)
        if post:
            state.posts[post.id] = replace(post, hidden=self.hidden, featured=self.featured and not self.hidden)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Name the action."""
        if self.hidden:
            return "Hid a post"
        return "Featured a post" if self.featured else "Put a post back in its place"


class HoldQuestions(SessionCommand, kind="hold"):
    """Let new questions wait until a facilitator posts them, or post them at once. Earlier ones do not change."""

    held: bool

    def apply(self, event: Event, state: SessionState) -> None:  # noqa: ARG002
        """Replace the earlier setting."""
        state.holds_questions = self.held

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Name the setting."""
        return "Let new questions wait for a facilitator" if self.held else "Let new questions be posted at once"


class ReleasePost(SessionCommand, kind="release"):
    """Post a question that waits (the subject)."""

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """The question exists, waits, and was not removed."""
        post = state.posts.get(event.subject)
        if post is None or post.hidden:
            raise InvalidCommandError("That question is no longer there.")
        if not post.waiting:
            raise InvalidCommandError("That question is posted already.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Show it to all participants."""
        if event.subject in state.posts:
            state.posts[event.subject] = replace(state.posts[event.subject], waiting=False)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """State that a question was posted."""
        return "Posted a question that waited"


def board_title(session: Session, board: str) -> str:
    """The title of a board: a segment's, or that of the questions from the room."""
    return "Questions from the room" if board == QUESTIONS else segment_title(session, board)


def seen_posts(session_state: SessionState) -> dict[str, Post]:
    """Posts that participants see, by id: neither hidden nor waiting posts, nor replies to them.

    A reply remains if the post that it answers was retracted, because it belongs to another state.
    """
    posts = session_state.posts
    return {
        post.id: post
        for post in posts.values()
        if post.is_posted and not (post.parent in posts and not posts[post.parent].is_posted)
    }


def _get_post(event: NewEvent, state: SessionState) -> Post:
    post = state.posts.get(event.subject)
    if post is None or not post.is_posted:
        raise InvalidCommandError("That post is no longer there.")
    return post
