"""The summary of a team's session: what it says, what it withholds, and that its essentials fit on a page."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import docx
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from cluster_kit.content import models as m
from cluster_kit.documents.canvas import WIDTH
from cluster_kit.documents.chart_style import SMALL, text_width
from cluster_kit.documents.docx import write_docx
from cluster_kit.documents.html import to_html
from cluster_kit.documents.model import NOT_DESCRIBED, Facts, Paragraph, Section, one_text
from cluster_kit.documents.pdf import write_pdf
from cluster_kit.insights.charts import means_picture, movement_picture
from cluster_kit.insights.charts.means import SETTLED
from cluster_kit.insights.session_summary import (
    SessionSummary,
    SummaryAccess,
    TeamAnswers,
    read_series_summary,
    read_summary,
)
from cluster_kit.insights.summary_view import (
    LONGEST,
    NOTHING_IN_SERIES,
    NOTHING_YET,
    UNLIMITED,
    SummaryCharts,
    build_essentials,
    fit_page,
    summary_document,
    summary_sections,
)
from cluster_kit.text import count_of
from tests.insights.saying import PEOPLE, Talk, ratings_by_two, settle, three_goals
from tests.samples import small_content

CONTENT = small_content()
DRAW = SummaryCharts(means_picture, movement_picture)
NOT_SHOWN = SummaryAccess(shows_ratings=lambda _: False)


def record_of(talk: Talk) -> TeamAnswers:
    return TeamAnswers("OH", talk.current, PEOPLE, [*talk.history, *talk.current])


def summary_of(
    talk: Talk, reach: SummaryAccess | None = None, content: m.Content = CONTENT, session: int = 1
) -> SessionSummary:
    return read_summary(content, session, record_of(talk), reach)


def words_of(section: Section) -> str:
    return " ".join(BeautifulSoup(to_html(section), "html.parser").get_text(" ").split())


def page_words(summary: SessionSummary) -> str:
    return words_of(build_essentials(CONTENT, summary, DRAW, UNLIMITED))


def with_step(talk: Talk, row: str = "x", due: str = "2027-03-05", words: str = "Call the board") -> Talk:
    talk.say("next_steps.actions.action", words, row=row, by="bo").say("next_steps.actions.due", due, row=row)
    return talk.say("next_steps.actions.lead", {"name": "Dana Whit", "role": "director"}, row=row)


def two_sessions() -> m.Content:
    """The sample series with a second session, in which statements are rated again."""
    first = CONTENT.get_session(1)
    second = first.model_copy(update={"number": 2, "title": "Later"})
    meetings = (
        *CONTENT.series.schedule,
        m.Meeting(session=2, date=dt.date(2027, 5, 4), start=dt.time(13), end=dt.time(14)),
    )
    series = CONTENT.series.model_copy(update={"schedule": meetings})
    return CONTENT.model_copy(update={"series": series, "sessions": (first, second)})


def test_people_are_counted_by_role_and_goals_are_in_the_teams_order() -> None:
    summary = summary_of(with_step(three_goals()))
    assert summary.took_part[0].text == "2 people: State CTE Director (2)"
    assert summary.goals == ("One advising page", "Fewer repeated courses.", "Shared data")
    assert (summary.begun, summary.answered, summary.asked) == (2, 0, 3)
    assert summary.upcoming
    assert summary.upcoming.id == "rate"
    words = page_words(summary)
    assert "Ana Ruiz" not in words
    assert "Call the board Dana Whit, State CTE Director March 5, 2027" in words


def test_a_session_without_answers_is_one_sentence() -> None:
    summary = summary_of(Talk())
    assert build_essentials(CONTENT, summary, DRAW, UNLIMITED).blocks == (Paragraph(NOTHING_YET),)
    assert summary.upcoming == CONTENT.get_session(1).exercises[0]
    assert not summary.has_results


def test_before_the_team_has_seen_its_ratings_none_is_shown() -> None:
    talk = ratings_by_two()
    assert [area.area.id for area in summary_of(talk).areas] == ["alignment"]
    hidden = summary_of(talk, NOT_SHOWN)
    assert hidden.areas == ()
    assert "Where we stand" not in page_words(hidden)
    assert hidden.begun == 1  # that someone rated is not hidden


def test_one_persons_ratings_are_not_the_teams_unless_the_person_is_the_team() -> None:
    talk = Talk().say("rate.ratings.rating", 4, row="definitions", alone=True)
    assert [area.area.id for area in summary_of(talk).areas] == ["data"]
    together = with_step(talk)  # a teammate has written something else
    assert summary_of(together).areas == ()
    assert [a.area.id for a in summary_of(settle(together, 3, row="definitions")).areas] == ["data"]


def test_what_is_settled_says_why_and_where_a_view_differs() -> None:
    talk = settle(ratings_by_two(), 2, why="A draft exists.")
    talk.say("rate.ratings.dissent", "It is further along.", row="shared_vision")
    summary = summary_of(talk, NOT_SHOWN)  # what a team has settled is its own decision, not anyone's rating
    (item,) = summary.settled
    assert (item.rating, item.why, item.differs) == (
        "2 Started (2 agreed)",
        "A draft exists.",
        "It is further along.",
    )
    assert "1 rating, 1 with a different view" in page_words(summary)
    (section,) = summary_sections(CONTENT, summary, DRAW, UNLIMITED)
    assert "A draft exists." in words_of(section)


def test_what_a_team_has_not_agreed_on_is_not_settled() -> None:
    talk = ratings_by_two()
    for person, value in (("ana", 2), ("bo", 3)):
        talk.say("rate.ratings.consensus", value, row="shared_vision", by=person)
    assert summary_of(talk).settled == ()


def test_the_mean_is_that_of_every_other_view() -> None:
    summary = summary_of(ratings_by_two())
    (area,) = summary.areas
    picture = means_picture(CONTENT, summary.areas)
    assert picture.table
    assert picture.table.rows[0][1][0].text == f"{area.mean:.1f}" == "1.5"
    assert picture.alt == "Mean ratings on a scale of 1 to 4. Systems alignment: 1.5."


@pytest.mark.parametrize("count", [1, 3, 99])
def test_the_count_of_team_ratings_is_within_the_chart(count: int) -> None:
    """Its last letter was cut."""
    assert SETTLED + text_width(count_of(count, "team rating"), SMALL) <= WIDTH


def test_who_took_part_has_no_roles_if_none_is_known() -> None:
    talk = ratings_by_two()
    assert summary_of(talk).took_part[0].text.startswith("2 people: ")
    people = [person.model_copy(update={"role": ""}) for person in PEOPLE]
    record = TeamAnswers("OH", talk.current, people, [*talk.history, *talk.current])
    assert read_summary(CONTENT, 1, record).took_part == one_text("2 people")


def test_a_later_summary_has_the_thread_of_the_series() -> None:
    content = two_sessions()
    talk = with_step(with_step(three_goals()), row="y", due="", words="Ask the vendor")
    talk.say("next_steps.actions.action", "Meet again", row="z", session=2)
    summary = summary_of(talk, content=content, session=2)
    assert [(one.number, one.answered, one.asked, one.steps) for one in summary.progress] == [
        (1, 0, 3, 2),
        (2, 0, 3, 1),
    ]
    assert summary.goals[0] == "One advising page"  # of the session in which the team set them
    assert [step.action for step in summary.steps] == ["Meet again"]
    assert [step.action for step in summary.earlier_steps] == ["Call the board", "Ask the vendor"]
    titles = [section.title for section in summary_sections(content, summary, DRAW, UNLIMITED)]
    assert titles == [
        "What has changed since earlier sessions",
        "Next steps of earlier sessions that are open",
        "The series so far",
    ]


def test_the_series_has_each_person_once_and_the_open_steps_of_all_sessions() -> None:
    content = two_sessions()
    talk = with_step(with_step(three_goals()), row="y", due="", words="Ask the vendor")
    talk.say("next_steps.actions.action", "Meet again", row="z", session=2)
    talk.say("next_steps.actions.due", "2020-01-01", row="z", session=2)
    for session, value in ((1, 2), (2, 3)):
        settle(talk, value, session=session)
    summary = read_series_summary(content, record_of(talk))
    assert summary.took_part[0].text == "2 people: State CTE Director (2)"  # Ana in both sessions
    assert [step.action for step in summary.steps] == ["Meet again", "Call the board", "Ask the vendor"]
    assert [item.rating[0] for item in summary.settled] == ["3"]  # the latest of the same statement
    assert summary.goals[0] == "One advising page"
    assert summary.asked == 6
    shown = words_of(build_essentials(content, summary, DRAW, fit_page(summary)))
    assert "Meet again" in shown
    assert "Where we stand" in shown
    nothing = read_series_summary(content, record_of(Talk()))
    assert words_of(build_essentials(content, nothing, DRAW, fit_page(nothing), NOTHING_IN_SERIES)).endswith(
        NOTHING_IN_SERIES
    )


def test_a_step_without_words_and_with_several_leads_says_so_in_few_words() -> None:
    talk = Talk().say("next_steps.actions.due", "2027-03-05", row="x")
    talk.say("next_steps.actions.lead", {"name": "Bo Lind"}, row="x", by="bo")
    talk.say("next_steps.actions.lead", {"name": "Dana Whit"}, row="x")
    assert f"{NOT_DESCRIBED} Not settled: 2 people named March 5, 2027" in page_words(summary_of(talk))
    (step,) = summary_of(talk).steps
    assert step.lead == "Not settled: Bo Lind; Dana Whit"


def test_an_earlier_summary_has_nothing_of_later_sessions() -> None:
    content = two_sessions()
    talk = three_goals().say("goals.goals.statement", "A later goal", row="late", session=2)
    talk.say("rate.ratings.rating", 4, row="definitions", alone=True, session=2)
    summary = summary_of(talk, content=content, session=1)
    assert "A later goal" not in summary.goals
    assert summary.areas == ()
    assert len(summary.progress) == 1
    assert summary_of(talk, content=content, session=2).goals == ("A later goal",)


def test_what_is_parked_is_an_open_question() -> None:
    summary = summary_of(three_goals(), SummaryAccess(parked=("Who pays for it?",)))
    (section,) = summary_sections(CONTENT, summary, DRAW, UNLIMITED)
    assert words_of(section) == "Open questions and requests Who pays for it?"


LONG = "The college and the high schools agree in writing which courses count for both of them and who says so. " * 6


def much(goals: int, steps: int) -> Talk:
    talk = ratings_by_two().say("rate.ratings.rating", 2, row="definitions", by="bo", alone=True)
    talk.say("rate.ratings.rating", 3, row="definitions", alone=True)
    for item in ("shared_vision", "joint_planning", "definitions"):
        settle(talk, 3, row=item)
    for number in range(goals):
        talk.say("goals.goals.statement", f"{number} {LONG}", row=f"g{number}")
    for number in range(steps):
        with_step(talk, row=f"s{number}", words=f"{number} {LONG}")
    return talk


SIZES: dict[str, Callable[[], Talk]] = {
    "little": lambda: with_step(three_goals()),
    "medium": lambda: much(3, 3),
    "much": lambda: much(20, 30),
}


@pytest.mark.parametrize("size", SIZES)
def test_the_essentials_fit_on_one_page(size: str) -> None:
    summary = summary_of(SIZES[size]())
    notice = "Fictional demonstration series. The people and answers in this document are made up."
    document = summary_document(CONTENT, CONTENT.get_jurisdiction("OH"), summary, DRAW, notice)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(write_pdf(document))).pages]
    assert all(words in pages[0] for words in ("Took part", "Our goals", "Next steps", "Dana Whit"))
    assert document.own_page is (len(pages) > 1) is (size != "little")
    if len(pages) > 1:
        assert pages[1].lstrip().startswith(("Sample series", "All goals"))
        assert "All goals" in pages[1]


@pytest.mark.parametrize(("goals", "steps", "breaks"), [(1, 0, 0), (0, 1, 0), (1, 1, 0), (20, 30, 1)])
def test_the_word_file_breaks_the_page_only_before_a_record_that_fills_half_of_the_next(
    goals: int, steps: int, breaks: int
) -> None:
    """A summary had one row on its second page, below a break that left half of the first one empty."""
    talk = Talk()
    for number in range(goals):
        talk.say("goals.goals.statement", f"{number} {LONG[:200]}", row=f"g{number}")
    for number in range(steps):
        with_step(talk, row=f"s{number}", words=f"{number} {LONG[:200]}")
    document = summary_document(CONTENT, CONTENT.get_jurisdiction("OH"), summary_of(talk), DRAW, "")
    assert document.parts
    written = docx.Document(io.BytesIO(write_docx(document)))
    assert len(written.element.xpath('//w:br[@w:type="page"]')) == breaks


def test_what_the_first_page_shortens_is_complete_after_it() -> None:
    summary = summary_of(much(9, 9))
    extent = fit_page(summary)
    assert extent.goals < 9
    first = build_essentials(CONTENT, summary, DRAW, extent)
    assert "and" in words_of(first)
    assert "more: see the following pages" in words_of(first)
    rest = " ".join(words_of(section) for section in summary_sections(CONTENT, summary, DRAW, extent))
    for number in range(9):
        assert rest.count(f"{number} {LONG.strip()}") == 2  # a goal and a next step
    assert max(len(goal) for goal in summary.goals) > LONGEST


def test_the_facts_are_few_and_short() -> None:
    facts = build_essentials(CONTENT, summary_of(much(3, 3)), DRAW, UNLIMITED).blocks[0]
    assert isinstance(facts, Facts)
    assert [fact.label for fact in facts.facts] == ["Took part", "Agreed together", "First next step due"]


def test_what_a_team_wrote_is_in_the_summary_before_any_exercise_is_complete() -> None:
    summary = summary_of(with_step(Talk()))
    assert (summary.answered, summary.begun > 0) == (0, True)
    assert "Call the board" in page_words(summary)
    assert NOTHING_YET not in page_words(summary)
