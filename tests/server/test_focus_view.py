"""The focus view: one step at a time, together with the facilitator, and never while a person is typing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from cluster_kit.content import load_instrument
from cluster_kit.content.models import Depth
from cluster_kit.sessions.exercise_commands import BeginExercise
from cluster_kit.sessions.facilitation import BeginSegment, Broadcast, Reveal
from docs.live_session import go_to_step, open_session, rate
from docs.make_tour import RATINGS
from tests.browser import find_tree_faults, find_violations
from tests.server.facilitator import Facilitator
from tests.serving import AVERY, JORDAN, Server, run_server

pytestmark = pytest.mark.browser

PLACE = "(one) => one.getBoundingClientRect().top + scrollY"
Open = Callable[..., Page]
Facilitate = Callable[[int], Facilitator]


@pytest.fixture(scope="module")
def focus_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of this module's own. Tests that begin a session each have one of their own."""
    with run_server(tmp_path_factory.mktemp("focus") / "home") as server:
        yield server


@pytest.fixture
def facilitate(focus_server: Server) -> Iterator[Facilitate]:
    """A facilitator of a session."""
    with ExitStack() as stack:

        def facilitate(session: int) -> Facilitator:
            facilitator = Facilitator(focus_server.settings, session)
            stack.enter_context(closing(facilitator.store))
            return facilitator

        yield facilitate


@pytest.fixture
def open_page(focus_server: Server, browser: Browser) -> Iterator[Open]:
    """Open a person's page in a context of its own, in the focus view, which is the default."""
    with ExitStack() as stack:

        def open_page(person: str = AVERY, session: int = 1, width: int = 1280, height: int = 900) -> Page:
            size: ViewportSize = {"width": width, "height": height}
            page = open_session(browser.new_focus_context, focus_server.link(person, session), size)  # type: ignore[attr-defined]
            stack.callback(page.context.close)
            return page

        yield open_page


def current_step(page: Page) -> str:
    return str(page.locator(".ck-step.ck-current").get_attribute("id"))


def test_one_step_is_shown_and_the_keyboard_goes_on_and_back(open_page: Open) -> None:
    page = open_page()
    steps = page.locator(".ck-step")
    expect(page.locator(".ck-step:visible")).to_have_count(1)
    expect(page.locator(".ck-focus-count")).to_have_text(f"Step 1 of {steps.count()}")
    second = steps.nth(1)
    page.locator(".ck-focus-next").press("Enter")
    expect(second).to_be_visible()
    expect(second).to_be_focused()
    expect(page.locator(".ck-step:visible")).to_have_count(1)
    assert find_violations(page) == []
    page.go_back()
    expect(steps.first).to_be_visible()
    page.go_forward()
    page.reload()
    expect(second).to_be_visible()
    page.goto(f"{page.url.partition('#')[0]}#step-organizing_structure")
    expect(page.locator("#step-organizing_structure .ck-row-name").last).to_be_visible()
    on_top = page.locator("#step-organizing_structure .ck-row-name").last.evaluate("""head => {
      const nav = document.querySelector(".ck-focus-nav").getBoundingClientRect();
      scrollBy({ top: head.getBoundingClientRect().top - nav.top, behavior: "instant" });
      const { left, top, height } = head.getBoundingClientRect();
      return document.elementFromPoint(left + 20, top + height / 2).closest(".ck-focus-nav") !== null;
    }""")
    assert on_top  # and no heading that stays in view


def test_the_outline_has_the_order_of_the_steps_and_shows_the_present_one(open_page: Open) -> None:
    page = open_page(session=2, height=720)
    own = "all => all.map((one) => one.dataset.exercise)"
    shown = page.locator(".ck-step [data-exercise]").evaluate_all(own)
    listed = page.locator(".ck-outline-steps > li").evaluate_all("all => all.map((one) => one.dataset.exercises)")
    assert listed == shown
    entry = page.locator(".ck-outline-steps a[aria-current]")
    while page.locator(".ck-focus-next").is_visible():
        step = str(page.locator(".ck-focus-next").get_attribute("href"))
        page.locator(".ck-focus-next").click()
        expect(page.locator(step)).to_be_visible()  # a browser reports the new address some time after the click
        exercise = page.locator(f"{step} [data-exercise]")
        if exercise.count():
            expect(entry).to_have_text(str(exercise.get_attribute("data-title")))
            expect(entry).to_be_in_viewport(ratio=1)
            page.evaluate("scrollTo(0, 0)")
            expect(entry).to_have_count(1)


def test_the_outline_follows_when_counts_make_it_longer(open_page: Open) -> None:
    page = open_page(session=2, height=720)
    page.goto(f"{page.url.partition('#')[0]}#step-next_steps")
    entry = page.locator(".ck-outline-steps a[aria-current]")
    expect(entry).to_be_in_viewport(ratio=1)
    page.evaluate("""() => {
      for (const count of document.querySelectorAll(".ck-outline .ck-progress")) count.style.height = "12rem";
    }""")
    expect(entry).to_be_in_viewport(ratio=1)


def test_the_outline_stays_where_the_keyboard_is_when_it_grows(open_page: Open) -> None:
    page = open_page(session=2, height=480)
    outline = page.locator(".ck-outline")
    outline.locator(".ck-outline-steps a").first.click()
    expect(outline.locator(".ck-outline-steps a").first).to_have_attribute("aria-current", "location")
    page.keyboard.press("Tab")  # from here on, the focus is the keyboard's
    last = outline.locator("a").last
    last.focus()
    expect(last).to_be_in_viewport(ratio=1)
    place = last.evaluate("link => link.getBoundingClientRect().top")
    outline.evaluate("""outline => new Promise((resolve) => {
      outline.lastElementChild.style.height = "12rem"; // not its padding, which is not observed
      requestAnimationFrame(() => requestAnimationFrame(resolve));
    })""")
    assert last.evaluate("link => link.getBoundingClientRect().top") == pytest.approx(place, abs=1)


def test_the_first_statement_to_rate_is_on_the_first_screen_of_a_laptop(open_page: Open) -> None:
    page = open_page(session=2, height=800)
    for session, exercise in ((2, "rate_flexibility"), (3, "rate_data")):
        page.goto(f"{page.url.rpartition('/')[0]}/{session}#step-{exercise}")
        statement = page.locator(f"#step-{exercise} .ck-item:visible > .ck-rating > .ck-label").first
        expect(statement).to_be_visible()
        bottom = statement.evaluate("one => one.getBoundingClientRect().bottom")
        assert bottom < page.locator(".ck-focus-nav").evaluate("foot => foot.getBoundingClientRect().top")


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (320, 640)])
def test_the_head_of_a_step_is_there_before_the_script_and_moves_nothing(
    open_page: Open, width: int, height: int
) -> None:
    page = open_page(width=width, height=height)
    top = "document.querySelector('.ck-step.ck-current').getBoundingClientRect().top"
    expect(page.locator(".ck-focus-next")).to_be_visible()
    with_script = page.evaluate(top)
    page.route("**/session/page.js", lambda route: route.abort())
    page.reload()
    expect(page.locator(".ck-focus-count")).to_have_text(re.compile("^Step 1 of"))
    assert (
        page.locator(".ck-focus").get_attribute("inert") == ""
    )  # a screen reader and the keyboard wait for the script
    assert page.evaluate(top) == pytest.approx(with_script, abs=1)
    expect(page.locator(".ck-focus-nav")).to_have_count(0)


def test_the_steps_are_as_wide_as_a_phone(open_page: Open) -> None:
    page = open_page(width=320, height=640)
    for _ in range(page.locator(".ck-step").count() - 1):
        page.locator(".ck-focus-next").click()
        right = page.locator(".ck-focus-next, .ck-focus-back").evaluate_all(
            "links => Math.max(...links.map((link) => link.getBoundingClientRect().right))"
        )
        assert right <= 320 - 16


def test_the_first_screen_of_a_phone_has_the_question_and_its_field(open_page: Open) -> None:
    page = open_page(width=390, height=844)
    opening = page.locator(".ck-check-in")
    expect(opening).to_contain_text("from Ohio")
    action = opening.locator(".ck-check-in-action")
    bottom = "link => link.getBoundingClientRect().bottom"
    assert action.evaluate(bottom) < 844  # without scrolling
    action.click()
    step = page.locator("#step-organizing_structure")
    expect(step).to_be_focused()
    more = step.locator(".ck-more > summary")
    expect(step.get_by_text("14 Career Clusters")).to_be_hidden()
    more.click()
    expect(step.get_by_text("14 Career Clusters")).to_be_visible()
    more.click()
    field = step.locator(":is(textarea, input, select):visible").first
    assert field.evaluate("field => field.getBoundingClientRect().top") < 844
    page.set_viewport_size({"width": 320, "height": 640})  # ratings and the check-in, on the smallest phone
    for session, exercise in ((1, "rate_systems"), (1, "check_in"), (2, "levers"), (3, "element_alignment")):
        page.goto(f"{page.url.rpartition('/')[0]}/{session}#step-{exercise}")
        option = page.locator(f"#step-{exercise} :is(.ck-option, .ck-segment-option):visible input").first
        expect(option).to_be_in_viewport()
    option.check()  # of a matrix: its "Clear" is beside the name of the column, not on it
    cell = page.locator("#step-element_alignment td:has(:checked)").first
    name, clear = cell.locator(".ck-cell-name"), cell.get_by_text("Clear", exact=True)
    room = name.evaluate("(one) => one.getBoundingClientRect().right - parseFloat(getComputedStyle(one).paddingRight)")
    assert room <= clear.evaluate("(one) => one.getBoundingClientRect().left")


@pytest.mark.parametrize(("width", "height", "share"), [(1280, 800, 0.15), (320, 640, 0.12)])
def test_the_opening_has_one_title_one_picture_of_the_progress_and_one_way_on(
    open_page: Open, width: int, height: int, share: float
) -> None:
    page = open_page(width=width, height=height)
    title = "Session 1: Context Setting & Systems Alignment"
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert page.locator("body").inner_text().count(title) == 1
    assert page.locator(".ck-outline > ol:visible, .ck-focus-bar:visible").count() == 1
    assert page.locator(".ck-header").evaluate("header => header.offsetHeight / innerHeight") <= share
    action = page.locator(".ck-check-in-action")
    expect(action).to_be_in_viewport(ratio=1)
    filled = """action => [...document.querySelectorAll("main :is(a, button)")].filter((one) => one.checkVisibility()
      && getComputedStyle(one).backgroundColor === getComputedStyle(action).backgroundColor).length"""
    assert action.evaluate(filled) == 1
    expect(page.get_by_role("heading", name="Learning outcomes")).to_be_hidden()
    page.get_by_text("About this session").click()
    expect(page.get_by_role("heading", name="Learning outcomes")).to_be_visible()
    assert find_violations(page) == []
    assert find_tree_faults(page) == []


def test_a_term_with_a_hyphen_stays_on_one_line(open_page: Open) -> None:
    page = open_page(session=3, width=320, height=640)
    page.get_by_role("button", name="Show the whole page").click()
    terms = """() => [...document.querySelectorAll("main *:not(option)")].filter((one) => one.checkVisibility())
      .flatMap((one) => [...one.childNodes].filter((node) => /\\b[A-Z]{1,3}-\\d+\\b/.test(node.data ?? ""))
        .map((node) => [node.data, getComputedStyle(one).whiteSpace]))"""
    found = page.evaluate(terms)
    assert "K-12" in {text for text, _ in found}
    assert [text for text, white_space in found if white_space != "nowrap"] == []


def test_a_step_after_the_session_is_open_also_when_the_page_opens_on_it(open_page: Open) -> None:
    page = open_page(width=1280, height=640)
    page.goto(f"{page.url.partition('#')[0]}#step-check_in")
    page.reload()
    fold = page.locator("#step-check_in details.ck-fold")
    expect(fold).to_have_attribute("open", "")
    expect(page.locator("#step-check_in .ck-option:visible input").first).to_be_in_viewport()
    fold.locator("summary").first.click()
    expect(fold).not_to_have_attribute("open", "")
    page.evaluate(
        "dispatchEvent(new CustomEvent('ck:progress', { detail: { exercise: 'check_in', asked: 1, answered: 0 } }))"
    )
    expect(fold).not_to_have_attribute("open", "")  # it stays as the person left it


def test_the_whole_page_is_one_click_away_and_remembered(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("button", name="Show the whole page").click()
    count = page.locator(".ck-step").count()
    expect(page.locator(".ck-step:visible")).to_have_count(count)
    page.reload()
    expect(page.get_by_role("button", name="Show one exercise at a time")).to_be_visible()
    expect(page.locator(".ck-step:visible")).to_have_count(count)
    page.locator("#step-goals textarea").first.focus()
    page.get_by_role("button", name="Show one exercise at a time").click()
    assert current_step(page) == "step-goals"


def test_who_comes_late_lands_at_what_is_planned_now(open_page: Open, facilitate: Facilitate) -> None:
    fay = facilitate(2)
    fay.do(BeginSegment(), "policy_tool")
    page = open_page(session=2, width=1000)  # wider, the outline is the picture of the progress
    expect(page.locator("#segment-policy_tool .ck-step.ck-current")).to_be_visible()
    mark = "() => getComputedStyle(document.querySelector('.ck-focus-part[data-now] > a'), '::after').height"
    assert float(page.evaluate(mark).removesuffix("px")) < 24  # "Now" is one line
    expect(page.locator(".ck-live-time")).to_contain_text("left")
    page.goto(f"{page.url.partition('#')[0]}#step-action_review")
    review = page.locator("#step-action_review")
    expect(review.get_by_text("under “Our next steps” in an earlier session")).to_be_visible()
    expect(review.locator(".ck-depth-fold")).to_be_hidden()  # nothing is asked while there are no next steps


def test_a_page_goes_along_with_the_exercise_and_shows_messages_to_its_state(
    open_page: Open, facilitate: Facilitate
) -> None:
    fay = facilitate(3)
    fay.do(BeginSegment(exercise="rate_data"), "policy_tool")
    page = open_page(session=3)
    expect(page.locator("#step-rate_data.ck-current")).to_be_visible()
    steps = page.locator("#step-rate_data .ck-steps > li")
    expect(steps.first).to_be_visible()
    expect(steps.filter(has_text="Before the session")).to_have_count(0)  # in the room, its task leads
    expect(page.locator("#step-rate_data .ck-prepared")).to_contain_text("Before the session")
    fay.do(BeginExercise(segment="policy_tool"), "element_alignment")
    expect(page.locator("#step-element_alignment.ck-current")).to_be_visible()
    expect(page.locator(".ck-live-announced")).to_contain_text("The room is now at:")
    here = page.locator(".ck-live-now")
    expect(page.locator(".ck-time-left:visible")).to_have_text("7 minutes left for this exercise")  # one clock
    expect(here.locator(".ck-live-label")).to_have_text("Now")
    fay.do(Broadcast(text="For Guam.", states=("GU",)))
    fay.do(Broadcast(text="For Ohio, until this exercise is over.", states=("OH",), ends=True))
    expect(page.locator(".ck-live-message")).to_contain_text("For Ohio")
    expect(page.get_by_text("For Guam.")).to_have_count(0)
    page.goto(f"{page.url.partition('#')[0]}#step-rate_data")
    expect(page.locator(".ck-focus-offer")).to_contain_text("The room is now at:")
    exercise = fay.session.find_exercise("element_alignment")
    assert exercise
    expect(here).to_contain_text(f"The room is now at {exercise.title}")
    expect(here.get_by_role("link", name=f"Go there: {exercise.title}")).to_be_visible()
    fay.do(BeginExercise(segment="policy_tool"))
    expect(page.locator(".ck-live-message")).to_be_empty()
    assert current_step(page) == "step-rate_data"


def test_who_has_gone_elsewhere_stays_there(open_page: Open, facilitate: Facilitate) -> None:
    fay = facilitate(4)
    fay.do(BeginSegment(), "framing")
    page = open_page(session=4)
    page.goto(f"{page.url}#step-examples")
    expect(page.locator("#step-examples")).to_be_visible()
    fay.do(BeginSegment(), "policy_tool")
    expect(page.locator(".ck-live-now strong")).to_have_text(fay.session.segments[1].title)
    assert current_step(page) == "step-examples"
    page.get_by_role("link", name="Go there").click()
    expect(page.get_by_role("link", name="Go there")).to_have_count(0)  # the page is there


def test_ratings_that_are_shown_are_noticed_on_every_step(open_page: Open, facilitate: Facilitate) -> None:
    fay = facilitate(1)
    pages = [open_page(AVERY), open_page(JORDAN, width=320, height=640)]
    for page in pages:
        form = go_to_step(page, RATINGS)
        ratings, progress = form.locator(".ck-item:visible > .ck-rating"), form.locator(".ck-items-progress")
        expect(progress).to_contain_text(re.compile("^0 of"))
        before = ratings.last.evaluate(PLACE)
        for at in range(2):  # neither the first choice nor a later one moves what follows
            ratings.nth(at).get_by_label("2 ·").check()
            expect(progress).to_contain_text(re.compile(f"^{at + 1} of"))
            expect(form.locator(".ck-status")).to_contain_text("Saved at")
            if page is pages[-1]:  # the first is alone so far, and sees the own profile at once
                assert ratings.last.evaluate(PLACE) == pytest.approx(before, abs=1)
        page.goto(f"{page.url.partition('#')[0]}#step-examples")
    fay.do(BeginSegment(), "framing")
    expect(pages[0].locator(".ck-live-now")).to_be_visible()
    fay.do(Reveal(), "rate_systems")
    expect(pages[0].locator(".ck-live-reveal")).to_be_visible()
    fay.do(BeginSegment(), "policy_tool")  # the room has gone on: no news any more, but a link among others
    expect(pages[0].locator(".ck-live-reveal")).to_have_count(0)
    earlier = pages[0].locator(".ck-live-more").get_by_text("Your team’s ratings")
    expect(earlier).to_be_visible()
    fay.do(Reveal(revealed=False), "rate_systems")
    expect(earlier).to_have_count(0)
    fay.do(Reveal(), "rate_systems")
    for page in pages:
        notice = page.locator(".ck-live-reveal")
        expect(notice).to_contain_text("Your team’s ratings are shown now")
        tops, heights = (
            notice.locator(".ck-live-ways > *").evaluate_all(
                f"all => all.map((one) => one.getBoundingClientRect().{of})"
            )
            for of in ("top", "height")
        )
        assert (len(set(tops)), len(set(heights))) == (1, 1), "two ways of one height, side by side"
        notice.get_by_role("link", name="See them").click()
        expect(page.locator("#step-rate_systems .ck-overview-title")).to_be_focused()
        expect(notice).to_have_count(0)


def test_the_keyboard_goes_from_a_question_to_what_is_new_and_back(open_page: Open, facilitate: Facilitate) -> None:
    """What is new for the team is before the exercises, dozens of stops away from a field."""
    page = open_page(AVERY, session=2)
    other = open_page(JORDAN, session=2)
    for one in (page, other):
        one.goto(f"{one.url.partition('#')[0]}#step-rate_flexibility")
        rate(one.locator("#step-rate_flexibility"), 2)
    page.goto(f"{page.url.partition('#')[0]}#step-pathway_redesign")
    box = page.locator("#step-pathway_redesign textarea:visible").last
    box.focus()
    way = page.get_by_role("link", name="Go to what is new for your team")
    expect(way).to_have_count(0)
    facilitate(2).do(Reveal(), "rate_flexibility")
    expect(page.locator(".ck-live-announced")).to_contain_text("A link after this question leads there.")
    expect(box).to_be_focused()
    assert find_violations(page) == []
    assert find_tree_faults(page) == []
    press_until(page, "Tab", way)
    page.keyboard.press("Enter")
    notice = page.locator(".ck-live-reveal")
    expect(notice.get_by_role("link", name="See them")).to_be_focused()
    press_until(page, "Tab", notice.get_by_role("button", name="Later"))
    page.keyboard.press("Enter")
    expect(notice).to_have_count(0)
    expect(box).to_be_focused()
    expect(way).to_have_count(0)


def press_until(page: Page, key: str, control: Locator) -> None:
    """A few presses bring the focus to the control."""
    for _ in range(4):
        page.keyboard.press(key)
        if control.evaluate("(el) => el === document.activeElement"):
            return
    raise AssertionError(page.evaluate("document.activeElement.outerHTML"))


def test_a_proposal_is_noticed_on_every_step_and_answered_beside_its_statement(
    open_page: Open, facilitate: Facilitate
) -> None:
    asking, asked = open_page(AVERY, session=4), open_page(JORDAN, session=4, width=320, height=640)
    for page in (asking, asked):
        page.goto(f"{page.url.partition('#')[0]}#step-rate_communications")
        page.locator("#step-rate_communications .ck-item > .ck-rating").first.get_by_label("2 ·").check()
        expect(page.locator("#step-rate_communications .ck-status")).to_contain_text("Saved at")
    facilitate(4).do(Reveal(), "rate_communications")
    asked.goto(f"{asked.url.partition('#')[0]}#step-local_announcement")
    box = asked.locator("#step-local_announcement textarea:visible").first
    box.press_sequentially("In the middle of a sentence")
    asking.locator("#step-rate_communications").get_by_role("button", name="We agree on").first.click()
    notice = asked.locator(".ck-live-reveal")
    expect(notice).to_contain_text("Avery Sample proposes 2")
    expect(box).to_be_focused()
    expect(asked.locator(".ck-live-announced")).to_contain_text("Do you agree?")
    expect(asked.locator(".ck-focus-waiting:visible")).to_have_text("1")
    expect(asked.locator(".ck-outline-waiting")).to_have_text("1 proposal to answer")
    assert find_violations(asked) == []
    beside = asked.locator("#step-rate_communications .ck-consensus").first
    address = asked.url.partition("#")[0]
    asked.goto(f"{address}#step-rate_communications")
    beside.scroll_into_view_if_needed()
    expect(notice).to_have_count(0)  # what it asks is on the screen
    asked.goto(f"{address}#step-local_announcement")
    notice.get_by_role("link", name="Answer").click()
    expect(beside).to_be_focused()
    expect(beside.locator(".ck-anchors")).to_be_visible()
    beside.get_by_role("button", name="I agree").click()
    expect(beside.locator(".ck-agreement-status")).to_contain_text("both who were asked agreed")
    expect(asked.locator(".ck-focus-waiting:visible, .ck-outline-waiting, .ck-live-reveal")).to_have_count(0)


def test_on_a_phone_the_answers_that_settle_are_on_the_screen_with_the_statement(
    open_page: Open, facilitate: Facilitate
) -> None:
    fay = facilitate(3)
    asking, asked = open_page(AVERY, session=3), open_page(JORDAN, session=3, width=320, height=640)
    items = next(area for area in load_instrument().areas if area.id == "data_reporting").items
    first = next(place for place, item in enumerate(items) if item.depth is Depth.ESSENTIAL)
    for page, point in ((asking, 1), (asked, 3)):
        page.goto(f"{page.url.partition('#')[0]}#step-rate_data")
        page.locator("#step-rate_data .ck-item > .ck-rating").nth(first).get_by_label(f"{point} ·").check()
        expect(page.locator("#step-rate_data .ck-status")).to_contain_text("Saved at")
    fay.do(BeginSegment(), "peer_discussion")
    fay.do(Reveal(), "rate_data")
    asked.locator(".ck-live-reveal").get_by_role("link", name="See them").click()
    beside = asked.locator("#step-rate_data .ck-consensus").nth(first)
    statement, panel = beside.locator(".ck-consensus-statement"), asked.locator("#ck-live")
    asked.locator("#step-rate_data .ck-overview").get_by_role("link").first.click()
    expect(beside).to_be_focused()
    expect(statement).to_be_in_viewport(ratio=1)
    for point in range(1, 4):
        assert is_above(beside.get_by_label(f"{point} ·"), panel)
    expect(beside.get_by_text("What each point means")).to_be_in_viewport(ratio=1)
    settling = asking.locator("#step-rate_data .ck-consensus").nth(first)
    settling.get_by_label("2 ·").check()
    settling.get_by_role("textbox").first.fill("Two of four offices publish it every year. " * 5)
    asked.goto(f"{asked.url.partition('#')[0]}#step-check_in")
    expect(asked.locator(".ck-live-reveal")).to_contain_text("proposes 2")
    expect(beside.locator(".ck-proposal")).to_contain_text("every year")
    asked.locator(".ck-live-reveal").get_by_role("link", name="Answer").click()
    expect(statement).to_be_in_viewport(ratio=1)
    for name in ("I agree", "I keep a different view"):
        assert is_above(beside.get_by_role("button", name=name), panel)
    assert find_violations(asked) == []


def test_the_first_field_after_the_session_is_above_the_panel_of_a_phone(
    open_page: Open, facilitate: Facilitate
) -> None:
    facilitate(1).do(BeginSegment(), "state_examples")
    page = open_page(width=320, height=640)
    page.goto(f"{page.url.partition('#')[0]}#step-check_in")
    panel, step = page.locator("#ck-live"), page.locator("#step-check_in")
    expect(panel.get_by_role("link", name="Go there")).to_be_visible()
    expect(page.locator(".ck-focus-offer")).to_be_hidden()  # it leads to the same place
    assert is_above(step.locator(".ck-option:visible").first, panel)
    expect(step.get_by_text("It then appears here")).to_be_hidden()
    step.get_by_text("Status of our next steps: none yet").click()
    expect(step.get_by_text("It then appears here")).to_be_visible()
    assert find_violations(page) == []


def is_above(one: Locator, other: Locator) -> bool:
    """Whether an element ends on the screen, above another one."""
    top = other.evaluate("node => node.getBoundingClientRect().top")
    return bool(one.evaluate("(node, top) => node.getBoundingClientRect().bottom <= top", top))


def test_the_panel_is_low_on_a_phone_and_covers_nothing_that_has_focus(open_page: Open, facilitate: Facilitate) -> None:
    fay = facilitate(2)
    fay.do(BeginSegment(), "framing")  # its title takes two lines
    page = open_page(session=2, width=320, height=640)
    panel = page.locator("#ck-live")
    share = "node => node.offsetHeight / innerHeight"
    expect(panel.locator(".ck-live-now")).to_be_visible()
    assert panel.evaluate(share) <= 0.12
    page.goto(f"{page.url.partition('#')[0]}#step-rate_flexibility")
    expect(panel.get_by_role("link", name="Go there")).to_be_visible()
    assert panel.evaluate(share) <= 0.12
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    fay.do(Broadcast(text="We come together again at a quarter past. Bring one question to the room."))
    expect(panel.locator(".ck-live-message")).to_contain_text("quarter past")
    covered = """() => {
      const focused = document.activeElement.getBoundingClientRect();
      return focused.bottom > document.getElementById("ck-live").getBoundingClientRect().top;
    }"""
    page.locator(".ck-step.ck-current").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.getElementById('main').contains(document.activeElement)"):
            page.wait_for_function(f"() => !({covered})()")


def test_on_a_phone_the_time_is_beside_what_it_belongs_to_until_and_after_it_is_over(
    focus_server: Server, browser: Browser, facilitate: Facilitate
) -> None:
    fay = facilitate(3)
    fay.do(BeginSegment(), "framing")
    with closing(browser.new_focus_context(viewport={"width": 320, "height": 640})) as context:  # type: ignore[attr-defined]
        context.clock.install()
        page = context.new_page()
        page.goto(focus_server.link(AVERY, 3))
        page.wait_for_url("**/session/3*")
        panel, bar = page.locator("#ck-live"), page.locator(".ck-focus")
        expect(panel.locator(".ck-live-time")).to_contain_text("for this part")
        planned = fay.session.segments[0].minutes
        for minutes, words in ((0, "min left"), (planned - 0.5, "Under 1 min"), (0.5, "Time is up"), (2, "Over time")):
            page.clock.fast_forward(int(minutes * 60_000) + 1000)
            expect(panel.locator(".ck-live-time")).to_contain_text(words)
            assert panel.evaluate("node => node.offsetHeight / innerHeight") <= 0.12
            tops = bar.locator(".ck-focus-count, .ck-focus-toggle").evaluate_all(
                "all => all.map((one) => one.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2)"
            )
            assert len(tops) == 2
            assert max(tops) - min(tops) < 8  # px: one line


def test_a_change_of_part_takes_readers_along_and_asks_who_is_typing(open_page: Open, facilitate: Facilitate) -> None:
    fay = facilitate(1)
    reader, writer = open_page(AVERY), open_page(JORDAN)
    fay.do(BeginSegment(), "framing")
    box = writer.locator(".ck-step.ck-current textarea:visible").first
    box.press_sequentially("We are in the middle of a sentence")
    step = current_step(writer)
    fay.do(BeginSegment(), "policy_tool")
    expect(reader.locator("#segment-policy_tool .ck-step.ck-current")).to_be_visible()
    offer = writer.locator(".ck-focus-offer a")
    expect(offer).to_be_visible()
    assert current_step(writer) == step
    expect(box).to_be_focused()
    expect(box).to_have_value("We are in the middle of a sentence")
    offer.click()
    expect(writer.locator("#segment-policy_tool .ck-step.ck-current")).to_be_visible()
