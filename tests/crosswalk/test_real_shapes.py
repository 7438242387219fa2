"""Lists in the shapes that state data systems write, with invented content."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from cluster_kit.crosswalk import (
    NoTableError,
    StudentDataError,
    import_crosswalk,
    open_reference,
    propose_clusters,
    read_inventory,
    read_inventory_from,
)
from cluster_kit.crosswalk.calibration import Calibration
from cluster_kit.crosswalk.codes import read_cip, read_sced
from cluster_kit.crosswalk.inventory import Inventory
from cluster_kit.filetypes import ColumnMemory
from cluster_kit.settings import Settings
from tests.crosswalk.samples import HEADER, PLAIN, as_csv, as_xlsx

Rows = list[list[object]]


def read(rows: Rows, **columns: str) -> Inventory:
    return read_inventory_from("p.csv", as_csv(rows), columns=columns)


def programs(inventory: Inventory) -> list[tuple[str, str]]:
    return [(program.code, program.title) for program in inventory.programs]


def kinds(inventory: Inventory) -> set[str]:
    return {finding.kind for finding in inventory.findings}


# --- code and title in one cell ----------------------------------------------------------------------------------

GLUED: Rows = [
    ["Programs of study, by year"],
    ["Year", "CIPDesc", "Awards"],
    [2022, "14010100 - Engineering, General", 12],
    [2023, "14010100 - Engineering, General", 15],
    [2023, "52030100 - Accounting", 9],
]


def test_code_and_title_in_one_cell_are_separated() -> None:
    inventory = read(GLUED)
    assert programs(inventory) == [("14.0101", "Engineering, General"), ("52.0301", "Accounting")]
    assert {"code_and_title", "earlier_year"} <= kinds(inventory)


def test_one_column_may_be_named_for_both() -> None:
    assert programs(read(GLUED, cip="CIPDesc", title="CIPDesc")) == programs(read(GLUED))


@pytest.mark.parametrize("form", ["{code} {title}", "{title} ({code})", "{code}: {title}", "{title} - {code}"])
def test_a_dotted_code_beside_a_title_is_a_cip_code_in_any_column(form: str) -> None:
    cells = [form.format(code=code, title=title) for code, title, *_ in PLAIN[1:]]
    inventory = read([["Program", "District"], *([cell, "North"] for cell in cells)])
    assert programs(inventory) == [(str(row[0]), str(row[1])) for row in PLAIN[1:]]


def test_a_state_s_own_code_behind_a_title_is_no_cip_code() -> None:
    inventory = read([["Major", "College"], ["Accounting-050200", "North"], ["Welding-095650", "South"]], title="Major")
    assert programs(inventory) == [("", "Accounting"), ("", "Welding")]
    assert [program.program_id for program in inventory.programs] == ["050200", "095650"]
    assert "own_code_and_title" in kinds(inventory)


def test_a_title_that_ends_in_a_number_stays_whole() -> None:
    rows: Rows = [HEADER, ["11.0201", "Programming 2025", "", "Secondary", 4, 1, "North"], *PLAIN[1:]]
    assert programs(read(rows))[0] == ("11.0201", "Programming 2025")


# --- years, places, headings -------------------------------------------------------------------------------------


def test_a_row_for_each_year_is_one_program_and_ended_ones_are_asked_about() -> None:
    rows: Rows = [
        ["School Year", "CIP", "Program", "Enrollment"],
        ["2022-23", "52.0301", "Accounting", 10],
        ["2023-24", "52.0301", "Accounting", 20],
        ["2022-23", "01.0101", "Farm Business", 5],
    ]
    inventory = read(rows)
    assert [(p.code, p.enrollment) for p in inventory.programs] == [("52.0301", 20), ("01.0101", 5)]
    (asked,) = [finding.question for finding in inventory.findings if finding.kind == "ended_year"]
    assert "row 4" in asked


def test_a_row_for_each_college_and_program_is_a_program_at_each_college() -> None:
    rows: Rows = [["College", "CIP", "Program"], ["North", "52.0301", "Accounting"], ["South", "52.0301", "Accounting"]]
    assert [program.location for program in read(rows).programs] == ["North", "South"]


def test_rows_of_short_codes_above_longer_ones_are_headings() -> None:
    rows: Rows = [
        ["CIP", "Title"],
        ["01", "AGRICULTURE"], ["01.01", "Agricultural Business"], ["01.0101", "Farm Business"],
        ["52.03", "Accounting, any kind"],
    ]  # fmt: skip
    inventory = read(rows)
    assert [code for code, _ in programs(inventory)] == ["01.0101", "52.03"]
    assert next(finding.rows for finding in inventory.findings if finding.kind == "heading") == (2, 3)


def test_two_tables_in_one_sheet_are_both_read_each_by_its_own_columns() -> None:
    rows: Rows = [
        ["Secondary"], ["CIP Code", "Program Title", "District"], ["52.0301", "Accounting", "North"], [],
        ["Postsecondary"], ["College", "Program Title", "CIP Code"], ["River", "Nursing", "51.3801"], [],
        ["Contacts"], ["College", "Level"], ["River", "Two-year"],
    ]  # fmt: skip
    inventory = read(rows)
    assert [(p.code, p.title, p.location, p.row) for p in inventory.programs] == [
        ("52.0301", "Accounting", "North", 3),
        ("51.3801", "Nursing", "River", 7),
    ]
    assert "several_tables" in kinds(inventory)


# --- codes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["-99999", "0", "123456", "999999", "99.9999", "00.0000", 0, -99999, 123456, 99.9999])
def test_a_placeholder_is_no_code(cell: float | str) -> None:
    assert read_cip(cell).kinds == ("code_placeholder",)
    assert read_cip(cell).code == ""


@pytest.mark.parametrize("code", ["12.0503", "09.9999", "88.0101", "10.0000"])
def test_a_code_that_resembles_a_placeholder_is_read(code: str) -> None:
    assert "code_placeholder" not in read_cip(code).kinds


def test_the_newest_edition_of_the_codes_is_read() -> None:
    rows: Rows = [["CIP 1990", "CIP Code 2010", "CIP Code 2020", "Title"], ["01.0301", "01.0302", "01.0303", "Farm"]]
    assert programs(read(rows)) == [("01.0303", "Farm")]
    old = read([[row[0], row[3]] for row in rows])
    assert programs(old) == [("01.0301", "Farm")]
    assert "cip_edition" in kinds(old)


def test_a_column_without_a_telling_name_is_found_by_its_codes() -> None:
    inventory = read([["Federal nbr", "Program"], *([row[0], row[1]] for row in PLAIN[1:])])
    assert inventory.columns["cip"] == "Federal nbr"
    assert "column_by_content" in kinds(inventory)


# --- other files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"as_of": "2026-07-01", "programs": rows}])
def test_a_json_list_is_read(wrap: Callable[[object], object]) -> None:
    records = [{"cip": {"code": row[0]}, "program_title": row[1], "sites": ["North", "South"]} for row in PLAIN[1:]]
    inventory = read_inventory_from("p.json", json.dumps(wrap(records)).encode())
    assert programs(inventory) == [(str(row[0]), str(row[1])) for row in PLAIN[1:]]


def test_a_line_of_json_for_each_program_is_read() -> None:
    lines = [json.dumps({"CIP": row[0], "Title": row[1]}) for row in PLAIN[1:]]
    assert len(read_inventory_from("p.jsonl", "\n".join(lines).encode()).programs) == 3


def test_a_hidden_sheet_is_read_only_if_no_other_has_programs(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in {"Old": [*PLAIN, PLAIN[1]], "Current": PLAIN}.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if name == "Old":
                sheet.hide()
            else:
                sheet.activate()
    assert read_inventory(path).sheet == "Current"
    assert read_inventory(path, sheet="Old").sheet == "Old"


@pytest.mark.parametrize(
    "header", ["Cluster,Pathway,Program", "Cluster,Pathway,Local Program", "Cluster,Level,Pathway"]
)
def test_the_title_is_the_programs_and_else_the_pathways(header: str) -> None:
    inventory = read([[*header.split(","), "CIP Code 2020"], ["Manufacturing", "Production", "Welding", "48.0508"]])
    assert programs(inventory) == [("48.0508", "Welding")]


def test_a_sector_of_industry_is_no_level() -> None:
    rows: Rows = [["CIP", "Title", "Sector"], ["51.3801", "Nursing", "Health"], ["52.0301", "Accounting", "Business"]]
    inventory = read(rows)
    assert [program.level for program in inventory.programs] == ["", ""]
    assert "no_level" in kinds(inventory)


def test_a_sector_of_education_is_a_level() -> None:
    rows: Rows = [["CIP", "Title", "Sector"], ["51.3801", "Nursing", "Postsecondary"], ["52.0301", "A", "Secondary"]]
    assert [program.level for program in read(rows).programs] == ["postsecondary", "secondary"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [["Field Name", "Title", "Type"], ["CIP_CODE", "CIP code", "text"], ["LVL", "Level", "text"]],
            "a data dictionary",
        ),
        (
            [["Name", "Description"], ["CIP_CODE", "a"], ["PROG_NM", "b"], ["DIST_ID", "c"]],
            "a data dictionary",
        ),
        ([["Name", "Grade 9", "Grade 10", "Female", "Total"], ["North High", 3, 4, 2, 7]], "a table of enrollment"),
        ([["State", "Name", "Email"], ["OH", "Ana Reyes", "ana@ohio.gov"]], "a list of people"),
        ([["Name", "Total Enrollment"], ["North High", 7]], "a table of enrollment by 'Name'"),
    ],
)
def test_a_table_of_something_else_is_said_to_be_that(rows: Rows, said: str) -> None:
    with pytest.raises(NoTableError, match=said):
        read(rows)


def test_a_dictionary_beside_the_programs_is_passed_over(tmp_path: Path) -> None:
    words: Rows = [
        ["Field Name", "Title", "CIP", "Level", "Format"],
        *([f"F_{n}", "x", "", "", "text"] for n in range(30)),
    ]
    sheets = {"Dictionary": words, "Programs": [row[:2] for row in PLAIN]}
    assert read_inventory(as_xlsx(tmp_path / "p.xlsx", sheets)).sheet == "Programs"


# --- students ------------------------------------------------------------------------------------------------------

STUDENTS: list[Rows] = [
    [
        ["ID", "Prgram", "ID", "Outcome", "CIP", "WIOA", "Entry date", "Exit date"],
        [1, "Welding", 11, "Employed", 4675, "Y", "1/5/2024", "5/5/2024"],
        [2, "Welding", 12, "", 4675, "N", "1/6/2024", "6/5/2024"],
    ],
    [
        ["Key", "Program", "CIP", "Credential on"],
        *([f"A{n:04}", "Welding", "48.0508", f"{1 + n % 9}/5/2024"] for n in range(20)),
    ],
    [
        ["Number", "School", "Program", "Grade Level"],
        *([1000 + n, "North", ("Welding", "Nursing")[n % 2], 9 + n % 4] for n in range(20)),
    ],
    [["x", "Program", "Gender"], ["a", "Welding", "F"], ["b", "Nursing", "M"], ["c", "Nursing", "F"]],
]


@pytest.mark.parametrize("rows", STUDENTS)
def test_rows_of_individual_students_are_refused_by_their_shape(rows: Rows) -> None:
    with pytest.raises(StudentDataError, match="lists of programs only"):
        read(rows)


def test_rows_of_students_in_a_hidden_sheet_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in {"Programs": PLAIN, "Data": STUDENTS[1]}.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
        sheet.very_hidden()
    with pytest.raises(StudentDataError, match="'Data'"):
        read_inventory(path)


@pytest.mark.parametrize("column", ["SID", "Stu#", "LASID", "Last, First", "DOB"])
def test_short_names_of_student_columns_are_refused(column: str) -> None:
    with pytest.raises(StudentDataError):
        read([[*row, "x" if number else column] for number, row in enumerate(PLAIN)])


def test_approved_programs_with_ids_and_dates_are_programs() -> None:
    places = [f"District {n}" for n in range(20)]
    rows: Rows = [["Record", "District", "CIP", "Program", "Approved", "Approval Date"]]
    rows += [[5000 + n, place, "48.0508", "Welding", "Y", f"{1 + n % 9}/5/2024"] for n, place in enumerate(places)]
    assert len(read(rows).programs) == 20


# --- chosen columns ------------------------------------------------------------------------------------------------


def test_a_chosen_column_is_remembered_for_files_with_the_same_headers(tmp_path: Path) -> None:
    rows = [["What we teach", "Where"], ["Accounting", "North"]]
    memory = ColumnMemory(tmp_path / "columns.json")
    with pytest.raises(NoTableError):
        read_inventory_from("p.csv", as_csv(rows), memory=memory)
    read_inventory_from("p.csv", as_csv(rows), columns={"title": "A"}, memory=memory)
    later = read_inventory_from("q.csv", as_csv([*rows, ["Welding", "South"]]), memory=ColumnMemory(memory.path))
    assert [title for _, title in programs(later)] == ["Accounting", "Welding"]
    assert later.mapping.remembered == ("title",)
    assert later.mapping.unread == ("Where",)


def test_a_choice_from_two_rows_is_one_true_sentence() -> None:
    rows: Rows = [["Alpha", ""], ["", "Beta"], ["x", "y"]]
    with pytest.raises(NoTableError, match="in different rows"):
        read(rows, cip="Alpha", title="Beta")


# --- course codes --------------------------------------------------------------------------------------------------


def test_a_course_list_gets_cip_codes_from_an_imported_table_of_courses(
    settings: Settings, calibration: Calibration, tmp_path: Path
) -> None:
    table = [
        ["SCED Code", "SCED Course Title", "CIP Code (2020)"],
        ["12-104", "Accounting", "52.0301"],
        ["10004", "Computer Applications", "11.0601"],
        ["10004", "Computer Applications", "11.0602"],
        ["19254", "Work Experience", "52.0301"],
        ["19254", "Work Experience", "01.0101"],
    ]
    imported = import_crosswalk(settings.crosswalk, as_xlsx(tmp_path / "sced.xlsx", {"SCED": table}))
    assert [(report.kind, report.codes) for report in imported.reports] == [("sced", 3)]
    rows: Rows = [
        ["SCED Code", "Course Title"],
        ["12104G1.0011", "Accounting I"], ["10004", "Office"], ["19254", "Work"], ["22999", "Other"],
    ]  # fmt: skip
    proposals = propose_clusters(read(rows), open_reference(settings.crosswalk), calibration)
    assert [program.code for program in proposals.inventory.programs] == ["52.0301", "11.06", "", ""]
    found = {finding.kind: finding.rows for finding in proposals.findings if finding.kind.startswith("sced")}
    assert found == {"sced_used": (2, 3), "sced_several": (4,), "sced_unknown": (5,)}


@pytest.mark.parametrize(
    ("cell", "code"), [("01-001", "01001"), (1001.0, "01001"), ("10001G1.0012", "10001"), ("x", "")]
)
def test_a_course_code_is_read_however_it_was_written(cell: float | str, code: str) -> None:
    assert read_sced(cell) == code


def test_dotted_codes_in_a_column_of_program_codes_are_cip_codes() -> None:
    inventory = read([["Program Code", "Program Name"], ['="01.0101"', "Agriculture"], ['="52.0301"', "Accounting"]])
    assert programs(inventory) == [("01.0101", "Agriculture"), ("52.0301", "Accounting")]
    assert "column_by_content" in kinds(inventory)
    own = read([["Program Code", "Program Name"], ["AG-1", "Agriculture"], ["AC-1", "Accounting"]])
    assert [(one.code, one.program_id) for one in own.programs] == [("", "AG-1"), ("", "AC-1")]


def test_the_numbers_of_the_latest_year_are_read() -> None:
    header: list[object] = ["CIP", "Title", "Enrollment 2024-25", "Enrollment 2025-26", "Concentrators"]
    inventory = read([header, ["01.0101", "Agriculture", 120, 131, 40]])
    assert inventory.columns["enrollment"] == "Enrollment 2025-26"
    assert [(one.enrollment, one.concentrators) for one in inventory.programs] == [(131, 40)]


def test_headers_in_spanish_are_known() -> None:
    assert programs(read([["Código CIP", "Título"], ["51.3801", "Enfermería"]])) == [("51.3801", "Enfermería")]
