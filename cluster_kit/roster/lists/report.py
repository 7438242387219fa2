"""How an import interpreted the rows of a list of people: each kind of note once, with its lines."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster_kit.filetypes import UnclearColumnsError
from cluster_kit.text import inflect

_KINDS = {
    "several_people": "A row lists several people, and each of them was read",
    "role_from_header": "The role of each person was taken from the header",
    "title_without_role": "The title in a header is no role, so its people choose one when they join",
    "no_person": "A row names no one, and was passed over",
    "merged_cells": "A cell is merged with the one above, and its text was used in each of its rows",
    "state_from_agency": "The state was taken from the name of an agency",
    "several_addresses": "A cell has several email addresses, and the first was used",
    "state_from_name": "The state was taken from the name",
    "merged": "The same person is in an earlier line, and the lines were merged",
    "not_coming": "The registration was cancelled or declined, and was left out",
    "needs": "What people need to take part was not imported; keep the answers where only staff can read them",
    "remark": "A line with a total or a remark names no one, and was passed over",
    "meeting_role": "The role is one in a meeting, not in a state, and was not used",
    "job_title": "A job title that is not a role was left out; the person chooses a role when they join",
    "several_roles": "Several roles are listed, and the first of a state was used",
}
_MOST_LINES = 5


class UnreadableRosterError(UnclearColumnsError, ValueError):
    """A file that is not a list of people."""


@dataclass(frozen=True)
class RosterNote:
    """How an import interpreted a row: its line in the file, and a sentence."""

    line: int
    sentence: str


@dataclass
class RosterNotes:
    """Collects notes while a list is read."""

    _lines: dict[str, list[int]] = field(default_factory=dict)
    _examples: dict[str, str] = field(default_factory=dict)

    def add(self, kind: str, line: int, example: str) -> None:
        """Record a note of one of the kinds. The first example is kept."""
        self._lines.setdefault(kind, []).append(line)
        self._examples.setdefault(kind, example[:160])

    def collect(self) -> tuple[RosterNote, ...]:
        """A note for each kind: with its first line, the example there, and the other lines."""
        return tuple(
            RosterNote(lines[0], f"{words} ({self._examples[kind]}{_name_others(lines[1:])}).")
            for kind, words in _KINDS.items()
            if (lines := self._lines.get(kind))
        )


def _name_others(lines: list[int]) -> str:
    if not lines:
        return ""
    more = f" and {len(lines) - _MOST_LINES:,} more" if len(lines) > _MOST_LINES else ""
    return f"; also {inflect(len(lines), 'line')} {', '.join(map(str, lines[:_MOST_LINES]))}{more}"
