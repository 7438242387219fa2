"""Import of published crosswalk workbooks.

They have tables of codes to Clusters and Sub-Clusters, of CIP codes that moved, or of SCED course codes to CIP codes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cluster_kit.content.crosswalk_files import load_crosswalk_content
from cluster_kit.crosswalk.codes import read_cip, read_naics, read_sced, read_soc
from cluster_kit.crosswalk.cross_validation import calibrate
from cluster_kit.crosswalk.errors import NoTableError, UnreadableListError
from cluster_kit.crosswalk.findings import FindingCollector, name_rows
from cluster_kit.crosswalk.grids import Cell, Grid, read_grids
from cluster_kit.crosswalk.places import Placement, Places
from cluster_kit.crosswalk.reference import CodeEntry, CodeTable, TableKind, open_reference, save_table
from cluster_kit.filetypes.headers import FIRST_ROWS, cell_text, plain_header
from cluster_kit.text import join_words

_CODE_COLUMNS: tuple[tuple[TableKind, str], ...] = (
    ("cip", r"^(2020 )?cip( code| number)?( 2020)?$"),
    ("soc", r"^(20\d\d )?(o net )?soc( code)?( 20\d\d)?$"),
    ("naics", r"^(20\d\d )?naics( code)?( 20\d\d)?$"),
)
_OLD_CIP, _NEW_CIP = r"^cip code 2010$|^2010 cip( code)?$|^cip 2010$", r"^cip code 2020$|^2020 cip( code)?$|^cip 2020$"
_SCED = r"^sced( course)?( code| id| number)?$"
_TITLE = r"\b(cip|soc|naics|occupation|industry)? ?(title|name)\b"
_SUB = r"\bsub ?clusters?\b"
_CLUSTER = r"\bclusters?\b(?!.*grouping)"


@dataclass(frozen=True)
class TableReport:
    """Import statistics of one kind of table. ``several`` counts codes in more than one Cluster."""

    kind: TableKind
    sheets: tuple[str, ...]
    rows: int
    codes: int
    clusters: int
    sub_clusters: int
    several: int


@dataclass(frozen=True)
class Normalization:
    """A name that was interpreted as another, and the number of rows."""

    written: str
    read_as: str
    rows: int


@dataclass(frozen=True)
class CrosswalkImport:
    """The tables of a workbook, with statistics and problems."""

    file: str
    tables: tuple[CodeTable, ...]
    reports: tuple[TableReport, ...]
    normalizations: tuple[Normalization, ...]
    problems: tuple[str, ...]
    passed_over: tuple[str, ...]


@dataclass
class _Building:
    """One kind of table, while its sheets are read."""

    sheets: list[str] = field(default_factory=list)
    rows: int = 0
    titles: dict[str, str] = field(default_factory=dict)
    places: dict[str, dict[Placement, None]] = field(default_factory=dict)
    moves: dict[str, dict[str, None]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Layout:
    """Column positions of a sheet. ``pairs``: each Cluster column with its Sub-Cluster column, or None."""

    kind: TableKind
    row: int
    code: int
    title: int | None = None
    pairs: tuple[tuple[int, int | None], ...] = ()
    new_code: int | None = None


def import_crosswalk(folder: Path, file: Path, sheet: str = "", overlay: Path | None = None) -> CrosswalkImport:
    """Read a published crosswalk, save its tables in the folder, and fit the confidence for it.

    Parameters
    ----------
    folder
        Where the tables are saved, one JSON file each.
    file
        The workbook, or a delimited text file.
    sheet
        The only sheet to read. Empty means all that have codes and Clusters.
    overlay
        The folder of an organization's pack, which need not exist.

    Raises
    ------
    UnreadableListError, NoTableError
        If the file cannot be read, or no sheet has a crosswalk.
    ContentError
        If the content's Framework or former Clusters have problems.
    """
    imported = import_workbook(file, Places(load_crosswalk_content(overlay).framework), sheet)
    for table in imported.tables:
        save_table(folder, table)
    calibrate(open_reference(folder, overlay), folder)
    return imported


def import_workbook(path: Path, places: Places, sheet: str = "") -> CrosswalkImport:
    """Read every sheet of a crosswalk workbook that has codes and Clusters; skip the others.

    Rows whose code or Cluster cannot be read are left out and reported in ``problems``; all others are imported.

    Raises ``UnreadableListError``, or ``NoTableError`` if no sheet has a crosswalk.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableListError(str(path), f"cannot be read: {error.strerror}.") from error
    grids = read_grids(path.name, raw, FindingCollector())
    if sheet and sheet not in [grid.name for grid in grids]:
        raise NoTableError(f"{path.name} has no sheet '{sheet}'. Its sheets are: {', '.join(g.name for g in grids)}.")
    reader = _Reader(places)
    passed_over = [grid.name for grid in grids if (sheet and grid.name != sheet) or not reader.read(grid)]
    if not reader.built:
        seen = ", ".join(repr(grid.name) for grid in grids if grid.name) or "one table"
        raise NoTableError(
            f"{path.name} holds no crosswalk (looked at: {seen}). A sheet needs a column of codes, such as CIP Code "
            "(2020), and a column Career Cluster."
        )
    return reader.result(path.name, passed_over)


class _Reader:
    """Reads sheets in sequence and collects their entries."""

    def __init__(self, places: Places) -> None:
        self.built: dict[TableKind, _Building] = {}
        self._places = places
        self._renamed: Counter[tuple[str, str]] = Counter()
        self._problems: dict[str, list[int]] = {}

    def read(self, grid: Grid) -> bool:
        """True if the sheet has a crosswalk."""
        layout = _find_layout(grid)
        if layout is None:
            return False
        building = self.built.setdefault(layout.kind, _Building())
        building.sheets.append(grid.name)
        rows = grid.repeat_merged(layout.row + 1)
        for number, row in enumerate(rows[layout.row + 1 :], start=layout.row + 2):
            if any(cell_text(cell) for cell in row):
                self._read_row(building, layout, row, (grid.name, number))
        return True

    def result(self, file: str, passed_over: Sequence[str]) -> CrosswalkImport:
        now = dt.datetime.now(dt.UTC)
        tables, reports = [], []
        for kind, built in self.built.items():
            entries = tuple(_entry(built, code) for code in sorted(built.titles))
            tables.append(CodeTable(kind=kind, source=file, imported_at=now, entries=entries))
            reports.append(_report(kind, built, entries))
        problems = tuple(f"{words} ({name_rows(rows)})." for words, rows in self._problems.items())
        renamed = tuple(Normalization(*names, rows) for names, rows in sorted(self._renamed.items()))
        return CrosswalkImport(file, tuple(tables), tuple(reports), renamed, problems, tuple(passed_over))

    def _read_row(self, built: _Building, layout: _Layout, row: Sequence[Cell], where: tuple[str, int]) -> None:
        sheet, number = where
        written = cell_text(_at(row, layout.code))
        code = _read_code(layout.kind, _at(row, layout.code))
        if not code:
            if written and any(cell_text(_at(row, place)) for place in self._named(layout)):
                self._problem(f"Sheet '{sheet}': {written!r} is not a code; left out", number)
            return
        if layout.new_code is not None:
            new = read_cip(_at(row, layout.new_code)).code
            if new and new != code:
                built.moves.setdefault(code, {})[new] = None
                built.titles.setdefault(code, cell_text(_at(row, layout.title)))
                built.rows += 1
            return
        found = [place for pair in layout.pairs for place in self._places_in(row, pair, where)]
        if found:
            built.rows += 1
            built.titles.setdefault(code, cell_text(_at(row, layout.title)))
            built.places.setdefault(code, {}).update(dict.fromkeys(found))

    @staticmethod
    def _named(layout: _Layout) -> list[int | None]:
        return [place for pair in layout.pairs for place in pair] + [layout.new_code]

    def _places_in(self, row: Sequence[Cell], pair: tuple[int, int | None], where: tuple[str, int]) -> list[Placement]:
        sheet, number = where
        names, sub_names = _names(_at(row, pair[0])), _names(_at(row, pair[1]))
        clusters = [self._find(name, "Cluster", sheet, number) for name in names]
        subs = [self._find(name, "Sub-Cluster", sheet, number) for name in sub_names]
        found = []
        for cluster in filter(None, clusters):
            own = [sub for sub in subs if sub and self._places.cluster_of[sub] == cluster]
            found += [Placement(cluster, sub) for sub in own] or [Placement(cluster)]
        for name, sub in zip(sub_names, subs, strict=True):
            if sub and self._places.cluster_of[sub] not in clusters:
                self._problem(f"Sheet '{sheet}': {name!r} is not a Sub-Cluster of {join_words(names, 'or')}", number)
        return found

    def _find(self, name: str, noun: str, sheet: str, number: int) -> str | None:
        find = self._places.find_cluster if noun == "Cluster" else self._places.find_sub_cluster
        found = find(name)
        if found is None:
            self._problem(f"Sheet '{sheet}': {name!r} is not a {noun} of the Framework", number)
        elif self._places.titles[found] != name:
            self._renamed[name, self._places.titles[found]] += 1
        return found

    def _problem(self, text: str, number: int) -> None:
        self._problems.setdefault(text, []).append(number)


def _find_layout(grid: Grid) -> _Layout | None:
    for index, row in enumerate(grid.rows[:FIRST_ROWS]):
        names = [plain_header(cell_text(cell)) for cell in row]
        old, new = _place(names, _OLD_CIP), _place(names, _NEW_CIP)
        if old is not None and new is not None:
            return _Layout("cip_moves", index, old, _place(names, r"title"), (), new)
        course, cip = _place(names, _SCED), new if new is not None else _place(names, _CODE_COLUMNS[0][1])
        if course is not None and cip is not None:
            return _Layout(
                "sced", index, course, _place(names, r"\b(course|sced)\b.*\b(title|name)\b|^title$"), (), cip
            )
        for kind, pattern in _CODE_COLUMNS:
            code = _place(names, pattern)
            pairs = _pairs(names)
            if code is not None and pairs:
                return _Layout(kind, index, code, _place(names, _TITLE), pairs)
    return None


def _pairs(names: Sequence[str]) -> tuple[tuple[int, int | None], ...]:
    """Each Cluster column, paired with the Sub-Cluster column between it and the next Cluster column."""
    pairs: list[tuple[int, int | None]] = []
    for place, name in enumerate(names):
        if re.search(_SUB, name):
            if pairs and pairs[-1][1] is None:
                pairs[-1] = (pairs[-1][0], place)
        elif re.search(_CLUSTER, name):
            pairs.append((place, None))
    return tuple(pairs)


def _place(names: Sequence[str], pattern: str) -> int | None:
    return next((place for place, name in enumerate(names) if re.search(pattern, name)), None)


def _at(row: Sequence[Cell], place: int | None) -> Cell:
    return row[place] if place is not None and place < len(row) else None


def _names(cell: Cell) -> list[str]:
    """The names in a cell, separated by line breaks or semicolons."""
    written = str(cell or "")
    return [part for part in re.split(r"[;\n]", written) if part.strip()]


def _read_code(kind: TableKind, cell: Cell) -> str:
    if kind == "soc":
        return read_soc(cell)
    if kind == "naics":
        return read_naics(cell)
    if kind == "sced":
        return read_sced(cell)
    code = read_cip(cell).code
    return {2: f"{code}.0000", 5: f"{code}00"}.get(len(code), code)


def _entry(built: _Building, code: str) -> CodeEntry:
    """A code's entry. A Cluster alone adds nothing if the same Cluster is listed with a Sub-Cluster."""
    places = built.places.get(code, {})
    detailed = {place.cluster for place in places if place.sub_cluster}
    kept = tuple(sorted(place for place in places if place.sub_cluster or place.cluster not in detailed))
    return CodeEntry(code=code, title=built.titles[code], places=kept, codes=tuple(built.moves.get(code, ())))


def _report(kind: TableKind, built: _Building, entries: Sequence[CodeEntry]) -> TableReport:
    places = {place for entry in entries for place in entry.places}
    return TableReport(
        kind=kind,
        sheets=tuple(built.sheets),
        rows=built.rows,
        codes=len(entries),
        clusters=len({place.cluster for place in places}),
        sub_clusters=len({place.sub_cluster for place in places if place.sub_cluster}),
        several=sum(len({place.cluster for place in entry.places}) > 1 for entry in entries),
    )
