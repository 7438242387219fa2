"""Typing and saving: with a good connection, a bad one, and none."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from cluster_kit.exercises.context import FormContext
from tests.forms.harness import ORIGIN, FormPage, open_form_page

OpenForm = Callable[[FormContext, str], FormPage]
NOT_SAVED = "Not saved yet. Your words are kept on this device and will be sent as soon as the connection is back."
SAVED = re.compile(r"^Saved at \d{1,2}:\d\d [ap]\.m\.$")


def status(form_page: FormPage) -> str:
    return form_page.page.locator(".ck-status").inner_text().strip()


def wait_saved(form_page: FormPage) -> None:
    expect(form_page.page.locator(".ck-status")).to_have_text(SAVED)


def test_words_are_saved_after_a_pause_and_the_page_says_when(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    form_page.page.get_by_label("What do you want?").type("One list of courses")
    wait_saved(form_page)
    assert form_page.current("aim") == ["One list of courses"]
    assert len([m for m in form_page.received if m["type"] == "save"]) == 1
    assert form_page.page.evaluate("window.states.at(-1).state") == "saved"


def test_later_edits_take_the_place_of_earlier_ones(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    box = form_page.page.get_by_label("What do you want?")
    for words in ("One", "One list", "One list of courses"):
        box.fill(words)
        box.blur()
        wait_saved(form_page)
    assert form_page.current("aim") == ["One list of courses"]
    assert [r.value for r in ana.history(1, "everything")] == ["One", "One list", "One list of courses"]


def test_a_choice_is_saved_at_once_and_can_be_cleared(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    group = form_page.page.get_by_role("group", name="How sure are you?")
    group.get_by_label("In place").check()
    wait_saved(form_page)
    assert form_page.current("sure") == [3]
    group.get_by_role("button", name="Clear this answer").click()
    form_page.page.wait_for_function("() => window.states.at(-1).unsent === 0")
    assert form_page.current("sure") == [None]
    expect(group.get_by_role("radio").first).to_be_focused()


def test_every_kind_of_answer_is_saved_and_shown_again(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    page = form_page.page
    page.get_by_role("group", name="Are you ready?").get_by_label("Something else").check()
    page.get_by_role("group", name="Are you ready?").get_by_label("In your own words").fill("Nearly")
    page.get_by_role("group", name="Which of these?").get_by_label("Differs").check()
    page.get_by_role("group", name="Which of these?").get_by_label("The same").check()
    page.get_by_label("What share?").fill("40")
    page.get_by_label("What does it cost?").fill("1,250.50")
    page.get_by_label("By when?").fill("2027-03-15")
    page.get_by_label("Name", exact=True).fill("Dee")
    page.get_by_label("Role", exact=True).fill("Data lead")
    page.get_by_role("radiogroup", name="Element 2 Colleges").get_by_label("Differs").check()
    wait_saved(form_page)
    form_page.reload()
    assert form_page.current("ready") == ["other:Nearly"]
    assert form_page.current("many") == [["same", "differs"]]
    assert (form_page.current("share"), form_page.current("cost")) == ([40], [1250.5])
    assert form_page.current("due") == ["2027-03-15"]
    assert form_page.current("lead") == [{"name": "Dee", "role": "Data lead"}]
    assert form_page.current("matrix.colleges", "element_2") == ["differs"]
    expect(page.get_by_label("In your own words").first).to_have_value("Nearly")
    expect(page.get_by_role("group", name="Which of these?").get_by_label("Differs")).to_be_checked()
    expect(page.get_by_label("Role", exact=True)).to_have_value("Data lead")
    expect(page.get_by_role("radiogroup", name="Element 2 Colleges").get_by_label("Differs")).to_be_checked()


def test_without_an_answer_the_page_says_so_and_sends_again_under_the_same_id(
    open_form: OpenForm, ana: FormContext
) -> None:
    form_page = open_form(ana, "everything")
    form_page.page.clock.install()
    form_page.line = "deaf"
    form_page.page.get_by_label("What do you want?").fill("Kept")
    form_page.page.clock.run_for(5_600)
    expect(form_page.page.locator(".ck-status")).to_have_text(NOT_SAVED)
    assert form_page.page.evaluate("window.states.at(-1).state") == "unsaved"
    expect(form_page.page.locator(".ck-mark:visible")).to_have_text("Not saved yet")
    form_page.line = "up"
    form_page.page.clock.run_for(9_000)
    wait_saved(form_page)
    ids = {r["id"] for message in form_page.received if message["type"] == "save" for r in message["responses"]}
    assert len(ids) == 1
    assert [r.value for r in ana.history(1, "everything")] == ["Kept"]


def test_words_typed_while_the_kernel_is_away_are_there_after_a_reload(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    form_page.line = "cut"
    form_page.page.get_by_label("What do you want?").fill("Typed in the dark")
    form_page.page.get_by_role("group", name="How sure are you?").get_by_label("Started").check()
    form_page.page.get_by_label("What").nth(1).press_sequentially("unfinished")
    form_page.reload()
    expect(form_page.page.get_by_label("What do you want?")).to_have_value("Typed in the dark")
    form_page.line = "up"
    form_page.page.evaluate("window.fire('ck:connected')")
    wait_saved(form_page)
    assert form_page.current("aim") == ["Typed in the dark"]
    assert form_page.current("sure") == [2]
    assert form_page.page.evaluate("localStorage.length") == 0


def test_words_of_a_closed_window_are_sent_from_the_next_one(
    new_browser: Callable[[], BrowserContext], ana: FormContext
) -> None:
    browser = new_browser()
    form_page = open_form_page(browser, ana, "everything")
    form_page.line = "cut"
    form_page.page.get_by_label("What do you want?").fill("From the closed window")
    form_page.page.close(run_before_unload=False)
    again = open_form_page(browser, ana, "everything")
    wait_saved(again)
    assert again.current("aim") == ["From the closed window"]


def test_what_is_typed_while_an_answer_is_under_way_follows_it(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    form_page.line = "deaf"
    box = form_page.page.get_by_label("What do you want?")
    box.fill("First")
    box.blur()
    form_page.page.wait_for_function("() => window.states.at(-1).unsent === 1")
    box.fill("First and second")
    box.blur()
    form_page.line = "up"
    form_page.page.evaluate("window.fire('ck:connected')")
    wait_saved(form_page)
    assert form_page.current("aim") == ["First and second"]


def test_a_value_out_of_range_is_refused_at_the_field_and_the_rest_is_kept(
    open_form: OpenForm, ana: FormContext
) -> None:
    form_page = open_form(ana, "everything")
    form_page.page.get_by_label("What do you want?").fill("Fine")
    share = form_page.page.get_by_label("What share?")
    share.fill("140")
    share.blur()
    expect(share).to_have_attribute("aria-invalid", "true")
    expect(share).to_have_accessible_description(re.compile("from 0 to 100"))
    assert form_page.current("aim") == ["Fine"]
    form_page.reload()
    expect(form_page.page.get_by_label("What share?")).to_have_value("140")
    form_page.page.get_by_label("What share?").fill("14")
    form_page.page.get_by_label("What share?").blur()
    wait_saved(form_page)
    expect(form_page.page.get_by_label("What share?")).not_to_have_attribute("aria-invalid", "true")
    assert form_page.current("share") == [14]


def test_the_guidance_and_the_unit_are_said_with_the_field(open_form: OpenForm, ana: FormContext) -> None:
    page = open_form(ana, "everything").page
    expect(page.get_by_label("What do you want?")).to_have_accessible_description(
        "Say it in one sentence. About 25 words"
    )
    expect(page.get_by_label("What share?")).to_have_accessible_description("percent")


def test_what_is_no_number_is_not_sent(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    share = form_page.page.get_by_label("What share?")
    share.fill("a third")
    share.blur()
    expect(share).to_have_accessible_description(re.compile("Type a number"))
    assert not [m for m in form_page.received if m["type"] == "save"]


def test_a_paste_that_is_too_long_is_refused_by_the_page_and_stays_to_be_shortened(
    open_form: OpenForm, ana: FormContext
) -> None:
    form_page = open_form(ana, "everything")
    box = form_page.page.get_by_label("What do you want?")
    box.fill("x" * 100_000)
    expect(box).to_have_accessible_description(re.compile("100,000 characters long; up to 50,000"))
    assert not [m for m in form_page.received if m["type"] == "save"]
    box.fill("x" * 50_000)
    box.blur()
    wait_saved(form_page)


def test_trouble_in_the_store_is_told_and_tried_again(open_form: OpenForm, ana: FormContext, tmp_path: Path) -> None:
    form_page = open_form(ana, "everything")
    database = tmp_path / "responses.sqlite3"
    database.rename(tmp_path / "away")
    form_page.page.get_by_label("What do you want?").fill("Kept")
    expect(form_page.page.locator(".ck-status")).to_contain_text("could not be saved just now")
    assert form_page.page.evaluate("window.states.at(-1).state") == "trouble"
    (tmp_path / "away").rename(database)
    wait_saved(form_page)
    assert form_page.current("aim") == ["Kept"]


def test_where_the_browser_keeps_nothing_the_page_says_so(
    new_browser: Callable[[], BrowserContext], ana: FormContext
) -> None:
    browser = new_browser()
    browser.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full'); };")
    form_page = open_form_page(browser, ana, "everything")
    form_page.page.clock.install()
    form_page.line = "cut"
    form_page.page.get_by_label("What do you want?").fill("Kept in memory")
    form_page.page.clock.run_for(5_600)
    expect(form_page.page.locator(".ck-status")).to_contain_text("Leave this page open")
    form_page.line = "up"
    form_page.page.evaluate("window.fire('ck:connected')")
    wait_saved(form_page)
    assert form_page.current("aim") == ["Kept in memory"]


def test_two_windows_of_one_person_keep_each_others_unsent_words(
    new_browser: Callable[[], BrowserContext], ana: FormContext
) -> None:
    browser = new_browser()
    one, other = open_form_page(browser, ana, "everything"), open_form_page(browser, ana, "everything")
    one.line = other.line = "cut"
    one.page.get_by_label("What do you want?").fill("From one window")
    other.page.get_by_label("For yourself alone").fill("From the other")
    for form_page in (one, other):
        form_page.page.close(run_before_unload=False)
    again = open_form_page(browser, ana, "everything")
    expect(again.page.get_by_label("For yourself alone")).to_have_value("From the other")
    expect(again.page.get_by_label("What do you want?")).to_have_value("From one window")
    wait_saved(again)


def test_a_page_without_a_secure_context_still_mints_ids(
    new_browser: Callable[[], BrowserContext], ana: FormContext
) -> None:
    browser = new_browser()
    browser.add_init_script("delete Crypto.prototype.randomUUID;")
    form_page = open_form_page(browser, ana, "everything")
    assert form_page.page.url.startswith(ORIGIN)
    form_page.page.get_by_label("What do you want?").fill("Plain http")
    wait_saved(form_page)
