"""Controls that fit what they ask: matrix cells, names, dates, words of one's own, and long texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from cluster_kit.content import load_content
from cluster_kit.content import models as m
from cluster_kit.exercises.context import FormContext
from tests.browser import find_violations
from tests.forms.harness import FormPage
from tests.forms.samples import make_context, replace_context
from tests.forms.test_completeness import save
from tests.forms.test_saving import wait_saved

OpenForm = Callable[[FormContext, str], FormPage]
SHIPPED = load_content("2026")
LONG = ("word " * 8_000).rstrip()


def ask(context: FormContext, *prompts: Any) -> FormContext:
    """The context with an exercise ``asked`` of these prompts."""
    first = context.content.sessions[0]
    asked = first.exercises[1].model_copy(update={"id": "asked", "prompts": prompts})
    session = first.model_copy(update={"exercises": (*first.exercises, asked)})
    return replace_context(context, content=context.content.model_copy(update={"sessions": (session,)}))


@pytest.fixture
def definitions(ana: FormContext) -> FormContext:
    """The matrix of definitions of the shipped session 3."""
    exercise = SHIPPED.get_session(3).find_exercise("element_alignment")
    assert exercise is not None
    return ask(ana, exercise.prompts[0])


# --- matrix ---


def test_a_cell_is_answered_by_one_click_and_can_be_emptied(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    cell = form_page.page.get_by_role("radiogroup", name="Element 2 Colleges")
    cell.get_by_label("Differs").click()
    wait_saved(form_page)
    assert form_page.current("matrix.colleges", "element_2") == ["differs"]
    form_page.page.get_by_role("button", name="Clear Element 2 Colleges").click()
    expect(cell.get_by_role("radio").first).to_be_focused()
    wait_saved(form_page)
    assert form_page.current("matrix.colleges", "element_2") == [None]
    expect(cell.locator(":checked")).to_have_count(0)


def test_a_cell_is_answered_with_the_arrow_keys(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    cell = form_page.page.get_by_role("radiogroup", name="Element 1 K-12")
    cell.get_by_role("radio").first.focus()
    form_page.page.keyboard.press("Space")
    form_page.page.keyboard.press("ArrowDown")
    wait_saved(form_page)
    assert form_page.current("matrix.schools", "element_1") == ["differs"]
    form_page.page.keyboard.press("Tab")
    expect(form_page.page.get_by_role("button", name="Clear Element 1 K-12")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_matrix_of_definitions_shows_whole_values_and_keeps_its_headings_in_view(
    open_form: OpenForm, definitions: FormContext, width: int
) -> None:
    page = open_form(definitions, "asked").page
    page.set_viewport_size({"width": width, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        """() => [...document.querySelectorAll(".ck-segment-option, .ck-cell-name, .ck-row-name")]
          .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
          .map((one) => one.textContent)"""
    )
    assert cut == []
    # Words stay whole: no line breaks inside of one.
    broken = page.evaluate(
        """() => [...document.querySelectorAll(".ck-segment-option, .ck-cell-name")].filter((one) => {
          const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
          const nodes = [];
          while (texts.nextNode()) nodes.push(texts.currentNode);
          return nodes.some((node) => [...node.data.matchAll(/\\S+/g)].some(({ 0: word, index }) => {
            const range = document.createRange();
            range.setStart(node, index);
            range.setEnd(node, index + word.length);
            return range.getClientRects().length > 1 && !word.includes("-");
          }));
        }).map((one) => one.textContent)"""
    )
    assert broken == []
    # Each line of choices is filled, and each choice has a mark like a radio button.
    gaps = page.evaluate(
        """() => [...document.querySelectorAll(".ck-segments")].filter((box) => {
          const lines = Map.groupBy([...box.children], (one) => one.offsetTop);
          const right = box.getBoundingClientRect().right;
          return [...lines.values()].some((line) => right - line.at(-1).getBoundingClientRect().right > 3);
        }).length"""
    )
    assert gaps == 0
    marks = page.evaluate(
        """() => [...document.querySelectorAll(".ck-segment-option")].map((one) => {
          const { width, height, borderTopLeftRadius } = getComputedStyle(one, "::before");
          return [width, height, borderTopLeftRadius].join();
        })"""
    )
    assert set(marks) == {"12px,12px,50%"}
    name = page.locator(".ck-row-name").nth(2)
    page.evaluate("(name) => window.scrollTo(0, name.closest('tbody').getBoundingClientRect().top + scrollY + 200)",
                  name.element_handle())  # fmt: skip
    top = name.bounding_box()
    assert top is not None
    assert 0 <= top["y"] < 60
    assert find_violations(page) == []


def test_the_headings_of_short_columns_stay_in_view(open_form: OpenForm, ana: FormContext) -> None:
    page = open_form(ana, "everything").page
    page.set_viewport_size({"width": 1280, "height": 500})
    page.evaluate("document.querySelector('.ck-matrix tbody:nth-of-type(3)').scrollIntoView()")
    head = page.locator(".ck-matrix thead th").first.bounding_box()
    assert head is not None
    assert head["y"] == 0


# --- names ---


def test_teammates_and_typed_names_are_suggested_and_bring_their_role(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    save(ben, "everything", [("lead", "", {"name": "Dee Park", "role": "Data lead"})])
    far = make_context(ana.store, "gu", "Tasi Cruz", "GU")
    save(far, "everything", [("lead", "", {"name": "Guam's secret", "role": ""})])
    form_page = open_form(ana, "next_steps")
    page = form_page.page
    known = {person["name"]: person["role"] for person in form_page.opening()["people"]}
    assert known == {"Ana Ruiz": "State CTE Director", "Ben Cho": "State CTE Director", "Dee Park": "Data lead"}
    assert "secret" not in page.content()
    assert "Tasi" not in page.content()
    name = page.get_by_role("group", name="Action 1").get_by_label("Name")
    role = page.get_by_role("group", name="Action 1").get_by_label("Role")
    name.click()
    options = page.get_by_role("option")
    assert options.all_inner_texts() == list(known)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert options.first.evaluate("option => getComputedStyle(option).fontSize") == "32px"
    page.evaluate("document.documentElement.style.fontSize = ''")
    assert find_violations(page) == []
    name.press_sequentially("PAR")
    assert options.all_inner_texts() == ["Dee Park"]
    name.press("Escape")
    expect(options).to_have_count(0)
    name.press("ArrowUp")
    expect(page.get_by_role("option", selected=True)).to_have_text("Dee Park")
    expect(name).to_have_attribute("aria-activedescendant", str(options.last.get_attribute("id")))
    name.press("Enter")
    expect(name).to_have_value("Dee Park")
    expect(options).to_have_count(0)
    expect(role).to_have_value("Data lead")
    name.fill("Ben Cho")
    expect(role).to_have_value("State CTE Director")
    role.fill("Acting director")
    name.fill("Dee Park")
    expect(role).to_have_value("Acting director")
    name.fill("Zoe Lum")
    name.blur()
    wait_saved(form_page)
    other = page.get_by_role("group", name="Action 2").get_by_label("Name")
    other.press_sequentially("zo")
    options.get_by_text("Zoe Lum").click()
    expect(other).to_be_focused()
    expect(other).to_have_value("Zoe Lum")


def test_a_text_that_names_a_person_suggests_too_and_takes_any_words(open_form: OpenForm, ana: FormContext) -> None:
    who = m.TextPrompt(kind="text", id="who", label="Who with", words=6, suggest="people")
    form_page = open_form(ask(ana, who), "asked")
    box = form_page.page.get_by_label("Who with")
    box.press("ArrowDown")
    expect(form_page.page.get_by_role("option", name="Ana Ruiz")).to_be_visible()
    box.fill("The regional workforce board")
    box.blur()
    wait_saved(form_page)
    assert form_page.current("who") == ["The regional workforce board"]


# --- dates ---


@pytest.fixture
def due(open_form: OpenForm, ana: FormContext) -> FormPage:
    """A form on February 16, 2027, with a deadline, a day in the past, and a day with a minimum."""
    prompts = (
        m.DatePrompt(kind="date", id="due", label="By when"),
        m.DatePrompt(kind="date", id="began", label="Since when", past=True, within_years=1),
        m.DatePrompt.model_validate({"kind": "date", "id": "open", "label": "Not before", "minimum": "2027-03-01"}),
    )
    form_page = open_form(ask(ana, *prompts), "asked")
    form_page.page.clock.set_fixed_time("2027-02-16T12:00:00")
    return form_page


@pytest.mark.parametrize(
    ("label", "day", "question"),
    [
        ("By when", "2027-02-15", "February 15, 2027, is before today. Is this the day that you mean?"),
        ("By when", "2027-02-16", ""),
        ("By when", "2032-02-16", ""),
        ("By when", "2032-02-17", "February 17, 2032, is more than 5 years away. Is this the day that you mean?"),
        ("Since when", "2020-01-01", ""),
        ("Since when", "2028-03-01", "March 1, 2028, is more than a year away. Is this the day that you mean?"),
    ],
)
def test_an_unlikely_day_is_saved_and_asked_about(due: FormPage, label: str, day: str, question: str) -> None:
    field = due.page.get_by_label(label)
    field.fill(day)
    expect(due.page.locator(".ck-question:visible")).to_have_count(0)  # not while it is typed
    field.blur()
    expect(due.page.locator(".ck-status-words")).to_have_text("Saved")  # the page's clock is not the server's
    if not question:
        expect(due.page.locator(".ck-question:visible")).to_have_count(0)
        return
    expect(due.page.locator(".ck-question:visible span")).to_have_text(question)
    expect(due.page.locator("[role=status].ck-hidden")).to_have_text(question)
    assert find_violations(due.page) == []
    due.page.get_by_role("button", name="Yes, keep it").click()
    expect(due.page.locator(".ck-question:visible")).to_have_count(0)
    expect(field).to_be_focused()


@pytest.mark.parametrize(
    ("label", "day", "sentence"),
    [
        ("By when", "1926-05-01", "The year 1926 is not between 1990 and 2100. Check the year."),
        ("Not before", "2027-02-20", "Choose March 1, 2027 or a later day."),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_a_sentence(
    due: FormPage, ana: FormContext, label: str, day: str, sentence: str
) -> None:
    field = due.page.get_by_label(label)
    field.fill(day)
    field.blur()
    expect(due.page.locator(".ck-problem:visible")).to_have_text(sentence)
    expect(field).to_have_attribute("aria-invalid", "true")
    assert due.current("due") == due.current("open") == []
    prompt = m.DatePrompt.model_validate(
        {"kind": "date", "id": "a", "label": "A"} | ({"minimum": "2027-03-01"} if label == "Not before" else {})
    )
    assert prompt.find_problem(day) == sentence


def test_the_thirtieth_of_february_is_an_error_and_not_silence(due: FormPage) -> None:
    field = due.page.get_by_label("By when")
    field.focus()
    field.press_sequentially("02302027")
    due.page.get_by_label("Since when").focus()
    expect(due.page.locator(".ck-problem:visible")).to_contain_text("the day does not exist")
    assert due.current("due") == []
    field.fill("2027-03-02")
    field.blur()
    expect(due.page.locator(".ck-problem:visible")).to_have_count(0)
    expect(due.page.locator(".ck-status-words")).to_have_text("Saved")  # the page's clock is not the server's
    assert due.current("due") == ["2027-03-02"]


def test_an_earlier_deadline_that_is_past_by_now_is_not_asked_about(open_form: OpenForm, ana: FormContext) -> None:
    save(ana, "everything", [("due", "", "2020-01-01")])
    page = open_form(ana, "everything").page
    expect(page.get_by_label("By when?")).to_have_value("2020-01-01")
    expect(page.locator(".ck-question:visible")).to_have_count(0)


# --- words of one's own, long texts ---


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("question", ["Are you ready?", "Which of these?"])
def test_something_else_opens_its_box_below_its_tick(
    open_form: OpenForm, ana: FormContext, width: int, question: str
) -> None:
    page = open_form(ana, "everything").page
    page.set_viewport_size({"width": width, "height": 800})
    group = page.get_by_role("group", name=question)
    tick = group.get_by_label("Something else")
    tick.check()
    at, box = tick.bounding_box(), group.get_by_label("In your own words").bounding_box()
    assert at is not None
    assert box is not None
    assert 0 < box["y"] - at["y"] < 80
    assert 0 <= box["x"] - at["x"] < 60


def test_a_very_long_text_scrolls_in_its_box_and_is_called_long(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    box = form_page.page.get_by_label("What do you want?")
    box.fill("One list of courses for all of our colleges and high schools, in every region.")
    expect(form_page.page.locator(".ck-excess:not(:empty)")).to_have_count(0)
    box.fill("word " * 5_000)
    size = box.bounding_box()
    assert size is not None
    assert size["height"] <= 480
    assert box.evaluate("(box) => box.scrollHeight > box.clientHeight")
    expect(form_page.page.locator(".ck-excess:not(:empty)")).to_have_text(
        "This is much longer than the question needs. Shorten it, or give a link to the document."
    )
    expect(form_page.page.locator(".ck-count:visible").first).to_have_text(" · 5,000 so far")


def test_forty_thousand_characters_and_a_printed_minus_are_saved_as_typed(
    open_form: OpenForm, ana: FormContext
) -> None:
    """The tests of worksheets, packets, and exports take the same answers on from the store."""
    why = m.TextPrompt(kind="text", id="why", label="Why", words=6)
    change = m.NumberPrompt(kind="number", id="change", label="Change in days", unit="days")
    form_page = open_form(ask(ana, why, change), "asked")
    form_page.page.get_by_label("Why").fill(LONG)
    box = form_page.page.get_by_label("Change in days")
    for typed, number in (("\u22125", -5), ("\u20131,250", -1250), ("-7", -7)):
        box.fill(typed)
        box.blur()
        wait_saved(form_page)
        assert form_page.current("change") == [number]
    box.fill("3 \u2212 5")
    expect(form_page.page.get_by_text("Type a number, such as 12.")).to_be_visible()
    assert form_page.current("why") == [LONG]
