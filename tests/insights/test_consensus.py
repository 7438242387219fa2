"""Consensus, and the lack of it, in charts and totals."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from cluster_kit.content.rating_values import OffScale
from cluster_kit.documents.html import to_html
from cluster_kit.exercises.agreement import read_agreements
from cluster_kit.insights import build_look_back, render_exercise
from cluster_kit.insights.charts import ratings_picture
from cluster_kit.insights.movement import read_movement
from cluster_kit.insights.national import read_state
from cluster_kit.insights.ratings import AreaSummary, latest_ratings, read_ratings, summarize_ratings
from cluster_kit.insights.ratings_view import NO_MEAN, summary_table
from cluster_kit.insights.session_summary import TeamAnswers, read_summary
from cluster_kit.insights.views import UNSETTLED
from tests.insights.saying import PEOPLE, Talk, ratings_by_two, settle
from tests.samples import small_content

CONTENT = small_content()
LONG = " ".join(["because"] * 500)


def settled() -> Talk:
    """Two people rate; the team reaches consensus on one of two statements, with a dissenting view."""
    talk = settle(ratings_by_two(), 3, why="The draft was signed.")
    return talk.say("rate.ratings.dissent", "A draft is not a vision.", row="shared_vision")


def page(talk: Talk) -> BeautifulSoup:
    exercise = CONTENT.get_session(1).find_exercise("rate")
    assert exercise
    return BeautifulSoup(to_html(render_exercise(CONTENT, 1, exercise, talk.answers)), "html.parser")


def lines(soup: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(tag.get_text(" ").split()) for tag in soup.select(selector)]


def test_the_table_says_what_is_settled_and_what_is_still_to_settle() -> None:
    soup = page(settled())
    assert lines(soup, "thead th") == ["Statement", "What people chose", "Team rating", "Evidence noted"]
    assert lines(soup, "tbody tr:first-child td")[:2] == ["1 Not yet 3 In place", "3 In place (2 agreed)"]
    assert lines(soup, "tbody tr:nth-child(2) td")[1] == "No team rating yet"


def test_the_reason_and_the_view_that_differs_stand_below() -> None:
    words = page(settled()).get_text(" ")
    assert "Systems alignment: the team ratings, and why" in words
    assert "One view differs A draft is not a vision." in " ".join(words.split())
    assert "Why The draft was signed." in " ".join(words.split())


def test_one_person_alone_has_nothing_to_settle() -> None:
    talk = Talk().say("rate.ratings.rating", 4, row="definitions", alone=True)
    assert lines(page(talk), "thead th") == ["Statement", "What people chose"]


def test_two_versions_come_with_names_and_are_not_settled() -> None:
    talk = settled().say("rate.ratings.consensus", 1, row="shared_vision", by="ana")
    soup = page(talk)
    assert "3 In place" in lines(soup, "tbody tr:first-child td")[1]
    assert "Bo Lind" in lines(soup, "tbody tr:first-child td")[1]
    assert UNSETTLED in lines(soup, "p")
    assert not any(r.settled for r in read_ratings(CONTENT, talk.answers))


def test_a_consensus_counts_once_in_place_of_peoples_ratings() -> None:
    before, after = (
        summarize_ratings(CONTENT, read_ratings(CONTENT, t.answers)) for t in (ratings_by_two(), settled())
    )
    assert [s.mean for s in before] == [1.5]
    assert [s.values for s in after] == [(2, 3)]
    (summary,) = after
    assert (summary.lowest, summary.highest, summary.n) == (1, 3, 3), "the spread stays as people rated"
    assert (summary.settled, summary.unsettled) == ({3: 1}, 1)


def test_a_team_may_settle_what_nobody_rated_and_that_it_is_not_sure() -> None:
    talk = (
        Talk()
        .say("rate.ratings.consensus", 4, row="shared_vision")
        .say("rate.ratings.consensus", "not_sure", row="definitions")
    )
    alignment, data = summarize_ratings(CONTENT, read_ratings(CONTENT, talk.answers))
    assert (alignment.mean, alignment.n, alignment.people, alignment.settled) == (4.0, 0, 0, {4: 1})
    assert (data.mean, data.settled) == (None, {OffScale.NOT_SURE: 1})
    picture = ratings_picture(CONTENT, [alignment, data])
    assert "Systems alignment: mean 4.0, without people's own ratings." in picture.alt
    assert (
        "Data: no ratings. The team has agreed on 1 rating: 1 as “Not sure yet”, 1 of them as one person sees it."
        in picture.alt
    )
    assert lines(page(talk), "tbody tr:first-child td") == [
        "– no answer",
        "4 Sustained (as one person sees it)",
        "– no answer",
        "Not sure yet (as one person sees it)",
    ]


def test_the_picture_says_what_is_settled_in_its_words_and_data() -> None:
    picture = ratings_picture(CONTENT, summarize_ratings(CONTENT, read_ratings(CONTENT, settled().answers)))
    assert "The team has agreed on 1 rating: 1 at 3; 1 without a team rating yet." in picture.alt
    assert "mean 2.5, 3 ratings by 2 people" in picture.alt
    assert "square" in picture.caption
    (row,) = picture.data
    assert (row["settled"], row["unsettled"]) == (1, 1)


def test_a_picture_without_consensus_stays_as_it_was() -> None:
    picture = ratings_picture(CONTENT, summarize_ratings(CONTENT, read_ratings(CONTENT, ratings_by_two().answers)))
    assert "agreed" not in picture.alt
    assert "square" not in picture.caption


def test_a_later_session_opens_with_what_counts_by_now() -> None:
    session = CONTENT.get_session(1)
    later = session.model_copy(update={"number": 2, "exercises": session.exercises[1:]})
    content = CONTENT.model_copy(update={"sessions": (session, later)})
    soup = BeautifulSoup(to_html(build_look_back(content, 2, settled().answers)), "html.parser")
    assert lines(soup, "thead th")[-1] == "Team ratings"
    assert lines(soup, "tbody td")[0] == "2.5"
    assert lines(soup, "tbody td")[-1] == "1 of 2 statements"
    assert any("counts in place of each person's own" in line for line in lines(soup, "p"))


def test_a_consensus_that_is_settled_anew_is_movement_and_stands_in_for_peoples_ratings() -> None:
    talk = settled()
    first = [r.model_copy(update={"at": dt.datetime(2027, 2, 16, tzinfo=dt.UTC)}) for r in talk.current]
    again = Talk().say("rate.ratings.consensus", 4, row="shared_vision").current[0]
    again = again.model_copy(update={"id": "later", "seq": 99, "at": dt.datetime(2027, 8, 1, tzinfo=dt.UTC)})
    person = first[0].model_copy(
        update={"id": "alone", "seq": 98, "value": 1, "at": dt.datetime(2027, 8, 1, tzinfo=dt.UTC)}
    )
    (moved,) = read_movement(CONTENT, Talk([again], [*first, person]).answers)
    assert (moved.before, moved.now, moved.pairs, moved.up) == (3.0, 4.0, 1, 1)


def test_a_reason_of_500_words_is_there_to_the_last() -> None:
    talk = settled().unsay("rate.ratings.rationale", "shared_vision")
    talk.say("rate.ratings.rationale", LONG, row="shared_vision")
    assert LONG in " ".join(page(talk).get_text(" ").split())


def test_the_latest_session_counts_with_what_was_settled_there() -> None:
    found = latest_ratings(read_ratings(CONTENT, settled().answers))
    assert [r.agreed or r.chosen for r in found] == [3, 3, 2, OffScale.NOT_SURE]


def test_who_agreed_is_a_number_in_documents_and_never_a_name() -> None:
    talk = ratings_by_two().say("rate.ratings.consensus", 3, row="shared_vision", by="bo")
    talk.say("rate.ratings.rationale", "The draft was signed.", row="shared_vision")
    assert "3 In place (proposed by one person)" in lines(page(talk), "tbody td")
    talk.say("rate.ratings.agreement", "differ_3", row="shared_vision", by="ana", alone=True)
    assert "3 In place (1 agreed, 1 keeps a different view)" in lines(page(talk), "tbody td")
    talk.say("rate.ratings.agreement", "agree_3", row="shared_vision", by="cy", alone=True)
    words = page(talk).get_text(" ")
    assert "3 In place (2 agreed, 1 keeps a different view)" in words
    assert not any(name in words for name in ("Ana Ruiz", "Bo Lind"))


@pytest.mark.parametrize(
    ("stances", "reason", "is_settled"),
    [
        ({}, "It is signed.", False),  # saved by hand or imported: no one else was asked
        ({"bo": "agree_3"}, "It is signed.", False),
        ({"bo": "agree_3", "ana": "agree_3"}, "It is signed.", True),
        ({"bo": "agree_3", "ana": "agree_3"}, "", False),
        ({"ana": "differ_3"}, "It is signed.", True),
    ],
)
def test_page_console_summary_packet_and_charts_count_the_same_as_settled(
    stances: dict[str, str], reason: str, *, is_settled: bool
) -> None:
    talk = ratings_by_two().say("rate.ratings.consensus", 3, row="shared_vision", by="bo")
    talk.say("rate.ratings.rationale", reason, row="shared_vision")
    for person, stance in stances.items():
        talk.say("rate.ratings.agreement", stance, row="shared_vision", by=person, alone=True)
    items = read_agreements(frozenset({"ratings"}), talk.current)["ratings"]
    view = items["shared_vision"].to_page("ana", ["ana", "bo"], str)
    assert view is not None
    (area,) = summarize_ratings(CONTENT, read_ratings(CONTENT, talk.answers))
    summary = read_summary(CONTENT, 1, TeamAnswers("OH", talk.current, PEOPLE, talk.current))
    found = {
        "page": view["settled"],
        "console and brief": read_state(CONTENT, talk.current)["shared_vision"].settled,
        "mean": area.values == (2, 3),
        "packet": "1 of 2 statements" in str(summary_table(CONTENT, [area])),
        "chart": "has agreed on 1 rating" in ratings_picture(CONTENT, [area]).alt,
        "summary": [one.is_proposal for one in summary.settled] == [False],
        "series": summary.progress[-1].settled == 1,
    }
    assert found == dict.fromkeys(found, is_settled)


def test_an_agreement_on_an_earlier_proposal_does_not_count() -> None:
    talk = settle(ratings_by_two(), 3).unsay("rate.ratings.agreement", "shared_vision")
    talk.say("rate.ratings.agreement", "agree_2", row="shared_vision", by="ana", alone=True)
    assert "3 In place (proposed by one person)" in lines(page(talk), "tbody td")


def test_the_mean_of_one_person_is_not_shown_as_that_of_a_larger_team() -> None:
    def summarize(talk: Talk) -> AreaSummary:
        alone = talk.answers.is_by_one(range(1, 5))
        (summary,) = summarize_ratings(CONTENT, read_ratings(CONTENT, talk.answers), is_alone=alone)
        return summary

    talk = Talk().say("rate.ratings.rating", 3, row="shared_vision", by="ana", alone=True)
    assert summarize(talk).team_mean == 3.0, "the team is one person"
    summary = summarize(talk.say("rate.ratings.note", "Minutes", row="shared_vision", by="bo", alone=True))
    assert (summary.mean, summary.team_mean) == (3.0, None)
    table = summary_table(CONTENT, [summary])
    assert NO_MEAN in str(table)
    assert table.columns[1] == "Mean (1 to 4)"
    assert "one person's ratings have no mean" in ratings_picture(CONTENT, [summary]).alt
    rated = summarize(talk.say("rate.ratings.rating", 2, row="shared_vision", by="bo", alone=True))
    assert rated.team_mean == rated.mean


def test_what_one_person_recorded_alone_is_marked_wherever_it_is_shown() -> None:
    talk = Talk().say("rate.ratings.rating", 3, row="shared_vision", by="ana", alone=True)
    talk.say("rate.ratings.consensus", 3, row="shared_vision", by="ana")
    talk.say("rate.ratings.agreement", "agree_3", row="shared_vision", by="ana", alone=True)
    assert "3 In place (as one person sees it)" in lines(page(talk), "tbody td")
    (summary,) = summarize_ratings(CONTENT, read_ratings(CONTENT, talk.answers))
    assert (summary.by_one, summary.mean) == (1, 3.0)
    assert "1 of them as one person sees it" in ratings_picture(CONTENT, [summary]).alt
    joined = talk.say("rate.ratings.rating", 1, row="shared_vision", by="bo", alone=True)
    assert "3 In place (proposed by one person)" in lines(page(joined), "tbody td")
