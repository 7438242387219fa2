"""The layout of the instrument's workbook: its sheets, their columns, and the notation of lists and names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cluster_kit.content.models import ContentModel


@dataclass(frozen=True)
class SheetColumn:
    """A column: the model's field, the header that people see, and the width in characters."""

    field: str
    header: str
    width: int
    needed: bool = True


@dataclass(frozen=True)
class SheetLayout:
    """A sheet: its name, its columns, and a line on what it holds."""

    name: str
    columns: tuple[SheetColumn, ...]
    about: str

    def has(self, field: str) -> bool:
        """True if the field has its own column."""
        return any(column.field == field for column in self.columns)

    def header(self, field: str) -> str:
        """The header of the field's column, or the field itself if it has none."""
        return next((column.header for column in self.columns if column.field == field), field)


_ID = SheetColumn("id", "Id (keep)", 22, needed=False)
_QUESTION_COLUMNS = (
    _ID,
    SheetColumn("text", "Question", 60),
    SheetColumn("help", "Help", 50, needed=False),
    SheetColumn("words", "Words to aim at", 12, needed=False),
    SheetColumn("depth", "Depth", 12),
)

ABOUT = SheetLayout(
    "About",
    (SheetColumn("field", "What", 14), SheetColumn("value", "Text", 100)),
    "The instrument's title, its version, and what it is. Both are shown wherever it is used.",
)
SCALE = SheetLayout(
    "Scale",
    (
        SheetColumn("value", "Value", 9),
        SheetColumn("label", "Label", 24),
        SheetColumn("text", "What it means", 80, needed=False),
    ),
    "The points of the rating scale, lowest first, one in a row. Without any, items are open questions.",
)
GOALS = SheetLayout(
    "Part 1 Goals", _QUESTION_COLUMNS, "Open questions on goals and needs, in the order in which they are asked."
)
AREAS = SheetLayout(
    "Part 2 Areas",
    (_ID, SheetColumn("title", "Title", 40), SheetColumn("intro", "Introduction", 90, needed=False)),
    "The policy areas, in the order in which they are shown.",
)
ITEMS = SheetLayout(
    "Part 2 Items",
    (
        _ID,
        SheetColumn("area", "Area", 26),
        SheetColumn("text", "Statement", 50),
        SheetColumn("guiding_questions", "Guiding questions (one per line)", 50, needed=False),
        SheetColumn("evidence", "Evidence (one per line)", 36, needed=False),
        SheetColumn("depth", "Depth", 12, needed=False),
        SheetColumn("roles", "Roles (one per line)", 28, needed=False),
        SheetColumn("strategies", "Strategies (one per line)", 50, needed=False),
        SheetColumn("transition", "Transition (yes or empty)", 14, needed=False),
    ),
    "The statements to rate, or the questions to answer. There is one Anchor column for each point of the scale.",
)
PLAN = SheetLayout(
    "Part 3 Plan", _QUESTION_COLUMNS, "Open questions on the plan, in the order in which they are asked."
)
ROLES = SheetLayout(
    "Roles (for reference)",
    (SheetColumn("id", "Id", 22), SheetColumn("title", "Role", 40), SheetColumn("description", "What they do", 90)),
    "The roles that items may name. Changes on this sheet are not read.",
)
HOW_TO = "How to"

READ = (ABOUT, SCALE, GOALS, AREAS, ITEMS, PLAN)
OPTIONAL_SHEETS = (SCALE,)
ABOUT_FIELDS = {"title": "Title", "version": "Version", "about": "About", "rule": "Decision rule"}
ANCHOR = re.compile(r"anchor\s+(\d+)\b", re.IGNORECASE)


def anchor_header(value: int, label: str) -> str:
    """The header of a point's column."""
    return f"Anchor {value}: {label}"


def to_lines(entries: Iterable[str]) -> str:
    """Entries as the lines of a cell. Continuation lines of an entry are indented by two spaces."""
    return "\n".join(entry.replace("\n", "\n  ") for entry in entries)


def from_lines(cell: str) -> list[str]:
    """The entries that ``to_lines`` wrote, or that people typed one per line. Empty lines are skipped."""
    entries: list[str] = []
    for line in cell.split("\n"):
        if line.startswith("  ") and entries:
            entries[-1] += "\n" + line[2:]
        elif line.strip():
            entries.append(line)
    return entries


def cell_names(models: Sequence[ContentModel]) -> dict[str, str]:
    """The name of each entry in a cell, by id: its title, or its id if the title is ambiguous.

    A title is ambiguous if it is not unique, equals another id, or contains a separator.
    """
    pairs = [(str(getattr(model, "id")), str(getattr(model, "title"))) for model in models]  # noqa: B009
    taken = Counter(word.casefold() for pair in pairs for word in set(pair))
    return {id_: id_ if taken[title.casefold()] > 1 or re.search(r"[;\n]", title) else title for id_, title in pairs}
