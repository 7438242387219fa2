"""A list of people into the store: who is new, who has changed, who stays. The same list twice changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cluster_kit.content.models import Content
from cluster_kit.roster.people import FACILITATOR, find_by_name, person_for
from cluster_kit.roster.reading import Roster, RosterProblem, RosterRow
from cluster_kit.store import Person, Store

FIELDS = ("jurisdiction", "name", "email", "role", "sessions")


@dataclass(frozen=True)
class ImportOutcome:
    """What became of a row. ``changes`` says what was and what is, a sentence for each field."""

    line: int
    person: str
    name: str
    jurisdiction: str
    status: Literal["new", "changed", "same"]
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RosterImport:
    """What became of each row, by line, and what was wrong with the others."""

    outcomes: tuple[ImportOutcome, ...]
    problems: tuple[RosterProblem, ...]

    def count(self, status: str) -> int:
        """How many rows ended so."""
        return sum(outcome.status == status for outcome in self.outcomes)


def import_roster(content: Content, store: Store, roster: Roster, *, dry_run: bool = False) -> RosterImport:
    """Keep everybody on the list; with ``dry_run`` only say what would become of them.

    Somebody is the same person by the id in a list that we wrote, else by email address, else by state and name. What
    the list leaves empty stays as it is. Nobody is ever removed. Raises what the store raises; what was kept until
    then stays, and the same list may be given again.
    """
    people = {person.id: person for person in store.people(content.series.id)}
    outcomes: list[ImportOutcome] = []
    problems = list(roster.problems)
    for row in roster.rows:
        found = _find(people, row)
        if isinstance(found, RosterProblem):
            problems.append(found)
            continue
        person = _as_listed(row, found or person_for(content.series.id, row.jurisdiction, row.name))
        changes = _describe_changes(found, person) if found else ()
        status: Literal["new", "changed", "same"] = "changed" if changes else "same" if found else "new"
        if status != "same" and not dry_run:
            person = store.change_person(person, only=FIELDS) if found else _add(store, person)
        people[person.id] = person
        outcomes.append(ImportOutcome(row.line, person.id, person.name, person.jurisdiction, status, changes))
    return RosterImport(tuple(outcomes), tuple(sorted(problems, key=lambda problem: problem.line)))


def _find(people: dict[str, Person], row: RosterRow) -> Person | RosterProblem | None:
    """Who the row is: somebody known, nobody yet, or a question that only staff can answer."""
    if row.person:
        known = people.get(row.person)
        return known or RosterProblem(
            row.line, f"There is no person {row.person!r} in this series. Leave that cell empty."
        )
    team = [person for person in people.values() if person.jurisdiction == row.jurisdiction]
    if row.email:
        by_email = next((one for one in people.values() if one.email.casefold() == row.email.casefold()), None)
        if by_email:
            return by_email
        alike = find_by_name(team, row.name)
        if alike and alike.email:
            return RosterProblem(
                row.line,
                f"{row.name} is in this team already, with the email address {alike.email}. If it is the same person, "
                f"add a column “person” with {alike.id}. If it is somebody else, add an initial to the name.",
            )
        return alike
    return find_by_name(team, row.name)


def _add(store: Store, person: Person) -> Person:
    """Add the person, unless another import has added the same one since this list was compared."""

    def find(team: Sequence[Person]) -> Person | None:
        by_email = (one for one in team if person.email and one.email.casefold() == person.email.casefold())
        return next(by_email, None) or find_by_name((one for one in team if not one.email), person.name)

    kept = store.find_or_add_person(person, find)
    return kept if kept.id == person.id else store.change_person(person.model_copy(update={"id": kept.id}), only=FIELDS)


def _as_listed(row: RosterRow, before: Person) -> Person:
    """The person as the list has them; what it leaves empty is as it was."""
    sessions = before.sessions if row.sessions is None else row.sessions
    return before.model_copy(
        update={
            "jurisdiction": row.jurisdiction,
            "name": row.name,
            "email": row.email or before.email,
            "role": row.role or before.role,
            "sessions": sessions,
        }
    )


def _describe_changes(before: Person, after: Person) -> tuple[str, ...]:
    return tuple(
        f"{field} from {_spell(field, before)} to {_spell(field, after)}"
        for field in FIELDS
        if getattr(before, field) != getattr(after, field)
    )


def _spell(field: str, person: Person) -> str:
    if field == "sessions":
        return ", ".join(map(str, person.sessions)) or "all"
    return getattr(person, field) or (FACILITATOR if field == "jurisdiction" else "none")
