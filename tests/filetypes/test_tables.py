"""One reader for every table: any encoding and layout gives the same cells, and any size ends in time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from cluster_kit.content import load_content
from cluster_kit.content.errors import WorkbookError
from cluster_kit.content.example_import import COLUMNS, read_example_table
from cluster_kit.crosswalk import UnreadableListError, read_inventory
from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.filetypes import (
    ColumnMapping,
    ColumnMemory,
    TableError,
    TableLimits,
    find_named_columns,
    read_column_options,
    read_table_file,
    tables,
)
from cluster_kit.roster.lists.report import UnreadableRosterError
from cluster_kit.roster.lists.staff_list import read_roster
from tests.filetypes.samples import make_ods, make_ods_cell, make_workbook

LIMITS = TableLimits(10_000_000, ". Bring less.")
WANTED = "an .xlsx or .csv file"
CELLS = [["Name", "Town"], ["Zoë", "Mayagüez"], ["José", "Añasco"]]
# The three commands that read lists, each by the function that it calls.
READERS: dict[str, Callable[[Path], object]] = {
    "roster": lambda path: read_roster(load_content("2026"), path),
    "programs": read_inventory,
    "examples": lambda path: read_example_table(path, None, "imported"),
}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_separator_and_line_end_gives_the_same_cells(encoding: str, separator: str, end: str) -> None:
    raw = end.join(separator.join(row) for row in CELLS).encode(encoding)
    file = read_table_file(raw, WANTED, LIMITS)
    assert [list(row) for row in file.sheets[0].rows] == CELLS
    assert file.separator == separator


def test_rows_are_known_by_their_first_line() -> None:
    file = read_table_file(b'sep=;\nName;Town\n"Ana\nReyes";A\nBen;B\n', WANTED, LIMITS)
    assert [file.line_of(row) for row in range(4)] == [1, 2, 3, 5]


def test_hidden_sheets_come_last_and_are_marked(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("First", "Second"):
            book.add_worksheet(name).write(0, 0, name)
        book.worksheets()[1].activate()
        book.worksheets()[0].hide()
    sheets = read_table_file(path.read_bytes(), WANTED, LIMITS).sheets
    assert [(sheet.name, sheet.is_hidden) for sheet in sheets] == [("Second", False), ("First", True)]


def test_a_chart_of_its_own_sheet_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Data").write_column(0, 0, [1, 2, 3])
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Data!$A$1:$A$3"})
        book.add_chartsheet("Picture").set_chart(chart)
    sheets = read_table_file(path.read_bytes(), WANTED, LIMITS).sheets
    assert [sheet.rows for sheet in sheets if sheet.rows] == [[[1.0], [2.0], [3.0]]]


def test_blank_cells_below_and_beside_a_table_are_left_out() -> None:
    raw = make_workbook([(0, 0, "Name"), (1, 0, "Ana"), (900, 0, " "), (1, 40, "\u00a0")])
    assert read_table_file(raw, WANTED, LIMITS).sheets[0].rows == [["Name"], ["Ana"]]


def test_an_opendocument_sheet_is_read() -> None:
    row = f"<table:table-row>{make_ods_cell('Name')}{make_ods_cell('Zoë')}</table:table-row>"
    assert read_table_file(make_ods(row), WANTED, LIMITS).sheets[0].rows == [["Name", "Zoë"]]


@pytest.mark.parametrize(
    "data",
    [
        [{"name": "Ana", "at": {"town": "A"}}, {"name": "Ben", "tags": ["x", 2]}],
        {"count": 2, "items": [{"name": "Ana", "at": {"town": "A"}}, {"name": "Ben", "tags": ["x", 2]}]},
    ],
)
def test_a_json_list_has_its_keys_as_header(data: object) -> None:
    rows = read_table_file(json.dumps(data).encode(), WANTED, LIMITS).sheets[0].rows
    assert rows == [["name", "at town", "tags"], ["Ana", "A", None], ["Ben", None, "x; 2"]]


@pytest.mark.parametrize(
    "raw", [b"[" * 100_000 + b"]" * 100_000, b'{"a": 1}', b"[1, 2]", b'[{"a": ' + b"9" * 5000 + b"}]"]
)
def test_json_without_a_list_of_objects_is_one_sentence(raw: bytes) -> None:
    with pytest.raises(TableError, match=r"is a JSON file\. Bring an .xlsx or .csv file instead"):
        read_table_file(raw, WANTED, LIMITS)


# --- hostile sizes -------------------------------------------------------------------------------------------------


def test_a_file_over_the_limit_is_one_sentence() -> None:
    with pytest.raises(TableError, match=r"^is larger than 10 MB\. Bring less\.$"):
        read_table_file(b"a" * 10_000_001, WANTED, LIMITS)


def test_text_of_too_many_cells_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_CELLS", 1000)
    with pytest.raises(TableError, match=r"^has more than 1,000 cells\. "):
        read_table_file(b"Name" + b"," * 2000 + b"x", WANTED, LIMITS)


def test_text_of_too_many_columns_or_rows_is_one_sentence() -> None:
    with pytest.raises(TableError, match=r"^has more than 16,384 cells in row 2\. "):
        read_table_file(b"Name\n" + b"," * 20_000 + b"x", WANTED, LIMITS)
    with pytest.raises(TableError, match=r"^has more than 3 rows\. "):
        read_table_file(b"Name\nA\nB\nC\n", WANTED, TableLimits(1000, "", max_rows=3))


def test_one_very_long_cell_is_one_sentence() -> None:
    with pytest.raises(TableError, match="cannot be read from row 2 on"):
        read_table_file(b"Name,Town\n" + b"x" * 30_000 + b",A\n", WANTED, LIMITS)


ENDLESS = {
    "letters": b"\xe9" * 1_000_000,
    "commas": b"," * 400_000 + b"x",
    "quotes": b'"' * 1_000_001,
    "brackets": b"[" * 1_000_000,
    "lines": b"a\n" * 60_000,
    "codes": b"01.0101 " * 100_000,
}


@pytest.fixture(scope="module")
def far_away() -> bytes:
    """A workbook whose last cell is in the last row and column that a sheet can have."""
    return make_workbook([(0, 0, "State"), (0, 1, "Name"), (1, 0, "OH"), (1_048_575, 16_383, 1)])


@pytest.mark.parametrize("kind", [*ENDLESS, "cells"])
@pytest.mark.parametrize("command", READERS)
def test_a_hostile_file_is_one_sentence_from_every_command(
    command: str, kind: str, far_away: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(ENDLESS.get(kind, far_away))
    with pytest.raises(ClusterKitError) as caught:
        READERS[command](path)
    assert isinstance(caught.value, UnreadableRosterError | UnreadableListError | WorkbookError | LookupError)
    assert str(caught.value).count("\n") == 0
    assert len(str(caught.value)) < 1500


# --- columns -------------------------------------------------------------------------------------------------------


def test_columns_are_named_by_header_or_letter() -> None:
    names = ["State / Territory", "", "Full Name"]
    assert find_named_columns(names, {"jurisdiction": "state territory", "name": "C"}) == {"jurisdiction": 0, "name": 2}
    assert find_named_columns(names, {"name": "B"}) == {}
    assert find_named_columns(names, {"name": "Full name", "email": "Full Name"}) == {"name": 2, "email": 2}


@pytest.mark.parametrize("pair", ["cip", "=", "=NAME"])
def test_an_option_of_another_form_is_refused(pair: str) -> None:
    with pytest.raises(UsageError, match="is not of the form cip=NAME"):
        read_column_options([pair])


def test_choices_are_kept_by_kind_and_headers(tmp_path: Path) -> None:
    path = tmp_path / "home" / "columns.json"
    ColumnMemory(path).remember("roster", ["Who", "From"], {"name": "Who"})
    ColumnMemory(path).remember("roster", ["From", "Who"], {"jurisdiction": "From"})
    kept = ColumnMemory(path)
    assert kept.find("roster", ["who", "From"]) == {"jurisdiction": "From"}
    assert kept.find("roster", ["Who", "From"]) == {"name": "Who", "jurisdiction": "From"}
    assert kept.find("programs", ["Who", "From"]) == {}
    assert kept.find("roster", ["Who", "From", "Email"]) == {}


@pytest.mark.parametrize("damaged", ["", "[]", "{", '{"a": 1}'])
def test_a_damaged_memory_remembers_nothing(tmp_path: Path, damaged: str) -> None:
    path = tmp_path / "columns.json"
    path.write_text(damaged, "utf-8")
    memory = ColumnMemory(path)
    assert memory.find("roster", ["Who"]) == {}
    memory.remember("roster", ["Who"], {"name": "Who"})
    assert memory.find("roster", ["Who"]) == {"name": "Who"}


def test_a_mapping_says_what_is_read_and_what_is_not() -> None:
    mapping = ColumnMapping({"name": "Who"}, ("Phone", "Diet"), ("name",))
    assert mapping.describe().splitlines() == [
        "Columns: name = 'Who'. To correct one: --column name=HEADER; to read none: --column name=.",
        "As chosen for an earlier file with these headers: name.",
        "Columns not used: Phone, Diet.",
    ]


def test_examples_are_found_below_a_preamble_in_any_sheet_and_by_named_columns(tmp_path: Path) -> None:
    example = {
        "states": "OH", "title": "A made-up example", "did": "Did something that others can borrow.", "when": "2026",
        "link": "The report", "address": "https://example.org/report", "as_of": "2026-06-15",
        "borrow": "The idea of it.", "areas": "data_reporting",
    }  # fmt: skip
    header = ["Headline" if key == "title" else key for key in example]
    path = tmp_path / "e.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Read me").write(0, 0, "How to fill this in")
        sheet = book.add_worksheet("Examples")
        for at, row in enumerate([["Examples of 2026"], [], header, [], list(example.values())]):
            sheet.write_row(at, 0, row)
    with pytest.raises(WorkbookError, match=r"no column title in row 3.*--column title=HEADER"):
        read_example_table(path, None, "imported")
    memory = ColumnMemory(tmp_path / "columns.json")
    found = read_example_table(path, None, "imported", columns={"title": "Headline"}, memory=memory)
    assert [one.title for one in found.examples] == ["A made-up example"]
    again = read_example_table(path, None, "imported", memory=ColumnMemory(memory.path))
    assert again.mapping.remembered == ("title",)
    assert set(again.mapping.columns) <= set(COLUMNS)


def test_a_merged_cell_of_a_table_of_examples_is_that_of_each_row(tmp_path: Path) -> None:
    header = ["states", "title", "did", "when", "link", "address", "as_of", "borrow", "areas"]
    path = tmp_path / "e.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        for at, title in enumerate(["A made-up example", "Another example"], start=1):
            sheet.write_row(at, 1, [title, "Did something that others can borrow."])
            sheet.write_row(at, 7, ["The idea of it.", "data_reporting"])
        merged = {0: "OH", 3: "2026", 4: "The report", 5: "https://example.org/report", 6: "2026-06-15"}
        for column, text in merged.items():
            sheet.merge_range(1, column, 2, column, "")
            sheet.write_string(1, column, text)
    found = read_example_table(path, None, "imported").examples
    assert [(one.states, one.title, str(one.as_of)) for one in found] == [
        (("OH",), "A made-up example", "2026-06-15"),
        (("OH",), "Another example", "2026-06-15"),
    ]


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ('State,Name\nOH,"Ana\nIN,Bo\n', True),
        ('State,Name\nOH,Cy\nOH,"Ana\nIN,Bo', True),
        ('State,Name\nOH,"Ana\nReyes"\n\n', False),
        ('State,Name\nOH,O"Neil\nIN,Bo\n', False),
        ('State,Name\nIN,Bo\nOH,"Ana\nReyes"', False),
    ],
)
def test_a_quotation_mark_that_nothing_closes_is_named_with_its_line(text: str, *, is_open: bool) -> None:
    if not is_open:
        assert read_table_file(text.encode(), "a CSV file", LIMITS).sheets
        return
    with pytest.raises(TableError, match=r"has a quotation mark in line \d that nothing closes"):
        read_table_file(text.encode(), "a CSV file", LIMITS)
