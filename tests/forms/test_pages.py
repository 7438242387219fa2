"""Accessibility, narrow screens, keyboard use, and hostile text, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.handler import FormHandler
from tests.browser import find_violations
from tests.forms.harness import FormPage
from tests.forms.test_saving import wait_saved

OpenForm = Callable[[FormContext, str], FormPage]
EXERCISES = ("everything", "rate", "goals", "next_steps")
HOSTILE = "<script>window.hurt = true</script><img src=x onerror='window.hurt = true'> 🌾 שלום \u202eabc"


def save(context: FormContext, exercise: str, *responses: dict[str, Any]) -> None:
    handler = FormHandler(context, exercise)
    message = {"type": "save", "message": "m", "responses": list(responses)}
    assert [reply["type"] for reply in handler.receive(message)] == ["saved"]


def fill(context: FormContext) -> None:
    """An answer in every field, and a conflict."""
    values: dict[tuple[str, str], Any] = {
        ("aim", ""): "One list of courses",
        ("news", ""): "We leverage what we have.",
        ("ready", ""): "other:Nearly",
        ("state", ""): "OH",
        ("many", ""): ["same", "differs"],
        ("sure", ""): 3,
        ("share", ""): 40,
        ("due", ""): "2027-03-15",
        ("lead", ""): {"name": "Dee", "role": "Data lead"},
        ("matrix.schools", "element_1"): "same",
        ("steps.what", "row-1"): "Ask the board",
        ("steps.what", "row-2"): "Ask again",
        ("steps", "row-2"): False,
    }
    answers = [
        {"id": f"{context.person.id}-{at}", "prompt": prompt, "row": row, "value": value}
        for at, ((prompt, row), value) in enumerate(values.items())
    ]
    save(context, "everything", *answers)


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("width", [1280, 320])
def test_an_empty_form_breaks_no_accessibility_rule(
    open_form: OpenForm, ana: FormContext, exercise: str, width: int
) -> None:
    form_page = open_form(ana, exercise)
    form_page.page.set_viewport_size({"width": width, "height": 800})
    assert find_violations(form_page.page) == []


@pytest.mark.parametrize("width", [1280, 320])
def test_a_filled_form_with_all_that_can_be_said_breaks_none(
    open_form: OpenForm, ana: FormContext, ben: FormContext, width: int
) -> None:
    fill(ana)
    save(ben, "everything", {"id": "other", "prompt": "aim", "value": "Another aim"})
    form_page = open_form(ana, "everything")
    form_page.page.set_viewport_size({"width": width, "height": 800})
    share = form_page.page.get_by_label("What share?")
    share.fill("140")
    share.blur()
    expect(share).to_have_attribute("aria-invalid", "true")
    form_page.page.get_by_role("button", name="Remove step 1").click()
    expect(form_page.page.get_by_role("button", name="Undo")).to_be_visible()
    expect(form_page.page.locator(".ck-versions")).to_be_visible()
    assert find_violations(form_page.page) == []


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("size", [100, 200])
def test_nothing_is_wider_than_a_narrow_screen(open_form: OpenForm, ana: FormContext, exercise: str, size: int) -> None:
    fill(ana)
    form_page = open_form(ana, exercise)
    form_page.page.set_viewport_size({"width": 320, "height": 800})
    form_page.page.evaluate("(size) => (document.documentElement.style.fontSize = `${size}%`)", size)
    assert form_page.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_long_words_without_a_space_do_not_widen_the_page(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    save(ana, "everything", {"id": "a", "prompt": "aim", "value": "x" * 500})
    save(ben, "everything", {"id": "b", "prompt": "aim", "value": "y" * 500})
    form_page = open_form(ana, "everything")
    form_page.page.set_viewport_size({"width": 320, "height": 800})
    assert form_page.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_row_can_be_answered_with_the_keyboard_alone(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "goals")
    keys = form_page.page.keyboard
    keys.press("Tab")
    keys.type("Too many course codes")
    keys.press("Tab")
    keys.type("One list of courses")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    expect(form_page.page.get_by_role("button", name="Clear this answer").first).to_be_focused()
    keys.press("Tab")
    expect(form_page.page.get_by_role("button", name="Remove goal 1")).to_be_focused()
    form_page.page.get_by_role("button", name="Rank this goal first").press("Enter")
    wait_saved(form_page)
    current = {r.prompt: r.value for r in ana.current(1, "goals")}
    assert current == {
        "needs.answer": "Too many course codes",
        "goals.statement": "One list of courses",
        "goals.test": "yes",
        "goals.rank": 1,
    }


def test_hostile_words_are_shown_as_words(open_form: OpenForm, ana: FormContext, ben: FormContext) -> None:
    save(ana, "goals", {"id": "g", "prompt": "goals.statement", "row": "r1", "value": HOSTILE})
    save(ana, "everything", {"id": "a", "prompt": "aim", "value": HOSTILE})
    save(ben, "everything", {"id": "b", "prompt": "aim", "value": HOSTILE + "!"})
    form_page = open_form(ana, "everything")
    expect(form_page.page.get_by_label("What do you want?")).to_have_value(HOSTILE)
    expect(form_page.page.locator(".ck-version .ck-words").last).to_have_text(HOSTILE + "!")
    following = open_form(ben, "next_steps")
    expect(following.page.get_by_role("group", name=HOSTILE)).to_be_visible()
    for page in (form_page.page, following.page):
        assert page.evaluate("window.hurt") is None
        assert page.locator(".ck-form script, .ck-form img").count() == 0


def test_every_typed_word_is_on_the_printed_page(open_form: OpenForm, ana: FormContext) -> None:
    words = "\n".join(f"Line {n}" for n in range(40))
    save(ana, "everything", {"id": "a", "prompt": "aim", "value": words})
    form_page = open_form(ana, "everything")
    form_page.page.emulate_media(media="print")
    box = form_page.page.get_by_label("What do you want?")
    assert box.evaluate("(box) => box.scrollHeight <= box.clientHeight + 2")


def test_the_controls_are_large_enough_to_touch(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    for control in form_page.page.locator("textarea:visible, select:visible, label.ck-option:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    for control in form_page.page.locator("button:visible, input:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 20
