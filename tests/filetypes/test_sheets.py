"""Workbooks as rows of values; a small file that claims billions of cells causes an error, not a crash."""

from __future__ import annotations

import datetime as dt
import io
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import xlsxwriter

from cluster_kit.filetypes import SheetError, inspect_file, read_sheets
from cluster_kit.filetypes.reader_process import find_opendocument_spans, list_merged
from cluster_kit.filetypes.sheets import MAX_MEMORY_BYTES, READER, READERS_AT_ONCE
from tests.filetypes.samples import make_ods, make_ods_cell, make_workbook, make_zip
from tests.libreoffice import SOFFICE, convert

FAR = (1_048_575, 16_383)
CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
PART = "xl/worksheets/sheet1.xml"


def replace_part(raw: bytes, name: str, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts: dict[str, str | bytes] = {one: archive.read(one) for one in archive.namelist()}
    content = parts.pop(name)
    assert isinstance(content, bytes)
    assert old in content
    parts[name] = content.replace(old, new)
    return make_zip(parts)


def test_values_come_as_what_they_are() -> None:
    (sheet,) = read_sheets(inspect_file(make_workbook([(0, 0, "CIP"), (1, 1, 1.5), (2, 0, "last")])))
    assert sheet.name == "Programs"
    assert sheet.rows == [["CIP", ""], ["", 1.5], ["last", ""]]


def test_rows_keep_their_numbers_where_the_first_are_empty() -> None:
    (sheet,) = read_sheets(inspect_file(make_workbook([(3, 2, "CIP")])))
    assert sheet.rows[3][2] == "CIP"


def test_formatted_empty_cells_to_the_end_of_the_sheet_are_nothing() -> None:
    (sheet,) = read_sheets(inspect_file(make_workbook([(0, 0, "CIP"), (1, 0, "01.0101")], [FAR, (1_048_575, 0)])))
    assert sheet.rows == [["CIP"], ["01.0101"]]


def test_one_long_column_is_read() -> None:
    (sheet,) = read_sheets(inspect_file(make_workbook([(0, 0, "CIP"), (300_000, 1, "01.0101")])))
    assert len(sheet.rows) == 300_001


def make_bomb() -> bytes:
    return make_workbook([(0, 0, 1), (*FAR, 2)])


def make_bomb_without_references() -> bytes:
    return replace_part(make_bomb(), PART, b'<c r="XFD1048576"', b'<c r="A1"/>' + b"<c/>" * 16_382 + b"<c")


def make_too_many_cells() -> bytes:
    return make_workbook([(0, 0, 1), (20_000, 1_000, 2)])


@pytest.mark.parametrize(
    "make",
    [make_bomb, make_bomb_without_references, make_too_many_cells],
    ids=["far away", "without references", "too many cells for us alone"],
)
def test_a_small_workbook_of_very_many_cells_is_one_sentence(make: Callable[[], bytes]) -> None:
    raw = make()
    assert len(raw) < 100_000
    with pytest.raises(SheetError, match="more than 6,000,000 cells"):
        read_sheets(inspect_file(raw))


def test_a_small_opendocument_sheet_of_very_many_cells_is_one_sentence() -> None:
    row = f"<table:table-row table:number-rows-repeated='1048576'>{make_ods_cell('x', 16384)}</table:table-row>"
    with pytest.raises(SheetError, match=r"damaged|more than 6,000,000 cells"):
        read_sheets(inspect_file(make_ods(row)))


def test_repeated_empty_cells_of_an_opendocument_sheet_are_nothing() -> None:
    first = f"<table:table-row>{make_ods_cell('CIP', 2)}<table:table-cell table:number-columns-repeated='16382'/>"
    rest = "<table:table-row table:number-rows-repeated='1048575'><table:table-cell/></table:table-row>"
    (sheet,) = read_sheets(inspect_file(make_ods(f"{first}</table:table-row>{rest}")))
    assert sheet.rows == [["CIP", "CIP"]]


def test_what_unpacks_to_too_much_is_not_unpacked() -> None:
    raw = make_zip({"xl/workbook.xml": b" " * 3_000_000})
    with pytest.raises(SheetError, match="unpacks to more than 2 MB"):
        read_sheets(inspect_file(raw), max_unpacked=2_000_000)


@pytest.mark.parametrize("raw", [make_zip({"xl/workbook.xml": "x"}), b"a,b\n1,2\n", b"%PDF-1.7"])
def test_what_is_no_workbook_is_a_sentence(raw: bytes) -> None:
    with pytest.raises(SheetError, match=r"^is .*\.$"):
        read_sheets(inspect_file(raw))


def test_dates_are_dates() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet().write_datetime(0, 0, dt.date(2026, 2, 17), book.add_format({"num_format": "yyyy-mm-dd"}))
    assert read_sheets(inspect_file(buffer.getvalue()))[0].rows == [[dt.date(2026, 2, 17)]]


def test_workbooks_that_arrive_at_once_are_read_a_few_at_a_time_within_8_gib() -> None:
    """Six threads read a workbook of 200,000 cells; beside the readers, their cells are in this process's memory."""
    raw = make_workbook([(row, 0, f"{row}") for row in range(3_000)], [(200_000, 0)])
    most, ended = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not ended.is_set():
            readers = [one for one in psutil.Process().children() if READER in _command(one)]
            most = max(most, len(readers))

    with ThreadPoolExecutor(7) as pool:
        watching = pool.submit(watch)
        reading = [pool.submit(read_sheets, inspect_file(raw)) for _ in range(6)]
        try:
            assert all(len(one.result()[0].rows) == 3_000 for one in reading)
        finally:
            ended.set()
        watching.result()
    assert most == READERS_AT_ONCE
    assert READERS_AT_ONCE * MAX_MEMORY_BYTES <= 3 * 1024**3


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_merged_cells_are_known_by_their_rows_and_column() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:C1", "Title")
        sheet.merge_range("A2:A4", "Ohio")
        sheet.write_column("B2", ["Ana", "Ben", "Cy"])
        sheet.merge_range("A5:A9", "Guam")
        sheet.write("B5", "Tasi")
    (sheet_cells,) = read_sheets(inspect_file(buffer.getvalue()))
    assert sheet_cells.merged == ((1, 3, 0),)
    assert sheet_cells.find_repeated(0) == {2: {0: "Ohio"}, 3: {0: "Ohio"}}
    assert sheet_cells.find_repeated(2) == {}
    assert sheet_cells.repeat_merged()[2:4] == [["Ohio", "Ben"], ["Ohio", "Cy"]]


def test_merged_cells_of_an_opendocument_sheet_are_known() -> None:
    """Behind repeated rows and cells, and in a block of rows and columns."""
    empty = "<table:table-row table:number-rows-repeated='2'><table:table-cell/></table:table-row>"
    merged = (
        "<table:table-cell office:value-type='string' table:number-rows-spanned='2' table:number-columns-spanned='2'>"
        "<text:p>Ohio</text:p></table:table-cell><table:covered-table-cell/>"
    )
    first = f"<table:table-row>{make_ods_cell('x', 2)}{merged}{make_ods_cell('Ana')}</table:table-row>"
    covered = "<table:covered-table-cell table:number-columns-repeated='2'/>"
    second = f"<table:table-row>{make_ods_cell('y', 2)}{covered}{make_ods_cell('Ben')}</table:table-row>"
    (sheet,) = read_sheets(inspect_file(make_ods(f"{empty}{first}{second}")))
    assert sheet.merged == ((2, 3, 2),)
    assert sheet.repeat_merged()[3] == ["y", "y", "Ohio", "", "Ben"]


@pytest.mark.parametrize("spanned", ["999999999999999999999", "-3", "x", "0", "1e9"])
def test_a_span_that_is_no_number_merges_nothing(spanned: str) -> None:
    cell = f"<table:table-cell table:number-rows-spanned='{spanned}'><text:p>x</text:p></table:table-cell>"
    assert find_opendocument_spans(make_ods(f"<table:table-row>{cell}</table:table-row>")) == [[]]


def test_merged_cells_of_a_damaged_file_or_one_with_entities_are_none() -> None:
    raw = make_ods("<table:table-row/>")
    with_entity = replace_part(raw, "content.xml", b"?>", b"?><!DOCTYPE x [<!ENTITY a 'b'>]>")
    assert find_opendocument_spans(with_entity) == []
    assert find_opendocument_spans(replace_part(raw, "content.xml", b"</office:body>", b"")) == []
    assert find_opendocument_spans(make_workbook([(0, 0, "x")])) == []


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_merged_cells_that_libreoffice_saved_are_known(tmp_path: Path, kind: str) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "people.xlsx")) as book:
        book.add_worksheet("Read me").write(0, 0, "A list")
        sheet = book.add_worksheet("List")
        sheet.merge_range("B2:B4", "Ohio")
        sheet.write_column("C2", ["Ana", "Ben", "Cy"])
    saved = convert(tmp_path / "people.xlsx", kind, tmp_path)
    _, sheet_cells = read_sheets(inspect_file(saved.read_bytes()))
    assert sheet_cells.merged == ((1, 3, 1),)
    assert [row[1:] for row in sheet_cells.repeat_merged()[1:]] == [["Ohio", "Ana"], ["Ohio", "Ben"], ["Ohio", "Cy"]]


def test_ranges_of_merged_cells_that_overlap_take_no_longer_than_the_table() -> None:
    ranges = [((at, 0), (1_000_000, 0)) for at in range(100_000)]
    assert list_merged(ranges, [["x"]] * 50) == ((0, 49, 0),)
    assert list_merged(None, [["x"]]) == ()
