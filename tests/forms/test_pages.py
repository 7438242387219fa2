"""Accessibility, narrow screens, keyboard use, and hostile text, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from cluster_kit.content.handouts import Glossary
from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.definitions import Definitions
from cluster_kit.forms.handler import FormHandler
from tests.browser import check_page, find_violations
from tests.forms.harness import FormPage
from tests.forms.stepping import make_service
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


def test_the_count_of_words_can_be_read_and_is_not_announced(open_form: OpenForm, ana: FormContext) -> None:
    page = open_form(ana, "everything").page
    field = page.get_by_label("What do you want?")
    field.fill("One list of courses")
    guide = page.locator(".ck-guide", has_text="About 25 words")
    expect(guide).to_match_aria_snapshot("- paragraph: About 25 words · 4 so far")
    live = "(el) => el.closest('[aria-live], [role=status], [role=alert], [role=log]')?.outerHTML ?? ''"
    assert guide.evaluate(live) == ""
    expect(field).to_have_accessible_description("Say it in one sentence. About 25 words")


def test_the_first_use_of_a_term_opens_its_definition_by_keyboard_at_320_pixels(
    new_browser: Callable[[], BrowserContext], ana: FormContext
) -> None:
    said = {"source": "A test", "as_of": "2026-11"}
    terms = [
        {"id": "share", "term": "Share", "definition": "A part of the whole.", **said},
        {"id": "while", "term": "While (a measure)", "definition": "Some minutes.", **said},
    ]
    glossary = Glossary.model_validate({"schema_version": 1, "title": "T", "intro": "I", "terms": terms})
    service = make_service(ana)
    service.definitions = Definitions(ana.content, live=False, glossary=glossary)
    browser = new_browser()
    browser.on("close", lambda _browser: service.close())
    page = FormPage(browser.new_page(), ana, "everything", service).open().page
    page.set_viewport_size({"width": 320, "height": 800})
    link = page.locator(".ck-term")
    expect(link).to_have_text(["while"])  # once; a term in labels only is in the list, without a link
    expect(page.locator(".ck-terms dt")).to_have_text(["While (a measure)", "Share"])
    expect(link).to_be_hidden()
    expect(page.locator(".ck-first-step")).to_have_text("Talk for a while.")
    page.get_by_text("All instructions").click()
    expect(page.locator(".ck-first-step")).to_be_hidden()
    expect(page.locator(".ck-steps")).to_contain_text("Talk for a while.")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Some minutes.")).to_be_visible()
    expect(page.locator(".ck-terms dt").first).to_be_focused()
    check_page(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Back to the text")).to_be_focused()
    page.keyboard.press("Enter")
    expect(link).to_be_focused()
    expect(page.get_by_text("Some minutes.")).to_be_hidden()


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
    expect(form_page.page.locator("summary", has_text="More about this exercise")).to_be_focused()
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
