"""Tables, items, and depth in a real browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from cluster_kit.content import models as m
from cluster_kit.exercises.context import FormContext
from tests.forms.harness import FormPage
from tests.forms.samples import replace_context
from tests.forms.test_saving import wait_saved

OpenForm = Callable[[FormContext, str], FormPage]


def write_step(form_page: FormPage, number: int, words: str) -> None:
    box = form_page.page.get_by_role("group", name=f"Step {number}", exact=True).get_by_label("What")
    box.fill(words)
    box.blur()
    wait_saved(form_page)


def legends(form_page: FormPage) -> list[str]:
    return [text.strip() for text in form_page.page.locator(".ck-row:visible > legend").all_inner_texts()]


def first_words(form_page: FormPage) -> list[str]:
    return [box.input_value() for box in form_page.page.locator(".ck-row:visible textarea").all()]


def test_a_table_opens_with_as_many_blank_rows_as_a_team_is_asked_for(open_form: OpenForm, ana: FormContext) -> None:
    assert legends(open_form(ana, "everything")) == ["Step 1", "Step 2"]


def test_a_row_is_added_focused_and_numbered_up_to_the_most_there_may_be(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    add = form_page.page.get_by_role("button", name="Add another step")
    add.focus()
    form_page.page.keyboard.press("Enter")
    assert legends(form_page) == ["Step 1", "Step 2", "Step 3"]
    expect(form_page.page.get_by_role("group", name="Step 3", exact=True).get_by_label("What")).to_be_focused()
    expect(add).to_be_hidden()


def test_a_removed_row_leaves_a_way_back_and_the_keyboard_on_it(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    write_step(form_page, 1, "First")
    write_step(form_page, 2, "Second")
    form_page.page.get_by_role("button", name="Remove step 1").focus()
    form_page.page.keyboard.press("Enter")
    undo = form_page.page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    expect(form_page.page.locator(".ck-removed:visible")).to_contain_text("You removed “First”.")
    wait_saved(form_page)
    assert legends(form_page) == ["Step 1"]
    assert first_words(form_page) == ["Second"]
    form_page.page.keyboard.press("Enter")
    wait_saved(form_page)
    assert first_words(form_page) == ["First", "Second"]
    expect(form_page.page.get_by_role("group", name="Step 1", exact=True).get_by_label("What")).to_be_focused()


def test_a_removed_row_stays_away_after_a_reload(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    write_step(form_page, 1, "First")
    write_step(form_page, 2, "Second")
    form_page.page.get_by_role("button", name="Remove step 1").click()
    wait_saved(form_page)
    form_page.reload()
    assert first_words(form_page) == ["Second", ""]
    expect(form_page.page.locator(".ck-removed:visible")).to_have_count(0)


def test_a_blank_row_goes_without_a_trace(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    form_page.page.get_by_role("button", name="Remove step 2").click()
    assert legends(form_page) == ["Step 1"]
    expect(form_page.page.get_by_role("group", name="Step 1", exact=True).get_by_label("What")).to_be_focused()
    assert not [m for m in form_page.received if m["type"] == "save"]


def test_rows_stand_in_the_order_in_which_they_were_first_answered(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    write_step(one, 1, "Ana's step")
    other.look()
    assert first_words(other) == ["Ana's step", ""]
    write_step(other, 2, "Ben's step")
    write_step(one, 1, "Ana's step, again")
    one.look()
    other.reload()
    assert first_words(one) == first_words(other) == ["Ana's step, again", "Ben's step"]


def test_a_card_keeps_its_place_and_the_keyboard_while_it_is_typed_in(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    box = one.page.get_by_role("group", name="Step 2", exact=True).get_by_label("What")
    box.press_sequentially("The second first")
    wait_saved(one)
    expect(box).to_be_focused()
    other.look()
    write_step(other, 2, "Ben's")
    one.look()
    expect(one.page.locator("textarea:focus")).to_have_value("The second first")
    assert sorted(first_words(one)) == ["Ben's", "The second first"]


def test_two_people_who_begin_the_first_row_at_once_get_two_rows(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    other.page.get_by_role("group", name="Step 1", exact=True).get_by_label("What").press_sequentially("Ben's")
    write_step(one, 1, "Ana's")
    other.look()
    expect(other.page.locator("textarea:focus")).to_have_value("Ben's")
    other.page.locator("textarea:focus").blur()
    wait_saved(other)
    one.look()
    assert sorted(first_words(one)) == ["Ana's", "Ben's"]


def test_what_one_calls_step_1_is_step_1_for_the_teammate_who_began_it_at_the_same_time(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    bens = other.page.get_by_role("group", name="Step 1", exact=True).get_by_label("What")
    other.line = "cut"  # until Ana's answer is saved, however long that takes
    bens.press_sequentially("Ben's")
    write_step(one, 1, "Ana's")
    other.line = "up"
    other.look()
    expect(bens).to_be_focused()
    assert first_words(other) == ["Ben's", "Ana's"]  # nothing moves while it is being edited
    bens.blur()
    wait_saved(other)
    expect(other.page.locator(".ck-row:visible textarea").first).to_have_value("Ana's")
    one.look()
    assert first_words(one) == first_words(other) == ["Ana's", "Ben's"]


def test_nobody_loses_sight_of_a_row_in_which_they_type(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "everything"), open_form(ben, "everything")
    write_step(one, 1, "First")
    other.look()
    box = other.page.get_by_role("group", name="Step 1", exact=True).get_by_label("What")
    box.press("End")
    box.press_sequentially(" and more")
    one.page.get_by_role("button", name="Remove step 1").click()
    wait_saved(one)
    other.look()
    expect(other.page.locator("textarea:focus")).to_have_value("First and more")
    expect(other.page.get_by_role("group", name="Step 1 (removed)")).to_be_visible()
    expect(other.page.locator(".ck-removed:visible")).to_contain_text("Ana Ruiz removed")
    other.page.get_by_role("button", name="Undo").click()
    wait_saved(other)
    one.look()
    assert first_words(one)[0] == "First and more"


def test_rows_that_come_from_another_exercise_follow_it(open_form: OpenForm, ana: FormContext) -> None:
    source, target = open_form(ana, "goals"), open_form(ana, "next_steps")
    expect(target.page.get_by_text("Anyone on your team can add one under")).to_be_visible()
    box = source.page.get_by_role("group", name="Goal 1", exact=True).get_by_label("Goal", exact=True)
    box.fill("One list of courses")
    box.blur()
    wait_saved(source)
    target.look()
    card = target.page.get_by_role("group", name="One list of courses")
    card.get_by_label("How it helps").fill("By saving time")
    card.get_by_label("How it helps").blur()
    wait_saved(target)
    box.fill("One short list of courses")
    box.blur()
    wait_saved(source)
    target.look()
    expect(target.page.get_by_role("group", name="One short list of courses")).to_be_visible()


def test_depth_shows_and_hides_items_without_losing_answers(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "rate")
    page = form_page.page
    fold = page.get_by_text("Depth: Essential, 2 items")
    fold.click()
    depth = page.get_by_role("group", name="Depth: how much you would like to answer")
    expect(depth.get_by_label("Essential")).to_be_checked()
    expect(depth).to_contain_text("2 items, about 3 minutes")
    assert page.evaluate("window.progress") == {"exercise": "rate", "answered": 0, "asked": 2}
    depth.get_by_label("Standard").check()
    item = page.get_by_role("group", name="Agencies plan together.")
    progress = page.locator(".ck-items-progress")
    expect(progress).to_contain_text("0 of 3 rated")
    progress.get_by_role("button", name="Next statement").click()
    expect(page.get_by_role("radio").and_(page.locator(".ck-rating:first-of-type input")).first).to_be_focused()
    item.get_by_label("A draft exists.").check()
    wait_saved(form_page)
    expect(progress).to_contain_text("1 of 3 rated")
    page.wait_for_function("() => window.progress.asked === 3 && window.progress.answered === 1")
    depth.get_by_label("Essential").check()
    expect(item).to_be_hidden()
    wait_saved(form_page)
    form_page.reload()
    expect(item).to_be_hidden()
    fold.click()
    depth.get_by_label("Standard").check()
    expect(item.get_by_label("A draft exists.")).to_be_checked()
    assert form_page.current("depth") == ["essential"] or form_page.current("depth") == ["standard"]


def test_a_teammates_ratings_stay_their_own(open_form: OpenForm, ana: FormContext, ben: FormContext) -> None:
    one, other = open_form(ana, "rate"), open_form(ben, "rate")
    one.page.get_by_role("group", name="Systems share one vision.").get_by_label("It is in rule.").check()
    wait_saved(one)
    other.look()
    other.reload()
    expect(other.page.locator(".ck-rating :checked")).to_have_count(0)
    assert "ratings.rating" not in str(other.opening()["answers"])


def test_the_plain_language_check_speaks_below_the_field(open_form: OpenForm, ana: FormContext) -> None:
    form_page = open_form(ana, "everything")
    box = form_page.page.get_by_label("What will you announce?")
    box.fill("We leverage what we have.")
    box.blur()
    expect(form_page.page.locator(".ck-checks li")).to_have_text("For “leverage”, try: use")
    form_page.reload()
    expect(form_page.page.locator(".ck-checks li")).to_have_count(1)
    box.fill("We use what we have.")
    box.blur()
    expect(form_page.page.locator(".ck-checks li")).to_have_count(0)


def test_a_choice_between_earlier_answers_counts_as_asked_once_there_are_any(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    goals = m.AnswerSource(exercise="goals", prompt="goals", column="statement")
    which = m.ChoicePrompt(kind="choice", id="which", label="Which goal?", options_from=goals)
    content = ana.content
    choose = content.sessions[0].exercises[0].model_copy(update={"id": "choose", "prompts": (which,)})
    session = content.sessions[0].model_copy(update={"exercises": (*content.sessions[0].exercises, choose)})
    asked = replace_context(ana, content=content.model_copy(update={"sessions": (session,)}))
    target, source = open_form(asked, "choose"), open_form(ben, "goals")
    target.page.wait_for_function("() => window.progress.asked === 0")
    box = source.page.get_by_role("group", name="Goal 1").get_by_label("Goal", exact=True)
    box.fill("One list of courses")
    box.blur()
    wait_saved(source)
    target.look()
    target.page.wait_for_function("() => window.progress.asked === 1 && window.progress.answered === 0")
    target.page.get_by_label("Which goal?").select_option("One list of courses")
    target.page.wait_for_function("() => window.progress.asked === 1 && window.progress.answered === 1")
