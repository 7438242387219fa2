"""No cell that the kit writes is executed by a spreadsheet, and numbers stay numbers."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from cluster_kit.breakouts.rooms import Rooms
from cluster_kit.crosswalk.text_files import _write as write_crosswalk_file
from cluster_kit.exports.tables import write_table
from cluster_kit.filetypes import TableLimits, read_table_file
from cluster_kit.text import count_of, csv_text, guard_formula, inflect, join_words, unguard_formula

FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1+1", "'=1", "＝1+1", "＋1", "－1+1", "＠A1", "\u2212A1",
    "\ufeff=1+1", "\u200b=1+1", " =1+1", "\u00a0@A1", "+1 614 555 0100", "-",
]  # fmt: skip
HARMLESS = [
    "-5",
    "+3.5",
    "\u22125",
    "-1,204",
    "-12.5%",
    "",
    "Ohio",
    "a=b",
    "3-1",
    "O'Brien",
    "01.0101",
    "'t Hooft",
    "''",
    "O'-Brien",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_could_start_a_formula_is_guarded(text: str) -> None:
    assert guard_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_and_other_text_stay_as_they_are(text: str) -> None:
    assert guard_formula(text) == text


@pytest.mark.parametrize("text", [*FORMULAS, *HARMLESS, "''=1", "'-5", "Rock'-n-Roll", "D'@rcy"])
def test_a_guarded_cell_is_read_as_it_was(text: str) -> None:
    assert unguard_formula(str(guard_formula(text))) == text
    table = read_table_file(
        csv_text([["name", "next"], [text, "x"]]).encode(), "a CSV file", TableLimits(1_000_000, "")
    )
    assert table.sheets[0].rows[1][0] == text


@pytest.mark.parametrize("value", [-5, 1.5, True, None])
def test_what_is_no_text_is_no_formula(value: object) -> None:
    assert guard_formula(value) is value


@pytest.mark.parametrize("text", FORMULAS)
def test_every_file_of_cells_is_guarded_alike(tmp_path: Path, text: str) -> None:
    """Exports, the crosswalk's files, and the video call's rooms share one rule."""
    path = tmp_path / "file.csv"
    write_crosswalk_file(path, [[text]])
    [[coded]] = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
    write_table(pd.DataFrame({"words": pd.Series([text], dtype="str")}), path)
    [_, [exported]] = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
    [_, [room, _]] = csv.reader(io.StringIO(Rooms(((text, "a@b.org"),), ()).as_csv(), newline=""))
    assert coded == exported == room == f"'{text}"


def test_csv_has_the_line_ends_that_spreadsheets_write() -> None:
    assert csv_text([["a", 1], ["b", None]]) == "a,1\r\nb,\r\n"


def test_a_count_agrees_with_its_noun() -> None:
    assert [count_of(n, "state") for n in (0, 1, 1204)] == ["0 states", "1 state", "1,204 states"]
    assert count_of(2, "territory", "territories") == "2 territories"
    assert [inflect(n, "is", "are") for n in (0, 1, 2)] == ["are", "is", "are"]


def test_words_are_a_list_in_a_sentence() -> None:
    lists = [[], ["Guam"], ["Guam", "Ohio"], ["Guam", "Ohio", "Utah"]]
    assert [join_words(words) for words in lists] == ["", "Guam", "Guam and Ohio", "Guam, Ohio, and Utah"]
    assert join_words(iter((".pdf", ".docx", ".html")), "or") == ".pdf, .docx, or .html"
