"""Text alternatives of national charts, and of next steps by effort and effect."""

from __future__ import annotations

import pytest

from cluster_kit.content import load_content
from cluster_kit.content.rating_values import OffScale
from cluster_kit.documents import chart_style as style
from cluster_kit.documents.model import Figure, Records
from cluster_kit.insights import render_exercise
from cluster_kit.insights.charts import (
    effort_picture,
    heat_picture,
    make_illustrator,
    state_means,
    tile_picture,
)
from cluster_kit.insights.national import National, read_national_states, survey_states
from cluster_kit.insights.plans import Action, read_actions, weights_of
from tests.insights.goldens import EFFECTS, EFFORTS, step
from tests.insights.nation import rate
from tests.insights.saying import Talk
from tests.insights.test_documents import HOSTILE
from tests.samples import small_content

CONTENT = small_content()
AREAS = CONTENT.instrument.areas


def two_states() -> National:
    answers = [
        *rate("shared_vision", 2, code="OH"),
        *rate("joint_planning", 3, code="OH"),
        *rate("definitions", 1, code="OH"),
        *rate("shared_vision", 4, code="GU"),
        *rate("definitions", "not_sure", code="GU"),
    ]
    return survey_states(CONTENT, read_national_states(CONTENT, answers))


def test_a_state_s_mean_is_that_of_its_areas_and_being_not_sure_is_no_number() -> None:
    assert state_means(two_states(), AREAS) == {"OH": 1.75, "GU": 4.0}
    assert state_means(two_states(), AREAS[1:]) == {"OH": 1.0, "GU": OffScale.NOT_SURE}
    assert state_means(survey_states(CONTENT, {}), AREAS) == {}


def test_the_tile_map_names_the_states_by_where_they_stand() -> None:
    picture = tile_picture(CONTENT, {"OH": 1.5, "GU": OffScale.NOT_SURE}, "Data")
    assert picture.alt == "Data. 2 of 2 states have rated. Nearest to 1 Not yet: Ohio. Not sure yet: Guam."
    assert picture.data == ({"state": "Ohio", "value": 1.5}, {"state": "Guam", "value": "not_sure"})
    assert tile_picture(CONTENT, {}).alt == "0 of 2 states have rated."


def test_the_heat_map_says_the_mean_of_each_area_and_its_ends_the_lowest_first() -> None:
    picture = heat_picture(CONTENT, two_states(), AREAS)
    assert picture
    assert picture.alt == (
        "Mean ratings on a scale of 1 to 4, by state and policy area. Data: mean 1.0 of 1 state, all at 1.0. "
        "Systems alignment: mean 3.3 of 2 states, lowest 2.5 (Ohio), highest 4.0 (Guam)."
    )
    assert picture.data[1] == {"state": "Guam", "Systems alignment": 4.0, "Data": "not_sure"}


def test_there_is_no_heat_map_before_anybody_has_rated() -> None:
    assert heat_picture(CONTENT, survey_states(CONTENT, {}), AREAS) is None


def test_the_grid_of_next_steps_says_first_what_changes_much_with_little_work() -> None:
    steps = [
        step("Rewrite the rule.", effort="much", effect="much"),
        step("Think"),
        step("Call the vendor", effort="little", effect="much", status="done"),
    ]
    picture = effort_picture(steps, EFFORTS, EFFECTS)
    assert picture
    assert picture.alt == (
        "2 next steps by effort and impact. 3, Call the vendor (done): effort, hours: we can do it ourselves; impact, "
        "much: across the state. 1, Rewrite the rule: effort, months: a new rule; impact, much: across the state. "
        "1 step says no effort or impact yet."
    )
    assert picture.caption.endswith("Without both: 2.")


def test_steps_have_the_same_numbers_in_the_grid_and_in_the_list_below_which_alone_has_their_words() -> None:
    content, talk = load_content("2026"), Talk()
    for row, effort in (("a", ""), ("b", "little"), ("c", "much")):
        talk.say("next_steps.actions.action", f"Call {row}", row=row)
        if effort:
            talk.say("next_steps.actions.effort", effort, row=row).say("next_steps.actions.effect", "much", row=row)
    exercise = next(exercise for exercise in content.get_session(1).exercises if exercise.id == "next_steps")
    figure, steps, *_ = render_exercise(
        content, 1, exercise, talk.answers, make_illustrator(content, talk.answers, 1)
    ).blocks
    assert isinstance(figure, Figure)
    assert isinstance(steps, Records)
    assert [one.title[0].text for one in steps.records] == ["Call a", "Call b", "Call c"]
    assert [row["number"] for row in figure.picture.data] == [2, 3]
    assert "Without both: 1." in figure.picture.caption


def test_steps_without_both_or_with_an_option_that_is_gone_make_no_grid() -> None:
    assert effort_picture([step("a", effort="little"), step("b", effect="much")], EFFORTS, EFFECTS) is None
    assert effort_picture([step("a", effort="huge", effect="much")], EFFORTS, EFFECTS) is None
    assert effort_picture([step("a", effort="little", effect="much")], {}, {}) is None


@pytest.mark.parametrize("typed", [*HOSTILE, "", "word " * 400])
def test_whatever_is_typed_the_grid_is_drawn(typed: str) -> None:
    picture = effort_picture([step(typed, effort="little", effect="some")] * 12, EFFORTS, EFFECTS)
    assert picture
    assert picture.svg.startswith("<svg ")


def test_work_and_effect_are_read_from_the_columns_of_the_actions_table() -> None:
    content = load_content("2026")
    (table,) = (exercise.prompts[0] for exercise in content.get_session(1).exercises if exercise.id == "next_steps")
    assert table.kind == "table"
    assert list(weights_of(table, "effort")) == list(weights_of(table, "effect")) == ["little", "some", "much"]
    assert weights_of(table, "lead") == weights_of(table, "nothing") == {}
    talk = Talk().say("next_steps.actions.action", "Call", row="x")
    talk.say("next_steps.actions.effort", "little", row="x").say("next_steps.actions.effect", "much", row="x")
    (action,) = read_actions(content, talk.answers, [1])
    assert isinstance(action, Action)
    assert (action.effort, action.effect) == ("little", "much")


def test_colours_get_darker_and_words_stay_readable_on_every_one() -> None:
    def light(colour: str) -> float:
        return style.luminance((int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)))

    looks = [style.shade_colors(step / 100) for step in range(101)]
    fills = [light(fill) for fill, _ in looks]
    assert fills == sorted(fills, reverse=True)
    for fill, ink in looks:
        bright, dark = sorted((light(fill), light(ink)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 4.5, fill
    assert style.shade_colors(-1) == style.shade_colors(0)
    assert style.shade_colors(2) == style.shade_colors(1)
