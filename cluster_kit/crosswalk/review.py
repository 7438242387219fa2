"""Reads decisions from the review columns of a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster_kit.crosswalk.decisions import NewDecision
from cluster_kit.crosswalk.errors import NoTableError, ReviewError, UnreadableListError
from cluster_kit.crosswalk.findings import FindingCollector
from cluster_kit.crosswalk.grids import Cell, Grid, read_grids
from cluster_kit.crosswalk.places import Placement, Places
from cluster_kit.crosswalk.workbook import KEY, READ_ME, REVIEW, STATE, WAS, YOURS
from cluster_kit.filetypes.headers import cell_text

_LONGEST_NOTE = 2000
_LONGEST_KEY = 64


@dataclass(frozen=True)
class ReviewedDecisions:
    """Decisions changed since the workbook was written, and the state that it was made for."""

    state: str
    decisions: tuple[NewDecision, ...]


def read_reviewed(path: Path, places: Places) -> ReviewedDecisions:
    """The changed decisions in a workbook's review columns.

    Raises ``UnreadableListError``; ``NoTableError`` if it is not such a workbook; and ``ReviewError`` with every
    problem and its row, in which case none must be stored.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableListError(str(path), f"cannot be read: {error.strerror}.") from error
    grids = {grid.name: grid for grid in read_grids(path.name, raw, FindingCollector())}
    grid = grids.get(REVIEW)
    header = [cell_text(cell) for cell in grid.rows[0]] if grid and grid.rows else []
    if grid is None or not {KEY, *YOURS} <= set(header):
        missing = ", ".join(repr(name) for name in (KEY, *YOURS) if name not in header)
        raise NoTableError(
            f"{path.name} has no sheet {REVIEW!r} with the columns {missing}. Use the workbook that "
            "cluster-kit crosswalk run has written."
        )
    reader = _Reader(places)
    found = [reader.read(number, row, header) for number, row in enumerate(grid.repeat_merged(1)[1:], start=2)]
    if reader.problems:
        raise ReviewError(path.name, tuple(reader.problems))
    return ReviewedDecisions(_state(grids.get(READ_ME)), tuple(decision for decision in found if decision is not None))


def _state(grid: Grid | None) -> str:
    rows = grid.rows if grid else []
    return next((cell_text(row[1]) for row in rows if len(row) > 1 and cell_text(row[0]) == STATE), "")


class _Reader:
    def __init__(self, places: Places) -> None:
        self.problems: list[str] = []
        self._places = places
        self._rows: dict[str, int] = {}

    def read(self, number: int, row: Sequence[Cell], header: Sequence[str]) -> NewDecision | None:
        """The row's decision; None if it is unchanged or invalid."""
        cells = {name: _text(row, at) for at, name in enumerate(header) if name}
        key = cell_text(cells.get(KEY, ""))
        own_cells = [cells[name] for name in YOURS]
        if own_cells == [cells.get(name, "") for name in WAS]:
            return None
        if not key or len(key) > _LONGEST_KEY or not key.isprintable():
            self.problems.append(f"Row {number}: the column {KEY!r} is empty or too long. Restore the original value.")
            return None
        if key in self._rows:
            self.problems.append(f"Row {number}: the key {key!r} is in row {self._rows[key]} too. Remove one.")
            return None
        self._rows[key] = number
        place = self._place(number, own_cells[0], own_cells[1])
        if len(own_cells[2]) > _LONGEST_NOTE:
            self.problems.append(f"Row {number}: the note is longer than {_LONGEST_NOTE} characters. Shorten it.")
        if place is not None and not place.cluster and own_cells[2]:
            self.problems.append(f"Row {number}: there is a note and no Cluster. Choose a Cluster, or clear the note.")
        return None if place is None else NewDecision(key, place, own_cells[2])

    def _place(self, number: int, cluster_name: str, sub_name: str) -> Placement | None:
        cluster = self._places.find_cluster(cluster_name) if cluster_name else ""
        sub = self._places.find_sub_cluster(sub_name) if sub_name else ""
        for name, found, noun in ((cluster_name, cluster, "Cluster"), (sub_name, sub, "Sub-Cluster")):
            if found is None:
                self.problems.append(f"Row {number}: {name!r} is not a {noun}. Choose one from the list in the cell.")
        if cluster is None or sub is None:
            return None
        own = self._places.cluster_of[sub] if sub else cluster
        if cluster and own != cluster:
            titles = self._places.titles
            self.problems.append(
                f"Row {number}: {titles[sub]!r} is a Sub-Cluster of {titles[own]}, not {titles[cluster]}. Change one."
            )
            return None
        return Placement(own, sub)


def _text(row: Sequence[Cell], at: int) -> str:
    cell = row[at] if at < len(row) else None
    return cell.strip() if isinstance(cell, str) else cell_text(cell)
