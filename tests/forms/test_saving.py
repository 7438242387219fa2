"""Typing, and what becomes of the words: on a good line, a bad one, and none."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from cluster_kit.exercises.context import FormContext
from tests.forms.harness import ORIGIN, Seat, take_seat

Sit = Callable[[FormContext, str], Seat]
NOT_SAVED = "Not saved yet. Your words are kept on this computer and will be sent as soon as the connection is back."
SAVED = re.compile(r"^Saved at \d{1,2}:\d\d [ap]\.m\.$")


def status(seat: Seat) -> str:
    return seat.page.locator(".ck-status").inner_text().strip()


def wait_saved(seat: Seat) -> None:
    expect(seat.page.locator(".ck-status")).to_have_text(SAVED)


def test_words_are_saved_after_a_pause_and_the_page_says_when(sit: Sit, ana: FormContext) -> None:
    seat = sit(ana, "everything")
    seat.page.get_by_label("What do you want?").type("One list of courses")
    wait_saved(seat)
    assert seat.current("aim") == ["One list of courses"]
    assert len([m for m in seat.received if m["type"] == "save"]) == 1
    assert seat.page.evaluate("window.states.at(-1).state") == "saved"


def test_later_edits_take_the_place_of_earlier_ones(sit: Sit, ana: FormContext) -> None:
    seat = sit(ana, "everything")
    box = seat.page.get_by_label("What do you want?")
    for words in ("One", "One list", "One list of courses"):
        box.fill(words)
        box.blur()
        wait_saved(seat)
    assert seat.current("aim") == ["One list of courses"]
    assert [r.value for r in ana.history(1, "everything")] == ["One", "One list", "One list of courses"]


def test_a_choice_is_saved_at_once_and_can_be_cleared(sit: Sit, ana: FormContext) -> None:
    seat = sit(ana, "everything")
    group = seat.page.get_by_role("group", name="How sure are you?")
    group.get_by_label("In place").check()
    wait_saved(seat)
    assert seat.current("sure") == [3]
    group.get_by_role("button", name="Clear this answer").click()
    seat.page.wait_for_function("window.states.at(-1).unsent === 0")
    assert seat.current("sure") == [None]
    expect(group.get_by_role("radio").first).to_be_focused()


def test_every_kind_of_answer_is_saved_and_shown_again(sit: Sit, ana: FormContext) -> None:
    seat = sit(ana, "everything")
    page = seat.page
    page.get_by_role("group", name="Are you ready?").get_by_label("Something else").check()
    page.get_by_role("group", name="Are you ready?").get_by_label("In your own words").fill("Nearly")
    page.get_by_role("group", name="Which of these?").get_by_label("Differs").check()
    page.get_by_role("group", name="Which of these?").get_by_label("The same").check()
    page.get_by_label("What share?").fill("40")
    page.get_by_label("What does it cost?").fill("1,250.50")
    page.get_by_label("By when?").fill("2027-03-15")
    page.get_by_label("Name", exact=True).fill("Dee")
    page.get_by_label("Role", exact=True).fill("Data lead")
    page.get_by_role("combobox", name="Element 2 Colleges").select_option("Differs")
    page.get_by_role("combobox", name="Element 2 Colleges").blur()
    wait_saved(seat)
    seat.reload()
    assert seat.current("ready") == ["other:Nearly"]
    assert seat.current("many") == [["same", "differs"]]
    assert (seat.current("share"), seat.current("cost")) == ([40], [1250.5])
    assert seat.current("due") == ["2027-03-15"]
    assert seat.current("lead") == [{"name": "Dee", "role": "Data lead"}]
    assert seat.current("matrix.colleges", "element_2") == ["differs"]
    expect(page.get_by_label("In your own words").first).to_have_value("Nearly")
    expect(page.get_by_role("group", name="Which of these?").get_by_label("Differs")).to_be_checked()
    expect(page.get_by_label("Role", exact=True)).to_have_value("Data lead")
    expect(page.get_by_role("combobox", name="Element 2 Colleges")).to_have_value("differs")


def test_without_an_answer_the_page_says_so_and_sends_again_under_the_same_id(sit: Sit, ana: FormContext) -> None:
    seat = sit(ana, "everything")
    seat.page.clock.install()
    seat.line = "deaf"
    seat.page.get_by_label("What do you want?").fill("Kept")
    seat.page.clock.run_for(5_600)
    expect(seat.page.locator(".ck-status")).to_have_text(NOT_SAVED)
    assert seat.page.evaluate("window.states.at(-1).state") == "unsaved"
    expect(seat.page.locator(".ck-mark:visible")).to_have_text("Not saved yet")
    seat.line = "up"
    seat.page.clock.run_for(9_000)
    wait_saved(seat)
    ids = {r["id"] for message in seat.received if message["type"] == "save" for r in message["responses"]}
    assert len(ids) == 1
    assert [r.value for r in ana.history(1, "everything")] == ["Kept"]


def test_words_typed_while_the_kernel_is_away_are_there_after_a_reload(sit: Sit, ana: FormContext) -> None:
    seat = sit(ana, "everything")
    seat.line = "cut"
    seat.page.get_by_label("What do you want?").fill("Typed in the dark")
    seat.page.get_by_role("group", name="How sure are you?").get_by_label("Started").check()
    seat.page.get_by_label("What").nth(1).press_sequentially("unfinished")
    seat.reload()
    expect(seat.page.get_by_label("What do you want?")).to_have_value("Typed in the dark")
    seat.line = "up"
    seat.page.evaluate("window.fire('ck:connected')")
    wait_saved(seat)
    assert seat.current("aim") == ["Typed in the dark"]
    assert seat.current("sure") == [2]
    assert seat.page.evaluate("localStorage.length") == 0


def test_words_of_a_closed_window_are_sent_from_the_next_one(
    new_browser: Callable[[], BrowserContext], ana: FormContext
) -> None:
    browser = new_browser()
    seat = take_seat(browser, ana, "everything")
    seat.line = "cut"
    seat.page.get_by_label("What do you want?").fill("From the closed window")
    seat.page.close(run_before_unload=False)
    again = take_seat(browser, ana, "everything")
    wait_saved(again)
    assert again.current("aim") == ["From the closed window"]


def test_what_is_typed_while_an_answer_is_under_way_follows_it(sit: Sit, ana: FormContext) -> None:
    seat = sit(ana, "everything")
    seat.line = "deaf"
    box = seat.page.get_by_label("What do you want?")
    box.fill("First")
    box.blur()
    seat.page.wait_for_function("window.states.at(-1).unsent === 1")
    box.fill("First and second")
    box.blur()
    seat.line = "up"
    seat.page.evaluate("window.fire('ck:connected')")
    wait_saved(seat)
    assert seat.current("aim") == ["First and second"]


def test_a_value_out_of_range_is_refused_at_the_field_and_the_rest_is_kept(sit: Sit, ana: FormContext) -> None:
    seat = sit(ana, "everything")
    seat.page.get_by_label("What do you want?").fill("Fine")
    share = seat.page.get_by_label("What share?")
    share.fill("140")
    share.blur()
    expect(share).to_have_attribute("aria-invalid", "true")
    expect(share).to_have_accessible_description(re.compile("from 0 to 100"))
    assert seat.current("aim") == ["Fine"]
    seat.reload()
    expect(seat.page.get_by_label("What share?")).to_have_value("140")
    seat.page.get_by_label("What share?").fill("14")
    seat.page.get_by_label("What share?").blur()
    wait_saved(seat)
    expect(seat.page.get_by_label("What share?")).not_to_have_attribute("aria-invalid", "true")
    assert seat.current("share") == [14]


def test_the_guidance_and_the_unit_are_said_with_the_field(sit: Sit, ana: FormContext) -> None:
    page = sit(ana, "everything").page
    expect(page.get_by_label("What do you want?")).to_have_accessible_description(
        "Say it in one sentence. About 25 words"
    )
    expect(page.get_by_label("What share?")).to_have_accessible_description("percent")


def test_what_is_no_number_is_not_sent(sit: Sit, ana: FormContext) -> None:
    seat = sit(ana, "everything")
    share = seat.page.get_by_label("What share?")
    share.fill("a third")
    share.blur()
    expect(share).to_have_accessible_description(re.compile("Type a number"))
    assert not [m for m in seat.received if m["type"] == "save"]


def test_a_paste_that_is_too_long_is_refused_by_the_page_and_stays_to_be_shortened(sit: Sit, ana: FormContext) -> None:
    seat = sit(ana, "everything")
    box = seat.page.get_by_label("What do you want?")
    box.fill("x" * 100_000)
    expect(box).to_have_accessible_description(re.compile("100,000 characters long; up to 50,000"))
    assert not [m for m in seat.received if m["type"] == "save"]
    box.fill("x" * 50_000)
    box.blur()
    wait_saved(seat)


def test_trouble_in_the_store_is_told_and_tried_again(sit: Sit, ana: FormContext, tmp_path: Path) -> None:
    seat = sit(ana, "everything")
    database = tmp_path / "responses.sqlite3"
    database.rename(tmp_path / "away")
    seat.page.get_by_label("What do you want?").fill("Kept")
    expect(seat.page.locator(".ck-status")).to_contain_text("could not be saved just now")
    assert seat.page.evaluate("window.states.at(-1).state") == "trouble"
    (tmp_path / "away").rename(database)
    wait_saved(seat)
    assert seat.current("aim") == ["Kept"]


def test_where_the_browser_keeps_nothing_the_page_says_so(
    new_browser: Callable[[], BrowserContext], ana: FormContext
) -> None:
    browser = new_browser()
    browser.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full'); };")
    seat = take_seat(browser, ana, "everything")
    seat.page.clock.install()
    seat.line = "cut"
    seat.page.get_by_label("What do you want?").fill("Kept in memory")
    seat.page.clock.run_for(5_600)
    expect(seat.page.locator(".ck-status")).to_contain_text("Leave this page open")
    seat.line = "up"
    seat.page.evaluate("window.fire('ck:connected')")
    wait_saved(seat)
    assert seat.current("aim") == ["Kept in memory"]


def test_two_windows_of_one_person_keep_each_others_unsent_words(
    new_browser: Callable[[], BrowserContext], ana: FormContext
) -> None:
    browser = new_browser()
    one, other = take_seat(browser, ana, "everything"), take_seat(browser, ana, "everything")
    one.line = other.line = "cut"
    one.page.get_by_label("What do you want?").fill("From one window")
    other.page.get_by_label("For yourself alone").fill("From the other")
    for seat in (one, other):
        seat.page.close(run_before_unload=False)
    again = take_seat(browser, ana, "everything")
    expect(again.page.get_by_label("For yourself alone")).to_have_value("From the other")
    expect(again.page.get_by_label("What do you want?")).to_have_value("From one window")
    wait_saved(again)


def test_a_page_without_a_secure_context_still_mints_ids(
    new_browser: Callable[[], BrowserContext], ana: FormContext
) -> None:
    browser = new_browser()
    browser.add_init_script("delete Crypto.prototype.randomUUID;")
    seat = take_seat(browser, ana, "everything")
    assert seat.page.url.startswith(ORIGIN)
    seat.page.get_by_label("What do you want?").fill("Plain http")
    wait_saved(seat)
