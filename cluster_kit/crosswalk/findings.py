"""Findings about a file: each kind once, with all rows in which it occurs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cluster_kit.crosswalk.finding_kinds import KINDS
from cluster_kit.text import inflect, join_words

MOST_ROWS_NAMED = 6
_LONGEST_EXAMPLE = 80


@dataclass(frozen=True)
class CrosswalkFinding:
    """A finding. ``rows`` are row numbers of the sheet; ``question`` may be empty."""

    kind: str
    sentence: str
    rows: tuple[int, ...] = ()
    question: str = ""


@dataclass
class FindingCollector:
    """Collects findings while a file is read."""

    _rows: dict[str, list[int]] = field(default_factory=dict)
    _examples: dict[str, str] = field(default_factory=dict)

    def add(self, kind: str, row: int | None = None, example: object = "") -> None:
        """Record a finding of a kind in ``KINDS``, with its row if it has one. The first example is kept."""
        rows = self._rows.setdefault(kind, [])
        if row is not None:
            rows.append(row)
        if example != "":
            self._examples.setdefault(kind, " ".join(str(example).split())[:_LONGEST_EXAMPLE])

    def findings(self) -> tuple[CrosswalkFinding, ...]:
        """All findings, in the order of ``KINDS``."""
        return tuple(self._finding(kind) for kind in KINDS if kind in self._rows)

    def _finding(self, kind: str) -> CrosswalkFinding:
        rows = tuple(sorted(set(self._rows[kind])))
        example = self._examples.get(kind, "")
        words = {"rows": name_rows(rows), "example": example, "count": str(len(rows))}
        sentence, question = KINDS[kind].sentence.format(**words), KINDS[kind].question.format(**words)
        return CrosswalkFinding(kind, sentence[:1].upper() + sentence[1:], rows, question)


def name_rows(rows: Sequence[int]) -> str:
    """``row 7``, ``rows 7, 9, and 12``, or the first few and the number of others."""
    if not rows:
        return "no row"
    more = len(rows) - MOST_ROWS_NAMED
    named = [*map(str, rows[:MOST_ROWS_NAMED]), *([f"{more} more"] if more > 0 else [])]
    return f"{inflect(len(rows), 'row')} {join_words(named)}"
