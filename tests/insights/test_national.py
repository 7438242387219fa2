"""A team's value for an item, and all states combined."""

from __future__ import annotations

import itertools

from cluster_kit.content import load_content
from cluster_kit.content.rating_values import OffScale, nearest_point
from cluster_kit.insights.national import TeamView, read_national_states, read_state, survey_states
from cluster_kit.store import Response
from tests.insights.nation import everybody_rates, rate, said
from tests.samples import small_content

CONTENT = small_content()
PLACE = "rate.ratings"


def agreed(value: int | str) -> list[Response]:
    """One person proposes a rating, with the reason, and another agrees."""
    said_by = (("consensus", value, "ana"), ("rationale", "It is so.", "ana"), ("agreement", f"agree_{value}", "p0"))
    return [said(f"{PLACE}.{column}", what, row="definitions", by=by, seq=9) for column, what, by in said_by]


def test_where_a_team_has_not_settled_the_lower_middle_of_its_people_counts() -> None:
    assert [TeamView(points).value for points in ((1,), (1, 4), (2, 3, 4), (1, 1, 4, 4), ())] == [1, 1, 3, 1, None]


def test_what_a_team_has_settled_on_takes_the_place_of_its_ratings() -> None:
    view = read_state(CONTENT, [*rate("definitions", 1, 4), *agreed(3)])
    assert view["definitions"] == TeamView((1, 4), 3)
    assert view["definitions"].value == 3


def test_a_team_may_settle_on_not_being_sure() -> None:
    view = read_state(CONTENT, [*rate("definitions", 2, 2), *agreed("not_sure")])["definitions"]
    assert (view.settled, view.value) == (True, OffScale.NOT_SURE)


def test_two_people_who_settled_on_different_ratings_at_once_have_not_settled() -> None:
    twice = [said(f"{PLACE}.consensus", point, row="definitions", by=f"p{point}", seq=point) for point in (3, 4)]
    view = read_state(CONTENT, [*rate("definitions", 1, 2), *twice])["definitions"]
    assert (view.settled, view.value) == (False, 1)


def test_those_who_are_not_sure_count_as_people_and_not_as_points() -> None:
    view = read_state(CONTENT, rate("definitions", "not_sure", 2))["definitions"]
    assert view.ratings == (2, OffScale.NOT_SURE)
    assert (view.points, view.people, view.value, view.apart, view.differs) == ((2,), 2, 2, 0, True)


def test_cleared_ratings_and_words_that_are_no_rating_do_not_count() -> None:
    others = [
        *rate("definitions", None),
        said(f"{PLACE}.note", "The rule", row="definitions", by="b", seq=8),
        said(f"{PLACE}.rating", 3, row="an_item_that_is_gone", by="c", seq=9),
        said("goals.goals.rank", 3, row="definitions", by="d", seq=10),
    ]
    assert read_state(CONTENT, others) == {}
    assert read_national_states(CONTENT, others) == {}


def test_a_person_s_later_rating_counts() -> None:
    assert read_state(CONTENT, rate("definitions", 1) + rate("definitions", 4, start=5))["definitions"].points == (4,)


def test_where_a_later_session_asks_again_the_later_answers_stand() -> None:
    again = CONTENT.sessions[0].model_copy(update={"number": 2})
    content = CONTENT.model_copy(update={"sessions": (*CONTENT.sessions, again)})
    first = [*rate("definitions", 1, 1), said(f"{PLACE}.consensus", 1, row="definitions", seq=5)]
    view = read_state(content, [*first, *rate("definitions", 3, session=2, start=7)])["definitions"]
    assert view == TeamView((3,))


def test_states_are_counted_by_item_and_by_area() -> None:
    responses = [
        *rate("shared_vision", 2, code="OH"),
        *rate("joint_planning", 3, code="OH"),
        *rate("shared_vision", "not_sure", code="GU"),
    ]
    found = survey_states(CONTENT, read_national_states(CONTENT, responses))
    assert found.states == ("OH", "GU")
    assert dict(found.items["shared_vision"].points) == {1: 0, 2: 1, 3: 0, 4: 0}
    assert (found.items["shared_vision"].unsure, found.items["shared_vision"].states) == (1, 2)
    assert found.items["definitions"].states == 0
    assert found.means["alignment"] == {"OH": 2.5, "GU": OffScale.NOT_SURE}
    assert (found.areas["alignment"].points[2], found.areas["alignment"].unsure) == (1, 1)


def test_a_mean_half_way_between_two_points_counts_as_the_lower_one() -> None:
    assert [nearest_point(mean) for mean in (1.0, 1.5, 1.51, 2.5, 3.49, 4.0)] == [1, 1, 2, 2, 3, 4]


def test_a_state_read_anew_by_itself_stands_as_if_all_had_been_read() -> None:
    content = load_content("2026")
    responses = list(everybody_rates(content))
    together = read_national_states(content, responses)
    assert len(together) == 57
    assert all(len(views) == len(content.instrument.items) for views in together.values())
    alone = {
        code: read_state(content, list(theirs))
        for code, theirs in itertools.groupby(
            sorted(responses, key=lambda r: (r.jurisdiction, -r.seq)), key=lambda r: r.jurisdiction
        )
    }
    assert alone == together
    assert survey_states(content, alone) == survey_states(content, together)
    assert all(counts.states == 57 for counts in survey_states(content, together).items.values())
