"""The commands of a live session: the base class, the registry by kind, and the reducer.

A command class defines who may execute it, the fields of its event's value, when it is invalid, and how it changes
the state. The commands are in ``facilitation``, ``board``, ``polls``, ``shared_screen``, and ``support``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

from pydantic import AfterValidator, ValidationError
from pydantic_core import PydanticCustomError

from cluster_kit.content.models import Session
from cluster_kit.errors import ClusterKitError
from cluster_kit.models import FrozenModel
from cluster_kit.sessions.state import SessionState
from cluster_kit.store import Event
from cluster_kit.store.models import ERASURE, SAME_PERSON, SPEED, NewEvent
from cluster_kit.text import is_blank

UNDO = "undo"


def _require_visible(text: str) -> str:
    if is_blank(text):
        raise PydanticCustomError("string_too_short", "nothing of the text can be seen")
    return text


VISIBLE = AfterValidator(_require_visible)
"""A text of which a reader sees something."""


class Permission(StrEnum):
    """Who may execute a command: facilitators only, or everyone in the session.

    ``FORMS``: facilitators, and a form for its team, which checks more than a command can. A participant's page
    cannot send it.
    """

    FACILITATORS = "facilitators"
    FORMS = "forms"
    EVERYONE = "everybody"


class NotAllowedError(ClusterKitError, PermissionError):
    """A command that this person may not execute: it is for facilitators, or concerns another person."""


class InvalidCommandError(ClusterKitError, ValueError):
    """A command that is invalid in the session's current state."""


class SessionCommand(FrozenModel):
    """A command of a live session. Its fields are the event's value.

    A new kind is a subclass: ``class Park(SessionCommand, kind="park", who=Permission.EVERYONE)``. With ``on_record``,
    facilitators find it in the log of the session, where the button ``undo_label`` undoes it. From then on the log says
    ``undone_label``.
    """

    kind: ClassVar[str]
    undo_label: ClassVar[str] = "Undo"
    undone_label: ClassVar[str] = "undone"
    who: ClassVar[Permission]
    on_record: ClassVar[bool]

    def __init_subclass__(
        cls, *, kind: str, who: Permission = Permission.FACILITATORS, on_record: bool | None = None
    ) -> None:
        super().__init_subclass__()
        cls.kind, cls.who = kind, who
        cls.on_record = who is Permission.FACILITATORS if on_record is None else on_record
        _KINDS[kind] = cls

    def check(self, event: NewEvent, session: Session, state: SessionState) -> None:
        """Raise ``InvalidCommandError``, with one clear sentence, if the command is invalid in this state."""

    @abstractmethod
    def apply(self, event: Event, state: SessionState) -> None:
        """Change the state."""

    @abstractmethod
    def describe(self, event: Event, session: Session) -> str:
        """A short description for the log, such as "Began Peer discussion"."""


_KINDS: dict[str, type[SessionCommand]] = {}


def command_kinds() -> dict[str, type[SessionCommand]]:
    """Every kind of event, by name."""
    import cluster_kit.sessions.board
    import cluster_kit.sessions.exercise_commands
    import cluster_kit.sessions.facilitation
    import cluster_kit.sessions.polls
    import cluster_kit.sessions.shared_screen
    import cluster_kit.sessions.support  # noqa: F401  (importing them registers their commands)

    return dict(sorted(_KINDS.items()))  # the order of imports differs between programs


def find_command(event: NewEvent) -> SessionCommand | None:
    """The command stored in an event, or None for a kind or value unknown to this version."""
    kind = command_kinds().get(event.kind)
    try:
        return kind.model_validate(event.value or {}) if kind else None
    except ValidationError:
        return None


def fold(happened: Sequence[tuple[Event, SessionCommand | None]], before: SessionState | None = None) -> SessionState:
    """The state after these events, by ``seq``, each with its command (from ``find_command``).

    Undone events and events without a command are skipped. ``before`` is the state after earlier events, none of which
    these events undo, erase, or change; it stays as it is.
    """
    state = before.copy() if before else SessionState()
    state.seq = max((event.seq for event, _ in happened), default=state.seq)
    state.undone |= {event.subject for event, _ in happened if event.kind == UNDO}
    for event, command in happened:
        if event.kind == ERASURE:
            state.erased[event.jurisdiction] = event.seq
        if event.kind == UNDO and not event.jurisdiction:
            state.undos.append(event)
        if event.kind == SAME_PERSON and isinstance(event.value, dict):
            state.aliases |= {person: str(kept) for person, kept in event.value.items()}
        if event.kind == SPEED and isinstance(event.value, int | float):
            state.speed = float(event.value)
        if command is None:
            continue
        if command.on_record:
            state.record.append(event)
        if event.id not in state.undone:
            command.apply(event, state)
    state.seatings = {use: rooms.with_aliases(state.aliases) for use, rooms in state.seatings.items()}
    return state
