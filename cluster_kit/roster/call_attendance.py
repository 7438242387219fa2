"""Who of the series was in the video call, from the report of its participants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster_kit.content.models import Content
from cluster_kit.roster.lists.call_report import CallRow, read_call_report
from cluster_kit.roster.names.spellings import spelling_key
from cluster_kit.store import Person
from cluster_kit.store.models import email_key


@dataclass(frozen=True)
class CallGuest:
    """Someone in the call who is not in the series, or cannot be told. ``line``: the first of the person's lines."""

    line: int
    name: str
    email: str
    jurisdiction: str
    minutes: int | None


@dataclass(frozen=True)
class CallAttendance:
    """The minutes in the call of each person of the series who was in it, by id; None if the report does not say.

    ``by_name``: the people who were found by their name alone, because their rows name no state. ``guests``: the
    others in the call.
    """

    file: str
    minutes: Mapping[str, int | None]
    by_name: tuple[str, ...]
    guests: tuple[CallGuest, ...]


def read_call_attendance(content: Content, people: Sequence[Person], path: Path) -> CallAttendance:
    """Match a report with people: by email address, else by state and name, else by a name that only one of them has.

    Joins of one person are added up. A report with an overview and a list of joins has each minute twice, so the
    table with the most minutes of the person counts. Raises ``UnreadableRosterError``.
    """
    rows = read_call_report(content, path)
    finder = _Finder(people)
    joins: defaultdict[str, list[CallRow]] = defaultdict(list)
    others: defaultdict[tuple[str, ...], list[CallRow]] = defaultdict(list)
    by_name: dict[str, str] = {}
    for row in rows:
        person = finder.find_known(row)
        if person is None and not row.jurisdiction and (person := finder.find_only(row.name)):
            by_name[person.id] = person.name
        if person:
            joins[person.id].append(row)
        else:
            others[("", email_key(row.email)) if row.email else (row.jurisdiction, *spelling_key(row.name))].append(row)
    guests = (
        CallGuest(one[0].line, one[0].name, one[0].email, one[0].jurisdiction, _add(one)) for one in others.values()
    )
    return CallAttendance(
        str(path), {person: _add(found) for person, found in joins.items()}, tuple(by_name.values()), tuple(guests)
    )


class _Finder:
    """Finds people of the series. Those on the roster come before those who were removed."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._by_email: dict[str, Person] = {}
        self._by_name: defaultdict[tuple[str, ...], list[Person]] = defaultdict(list)
        for person in sorted(people, key=lambda one: one.is_removed):
            if person.email:
                self._by_email.setdefault(email_key(person.email), person)
            self._by_name[spelling_key(person.name)].append(person)

    def find_known(self, row: CallRow) -> Person | None:
        """The person with the row's address, else the one of its state and name."""
        if row.email and (known := self._by_email.get(email_key(row.email))):
            return known
        alike = self._by_name.get(spelling_key(row.name), [])
        return next((one for one in alike if row.jurisdiction and one.jurisdiction == row.jurisdiction), None)

    def find_only(self, name: str) -> Person | None:
        """The person of this name, if only one is on the roster."""
        alike = [one for one in self._by_name.get(spelling_key(name), []) if not one.is_removed]
        return alike[0] if len(alike) == 1 else None


def _add(rows: Sequence[CallRow]) -> int | None:
    sums: defaultdict[int, float] = defaultdict(float)
    for row in rows:
        if row.minutes is not None:
            sums[row.table] += row.minutes
    return round(max(sums.values())) if sums else None
