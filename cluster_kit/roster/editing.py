"""Add and change one person by form, as the roster page does. Lists and commands use the same checks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from cluster_kit.content.models import Content
from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.roster.importing import FIELDS, ImportOutcome, describe_person_changes, import_roster
from cluster_kit.roster.lists.person_cells import RosterRow, read_person_fields
from cluster_kit.roster.lists.staff_list import Roster
from cluster_kit.roster.people import find_by_name, on_roster
from cluster_kit.roster.record import record_changes
from cluster_kit.store import Person, PersonChangedError, Store


class StalePersonError(ClusterKitError):
    """The person was changed after the form was opened, or in the same moment. Nothing was stored."""


def person_version(person: Person) -> str:
    """A text that differs when anything that staff can change differs. Forms send it back."""
    staff = person.model_dump_json(include={*FIELDS, "id", "links_since"})
    return hashlib.sha256(staff.encode()).hexdigest()[:16]


def add_listed_person(content: Content, store: Store, fields: Mapping[str, str], by: str) -> ImportOutcome:
    """Add a person with these ``fields``. Someone who was removed before is back on the roster, with the same answers.

    Raises ``UsageError`` for fields that cannot be, and if the person is on the roster already.
    """
    row = read_person_fields(content, fields)
    _check_is_free(store, content.series.id, row)
    imported = import_roster(content, store, Roster((row,), ()), by=by)
    if imported.problems:
        raise UsageError(imported.problems[0].sentence)
    return imported.outcomes[0]


def change_listed_person(
    content: Content, store: Store, person: Person, fields: Mapping[str, str], by: str
) -> tuple[str, ...]:
    """Change a person to these ``fields``, also to empty ones, and return what changed, as text.

    ``person`` is the stored person on which the change is based. Raises ``UsageError`` for fields that cannot be, or
    that another person has, and ``StalePersonError``.
    """
    row = read_person_fields(content, fields)
    _check_is_free(store, content.series.id, row, besides=person.id)
    changed = person.model_copy(
        update={
            "jurisdiction": row.jurisdiction,
            "name": row.name,
            "email": row.email,
            "role": row.role,
            "sessions": row.sessions or (),
        }
    )
    changes = describe_person_changes(person, changed)
    if changes:
        try:
            stored = store.change_person(changed, only=FIELDS, expected=person)
        except PersonChangedError as error:
            raise StalePersonError(str(error)) from error
        record_changes(store, [stored], "changed", by, "; ".join(changes))
    return changes


def _check_is_free(store: Store, series: str, row: RosterRow, besides: str = "") -> None:
    """Raise ``UsageError`` if someone else on the roster has this address, or this name in the team."""
    others = [person for person in on_roster(store.people(series)) if person.id != besides]
    same = next((one for one in others if one.has_email(row.email)), None)
    if same:
        raise UsageError(f"{row.email} is the address of {same.name}, who is on the roster already.")
    team = [one for one in others if one.jurisdiction == row.jurisdiction]
    if same := find_by_name(team, row.name):
        raise UsageError(
            f"{same.name} is on this team already. If it is the same person, change that entry. If it is a different "
            "person, add an initial to the name."
        )
