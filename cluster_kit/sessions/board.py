"""What happens on a segment's discussion board: posts, replies one level deep, reactions, and moderation."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from cluster_kit.content.models import Session
from cluster_kit.sessions.commands import InvalidCommandError, Permission, SessionCommand
from cluster_kit.sessions.facilitation import segment_title
from cluster_kit.sessions.state import Post, SessionState
from cluster_kit.store import Event
from cluster_kit.store.models import NewEvent

LONGEST_POST = 1500
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_POST)]


class Reaction(StrEnum):
    """How people react to a post, in words rather than pictures alone."""

    SAME_HERE = "same_here"
    HELPFUL = "helpful"
    TELL_MORE = "tell_more"


class WritePost(SessionCommand, kind="post", who=Permission.EVERYBODY):
    """Post on a segment's board (the subject), for one's state; or reply to a post (``parent``)."""

    text: Words
    parent: str = ""
    signed: bool = False

    def check(self, event: NewEvent, session: Session, standing: SessionState) -> None:
        """There is such a board, and the reply is to a post on it that is not itself a reply."""
        if event.subject not in {segment.kind.value for segment in session.segments}:
            raise InvalidCommandError(f"Session {session.number} has no board {event.subject!r}.")
        parent = standing.posts.get(self.parent)
        if self.parent and (parent is None or parent.hidden or parent.segment != event.subject):
            raise InvalidCommandError("The post that you reply to is no longer there.")
        if parent and parent.parent:
            raise InvalidCommandError("Reply to the post that began the thread.")

    def apply(self, event: Event, standing: SessionState) -> None:
        """It stands on the board."""
        who = (event.jurisdiction, event.author, event.at)
        standing.posts[event.id] = Post(event.id, event.subject, self.text, *who, self.parent, self.signed)

    def describe(self, event: Event, session: Session) -> str:
        """Where."""
        return f"Posted on “{segment_title(session, event.subject)}”"


class React(SessionCommand, kind="react", who=Permission.EVERYBODY):
    """React to a post (the subject), or take the reaction back."""

    reaction: Reaction
    on: bool = True

    def check(self, event: NewEvent, session: Session, standing: SessionState) -> None:  # noqa: ARG002
        """It is there."""
        _get_post(event, standing)

    def apply(self, event: Event, standing: SessionState) -> None:
        """Each person counts once for each reaction."""
        post = standing.posts.get(event.subject)
        if post:
            who = post.reactions.setdefault(self.reaction.value, set())
            (who.add if self.on else who.discard)(event.author)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """That somebody reacted."""
        return "Reacted to a post"


class Moderate(SessionCommand, kind="moderate"):
    """Hide a post (the subject) from participants, put it on top of its board, or neither."""

    hidden: bool = False
    featured: bool = Field(default=False)

    def check(self, event: NewEvent, session: Session, standing: SessionState) -> None:  # noqa: ARG002
        """It is there; hidden or not."""
        if event.subject not in standing.posts:
            raise InvalidCommandError("That post is no longer there.")

    def apply(self, event: Event, standing: SessionState) -> None:
        """The last word counts."""
        post = standing.posts.get(event.subject)
        if post:
            post.hidden, post.featured = self.hidden, self.featured and not self.hidden

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """What became of it."""
        if self.hidden:
            return "Hid a post"
        return "Featured a post" if self.featured else "Put a post back in its place"


def _get_post(event: NewEvent, standing: SessionState) -> Post:
    post = standing.posts.get(event.subject)
    if post is None or post.hidden:
        raise InvalidCommandError("That post is no longer there.")
    return post
