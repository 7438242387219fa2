"""The record of what staff did with the roster, by command or on the roster page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from cluster_kit.store import Person, RosterChange, Store

BY_COMMAND = "the command line"
LONGEST_DETAILS = 200
RosterAction = Literal["added", "changed", "removed", "restored", "replaced", "link", "revoked"]


def describe_change(person: Person, action: RosterAction, by: str, details: str) -> RosterChange:
    """The change for the record. Long details are cut."""
    short = details if len(details) <= LONGEST_DETAILS else f"{details[: LONGEST_DETAILS - 1]}…"
    return RosterChange(
        series=person.series, jurisdiction=person.jurisdiction, person=person.id, action=action, details=short, by=by
    )


def record_changes(store: Store, people: Iterable[Person], action: RosterAction, by: str, details: str = "") -> None:
    """Record the same action for each of these people."""
    store.add_roster_changes([describe_change(person, action, by, details) for person in people])
