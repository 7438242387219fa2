"""Program lists in layouts that people make by hand: merged cells, lists side by side, a title beside a code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from cluster_kit.crosswalk import read_inventory
from cluster_kit.crosswalk.errors import NoTableError
from cluster_kit.crosswalk.inventory import Inventory, read_inventory_from
from tests.crosswalk.samples import as_csv


def describe(inventory: Inventory) -> list[tuple[str, str, str, int | None]]:
    return [(one.code, one.title, one.location, one.enrollment) for one in inventory.programs]


def find_kinds(inventory: Inventory) -> dict[str, tuple[int, ...]]:
    return {finding.kind: finding.rows for finding in inventory.findings}


def test_a_merged_cell_is_that_of_each_row_except_numbers_of_students(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["District", "CIP Code", "Program", "Enrollment"],
        ["North", "52.0301", "Accounting", 40],
        ["", "", "Bookkeeping", ""],
        ["", "51.3801", "Nursing", 5],
        ["South", "48.0508", "Welding", 7],
    ]
    inventory = read_inventory(_merge(tmp_path, rows))
    assert describe(inventory) == [
        ("52.0301", "Accounting", "North", 40),
        ("52.0301", "Bookkeeping", "North", None),
        ("51.3801", "Nursing", "North", 5),
        ("48.0508", "Welding", "South", 7),
    ]
    assert find_kinds(inventory)["merged_cells"] == (3, 4)


def _merge(folder: Path, rows: Sequence[Sequence[object]]) -> Path:
    """The rows in a workbook, with the district, the code, and the number of students merged over rows 2 to 3 or 4."""
    path = folder / "merged.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("2026")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        sheet.merge_range("A2:A4", "North")
        sheet.merge_range("B2:B3", "52.0301")
        sheet.merge_range("D2:D3", 40)
    return path


def test_a_title_beside_some_codes_is_separated() -> None:
    rows: list[list[object]] = [
        ["CIP Code", "Program"],
        ["52.0301", "Accounting"],
        ["51.3801", "Nursing"],
        ["48.0508-Welding", ""],
        ["48.0508 Welding Technology", "Welding II"],
        ["480508 – Welder", ""],
        ["48.0508AB", "Own digits"],
        ["48.0508-01", "Own number"],
    ]
    inventory = read_inventory_from("programs.csv", as_csv(rows))
    assert [(one.code, one.title) for one in inventory.programs][2:] == [
        ("48.0508", "Welding"),
        ("48.0508", "Welding II"),
        ("48.0508", "Welder"),
        ("48.0508", "Own digits"),
        ("48.0508", "Own number"),
    ]
    kinds = find_kinds(inventory)
    assert kinds["code_with_title"] == (4, 5, 6)
    assert kinds["code_state_digits"] == (7, 8)
    assert not {"title_missing", "code_unreadable"} & kinds.keys()


BESIDE: list[list[object]] = [
    ["CIP Code", "Program", "Enrollment", "", "CIP Code", "Program", "Enrollment"],
    ["52.0301", "Accounting", 10, "", "51.3801", "Nursing", 9],
    ["52.0201", "Business", 10, "", "", "", ""],
]


def test_lists_side_by_side_are_refused_with_their_columns() -> None:
    with pytest.raises(NoTableError) as caught:
        read_inventory_from("programs.csv", as_csv(BESIDE))
    assert caught.value.sentence == (
        "programs.csv has lists side by side, in the columns A to C (CIP Code, Program, Enrollment) and E to G (CIP "
        "Code, Program, Enrollment). Put each on a sheet of its own, or one below the other."
    )
    assert "--column title=F" in str(caught.value)


def test_one_of_two_lists_side_by_side_is_read_by_a_letter() -> None:
    inventory = read_inventory_from("programs.csv", as_csv(BESIDE), columns={"title": "F"})
    assert describe(inventory) == [("51.3801", "Nursing", "", 9)]
    assert "sheets_passed_over" not in find_kinds(inventory)


def test_empty_columns_within_a_list_separate_nothing() -> None:
    rows: list[list[object]] = [
        ["CIP 2010", "", "CIP 2020", "", "Program", "Enrollment"],
        ["52.0301", "", "52.0301", "", "Accounting", 3],
        ["51.1601", "", "51.3801", "", "Nursing", 4],
    ]
    assert describe(read_inventory_from("programs.csv", as_csv(rows))) == [
        ("52.0301", "Accounting", "", 3),
        ("51.3801", "Nursing", "", 4),
    ]
