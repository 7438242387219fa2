"""The tables of a list of people: below each other, side by side, with merged cells, or several people in a row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from cluster_kit.filetypes import CellValue, ColumnMemory, SheetCells, find_named_columns
from cluster_kit.filetypes.headers import cell_text, column_letter, find_header_row, name_block, split_at_gaps
from cluster_kit.roster.lists.blocks import NAMES, OF_THE_ROW, find_lists_beside, find_people_columns
from cluster_kit.roster.lists.columns import (
    CellCheck,
    correct_by_content,
    is_header_row,
    match_columns,
    match_filled_columns,
)
from cluster_kit.roster.lists.form_headers import is_answer_kind_row
from cluster_kit.roster.lists.report import UnreadableRosterError
from cluster_kit.roster.lists.titled_people import find_titled_columns

KIND = "roster"
"""The kind of table under which chosen columns are remembered."""
_PERSON_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class ListTable:
    """The rows of one table of a sheet, of which row ``begin`` is the first, and the column of each role.

    ``people`` has the columns of each person of a row; ``places`` are those of the first. ``repeated``: by row, the
    texts that merged cells above it have for it. ``titles``: what the headers call each person, such as Data Lead.
    """

    names: Sequence[str]
    people: Sequence[Mapping[str, int]]
    begin: int
    rows: Sequence[Sequence[str]]
    repeated: Mapping[int, Sequence[str]] = field(default_factory=dict)
    titles: Sequence[str] = ()

    @property
    def places(self) -> Mapping[str, int]:
        """The column of each role of the only or the first person of a row."""
        return self.people[0]


def find_list_tables(  # noqa: PLR0913  (how to read the file)
    file: str,
    sheet: SheetCells,
    rows: Sequence[Sequence[str]],
    wanted: Mapping[str, str],
    memory: ColumnMemory,
    checks: Mapping[str, CellCheck],
    *,
    with_earlier: bool = False,
) -> list[ListTable]:
    """The table below the first header, and others below headers of their own; only those with names.

    The first header is the one with the most columns, below what precedes the list, such as its hosts. ``with_earlier``
    reads these as well. ``rows`` are those of the sheet as text.

    Raises ``UnreadableRosterError`` if lists are side by side.
    """
    header = find_header_row(rows, lambda names: match_list_columns(names, wanted, memory, checks))
    if header is None:
        return []
    first = 0 if with_earlier else header.row
    begins = [at for at in range(first, len(rows)) if at == header.row or is_header_row(rows[at])]
    tables = []
    for at, end in zip(begins, [*begins[1:], len(rows)], strict=True):
        names = [*(header.names if at == header.row else rows[at])]
        below = _without_next_heading(rows[at + 1 : end], is_last=end == len(rows))
        names, below = _choose_block(file, names, below, find_named(names, wanted, memory))
        people, titles = _find_people(names, below, wanted, memory, checks)
        if people and people[0].keys() & NAMES:
            people = [_without_foreign_ids(names, below, one) for one in people]
            table = ListTable(names, people, at + 1, below, titles=titles)
            tables.append(_repeat_merged(table, sheet))
    return tables


def _without_next_heading(rows: Sequence[Sequence[str]], *, is_last: bool) -> list[Sequence[str]]:
    """The rows of a table, without the heading of the next one below it."""
    kept = [*rows]
    while kept and not is_last and sum(map(bool, kept[-1])) < 2:
        kept.pop()
    return kept


def _find_people(
    names: Sequence[str],
    below: Sequence[Sequence[str]],
    wanted: Mapping[str, str],
    memory: ColumnMemory,
    checks: Mapping[str, CellCheck],
) -> tuple[list[dict[str, int]], Sequence[str]]:
    """The columns of each person of a row: in most lists, of one. With what the headers call each, if they do."""
    below = [row for row in below if not is_answer_kind_row(row)]
    named = find_named(names, wanted, memory)
    skipped = memory.find_skipped(KIND, _on_one_line(names), wanted)
    people, titles = find_people(names, named, checks)
    if people:
        shared = _find_state(names, people, below, checks) | named
        people = [shared | places | named for places in people]
    else:
        places = match_filled_columns(names, below, lambda those: match_list_columns(those, wanted, memory, checks))
        people = [correct_by_content(names, places, below, checks, named.keys())]
    return [{role: place for role, place in places.items() if role not in skipped} for places in people], titles


def find_people(
    names: Sequence[str], named: Mapping[str, int], checks: Mapping[str, CellCheck]
) -> tuple[list[dict[str, int]], Sequence[str]]:
    """The columns of each person, if a row lists several or calls one by a title, and these titles; else none."""
    if named.keys() & {*NAMES, "email"}:
        return [], ()
    free = _free(names, named)
    if people := find_people_columns(free):
        return people, ()
    titled = find_titled_columns(free, checks["role"])
    taken = {place for places in titled.values() for place in places.values()}
    others = match_columns(["" if at in taken else name for at, name in enumerate(free)]) if titled else {}
    shared = {role: place for role, place in others.items() if role in OF_THE_ROW}
    return [shared | places for places in titled.values()], [*titled]


def _find_state(
    names: Sequence[str],
    people: Sequence[Mapping[str, int]],
    below: Sequence[Sequence[str]],
    checks: Mapping[str, CellCheck],
) -> dict[str, int]:
    """The column of the state of several people in a row, by its content if no header names it."""
    taken = {place for places in people for place in places.values()}
    free = ["" if at in taken else name for at, name in enumerate(names)]
    return correct_by_content(free, {}, below, {"jurisdiction": checks["jurisdiction"]}, ())


def match_list_columns(
    names: Sequence[str], wanted: Mapping[str, str], memory: ColumnMemory, checks: Mapping[str, CellCheck]
) -> dict[str, int]:
    """The columns by their headers, or as named now or for an earlier file. Empty if a named one is missing.

    Headers that call several people by titles have a role, too, so two rows of headers are preferred to the lower one.
    """
    named = find_named(names, wanted, memory)
    if not {role for role, name in wanted.items() if name} <= named.keys():
        return {}
    people, titles = find_people(names, named, checks)
    role = {"role": people[0]["email"]} if len(titles) > 1 else {}
    return (people[0] | role if people else match_columns(_free(names, named))) | named


def find_named(names: Sequence[str], wanted: Mapping[str, str], memory: ColumnMemory) -> dict[str, int]:
    """The columns that were named now or for an earlier file."""
    names = _on_one_line(names)
    return find_named_columns(names, {**memory.find(KIND, names), **wanted})


def _on_one_line(names: Sequence[str]) -> list[str]:
    return [" ".join(name.split()) for name in names]


def _free(names: Sequence[str], named: Mapping[str, int]) -> list[str]:
    return ["" if place in named.values() else name for place, name in enumerate(_on_one_line(names))]


# --- lists side by side, and merged cells ----------------------------------------------------------------------


def _choose_block(
    file: str, names: list[str], rows: list[Sequence[str]], named: Mapping[str, int]
) -> tuple[list[str], list[Sequence[str]]]:
    """The names and rows of the only list, or of the one of whose columns some were named.

    Raises ``UnreadableRosterError`` if there are several.
    """
    blocks = split_at_gaps(names, rows)
    lists = find_lists_beside(names, blocks, match_columns) if len(blocks) > 1 else []
    if not lists or find_people_columns(names):
        return names, rows
    chosen = [block for block in lists if any(place in block for place in named.values())] or lists
    if len(chosen) > 1:
        letter = _letter_of_name(names, chosen[1])
        where = " and ".join(name_block(names, block) for block in chosen)
        raise UnreadableRosterError(
            f"{file} has lists of people side by side, in the columns {where}. Put each on a sheet of its own, or one "
            "below the other.",
            f"To read one of them, name a column of it by its letter: --column name={letter}.",
        )
    roles = match_columns(_only(names, chosen[0])).keys() & NAMES
    others = {at for block in blocks if match_columns(_only(names, block)).keys() & roles for at in block}
    hidden = others - {*chosen[0]}
    kept = [["" if at in hidden else text for at, text in enumerate(row)] for row in (names, *rows)]
    return kept[0], [*kept[1:]]


def _only(names: Sequence[str], block: range) -> list[str]:
    return [name if at in block else "" for at, name in enumerate(names)]


def _letter_of_name(names: Sequence[str], block: range) -> str:
    places = match_columns(_only(names, block))
    return column_letter(places.get("name", places.get("first", block[0])))


def _without_foreign_ids(
    names: Sequence[str], rows: Sequence[Sequence[str]], places: Mapping[str, int]
) -> dict[str, int]:
    """The columns without one called ID that has another system's ids."""
    place = places.get("person")
    if place is not None and names[place].strip().casefold() == "id":
        values = [row[place] for row in rows if place < len(row) and row[place]]
        if not any(map(_PERSON_ID.fullmatch, values)):
            return {role: at for role, at in places.items() if role != "person"}
    return dict(places)


def _repeat_merged(table: ListTable, sheet: SheetCells) -> ListTable:
    """The table with the text of merged cells in each of their rows; an address only with the name beside it."""
    columns = {place for places in table.people for place in places.values()}
    rows, repeated = [*table.rows], {}
    for row, values in sheet.find_repeated(table.begin, columns).items():
        at = row - table.begin
        if at >= len(rows):
            continue
        kept = values.keys() - _addresses_of_others(table.people, values)
        texts = {place: cell_text(values[place]) for place in sorted(kept)}
        if texts:
            rows[at] = [texts.get(place, text) for place, text in enumerate(rows[at])]
            repeated[at] = [*texts.values()]
    return replace(table, rows=rows, repeated=repeated)


def _addresses_of_others(people: Sequence[Mapping[str, int]], values: Mapping[int, CellValue]) -> set[int]:
    """The columns of merged addresses beside names that are not merged."""
    return {
        places["email"]
        for places in people
        if "email" in places and not any(places.get(role) in values for role in NAMES)
    }
