"""Lists of programs in many layouts give the same inventory."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster_kit.crosswalk import read_inventory, read_inventory_from
from cluster_kit.crosswalk.inventory import Inventory, read_level
from tests.crosswalk.samples import HEADER, PLAIN, as_csv, as_xlsx


def kinds(inventory: Inventory) -> set[str]:
    return {finding.kind for finding in inventory.findings}


def told(inventory: Inventory) -> list[tuple[object, ...]]:
    return [(p.code, p.title, p.level, p.enrollment, p.concentrators) for p in inventory.programs]


EXPECTED = told(read_inventory_from("plain.csv", as_csv(PLAIN)))


def test_a_plain_list_is_read_as_it_stands() -> None:
    inventory = read_inventory_from("plain.csv", as_csv(PLAIN))
    assert EXPECTED[0] == ("01.0101", "Agricultural Business", "secondary", 40, 12)
    assert inventory.findings == ()
    assert inventory.programs[2].row == 4
    assert inventory.columns["concentrators"] == "CTE Concentrators"


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_every_common_separator_is_found(separator: str) -> None:
    assert told(read_inventory_from("plain.txt", as_csv(PLAIN, separator=separator))) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_every_common_encoding_is_found(encoding: str) -> None:
    assert told(read_inventory_from("plain.csv", as_csv(PLAIN, encoding))) == EXPECTED


def test_a_title_above_the_table_and_notes_below_it_are_passed_over(tmp_path: Path) -> None:
    rows = [
        ["CTE programs approved for 2026"],
        [],
        *PLAIN,
        [],
        ["Source: program approval system, as of July 1, 2026."],
    ]
    inventory = read_inventory(as_xlsx(tmp_path / "p.xlsx", {"Programs": rows}))
    assert told(inventory) == EXPECTED
    assert inventory.programs[0].row == 4
    assert "notes" in kinds(inventory)


def test_column_names_in_two_merged_rows_are_read_together(tmp_path: Path) -> None:
    upper = ["CIP Code", "Program", "Career Cluster", "Level", "Learners", "", "District"]
    lower = ["", "Title", "", "", "Enrollment", "Concentrators", ""]
    path = as_xlsx(tmp_path / "p.xlsx", {"Programs": [upper, lower, *PLAIN[1:]]}, merged=["E1:F1"])
    inventory = read_inventory(path)
    assert told(inventory) == EXPECTED
    assert "header_rows" in kinds(inventory)


def test_totals_and_repeated_column_names_are_left_out() -> None:
    rows = [
        *PLAIN[:2],
        ["", "Total North", "", "", 40, 12, ""],
        HEADER,
        *PLAIN[2:],
        ["Grand Total", "", "", "", 150, 71, ""],
    ]
    inventory = read_inventory_from("p.csv", as_csv(rows))
    assert told(inventory) == EXPECTED
    assert {"totals", "repeated_header"} <= kinds(inventory)


def test_two_hundred_columns_are_no_hindrance() -> None:
    rows = [[*row, *(f"Extra {n}" if not number else n for n in range(200))] for number, row in enumerate(PLAIN)]
    assert told(read_inventory_from("p.csv", as_csv(rows))) == EXPECTED


def test_the_sheet_that_fits_best_is_read_and_the_others_named(tmp_path: Path) -> None:
    sheets = {
        "Read me": [["How to use this"]],
        "Programs": PLAIN,
        "Codes": [["CIP Code", "Title"], ["01.0101", "Farm"]],
    }
    inventory = read_inventory(as_xlsx(tmp_path / "p.xlsx", sheets))
    assert inventory.sheet == "Programs"
    assert told(inventory) == EXPECTED


def test_columns_may_be_named_by_hand_or_by_letter(tmp_path: Path) -> None:
    rows = [["Federal nbr", "What it is called", "x", "y", "z", "w", "v"], *PLAIN[1:]]
    inventory = read_inventory(
        as_xlsx(tmp_path / "p.xlsx", {"P": rows}),
        columns={"cip": "Federal nbr", "title": "What it is called", "level": "D"},
    )
    assert [(p.code, p.level) for p in inventory.programs] == [(row[0], row[2]) for row in EXPECTED]


def test_a_repeated_row_counts_once_and_one_with_other_numbers_stays() -> None:
    other = [*PLAIN[1][:4], 41, 12, "North"]
    inventory = read_inventory_from("p.csv", as_csv([*PLAIN, PLAIN[1], other]))
    assert len(inventory.programs) == 4
    assert next(f for f in inventory.findings if f.kind == "duplicate").rows == (5,)
    assert next(f for f in inventory.findings if f.kind == "same_program").rows == (6,)


def test_rows_that_look_alike_stay_where_nothing_says_where_they_are() -> None:
    rows = [row[:6] for row in [*PLAIN, PLAIN[1]]]
    assert len(read_inventory_from("p.csv", as_csv(rows)).programs) == 4


def test_numbers_of_learners_that_are_withheld_or_wrong_are_not_known() -> None:
    row = ["52.0301", "Accounting", "Finance", "Secondary"]
    rows = [HEADER, [*row, "1,234", "<10", "A"], [*row, "-5", "many", "B"], [*row, 10, 12, "C"]]
    inventory = read_inventory_from("p.csv", as_csv(rows))
    assert [(p.enrollment, p.concentrators) for p in inventory.programs] == [(1234, None), (None, None), (10, 12)]
    assert {"count_suppressed", "count_negative", "count_unreadable", "more_concentrators"} <= kinds(inventory)


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("Secondary", "secondary"), ("HS", "secondary"), ("Grades 9-12", "secondary"),
        ("Postsecondary", "postsecondary"),
        ("Post-Secondary", "postsecondary"), ("Community College", "postsecondary"), ("Adult", "adult"),
        ("Secondary and Postsecondary", "both"), ("", ""), ("Q", "other"),
    ],
)  # fmt: skip
def test_a_level_is_known_by_many_words(words: str, level: str) -> None:
    assert read_level(words) == level
