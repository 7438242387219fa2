"""Lists of programs that are side by side on one sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from cluster_kit.crosswalk.errors import NoTableError
from cluster_kit.crosswalk.grids import Cell, Grid
from cluster_kit.filetypes.headers import Header, column_letter, name_block, plain_header, split_at_gaps
from cluster_kit.filetypes.sheets import is_filled

Match = Callable[[Sequence[str]], dict[str, int]]
_KEYS = ("title", "cip")


@dataclass(frozen=True)
class _Block:
    """Columns between empty ones: those with a role that a list has once, their plain names, and the last row."""

    columns: range
    keys: Mapping[str, int]
    names: Mapping[str, str]
    last_row: int

    def is_beside(self, other: _Block) -> bool:
        """Whether these are two lists: both have a role, in columns of one name or with an end of their own."""
        shared = self.keys.keys() & other.keys.keys()
        same_name = any(self.names[role] == other.names[role] for role in shared)
        return other is not self and bool(shared) and (same_name or self.last_row != other.last_row)


def choose_list(file: str, grid: Grid, header: Header, named: Mapping[str, int], match: Match) -> tuple[Grid, Header]:
    """The only list of a sheet, or the one of whose columns some were ``named``, without the others' cells.

    Empty columns within one list, such as between two editions of the CIP, separate nothing.
    Raises ``NoTableError`` if there are several.
    """
    rows = grid.rows[header.row + 1 :]
    spans = split_at_gaps(header.names, rows)
    blocks = [block for span in spans if (block := _describe(header.names, rows, span, match)).keys]
    beside = [block for block in blocks if any(block.is_beside(other) for other in blocks)]
    chosen = [block for block in beside if any(at in block.columns for at in named.values())] or beside
    if not beside:
        return grid, header
    if len(chosen) > 1:
        where = f"{file}, sheet '{grid.name}'," if grid.name else file
        columns = " and ".join(name_block(header.names, block.columns) for block in chosen)
        role, place = next(iter(chosen[1].keys.items()))
        raise NoTableError(
            f"{where} has lists side by side, in the columns {columns}. Put each on a sheet of its own, or one below "
            "the other.",
            f"To read one of them, name a column of it by its letter: --column {role}={column_letter(place)}.",
            header.names,
        )
    hidden = {at for block in beside if block is not chosen[0] for at in block.columns}
    kept = [["" if at in hidden else cell for at, cell in enumerate(row)] for row in grid.rows]
    names = tuple("" if at in hidden else name for at, name in enumerate(header.names))
    free = ["" if at in named.values() else name for at, name in enumerate(names)]
    roles = {role: at for role, at in match(free).items() if role not in named} | dict(named)
    return replace(grid, rows=kept, merged=()), replace(header, names=names, roles=roles)


def _describe(names: Sequence[str], rows: Sequence[Sequence[Cell]], span: range, match: Match) -> _Block:
    roles = match([name if at in span else "" for at, name in enumerate(names)])
    keys = {role: roles[role] for role in _KEYS if role in roles}
    filled = (at for at in range(len(rows) - 1, -1, -1) if any(map(is_filled, rows[at][span.start : span.stop])))
    return _Block(span, keys, {role: plain_header(names[at]) for role, at in keys.items()}, next(filled, -1))
