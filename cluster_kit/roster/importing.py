"""Import a list of people into the store. Importing the same list twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cluster_kit.content.models import Content
from cluster_kit.filetypes import ColumnMapping
from cluster_kit.roster.changes import as_restored
from cluster_kit.roster.lists.person_cells import STATE_MISSING, RosterRow
from cluster_kit.roster.lists.report import RosterNote
from cluster_kit.roster.lists.staff_list import Roster, RosterProblem
from cluster_kit.roster.names.spellings import find_in_other_order, is_same_spelling, keep_known_spelling, spelling_key
from cluster_kit.roster.people import FACILITATOR, find_by_name, new_person, on_roster
from cluster_kit.roster.record import BY_COMMAND, record_changes
from cluster_kit.store import Person, Store
from cluster_kit.store.models import email_key, utc_now

FIELDS = ("jurisdiction", "name", "email", "role", "sessions")
LINKS = ("links_since",)
BACK = "back on the roster, with the same answers; links made before stay void"


@dataclass(frozen=True)
class ImportOutcome:
    """The result of a row. ``changes`` has the old and new value of each changed field, as text."""

    line: int
    person: str
    name: str
    jurisdiction: str
    status: Literal["new", "changed", "same"]
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RosterImport:
    """The results of the imported rows, and the problems of the others, by line.

    ``notes`` are those of the ``Roster``, and which names were read in another way than the list has them. ``unused``
    are columns that were not imported, and ``mapping`` says which were.
    """

    outcomes: tuple[ImportOutcome, ...]
    problems: tuple[RosterProblem, ...]
    notes: tuple[RosterNote, ...] = ()
    unused: tuple[str, ...] = ()
    without_email: int = 0
    mapping: ColumnMapping = field(default_factory=lambda: ColumnMapping({}))

    def count(self, status: str) -> int:
        """The number of rows with this status."""
        return sum(outcome.status == status for outcome in self.outcomes)


def import_roster(
    content: Content, store: Store, roster: Roster, *, dry_run: bool = False, by: str = BY_COMMAND
) -> RosterImport:
    """Add or update everyone on the list; with ``dry_run``, only return the results.

    People are matched by the id in an exported list, else by email address, else by state and name, in any order, case,
    and kind of apostrophe. Empty cells change nothing. No one is ever removed, and a removed person on the list is back
    on the roster. ``by`` is who imports it, for the record. Raises ``StoreError``; people imported before that
    stay, and the same list can be imported again.
    """
    known = store.people(content.series.id)
    people = _KnownPeople(known)
    outcomes: list[ImportOutcome] = []
    problems: list[RosterProblem] = []
    notes = list(roster.notes)
    for one in roster.problems:
        if who := _find_stateless(known, one):
            what = f"on the roster of {who.jurisdiction}" if who.jurisdiction else "a facilitator of the series"
            notes.append(RosterNote(one.line, f"{who.name} is {what}, and was left unchanged."))
        else:
            problems.append(one)
    for row in roster.rows:
        found = _find(people, row)
        if isinstance(found, RosterProblem):
            problems.append(found)
            continue
        name = _choose_name(row, found)
        person = _as_listed(row, name, found or new_person(content.series.id, row.jurisdiction, name))
        changes = describe_person_changes(found, person) if found else ()
        status: Literal["new", "changed", "same"] = "changed" if changes else "same" if found else "new"
        if status != "same" and not dry_run:
            fields = (*FIELDS, *LINKS) if found and found.is_removed else FIELDS
            person = store.change_person(person, only=fields) if found else _add(store, person)
            record_changes(store, [person], "changed" if found else "added", by, "; ".join(changes))
        people.put(person)
        notes.extend(_note_name(row, found, person))
        outcomes.append(ImportOutcome(row.line, person.id, person.name, person.jurisdiction, status, changes))
    return RosterImport(
        tuple(outcomes),
        tuple(sorted(problems, key=lambda problem: problem.line)),
        tuple(notes),
        roster.mapping.unread,
        people.count_without_email(outcome.person for outcome in outcomes),
        roster.mapping,
    )


def _find_stateless(known: Iterable[Person], problem: RosterProblem) -> Person | None:
    """The facilitator of this name, or else, if the row names no state, the only person on the roster who has it."""
    alike = [
        one
        for one in on_roster(known)
        if problem.stateless and spelling_key(one.name) == spelling_key(problem.stateless)
    ]
    staff = next((one for one in alike if one.is_facilitator), None)
    return staff or (alike[0] if len(alike) == 1 and problem.sentence.startswith(STATE_MISSING) else None)


class _KnownPeople:
    """The people of the series by id, by email address, and by team and name. People on the roster come first."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._by_id: dict[str, Person] = {}
        self._by_email: dict[str, dict[str, None]] = {}
        self._by_name: dict[tuple[str, tuple[str, ...]], dict[str, None]] = {}
        for person in people:
            self.put(person)

    def put(self, person: Person) -> None:
        """Add the person, or replace the earlier version."""
        self._by_id[person.id] = person
        if person.email:
            self._by_email.setdefault(email_key(person.email), {})[person.id] = None
        self._by_name.setdefault((person.jurisdiction, spelling_key(person.name)), {})[person.id] = None

    def find_id(self, id_: str) -> Person | None:
        """The person with this id."""
        return self._by_id.get(id_)

    def find_email(self, email: str, name: str) -> Person | None:
        """The person with this address, as in ``_has_address``."""
        alike = self._get(self._by_email.get(email_key(email)))
        return next((one for one in alike if _has_address(one, email, name)), None)

    def find_name(self, jurisdiction: str, name: str) -> Person | None:
        """The person of the team with this name, or with its words in another order."""
        alike = self._get(self._by_name.get((jurisdiction, spelling_key(name))))
        team = [one for one in alike if one.jurisdiction == jurisdiction]
        return find_by_name(team, name) or find_in_other_order(team, name)

    def count_without_email(self, ids: Iterable[str]) -> int:
        """The number of these people without an address."""
        return sum(not self._by_id[id_].email for id_ in ids)

    def _get(self, ids: Iterable[str] | None) -> list[Person]:
        return sorted((self._by_id[id_] for id_ in ids or ()), key=lambda person: person.is_removed)


def _find(people: _KnownPeople, row: RosterRow) -> Person | RosterProblem | None:
    """The known person that the row means; None for a new person; a problem that only staff can resolve."""
    if row.person:
        known = people.find_id(row.person)
        return known or RosterProblem(
            row.line, f"There is no person {row.person!r} in this series. Leave that cell empty."
        )
    if row.email and (by_email := people.find_email(row.email, row.name)):
        return by_email
    alike = people.find_name(row.jurisdiction, row.name)
    if row.email and alike and alike.email:
        before = "was on this team before" if alike.is_removed else "is on this team already"
        return RosterProblem(
            row.line,
            f"{row.name} {before}, with the email address {alike.email}. If it is the same person, "
            f"add a column “person” with {alike.id}. If it is a different person, add an initial to the name.",
        )
    return alike


def _has_address(person: Person, email: str, name: str) -> bool:
    """Whether this is the person's address. A colleague may have the address of someone who was removed."""
    return person.has_email(email) and (not person.is_removed or is_same_spelling(person.name, name))


def _choose_name(row: RosterRow, known: Person | None) -> str:
    """The name as listed, or as it is known already if the list only writes it in another way."""
    if known and (keep_known_spelling(known.name, row.name) or (row.person and known.name == row.written)):
        return known.name
    return row.name


def _note_name(row: RosterRow, known: Person | None, person: Person) -> Iterator[RosterNote]:
    listed = row.written or row.name
    if known and known.name == person.name != row.name and known.name != listed:
        yield RosterNote(row.line, f"{listed} is {person.name}, whose name stays as it is.")
    elif row.written and person.name == row.name:
        yield RosterNote(row.line, f"{listed} was read as {person.name.removesuffix('.')}.")


def _add(store: Store, person: Person) -> Person:
    """Add the person, unless another import has added the same one since this list was compared."""

    def find(team: Sequence[Person]) -> Person | None:
        by_email = (member for member in team if _has_address(member, person.email, person.name))
        return next(by_email, None) or find_by_name((member for member in team if not member.email), person.name)

    kept = store.find_or_add_person(person, find)
    return kept if kept.id == person.id else store.change_person(person.model_copy(update={"id": kept.id}), only=FIELDS)


def _as_listed(row: RosterRow, name: str, before: Person) -> Person:
    """The person with this name and the row's other values, on the roster. Empty cells keep the earlier values."""
    sessions = before.sessions if row.sessions is None else row.sessions
    return as_restored(before, utc_now()).model_copy(
        update={
            "jurisdiction": row.jurisdiction,
            "name": name,
            "email": row.email or before.email,
            "role": row.role or before.role,
            "sessions": sessions,
        }
    )


def describe_person_changes(before: Person, after: Person) -> tuple[str, ...]:
    """What differs between two versions of a person, as text for staff."""
    back = (BACK,) if before.is_removed else ()
    return back + tuple(
        f"{field} from {_format_field(field, before)} to {_format_field(field, after)}"
        for field in FIELDS
        if getattr(before, field) != getattr(after, field)
    )


def _format_field(field: str, person: Person) -> str:
    if field == "sessions":
        return ", ".join(map(str, person.sessions)) or "all"
    return getattr(person, field) or (FACILITATOR if field == "jurisdiction" else "none")
