"""What one jurisdiction has answered in a series, looked up by field. Nothing is read from disk here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cluster_kit.store import Person, Response

Field = tuple[int, str, str, str]
"""Session, exercise, prompt (a table's cell is ``table.column``), row."""

UNKNOWN_AUTHOR = "Someone on the team"


class Answers:
    """The current responses of one jurisdiction, with the people who gave them.

    ``history`` has every response ever given, so an edited row keeps its position. Without it, rows are in the order
    of their current cells' answers.
    """

    def __init__(
        self, current: Iterable[Response], people: Iterable[Person] = (), history: Iterable[Response] = ()
    ) -> None:
        self._by_field: defaultdict[Field, list[Response]] = defaultdict(list)
        self._names = {person.id: person.name for person in people}
        self._roles = {person.id: person.role for person in people}
        self._removed: set[tuple[int, str, str, str]] = set()
        self._first_seen: dict[tuple[int, str, str, str], int] = {}
        self._authors: defaultdict[int, dict[str, None]] = defaultdict(dict)
        self._ever: defaultdict[Field, dict[str, Response]] = defaultdict(dict)
        current = sorted(current, key=lambda response: response.seq)
        for response in sorted([*history, *current], key=lambda response: response.seq):
            field = (response.session, response.exercise, response.prompt, response.row)
            self._ever[field][response.id] = response
            table = response.prompt.partition(".")[0]
            place = (response.session, response.exercise, table, response.row)
            self._first_seen.setdefault(place, response.seq)
            self._authors[response.session][response.author] = None
        for response in current:
            field = (response.session, response.exercise, response.prompt, response.row)
            if is_row_removal(response):
                self._removed.add(field)
            elif not is_empty(response.value):
                self._by_field[field].append(response)

    def at(self, session: int, exercise: str, prompt: str, row: str = "") -> tuple[Response, ...]:
        """A field's current answers, in order of arrival: none, one, or several in an unresolved conflict."""
        return tuple(self._by_field.get((session, exercise, prompt, row), ()))

    def ever(self, session: int, exercise: str, prompt: str, row: str = "") -> tuple[Response, ...]:
        """Every answer ever given in a field, including cleared ones, in order of arrival."""
        return tuple(self._ever.get((session, exercise, prompt, row), {}).values())

    def is_by_one(self, sessions: Iterable[int]) -> bool:
        """Whether no more than one person has ever answered in these sessions."""
        return len({author for session in sessions for author in self._authors.get(session, ())}) <= 1

    def row_ids(self, session: int, exercise: str, table: str) -> list[str]:
        """The ids of a table's rows with answers, except removed rows, in the order of their first answer."""
        rows = {
            (field[3], self._first_seen[(session, exercise, table, field[3])])
            for field in self._by_field
            if field[0] == session and field[1] == exercise and field[2].partition(".")[0] == table and field[3]
            if not self.is_removed(session, exercise, table, field[3])
        }
        return [row for row, _ in sorted(rows, key=lambda pair: pair[1])]

    def is_removed(self, session: int, exercise: str, table: str, row: str) -> bool:
        """True if the row was removed from its table."""
        return (session, exercise, table, row) in self._removed

    def has(self, session: int, exercise: str | None = None) -> bool:
        """True if the session, or this exercise in it, has an answer."""
        return any(field[0] == session and exercise in (None, field[1]) for field in self._by_field)

    def name(self, person_id: str) -> str:
        """A person's display name."""
        return self._names.get(person_id) or UNKNOWN_AUTHOR

    def roles(self, sessions: Iterable[int]) -> list[str]:
        """The role of each person who has answered in these sessions, in order of their first answer.

        A role is an id or free text; empty if unknown.
        """
        authors = dict.fromkeys(author for session in sessions for author in self._authors.get(session, ()))
        return [self._roles.get(author, "") for author in authors]


def is_row_presence(response: Response) -> bool:
    """True for an answer that says whether a row that people added to a table is still there."""
    return bool(response.row) and "." not in response.prompt and isinstance(response.value, bool)


def is_row_removal(response: Response) -> bool:
    """True for the answer that removes a row from a table."""
    return is_row_presence(response) and response.value is False


def is_empty(value: object) -> bool:
    """True for a cleared answer: null, blank text, no options, or no person."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, dict):
        return all(is_empty(part) for part in value.values())
    return value is None or value == []
