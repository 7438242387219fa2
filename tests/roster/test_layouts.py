"""Lists in layouts that people make by hand: merged cells, several people in a row, lists side by side, agencies."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from cluster_kit.content import Content
from cluster_kit.filetypes import ColumnMemory
from cluster_kit.roster.lists.report import UnreadableRosterError
from cluster_kit.roster.lists.staff_list import Roster, read_roster
from cluster_kit.roster.names.states import StateNames

Save = Callable[..., Path]
People = list[tuple[str, str, str]]


def people(roster: Roster) -> People:
    return [(row.jurisdiction, row.name, row.email) for row in roster.rows]


def notes(roster: Roster) -> list[str]:
    return [note.sentence for note in roster.notes]


@pytest.fixture
def save_book(tmp_path: Path) -> Callable[..., Path]:
    """A workbook with these rows, and these ranges merged."""

    def save(rows: Sequence[Sequence[str]], *merged: str) -> Path:
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            sheet = book.add_worksheet()
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            for area in merged:
                letter, number = area[0], int(area[1:].split(":")[0])
                sheet.merge_range(area, rows[number - 1][ord(letter) - ord("A")])
        path = tmp_path / "people.xlsx"
        path.write_bytes(buffer.getvalue())
        return path

    return save


def test_a_state_that_is_merged_over_several_rows_is_that_of_each(
    content: Content, save_book: Callable[..., Path]
) -> None:
    rows = [
        ["State", "Name", "Email"],
        ["Ohio", "Ana Reyes", "ana@ohio.gov"],
        ["", "Ben Poe", "ben@ohio.gov"],
        ["", "Cy Lee", ""],
        ["Guam", "Tasi Cruz", "tasi@doe.gu"],
    ]
    roster = read_roster(content, save_book(rows, "A2:A4"))
    assert [row.jurisdiction for row in roster.rows] == ["OH", "OH", "OH", "GU"]
    assert roster.problems == ()
    assert notes(roster) == [
        "A cell is merged with the one above, and its text was used in each of its rows (Ohio; also line 4)."
    ]


def test_a_merged_address_is_that_of_one_person_and_a_merged_person_is_one(
    content: Content, save_book: Callable[..., Path]
) -> None:
    rows = [
        ["State", "Name", "Email", "Sessions"],
        ["OH", "Ana Reyes", "office@ohio.gov", "1"],
        ["OH", "Ben Poe", "", "2"],
        ["GU", "Tasi Cruz", "tasi@doe.gu", "1"],
        ["", "", "", "3"],
    ]
    roster = read_roster(content, save_book(rows, "C2:C3", "A4:A5", "B4:B5", "C4:C5"))
    assert people(roster) == [
        ("OH", "Ana Reyes", "office@ohio.gov"),
        ("OH", "Ben Poe", ""),
        ("GU", "Tasi Cruz", "tasi@doe.gu"),
    ]
    assert roster.rows[2].sessions == (1, 3)
    assert roster.problems == ()


def test_a_merged_title_and_an_empty_merged_row_add_no_one(content: Content, save_book: Callable[..., Path]) -> None:
    rows = [["Team list", "", ""], ["", "", ""], ["State", "Name", "Email"], ["OH", "Ana Reyes", ""], ["", "", ""]]
    roster = read_roster(content, save_book([*rows, ["GU", "Tasi Cruz", ""]], "A1:C2", "A4:A5", "B4:B5"))
    assert people(roster) == [("OH", "Ana Reyes", ""), ("GU", "Tasi Cruz", "")]
    assert roster.problems == ()
    assert roster.notes == ()


def test_a_state_that_is_written_once_for_several_rows_is_named_in_the_problem(content: Content, save: Save) -> None:
    roster = read_roster(content, save("State,Name\nOhio,Ana Reyes\n,Ben Poe\n"))
    (problem,) = roster.problems
    assert problem.sentence.endswith(" If it is Ohio, as above, write that in each row.")


@pytest.mark.parametrize(
    "header",
    [
        "State,Person 1 Name,Person 1 Email,Person 2 Name,Person 2 Email",
        "State,Name 1,Email 1,Name 2,Email 2",
        "State,Team member #1,Team member #1 e-mail,Team member #2,Team member #2 e-mail",
        "State,Name,Email,Name,Email",
        "State,Name,Email,Name2,Email3",
        "State,Participant1Name,Participant1Email,Participant2Name,Participant2Email",
        ",Person 1,,Person 2,\nState,Name,Email,Name,Email",
    ],
)
def test_every_person_of_a_row_is_read(content: Content, save: Save, header: str) -> None:
    rows = "OH,Ana Reyes,ana@ohio.gov,Ben Poe,ben@ohio.gov\nGuam,Tasi Cruz,,,\nIN,,,,\n"
    roster = read_roster(content, save(f"{header}\n{rows}"))
    assert people(roster) == [
        ("OH", "Ana Reyes", "ana@ohio.gov"),
        ("OH", "Ben Poe", "ben@ohio.gov"),
        ("GU", "Tasi Cruz", ""),
    ]
    assert roster.problems == ()
    assert roster.mapping.unread == ()
    assert notes(roster) == [
        "A row lists several people, and each of them was read (up to 2 in each).",
        "A row names no one, and was passed over (IN).",
    ]


@pytest.mark.parametrize(
    "header", ["State,Person 1,Person 2", "State,Name 1,Name 2", "State,Member 1 Name,Member 2 Name"]
)
def test_a_row_of_several_people_without_addresses_is_read(content: Content, save: Save, header: str) -> None:
    roster = read_roster(content, save(f"{header}\nOH,Ana Reyes,Ben Poe\nGuam,Tasi Cruz,\n"))
    assert people(roster) == [("OH", "Ana Reyes", ""), ("OH", "Ben Poe", ""), ("GU", "Tasi Cruz", "")]
    assert roster.problems == ()


@pytest.mark.parametrize(
    "header",
    [
        "State,State Director Name,State Director Email,Data Lead Name,Data Lead Email,Deputy Director: Name,"
        "Deputy Director: E-mail",
        "State,Name of State Director,Email of State Director,Data Lead's Name,Data Lead's Email Address,"
        "DeputyDirectorName,DeputyDirectorEmail",
        ",State Director,,Data Lead,,Deputy Director,\nState,Name,Email,Name,Email,Name,Email",
        "State,State Director,,Data Lead,,Deputy Director,\n,Name,Email,Name,Email,Name,Email",
    ],
)
def test_people_whom_the_header_calls_by_their_titles_have_these_roles(
    content: Content, save: Save, header: str
) -> None:
    rows = "OH,Ana Reyes,ana@ohio.gov,Ben Poe,ben@ohio.gov,Lou Lee,lou@ohio.gov\nGuam,,,Tasi Cruz,tasi@doe.gu,,\n"
    roster = read_roster(content, save(f"{header}\n{rows}"))
    assert [(row.jurisdiction, row.name, row.email, row.role) for row in roster.rows] == [
        ("OH", "Ana Reyes", "ana@ohio.gov", "state_director"),
        ("OH", "Ben Poe", "ben@ohio.gov", "data"),
        ("OH", "Lou Lee", "lou@ohio.gov", ""),
        ("GU", "Tasi Cruz", "tasi@doe.gu", "data"),
    ]
    assert roster.problems == ()
    assert roster.mapping.unread == ()
    said = [note.casefold().replace("deputydirector", "deputy director") for note in notes(roster)]
    assert said == [
        "a row lists several people, and each of them was read (up to 3 in each).",
        "the role of each person was taken from the header (state director: state_director, data lead: data).",
        "the title in a header is no role, so its people choose one when they join (deputy director).",
    ]


def test_one_person_whom_the_header_calls_by_a_title_is_read(content: Content, save: Save) -> None:
    text = "State,CTE Director Name,CTE Director Email\nOH,Ana Reyes,ana@ohio.gov\nGU,,\n"
    roster = read_roster(content, save(text))
    assert [(row.jurisdiction, row.name, row.role) for row in roster.rows] == [("OH", "Ana Reyes", "state_director")]
    assert roster.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "State,Name,Email,State Director Name,State Director Email\nOH,Ana Reyes,ana@ohio.gov,Bo Ode,bo@b.org\n",
        "State,First Name,Last Name,Email,Manager Name,Manager Email\nOH,Ana,Reyes,ana@ohio.gov,Bo Ode,bo@b.org\n",
        "Data Lead list\nState,Name,Email\nOH,Ana Reyes,ana@ohio.gov\n",
    ],
)
def test_a_title_of_someone_else_or_above_the_list_is_no_role(content: Content, save: Save, text: str) -> None:
    roster = read_roster(content, save(text))
    assert people(roster) == [("OH", "Ana Reyes", "ana@ohio.gov")]
    assert [row.role for row in roster.rows] == [""]


def test_a_facilitator_column_makes_no_one_a_facilitator(content: Content, save: Save) -> None:
    text = "State,Facilitator Name,Facilitator Email\nOH,Ana Reyes,ana@ohio.gov\n"
    assert [(row.jurisdiction, row.role) for row in read_roster(content, save(text)).rows] == [("OH", "")]


def test_the_state_of_several_people_in_a_row_is_found_by_its_content(content: Content, save: Save) -> None:
    text = (
        "Agency,First name 1,Last name 1,First name 2,Last name 2\n"
        "Ohio Department of Education,Ana,Reyes,Ben,Poe\nKansas State Board of Regents,Lou,Lee,,\n"
    )
    roster = read_roster(content, save(text))
    assert people(roster) == [("OH", "Ana Reyes", ""), ("OH", "Ben Poe", ""), ("KS", "Lou Lee", "")]
    assert roster.mapping.columns["jurisdiction"] == "Agency"


@pytest.mark.parametrize(
    "text",
    [
        "1. Name,2. Email,3. State\nAna Reyes,ana@ohio.gov,OH\n",
        "Name,E-mail 1 - Value,E-mail 2 - Value,Organization 1 - Name,Organization 2 - Name,Address 1 - Region\n"
        "Ana Reyes,ana@ohio.gov,,A,B,Ohio\n",
        "Buyer Name,Buyer Email,Attendee Name,Attendee Email,State\nBo Ode,bo@b.org,Ana Reyes,ana@ohio.gov,OH\n",
        "State,,Name,,Email\nOH,,Ana Reyes,,ana@ohio.gov\n",
    ],
)
def test_a_row_of_one_person_is_that_of_one(content: Content, save: Save, text: str) -> None:
    assert people(read_roster(content, save(text))) == [("OH", "Ana Reyes", "ana@ohio.gov")]


BESIDE = (
    "State,Name,Email,,State,Name,Email\n"
    "OH,Ana Reyes,ana@ohio.gov,,GU,Tasi Cruz,tasi@doe.gu\n,,,,IN,Lou Poe,lou@in.gov\n"
)


def test_lists_side_by_side_are_refused_with_their_columns(content: Content, save: Save) -> None:
    with pytest.raises(UnreadableRosterError) as caught:
        read_roster(content, save(BESIDE))
    assert caught.value.sentence.endswith(
        "people.csv has lists of people side by side, in the columns A to C (State, Name, Email) and E to G (State, "
        "Name, Email). Put each on a sheet of its own, or one below the other."
    )
    assert "--column name=F" in str(caught.value)


def test_one_of_two_lists_side_by_side_is_read_by_a_letter_that_is_not_remembered(
    content: Content, save: Save, tmp_path: Path
) -> None:
    memory = ColumnMemory(tmp_path / "columns.json")
    roster = read_roster(content, save(BESIDE), columns={"name": "F"}, memory=memory)
    assert people(roster) == [("GU", "Tasi Cruz", "tasi@doe.gu"), ("IN", "Lou Poe", "lou@in.gov")]
    assert roster.problems == ()
    with pytest.raises(UnreadableRosterError, match="side by side"):
        read_roster(content, save(BESIDE), memory=ColumnMemory(tmp_path / "columns.json"))


def test_a_legend_beside_a_list_is_not_mixed_with_it(content: Content, save: Save) -> None:
    text = "Code,Name,,State,Name,Email\ndata,Data lead,,GU,Tasi Cruz,tasi@doe.gu\nsec,Secondary,,,,\n"
    roster = read_roster(content, save(text))
    assert people(roster) == [("GU", "Tasi Cruz", "tasi@doe.gu")]
    assert roster.problems == ()


def test_the_first_of_several_addresses_is_used_and_said(content: Content, save: Save) -> None:
    roster = read_roster(
        content,
        save(
            "State,Name,Email\nOH,Ana Reyes,a@b.org; c@d.org\nOH,Ben Poe,\"x@b.org, X@b.org\"\n"
            "OH,Cy Lee,c@b.org and y@d.org\nOH,Di Roe,d@b.org; not one\n"
        ),
    )  # fmt: skip
    assert [row.email for row in roster.rows] == ["a@b.org", "x@b.org", "c@b.org"]
    assert notes(roster) == [
        "A cell has several email addresses, and the first was used (a@b.org; c@d.org; also line 4)."
    ]
    assert [problem.line for problem in roster.problems] == [5]


@pytest.mark.parametrize(
    ("agency", "code"),
    [
        ("Kansas State Board of Regents", "KS"), ("Arkansas Division of Career and Technical Education", "AR"),
        ("Texas Education Agency", "TX"), ("West Virginia Department of Education", "WV"),
        ("Washington DC", "DC"), ("Washington DC Office of the State Superintendent of Education", "DC"),
        ("Washington State Board for Community and Technical Colleges", "WA"),
        ("Department of Education, Guam", "GU"), ("CNMI Public School System", "MP"),
        ("Virgin Islands Department of Education", "VI"), ("OH Dept of Education", "OH"),
        ("New York State Education Department", "NY"), ("Colorado Community College System", "CO"),
        ("Kansas/Arkansas", None), ("Virginia/West Virginia", None),
        ("Virginia and West Virginia Departments of Education", None), ("Ohio, Indiana Department of Education", None),
        ("Kansas City Board of Education", None), ("Washington County Office of Education", None),
        ("Washington University", None), ("Department of Education", None), ("State Board of Education", None),
    ],
)  # fmt: skip
def test_an_agency_is_of_the_only_state_that_its_name_contains(content: Content, agency: str, code: str | None) -> None:
    assert StateNames(content.jurisdictions).find(agency) == code


def test_the_report_names_states_from_agencies_and_cells_with_several(content: Content, save: Save) -> None:
    text = "State,Name\nTexas Education Agency,Ana Reyes\nVirginia/West Virginia,Ben Poe\nState of Ohio,Cy Lee\n"
    roster = read_roster(content, save(text))
    assert notes(roster) == ["The state was taken from the name of an agency (Texas Education Agency: TX)."]
    assert [problem.sentence for problem in roster.problems] == [
        "'Virginia/West Virginia' names more than one state (VA, WV). Write a two-letter abbreviation such as OH."
    ]


REGISTRATION = """\
Registration Report
Report generated time,"Feb 17, 2027 09:12 AM"
Topic,Meeting ID,Scheduled Time,Duration(Minutes),Registered,Cancelled,Approved,Denied
"Session 1: Kickoff",912 3456 7890,"Feb 16, 2027 01:00 PM",90,5,0,5,0
Registrants
First Name,Last Name,Email,Job Title,State/Province,Which session(s) will you attend?,Approval Status,
ANA,REYES,Ana.Reyes@ohio.gov,State CTE Director,Ohio,Session 1: Kickoff (Feb 16);Session 2,approved,
Tasi,Cruz (she/her),tasi@doe.gu,Data specialist,GU,All sessions,approved,
Robin,Hall,robin@in.gov,Facilitator,IN,Session 1 - Kickoff,approved,
Lou,Lee,lou@example.org,Facilitator,,Session 1,approved,
Ana,Reyes,ana.reyes@ohio.gov,State CTE Director,Ohio,Session 1,approved,
"""


def test_a_registration_report_with_answers_as_people_give_them_is_read(content: Content, save: Save) -> None:
    roster = read_roster(content, save(REGISTRATION))
    assert [(row.name, row.jurisdiction, row.role, row.sessions) for row in roster.rows] == [
        ("Ana Reyes", "OH", "state_director", (1, 2)),
        ("Tasi Cruz", "GU", "", ()),
        ("Robin Hall", "IN", "", (1,)),
    ]
    assert [problem.sentence.split(".")[0] for problem in roster.problems] == ["The state is missing"]


def test_a_job_title_that_people_type_makes_no_one_a_facilitator(content: Content, save: Save) -> None:
    roster = read_roster(content, save("State,Name,Job title\nOH,Ana Reyes,Facilitator\nGU,Tasi Cruz,Secondary CTE\n"))
    assert [row.role for row in roster.rows] == ["", "secondary"]
    assert "A job title that is not a role was left out" in notes(roster)[0]
    (staff,) = read_roster(content, save("State,Name,Role\n,Ana Reyes,Facilitator\n")).rows
    assert not staff.jurisdiction
