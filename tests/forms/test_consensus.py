"""A team and its rated statements: individual ratings, reveal, and consensus."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from cluster_kit.exercises.context import FormContext
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import Lock, Reveal
from cluster_kit.store import Person
from tests.browser import find_tree_faults, find_violations, wait_for_words
from tests.forms.harness import FormPage, open_form_page
from tests.forms.samples import make_live, replace_context
from tests.forms.test_exercise_state import be_here
from tests.forms.test_saving import wait_saved

OpenForm = Callable[[FormContext, str], FormPage]
FACILITATOR = Person(id="fay", series="sample", jurisdiction="", name="Fay Facilitator")
VISION, TERMS = "Systems share one vision.", "Terms are defined once."
SETTLES = "Team rating"
DIFFERS = "A different view, if any"


@pytest.fixture
def ana(ana: FormContext) -> FormContext:
    return make_live(ana)


@pytest.fixture
def ben(ben: FormContext) -> FormContext:
    return make_live(ben)


@pytest.fixture
def cy(cy: FormContext) -> FormContext:
    return make_live(cy)


def rate(form_page: FormPage, item: str, point: str) -> None:
    form_page.page.get_by_role("group", name=item, exact=True).get_by_label(point).check()
    wait_saved(form_page)


def rate_the_other(*form_pages: FormPage) -> None:
    """Rate the other statement too: a team can reveal its ratings once two have rated every statement."""
    for form_page in form_pages:
        rate(form_page, TERMS, "In place")


def team(form_page: FormPage, item: str) -> Locator:
    return form_page.page.get_by_role("group", name=f"Your team: {item}", exact=True)


def points(form_page: FormPage, item: str) -> Locator:
    return team(form_page, item).locator(".ck-spread > li:visible")


def settle(form_page: FormPage, item: str, point: str) -> None:
    team(form_page, item).get_by_role("group", name=re.compile(SETTLES)).get_by_label(point).check()
    wait_saved(form_page)


def show(form_page: FormPage) -> None:
    form_page.page.get_by_role("button", name="Show our ratings").click()
    expect(form_page.page.locator(".ck-reveal")).to_contain_text("each will know what the other chose")
    form_page.page.get_by_role("button", name="Yes, show it to our team").click()
    expect(form_page.page.locator(".ck-overview")).to_be_visible()


def look(*seats: FormPage) -> None:
    for form_page in seats:
        form_page.look()


def fits(form_page: FormPage) -> bool:
    return bool(form_page.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("width", [1280, 320])
def test_a_team_rates_alone_sees_its_spread_settles_and_one_view_stays_on_record(
    new_browser: Callable[[], BrowserContext], ana: FormContext, ben: FormContext, width: int
) -> None:
    one, other = (open_form_page(new_browser(), who, "rate") for who in (ana, ben))
    one.page.set_viewport_size({"width": width, "height": 800})
    rate(one, VISION, "Not yet")
    rate(one, TERMS, "In place")
    expect(one.page.locator(".ck-reveal")).to_contain_text("Once two of you have")
    rate(other, VISION, "In place")
    rate(other, TERMS, "In place")
    look(one)
    expect(team(one, VISION)).to_have_count(0)
    assert find_violations(one.page) == []
    show(one)
    expect(one.page.get_by_text("How your team sees it")).to_be_focused()
    expect(one.page.locator(".ck-overview")).to_contain_text("2 statements: 1 to talk about, 1 on which you agree.")
    expect(team(one, VISION)).to_contain_text("Talk about this")
    expect(team(one, VISION).locator(".ck-consensus-head")).to_have_text("Your team Talk about this")
    assert find_tree_faults(one.page) == []
    chosen, empty = ["1 · Not yet *you$", "3.*1 teammate$"], ["2.*no one$", "4.*no one$"]
    lines = sorted([*chosen, *empty] if width == 1280 else chosen)  # a phone shows only what was chosen
    expect(points(one, VISION)).to_have_text([re.compile(line) for line in lines])
    team(one, TERMS).get_by_role("button", name=re.compile("We agree on 3 · In place")).click()
    wait_saved(one)
    settle(one, VISION, "Started")
    team(one, VISION).get_by_label("Why your team chose this rating").fill("A draft is out.")
    team(one, VISION).get_by_label(DIFFERS).fill("<b>It is signed</b>, says one of us.")
    team(one, VISION).get_by_label(DIFFERS).blur()
    wait_saved(one)
    assert find_violations(one.page) == []
    assert fits(one)
    look(other)
    expect(team(other, VISION)).to_contain_text("Ana Ruiz proposes 2 · Started, because “A draft is out.”")
    expect(team(other, VISION)).to_contain_text("Waiting for you.")
    expect(team(other, VISION).get_by_label(DIFFERS)).to_have_value("<b>It is signed</b>, says one of us.")
    expect(other.page.locator(".ck-overview")).to_contain_text("2 on which teammates ask whether you agree")
    for item in (VISION, TERMS):
        team(other, item).get_by_role("button", name="I agree").click()
    wait_saved(other)
    look(other)
    expect(team(other, VISION)).to_contain_text("Team rating: 2 · Started")
    expect(team(other, VISION)).to_contain_text("Team rating: both who were asked agreed.")
    expect(other.page.locator(".ck-overview")).to_contain_text("Your team has agreed on a rating for 2 statements.")
    look(one)
    expect(team(one, VISION)).to_contain_text("Team rating: both who were asked agreed.")
    assert one.current("ratings.consensus", "shared_vision") == [2]
    assert one.current("ratings.rating", "shared_vision") == [1]


def test_the_furthest_apart_come_first_and_lead_to_their_statement(
    open_form: OpenForm, ana: FormContext, ben: FormContext, session_log: SessionLog
) -> None:
    one, other = open_form(ana, "rate"), open_form(ben, "rate")
    for form_page, points in ((one, ("Started", "Not yet")), (other, ("In place", "Sustained"))):
        rate(form_page, VISION, points[0])
        rate(form_page, TERMS, points[1])
    session_log.do(FACILITATOR, Reveal(), subject="rate")
    look(one)
    links = one.page.locator(".ck-overview").get_by_role("link")
    expect(links).to_have_text([f"2. {TERMS}", f"1. {VISION}"])
    links.first.press("Enter")
    expect(team(one, TERMS)).to_be_focused()
    wait_for_words(one.page, "Your team’s ratings are shown now")


def test_everything_that_all_agree_on_is_settled_with_one_button(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "rate"), open_form(ben, "rate")
    for form_page in (one, other):
        rate(form_page, VISION, "Started")
        rate(form_page, TERMS, "Not sure yet")
    look(one)
    show(one)
    one.page.get_by_role("button", name="Record a team rating for the 2 statements on which you agree").click()
    wait_saved(one)
    assert one.current("ratings.consensus", "shared_vision") == [2]
    assert one.current("ratings.consensus", "definitions") == ["not_sure"]


@pytest.mark.parametrize("width", [1280, 320])
def test_a_statement_that_does_not_apply_asks_each_person_and_the_team_for_a_reason(
    new_browser: Callable[[], BrowserContext], ana: FormContext, ben: FormContext, width: int
) -> None:
    one, other = (open_form_page(new_browser(), who, "rate") for who in (ana, ben))
    one.page.set_viewport_size({"width": width, "height": 800})
    request = re.compile("You chose “Does not apply here, because …”")
    asks = one.page.locator(".ck-ask:visible")
    expect(asks).to_have_count(0)
    rate(one, VISION, "Does not apply here, because …")
    expect(asks).to_have_text([request])
    wait_for_words(one.page, request.pattern)
    assert one.current("ratings.rating", "shared_vision") == ["does_not_apply"], "it is saved without a reason"
    note = one.page.get_by_label(f"Your evidence, in a few words: {VISION}")
    expect(note).to_have_accessible_description(request)
    assert find_violations(one.page) == []
    assert fits(one)
    note.fill("One agency does all of this.")
    note.blur()
    wait_saved(one)
    expect(asks).to_have_count(0)
    rate(one, TERMS, "In place")
    rate(other, VISION, "Not yet")
    rate(other, TERMS, "In place")
    look(one)
    show(one)
    expect(team(one, VISION)).to_contain_text("Talk about this")
    expect(points(one, VISION).last).to_have_text(re.compile("Does not apply here *you$"))
    settle(one, VISION, "Does not apply here")
    expect(team(one, VISION)).to_contain_text("Proposed: Does not apply here")
    expect(asks).to_have_text([request])
    team(one, VISION).get_by_label("Why your team chose this rating").fill("There is one agency.")
    team(one, VISION).get_by_label("Why your team chose this rating").blur()
    wait_saved(one)
    expect(asks).to_have_count(0)
    assert one.current("ratings.consensus", "shared_vision") == ["does_not_apply"]
    own = one.page.get_by_role("button", name=re.compile(f"You: Does not apply here.*Change.*{VISION}"))
    expect(own).to_have_attribute("aria-expanded", "false")
    expect(note).to_be_hidden()
    own.press("Enter")
    expect(own).to_have_attribute("aria-expanded", "true")
    rate(one, VISION, "Started")
    expect(asks).to_have_count(0)


def test_two_who_settle_at_once_are_asked_which_answer_to_keep(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = open_form(ana, "rate"), open_form(ben, "rate")
    rate(one, VISION, "Not yet")
    rate(other, VISION, "In place")
    rate_the_other(one, other)
    look(one)
    show(one)
    look(other)
    settle(one, VISION, "Started")
    settle(other, VISION, "In place")
    expect(team(other, VISION)).to_contain_text("Choose between two answers")
    team(other, VISION).get_by_role("button", name=re.compile("Use theirs")).click()
    wait_saved(other)
    assert one.current("ratings.consensus", "shared_vision") == [2]


def test_who_comes_late_rates_before_looking(
    open_form: OpenForm, ana: FormContext, ben: FormContext, cy: FormContext
) -> None:
    one, other = open_form(ana, "rate"), open_form(ben, "rate")
    rate(one, VISION, "Not yet")
    rate(other, VISION, "In place")
    rate_the_other(one, other)
    look(one)
    show(one)
    late = open_form(cy, "rate")
    expect(team(late, VISION)).to_contain_text("Rate this statement yourself first")
    expect(points(late, VISION)).to_have_count(0)
    for row in late.page.locator(".ck-plot-row").all():
        expect(row).not_to_contain_text("In place")
    rate(late, VISION, "Not yet")
    look(late)
    expect(points(late, VISION).first).to_have_text(re.compile("you and 1 teammate$"))
    look(one)
    expect(team(one, VISION)).to_contain_text("3 of 3 have rated this.")


def test_what_a_facilitator_hides_again_leaves_the_page_and_the_teams_words_stay_kept(
    open_form: OpenForm, ana: FormContext, session_log: SessionLog
) -> None:
    one = open_form(ana, "rate")
    session_log.do(FACILITATOR, Reveal(), subject="rate")
    look(one)
    settle(one, VISION, "Started")
    session_log.do(FACILITATOR, Reveal(revealed=False), subject="rate")
    look(one)
    expect(team(one, VISION)).to_have_count(0)
    assert one.current("ratings.consensus", "shared_vision") == [2]


def test_a_reveal_that_meets_a_store_that_is_away_says_so_and_can_be_tried_again(
    open_form: OpenForm, ana: FormContext, ben: FormContext, tmp_path: Path
) -> None:
    one, other = open_form(ana, "rate"), open_form(ben, "rate")
    rate(one, VISION, "Not yet")
    rate(other, VISION, "In place")
    rate_the_other(one, other)
    look(one)
    database, away = tmp_path / "responses.sqlite3", tmp_path / "away"
    database.rename(away)
    one.page.get_by_role("button", name="Show our ratings").click()
    one.page.get_by_role("button", name="Yes, show it").click()
    expect(one.page.get_by_role("alert")).to_contain_text("Try again in a moment")
    away.rename(database)
    one.page.get_by_role("button", name="Yes, show it").click()
    expect(team(one, VISION)).to_be_visible()


def test_a_reveal_whose_message_is_lost_is_sent_again_after_the_line_is_back(
    open_form: OpenForm, ana: FormContext, ben: FormContext, session_log: SessionLog
) -> None:
    one, other = open_form(ana, "rate"), open_form(ben, "rate")
    rate(one, VISION, "Not yet")
    rate(other, VISION, "In place")
    rate_the_other(one, other)
    look(one)
    one.line = "deaf"
    one.page.get_by_role("button", name="Show our ratings").click()
    one.page.get_by_role("button", name="Yes, show it").click()
    expect(one.page.get_by_role("button", name="Yes, show it")).to_be_disabled()
    one.line = "up"
    one.page.evaluate("window.fire('ck:connected')")
    expect(team(one, VISION)).to_be_visible()
    assert len(session_log.state().record) == 1


def test_a_locked_exercise_is_read_only_and_says_why(
    open_form: OpenForm, ana: FormContext, session_log: SessionLog
) -> None:
    one = open_form(ana, "goals")
    box = one.page.get_by_label("Why now?")
    box.press_sequentially("Because the plan ends")
    wait_saved(one)
    session_log.do(FACILITATOR, Lock(locked=True), subject="goals")
    look(one)
    notice = one.page.locator(".ck-closed")
    expect(notice).to_have_text("The facilitator has closed this exercise for now.")
    expect(notice).to_be_focused()
    expect(box).not_to_be_editable()
    box.press("ControlOrMeta+A")  # its words can be reached and copied
    assert one.page.evaluate("getSelection().toString()") == "Because the plan ends"
    assert find_violations(one.page) == []
    session_log.do(FACILITATOR, Lock(locked=False), subject="goals")
    look(one)
    expect(notice).to_be_hidden()
    expect(box).to_be_focused()


def test_words_that_arrive_while_locked_are_kept_through_a_reload_and_saved_once_it_is_open(
    open_form: OpenForm, ana: FormContext, session_log: SessionLog
) -> None:
    one = open_form(ana, "goals")
    session_log.do(FACILITATOR, Lock(locked=True), subject="goals")
    one.page.get_by_label("Why now?").fill("Typed a moment too late")
    one.page.get_by_label("Why now?").blur()
    expect(one.page.locator(".ck-status")).to_contain_text("What you typed is kept")
    assert one.current("needs.answer", "why_now") == []
    one.reload()
    expect(one.page.get_by_label("Why now?")).to_have_value("Typed a moment too late")
    expect(one.page.get_by_label("Why now?")).not_to_be_editable()
    expect(one.page.locator(".ck-status")).to_contain_text("What you typed is kept")
    session_log.do(FACILITATOR, Lock(locked=False), subject="goals")
    look(one)
    wait_saved(one)
    assert one.current("needs.answer", "why_now") == ["Typed a moment too late"]


def test_a_long_reason_keeps_every_word(open_form: OpenForm, ana: FormContext, session_log: SessionLog) -> None:
    one = open_form(ana, "rate")
    session_log.do(FACILITATOR, Reveal(), subject="rate", jurisdiction="OH")
    look(one)
    settle(one, VISION, "Started")
    words = " ".join(f"word{n}" for n in range(500))
    reason = team(one, VISION).get_by_label("Why your team chose this rating")
    reason.fill(words)
    reason.blur()
    wait_saved(one)
    assert one.current("ratings.rationale", "shared_vision") == [words]
    assert fits(one)


def test_a_reveal_draws_every_statement_with_a_table_that_says_the_same(
    new_browser: Callable[[], BrowserContext], ana: FormContext, ben: FormContext
) -> None:
    one, other = (open_form_page(new_browser(), who, "rate") for who in (ana, ben))
    rate(one, VISION, "Started")
    rate(one, TERMS, "Not yet")
    rate(other, VISION, "Started")
    rate(other, TERMS, "Does not apply here, because …")
    look(one)
    show(one)
    plot = one.page.locator(".ck-plot")
    rows = plot.locator(".ck-plot-row")
    expect(rows.get_by_role("link")).to_have_text([f"2. {TERMS}", f"1. {VISION}"])
    expect(plot).to_contain_text("Talk about these first")
    vision = rows.filter(has_text=VISION)
    expect(vision.locator(".ck-plot-stop").nth(1).locator(".ck-plot-dot")).to_have_count(2)
    expect(vision.locator(".ck-plot-stop").nth(1).locator(".ck-plot-mine")).to_have_count(1)
    terms = rows.filter(has_text=TERMS)
    expect(terms.locator(".ck-plot-stop.ck-plot-beside").last.locator(".ck-plot-dot")).to_have_count(1)
    expect(terms.locator(".ck-plot-middle")).to_have_count(1)
    assert one.page.evaluate("document.getAnimations().every((one) => one.effect.getComputedTiming().endTime <= 1000)")
    plot.get_by_text("The same as a table").click()
    expect(plot.get_by_role("row").nth(2)).to_have_text(re.compile(f"{VISION}.*2 · Started: 2 of you.*You agree"))
    for width in (1280, 320):
        one.page.set_viewport_size({"width": width, "height": 800})
        assert fits(one)
        assert find_violations(one.page) == []


def test_reduced_motion_shows_the_dots_at_once(
    new_browser: Callable[[], BrowserContext], ana: FormContext, ben: FormContext
) -> None:
    one, other = (open_form_page(new_browser(), who, "rate") for who in (ana, ben))
    one.page.emulate_media(reduced_motion="reduce", forced_colors="active")
    for form_page in (one, other):
        rate(form_page, VISION, "Started")
    rate_the_other(one, other)
    look(one)
    show(one)
    expect(one.page.locator(".ck-plot-row .ck-plot-dot")).to_have_count(4)
    assert one.page.evaluate("document.getAnimations().length") == 0


def test_one_keeps_a_different_view_and_may_undo_it(open_form: OpenForm, ana: FormContext, ben: FormContext) -> None:
    one, other = open_form(ana, "rate"), open_form(ben, "rate")
    rate(one, VISION, "Not yet")
    rate(other, VISION, "In place")
    rate_the_other(one, other)
    look(one)
    show(one)
    be_here(ana.store, ana.person.id, ben.person.id)
    settle(one, VISION, "Started")
    look(one)
    expect(team(one, VISION)).to_contain_text("Proposed: 2 · Started")
    reason = team(one, VISION).get_by_label("Why your team chose this rating")
    request = re.compile("Your ratings differ: write in a few words why")
    expect(reason).to_have_accessible_description(request)
    expect(one.page.get_by_role("status").last).to_contain_text(request)
    look(other)
    theirs = team(other, VISION)
    theirs.get_by_role("button", name="I keep a different view").click()
    expect(theirs.get_by_label(DIFFERS)).to_be_focused()
    other.page.keyboard.type("The plan is signed.")
    theirs.get_by_label(DIFFERS).blur()
    wait_saved(other)
    be_here(ana.store, ana.person.id, ben.person.id)
    look(other, one)
    for form_page in (one, other):  # whatever a page sends: without a reason it is no settled rating
        expect(team(form_page, VISION)).to_contain_text("Not agreed yet: write below why your team chose this rating.")
        expect(form_page.page.locator(".ck-overview")).to_contain_text("1 proposed")
    reason.fill("A draft is out.")
    reason.blur()
    wait_saved(one)
    expect(one.page.locator(".ck-ask:visible")).to_have_count(0)
    be_here(ana.store, ana.person.id, ben.person.id)
    look(other, one)
    expect(theirs).to_contain_text("Agreed, with a different view kept by you.")
    expect(team(one, VISION)).to_contain_text("Agreed, with a different view kept by Ben Cho.")
    theirs.get_by_role("button", name="Undo my answer").click()
    wait_saved(other)
    be_here(ana.store, ana.person.id, ben.person.id)  # however slowly this runs
    look(other)
    expect(theirs).to_contain_text("Waiting for you.")
    team(one, VISION).get_by_role("button", name="Take back my proposal").click()
    wait_saved(one)
    look(one, other)
    expect(theirs).to_contain_text("Talk about this")
    assert one.current("ratings.consensus", "shared_vision") == [None]


def test_two_rated_prompts_of_an_exercise_are_revealed_and_proposed_together(
    open_form: OpenForm, ana: FormContext, ben: FormContext
) -> None:
    one, other = (open_form(with_two_rated_prompts(person), "rate") for person in (ana, ben))
    other.page.evaluate("""() => {
      window.heard = { revealed: [], proposals: [] };
      for (const name of ["revealed", "proposals"]) {
        document.addEventListener(`ck:${name}`, ({ detail }) => window.heard[name].push(detail));
      }
    }""")
    for form_page in (one, other):
        rate(form_page, VISION, "Started")
        rate_the_other(form_page)
    look(one)
    expect(one.page.get_by_role("button", name="Show our ratings")).to_have_count(1)
    be_here(ana.store, ana.person.id, ben.person.id)
    SessionLog(ana.store, ana.series, ana.content.get_session(1)).do(FACILITATOR, Reveal(), subject="rate")
    look(one, other)
    for item in (VISION, TERMS):
        team(one, item).get_by_role("button", name="We agree on").click()
        wait_saved(one)
    look(other)
    expect(team(other, TERMS).get_by_role("button", name="I agree")).to_be_visible()
    other.page.wait_for_function("() => window.heard.proposals.at(-1)?.waiting.length === 2")
    assert other.page.evaluate("new Set(window.heard.proposals.map(({ id }) => id)).size") == 1
    (revealed,) = other.page.evaluate("window.heard.revealed")
    assert revealed["summary"].count("1 statement: 1 on which you agree.") == 2


def with_two_rated_prompts(context: FormContext) -> FormContext:
    """The same context, whose exercise asks for each area's ratings in a prompt of its own."""
    session = context.content.get_session(context.session)
    exercise = next(one for one in session.exercises if one.id == "rate")
    (prompt,) = exercise.prompts
    prompts = tuple(prompt.model_copy(update={"id": area, "areas": (area,)}) for area in ("alignment", "data"))
    exercises = (
        one.model_copy(update={"prompts": prompts}) if one.id == exercise.id else one for one in session.exercises
    )
    changed = session.model_copy(update={"exercises": tuple(exercises)})
    return replace_context(context, content=context.content.model_copy(update={"sessions": (changed,)}))


def test_a_person_alone_sees_their_profile_and_records_it_as_they_see_it_today(
    new_browser: Callable[[], BrowserContext], ana: FormContext, ben: FormContext
) -> None:
    one = open_form_page(new_browser(), ana, "rate")
    rate(one, VISION, "Started")
    rate(one, TERMS, "In place")
    look(one)
    overview = one.page.locator(".ck-overview")
    expect(overview).to_contain_text("You are the only one of your team so far: 2 statements rated, 0 recorded")
    expect(one.page.locator(".ck-reveal")).to_be_hidden()
    one.page.get_by_role("button", name="Record the 2 statements as I see them today").click()
    wait_saved(one)
    look(one)
    expect(team(one, VISION)).to_contain_text("As you see it today: 2 · Started")
    assert one.current("ratings.consensus", "shared_vision") == [2]
    assert one.current("ratings.agreement", "shared_vision") == ["agree_2"]
    assert find_violations(one.page) == []
    other = open_form_page(new_browser(), ben, "rate")
    expect(other.page.locator(".ck-overview")).to_be_hidden()
    rate(other, VISION, "In place")
    rate_the_other(other)
    look(one)
    expect(overview).to_be_hidden()
    show(one)
    look(other)
    expect(team(other, VISION)).to_contain_text("Ana Ruiz proposes 2 · Started")


def test_a_person_alone_after_a_reveal_is_not_told_of_ratings_they_have_not_given(
    open_form: OpenForm, ana: FormContext, session_log: SessionLog
) -> None:
    one = open_form(ana, "rate")
    rate(one, VISION, "Started")
    session_log.do(FACILITATOR, Reveal(), subject="rate")
    look(one)
    expect(one.page.locator(".ck-overview")).to_contain_text("1 statement rated, 0 recorded as you see it today")
    expect(one.page.locator(".ck-plot-row").filter(has_text=TERMS)).to_contain_text("Not rated yet")
    expect(team(one, VISION)).to_contain_text("How you rated")


def test_a_latecomer_may_look_without_rating_and_that_is_remembered(
    open_form: OpenForm, ana: FormContext, ben: FormContext, cy: FormContext
) -> None:
    one, other = open_form(ana, "rate"), open_form(ben, "rate")
    rate(one, VISION, "Not yet")
    rate(other, VISION, "In place")
    rate_the_other(one, other)
    look(one)
    show(one)
    late = open_form(cy, "rate")
    late.page.get_by_role("button", name="Show me the team’s ratings without rating").click()
    wait_saved(late)
    look(late)
    expect(points(late, VISION).nth(2)).to_have_text(re.compile("3.*1 teammate$"))
    late.reload()
    expect(points(late, VISION).nth(2)).to_have_text(re.compile("3.*1 teammate$"))
    assert late.current("ratings.rating", "shared_vision") == []
