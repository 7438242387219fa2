"""The private commands of a person: what they need to take part, and that they need more time.

Only facilitators see them, in the console. They are in no export, on no teammate's page, and not on the shared screen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import StringConstraints

from cluster_kit.content.models import Session
from cluster_kit.sessions.commands import InvalidCommandError, Permission, SessionCommand
from cluster_kit.sessions.state import SessionState, StatedNeed, TimeRequest
from cluster_kit.store import Event, Registration
from cluster_kit.store.models import NewEvent

LONGEST_NEED = 500


class StateNeed(SessionCommand, kind="need", who=Permission.EVERYONE):
    """What the person needs to take part, such as captions. It replaces what they wrote before; empty withdraws it."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NEED)] = ""

    def apply(self, event: Event, state: SessionState) -> None:
        """Store the person's current need."""
        state.needs[event.author] = StatedNeed(self.text, event.jurisdiction, event.author, event.at)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """State that a need was given, without its words."""
        return "Wrote what they need to take part"


def collect_needs(states: Iterable[SessionState], registrations: Iterable[Registration]) -> dict[str, StatedNeed]:
    """By person, the latest words about what they need, in a session or in their confirmed registration.

    A registration that says nothing about it withdraws nothing.
    """
    stated = [(person, need) for state in states for person, need in state.needs.items()]
    registered = [
        (
            registration.person,
            StatedNeed(registration.needs, registration.jurisdiction, registration.person, registration.at),
        )
        for registration in registrations
        if registration.status == "confirmed" and registration.needs
    ]
    return dict(sorted([*registered, *stated], key=lambda known: known[1].at))


class AskForTime(SessionCommand, kind="more_time", who=Permission.EVERYONE):
    """Ask the facilitators for more time in the current segment, or withdraw that (``on`` false).

    It is over when a facilitator gives minutes or goes on.
    """

    on: bool = True

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:  # noqa: ARG002
        """The session is running."""
        if self.on and not state.is_on:
            raise InvalidCommandError("The session is not under way, so there is no limit on your time.")

    def apply(self, event: Event, state: SessionState) -> None:
        """Add or remove the person's request."""
        state.time_requests.pop(event.author, None)
        if self.on:
            state.time_requests[event.author] = TimeRequest(event.jurisdiction, event.author, event.at)

    def describe(self, event: Event, session: Session) -> str:  # noqa: ARG002
        """State what was asked."""
        return "Asked for more time" if self.on else "Needs no more time"
