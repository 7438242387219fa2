"""Two people of one team with the same exercise."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from cluster_kit.exercises.context import FormContext
from cluster_kit.store import NewErasure
from tests.browser import wait_for_words
from tests.forms.harness import FormPage
from tests.forms.samples import make_live
from tests.forms.test_saving import wait_saved

OpenForm = Callable[[FormContext, str], FormPage]
AIM = "What do you want?"
SURE = "How sure are you?"


def answer(form_page: FormPage, words: str) -> None:
    box = form_page.page.get_by_label(AIM)
    box.fill(words)
    box.blur()
    wait_saved(form_page)


def test_a_teammates_answer_appears_with_their_name(open_form: OpenForm, ana: FormContext, ben: FormContext) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    answer(one, "Ana's words")
    other.look()
    expect(other.page.get_by_label(AIM)).to_have_value("Ana's words")
    expect(other.page.locator(".ck-mark:visible")).to_have_text("Ana Ruiz, just now")
    answer(other, "Ana's words, and mine")
    assert one.current("aim") == ["Ana's words, and mine"]


def test_just_now_does_not_stay_just_now(open_form: OpenForm, ana: FormContext, ben: FormContext) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    other.page.clock.install()
    answer(one, "Ana's words")
    other.look()
    mark = other.page.locator(".ck-mark:visible")
    expect(mark).to_have_text("Ana Ruiz, just now")
    other.page.clock.fast_forward("01:05")
    expect(mark).to_have_text(re.compile(r"^Ana Ruiz, at \d+:\d\d [ap]\.m\.$"))


def test_what_a_person_answers_for_themselves_is_not_shown_to_teammates(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    one.page.get_by_label("For yourself alone").fill("Secret")
    one.page.get_by_label("For yourself alone").blur()
    wait_saved(one)
    other.look()
    other.reload()
    expect(other.page.get_by_label("For yourself alone")).to_have_value("")
    assert "Secret" not in str(other.opening())


def test_two_answers_at_once_both_stay_and_one_can_be_kept(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    answer(one, "Ana's words")
    answer(other, "Ben's words")
    panel = other.page.get_by_role("group", name="There are two answers. Which should your team keep?")
    expect(panel).to_contain_text("Ana Ruiz, just now")
    expect(panel).to_contain_text("Ana's words")
    assert sorted(one.current("aim")) == ["Ana's words", "Ben's words"]
    panel.get_by_role("button", name="Keep mine").click()
    expect(panel).to_have_count(0)
    wait_saved(other)
    assert one.current("aim") == ["Ben's words"]
    one.look()
    expect(one.page.get_by_label(AIM)).to_have_value("Ben's words")


def test_a_conflict_is_shown_to_both_and_theirs_can_be_used(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    answer(one, "Ana's words")
    answer(other, "Ben's words")
    one.look()
    panel = one.page.locator(".ck-versions")
    expect(panel).to_contain_text("Ben Cho")
    expect(one.page.get_by_label(AIM)).to_have_value("Ana's words")
    panel.get_by_role("button", name="Use theirs").click()
    expect(one.page.get_by_label(AIM)).to_have_value("Ben's words")
    expect(one.page.get_by_label(AIM)).to_be_focused()
    wait_saved(one)
    assert one.current("aim") == ["Ben's words"]
    other.look()
    expect(other.page.locator(".ck-versions")).to_have_count(0)


def test_two_answers_can_be_combined_and_edited(open_form: OpenForm, ana: FormContext, ben: FormContext) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    answer(one, "Ana's words")
    answer(other, "Ben's words")
    other.page.get_by_role("button", name="Combine").click()
    expect(other.page.get_by_label(AIM)).to_have_value("Ben's words\nAna's words")
    other.page.get_by_label(AIM).press("End")
    other.page.get_by_label(AIM).press_sequentially(" too")
    wait_saved(other)
    assert one.current("aim") == ["Ben's words\nAna's words too"]


def test_what_is_being_typed_is_never_overwritten(open_form: OpenForm, ana: FormContext, ben: FormContext) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    other.line = "deaf"
    other.page.get_by_label(AIM).press_sequentially("Ben is typ")
    answer(one, "Ana's words")
    other.line = "up"
    other.look()
    expect(other.page.get_by_label(AIM)).to_have_value("Ben is typ")
    expect(other.page.locator(".ck-versions")).to_contain_text("Ana's words")
    expect(other.page.get_by_label(AIM)).to_be_focused()
    wait_for_words(other.page, "Ana Ruiz answered")


def test_a_change_waits_while_the_cursor_is_in_the_field(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    other.page.get_by_label(AIM).focus()
    answer(one, "Ana's words")
    other.look()
    expect(other.page.get_by_label(AIM)).to_have_value("")
    expect(other.page.locator(".ck-mark:visible")).to_contain_text("changed this answer")
    other.page.get_by_label(AIM).blur()
    expect(other.page.get_by_label(AIM)).to_have_value("Ana's words")


def test_a_conflict_between_choices_offers_no_combining(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    for form_page, point in ((one, "In place"), (other, "Started")):
        form_page.page.get_by_role("group", name=SURE).get_by_label(point).check()
        wait_saved(form_page)
    panel = other.page.locator(".ck-versions")
    expect(panel).to_contain_text("3 · In place")
    expect(panel.get_by_role("button", name="Combine")).to_have_count(0)
    panel.get_by_role("button", name="Use theirs").click()
    expect(other.page.get_by_role("group", name=SURE).get_by_label("In place")).to_be_checked()
    wait_saved(other)
    assert one.current("sure") == [3]


def test_a_third_person_sees_who_said_what_and_may_settle_it(
    open_form: OpenForm, ana: FormContext, ben: FormContext, cy: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    answer(one, "Ana's words")
    answer(other, "Ben's words")
    third = open_form(cy, "everything")
    panel = third.page.locator(".ck-versions")
    expect(panel.get_by_role("button", name=re.compile("Use Ana Ruiz’s"))).to_be_visible()
    panel.get_by_role("button", name=re.compile("Use Ben Cho’s")).click()
    wait_saved(third)
    assert one.current("aim") == ["Ben's words"]


def test_a_receipt_that_was_lost_tells_of_the_conflict_once_it_comes(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    answer(one, "Ana's words")
    other.line = "deaf"
    other.page.get_by_label(AIM).fill("Ben's words")
    other.page.get_by_label(AIM).blur()
    other.page.wait_for_function("() => window.states.at(-1).unsent === 1")
    other.line = "up"
    other.page.evaluate("window.fire('ck:connected')")
    expect(other.page.locator(".ck-versions")).to_contain_text("Ana's words")


def test_a_late_receipt_does_not_bring_back_what_a_teammate_has_changed_since(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    one.line = "deaf"
    one.page.get_by_label(AIM).fill("Ana's words")
    one.page.get_by_label(AIM).blur()
    one.page.wait_for_function("() => window.states.at(-1).unsent === 1")
    other.look()
    answer(other, "Ana's words, bettered by Ben")
    one.line = "up"
    one.page.evaluate("window.fire('ck:connected')")
    one.look()
    expect(one.page.get_by_label(AIM)).to_have_value("Ana's words, bettered by Ben")
    expect(one.page.locator(".ck-versions")).to_have_count(0)


def test_what_was_erased_leaves_an_open_page_and_what_is_typed_there_stays(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(make_live(ben), "everything")
    answer(one, "Ana's words")
    one.page.get_by_role("group", name=SURE).get_by_label("In place").check()
    wait_saved(one)
    one.page.get_by_label("What", exact=True).first.fill("Ana's step")
    one.page.get_by_label("What", exact=True).first.blur()
    wait_saved(one)
    other.page.get_by_label("What will you announce?").fill("Ben's news")
    other.page.get_by_label("What will you announce?").blur()
    wait_saved(other)
    other.look()
    expect(other.page.get_by_label(AIM)).to_have_value("Ana's words")
    expect(other.page.get_by_label("What", exact=True).first).to_have_value("Ana's step")
    other.line = "deaf"
    other.page.get_by_label("For yourself alone").press_sequentially("Ben is typ")
    request = NewErasure(series="sample", jurisdiction="OH", person="ana", asked_by="Ana", why="asked")
    ana.store.erase(request)
    other.line = "up"
    other.look()
    expect(other.page.get_by_label(AIM)).to_have_value("")
    expect(other.page.get_by_label("What", exact=True).first).to_have_value("")
    expect(other.page.get_by_role("group", name=SURE).get_by_label("In place")).not_to_be_checked()
    expect(other.page.get_by_label("What will you announce?")).to_have_value("Ben's news")
    expect(other.page.get_by_label("For yourself alone")).to_have_value("Ben is typ")
    expect(other.page.locator("body")).not_to_contain_text("Ana's")
    answer(other, "Ben's words")
    assert other.current("aim") == ["Ben's words"]


def test_a_page_that_was_away_while_something_was_erased_learns_of_it_when_it_is_back(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(make_live(ben), "everything")
    answer(one, "Ana's words")
    other.look()
    expect(other.page.get_by_label(AIM)).to_have_value("Ana's words")
    other.line = "deaf"
    ana.store.erase(NewErasure(series="sample", jurisdiction="OH", session=1, asked_by="Ana", why="asked"))
    other.look()  # the kernel's message is lost
    other.line = "up"
    other.page.evaluate("window.fire('ck:connected')")
    expect(other.page.get_by_label(AIM)).to_have_value("")


def test_two_who_both_keep_theirs_are_told_so_and_one_choice_settles_it(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    answer(one, "Ana's words")
    answer(other, "Ben's words")
    one.look()
    for form_page in (one, other):
        form_page.page.locator(".ck-versions").get_by_role("button", name="Keep mine").click()
        wait_saved(form_page)
    one.look()
    other.look()
    for form_page, name in ((one, "Ben Cho"), (other, "Ana Ruiz")):
        panel = form_page.page.locator(".ck-versions")
        expect(panel).to_contain_text(f"{name} kept theirs too. Talk about it")
        wait_for_words(form_page.page, f"{name} kept theirs too")
    one.page.locator(".ck-versions").get_by_role("button", name="Use theirs").click()
    wait_saved(one)
    other.look()
    expect(other.page.locator(".ck-versions")).to_have_count(0)
    assert one.current("aim") == ["Ben's words"]
