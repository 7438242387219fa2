"""The live session in real browsers: two states and a facilitator, boards, featured content, and failures."""

from __future__ import annotations

import re
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from cluster_kit.insights.suppression import BarPart, BarRow, Published
from cluster_kit.sessions.board import Moderate
from cluster_kit.sessions.facilitation import (
    BeginSegment,
    Broadcast,
    EndSession,
    FeatureExample,
    FormGroups,
    GroupOf,
    Lock,
    ShareLink,
    ShowPicture,
)
from tests.browser import PATIENCE_MS, find_violations
from tests.server.browsing import Lines, reconnect_now, stay, walk
from tests.server.facilitator import Facilitator
from tests.server.test_accessibility import FOCUSED, MISSED
from tests.serving import AVERY, JORDAN, TASI, Server, run_server, wait_until

pytestmark = pytest.mark.browser
Join = Callable[..., Page]
BOARD = "peer_discussion"
# The next Tab goes to the first stop of the page, and no stop has been visited.
FORGET_VISITS = "for (const el of document.querySelectorAll('[data-visits]')) delete el.dataset.visits"
PLACE = "el => Math.round(el.getBoundingClientRect().top)"
ROOM = (
    ".ck-board:not([data-segment=peer_discussion]), #ck-featured, "
    "#ck-live > *:not(.ck-live-announced):not(:empty), .ck-outline-note:not(:empty)"
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for this module only, since session events persist."""
    with run_server(tmp_path_factory.mktemp("home"), "--grace", "2") as server:
        yield server


@pytest.fixture
def people(browser: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """New browser contexts, one per call."""
    with ExitStack() as stack:

        def another() -> BrowserContext:
            context = stack.enter_context(browser.new_context(viewport={"width": 1280, "height": 900}))
            context.set_default_timeout(PATIENCE_MS)
            return context

        yield another


def board(page: Page, segment: str = BOARD) -> Locator:
    return page.locator(f".ck-board[data-segment={segment}]")


def write(page: Page, words: str, segment: str = BOARD, *, signed: bool = False) -> None:
    """Post on a board, and wait until it appears."""
    here = board(page, segment)
    here.get_by_label("Write to the other states").fill(words)
    if signed:
        here.get_by_label("Show my name, too").check()
    here.get_by_role("button", name="Post", exact=True).click()
    expect(post_of(page, words, segment)).to_be_visible()


def post_of(page: Page, words: str, segment: str = BOARD) -> Locator:
    return board(page, segment).locator(".ck-post[data-id]", has_text=words).last


def posted(facilitator: Facilitator) -> list[str]:
    """Texts of all posts of the session, in order."""
    return [one.text for one in facilitator.session_log.state().posts.values()]


def show_all(facilitator: Facilitator) -> None:
    """Show every kind of content at once."""
    facilitator.do(BeginSegment(), "framing")
    facilitator.do(BeginSegment(), "policy_tool")
    facilitator.do(Broadcast(text="Take three minutes by yourselves <b>first</b>."))
    facilitator.do(ShareLink.model_validate({"text": "The slides", "url": "https://example.org/slides"}))
    area = facilitator.content.instrument.areas[0]
    group = GroupOf(number=4, states=("OH", "GU", "UT"), area=area.id, reason="some of you have it in place")
    facilitator.do(FormGroups(title="First round", groups=(group,)))
    place = facilitator.share(
        "GU", TASI, "named", title="One form", done="We merged two forms", link="https://example.org/form"
    )
    facilitator.do(FeatureExample(), place)
    parts = (BarPart(label="Not yet or started", count=12), BarPart(label="In place or sustained", count=9))
    row = BarRow(id=area.id, label=area.title, parts=parts)
    picture = Published(subject="areas", title="Where states stand", counts="ratings", rows=(row,), bands={})
    facilitator.do(ShowPicture(picture=picture.model_dump(mode="json")), "areas")
    facilitator.do(Lock(locked=True), facilitator.session.exercises[0].id)


def test_without_a_facilitator_a_page_says_nothing_of_a_room(room: Server, context: BrowserContext, join: Join) -> None:
    frames: list[str] = []
    context.on("page", lambda page: page.on("websocket", lambda line: line.on("framereceived", keep)))

    def keep(frame: str | bytes) -> None:
        frames.append(str(frame))

    page = join(room, context, AVERY, 4)

    def knows_the_session() -> bool:
        page.evaluate("0")  # waits for pending events
        return any('"type":"board"' in frame for frame in frames)

    wait_until(knows_the_session, "the session's state is here")
    assert page.locator(ROOM).filter(visible=True).count() == 0


def test_states_that_work_without_a_facilitator_have_the_board_that_the_discussion_asks_for(
    room: Server, people: Callable[[], BrowserContext], join: Join
) -> None:
    page, other = (join(room, people(), person, 4) for person in (AVERY, TASI))
    board = page.locator(".ck-board[data-segment=peer_discussion]")
    expect(board).to_contain_text("no posts yet")
    board.get_by_label("Write to the other states").fill("We begin with the list of programs.")
    board.get_by_role("button", name="Post", exact=True).click()
    expect(other.locator(".ck-board[data-segment=peer_discussion]")).to_contain_text(
        "We begin with the list of programs."
    )


def test_what_the_facilitator_does_shows_on_every_page_and_moves_nothing_that_is_typed(
    room: Server, people: Callable[[], BrowserContext], join: Join
) -> None:
    facilitator = Facilitator(room.settings, 2)
    page = join(room, people(), AVERY, 2)
    field = page.locator(".ck-widget .ck-form textarea:visible").nth(1)
    field.scroll_into_view_if_needed()
    field.press_sequentially("Half a sent")
    before = field.evaluate(PLACE)
    show_all(facilitator)
    here = page.locator("#ck-live")
    expect(here).to_contain_text("minutes left")
    expect(here.locator(".ck-live-message")).to_contain_text("Take three minutes by yourselves <b>first</b>.")
    expect(here.get_by_role("link", name="The slides")).to_have_attribute("href", "https://example.org/slides")
    expect(here).to_contain_text("Ohio, Guam, Utah")
    expect(here).not_to_contain_text("some of you have it in place")  # not sent to pages
    expect(here).to_contain_text("Guam: One form")
    expect(page.locator(".ck-outline-note", has_text="now").first).to_be_visible()
    expect(page.locator(".ck-outline-note", has_text="closed for now").first).to_be_visible()
    stage = page.locator("#ck-featured")
    expect(stage).to_contain_text("We merged two forms")
    expect(stage.get_by_role("listitem").filter(has_text="In place or sustained")).to_contain_text("9")
    assert abs(field.evaluate(PLACE) - before) <= 1, "a rounded pixel at most"
    assert field.evaluate("el => el === document.activeElement")
    field.press_sequentially("ence")
    expect(field).to_have_value("Half a sentence")

    here.get_by_role("button", name="Got it").click()
    expect(here.get_by_role("button", name="Got it")).to_be_hidden()
    page.reload()
    expect(here).to_contain_text("Take three minutes by yourselves")
    expect(here.get_by_role("button", name="Got it")).to_have_count(0)
    facilitator.do(EndSession())
    expect(page.locator(".ck-live-now")).to_be_hidden()
    expect(here).not_to_contain_text("breakout group")


def test_two_states_talk_on_a_board(room: Server, people: Callable[[], BrowserContext], join: Join) -> None:
    facilitator = Facilitator(room.settings)
    avery, tasi = join(room, people(), AVERY), join(room, people(), TASI)
    facilitator.do(BeginSegment(), "framing")
    write(avery, "We merged two forms: https://example.org/form, ask me. javascript:alert(1)", signed=True)
    seen = post_of(tasi, "We merged two forms")
    expect(seen).to_be_visible()
    expect(seen).to_contain_text("Avery Sample, Ohio")
    link = seen.get_by_role("link")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("href", "https://example.org/form")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")

    helpful = seen.get_by_role("button", name="Helpful")
    helpful.click()
    expect(helpful).to_have_attribute("aria-pressed", "true")
    expect(post_of(avery, "We merged").get_by_role("button", name="Helpful 1")).to_be_visible()
    seen.get_by_role("button", name="Reply").click()
    seen.get_by_label("Reply to Avery Sample").fill("How long did it take?")
    seen.get_by_role("button", name="Post reply").click()
    expect(seen).to_contain_text("How long did it take?")

    news = board(avery).get_by_role("button", name="1 new post")
    expect(news).to_be_visible()
    assert board(avery).get_by_text("How long did it take?").count() == 0
    news.click()
    expect(board(avery).get_by_text("How long did it take?")).to_be_visible()
    expect(post_of(avery, "How long did it take?")).not_to_contain_text("Tasi")

    facilitator.do(Moderate(featured=True), str(post_of(avery, "We merged").get_attribute("data-id")))
    expect(post_of(tasi, "We merged")).to_contain_text("Featured by the facilitator")
    post_of(avery, "We merged").get_by_role("button", name="Take back").click()
    expect(board(tasi)).to_contain_text("This post was taken back.")
    expect(board(tasi)).to_contain_text("How long did it take?")
    kept = board(avery).get_by_label("Write to the other states").input_value()
    assert kept.startswith("We merged two forms")
    facilitator.do(Moderate(hidden=True), str(post_of(tasi, "How long did it take?").get_attribute("data-id")))
    expect(board(tasi)).not_to_contain_text("How long did it take?")


def test_a_reply_in_the_making_is_kept_when_its_post_is_hidden(
    room: Server, people: Callable[[], BrowserContext], join: Join
) -> None:
    facilitator = Facilitator(room.settings, 2)
    facilitator.do(BeginSegment(), "next_steps")
    avery, tasi = join(room, people(), AVERY, 2), join(room, people(), TASI, 2)
    write(avery, "Hide me")
    post = post_of(tasi, "Hide me")
    post.get_by_role("button", name="Reply").click()
    post.get_by_label("Reply to Ohio").press_sequentially("A thought that must not be lost")
    facilitator.do(Moderate(hidden=True), str(post.get_attribute("data-id")))
    expect(post).to_have_count(0)
    field = board(tasi).get_by_label("Write to the other states")
    expect(field).to_have_value("A thought that must not be lost")
    expect(field).to_be_focused()
    expect(board(tasi)).to_contain_text("The post that you replied to is gone.")


def test_hostile_words_stay_words(room: Server, people: Callable[[], BrowserContext], join: Join) -> None:
    facilitator = Facilitator(room.settings, 3)
    facilitator.do(BeginSegment(), "framing")
    page = join(room, people(), AVERY, 3)
    words = '<img src=x onerror="document.title=\'taken\'"> {{ 7*7 }} مرحبا https://example.org/"><script>1</script>'
    write(page, words)
    page.reload()
    expect(post_of(page, "onerror")).to_contain_text(words)
    assert page.title().startswith("Session 3")
    assert board(page).locator("img, script").count() == 0


def test_a_draft_outlives_a_reload_and_too_many_words_are_kept_with_a_sentence(
    room: Server, people: Callable[[], BrowserContext], join: Join
) -> None:
    facilitator = Facilitator(room.settings, 3)
    facilitator.do(BeginSegment(), "policy_tool")
    page = join(room, people(), JORDAN, 3)
    field = board(page).get_by_label("Write to the other states")
    field.fill("x" * 1600)
    expect(board(page)).to_contain_text("100 characters too many")
    board(page).get_by_role("button", name="Post", exact=True).click()
    expect(board(page)).to_contain_text("1,500 characters, and this has 1,600. Shorten it")
    field.fill("Not finished")
    page.reload()
    expect(field).to_have_value("Not finished")


def test_a_post_typed_while_the_line_is_down_is_posted_once_when_it_is_back(
    room: Server, people: Callable[[], BrowserContext], join: Join
) -> None:
    facilitator = Facilitator(room.settings)
    facilitator.do(BeginSegment(), "policy_tool")
    before = posted(facilitator)
    context = people()
    page = join(room, context, AVERY)
    expect(page.locator(".ck-live-now")).to_have_attribute("data-kind", "policy_tool")
    context.set_offline(True)
    board(page).get_by_label("Write to the other states").fill("Written on a train")
    board(page).get_by_role("button", name="Post", exact=True).click()
    expect(board(page)).to_contain_text("Not posted yet. It is kept on this device")
    facilitator.do(BeginSegment(), "next_steps")
    context.set_offline(False)
    expect(post_of(page, "Written on a train")).to_be_visible()
    expect(page.locator(".ck-live-now")).to_have_attribute("data-kind", "next_steps")
    assert posted(facilitator) == [*before, "Written on a train"]


def test_a_laptop_that_slept_for_ten_minutes_sees_where_the_session_is_and_what_was_typed_is_saved(
    room: Server, people: Callable[[], BrowserContext], join: Join
) -> None:
    facilitator = Facilitator(room.settings, 4)
    context, lines = people(), Lines()
    context.route_web_socket("**/connection", lines.carry)
    context.clock.install()
    page = join(room, context, JORDAN, 4)
    facilitator.do(BeginSegment(), "framing")
    expect(page.locator(".ck-live-now")).to_have_attribute("data-kind", "framing")
    lines.cut()
    field = page.locator(".ck-widget .ck-form textarea:visible").first
    field.fill("Typed on a line that is dead")
    facilitator.do(BeginSegment(), "policy_tool")
    for minutes in ("10:00", "00:30", "00:30"):  # the page notices the silence, sends a ping, and closes the connection
        context.clock.fast_forward(minutes)
    expect(page.locator(".ck-live-now")).to_have_attribute("data-kind", "policy_tool")
    expect(page.locator("#ck-saved")).to_contain_text("All saved at")
    assert len(lines.opened) >= 2
    page.reload()
    expect(field).to_have_value("Typed on a line that is dead")


def test_a_server_killed_in_mid_session_comes_back_with_the_run_of_show_and_the_typed_post(
    mortal_server: Server, people: Callable[[], BrowserContext], join: Join
) -> None:
    facilitator = Facilitator(mortal_server.settings)
    before = posted(facilitator)
    facilitator.do(BeginSegment(), "framing")
    facilitator.do(BeginSegment(), "policy_tool")
    page = join(mortal_server, people(), AVERY)
    stays = stay(page)
    expect(page.locator(".ck-live-now")).to_have_attribute("data-kind", "policy_tool")
    mortal_server.end(signal.SIGKILL)
    board(page).get_by_label("Write to the other states").fill("Posted while nobody was there")
    board(page).get_by_role("button", name="Post", exact=True).click()
    expect(board(page)).to_contain_text("Not posted yet")
    board(page, "framing").locator("summary").click()
    board(page, "framing").get_by_label("Write to the other states").fill("A draft")
    mortal_server.start()
    reconnect_now(page)
    expect(page.locator(".ck-live-now")).to_have_attribute("data-kind", "policy_tool")
    expect(post_of(page, "Posted while nobody was there")).to_be_visible()
    expect(board(page, "framing").get_by_label("Write to the other states")).to_have_value("A draft")
    assert posted(facilitator) == [*before, "Posted while nobody was there"]
    assert stays(), "the page was not loaded again"


def test_a_database_that_is_locked_is_said_plainly_and_the_words_are_posted_afterwards(
    mortal_server: Server, people: Callable[[], BrowserContext], join: Join
) -> None:
    facilitator = Facilitator(mortal_server.settings)
    facilitator.do(BeginSegment(), "peer_discussion")
    page = join(mortal_server, people(), AVERY)
    expect(page.locator(".ck-live-now")).to_have_attribute("data-kind", "peer_discussion")
    with locked(mortal_server):
        board(page).get_by_label("Write to the other states").fill("Patience")
        board(page).get_by_role("button", name="Post", exact=True).click()
        expect(board(page)).to_contain_text("Your text cannot be saved at the moment.")
    expect(post_of(page, "Patience")).to_be_visible()


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """The database, locked by another connection."""
    connection = sqlite3.connect(server.home / "responses.sqlite3", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.rollback()
        connection.close()


def test_the_keyboard_alone_posts_reacts_replies_and_goes_where_the_session_is(
    room: Server, people: Callable[[], BrowserContext], join: Join
) -> None:
    facilitator = Facilitator(room.settings, 3)
    page = join(room, people(), TASI, 3)
    facilitator.do(BeginSegment(), "state_examples")
    jump = page.locator(".ck-live-now a")
    expect(jump).to_have_attribute("href", "#segment-state_examples")
    jump.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#segment-state_examples")
    fold = board(page, "state_examples").locator("summary")
    fold.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    post = post_of(page, "By keyboard", "state_examples")
    expect(post).to_be_visible()
    while not post.get_by_role("button", name="Same here").evaluate("el => el === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(post.get_by_role("button", name="Same here 1")).to_have_attribute("aria-pressed", "true")


def test_the_gallery_shows_what_states_share_by_area_and_ones_own_with_its_rung(
    room: Server, people: Callable[[], BrowserContext], join: Join
) -> None:
    facilitator = Facilitator(room.settings, 4)
    one, other = facilitator.content.instrument.areas[:2]
    facilitator.share("UT", TASI, "named", title="A named one", area=one.id, link="https://example.org/utah")
    facilitator.share("WY", TASI, "anonymous", title="One of Wyoming's", area=other.id, done="We in Wyoming did it")
    facilitator.share("MT", TASI, "team", title="For staff alone")
    facilitator.share("OH", AVERY, "private", title="Ours <b>alone</b>")
    page = join(room, people(), AVERY, 4)
    page.get_by_role("link", name="Examples from the states").click()
    examples = page.locator(".ck-gallery-example")
    expect(examples.filter(has_text="A named one")).to_contain_text(f"Utah · {one.title}")
    hidden = examples.filter(has_text="did it")
    expect(hidden).to_contain_text("Another state, without its name")
    expect(page.get_by_role("region", name="From participating states")).not_to_contain_text("Wyoming")
    expect(page.locator("main")).not_to_contain_text("For staff alone")
    published = page.locator(".ck-gallery-published")
    expect(published).to_have_count(len(facilitator.content.examples))
    expect(page.get_by_role("region", name="Published examples").locator(".ck-gallery-example")).to_have_count(
        len(facilitator.content.examples)
    )
    transferring = [example for example in facilitator.content.examples if example.transfers]
    expect(published.filter(has_text="· Practice that would transfer")).to_have_count(len(transferring))
    wisconsin = published.filter(has_text="A published, gradual transition")
    expect(wisconsin).to_contain_text("as of September 2025")
    links = {link.inner_text(): link.get_attribute("href") for link in wisconsin.get_by_role("link").all()}
    assert links == {
        "Wisconsin DPI: Career Clusters": "https://dpi.state.wi.us/cte/career-clusters",
        "dpi.state.wi.us": "https://dpi.state.wi.us/cte",
    }
    links_of = "all => all.map((link) => [link.ariaLabel ?? link.innerText, link.href])"
    named = published.locator("a").evaluate_all(links_of)
    addresses = {name: address for name, address in named}
    assert [name for name, address in named if addresses[name] != address] == []
    own = page.locator(".ck-gallery-own li")
    expect(own).to_contain_text("Ours <b>alone</b>")
    expect(own).to_contain_text("Who may see it: Our team only.")
    assert find_violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.get_by_label("Policy area").select_option(one.id)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main")).to_contain_text("A named one")
    expect(page.locator("main")).not_to_contain_text("did it")
    facilitator.share("UT", TASI, "team")
    page.reload()
    expect(page.locator("main")).to_contain_text("No other state has shared an example in this area so far.")
    own.get_by_role("link", name="Change").click()
    page.wait_for_url("**/session/4#segment-state_examples")


def test_a_session_page_leads_to_the_sources_and_dates_of_its_statements(
    room: Server, people: Callable[[], BrowserContext], join: Join
) -> None:
    page = join(room, people(), AVERY, 4)
    page.get_by_role("link", name="Sources and dates").click()
    page.wait_for_url("**/sources#session-4")
    part = page.get_by_role("region", name="Session 4:")
    rule = part.get_by_role("listitem").filter(has_text="WCAG 2.1 level AA by April 26, 2027")
    expect(rule).to_contain_text("91 FR 20902")
    expect(rule).to_contain_text("as of April 2026; not settled")
    expect(rule.get_by_role("link")).to_have_attribute("href", re.compile("https://www.govinfo.gov/"))
    assert find_violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_presence_follows_a_page_that_is_closed_and_one_that_types(
    room: Server, people: Callable[[], BrowserContext], join: Join
) -> None:
    facilitator = Facilitator(room.settings, 2)
    page = join(room, people(), JORDAN, 2)
    field = page.locator(".ck-widget .ck-form textarea:visible").first
    field.press_sequentially("I am here")

    def here() -> bool:
        seen = facilitator.store.presence("demo", 2)
        return any(one.person == JORDAN and one.exercise for one in seen)

    wait_until(here, "the exercise is known")
    exercise = next(one.exercise for one in facilitator.store.presence("demo", 2) if one.person == JORDAN)
    assert facilitator.session.find_exercise(exercise)


def test_a_console_that_closes_changes_nothing_for_participants(
    room: Server, people: Callable[[], BrowserContext], join: Join
) -> None:
    facilitator = Facilitator(room.settings)
    page = join(room, people(), AVERY)
    facilitator.do(BeginSegment(), "state_examples")
    expect(page.locator(".ck-live-now")).to_have_attribute("data-kind", "state_examples")
    facilitator.store.close()
    write(page, "The console has gone")
    expect(page.locator(".ck-live-now")).to_be_visible()
    expect(page.locator("#ck-connection")).to_be_empty()


def test_a_page_with_everything_shown_breaks_no_rule_fits_and_is_the_keyboards(
    room: Server, people: Callable[[], BrowserContext], join: Join
) -> None:
    facilitator = Facilitator(room.settings, 4)
    page = join(room, people(), AVERY, 4)
    show_all(facilitator)
    write(page, "Averylongwordwithoutanyplacetobreakit" * 3)
    post_of(page, "Averylong").get_by_role("button", name="Reply").click()
    expect(page.locator("#ck-featured")).to_be_visible()
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    widths = (1280, 320)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 640})
        assert find_violations(page) == []
    facilitator.do(Lock(locked=False), facilitator.session.exercises[0].id)
    expect(page.get_by_text("closed for now")).to_have_count(0)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 640})
        page.evaluate(FORGET_VISITS)
        stops = walk(page, "Tab", FOCUSED)
        assert [stop["html"] for stop in stops if not (stop["marked"] and stop["seen"])] == []
        assert page.evaluate(MISSED) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.set_viewport_size({"width": 640, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") == 640
