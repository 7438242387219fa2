"""Answers from earlier sessions."""

from __future__ import annotations

import datetime as dt

from bs4 import BeautifulSoup

from cluster_kit.content import models as m
from cluster_kit.documents.html import to_html
from cluster_kit.insights import build_look_back
from cluster_kit.insights.look_back import FIRST_SESSION, NOTHING_YET
from cluster_kit.insights.plans import read_actions
from tests.insights.saying import Talk, ratings_by_two, three_goals
from tests.samples import small_content


def _review() -> m.Exercise:
    status = m.ChoicePrompt(
        kind="choice",
        id="status",
        label="Status",
        options=tuple(m.Option(id=i, label=i.capitalize()) for i in ("done", "moving", "dropped")),
    )
    source = m.AnswerSource(session="earlier", exercise="next_steps", prompt="actions", column="action")
    table = m.TablePrompt(kind="table", id="review", label="Review", rows_from=source, columns=(status,))
    return m.Exercise(
        id="action_review", title="Review", segment=m.SegmentKind.FRAMING, intent="I", keeps="k", prompts=(table,)
    )


def _two_sessions() -> m.Content:
    content = small_content()
    first = content.get_session(1)
    wanted = (
        m.LookBack(title="Your goals", session=1, exercise="goals", prompt="goals", columns=("statement", "rank")),
        m.LookBack(title="Your needs", session=1, exercise="goals", prompt="needs"),
        m.LookBack(title="Partners", session=1, exercise="next_steps", prompt="partners"),
    )
    second = first.model_copy(update={"number": 2, "title": "Second", "opens_with": wanted, "exercises": (_review(),)})
    third = second.model_copy(update={"number": 3})
    meetings = [
        m.Meeting(session=n, date=dt.date(2027, 2 * n, 16), start=dt.time(13), end=dt.time(14)) for n in (1, 2, 3)
    ]
    series = content.series.model_copy(update={"schedule": tuple(meetings)})
    return content.model_copy(update={"sessions": (first, second, third), "series": series})


CONTENT = _two_sessions()


def _page(talk: Talk, session: int = 2) -> BeautifulSoup:
    return BeautifulSoup(to_html(build_look_back(CONTENT, session, talk.answers), level=2), "html.parser")


def _lines(soup: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(tag.get_text(" ").split()) for tag in soup.select(selector)]


def _actions(talk: Talk) -> Talk:
    for row, words in (("x", "Call the board"), ("y", "Draft the rule"), ("z", "Old idea")):
        talk.say("next_steps.actions.action", words, row=row)
    return talk.say("next_steps.actions.due", "2027-03-05", row="x")


def test_a_session_opens_with_what_it_names_and_only_the_columns_it_names() -> None:
    soup = _page(three_goals())
    assert _lines(soup, "h2, h3") == ["What your state has said so far", "Your goals"]
    assert _lines(soup, "thead th") == ["Goal", "Rank"]
    assert "From session 1, Systems Alignment." in _lines(soup, "p")


def test_a_session_opens_with_the_first_goal_and_the_next_step_that_is_due_first() -> None:
    goals = three_goals()
    (opening,) = _lines(_page(_actions(goals)), ".ck-lead")
    assert opening.startswith("Your team set 3 goals, the first of them “")
    assert opening.endswith("3 next steps are open, the first “Call the board”, due March 5, 2027.")
    assert _lines(_page(ratings_by_two()), ".ck-lead") == []


def test_questions_and_single_answers_open_a_session_as_well() -> None:
    talk = Talk().say("goals.needs.answer", "Because.", row="why_now").say("next_steps.partners", ["learners"])
    soup = _page(talk)
    assert _lines(soup, "h3") == ["Your needs", "Partners"]
    assert _lines(soup, "dd") == ["Because.", "Learners"]


def test_ratings_so_far_are_summed_up_by_area() -> None:
    soup = _page(ratings_by_two())
    assert _lines(soup, "h3") == ["Ratings so far"]
    assert _lines(soup, "tbody tr:first-child > *") == ["Systems alignment", "1.5", "1–3", "3 ratings by 2 people"]


def test_next_steps_stay_open_until_they_are_done_or_dropped() -> None:
    talk = _actions(Talk())
    talk.say("action_review.review.status", "done", row="y", session=2)
    talk.say("action_review.review.status", "moving", row="x", session=2)
    rows = _lines(_page(talk, session=3), "tbody tr")
    assert rows == [
        "Call the board – no answer March 5, 2027 Moving",
        "Old idea – no answer – no answer Not reviewed yet",
    ]


def test_the_latest_status_counts() -> None:
    talk = _actions(Talk()).say("action_review.review.status", "done", row="x", session=2)
    talk.say("action_review.review.status", "moving", row="x", session=3)
    status = {action.action: (action.status, action.is_open) for action in read_actions(CONTENT, talk.answers)}
    assert status["Call the board"] == ("moving", True)


def test_a_later_session_does_not_look_at_its_own_answers() -> None:
    assert _lines(_page(Talk().say("action_review.review.status", "done", row="x", session=2)), "p") == [NOTHING_YET]


def test_without_earlier_answers_one_sentence_says_so() -> None:
    assert _lines(_page(Talk()), "p") == [NOTHING_YET]
    assert _lines(_page(Talk(), session=1), "p") == [FIRST_SESSION]
