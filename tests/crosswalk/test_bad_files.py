"""Bad input: one clear sentence with the row or the column, while everything else is processed."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest

from cluster_kit.crosswalk import (
    NoTableError,
    StudentDataError,
    UnreadableListError,
    read_inventory,
    read_inventory_from,
)
from cluster_kit.crosswalk.inventory import Inventory
from cluster_kit.crosswalk.reference import Reference
from tests.crosswalk.samples import HEADER, PLAIN, as_csv, as_xlsx, make_rows, with_member

MESS = b'",;\t\n\r\0=|1.0 \xe9\xff<PK'


def sentence(inventory: Inventory, kind: str) -> str:
    return next(finding.sentence for finding in inventory.findings if finding.kind == kind)


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf", b",,,\n,,,\n"])
def test_an_empty_file_is_said_to_be_empty(raw: bytes) -> None:
    with pytest.raises(UnreadableListError, match=r"programs\.csv is empty"):
        read_inventory_from("programs.csv", raw)


def test_a_workbook_that_is_none_is_not_asked_for_as_the_workbook_that_it_is_called() -> None:
    raw = b"\0\xd8\xd8\0" + bytes(range(256)) * 8
    with pytest.raises(UnreadableListError, match=r"programs\.xlsx is of no kind that can be read, or is damaged"):
        read_inventory_from("programs.xlsx", raw)


def test_a_workbook_without_cells_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(UnreadableListError, match="is empty"):
        read_inventory(as_xlsx(tmp_path / "programs.xlsx", {"Programs": []}))


def test_a_file_that_was_mangled_in_any_way_ends_in_a_sentence_or_is_read(tmp_path: Path, reference: Reference) -> None:
    rows = make_rows(reference, 30)
    wholes = as_csv(rows), as_xlsx(tmp_path / "programs.xlsx", {"Programs": rows}).read_bytes()
    chance = random.Random(5)
    read = refused = 0
    for number in range(200):
        raw = bytearray(wholes[number % 2])
        for _ in range(chance.choice([1, 3, 30])):
            at = chance.randrange(len(raw))
            raw[at : at + chance.randrange(20)] = bytes(chance.choices(MESS, k=chance.randrange(9)))
        try:
            read += bool(read_inventory_from("programs.csv", bytes(raw)).programs)
        except (UnreadableListError, NoTableError) as error:
            refused += str(error).startswith("programs.csv")
    assert (read + refused, read > 20, refused > 20) == (200, True, True)


def test_column_names_without_programs_are_named_with_their_row() -> None:
    with pytest.raises(NoTableError, match="column names in row 1 and no program"):
        read_inventory_from("programs.csv", as_csv([HEADER]))


def test_a_protected_workbook_is_said_to_be_protected() -> None:
    raw = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(UnreadableListError, match="protected with a password"):
        read_inventory_from("programs.xlsx", raw)


def test_a_damaged_workbook_is_said_to_be_damaged(tmp_path: Path) -> None:
    whole = as_xlsx(tmp_path / "programs.xlsx", {"Programs": PLAIN}).read_bytes()
    with pytest.raises(UnreadableListError, match="damaged"):
        read_inventory_from("programs.xlsx", whole[: len(whole) // 2])


@pytest.mark.parametrize(
    ("raw", "word"), [(b"%PDF-1.7 ...", "PDF"), (b"<html><table>", "web page"), (b"<?xml ?>", "XML")]
)
def test_a_file_of_another_kind_is_called_by_its_name(raw: bytes, word: str) -> None:
    with pytest.raises(UnreadableListError, match=word):
        read_inventory_from("programs.xls", raw)


def test_macros_are_not_run_and_the_list_is_read(tmp_path: Path) -> None:
    path = with_member(as_xlsx(tmp_path / "programs.xlsm", {"Programs": PLAIN}), "xl/vbaProject.bin")
    inventory = read_inventory(path)
    assert len(inventory.programs) == 3
    assert "macros" in sentence(inventory, "macros")


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = as_xlsx(tmp_path / "programs.xlsx", {"Programs": PLAIN, "Notes": [["hello"]]})
    with pytest.raises(NoTableError, match=r"no sheet 'Program list'. Its sheets are: Programs, Notes"):
        read_inventory(path, sheet="Program list")


def test_a_sheet_without_programs_names_its_columns(tmp_path: Path) -> None:
    path = as_xlsx(tmp_path / "programs.xlsx", {"Budget": [["Year", "Amount"], [2026, 100]]})
    with pytest.raises(NoTableError, match=r"sheet 'Budget' has no column of CIP codes .* columns are: Year, Amount"):
        read_inventory(path)


def test_without_a_cip_column_titles_are_read_and_the_columns_named() -> None:
    rows = [row[1:] for row in PLAIN]
    inventory = read_inventory_from("programs.csv", as_csv(rows))
    assert [program.title for program in inventory.programs] == [row[1] for row in PLAIN[1:]]
    assert "Program Title" in sentence(inventory, "no_cip_column")
    assert "--column cip=NAME" in sentence(inventory, "no_cip_column")


def test_a_column_asked_for_that_is_not_there_is_named() -> None:
    with pytest.raises(NoTableError, match="no column called 'Our code'"):
        read_inventory_from("programs.csv", as_csv(PLAIN), columns={"cip": "Our code"})
    with pytest.raises(NoTableError, match="'colour' is not a column that is read"):
        read_inventory_from("programs.csv", as_csv(PLAIN), columns={"colour": "District"})


def test_a_date_in_place_of_a_code_is_named_with_its_row(tmp_path: Path) -> None:
    rows = [*PLAIN, [dt.date(2024, 1, 1), "Agriscience", "", "Secondary", 5, 1, "South"]]
    inventory = read_inventory(as_xlsx(tmp_path / "programs.xlsx", {"Programs": rows}))
    assert len(inventory.programs) == 4
    assert inventory.programs[3].code == ""
    assert sentence(inventory, "code_date").startswith("Row 5: the CIP code is a date")


@pytest.mark.parametrize("written", ["1.01", "01.0101 ", '"01.0101"', "10101"])
def test_codes_in_many_spellings_come_out_in_one(written: str) -> None:
    inventory = read_inventory_from("programs.csv", as_csv([HEADER, [written, "Farm", "", "", "", "", "N"]]))
    assert inventory.programs[0].code in ("01.01", "01.0101")
    assert any(finding.rows == (2,) for finding in inventory.findings)


def test_windows_text_is_read_and_its_rows_named() -> None:
    rows = [*PLAIN, ["12.0503", "Arte culinario y pastelería", "", "Secondary", 9, 1, "Mayagüez"]]
    inventory = read_inventory_from("programs.csv", as_csv(rows, "cp1252"))
    assert inventory.programs[3].location == "Mayagüez"
    assert sentence(inventory, "old_encoding").startswith("Row 5: the text is not UTF-8")


def test_mixed_encodings_are_read_line_by_line() -> None:
    first = as_csv([HEADER, ["12.0503", "Pastelería", "", "", "", "", "Ponce"]])
    second = as_csv([["12.0501", "Panadería", "", "", "", "", "Añasco"]], "cp1252")
    inventory = read_inventory_from("programs.csv", first + second)
    assert [program.title for program in inventory.programs] == ["Pastelería", "Panadería"]
    assert sentence(inventory, "mixed_encoding").startswith("Row 3:")


def test_a_quotation_mark_that_nothing_closes_is_named_with_its_row() -> None:
    raw = as_csv(PLAIN) + b'"52.0301,Accounting\n' + b"52.0301,Accounting,,,,,\n" * 2000
    with pytest.raises(UnreadableListError, match="from row 5 on"):
        read_inventory_from("programs.csv", raw)


def test_a_row_with_too_many_cells_is_left_out_and_named() -> None:
    raw = as_csv(PLAIN) + b"52.0301,Accounting, Finance, and more,Secondary,1,1,North,East\n"
    inventory = read_inventory_from("programs.csv", raw)
    assert len(inventory.programs) == 3
    assert "Row 5" in sentence(inventory, "too_many_cells")


@pytest.mark.parametrize(
    "column",
    ["Student ID", "StudentID", "SSN", "SSID", "Date of Birth", "DOB", "Student Name", "Last Name", "student_state_id"],
)
def test_columns_about_single_students_are_refused_by_name(column: str) -> None:
    rows = [[*row, column if not number else "x"] for number, row in enumerate(PLAIN)]
    with pytest.raises(StudentDataError, match="lists of programs only") as caught:
        read_inventory_from("programs.csv", as_csv(rows))
    assert column in str(caught.value)


def test_years_among_the_column_names_hide_no_student_column() -> None:
    rows = [["CIP Code", "Program Title", 2025, 2026, "Student ID"], ["01.0101", "Farm", 3, 4, "s1"]]
    with pytest.raises(StudentDataError):
        read_inventory_from("programs.csv", as_csv(rows))


def test_a_data_row_that_mentions_students_is_no_column(tmp_path: Path) -> None:
    rows = [*PLAIN, ["13.1501", "Student Name Badge Design", "", "Secondary", 9, 2, "North"]]
    assert len(read_inventory(as_xlsx(tmp_path / "p.xlsx", {"P": rows})).programs) == 4


def test_social_security_numbers_are_refused_whatever_their_column_is_called(tmp_path: Path) -> None:
    rows = [[*row, "Code 2" if not number else f"123-45-678{number}"] for number, row in enumerate(PLAIN)]
    with pytest.raises(StudentDataError, match="social security numbers"):
        read_inventory(as_xlsx(tmp_path / "programs.xlsx", {"Programs": rows}))


def test_a_sheet_of_students_beside_the_programs_is_refused_too(tmp_path: Path) -> None:
    path = as_xlsx(tmp_path / "p.xlsx", {"Programs": PLAIN, "Learners": [["Student ID", "Program"], ["a1", "Farm"]]})
    with pytest.raises(StudentDataError, match="'Learners'"):
        read_inventory(path)


@pytest.mark.parametrize("column", ["Number of Students", "Participants (#)", "Student Count", "Program Name"])
def test_counts_and_names_of_programs_are_no_student_data(column: str) -> None:
    rows = [[*row, column if not number else "7"] for number, row in enumerate(PLAIN)]
    assert len(read_inventory_from("programs.csv", as_csv(rows)).programs) == 3
