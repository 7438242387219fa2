"""A worksheet as a notebook: its content, and reading it back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from cluster_kit.content.errors import UnknownJurisdictionError
from cluster_kit.errors import UsageError
from cluster_kit.worksheets import WorksheetRequest, make_worksheets
from tests.worksheets.conftest import CONTENT, GOAL, HOSTILE, Office, both, edit, fill, write

TASK = re.compile(r"^\s*[-*+] \[[ xX]\]", re.MULTILINE)


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def _text(notebook: NotebookNode) -> str:
    return "\n".join(cell.source for cell in notebook.cells)


def test_a_worksheet_is_a_valid_notebook_without_outputs_that_asks_every_exercise(office: Office) -> None:
    notebook = _read(office.make())
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    text = _text(notebook)
    assert [e.title for e in CONTENT.get_session(1).exercises if f"## {e.title}" not in text] == []
    assert "# Ohio: worksheet for Session 1" in text
    assert not TASK.search(text), "notebook programs show an item of a task list as a check box without a name"


def test_what_the_team_said_stands_in_it_and_what_one_person_rated_does_not(office: Office) -> None:
    text = _text(_read(office.make()))
    assert GOAL in text
    assert "- (x) Other: Tribal council" in text
    assert "Name: Whit, Jr., Dana" in text
    assert "(x) 2 " not in text


def test_typed_words_are_no_markup_in_the_notebook(office: Office) -> None:
    text = _text(_read(office.make()))
    assert "<script>" not in text
    assert r"\<script\>" in text
    assert r"\- \[x\] not a box" in text or r"- \[x\] not a box" in text


def test_an_untouched_worksheet_changes_nothing(office: Office) -> None:
    before = office.count()
    [receipt] = office.collect(office.make())
    assert set(receipt.counts) == {"unchanged"}
    assert office.count() == before
    assert "nothing new" in str(receipt)


def test_a_changed_answer_takes_the_place_of_the_one_it_was_typed_over(office: Office) -> None:
    returned = edit(office.make(), lambda source: source.replace(GOAL, "By 2028 no learner repeats a course."))
    [receipt] = office.collect(returned)
    assert receipt.counts["saved"] == 1
    [goal] = office.responses("goals.statement", "a")
    assert goal.value == "By 2028 no learner repeats a course."
    assert goal.base == ("online-1",)


def test_answers_of_every_kind_are_read(office: Office) -> None:
    returned = edit(
        office.make(),
        both(
            fill("Your name", "Cy Mora"),
            fill("The goal", "One advising page.\n\nFor everybody.", "Goal 2"),
            fill("Rank", "2", "Goal 2"),
            lambda s: (
                s.replace("- ( ) Yes, they have told us", "- (x) Yes, they have told us", 1) if "Goal 2" in s else s
            ),
            fill("By when", "March 9, 2026", "Step 2"),
            fill("Who leads", "Lee Ora, Data", "Step 2"),
            lambda s: s.replace("- ( ) 3 In place", "- [X] 3 In place") if "one written statement" in s else s,
        ),
    )
    [receipt] = office.collect(returned)
    assert receipt.person == "Cy Mora"
    [_, goal] = office.responses("goals.statement")
    assert goal.value == "One advising page.\n\nFor everybody."
    row = goal.row
    assert office.values("goals.rank", row) == [2]
    assert office.values("goals.support", row) == ["said_yes"]
    assert "2026-03-09" in office.values("actions.due")
    assert {"name": "Lee Ora", "role": "Data"} in office.values("actions.lead")
    [_, rating] = office.responses("ratings.rating", "sa_shared_vision")
    assert (rating.value, rating.scope.value) == (3, "person")


def test_what_people_gave_online_is_replaced_only_by_their_own_worksheet_or_as_staff_say(office: Office) -> None:
    def rate(source: str) -> str:
        return source.replace("- ( ) 3 In place", "- (x) 3 In place") if "one written statement" in source else source

    named = edit(office.make(), both(fill("Your name", "ana  RUIZ"), fill("The goal", "Another", "Goal 2"), rate))
    [receipt] = office.collect(named)
    assert (receipt.counts["saved"], receipt.counts["refused"]) == (1, 1)
    assert "collect the file again with --person and that name" in str(receipt)
    assert [one.value for one in office.responses("ratings.rating", "sa_shared_vision")] == [2]
    [saved] = [one for one in office.responses("goals.statement") if one.value == "Another"]
    assert saved.author == "ana"
    [receipt] = office.collect(named, person="Ana Ruiz")
    [rating] = office.responses("ratings.rating", "sa_shared_vision")
    assert (rating.author, rating.value) == ("ana", 3)
    assert receipt.counts["replaced"] == 1
    assert "before it says “2 Taking shape”" in str(receipt)


def test_a_field_that_was_changed_online_in_the_meantime_keeps_both_answers_and_says_so(office: Office) -> None:
    worksheet = office.make()
    office.say("goals", "goals.statement", "Online words", "a", by="bo")
    [receipt] = office.collect(edit(worksheet, lambda source: source.replace(GOAL, "Offline words")))
    assert sorted(office.values("goals.statement", "a")) == ["Offline words", "Online words"]
    assert receipt.counts["conflict"] == 1
    assert "“Offline words”; online it says “Online words”" in str(receipt)


def test_what_was_changed_online_only_stays_as_it_is_online(office: Office) -> None:
    worksheet = office.make()
    office.say("goals", "goals.statement", "Online words", "a")
    office.collect(worksheet)
    assert office.values("goals.statement", "a") == ["Online words"]


def test_the_same_change_on_both_sides_is_no_conflict(office: Office) -> None:
    worksheet = office.make()
    office.say("goals", "goals.statement", "New words", "a")
    [receipt] = office.collect(edit(worksheet, lambda source: source.replace(GOAL, "New words ")))
    assert receipt.counts["there"] == 1
    assert office.values("goals.statement", "a") == ["New words"]


def test_two_versions_are_shown_and_settled_by_what_is_written(office: Office) -> None:
    worksheet = office.make()
    office.say("goals", "goals.statement", "Online words", "a")
    office.collect(edit(worksheet, lambda source: source.replace(GOAL, "Offline words")))
    again = office.make()
    assert "> Offline words" in _text(_read(again))
    assert set(office.collect(again)[0].counts) == {"unchanged"}
    office.collect(edit(again, fill("The goal", "Settled words", "Goal 1")))
    assert office.values("goals.statement", "a") == ["Settled words"]


def test_an_emptied_answer_is_cleared(office: Office) -> None:
    office.collect(edit(office.make(), lambda source: source.replace(GOAL, "")))
    assert office.values("goals.statement", "a") == [None]


def test_a_second_return_by_the_same_person_replaces_the_first(office: Office) -> None:
    worksheet = office.make()
    for words in ("A draft", "The final words"):
        office.collect(edit(worksheet, both(fill("Your name", "Cy Mora"), fill("The goal", words, "Goal 2"))))
    assert office.values("goals.statement") == [GOAL, "The final words"]


def test_new_rows_of_two_colleagues_are_two_rows(office: Office) -> None:
    worksheet = office.make()
    for name in ("Cy Mora", "Di Neal"):
        office.collect(edit(worksheet, both(fill("Your name", name), fill("The goal", f"Goal of {name}", "Goal 2"))))
    assert office.values("goals.statement") == [GOAL, "Goal of Cy Mora", "Goal of Di Neal"]


def test_rows_are_offered_anew_in_a_later_worksheet(office: Office) -> None:
    for group, words in (("Goal 2", "First"), ("Goal 3", "Second")):
        office.collect(edit(office.make(), both(fill("Your name", "Cy Mora"), fill("The goal", words, group))))
    assert office.values("goals.statement") == [GOAL, "First", "Second"]


# --- what programs and people do to a notebook --------------------------------------------------------------------


def _fill_goal(worksheet: Path) -> Path:
    return edit(worksheet, fill("The goal", "A second goal", "Goal 2"))


def test_a_notebook_that_other_programs_saved_is_read_alike(office: Office) -> None:
    """Sources as lists of lines, new ids, no metadata, other line endings, a byte order mark."""
    notebook = json.loads(_fill_goal(office.make()).read_text("utf-8"))
    notebook["metadata"] = {"colab": {"provenance": []}, "kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook["nbformat_minor"] = 0
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"] = {"id": f"colab{number}"}
        cell.pop("id", None)
        cell["source"] = cell["source"].replace("\n", "\r\n").splitlines(keepends=True)
    path = office.out / "Copy of (1) final.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(notebook, indent=4).encode())
    [receipt] = office.collect(path)
    assert receipt.counts["saved"] == 1
    assert office.values("goals.statement") == [GOAL, "A second goal"]


def test_reordered_deleted_joined_and_retyped_cells_are_read_alike(office: Office) -> None:
    notebook = json.loads(_fill_goal(office.make()).read_text("utf-8"))
    first, *rest = notebook["cells"]
    rest = [cell for cell in reversed(rest) if "K-12 CTE programs" not in cell["source"]]
    joined = {**rest[0], "source": rest[0]["source"] + "\n\n" + rest[1]["source"]}
    for cell in rest:
        if "Goal 2" in cell["source"]:
            cell["cell_type"] = "raw"
    notebook["cells"] = [*rest[2:], joined, first]
    [receipt] = office.collect(write(notebook, office.out / "x.ipynb"))
    assert receipt.counts["saved"] == 1
    assert office.values("goals.statement") == [GOAL, "A second goal"]


def test_edited_prose_and_labels_do_not_matter_and_added_notes_are_named(office: Office) -> None:
    notebook = json.loads(_fill_goal(office.make()).read_text("utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].replace("## ", "## My own heading: ").replace("**The goal**", "**Our aim!**")
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "Please call me about goal 2."})
    [receipt] = office.collect(write(notebook, office.out / "x.ipynb"))
    assert receipt.counts["saved"] == 1
    assert receipt.unread == ("Please call me about goal 2.",)
    assert "Please call me about goal 2." in str(receipt)


def test_a_cell_whose_line_was_deleted_is_known_by_its_metadata(office: Office) -> None:
    def strip(source: str) -> str:
        return "A question of ours" if source.startswith("**What did you hear that") else source

    [receipt] = office.collect(edit(office.make(), strip))
    assert receipt.counts["saved"] == 1
    assert office.values("heard") == ["A question of ours"]


def test_words_beside_the_line_belong_to_the_answer(office: Office) -> None:
    def beside(source: str) -> str:
        return (
            source.replace("-0 -->", "-0 --> We heard much")
            if source.startswith("**What did you hear that")
            else source
        )

    office.collect(edit(office.make(), beside))
    assert office.values("heard") == ["We heard much"]


def test_hostile_words_come_back_as_they_were_typed(office: Office) -> None:
    assert set(office.collect(office.make())[0].counts) == {"unchanged"}
    office.collect(edit(office.make(), lambda source: source.replace(" end", " the end")))
    assert office.values("reason") == [HOSTILE.replace(" end", " the end")]


# --- unclear answers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "group", "words", "sentence"),
    [
        ("By when", "Step 2", "soon", "“soon” is not a day"),
        ("Rank", "Goal 2", "first", "“first” is not a number"),
        ("Rank", "Goal 2", "-4", "Type a number"),
        (
            "Would partners outside CTE endorse it?",
            "Goal 2",
            "- [x] No\n- [x] We have not asked",
            "More than one choice",
        ),
        ("Would partners outside CTE endorse it?", "Goal 2", "Perhaps", "“Perhaps” is not one of the choices"),
    ],
)
def test_an_unclear_answer_is_named_with_the_reason(
    office: Office, label: str, group: str, words: str, sentence: str
) -> None:
    before = office.count()
    [receipt] = office.collect(edit(office.make(), fill(label, words, group)))
    assert receipt.counts["refused"] == 1
    assert sentence in str(receipt)
    assert label in str(receipt)
    assert office.count() == before


def test_an_answer_from_another_states_worksheet_is_refused(office: Office) -> None:
    guam = json.loads(edit(office.make(code="GU"), fill("The goal", "Guam's goal", "Goal 1")).read_text("utf-8"))
    ohio = json.loads(office.make().read_text("utf-8"))
    ohio["cells"] += [cell for cell in guam["cells"] if "Guam's goal" in cell["source"]]
    [receipt] = office.collect(write(ohio, office.out / "mixed.ipynb"))
    assert receipt.counts["refused"] == 1
    assert "copied from another one" in str(receipt)
    assert office.values("goals.statement") == [GOAL]


def test_an_unknown_state_or_format_is_refused_before_anything_is_written(office: Office) -> None:
    with pytest.raises(UnknownJurisdictionError):
        list(make_worksheets(office.settings, WorksheetRequest("2026", 1, ["OH", "XX"]), office.out))
    with pytest.raises(UsageError, match="not as odt"):
        list(make_worksheets(office.settings, WorksheetRequest("2026", 1, ["OH"], ("odt",)), office.out))
    assert not office.out.exists()


def test_one_cell_copied_and_filled_twice_is_two_versions(office: Office) -> None:
    notebook = json.loads(edit(office.make(), str).read_text("utf-8"))
    [cell] = [cell for cell in notebook["cells"] if cell["source"].startswith("**What did you hear that")]
    notebook["cells"].append({**cell, "source": cell["source"] + "\n\nSecond"})
    cell["source"] += "\n\nFirst"
    [receipt] = office.collect(write(notebook, office.out / "x.ipynb"))
    assert receipt.counts["conflict"] == 1
    assert office.values("heard") == ["First", "Second"]
