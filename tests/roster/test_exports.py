"""Lists as Zoom, Teams, Eventbrite, Outlook, Google Contacts, and Excel export them, with invented people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from cluster_kit.content import Content
from cluster_kit.exports.roster_files import write_roster_file
from cluster_kit.filetypes import ColumnMemory, SheetChoice, read_column_options
from cluster_kit.roster.changes import remove_people
from cluster_kit.roster.importing import RosterImport, import_roster
from cluster_kit.roster.lists.report import UnreadableRosterError
from cluster_kit.roster.lists.staff_list import Roster, read_roster
from cluster_kit.roster.names.states import StateNames
from cluster_kit.roster.names.written_names import read_written_name
from cluster_kit.roster.people import new_person
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from tests.roster.test_cli import run

Save = Callable[..., Path]

ZOOM_REGISTRATION = """\
Report Generated:,"Feb 2, 2027 09:12 AM"
Topic,Webinar ID,Scheduled Time,Duration (minutes),# Registered,# Cancelled
Session 1,912 3456 7890,"Feb 16, 2027 01:00 PM",90,3,1
Attendee Details
First Name,Last Name,Email,State/Province,Registration Time,Approval Status,
"Ana","Reyes","ana@ohio.gov","Ohio","Jan 5, 2027","approved",
"Tasi","Cruz","tasi@doe.gu","Guam","Jan 6, 2027","approved",
"Lee","Poe","lee@ohio.gov","OH","Jan 7, 2027","cancelled",
"Ana","Reyes","ana@ohio.gov","Ohio","Jan 9, 2027","approved",
"""
ZOOM_PARTICIPANTS = """\
Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
912 3456 7890,Session 1,2/16/2027 13:00,2/16/2027 14:30,staff@example.org,90,5

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,In Waiting Room
Ana Reyes (she/her) - Ohio,ana@ohio.gov,1:00,1:20,20,Yes,No
Ana Reyes (she/her) - Ohio,ana@ohio.gov,1:30,2:30,60,Yes,No
GU | Tasi C (Tasi Cruz),,1:00,2:30,90,Yes,No
"Ben O'Connor, IN",ben@in.gov,1:00,2:30,90,Yes,No
iPhone,,1:01,1:02,1,Yes,Yes
"""
TEAMS = """\
1. Summary
Meeting title\tSession 1
Attended participants\t2

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Reyes, Ana (OH)\t2/16/27, 1:00 PM\t2/16/27, 2:30 PM\t1h 30m\tana@ohio.gov\tana@ohio.gov\tPresenter
Tasi Cruz (Guam)\t2/16/27, 1:00 PM\t2/16/27, 2:30 PM\t1h 30m\ttasi@doe.gu\ttasi@doe.gu\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Reyes, Ana (OH)\t2/16/27, 1:00 PM\t2/16/27, 2:30 PM\t1h 30m\tana@ohio.gov\tPresenter
Tasi Cruz (Guam)\t2/16/27, 1:00 PM\t2/16/27, 2:30 PM\t1h 30m\ttasi@doe.gu\tAttendee
"""
EVENTBRITE = """\
Order #,Buyer first name,Buyer last name,Buyer email,Billing State,Attendee first name,Attendee last name,\
Attendee email,Attendee Status,Which state or territory do you represent?
101,Pat,Payer,pat@example.org,NY,Ana,Reyes,ana@ohio.gov,Attending,Ohio
101,Pat,Payer,pat@example.org,NY,Tasi,Cruz,tasi@doe.gu,Attending,Guam
102,Pat,Payer,pat@example.org,NY,Lee,Poe,lee@ohio.gov,Not Attending,Ohio
"""
OUTLOOK = """\
First Name,Middle Name,Last Name,Company,Job Title,Business Street,Business State,Home State,E-mail Address
Ana,,Reyes,Department,Director,1 Main St,OH,IN,ana@ohio.gov
Tasi,,Cruz,Department,Lead,2 Beach Rd,GU,,tasi@doe.gu
"""
GOOGLE = """\
Name,Given Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Address 1 - Region
Ana Reyes,Ana,Reyes,* myContacts,Work,ana@ohio.gov,Ohio
Tasi Cruz,Tasi,Cruz,* myContacts,Work,tasi@doe.gu,Guam
"""
WEBEX = """\
"Meeting Name"\t"Meeting Start Time"\t"Display Name"\t"Role"\t"Attendee Email"\t"Join Time"\t"Connection Type"
"Session 1"\t"=""2027-02-16 13:00:00""\"\t"Ana Reyes (OH)"\t"Attendee"\t"ana@ohio.gov"\t"=""12:58""\"\t"Desktop app"
"Session 1"\t"=""2027-02-16 13:00:00""\"\t"GU - Tasi Cruz"\t"Attendee"\t"tasi@doe.gu"\t"=""12:59""\"\t"Desktop app"
"""
FORM = """\
Timestamp,Email Address,Your first and last name,Which state do you represent?
10/2/2026 9:14:03,ana@ohio.gov,Ana Reyes,Ohio
10/2/2026 9:20:44,tasi@doe.gu,Tasi Cruz,Guam
"""
BOTH = [("OH", "Ana Reyes", "ana@ohio.gov"), ("GU", "Tasi Cruz", "tasi@doe.gu")]


def people(roster: Roster) -> list[tuple[str, str, str]]:
    return [(row.jurisdiction, row.name, row.email) for row in roster.rows]


def test_what_people_need_to_take_part_is_said_to_be_left_out(content: Content, save: Save) -> None:
    question = "What do you need to take part?"
    text = f"Name,Email,State,{question}\nAna Reyes,ana@ohio.gov,OH,No\nTasi Cruz,tasi@doe.gu,GU,ASL interpreter\n"
    roster = read_roster(content, save(text))
    assert people(roster) == BOTH
    [note] = roster.notes
    assert note.line == 3
    assert note.sentence.startswith("What people need to take part was not imported; keep the answers where only staff")
    assert question in note.sentence
    assert "interpreter" not in note.sentence
    assert read_roster(content, save(text.replace("ASL interpreter", "n/a"))).notes == ()


def save_sheets(path: Path, sheets: dict[str, Sequence[Sequence[object]]], hidden: str = "") -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if name == hidden:
                sheet.hide()
            else:
                sheet.activate()
                sheet.set_first_sheet()
    return path


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ZOOM_REGISTRATION, "utf-8-sig"),
        (TEAMS, "utf-16"),
        (TEAMS, "utf-16-le"),
        (EVENTBRITE, "utf-8"),
        (OUTLOOK, "cp1252"),
        (GOOGLE, "utf-8"),
        (WEBEX, "utf-16"),
        (FORM, "utf-8"),
    ],
    ids=["zoom", "teams", "teams without a mark", "eventbrite", "outlook", "google", "webex", "form"],
)
def test_an_export_is_read_as_it_is(content: Content, save: Save, text: str, encoding: str) -> None:
    roster = read_roster(content, save(text.replace("\n", "\r\n"), encoding))
    assert people(roster) == BOTH
    assert roster.problems == ()


def test_the_participants_of_a_meeting_come_with_their_states_and_the_others_are_named(
    content: Content, save: Save
) -> None:
    roster = read_roster(content, save(ZOOM_PARTICIPANTS))
    assert people(roster) == [BOTH[0], ("GU", "Tasi Cruz", ""), ("IN", "Ben O'Connor", "ben@in.gov")]
    (problem,) = roster.problems
    assert problem.line == 9
    assert problem.sentence.startswith("The state is missing.")
    assert (6, "The same person is in an earlier line, and the lines were merged (Ana Reyes, as in line 5).") in [
        (note.line, note.sentence) for note in roster.notes
    ]


def test_an_answer_to_a_disclaimer_is_no_state(content: Content, save: Save) -> None:
    """OK is Oklahoma, too."""
    roster = read_roster(
        content,
        save(
            "Name (original name),Email,Recording disclaimer response\n"
            "OH_Ana Reyes,ana@ohio.gov,OK\nTasi Cruz (GU),tasi@doe.gu,OK\n"
        ),
    )
    assert people(roster) == BOTH
    assert roster.mapping.unread == ("Recording disclaimer response",)


def test_a_header_that_says_last_first_is_the_name(content: Content, save: Save) -> None:
    text = '"Last, First",State,Email\n"Reyes, Ana",Ohio,ana@ohio.gov\n"Cruz, Tasi",Guam,tasi@doe.gu\n'
    assert people(read_roster(content, save(text))) == BOTH


def test_job_titles_that_are_roles_are_used_and_others_left_out(content: Content, save: Save) -> None:
    text = ZOOM_REGISTRATION.replace("State/Province", "State/Province,Job Title")
    text = (
        text.replace('"Ohio",', '"Ohio","State CTE Director",')
        .replace('"Guam",', '"Guam","Chief of Staff",')
        .replace('"OH",', '"OH","",')
    )
    roster = read_roster(content, save(text))
    assert people(roster) == BOTH
    assert [row.role for row in roster.rows] == ["state_director", ""]
    assert roster.problems == ()
    assert any("Chief of Staff" in note.sentence for note in roster.notes)


def test_one_person_in_two_orders_of_the_name_is_merged(content: Content, save: Save) -> None:
    roster = read_roster(content, save("state,name,email\nOH,Ana Reyes,ana@ohio.gov\nOH,REYES Ana,ana@ohio.gov\n"))
    assert people(roster) == [BOTH[0]]
    assert [note.line for note in roster.notes] == [3]


def test_who_cancelled_is_left_out_and_said(content: Content, save: Save) -> None:
    (note,) = [note for note in read_roster(content, save(EVENTBRITE)).notes if "cancelled" in note.sentence]
    assert note.line == 4


def test_columns_are_shown_with_those_that_are_not_read(content: Content, save: Save) -> None:
    described = read_roster(content, save(OUTLOOK)).mapping.describe()
    assert "jurisdiction = 'Business State'" in described
    assert "Columns not used: Middle Name, Company, Job Title, Business Street, Home State." in described


def test_excel_s_own_mark_of_the_separator_is_no_header(content: Content, save: Save) -> None:
    text = "sep=;\r\nState;Name;E-Mail\r\nOhio;Zoë Reyes;zoe@ohio.gov\r\n"
    assert people(read_roster(content, save(text, "cp1252"))) == [("OH", "Zoë Reyes", "zoe@ohio.gov")]


def test_a_workbook_is_read_from_the_visible_sheet_that_fits(content: Content, tmp_path: Path) -> None:
    rows: list[list[object]] = [["CTE workshop"], [], ["State", "Name", "Email"], ["Ohio", "Ana Reyes", "ana@ohio.gov"]]
    old = [["State", "Name", "Email", "Role"], ["Guam", "Old Person", "", ""]]  # more columns, but hidden
    path = save_sheets(tmp_path / "p.xlsx", {"Old": old, "Notes": [["call them"]], "People": rows}, hidden="Old")
    roster = read_roster(content, path)
    assert people(roster) == [BOTH[0]]
    assert roster.rows[0].line == 4
    assert people(read_roster(content, path, sheet="Old")) == [("GU", "Old Person", "")]
    choices = (SheetChoice("Notes"), SheetChoice("People"), SheetChoice("Old", is_hidden=True))
    assert (roster.mapping.sheet, roster.mapping.sheets) == ("People", choices)
    assert (
        "Sheet: 'People'. Not read: 'Notes', 'Old' (hidden). To read another one: --sheet NAME."
        in roster.mapping.describe()
    )
    with pytest.raises(UnreadableRosterError) as unclear:
        read_roster(content, path, sheet="Notes")
    assert (unclear.value.sheet, unclear.value.sheets) == ("Notes", choices)


def test_columns_are_named_by_hand_and_remembered(content: Content, save: Save, tmp_path: Path) -> None:
    path, memory = save("Who,From\nAna Reyes,Ohio\n"), ColumnMemory(tmp_path / "columns.json")
    with pytest.raises(UnreadableRosterError, match=r"no column jurisdiction and no column name.*--column"):
        read_roster(content, path, memory=memory)
    chosen = {"name": "Who", "jurisdiction": "B"}
    assert people(read_roster(content, path, columns=chosen, memory=memory)) == [("OH", "Ana Reyes", "")]
    assert people(read_roster(content, path, memory=ColumnMemory(memory.path))) == [("OH", "Ana Reyes", "")]


def test_a_column_is_not_read_if_staff_say_so_and_that_is_remembered(
    content: Content, save: Save, tmp_path: Path
) -> None:
    path, memory = save("State,Name,Email\nOH,Ana Reyes,ana@ohio.gov\n"), ColumnMemory(tmp_path / "columns.json")
    assert read_column_options(["email="]) == {"email": ""}
    roster = read_roster(content, path, columns={"email": ""}, memory=memory)
    assert people(roster) == [("OH", "Ana Reyes", "")]
    assert roster.mapping.unread == ("Email",)
    again = read_roster(content, path, memory=ColumnMemory(memory.path))
    assert (people(again), again.mapping.remembered) == ([("OH", "Ana Reyes", "")], ("email",))
    assert people(read_roster(content, path, columns={"email": "Email"}, memory=memory)) == [
        ("OH", "Ana Reyes", "ana@ohio.gov")
    ]
    with pytest.raises(UnreadableRosterError, match="there is no column name"):
        read_roster(content, path, columns={"name": ""})


def test_a_column_that_is_not_there_is_named(content: Content, save: Save) -> None:
    path = save("State,Name\nOH,Ana\n")
    with pytest.raises(UnreadableRosterError, match=r"no column called 'Full'\. It has State, Name"):
        read_roster(content, path, columns={"name": "Full"})
    with pytest.raises(UnreadableRosterError, match="'color' is not a column that is read"):
        read_roster(content, path, columns={"color": "Name"})


def test_states_are_found_by_what_cells_hold(content: Content, save: Save) -> None:
    text = "Name,Where from,Contact\nAna Reyes,Ohio,ana@ohio.gov\nTasi Cruz,Guam,tasi@doe.gu\n"
    assert people(read_roster(content, save(text))) == BOTH


def test_another_system_s_ids_are_not_ours(content: Content, save: Save) -> None:
    roster = read_roster(content, save("ID,State,Name\n17,OH,Ana\n18,OH,Ben\n"))
    assert [row.person for row in roster.rows] == ["", ""]


def test_roles_in_a_meeting_are_not_roles_in_a_state(content: Content, save: Save) -> None:
    roster = read_roster(content, save(TEAMS, "utf-16"))
    assert {row.role for row in roster.rows} == {""}
    (note,) = [note for note in roster.notes if "is one in a meeting" in note.sentence]
    assert (note.line, "also lines 8" in note.sentence) == (7, True)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("oh", "OH"), ("Ohio\u00a0", "OH"), ("State of Ohio", "OH"), ("Ohio (OH)", "OH"), ("OH - Ohio", "OH"),
        ("N. Carolina", "NC"), ("N.C.", "NC"), ("Calif.", "CA"), ("W. Virginia", "WV"), ("W.Va.", "WV"),
        ("Virgin Islands", "VI"), ("USVI", "VI"), ("CNMI", "MP"), ("Washington, D.C.", "DC"), ("Washington", "WA"),
        ("Columbus, Ohio", "OH"), ("Ohio, United States", "OH"), ("US-OH", "OH"), ("Commonwealth of Puerto Rico", "PR"),
        ("O.H.", "OH"), ("ohio", "OH"), ("US Virgin Islands", "VI"), ("U.S. Virgin Islands", "VI"), ("S Dakota", "SD"),
        ("So. Carolina", "SC"), ("Washington State", "WA"), ("Penn.", "PA"), ("Ala.", "AL"), ("Miss.", "MS"),
        ("Commonwealth of the Northern Mariana Islands", "MP"), ("Louis.", "LA"), ("Louis", None), ("Carolina", None),
        ("New.", None), ("...", None), ("Ohio; Indiana", None), ("Ohoi", None), ("", None), ("Other", None),
        ("come in", None),
    ],
)  # fmt: skip
def test_a_state_is_known_by_its_names(content: Content, written: str, code: str | None) -> None:
    assert StateNames(content.jurisdictions).find(written) == code


def test_every_state_is_found_by_its_own_abbreviation_and_name(content: Content) -> None:
    states = StateNames(content.jurisdictions)
    for one in content.jurisdictions:
        assert states.find(one.code) == states.find(one.name.upper()) == one.code


@pytest.mark.parametrize(
    ("written", "name", "email", "state"),
    [
        ("Reyes, Ana", "Ana Reyes", "", ""),
        ("de la Cruz, Ana María", "Ana María de la Cruz", "", ""),
        ("REYES,ANA", "ANA REYES", "", ""),
        ("Reyes, Ana M.", "Ana M. Reyes", "", ""),
        ("Reyes, Ana, Ph.D., MBA", "Ana Reyes, Ph.D., MBA", "", ""),
        ("Reyes Jr., Ben", "Ben Reyes Jr.", "", ""),
        ("Ana Reyes, MD", "Ana Reyes, MD", "", ""),
        ("Reyes,", "Reyes,", "", ""),
        ("Reyes, Ana, Ben", "Reyes, Ana, Ben", "", ""),
        (", Ana", ", Ana", "", ""),
        ("Ana Reyes, PhD", "Ana Reyes, PhD", "", ""),
        ("Ana Reyes, Director", "Ana Reyes, Director", "", ""),
        ("Martin Luther King, Jr.", "Martin Luther King, Jr.", "", ""),
        ("Ana Reyes <ana@ohio.gov>", "Ana Reyes", "ana@ohio.gov", ""),
        ('"Reyes, Ana" <ana@ohio.gov>', "Ana Reyes", "ana@ohio.gov", ""),
        ("Ana Reyes (ana@ohio.gov)", "Ana Reyes", "ana@ohio.gov", ""),
        ("Ana Reyes (she/her)", "Ana Reyes", "", ""),
        ("Ana Reyes she/her/hers", "Ana Reyes", "", ""),
        ("Ana Reyes (OH)", "Ana Reyes", "", "OH"),
        ("Ana Reyes [Ohio] (External)", "Ana Reyes", "", "OH"),
        ("Ana (Annie) Reyes", "Ana (Annie) Reyes", "", ""),
        ("Ana Reyes-Lopez", "Ana Reyes-Lopez", "", ""),
        ("Smith, Virginia", "Virginia Smith", "", ""),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>", "", ""),
        ('O"Neil', 'O"Neil', "", ""),
        ("👩\u200d🏫 Ana", "👩\u200d🏫 Ana", "", ""),
    ],
)
def test_a_name_is_read_as_people_write_it(content: Content, written: str, name: str, email: str, state: str) -> None:
    found = read_written_name(written, StateNames(content.jurisdictions))
    assert (found.name, found.email, found.state) == (name, email, state)


@pytest.mark.parametrize(
    "written",
    [
        "Ana Reyes - Ohio", "Ana Reyes | OH", "OH - Ana Reyes", "OH-Ana Reyes", "OH Ana Reyes", "OH_Ana Reyes",
        "Ana Reyes OH", "Ana Reyes, OH", "Ana Reyes, Ohio", "Ana Reyes (she/her) / Ohio", "OH: Ana Reyes",
        "Ana Reyes - Ohio Department of Education", "Ana R (Ana Reyes) - OH", "Ana Reyes (OH, she/her)",
    ],
)  # fmt: skip
def test_a_screen_name_tells_the_state(content: Content, written: str) -> None:
    found = read_written_name(written, StateNames(content.jurisdictions), is_screen_name=True)
    assert (found.name, found.state) == ("Ana Reyes", "OH")


@pytest.mark.parametrize("written", ["Smith, Virginia", "AL Smith", "Georgia Brown", "Jo Ann Ma", "iPhone", "Ana"])
def test_a_name_that_resembles_a_state_is_none(content: Content, written: str) -> None:
    assert read_written_name(written, StateNames(content.jurisdictions), is_screen_name=True).state == ""


def test_a_known_name_in_capitals_or_with_another_apostrophe_is_the_same_person(
    take: Callable[..., RosterImport],
) -> None:
    take("state,name,email\nOH,Ana O’Neil,ana@ohio.gov\nOH,Ben O’Hara,\n")
    again = take("state,name,email\nOH,\"O'NEIL, ANA\",ana@ohio.gov\nOH,BEN O'HARA,\n")
    assert [outcome.status for outcome in again.outcomes] == ["same", "same"]
    assert again.notes[0].sentence == "O'NEIL, ANA is Ana O’Neil, whose name stays as it is."


def test_the_name_as_listed_is_in_the_note_also_without_pronouns(take: Callable[..., RosterImport]) -> None:
    done = take("state,name\nOH,Ana Reyes (she/her)\n")
    assert [note.sentence for note in done.notes] == ["Ana Reyes (she/her) was read as Ana Reyes."]


def test_someone_who_was_removed_is_back_by_an_export(
    content: Content, store: Store, save: Save, take: Callable[..., RosterImport]
) -> None:
    take("state,name,email\nOH,Ana Reyes,ana@ohio.gov\n")
    (ana,) = remove_people(store, store.people("2026"))
    again = import_roster(content, store, read_roster(content, save(TEAMS, "utf-16")))
    assert [(outcome.person == ana.id, outcome.status) for outcome in again.outcomes] == [
        (True, "changed"),
        (False, "new"),
    ]
    assert [person.is_removed for person in store.people("2026")] == [False, False]


def test_a_dry_run_remembers_no_column(settings: Settings, save: Save) -> None:
    words = [
        "roster",
        "import",
        save("Who,From\nAna Reyes,Ohio\n"),
        "--column",
        "name=Who",
        "--column",
        "jurisdiction=B",
    ]
    assert "Columns: " in run(settings, *words, "--dry-run").stderr
    assert not settings.columns.exists()
    run(settings, *words)
    before = settings.columns.read_bytes()
    assert "As chosen for an earlier file" in run(settings, *words[:3], "--dry-run").stderr
    run(settings, *words[:3], "--column", "name=B", "--column", "jurisdiction=Who", "--dry-run", ends=1)
    assert settings.columns.read_bytes() == before


def test_a_list_that_is_too_long_is_one_sentence(content: Content, save: Save) -> None:
    with pytest.raises(UnreadableRosterError, match="more than 50,001 rows"):
        read_roster(content, save("state,name\n" + "OH,A\n" * 50_001))
    with pytest.raises(UnreadableRosterError, match="larger than 5 MB: no list of people is"):
        read_roster(content, save("state,name\n" + "OH,Ana Reyes\n" * 500_000))


def test_a_list_as_a_state_office_keeps_it_is_read(content: Content, tmp_path: Path) -> None:
    """A merged title, headers in two rows, a hidden sheet of last year, totals, and remarks below."""
    path = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        old = book.add_worksheet("OLD 2024")
        old.write_row(0, 0, ["Name", "State", "Email"])
        old.write_row(1, 0, ["Gone Person", "OH", "gone@ohio.gov"])
        old.hide()
        sheet = book.add_worksheet("2026-27")
        sheet.activate()
        sheet.set_first_sheet()
        sheet.merge_range(0, 0, 0, 4, "Perkins V State Team Roster, FY 2027")
        sheet.merge_range(2, 0, 2, 1, "Name")
        sheet.write_row(3, 0, ["Last", "First", "E-mail", "State", "Attending?"])
        sheet.write_row(4, 0, ["Muñoz", "Ana", "ana@ohio.gov", "OH", "Y"])
        sheet.write_row(5, 0, ["O'Brien", "Pat", "pat@ohio.gov", "OH", "no"])
        sheet.write_row(6, 0, ["Total", 2])
        sheet.write_row(8, 0, ["* Alternates will be named in January."])
        sheet.write_row(9, 0, ["Please do not share this list outside of the agency"])
    roster = read_roster(content, path)
    assert people(roster) == [("OH", "Ana Muñoz", "ana@ohio.gov")]
    assert roster.problems == ()
    said = [note.sentence for note in roster.notes]
    assert said[1] == ("A line with a total or a remark names no one, and was passed over (Total; also lines 9, 10).")
    assert "declined, and was left out (no)" in said[0]


def test_a_list_of_one_state_needs_no_column_of_states(settings: Settings, save: Save) -> None:
    path = save("Your name,Email\nVirginia Poe,v@ohio.gov\nTotal,1\n")
    with pytest.raises(UnreadableRosterError, match="there is no column jurisdiction") as caught:
        run(settings, "roster", "import", path)
    assert "If everyone is of one state, add --jurisdiction OH." in str(caught.value)
    done = run(settings, "roster", "import", path, "--jurisdiction", "oh")
    assert done.stdout.splitlines()[0] == "new     OH  Virginia Poe"
    with pytest.raises(UnreadableRosterError, match="There is no state 'Ohoi'"):
        run(settings, "roster", "import", path, "--jurisdiction", "Ohoi")


def test_windows_1252_with_semicolons_keeps_names(content: Content, save: Save) -> None:
    text = "sep=;\r\nState;Name;Email\r\nPR;José Núñez – Peña;j@de.pr.gov\r\nOH;Pat O’Brien;p@ohio.gov\r\n"
    roster = read_roster(content, save(text, "cp1252"))
    assert people(roster) == [("PR", "José Núñez – Peña", "j@de.pr.gov"), ("OH", "Pat O’Brien", "p@ohio.gov")]
    assert roster.problems == ()


NAMES = ["=Tasi", "+Ana", "-Bo", "@Cy", "'t Hooft", "Pat O'Brien", "O'-Neil", "D'@rcy", "''=x", "'-5", "-5", "＝Eve"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_names_that_resemble_formulas_or_have_apostrophes_come_back_as_they_are(
    content: Content, tmp_path: Path, ending: str
) -> None:
    team = [Person(id=f"{n:016x}", series="2026", jurisdiction="OH", name=name) for n, name in enumerate(NAMES)]
    path = write_roster_file(content, team, tmp_path / f"people.{ending}")
    roster = read_roster(content, path)
    assert roster.problems == ()
    assert [row.name for row in roster.rows] == NAMES


def test_a_facilitator_of_the_series_in_a_report_of_participants_is_no_problem(
    content: Content, store: Store, save: Save
) -> None:
    report = ZOOM_PARTICIPANTS + "Robin Hall (she/her),robin@example.org,1:00,2:30,90,No,No\n"
    roster = read_roster(content, save(report))
    assert [problem.line for problem in import_roster(content, store, roster, dry_run=True).problems] == [9, 10]
    store.add_person(new_person(content.series.id, "", "Robin Hall"))
    imported = import_roster(content, store, roster, dry_run=True)
    assert [problem.line for problem in imported.problems] == [9]
    assert [note.sentence for note in imported.notes if note.line == 10] == [
        "Robin Hall is a facilitator of the series, and was left unchanged."
    ]


def test_the_only_person_of_a_name_needs_no_state_in_a_report_of_participants(
    content: Content, store: Store, save: Save
) -> None:
    """The report counted her as attending, and its import said that her state is missing."""
    rows = "Tasi Cruz,,1:00,90\nLee Poe,,1:00,90\nAna Reyes (OH),,1:00,9\n"
    report = save(f"Name (original name),Email,Join time,Duration (minutes)\n{rows}")
    for code, name in (("GU", "Tasi Cruz"), ("AZ", "Lee Poe"), ("TX", "Lee Poe")):
        store.add_person(new_person(content.series.id, code, name))
    imported = import_roster(content, store, read_roster(content, report))
    assert [note.sentence for note in imported.notes if note.line == 2] == [
        "Tasi Cruz is on the roster of GU, and was left unchanged."
    ]
    assert [problem.line for problem in imported.problems] == [3], "two people are called Lee Poe"


def test_a_registration_that_names_no_state_says_what_to_write_for_staff(content: Content, save: Save) -> None:
    [problem] = read_roster(content, save("Name,State\nAna Reyes,OH\nRobin Hall,Association staff\n")).problems
    assert problem.sentence == (
        "There is no state 'Association staff'. Write a two-letter abbreviation such as OH; for staff, none and the "
        "role facilitator."
    )
