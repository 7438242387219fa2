"""An import says what it left out and what it read in another way; one person stays one person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from cluster_kit.content import Content
from cluster_kit.roster.importing import RosterImport
from cluster_kit.roster.lists.report import UnreadableRosterError
from cluster_kit.roster.lists.staff_list import read_roster
from cluster_kit.store import Store

Take = Callable[..., RosterImport]
HEAD = "jurisdiction,name,email,role,sessions\n"


def test_columns_that_are_not_used_are_named(take: Take) -> None:
    done = take("State,Name,Title,E-mail,Phone,,Dietary needs\nOH,Ana,Director,a@ohio.gov,555,,none\n")
    assert done.unused == ("Title", "Phone", "Dietary needs")


def test_a_second_column_of_the_same_kind_is_named(take: Take) -> None:
    assert take("Email,E-mail address,State,Name\na@ohio.gov,b@ohio.gov,OH,Ana\n").unused == ("E-mail address",)


def test_people_without_an_address_are_counted_as_they_are_after_the_import(take: Take) -> None:
    assert take(HEAD + "OH,Ana,ana@ohio.gov,,\nOH,Ben,,,\n,Robin,,facilitator,\n").without_email == 2
    assert take("state,name\nOH,Ana\nOH,Ben\n").without_email == 1


def test_last_names_first_are_turned_around_with_a_note(store: Store, take: Take) -> None:
    done = take(HEAD + 'OH,"Reyes, Ana",ana@ohio.gov,,\nGU,"Tasi Cruz, PhD",,,\n')
    assert [person.name for person in store.people("2026")] == ["Ana Reyes", "Tasi Cruz, PhD"]
    assert [(note.line, note.sentence) for note in done.notes] == [(2, "Reyes, Ana was read as Ana Reyes.")]


@pytest.mark.parametrize("listed", ['"REYES, ANA"', "ANA REYES", "ana reyes", "Reyes Ana"])
@pytest.mark.parametrize("email", ["", "ana@ohio.gov"])
def test_another_spelling_is_the_same_person_whose_name_stays(
    store: Store, take: Take, listed: str, email: str
) -> None:
    take(HEAD + "OH,Ana Reyes,ana@ohio.gov,,\n")
    done = take(HEAD + f"OH,{listed},{email},,\n")
    assert done.count("same") == 1
    assert [person.name for person in store.people("2026")] == ["Ana Reyes"]
    assert "Ana Reyes, whose name stays as it is." in done.notes[0].sentence


def test_capitals_of_a_new_person_are_kept(store: Store, take: Take) -> None:
    assert take(HEAD + "OH,ANA REYES,,,\n").notes == ()
    assert [person.name for person in store.people("2026")] == ["ANA REYES"]


@pytest.mark.parametrize("listed", ["Ben O'Connor", "Ben O`Connor", "BEN O´CONNOR", "O’Connor Ben"])
def test_another_apostrophe_with_another_address_is_asked_about(store: Store, take: Take, listed: str) -> None:
    take(HEAD + "OH,Ben O’Connor,ben@ohio.gov,,\n")
    (problem,) = take(HEAD + f"OH,{listed},oconnor@columbus.gov,,\n").problems
    assert "with the email address ben@ohio.gov" in problem.sentence
    assert len(store.people("2026")) == 1


def test_a_name_with_a_comma_stays_in_a_list_that_the_kit_wrote(store: Store, take: Take) -> None:
    take(HEAD + "OH,Ana Reyes,,,\n")
    (ana,) = store.people("2026")
    store.change_person(ana.model_copy(update={"name": "Reyes, Ana"}), only={"name"})
    assert take(f'person,state,name\n{ana.id},OH,"Reyes, Ana"\n').count("same") == 1


def test_a_role_that_nearly_fits_is_suggested(take: Take) -> None:
    (problem,) = take(HEAD + "OH,Ana,,data director,\n").problems
    assert "Did you mean data?" in problem.sentence


def test_a_role_may_be_written_as_its_id_with_spaces(store: Store, take: Take) -> None:
    assert take(HEAD + "OH,Ana,,State Director,\nOH,Ben,,state-cte director,\n").problems == ()
    assert {person.role for person in store.people("2026")} == {"state_director"}


def test_states_may_be_written_out_in_part(store: Store, take: Take) -> None:
    assert take(HEAD + "Virgin Islands,Ana,,,\nN. Carolina,Ben,,,\n").problems == ()
    assert [person.jurisdiction for person in store.people("2026")] == ["VI", "NC"]


def test_the_first_filled_sheet_of_a_workbook_is_read(content: Content, tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Empty")
        sheet = book.add_worksheet("People")
        sheet.write_row(1, 0, ["State", "Name", "Sessions"])
        sheet.write_row(2, 0, ["Ohio", "Ana Reyes", 2])
        sheet.write_row(3, 0, ["Ohoi", "Ben", ""])
    found = read_roster(content, path)
    assert [(row.line, row.name, row.sessions) for row in found.rows] == [(3, "Ana Reyes", (2,))]
    assert [problem.line for problem in found.problems] == [4]


def test_a_workbook_without_a_table_is_one_sentence(content: Content, tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Empty")
    with pytest.raises(UnreadableRosterError, match="is empty"):
        read_roster(content, path)
