"""Lists are read in any common layout; problems are reported by line, and the rest is imported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cluster_kit.content import Content
from cluster_kit.roster.lists.report import UnreadableRosterError
from cluster_kit.roster.lists.staff_list import read_roster

Save = Callable[..., Path]
PLAIN = "jurisdiction,name,email,role,sessions\n"


def problems(content: Content, path: Path) -> dict[int, str]:
    return {problem.line: problem.sentence for problem in read_roster(content, path).problems}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_encoding_and_separator_of_a_spreadsheet_is_read(
    content: Content, save: Save, encoding: str, separator: str
) -> None:
    lines = [["State", "Full Name", "E-Mail", "ROLE", "Sessions"], ["Guam", "Zoë Peña", "zoe@doe.gu", "Data", "1-3"]]
    path = save("\r\n".join(separator.join(line) for line in lines) + "\r\n", encoding)
    (row,) = read_roster(content, path).rows
    assert (row.jurisdiction, row.name, row.email) == ("GU", "Zoë Peña", "zoe@doe.gu")
    assert row.sessions == (1, 2, 3)


@pytest.mark.parametrize(
    "header",
    [
        "jurisdiction,name",
        "State,Name",
        "State Code,Full name",
        "STATE_OR_TERRITORY,Participant Name",
        " state , NAME ",
    ],
)
def test_headers_have_many_aliases(content: Content, save: Save, header: str) -> None:
    (row,) = read_roster(content, save(f"{header}\noh,Ana\n")).rows
    assert (row.jurisdiction, row.name, row.sessions) == ("OH", "Ana", None)


def test_first_and_last_names_make_a_name(content: Content, save: Save) -> None:
    (row,) = read_roster(content, save("First Name,Last Name,State\nAna,Reyes,Ohio\n")).rows
    assert row.name == "Ana Reyes"
    (row,) = read_roster(content, save('First Name,Last Name,State\n"CRUZ, TASI",,Guam\n')).rows
    assert (row.name, row.written) == ("TASI CRUZ", "CRUZ, TASI")


@pytest.mark.parametrize(
    ("text", "means"),
    [("", ()), ("all", ()), ("1-4", ()), ("2", (2,)), ("1, 3", (1, 3)), ("3;1", (1, 3)), ("Sessions 2 and 4", (2, 4))],
)
def test_sessions_may_be_written_as_people_write_them(
    content: Content, save: Save, text: str, means: tuple[int, ...]
) -> None:
    (row,) = read_roster(content, save(f'state,name,sessions\nOH,Ana,"{text}"\n')).rows
    assert row.sessions == means


def test_every_bad_row_is_said_with_its_line_and_how_to_mend_it_and_the_good_ones_are_kept(
    content: Content, save: Save
) -> None:
    path = save(
        PLAIN
        + "OH,Ana,ana@ohio.gov,data,1\n"
        + "Ohoi,Ben,,,\n"
        + ',"Cy\nSample",,,\n'  # a record of two lines
        + "OH,,dee@ohio.gov,,\n"
        + "OH,Eve,eve at ohio,,\n"
        + "OH,Flo,,secondry,\n"
        + "OH,Gus,,,7\n"
        + "OH,Hal,,,soon\n"
        + "OH,Ivy,,facilitator,\n"
        + f"OH,{'J' * 81},,,\n"
        + "\n"
        + "GU,Kim,,,\n"
    )
    found = problems(content, path)
    assert list(found) == [3, 4, 6, 7, 8, 9, 10, 11, 12]
    assert "no state 'Ohoi'. Did you mean OH?" in found[3]
    assert "The state is missing" in found[4]
    assert "The name is missing" in found[6]
    assert "'eve at ohio' is no email address" in found[7]
    assert "Did you mean secondary?" in found[8]
    assert "There is no session 7" in found[9]
    assert "'soon' names no sessions" in found[10]
    assert "A facilitator belongs to no state" in found[11]
    assert "81 characters" in found[12]
    assert [row.name for row in read_roster(content, path).rows] == ["Ana", "Kim"]


def test_the_same_person_twice_in_a_list_is_said(content: Content, save: Save) -> None:
    path = save(PLAIN + "OH,Ana Reyes,ana@ohio.gov,,\nGU,Ana,ANA@ohio.gov,,\nOH,ana  REYES,,,\nGU,Ana Reyes,,,\n")
    found = problems(content, path)
    assert "Line 2 has the email address ANA@ohio.gov already" in found[3]
    assert "Line 2 has a ana REYES in the same team already" in found[4]
    assert list(found) == [3, 4]


def test_a_facilitator_has_that_role_and_no_state(content: Content, save: Save) -> None:
    (row,) = read_roster(content, save(PLAIN + ",Robin,robin@example.org,Facilitator,\n")).rows
    assert (row.jurisdiction, row.role) == ("", "")


def test_what_cannot_be_seen_in_a_name_is_left_out(content: Content, save: Save) -> None:
    (row,) = read_roster(content, save(PLAIN + "OH,An\u202ea \0Rey\u200fes\t,,,\n")).rows
    assert row.name == "Ana Reyes"


def test_hostile_names_stay_words(content: Content, save: Save) -> None:
    names = ["<script>alert(1)</script>", "=HYPERLINK(1)", "'; DROP TABLE people; --"]
    path = save(PLAIN + "".join(f"OH,{name},,,\n" for name in names))
    assert [row.name for row in read_roster(content, path).rows] == names


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty. Save it again"),
        ("\n\n", "is empty. Save it again"),
        ("who,where\nAna,OH\n", "there is no column jurisdiction and no column name. .* It has who, where"),
        ("name,email\nAna,a@x.org\n", "there is no column jurisdiction"),
        ("PK\x03\x04", "is damaged: a part of it is missing. .* save a copy as a “CSV UTF-8” file"),
        ("%PDF-1.7", "is a PDF. Ask for the file that it was made from, or save it as a “CSV UTF-8” file."),
    ],
)
def test_what_is_no_list_is_one_sentence(content: Content, save: Save, text: str, sentence: str) -> None:
    with pytest.raises(UnreadableRosterError, match=sentence):
        read_roster(content, save(text))


def test_a_file_that_is_not_there_is_one_sentence(content: Content, tmp_path: Path) -> None:
    with pytest.raises(UnreadableRosterError, match="cannot be read: No such file"):
        read_roster(content, tmp_path / "nowhere.csv")
