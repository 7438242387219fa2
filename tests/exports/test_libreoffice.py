"""Every kind of workbook that a command writes, opened and saved by the real LibreOffice, cell for cell."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from tests.exports.conftest import FORMULAS
from tests.libreoffice import CALC, convert_all

pytestmark = pytest.mark.skipif(CALC is None, reason="LibreOffice Calc is not installed")

FIELDS = ("organization=A", "sender_name=B", "contact_email=c@example.org", "call_link=https://b.example")
MESSAGES = "messages write morning_of --session 1 --formats xlsx --out OUT --address https://a.example"
COMMANDS = {
    "answers": "export --out OUT/answers.xlsx",
    "attendance": "attendance --session 1 --out OUT/attendance.xlsx",
    "steps": "follow-up --out OUT/steps.xlsx",
    "requests": "assistance --out OUT/requests.xlsx",
    "people": "roster export --out OUT/people.xlsx",
    "session-1-morning_of": " --field ".join([MESSAGES, *FIELDS]),
    "instrument": "instrument template OUT/instrument.xlsx",
    "sample": "crosswalk sample OUT/sample.xlsx",
    "coded_inventory": "crosswalk run OUT/programs.csv --jurisdiction OH --out OUT",
}
PROGRAMS = "CIP Code,Program Title,Enrollment,District\n52.0301,=1+1,12,-5\n01.0101,Farm Management,7,@SUM(A1)\n"
# Sheets to read from top to bottom, which have no header or no filter.
PROSE = {"Read me", "Lists", "Overview", "How to"}
UNFILTERED = ("instrument", "sample")
DAYS = {"due", "by", "first_seen", "last_seen", "answered_at"}
# All sheets, in UTF-8 with commas, each cell as it is displayed.
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


@pytest.fixture
def books(answered: None, settings: Settings, tmp_path: Path) -> dict[str, Path]:
    """The workbook of each command."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "programs.csv").write_text(PROGRAMS)
    settings.file.write_text('series = "2026"\n')
    with Store.open(settings.db_url) as store:
        for number, name in enumerate(FORMULAS):
            who = {"jurisdiction": "OH", "name": name.strip(), "email": f"p{number}@example.org"}
            store.add_person(Person(id=f"p{number}", series="2026", **who))
    for command in COMMANDS.values():
        line = command.replace("OUT", str(out)).split()
        register([line[0]])
        done = CliRunner().invoke(app, [*line, "--home", str(settings.home)])
        assert done.exit_code == 0, (command, done.output, done.exception)
    found = {path.stem: path for path in out.rglob("*.xlsx")}
    assert found.keys() == COMMANDS.keys()
    return found


def test_libreoffice_opens_every_workbook_and_keeps_its_cells(books: dict[str, Path], tmp_path: Path) -> None:
    """Frozen headers are not compared: LibreOffice saves them only from a window."""
    saved = convert_all(list(books.values()), "xlsx", tmp_path)
    shown = convert_all(list(books.values()), AS_CSV, tmp_path)
    for name, copy, text in zip(books, saved, shown, strict=True):
        sheets, copies = load_workbook(books[name]).worksheets, load_workbook(copy).worksheets
        assert [(one.title, one.sheet_state) for one in sheets] == [(one.title, one.sheet_state) for one in copies]
        for sheet, kept in zip(sheets, copies, strict=True):
            check_layout(name, sheet)
            check_kept(sheet, kept)
            check_displayed(sheet, text.with_name(f"{name}-{sheet.title}.csv"))


def check_layout(name: str, sheet: Worksheet) -> None:
    """A table has a frozen header, filters if it is a table to look things up in, and columns of its own widths."""
    if sheet.title in PROSE:
        return
    assert str(sheet.freeze_panes).endswith("2"), sheet.title
    sized = {at for one in sheet.column_dimensions.values() for at in range(one.min, one.max + 1) if one.customWidth}
    assert sized.issuperset(cell.column for cell in sheet[1]), sheet.title
    for cell in (cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None):
        if isinstance(cell.value, dt.datetime):
            assert not cell.value.microsecond, f"{cell.coordinate}: a program that saves it may change its thousandths"
        assert sheet.cell(1, cell.column).value not in DAYS or cell.data_type == "d", (sheet.title, cell.coordinate)
    if name not in UNFILTERED and sheet.max_column > 1 and sheet.title != "Framework":
        assert sheet.auto_filter.ref, (name, sheet.title)


def check_kept(sheet: Worksheet, kept: Worksheet) -> None:
    """The saved sheet has the same cells of the same types, none of them a formula, and looks the same."""
    cells = read_cells(sheet)
    assert read_cells(kept) == cells, sheet.title
    assert "f" not in {kind for kind, _ in cells.values()}, sheet.title
    assert kept.auto_filter.ref == sheet.auto_filter.ref, sheet.title
    assert kept.print_title_rows == sheet.print_title_rows, sheet.title
    for letter, column in sheet.column_dimensions.items():
        if not column.hidden:
            assert kept.column_dimensions[letter].width == pytest.approx(column.width, abs=0.1), (sheet.title, letter)


def check_displayed(sheet: Worksheet, path: Path) -> None:
    """Every text is displayed as it is: no cell is calculated, or shown as another date or number."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for row in sheet:
        for cell in row:
            if cell.data_type == "s":
                assert rows[cell.row - 1][cell.column - 1] == cell.value, (sheet.title, cell.coordinate)


def read_cells(sheet: Worksheet) -> dict[str, tuple[str, object]]:
    """The type and value of each filled cell."""
    return {cell.coordinate: (cell.data_type, cell.value) for row in sheet for cell in row if cell.value is not None}
