"""What one jurisdiction has answered in a series, looked up by field. Nothing is read from disk here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cluster_kit.store import Person, Response

Field = tuple[int, str, str, str]
"""Session, exercise, prompt (a table's cell is ``table.column``), row."""

UNKNOWN_AUTHOR = "Someone in the team"


class Answers:
    """The current responses of one jurisdiction, with the people who gave them.

    ``history`` holds every response ever given; from it a row that was edited later keeps its place. Without it
    rows stand in the order in which their current cells were answered.
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
            if "." not in response.prompt and response.row and response.value is False:
                self._removed.add(field)
            elif not is_empty(response.value):
                self._by_field[field].append(response)

    def at(self, session: int, exercise: str, prompt: str, row: str = "") -> tuple[Response, ...]:
        """What stands in a field, in order of arrival: nothing, one answer, or several that a team has not settled."""
        return tuple(self._by_field.get((session, exercise, prompt, row), ()))

    def ever(self, session: int, exercise: str, prompt: str, row: str = "") -> tuple[Response, ...]:
        """Everything that was ever answered in a field, cleared answers included, in order of arrival."""
        return tuple(self._ever.get((session, exercise, prompt, row), {}).values())

    def row_ids(self, session: int, exercise: str, table: str) -> list[str]:
        """The rows of a table with something in them, without removed ones, in the order they were first answered."""
        rows = {
            (field[3], self._first_seen[(session, exercise, table, field[3])])
            for field in self._by_field
            if field[0] == session and field[1] == exercise and field[2].partition(".")[0] == table and field[3]
            if not self.is_removed(session, exercise, table, field[3])
        }
        return [row for row, _ in sorted(rows, key=lambda pair: pair[1])]

    def is_removed(self, session: int, exercise: str, table: str, row: str) -> bool:
        """True when people took this row out of its table."""
        return (session, exercise, table, row) in self._removed

    def has(self, session: int, exercise: str | None = None) -> bool:
        """True when anything stands in the session, or in one of its exercises."""
        return any(field[0] == session and exercise in (None, field[1]) for field in self._by_field)

    def name(self, person_id: str) -> str:
        """A person's display name."""
        return self._names.get(person_id) or UNKNOWN_AUTHOR

    def roles(self, session: int) -> list[str]:
        """The role of each person who has answered in the session, in order of their first answer.

        A role is an id or people's own words, and empty where it is not known.
        """
        return [self._roles.get(author, "") for author in self._authors.get(session, {})]


def is_empty(value: object) -> bool:
    """True for a cleared answer: null, blank text, nothing chosen, nobody named."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, dict):
        return all(is_empty(part) for part in value.values())
    return value is None or value == []
