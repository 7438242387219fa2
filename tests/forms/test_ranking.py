"""Ranking a table's rows by dragging, with the keyboard, and with buttons, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from cluster_kit.exercises.context import FormContext
from tests.browser import find_violations
from tests.forms.harness import FormPage
from tests.forms.test_completeness import rows, save
from tests.forms.test_saving import wait_saved

OpenForm = Callable[[FormContext, str], FormPage]
WORDS = {"a": "One list of courses", "b": "One advising page", "c": "One credit policy"}


def write_goals(context: FormContext, **ranks: int) -> None:
    goals = {row: {"statement": words} for row, words in WORDS.items()}
    save(context, "goals", rows("goals", **goals))
    if ranks:
        save(context, "goals", [("goals.rank", row, rank) for row, rank in ranks.items()], "ranks")


def order(form_page: FormPage) -> list[str]:
    return [words.inner_text() for words in form_page.page.locator(".ck-ranking-words").all()]


def stored(form_page: FormPage) -> dict[str, list[int]]:
    return {row: form_page.current("goals.rank", row) for row in WORDS}


def named(rows_in_order: str) -> list[str]:
    return [WORDS[row] for row in rows_in_order]


def test_goals_are_ranked_with_buttons_and_each_place_is_announced(open_form: OpenForm, ana: FormContext) -> None:
    write_goals(ana)
    form_page = open_form(ana, "goals")
    page = form_page.page
    assert order(form_page) == named("abc")
    expect(page.get_by_text("Not ranked yet. Put them in order")).to_be_visible()
    up = page.get_by_role("button", name="Move up: One credit policy")
    up.click()
    expect(page.locator("[role=status].ck-hidden")).to_have_text("“One credit policy” is now 2 of 3.")
    expect(up).to_be_focused()
    wait_saved(form_page)
    assert order(form_page) == named("acb")
    assert stored(form_page) == {"a": [1], "b": [3], "c": [2]}
    printed = "; ".join(f"{place}. {words}" for place, words in enumerate(named("acb"), start=1))
    expect(page.locator(".ck-ranking")).to_have_attribute("data-printed", printed)
    first = page.get_by_role("button", name="Move up: One list of courses")
    expect(first).to_have_attribute("aria-disabled", "true")
    first.press("Enter")
    assert order(form_page) == named("acb")
    form_page.reload()
    assert order(form_page) == named("acb")


def test_the_arrow_keys_move_a_goal_and_the_focus_stays_with_it(open_form: OpenForm, ana: FormContext) -> None:
    write_goals(ana, a=1, b=2, c=3)
    form_page = open_form(ana, "goals")
    grip = form_page.page.get_by_role("button", name="Put in order: One list of courses")
    grip.focus()
    form_page.page.keyboard.press("ArrowDown")
    expect(grip).to_be_focused()
    assert order(form_page) == named("bac")
    form_page.page.keyboard.press("End")
    assert order(form_page) == named("bca")
    form_page.page.keyboard.press("Home")
    wait_saved(form_page)
    expect(grip).to_be_focused()
    assert stored(form_page) == {"a": [1], "b": [2], "c": [3]}


def drag_last_to_top(page: Page) -> None:
    """Press the last grip and move it above the first item; the button stays pressed."""
    page.wait_for_function("() => !document.getAnimations().length")
    top = page.locator(".ck-ranking-item").first.bounding_box()
    box = page.locator(".ck-ranking-grip").last.bounding_box()
    assert top is not None
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, top["y"] - 5, steps=4)


@pytest.mark.parametrize("width", [1280, 320])
def test_a_goal_is_dragged_to_its_place_and_escape_takes_it_back(
    open_form: OpenForm, ana: FormContext, width: int
) -> None:
    write_goals(ana, a=1, b=2, c=3)
    form_page = open_form(ana, "goals")
    page = form_page.page
    page.set_viewport_size({"width": width, "height": 900})
    page.locator(".ck-ranking").scroll_into_view_if_needed()
    drag_last_to_top(page)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert order(form_page) == named("abc")
    drag_last_to_top(page)
    page.mouse.up()
    wait_saved(form_page)
    assert order(form_page) == named("cab")
    assert stored(form_page) == {"a": [2], "b": [3], "c": [1]}


def test_ranks_of_an_earlier_release_that_are_alike_are_shown_and_settled(
    open_form: OpenForm, ana: FormContext
) -> None:
    write_goals(ana, a=1, b=1, c=2)
    form_page = open_form(ana, "goals")
    assert order(form_page) == named("abc")
    expect(form_page.page.get_by_text("More than one goal had the same place.")).to_be_visible()
    assert stored(form_page) == {"a": [1], "b": [1], "c": [2]}
    form_page.page.get_by_role("button", name="Keep this order").press("Enter")
    expect(form_page.page.get_by_role("button", name="Put in order: One list of courses")).to_be_focused()
    wait_saved(form_page)
    expect(form_page.page.get_by_role("button", name="Put in order: One list of courses")).to_be_focused()
    assert stored(form_page) == {"a": [1], "b": [2], "c": [3]}
    expect(form_page.page.get_by_role("button", name="Keep this order")).to_be_hidden()


def test_the_only_goal_is_ranked_with_the_keyboard_and_the_focus_stays_with_it(
    open_form: OpenForm, ana: FormContext
) -> None:
    save(ana, "goals", rows("goals", a={"statement": WORDS["a"]}))
    form_page = open_form(ana, "goals")
    form_page.page.get_by_role("button", name="Rank this goal first").press("Enter")
    wait_saved(form_page)
    assert form_page.current("goals.rank", "a") == [1]
    expect(form_page.page.locator(".ck-ranking-list")).to_be_focused()


def test_places_follow_each_other_after_a_goal_was_removed(open_form: OpenForm, ana: FormContext) -> None:
    write_goals(ana, a=1, b=2, c=3)
    form_page = open_form(ana, "goals")
    form_page.page.get_by_role("button", name="Remove goal 1").click()
    wait_saved(form_page)
    assert order(form_page) == named("bc")
    assert (form_page.current("goals.rank", "b"), form_page.current("goals.rank", "c")) == ([1], [2])


def test_two_people_who_move_goals_at_once_lose_nothing_and_see_one_order(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    write_goals(ana, a=1, b=2, c=3)
    one, other = open_form(ana, "goals"), open_form(ben, "goals")
    other.line = "cut"
    other.page.get_by_role("button", name="Move down: One advising page").click()  # a, c, b
    one.page.get_by_role("button", name="Move down: One list of courses").click()  # b, a, c
    wait_saved(one)
    other.line = "up"
    other.page.evaluate("window.fire('ck:connected')")
    expect(other.page.locator(".ck-ranking .ck-versions")).to_be_visible()
    wait_saved(other)
    other.look()
    one.look()
    for form_page in (one, other):
        assert sorted(order(form_page)) == sorted(WORDS.values())
        assert len(form_page.page.locator(".ck-ranking-place").all()) == 3
    assert sorted(stored(one)["b"]) == [1, 3]
    expect(other.page.locator(".ck-ranking .ck-version .ck-words").last).to_contain_text("1. One advising page")
    other.page.locator(".ck-ranking").get_by_role("button", name="Use theirs").click()
    wait_saved(other)
    one.look()
    expect(other.page.locator(".ck-ranking .ck-versions")).to_be_hidden()
    expect(one.page.locator(".ck-ranking .ck-versions")).to_be_hidden()
    assert order(one) == order(other)
    assert sorted(rank for ranks in stored(one).values() for rank in ranks) == [1, 2, 3]


def test_a_teammates_order_arrives_without_a_reload_and_says_whose_it_is(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    write_goals(ana, a=1, b=2, c=3)
    one, other = open_form(ana, "goals"), open_form(ben, "goals")
    one.page.get_by_role("button", name="Move up: One credit policy").click()
    wait_saved(one)
    other.look()
    expect(other.page.locator(".ck-ranking .ck-mark")).to_contain_text("Ana Ruiz put them in order")
    assert order(other) == named("acb")


@pytest.mark.parametrize("width", [1280, 320])
def test_a_ranking_breaks_no_rule_and_fits_a_narrow_screen(open_form: OpenForm, ana: FormContext, width: int) -> None:
    write_goals(ana, a=1, b=1)
    form_page = open_form(ana, "goals")
    form_page.page.set_viewport_size({"width": width, "height": 800})
    assert find_violations(form_page.page) == []
    assert form_page.page.evaluate("document.documentElement.scrollWidth") <= width
    for button in form_page.page.locator(".ck-ranking-step").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 44
