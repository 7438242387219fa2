"""Tables of answers, row by row."""

from __future__ import annotations

from cluster_kit.content import load_content
from cluster_kit.content import models as m
from cluster_kit.exercises.labels import AnswerFormatter
from cluster_kit.exercises.rows import LOST_ROW, TableRow, read_answer_table
from tests.insights.saying import Talk, three_goals
from tests.samples import small_content

CONTENT = small_content()
SESSION = CONTENT.get_session(1)


def _read(talk: Talk, exercise_id: str, prompt_id: str) -> list[TableRow]:
    exercise = SESSION.find_exercise(exercise_id)
    assert exercise
    prompt = next(p for p in exercise.prompts if p.id == prompt_id)
    assert prompt.kind == "table"
    return read_answer_table(CONTENT, 1, exercise, prompt, talk.answers)


def _texts(row: TableRow, column: str) -> list[tuple[str, str]]:
    return [(version.text, version.who) for version in row.texts[column]]


def test_rows_stand_in_the_order_in_which_they_were_first_answered() -> None:
    assert [row.id for row in _read(three_goals(), "goals", "goals")] == ["a", "b", "c"]


def test_a_row_that_is_edited_later_keeps_its_place() -> None:
    talk = three_goals()
    for column in ("statement", "rank", "test"):
        talk.unsay(f"goals.goals.{column}", row="a")
    talk.say("goals.goals.statement", "Fewer repeated courses, by 2029", row="a")
    assert [row.id for row in _read(talk, "goals", "goals")] == ["a", "b", "c"]


def test_a_removed_row_is_left_out_and_comes_back_when_it_is_restored() -> None:
    talk = three_goals().say("goals.goals", False, row="b")
    assert [row.id for row in _read(talk, "goals", "goals")] == ["a", "c"]
    talk.unsay("goals.goals", row="b").say("goals.goals", True, row="b")
    assert [row.id for row in _read(talk, "goals", "goals")] == ["a", "b", "c"]


def test_a_row_whose_cells_were_all_cleared_is_left_out() -> None:
    talk = three_goals().unsay("goals.goals.statement", row="c").say("goals.goals.statement", None, row="c")
    assert [row.id for row in _read(talk, "goals", "goals")] == ["a", "b"]


def test_options_numbers_people_and_days_are_said_in_words() -> None:
    goal = _read(three_goals(), "goals", "goals")[0]
    assert _texts(goal, "test") == [("Yes", "")]
    assert _texts(goal, "rank") == [("2", "")]
    talk = Talk().say("next_steps.actions.lead", {"name": "Dana", "role": "director"}, row="x")
    talk.say("next_steps.actions.due", "2027-03-05", row="x")
    step = _read(talk, "next_steps", "actions")[0]
    assert _texts(step, "lead") == [("Dana, State CTE Director", "")]
    assert _texts(step, "due") == [("March 5, 2027", "")]
    assert step.texts["action"] == ()


def test_versions_that_a_team_has_not_settled_stand_side_by_side_with_their_names() -> None:
    talk = three_goals().say("goals.goals.statement", "One page for advisers", row="b", by="bo")
    goal = _read(talk, "goals", "goals")[1]
    assert _texts(goal, "statement") == [("One advising page", "Ana Ruiz"), ("One page for advisers", "Bo Lind")]


def test_the_same_answer_given_twice_is_one() -> None:
    talk = three_goals().say("goals.goals.statement", "One advising page", row="b", by="bo")
    assert _texts(_read(talk, "goals", "goals")[1], "statement") == [("One advising page", "")]


def test_rows_that_come_from_other_answers_carry_their_words_in_the_order_of_the_source() -> None:
    talk = three_goals().say("next_steps.goal_check.how", "Ends repeats", row="c")
    talk.say("next_steps.goal_check.how", "Starts with us", row="a")
    rows = _read(talk, "next_steps", "goal_check")
    assert [(row.id, row.label) for row in rows] == [("a", "Fewer repeated courses."), ("c", "Shared data")]


def test_an_answer_about_a_row_that_was_removed_since_is_kept_and_named() -> None:
    talk = three_goals().say("next_steps.goal_check.how", "Ends repeats", row="a").say("goals.goals", False, row="a")
    talk.say("next_steps.goal_check.how", "Of old", row="gone")
    labels = [row.label for row in _read(talk, "next_steps", "goal_check")]
    assert labels == ["Fewer repeated courses.", LOST_ROW]


def test_own_words_beside_options_are_shown_as_they_are_and_options_that_no_longer_exist_in_words() -> None:
    exercise = SESSION.find_exercise("next_steps")
    assert exercise
    partners = next(p for p in exercise.prompts if p.kind == "choice")
    formatter = AnswerFormatter(CONTENT, Talk().answers, 1)
    assert formatter.format(partners, ["learners", "other:The tribal college", "long_gone"]) == (
        "Learners; The tribal college; earlier choice: long gone"
    )
    named = partners.model_copy(update={"earlier_options": (m.Option(id="long_gone", label="The former board"),)})
    assert formatter.format(named, ["long_gone"]) == "The former board"


def test_equal_individual_answers_are_one_text_with_the_number_of_people() -> None:
    talk = Talk()
    for person, words in (("ana", "Part of it"), ("bo", "Part of it"), ("cy", "All of it")):
        talk.say("next_steps.actions.action", words, row="x", by=person, alone=True)
    (row,) = _read(talk, "next_steps", "actions")
    assert [(one.text, one.who) for one in row.texts["action"]] == [("All of it", ""), ("Part of it (2 people)", "")]


def test_no_answer_in_a_document_is_an_id() -> None:
    """Each choice and rating of the series, answered with an id that the content no longer has."""
    content = load_content("2026")
    formatter = AnswerFormatter(content, Talk().answers, 1)
    cells = [
        cell
        for session in content.sessions
        for exercise in session.exercises
        for prompt in exercise.prompts
        for cell in (prompt.columns if isinstance(prompt, m.TablePrompt) else (prompt,))
    ]
    choices = [cell for cell in cells if isinstance(cell, m.ChoicePrompt | m.RatingPrompt)]
    assert choices
    assert not [cell.id for cell in choices if "lost_choice" in formatter.format(cell, "lost_choice")]
    (matrix,) = (
        prompt
        for exercise in content.get_session(3).exercises
        for prompt in exercise.prompts
        if isinstance(prompt, m.TablePrompt) and prompt.id == "elements"
    )
    systems = [column for column in matrix.columns if column.id in {"k12", "postsecondary", "workforce", "perkins"}]
    assert {formatter.format(column, "same") for column in systems} == {"Same written definition as another system"}


def test_a_value_of_a_shape_that_the_prompt_does_not_know_is_shown_and_breaks_nothing() -> None:
    exercise = SESSION.find_exercise("next_steps")
    assert exercise
    formatter = AnswerFormatter(CONTENT, Talk().answers, 1)
    for prompt in exercise.prompts:
        for cell in prompt.columns if prompt.kind == "table" else (prompt,):
            assert cell.kind not in ("items", "questions", "table")
            for value in (["x"], {"a": 1}, 3.5, True, "words"):
                assert isinstance(formatter.format(cell, value), str)
