"""The commands of a poll: one question with options that a facilitator asks everyone during a session."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field, StringConstraints

from cluster_kit.content.models import Session
from cluster_kit.sessions.commands import VISIBLE, InvalidCommandError, Permission, SessionCommand
from cluster_kit.sessions.state import Poll, SessionState, Vote
from cluster_kit.store import Event
from cluster_kit.store.models import NewEvent

LONGEST_QUESTION = 300
LONGEST_OPTION = 80
FEWEST_OPTIONS, MOST_OPTIONS = 2, 6
POINTS = ("1", "2", "3", "4", "5")
"""The options of a rating."""
GONE = "That poll is no longer there."
PICTURE = "poll-"
"""A poll's results are shown to participants as a chart whose subject is this, followed by the poll's id."""

PollText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_QUESTION), VISIBLE]
Option = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_OPTION), VISIBLE]


class StartPoll(SessionCommand, kind="poll"):
    """Ask everyone a question with two to six options, or (without options) for a rating from 1 to 5.

    It closes the poll before it.
    """

    text: PollText
    options: tuple[Option, ...] = Field(default=(), max_length=MOST_OPTIONS)

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """There are enough options, and no two are the same."""
        if len(self.options) == 1:
            raise InvalidCommandError("A poll has at least two options. Add one, or ask for a rating.")
        if len({option.casefold() for option in self.options}) < len(self.options):
            raise InvalidCommandError("Two options are the same. Change one of them.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Open it."""
        state.polls = {id_: poll.closed(event.at) for id_, poll in state.polls.items()}
        options, is_rating = self.options or POINTS, not self.options
        state.polls[event.id] = Poll(event.id, self.text, options, is_rating, event.at)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """Quote the question."""
        return f"Asked everyone: {self.text}"


class VoteInPoll(SessionCommand, kind="vote", who=Permission.EVERYONE):
    """Answer a poll (the subject), or change the answer. ``choice`` counts from 0."""

    choice: int = Field(ge=0, lt=MOST_OPTIONS)

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """The poll is open and has this option, and the person belongs to a state."""
        poll = state.polls.get(event.subject)
        if poll is None:
            raise InvalidCommandError(GONE)
        if poll.closed_at:
            raise InvalidCommandError("The poll is closed. Your answer was not counted.")
        if self.choice >= len(poll.options):
            raise InvalidCommandError("The poll has no such option. Reload the page.")
        if not event.jurisdiction:
            raise InvalidCommandError("Facilitators do not vote.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Replace the person's earlier answer. One that came after the end, or has no option, does not count."""
        poll = state.polls.get(event.subject)
        if poll and not poll.closed_at and self.choice < len(poll.options) and event.jurisdiction:
            vote = Vote(self.choice, event.jurisdiction)
            state.polls[poll.id] = replace(poll, votes={**poll.votes, event.author: vote})

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """State that there was an answer."""
        return "Answered a poll"


class ClosePoll(SessionCommand, kind="poll_close"):
    """Accept no more answers to a poll (the subject)."""

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """The poll is open."""
        poll = state.polls.get(event.subject)
        if poll is None:
            raise InvalidCommandError(GONE)
        if poll.closed_at:
            raise InvalidCommandError("The poll is closed already.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Close it."""
        poll = state.polls.get(event.subject)
        if poll:
            state.polls[poll.id] = poll.closed(event.at)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """State that it was closed."""
        return "Closed a poll"


def newest_poll(session_state: SessionState) -> Poll | None:
    """The poll that was asked last, or None."""
    return next(reversed(session_state.polls.values()), None)
