"""A team before the statements that it rates: alone, then side by side, then together."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from cluster_kit.exercises.context import FormContext
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.facilitation import Lock, Reveal
from cluster_kit.store import Person, Store
from tests.browser import find_violations
from tests.forms.harness import Seat, take_seat
from tests.forms.samples import make_live
from tests.forms.test_saving import wait_saved

Sit = Callable[[FormContext, str], Seat]
FACILITATOR = Person(id="fay", series="sample", jurisdiction="", name="Fay Facilitator")
VISION, TERMS = "Systems share one vision.", "Terms are defined once."
SETTLES = "What your team settles on"
DIFFERS = "A view that differs, if one stays"


@pytest.fixture
def ana(ana: FormContext) -> FormContext:
    return make_live(ana)


@pytest.fixture
def ben(ben: FormContext) -> FormContext:
    return make_live(ben)


@pytest.fixture
def cy(cy: FormContext) -> FormContext:
    return make_live(cy)


@pytest.fixture
def meeting(store: Store, ana: FormContext) -> SessionLog:
    return SessionLog(store, "sample", ana.content.get_session(1))


def rate(seat: Seat, item: str, point: str) -> None:
    seat.page.get_by_role("group", name=item, exact=True).get_by_label(point).check()
    wait_saved(seat)


def team(seat: Seat, item: str) -> Locator:
    return seat.page.get_by_role("group", name=f"Your team: {item}", exact=True)


def settle(seat: Seat, item: str, point: str) -> None:
    team(seat, item).get_by_role("group", name=re.compile(SETTLES)).get_by_label(point).check()
    wait_saved(seat)


def show(seat: Seat) -> None:
    seat.page.get_by_role("button", name="Show our spread").click()
    expect(seat.page.locator(".ck-reveal")).to_contain_text("each will know what the other chose")
    seat.page.get_by_role("button", name="Yes, show it to our team").click()
    expect(seat.page.locator(".ck-overview")).to_be_visible()


def look(*seats: Seat) -> None:
    for seat in seats:
        seat.look()


def fits(seat: Seat) -> bool:
    return bool(seat.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("width", [1280, 320])
def test_a_team_rates_alone_sees_its_spread_settles_and_one_view_stays_on_record(
    new_browser: Callable[[], BrowserContext], ana: FormContext, ben: FormContext, width: int
) -> None:
    one, other = (take_seat(new_browser(), who, "rate") for who in (ana, ben))
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
    expect(team(one, VISION).get_by_role("listitem")).to_have_text(
        [
            re.compile("1 · Not yet *you$"),
            re.compile("2.*nobody$"),
            re.compile("3.*1 teammate$"),
            re.compile("4.*nobody$"),
        ]
    )
    team(one, TERMS).get_by_role("button", name=re.compile("We agree: settle on 3 · In place")).click()
    wait_saved(one)
    settle(one, VISION, "Started")
    team(one, VISION).get_by_label("Why your team settles on this").fill("A draft is out.")
    team(one, VISION).get_by_label(DIFFERS).fill("<b>It is signed</b>, says one of us.")
    team(one, VISION).get_by_label(DIFFERS).blur()
    wait_saved(one)
    assert find_violations(one.page) == []
    assert fits(one)
    look(other)
    expect(team(other, VISION)).to_contain_text("Settled on 2 · Started")
    expect(team(other, VISION).get_by_label(DIFFERS)).to_have_value("<b>It is signed</b>, says one of us.")
    expect(other.page.locator(".ck-overview")).to_contain_text("Your team has settled 2 statements.")
    assert one.current("ratings.consensus", "shared_vision") == [2]
    assert one.current("ratings.rating", "shared_vision") == [1]


def test_the_furthest_apart_come_first_and_lead_to_their_statement(
    sit: Sit, ana: FormContext, ben: FormContext, meeting: SessionLog
) -> None:
    one, other = sit(ana, "rate"), sit(ben, "rate")
    for seat, points in ((one, ("Started", "Not yet")), (other, ("In place", "Sustained"))):
        rate(seat, VISION, points[0])
        rate(seat, TERMS, points[1])
    meeting.do(FACILITATOR, Reveal(), subject="rate")
    look(one)
    links = one.page.locator(".ck-overview").get_by_role("link")
    expect(links).to_have_text([TERMS, VISION])
    links.first.press("Enter")
    expect(team(one, TERMS)).to_be_focused()
    expect(one.page.get_by_role("status").last).to_contain_text("Your team’s ratings are shown now")


def test_everything_that_all_agree_on_is_settled_with_one_button(sit: Sit, ana: FormContext, ben: FormContext) -> None:
    one, other = sit(ana, "rate"), sit(ben, "rate")
    for seat in (one, other):
        rate(seat, VISION, "Started")
        rate(seat, TERMS, "Not sure yet")
    look(one)
    show(one)
    one.page.get_by_role("button", name="Settle the 2 statements on which you agree").click()
    wait_saved(one)
    assert one.current("ratings.consensus", "shared_vision") == [2]
    assert one.current("ratings.consensus", "definitions") == ["not_sure"]


def test_two_who_settle_at_once_are_asked_which_answer_to_keep(sit: Sit, ana: FormContext, ben: FormContext) -> None:
    one, other = sit(ana, "rate"), sit(ben, "rate")
    rate(one, VISION, "Not yet")
    rate(other, VISION, "In place")
    look(one)
    show(one)
    look(other)
    settle(one, VISION, "Started")
    settle(other, VISION, "In place")
    expect(team(other, VISION)).to_contain_text("Choose between two answers")
    team(other, VISION).get_by_role("button", name=re.compile("Use theirs")).click()
    wait_saved(other)
    assert one.current("ratings.consensus", "shared_vision") == [2]


def test_who_comes_late_rates_before_looking(sit: Sit, ana: FormContext, ben: FormContext, cy: FormContext) -> None:
    one, other = sit(ana, "rate"), sit(ben, "rate")
    rate(one, VISION, "Not yet")
    rate(other, VISION, "In place")
    look(one)
    show(one)
    late = sit(cy, "rate")
    expect(team(late, VISION)).to_contain_text("Rate this statement yourself first")
    expect(team(late, VISION).get_by_role("listitem").first).to_be_hidden()
    rate(late, VISION, "Not yet")
    look(late)
    expect(team(late, VISION).get_by_role("listitem").first).to_have_text(re.compile("you and 1 teammate$"))
    look(one)
    expect(team(one, VISION)).to_contain_text("3 of 3 have rated this.")


def test_what_a_facilitator_hides_again_leaves_the_page_and_the_teams_words_stay_kept(
    sit: Sit, ana: FormContext, meeting: SessionLog
) -> None:
    one = sit(ana, "rate")
    meeting.do(FACILITATOR, Reveal(), subject="rate")
    look(one)
    settle(one, VISION, "Started")
    meeting.do(FACILITATOR, Reveal(revealed=False), subject="rate")
    look(one)
    expect(team(one, VISION)).to_have_count(0)
    assert one.current("ratings.consensus", "shared_vision") == [2]


def test_a_reveal_that_meets_a_store_that_is_away_says_so_and_can_be_tried_again(
    sit: Sit, ana: FormContext, ben: FormContext, tmp_path: Path
) -> None:
    one, other = sit(ana, "rate"), sit(ben, "rate")
    rate(one, VISION, "Not yet")
    rate(other, VISION, "In place")
    look(one)
    database, away = tmp_path / "responses.sqlite3", tmp_path / "away"
    database.rename(away)
    one.page.get_by_role("button", name="Show our spread").click()
    one.page.get_by_role("button", name="Yes, show it").click()
    expect(one.page.get_by_role("alert")).to_contain_text("Try again in a moment")
    away.rename(database)
    one.page.get_by_role("button", name="Yes, show it").click()
    expect(team(one, VISION)).to_be_visible()


def test_a_reveal_whose_message_is_lost_is_sent_again_after_the_line_is_back(
    sit: Sit, ana: FormContext, ben: FormContext, meeting: SessionLog
) -> None:
    one, other = sit(ana, "rate"), sit(ben, "rate")
    rate(one, VISION, "Not yet")
    rate(other, VISION, "In place")
    look(one)
    one.line = "deaf"
    one.page.get_by_role("button", name="Show our spread").click()
    one.page.get_by_role("button", name="Yes, show it").click()
    expect(one.page.get_by_role("button", name="Yes, show it")).to_be_disabled()
    one.line = "up"
    one.page.evaluate("window.fire('ck:connected')")
    expect(team(one, VISION)).to_be_visible()
    assert len(meeting.standing().record) == 1


def test_a_locked_exercise_is_read_only_and_says_why(sit: Sit, ana: FormContext, meeting: SessionLog) -> None:
    one = sit(ana, "goals")
    box = one.page.get_by_label("Why now?")
    box.press_sequentially("Because the plan ends")
    wait_saved(one)
    meeting.do(FACILITATOR, Lock(locked=True), subject="goals")
    look(one)
    notice = one.page.locator(".ck-closed")
    expect(notice).to_have_text("The facilitator has closed this exercise for now.")
    expect(notice).to_be_focused()
    expect(box).to_be_disabled()
    assert find_violations(one.page) == []
    meeting.do(FACILITATOR, Lock(locked=False), subject="goals")
    look(one)
    expect(notice).to_be_hidden()
    expect(box).to_be_focused()


def test_words_that_arrive_while_locked_are_kept_through_a_reload_and_saved_once_it_is_open(
    sit: Sit, ana: FormContext, meeting: SessionLog
) -> None:
    one = sit(ana, "goals")
    meeting.do(FACILITATOR, Lock(locked=True), subject="goals")
    one.page.get_by_label("Why now?").fill("Typed a moment too late")
    one.page.get_by_label("Why now?").blur()
    expect(one.page.locator(".ck-status")).to_contain_text("What you typed is kept")
    assert one.current("needs.answer", "why_now") == []
    one.reload()
    expect(one.page.get_by_label("Why now?")).to_have_value("Typed a moment too late")
    expect(one.page.get_by_label("Why now?")).to_be_disabled()
    expect(one.page.locator(".ck-status")).to_contain_text("What you typed is kept")
    meeting.do(FACILITATOR, Lock(locked=False), subject="goals")
    look(one)
    wait_saved(one)
    assert one.current("needs.answer", "why_now") == ["Typed a moment too late"]


def test_a_long_reason_keeps_every_word(sit: Sit, ana: FormContext, meeting: SessionLog) -> None:
    one = sit(ana, "rate")
    meeting.do(FACILITATOR, Reveal(), subject="rate", jurisdiction="OH")
    look(one)
    settle(one, VISION, "Started")
    words = " ".join(f"word{n}" for n in range(500))
    reason = team(one, VISION).get_by_label("Why your team settles on this")
    reason.fill(words)
    reason.blur()
    wait_saved(one)
    assert one.current("ratings.rationale", "shared_vision") == [words]
    assert fits(one)
