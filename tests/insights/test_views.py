"""An exercise as a document."""

from __future__ import annotations

from bs4 import BeautifulSoup

from cluster_kit.content import models as m
from cluster_kit.documents.html import to_html
from cluster_kit.documents.model import Records, Table
from cluster_kit.insights import render_exercise
from cluster_kit.insights.views import NOT_ANSWERED, UNSETTLED, table_block
from tests.insights.saying import Talk, ratings_by_two, three_goals
from tests.samples import SCALE, small_content

CONTENT = small_content()
SESSION = CONTENT.get_session(1)


def _page(talk: Talk, exercise_id: str) -> BeautifulSoup:
    exercise = SESSION.find_exercise(exercise_id)
    assert exercise
    return BeautifulSoup(to_html(render_exercise(CONTENT, 1, exercise, talk.answers)), "html.parser")


def _lines(soup: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(tag.get_text(" ").split()) for tag in soup.select(selector)]


def test_a_goals_table_reads_like_the_team_left_it() -> None:
    soup = _page(three_goals(), "goals")
    assert _lines(soup, "caption") == ["Goals"]
    assert _lines(soup, "thead th") == ["Goal", "Can you tell when it is done?", "Rank"]
    assert _lines(soup, "tbody th") == ["Fewer repeated courses.", "One advising page", "Shared data"]
    assert _lines(soup, "tbody tr:first-child td") == ["Yes", "2"]


def test_what_is_missing_in_a_started_exercise_is_one_quiet_line() -> None:
    soup = _page(three_goals(), "goals")
    assert _lines(soup, "p.ck-quiet") == ["Not answered yet: Needs"]


def test_an_unanswered_exercise_is_one_quiet_line_where_the_session_has_begun() -> None:
    soup = _page(three_goals(), "next_steps")
    assert _lines(soup, "section > *") == ["Next steps", NOT_ANSWERED]


def test_before_the_session_an_exercise_says_what_it_asks() -> None:
    soup = _page(Talk(), "next_steps")
    assert "Leave with next steps." in _lines(soup, "p")
    assert _lines(soup, "li") == [
        "Actions: Action; Lead; By when",
        "Which goal does it serve?: How it helps",
        "Partners",
        "How sure are you?",
    ]


def test_questions_and_single_answers_stand_under_their_labels() -> None:
    talk = three_goals().say("goals.needs.answer", "Codes change in 2028.\nWe have a year.", row="why_now")
    soup = _page(talk, "goals")
    assert _lines(soup, "dt") == ["Why now?"]
    assert _lines(soup, "dd") == ["Codes change in 2028. We have a year."]
    soup = _page(talk.say("next_steps.partners", ["learners"]).say("next_steps.confidence", 3), "next_steps")
    assert _lines(soup, "dt") == ["Partners", "How sure are you?"]
    assert _lines(soup, "dd") == ["Learners", "3 In place"]


def test_unsettled_versions_carry_names_and_a_sentence_says_why() -> None:
    talk = three_goals().say("goals.goals.rank", 3, row="b", by="bo")
    soup = _page(talk, "goals")
    assert _lines(soup, "tbody tr:nth-child(2) li") == ["1 (Ana Ruiz)", "3 (Bo Lind)"]
    assert UNSETTLED in _lines(soup, "p.ck-quiet")


def test_ratings_are_shown_as_a_spread_with_notes_and_without_names() -> None:
    soup = _page(ratings_by_two(), "rate")
    assert _lines(soup, "caption") == ["Systems alignment"]
    assert _lines(soup, "tbody tr:first-child li") == ["1 Not yet", "3 In place"]
    assert _lines(soup, "tbody tr:first-child td:last-child") == ["The 2025 plan"]
    assert _lines(soup, "tbody tr:nth-child(2) li") == ["2 Started", "Not sure yet"]
    assert "Ana" not in soup.get_text()
    assert "Bo" not in soup.get_text()


def test_answers_that_people_gave_alone_come_in_alphabetical_order_and_without_names() -> None:
    talk = Talk().say("next_steps.confidence", 4, by="ana", alone=True)
    talk.say("next_steps.confidence", 1, by="bo", alone=True)
    assert _lines(_page(talk, "next_steps"), "dd li") == ["1 Not yet", "4 Sustained"]


def test_a_wide_table_becomes_records_and_leaves_out_empty_cells() -> None:
    columns = tuple(m.TextPrompt(kind="text", id=f"c{n}", label=f"Column {n}", words=20) for n in range(5))
    prompt = m.TablePrompt(kind="table", id="t", label="Wide", columns=columns, row_name="goal")
    exercise = m.Exercise(id="e", title="E", segment=m.SegmentKind.FRAMING, intent="I", keeps="k", prompts=(prompt,))
    talk = Talk().say("e.t.c0", "First", row="a").say("e.t.c3", "Third", row="a")
    (records, _) = (*render_exercise(CONTENT, 1, exercise, talk.answers).blocks, None)
    assert isinstance(records, Records)
    assert [(fact.label, fact.texts[0].text) for fact in records.records[0].facts] == [("Column 3", "Third")]
    soup = BeautifulSoup(to_html(render_exercise(CONTENT, 1, exercise, talk.answers)), "html.parser")
    assert _lines(soup, "h5") == ["Goal 1. First"]


def test_columns_beyond_the_essential_ones_show_only_when_somebody_used_them() -> None:
    columns = (
        m.TextPrompt(kind="text", id="name", label="Name"),
        m.DatePrompt(kind="date", id="due", label="By when"),
        m.RatingPrompt(kind="rating", id="deep", label="Deeper", scale=SCALE, depth=m.Depth.FULL),
    )
    prompt = m.TablePrompt(kind="table", id="t", label="T", columns=columns)
    exercise = m.Exercise(id="e", title="E", segment=m.SegmentKind.FRAMING, intent="I", keeps="k", prompts=(prompt,))
    talk = Talk().say("e.t.name", "A", row="a")
    (table,) = render_exercise(CONTENT, 1, exercise, talk.answers).blocks
    assert isinstance(table, Table)
    assert table.columns == ("Name", "By when")
    (table,) = render_exercise(CONTENT, 1, exercise, talk.say("e.t.deep", 2, row="a").answers).blocks
    assert isinstance(table, Table)
    assert table.columns == ("Name", "By when", "Deeper")


def test_a_table_without_rows_is_still_a_table() -> None:
    prompt = m.TablePrompt(
        kind="table", id="t", label="T", columns=(m.TextPrompt(kind="text", id="name", label="Name"),)
    )
    block = table_block(prompt, [], prompt.columns)
    assert isinstance(block, Table)
    assert block.rows == ()
