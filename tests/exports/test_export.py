"""The tidy table, the codebook, and the workbook, read from the exported files."""

from __future__ import annotations

import csv
import datetime as dt
import json
import threading
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cluster_kit.content import load_content
from cluster_kit.content.errors import UnknownJurisdictionError
from cluster_kit.errors import UsageError
from cluster_kit.exports import export_answers
from cluster_kit.exports.request import NothingToDraftError, write_request
from cluster_kit.exports.tables import CODEBOOK, STATEMENTS, TIDY
from cluster_kit.exports.workbook import write_sheets_workbook
from cluster_kit.settings import Settings
from cluster_kit.spreadsheets import MAX_HEIGHT
from cluster_kit.store import NewErasure, Store
from docs.make_export_tables import PAGE, write_page
from tests.exports.conftest import FORMULAS, PRIVATE, UNSAID, Say

ENDINGS = ["xlsx", "csv", "parquet", "jsonl"]


@pytest.fixture
def table(answered: None, settings: Settings, tmp_path: Path) -> pd.DataFrame:
    export_answers(settings, "2026", tmp_path / "all.parquet")
    return pd.read_parquet(tmp_path / "all.parquet")


def test_the_tidy_table_has_one_row_for_each_answer_that_stands(table: pd.DataFrame) -> None:
    assert list(table.columns) == list(TIDY)
    goal = table[table.prompt == "goals.statement"].iloc[0]
    assert (goal.words, goal.row_label, goal.state, goal.role) == (
        "Fewer repeated courses",
        "Goal 1",
        "Ohio",
        "Secondary CTE",
    )
    assert table[table.prompt == "goals.rank"].number.tolist() == [1.0]
    assert "A goal that was removed" not in set(table.words)
    partners = table[table.prompt == "actions.partners"].iloc[0]
    assert json.loads(partners.value) == ["secondary", "other:Tribal council"]
    assert partners.words == "Secondary CTE; Tribal council"


def test_answers_to_questions_that_were_replaced_have_a_table_of_their_own(
    say: Say, settings: Settings, tmp_path: Path
) -> None:
    say("conversation", "first_words", "We share the codes")
    say("conversation", "mood", 2, by="bo", alone=True)
    say("conversation", "cases.title", PRIVATE, "a")
    say("conversation", "cases.may_share", "private", "a")
    export_answers(settings, "2026", tmp_path / "all.parquet")
    found = pd.read_parquet(tmp_path / "all-replaced.parquet")
    assert [*zip(found.prompt, found.scope, found.person, found.words, strict=True)] == [
        ("first_words", "team", "OH-1", "We share the codes"),
        ("mood", "person", "OH-2", "2"),
    ]


def test_a_ladder_that_is_gone_holds_for_states_that_never_chose_a_rung(
    say: Say, settings: Settings, tmp_path: Path
) -> None:
    say("conversation", "first_words", "We share the codes")
    say("conversation", "cases.title", UNSAID, "a")
    say("conversation", "cases.may_share", "named", "b", code="GU", by="cy")
    export_answers(settings, "2026", tmp_path / "ohio.parquet", jurisdictions=["OH"])
    assert pd.read_parquet(tmp_path / "ohio-replaced.parquet").words.tolist() == ["We share the codes"]


def test_rows_from_after_a_ladder_was_removed_are_exported_and_those_from_before_are_not(
    say: Say, settings: Settings, tmp_path: Path
) -> None:
    exercise, table = "next_steps", "actions"  # has no ladder now
    say(exercise, f"{table}.action", UNSAID, "before")
    say(exercise, f"{table}.may_share", "named", "b", code="GU", by="cy", version="with the ladder")
    say(exercise, f"{table}.action", UNSAID, "same", version="with the ladder")
    say(exercise, f"{table}.action", "Call the board", "after")
    for states in (["OH"], None):
        export_answers(settings, "2026", tmp_path / "all.parquet", jurisdictions=states)
        assert pd.read_parquet(tmp_path / "all.parquet").words.tolist() == ["Call the board"]
    say(exercise, f"{table}.action", "", "after")
    with pytest.raises(NothingToDraftError):
        write_request(settings, "2026", "OH", tmp_path / "request.docx")


def test_rows_of_a_removed_ladder_stay_private_when_every_choice_on_it_is_erased(
    say: Say, settings: Settings, tmp_path: Path
) -> None:
    exercise, table = "next_steps", "actions"
    say(exercise, f"{table}.action", UNSAID, "before")
    for version in ("early", "with the ladder"):
        say(exercise, f"{table}.may_share", "named", "b", code="GU", by="cy", version=version)
    say(exercise, f"{table}.action", UNSAID, "same", version="with the ladder")
    say(exercise, f"{table}.action", "Call the board", "after")
    request = NewErasure(series="2026", jurisdiction="GU", asked_by="a test", why="a test")
    with Store.open(settings.db_url) as store:
        store.erase(request)
        store.erase(request)  # again, with nothing left
        [*choices] = store.erased_choices("2026")
    assert {one.content_version: one.seq for one in choices} == {"early": 2, "with the ladder": 3}
    assert not any(word in str(choices) for word in ("GU", "cy", "named"))
    export_answers(settings, "2026", tmp_path / "all.parquet")
    assert pd.read_parquet(tmp_path / "all.parquet").words.tolist() == ["Call the board"]
    with Store.open(settings.db_url) as store:
        for state, kept in (("", choices), ("OH", choices), ("", [])):
            store.erase(NewErasure(series="2026", jurisdiction=state, asked_by="a test", why="the series is over"))
            assert store.erased_choices("2026") == kept, "as long as there is a row that could need them"


def test_ratings_come_with_a_number_for_each_person_and_no_name(table: pd.DataFrame) -> None:
    ratings = table[table.prompt == "ratings.rating"]
    assert ratings.number.tolist() == [1.0, 3.0]
    assert ratings.person.tolist() == ["OH-1", "OH-2"]
    assert set(ratings.scope) == {"person"}
    assert "Ana Ruiz" not in table.to_csv()


def test_unsettled_answers_are_both_there_and_counted(say: Say, settings: Settings, tmp_path: Path) -> None:
    say("organizing_structure", "reason", "Hers")
    say("organizing_structure", "reason", "His", by="bo")
    export_answers(settings, "2026", tmp_path / "all.parquet")
    found = pd.read_parquet(tmp_path / "all.parquet")
    assert found.words.tolist() == ["Hers", "His"]
    assert found.versions.tolist() == [2, 2]


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_a_state_keeps_for_its_team_is_in_no_file(
    answered: None, settings: Settings, tmp_path: Path, ending: str
) -> None:
    done = export_answers(settings, "2026", tmp_path / f"all.{ending}")
    if ending == "xlsx":
        everything = " ".join(str(c.value) for sheet in load_workbook(done.files[0]) for row in sheet for c in row)
    elif ending == "parquet":
        everything = pd.read_parquet(done.files[0]).to_csv()
    else:
        everything = done.files[0].read_text("utf-8-sig")
    assert "A named example" in everything
    assert "An example for staff" in everything
    assert PRIVATE not in everything
    assert UNSAID not in everything


def test_a_step_back_on_the_ladder_takes_an_example_out(say: Say, settings: Settings, tmp_path: Path) -> None:
    say("examples", "examples.title", "Ours", "x")
    say("examples", "examples.may_share", "named", "x")
    assert export_answers(settings, "2026", tmp_path / "a.csv").answers == 2
    say("examples", "examples.may_share", "private", "x")
    assert export_answers(settings, "2026", tmp_path / "a.csv").answers == 0


def test_no_text_is_a_formula_in_csv(answered: None, settings: Settings, tmp_path: Path) -> None:
    export_answers(settings, "2026", tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    cells = [cell for row in rows for name, cell in row.items() if name not in ("session", "number", "versions")]
    risky = {cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))}
    assert risky <= {"+1", "-1"}, "numbers, which a spreadsheet does not run"
    assert "'=1+1" in cells


def test_no_text_is_a_formula_a_link_or_a_number_in_the_workbook(
    answered: None, settings: Settings, tmp_path: Path
) -> None:
    export_answers(settings, "2026", tmp_path / "all.xlsx")
    book = load_workbook(tmp_path / "all.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    leads_out = [cell for cell in cells if cell.hyperlink and cell.hyperlink.target]  # those to sheets have none
    assert leads_out == []
    shown = {cell.value: cell for cell in cells if isinstance(cell.value, str)}
    for words in ("=1+1", "+1", "-1", "@SUM(A1)", FORMULAS[6]):
        assert shown[words].quotePrefix, words


def test_the_workbook_has_a_sheet_for_each_answered_exercise_ready_to_read(
    answered: None, settings: Settings, tmp_path: Path
) -> None:
    export_answers(settings, "2026", tmp_path / "all.xlsx")
    book = load_workbook(tmp_path / "all.xlsx")
    assert book.sheetnames[0] == "Read me"
    assert {"All answers", "Codebook", "1 Our statewide goals", "1 Our next steps"} <= set(book.sheetnames)
    assert book["Lists"].sheet_state == "hidden"
    links = {cell.value for row in book["Read me"].iter_rows() for cell in row if cell.hyperlink}
    assert {"1 Our statewide goals", "1 Our next steps"} <= links
    for name in book.sheetnames:
        if name not in ("Read me", "Lists"):
            sheet: Worksheet = book[name]
            assert str(sheet.freeze_panes).endswith("2"), name
            assert sheet.auto_filter.ref, name
            assert all(sheet.column_dimensions[c.column_letter].width > 8 for c in sheet[1]), name
    goals = book["1 Our statewide goals"]
    head = [cell.value for cell in goals[1]]
    row = dict(zip(head, (cell.value for cell in goals[2]), strict=True))
    assert (row["State"], row["Row"], row["The goal"], row["Rank"]) == ("Ohio", "Goal 1", "Fewer repeated courses", 1)
    offered = [rule for rule in goals.data_validations.dataValidation if rule.type == "list"]
    assert len(offered) == 1
    steps = book["1 Our next steps"]
    due = [cell.value for cell in steps[1]].index("By when")
    assert steps[2][due].value.date().isoformat() == "2026-03-05"


def test_the_codebook_has_every_question_of_the_series_with_its_values(
    answered: None, settings: Settings, tmp_path: Path
) -> None:
    done = export_answers(settings, "2026", tmp_path / "all.csv")
    book = pd.read_csv(done.files[1], keep_default_na=False, encoding="utf-8-sig")
    assert list(book.columns) == list(CODEBOOK)
    content = load_content("2026")
    asked = {(s.number, e.id) for s in content.sessions for e in s.exercises}
    named = book[book.exercise != ""]
    assert asked == set(zip(named.session.astype(float).astype(int), named.exercise, strict=True))
    authority = book[(book.exercise == "goals") & (book.prompt == "goals.authority")].iloc[0]
    assert "law = The legislature" in authority["values"]
    item = book[(book.row == "sa_shared_vision") & (book.kind == "rating")].iloc[0]
    assert item["values"].startswith("1 = Not yet: ")
    assert item.question == content.instrument.items[0].text


def test_rows_of_the_codebook_show_their_whole_text(answered: None, settings: Settings, tmp_path: Path) -> None:
    """A list of all statements was higher than a row can be; they are in rows of their own."""
    export_answers(settings, "2026", tmp_path / "all.xlsx")
    sheet = load_workbook(tmp_path / "all.xlsx")["Codebook"]
    assert max(row.height or 0 for row in sheet.row_dimensions.values()) < MAX_HEIGHT - 1
    names = {cell.value: cell.column - 1 for cell in sheet[1]}
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert any(row[names["values"]] == STATEMENTS for row in rows)
    assert {item.id for item in load_content("2026").instrument.items} <= {row[names["row"]] for row in rows}


def test_every_column_of_every_table_is_in_the_dictionary_and_on_its_page(
    answered: None, settings: Settings, tmp_path: Path
) -> None:
    export_answers(settings, "2026", tmp_path / "all.csv")
    listed = pd.read_csv(tmp_path / "all-dictionary.csv", keep_default_na=False)
    assert (listed.meaning != "").all()
    for path in tmp_path.glob("all*.csv"):
        suffix = path.stem.removeprefix("all").removeprefix("-")
        if suffix != "dictionary":
            columns = list(pd.read_csv(path, nrows=0).columns)
            assert list(listed[listed.file == suffix].column) == columns
    assert PAGE.read_text("utf-8") == write_page(), "run: python -m docs.make_export_tables"


def test_parquet_files_say_what_they_are(table: pd.DataFrame, tmp_path: Path) -> None:
    schema = pq.read_schema(tmp_path / "all.parquet")
    assert schema.metadata[b"cluster_kit.series"] == b"2026"
    assert schema.metadata[b"cluster_kit.table"] == b"All answers"
    assert b"in UTC" in schema.field("answered_at").metadata[b"description"]
    assert all(field.metadata[b"description"] for field in schema)
    assert str(table.answered_at.dtype) == "datetime64[us, UTC]"


def test_since_has_what_changed_and_what_is_no_longer_there(settings: Settings, say: Say, tmp_path: Path) -> None:
    out = tmp_path / "crm.csv"
    with pytest.raises(UsageError, match="no earlier export of series 2026"):
        export_answers(settings, "2026", out, since="last")
    say("goals", "goals.statement", "First", "a")
    say("goals", "goals.statement", "Second", "b")
    say("examples", "examples.title", "Shown", "x")
    say("examples", "examples.may_share", "team", "x")
    export_answers(settings, "2026", out)
    times = json.loads((settings.home / "exports.json").read_text())
    moment = dt.datetime.now(dt.UTC)  # later than the time of the record, which overlaps by a minute
    (settings.home / "exports.json").write_text(json.dumps({"2026": {"crm.csv": moment.isoformat()}}))
    assert dt.datetime.fromisoformat(times["2026"]["crm.csv"]) < moment
    say("goals", "goals.statement", "", "a")
    say("goals", "goals.statement", "Second, again", "b")
    say("examples", "examples.may_share", "private", "x")
    full = out.read_bytes()
    changes, *_ = export_answers(settings, "2026", out, since="last").files
    assert list(pd.read_csv(changes).words) == ["Second, again"]
    assert (changes.name, out.read_bytes()) == ("crm-changes.csv", full)
    removed = pd.read_csv(tmp_path / "crm-changes-removed.csv")
    assert set(zip(removed.prompt, removed.row, strict=True)) == {
        ("goals.statement", "a"),
        ("examples.title", "x"),
        ("examples.may_share", "x"),
    }
    export_answers(settings, "2026", out, since="2090-01-01")
    assert pd.read_csv(changes).empty
    assert not (tmp_path / "crm-changes-removed.csv").exists()  # that of the earlier export of changes
    (tmp_path / "new-room.csv").write_text("not of an export")
    export_answers(settings, "2026", tmp_path / "new.csv")
    assert (tmp_path / "new-room.csv").exists()
    with pytest.raises(UsageError, match="--since cannot be 'yesterday'"):
        export_answers(settings, "2026", out, since="yesterday")


def test_the_workbook_has_times_as_times_and_prints_on_landscape_pages(
    answered: None, settings: Settings, tmp_path: Path
) -> None:
    export_answers(settings, "2026", tmp_path / "all.xlsx")
    sheet = load_workbook(tmp_path / "all.xlsx")["All answers"]
    heads = [cell.value for cell in sheet[1]]
    assert isinstance(sheet.cell(2, heads.index("answered_at") + 1).value, dt.datetime)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")


def test_a_wide_table_of_people_is_printed_legibly_with_the_name_on_each_page(tmp_path: Path) -> None:
    """The people of an attendance workbook were printed at a third of their size."""
    people = pd.DataFrame({"name": ["Ana"]} | {f"a_column_with_a_long_name_{n}": [n] for n in range(12)})
    few = people[["name", "a_column_with_a_long_name_0"]]
    write_sheets_workbook(
        {"People": people, "Few": few, "No one": people.drop(columns="name")}, "T", tmp_path / "x.xlsx"
    )
    book = load_workbook(tmp_path / "x.xlsx")
    assert (book["People"].page_setup.fitToWidth, book["People"].print_title_cols) == (2, "$A:$A")
    assert {book[name].page_setup.fitToWidth or 1 for name in ("Few", "No one")} == {1}


def test_names_of_sheets_are_legal_in_excel(tmp_path: Path) -> None:
    titles = ["History", "'Goals'", "A/B: [c]*?", "", "The same forty letters at the beginning of a name 1"]
    titles.append(titles[-1][:-1] + "2")
    frame = pd.DataFrame({"a": [1]})
    write_sheets_workbook(dict.fromkeys(titles, frame), "T", tmp_path / "x.xlsx")
    names = load_workbook(tmp_path / "x.xlsx").sheetnames
    assert len({name.casefold() for name in names}) == len(titles)
    assert "history" not in {name.casefold() for name in names}
    assert all(1 <= len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_one_state_alone_and_an_unknown_one(answered: None, settings: Settings, tmp_path: Path) -> None:
    assert export_answers(settings, "2026", tmp_path / "gu.csv", ["gu"]).states == 1
    with pytest.raises(UnknownJurisdictionError):
        export_answers(settings, "2026", tmp_path / "x.csv", ["QQ"])
    with pytest.raises(UsageError, match=r"must end in \.xlsx"):
        export_answers(settings, "2026", tmp_path / "x.txt")
    assert not list(tmp_path.glob("x.*"))


def test_a_store_without_answers_gives_whole_files(settings: Settings, tmp_path: Path) -> None:
    for ending in ENDINGS:
        done = export_answers(settings, "2026", tmp_path / f"none.{ending}")
        assert done.answers == 0
        assert all(path.stat().st_size for path in done.files[1:])


def test_an_export_during_a_live_session_is_whole_and_loses_nobodys_words(
    say: Say, settings: Settings, tmp_path: Path
) -> None:
    say("peer_discussion", "heard", "first")
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            say("peer_discussion", "borrow", f"words {len(written)}")
            written.append(len(written))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            assert export_answers(settings, "2026", tmp_path / f"{number}.jsonl").answers in (1, 2)
    finally:
        stop.set()
        writer.join()
    done = export_answers(settings, "2026", tmp_path / "last.jsonl")
    lines = [json.loads(line) for line in done.files[0].read_text("utf-8").splitlines()]
    assert [line["words"] for line in lines] == ["first", f"words {written[-1]}"]


def test_what_a_team_settled_stands_beside_its_ratings_and_in_the_codebook(
    say: Say, settings: Settings, tmp_path: Path
) -> None:
    row = "sa_shared_vision"
    say("rate_systems", "ratings.rating", 2, row, alone=True)
    say("rate_systems", "ratings.rating", 3, row, alone=True, by="bo")
    say("rate_systems", "ratings.consensus", 3, row)
    say("rate_systems", "ratings.dissent", "=1+1", row)
    export_answers(settings, "2026", tmp_path / "all.parquet")
    table = pd.read_parquet(tmp_path / "all.parquet")
    settled = table[table.prompt == "ratings.consensus"].iloc[0]
    assert (settled.words, settled.number, settled.scope) == ("3 In place", 3.0, "team")
    codebook = pd.read_parquet(tmp_path / "all-codebook.parquet")
    of_item = codebook[(codebook.session == 1) & (codebook.row == row)]
    columns = ("rating", "note", "consensus", "rationale", "dissent", "agreement")
    assert of_item.prompt.tolist() == [f"ratings.{column}" for column in columns]
    assert of_item.scope.tolist() == ["person", "person", "team", "team", "team", "person"]
    choices = "not_sure = Not sure yet; does_not_apply = Does not apply here"
    assert of_item["values"].iloc[2].endswith(choices)
    done = export_answers(settings, "2026", tmp_path / "all.xlsx")
    book = load_workbook(done.files[0])
    sheet = book.worksheets[2]
    heads = [cell.value for cell in sheet[1]]
    assert heads[-3:] == ["Rating", "Team rating", "A different view, if any"]
    rows = [tuple(cell.value for cell in line)[-3:] for line in sheet.iter_rows(min_row=2)]
    assert sorted(rows, key=str) == [
        ("2 Taking shape", None, None),
        ("3 In place", None, None),
        (None, "3 In place", "=1+1"),
    ]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_negative_number_is_a_number_and_a_very_long_answer_is_whole(
    say: Say, settings: Settings, tmp_path: Path, ending: str
) -> None:
    """A cell of a workbook has room for 32,767 characters, and says where the rest is."""
    long = ("word " * 8_000).rstrip()
    say("organizing_structure", "reason", long)
    say("goals", "goals.rank", -5, "x")
    [path, *_] = export_answers(settings, "2026", tmp_path / f"all.{ending}").files
    if ending == "xlsx":
        cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
        assert -5 in [cell.value for cell in cells if cell.data_type == "n"]
        cut = max((cell.value for cell in cells if isinstance(cell.value, str)), key=len)
        assert cut.endswith("(longer than a cell can be: see the other formats)")
        return
    frame = {"csv": pd.read_csv, "parquet": pd.read_parquet}.get(ending, lambda one: pd.read_json(one, lines=True))(
        path
    )
    assert long in [*frame.words]
    assert [*frame.number.dropna()] == [-5]
