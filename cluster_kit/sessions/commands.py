"""What can be done in a live session: one class for each kind of event, found by its kind.

A class says who may do it, what its value holds, when it makes no sense, and how things stand afterwards. The kinds
themselves are in ``doings`` and ``board``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

from pydantic import ValidationError

from cluster_kit.content.models import Session
from cluster_kit.errors import ClusterKitError
from cluster_kit.models import FrozenModel
from cluster_kit.sessions.state import SessionState
from cluster_kit.store import Event
from cluster_kit.store.models import ERASURE, NewEvent

UNDO = "undo"


class Permission(StrEnum):
    """Who may execute a command: facilitators only, or everyone in the session.

    ``FORMS``: facilitators, and a form for its team, which checks more than a command can. A participant's page
    cannot send it.
    """

    FACILITATORS = "facilitators"
    FORMS = "forms"
    EVERYBODY = "everybody"


class NotAllowedError(ClusterKitError, PermissionError):
    """A command that this person may not execute: it is for facilitators, or concerns another person."""


class InvalidCommandError(ClusterKitError, ValueError):
    """A command that is invalid in the session's current state."""


class SessionCommand(FrozenModel):
    """A command of a live session. Its fields are the event's value.

    A new kind is a subclass: ``class Park(SessionCommand, kind="park", who=Permission.EVERYBODY)``. With ``on_record``,
    facilitators find it in the log of the session, where it can be undone.
    """

    kind: ClassVar[str]
    who: ClassVar[Permission]
    on_record: ClassVar[bool]

    def __init_subclass__(
        cls, *, kind: str, who: Permission = Permission.FACILITATORS, on_record: bool | None = None
    ) -> None:
        super().__init_subclass__()
        cls.kind, cls.who = kind, who
        cls.on_record = who is Permission.FACILITATORS if on_record is None else on_record
        _KINDS[kind] = cls

    def check(self, event: NewEvent, session: Session, standing: SessionState) -> None:
        """Raise ``InvalidCommandError``, with one clear sentence, if the command is invalid in this state."""

    @abstractmethod
    def apply(self, event: Event, standing: SessionState) -> None:
        """Change the state."""

    @abstractmethod
    def describe(self, event: Event, session: Session) -> str:
        """A short description for the log, such as "Began Peer discussion"."""


_KINDS: dict[str, type[SessionCommand]] = {}


def kinds() -> dict[str, type[SessionCommand]]:
    """Every kind of event, by name."""
    import cluster_kit.sessions.board
    import cluster_kit.sessions.facilitation  # noqa: F401  (they enter themselves)

    return dict(_KINDS)


def find_doing(event: NewEvent) -> SessionCommand | None:
    """What an event says was done; None for a kind, or a value, that this version does not know."""
    kind = kinds().get(event.kind)
    try:
        return kind.model_validate(event.value or {}) if kind else None
    except ValidationError:
        return None


def fold(happened: Sequence[tuple[Event, SessionCommand | None]]) -> SessionState:
    """The state after these events, by ``seq``, each with its command (from ``find_doing``).

    Undone events count as if they had not happened; those without a command are left out.
    """
    standing = SessionState(seq=max((event.seq for event, _ in happened), default=0))
    standing.undone = {event.subject for event, _ in happened if event.kind == UNDO}
    for event, doing in happened:
        if event.kind == ERASURE:
            standing.erased[event.jurisdiction] = event.seq
        if doing is None:
            continue
        if doing.on_record:
            standing.record.append(event)
        if event.id not in standing.undone:
            doing.apply(event, standing)
    return standing
