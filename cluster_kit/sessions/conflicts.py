"""Whether a command is based on a state that someone else has changed since: optimistic concurrency for facilitators.

A command carries the ``seq`` of the state that its page showed. It is refused if an event after that ``seq`` changed
the same topic, such as the current exercise, or the lock of one exercise. Events on other topics do not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import Field

from cluster_kit.models import FrozenModel
from cluster_kit.sessions.commands import UNDO, InvalidCommandError
from cluster_kit.store import Event
from cluster_kit.store.models import Id, NewEvent

MOST_KNOWN = 50
Topic = tuple[str, str]
PLACE: Topic = ("place", "")
_SHARED: dict[str, Topic] = {
    "segment": PLACE,
    "exercise": PLACE,
    "end": PLACE,
    "groups": ("groups", ""),
    "seats": ("seats", ""),
    "scene": ("scene", ""),
}
# Kinds that add something of their own.
_ADDING = frozenset({"link", "more_time", "need", "park", "post", "react"})


class StaleCommandError(InvalidCommandError):
    """A command whose basis someone else has changed."""


class Basis(FrozenModel):
    """The state that a command is based on: the event ``seq``, and the ids of later commands of the page itself."""

    seq: int = Field(ge=0)
    known: tuple[Id, ...] = Field(default=(), max_length=MOST_KNOWN)


def find_conflict(
    event: NewEvent, basis: Basis, later: Iterable[Event], find_event: Callable[[str], Event | None]
) -> Event | None:
    """The newest of the ``later`` events that changed what the event depends on, or None.

    ``find_event`` returns the event with an id, or None.
    """
    depends_on = _changes(event, find_event)
    if event.kind == "minutes":
        depends_on |= {PLACE}
    news = (one for one in later if one.seq > basis.seq and one.id not in basis.known and one.id != event.id)
    found = [one for one in news if depends_on & _changes(one, find_event)]
    return max(found, key=lambda one: one.seq, default=None)


def _changes(event: NewEvent, find_event: Callable[[str], Event | None]) -> frozenset[Topic]:
    """The topics that an event changes. An undo changes those of its target, and the target itself."""
    if event.kind == UNDO:
        target = find_event(event.subject)
        return frozenset({(UNDO, event.subject)}) | (_changes(target, find_event) if target else frozenset())
    if event.kind in {"message", "message_skip"}:
        prepared = _prepared(event)
        return frozenset({("prepared", prepared)}) if prepared else frozenset()
    if event.kind in _ADDING:
        return frozenset()
    return frozenset({_SHARED.get(event.kind, (event.kind, f"{event.subject}|{event.jurisdiction}"))})


def _prepared(event: NewEvent) -> str:
    value: Any = event.value
    return str(value.get("prepared", "")) if isinstance(value, dict) else ""
