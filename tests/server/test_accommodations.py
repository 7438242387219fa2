"""What pages announce to screen readers, a person's settings, and what only facilitators see: needs, and more time."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cluster_kit.console.attention import attention_view
from cluster_kit.console.people import people_view
from cluster_kit.console.snapshot import Snapshot, SnapshotReader
from cluster_kit.content.models import Scope, SegmentKind
from cluster_kit.exports.room_record import read_room_record
from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.sessions.facilitation import (
    BeginSegment,
    Broadcast,
    ChangeMinutes,
    EndSession,
    FormGroups,
    GroupOf,
    Lock,
    Reveal,
    ShareLink,
)
from cluster_kit.sessions.support import StateNeed
from tests.answers import new_answer
from tests.browser import LISTEN, PATIENCE_MS, check_page, find_violations, wait_for_words
from tests.screen_reader import IS_INSTALLED, ScreenReader, run_screen_reader
from tests.server.facilitator import Facilitator
from tests.serving import AVERY, FAY, GUS, JORDAN, TASI, Server, run_server

pytestmark = pytest.mark.browser
Join = Callable[..., Page]
Facilitate = Callable[[int], Facilitator]
WORDS = "Live captions, and a break each half hour"
MOST_A_MINUTE = 12
RATED = "rate_communications"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of this module's own, because its sessions begin."""
    with run_server(tmp_path_factory.mktemp("accommodations") / "home") as server:
        yield server


@pytest.fixture
def facilitate(room: Server) -> Iterator[Facilitate]:
    with ExitStack() as stack:

        def facilitate(session: int) -> Facilitator:
            facilitator = Facilitator(room.settings, session)
            stack.enter_context(closing(facilitator.store))
            return facilitator

        yield facilitate


Listened = tuple[ScreenReader, Page]


@pytest.fixture(scope="module")
def listened(browser: Browser) -> Iterator[Listened]:
    """A screen reader, which starts slowly, and the window that it reads."""
    with run_screen_reader(browser) as reader, reader.browser.new_context(no_viewport=True) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield reader, context.new_page()


def read_snapshot(facilitator: Facilitator, number: int) -> Snapshot:
    content = facilitator.content
    return SnapshotReader(content, content.get_session(number), facilitator.store).read()


def test_a_session_is_announced_at_the_level_that_a_person_chose(
    room: Server, facilitate: Facilitate, context: BrowserContext, join: Join
) -> None:
    facilitator = facilitate(1)
    opening, discussion = facilitator.session.segments[0], facilitator.session.segments[1]
    page = join(room, context, AVERY)
    expect(page.locator(".ck-opening")).to_have_count(0)
    page.evaluate(LISTEN)
    facilitator.do(BeginSegment(), subject=opening.kind.value)
    wait_for_words(page, f"The session has begun: {opening.title}.")
    page.locator(".ck-widget .ck-form textarea:visible").first.fill("Our plan is up for revision next year.")
    expect(page.locator("#ck-saved")).to_contain_text("All saved")
    for sentence, act in [
        ("From the facilitator: A quarter past", lambda: facilitator.do(Broadcast(text="A quarter past"))),
        ("New link: Slides.", lambda: facilitator.do(ShareLink(text="Slides", url="https://example.org/"))),
        (
            "Your breakout group is group 1: Ohio, Guam.",
            lambda: facilitator.do(FormGroups(title="Discussion", groups=(GroupOf(number=1, states=("OH", "GU")),))),
        ),
        ("closed", lambda: facilitator.do(Lock(locked=True), subject="organizing_structure")),
        (f"Now: {discussion.title}", lambda: facilitator.do(BeginSegment(), subject=discussion.kind.value)),
    ]:
        act()
        wait_for_words(page, sentence)
        if sentence.startswith("New link"):
            page.evaluate("for (const fold of document.querySelectorAll('#ck-live details')) fold.open = true")
            link = page.get_by_role("link", name="Slides (opens in a new tab)")
            link.focus()
    expect(link).to_be_focused()
    said = page.evaluate("window.said")
    assert not any("Saved" in one or "saved" in one for one in said), said
    assert len(said) <= MOST_A_MINUTE, said

    page.get_by_role("button", name="Park it").click()
    thought = page.get_by_label("A thought to come back to")
    expect(thought).to_be_focused()
    expect(thought).to_have_attribute("aria-invalid", "true")
    expect(thought).to_have_accessible_description(re.compile("Write something first"))
    thought.fill("Who pays?")
    expect(thought).not_to_have_attribute("aria-invalid", "true")

    page.get_by_text("Text size, motion, and announcements").click()
    page.get_by_role("group", name="Screen reader announcements").get_by_label("Essentials only").check()
    page.evaluate("window.said = []")
    facilitator.do(ShareLink(text="More slides", url="https://example.org/more"))
    expect(page.get_by_role("link", name="More slides")).to_be_visible()
    facilitator.do(Broadcast(text="Back at ten"))
    wait_for_words(page, "Back at ten")
    page.get_by_role("group", name="Screen reader announcements").get_by_label("None about others").check()
    facilitator.do(EndSession())
    expect(page.locator(".ck-live-over")).to_be_visible()
    assert page.evaluate("window.said") == ["From the facilitator: Back at ten"]


def test_the_console_announces_what_others_do_and_who_needs_help(
    room: Server, facilitate: Facilitate, context: BrowserContext
) -> None:
    facilitator = facilitate(2)
    page = context.new_page()
    page.goto(room.link(GUS, 2))
    page.locator(".ck-attention-marks").wait_for()
    page.evaluate(LISTEN)
    part = facilitator.session.segments[0]
    facilitator.do(BeginSegment(), subject=part.kind.value)
    wait_for_words(page, f"Fay Sample: Began “{part.title}”")
    with room.connect(AVERY, 2) as participant:
        assert participant.command("more_time", on=True)["ok"]
        wait_for_words(page, "More time asked for: Ohio")
    person = facilitator.store.find_person(JORDAN)
    assert person
    facilitator.session_log.do(person, StateNeed(text=WORDS))
    page.get_by_text("What people need to take part: 1").click()
    expect(page.locator(".ck-panel[data-module=people]")).to_contain_text(f"Jordan Sample (Ohio): {WORDS}")
    assert find_violations(page) == []
    facilitator.do(Broadcast(text="A quarter past"))
    wait_for_words(page, "A quarter past")
    rated = next(one for one in facilitator.session.exercises if one.id.startswith("rate_"))
    facilitator.do(Reveal(), subject=rated.id)
    wait_for_words(page, f"Fay Sample: Showed the ratings of “{rated.title}” to all teams")
    said = page.evaluate("window.said")
    assert len(said) <= MOST_A_MINUTE, said
    assert not any(WORDS in one for one in said), "it is not read aloud where others may hear it"


@pytest.mark.skipif(not IS_INSTALLED, reason="Orca, Xvfb, or D-Bus is not installed")
def test_orca_says_what_happens_in_a_rehearsal_and_little_else(
    room: Server, facilitate: Facilitate, listened: Listened
) -> None:
    facilitator = facilitate(4)
    part = next(segment for segment in facilitator.session.segments if segment.kind is SegmentKind.POLICY_TOOL)
    rate(facilitator, AVERY, 1)
    rate(facilitator, JORDAN, 3)
    reader, page = listened
    page.context.clear_cookies()
    page.clock.install()
    page.goto(room.link(AVERY, 4))
    page.wait_for_url("**/session/4")
    page.locator(".ck-widget .ck-form").last.wait_for(state="attached")
    reader.wait_for(f"Session 4: {facilitator.session.title}")
    expect(page.locator(".ck-opening")).to_have_count(0)
    at_first = len(reader.said)
    facilitator.do(BeginSegment(exercise="message_map"), subject=part.kind.value)
    reader.wait_for(f"The session has begun: {part.title}.", at_first)
    facilitator.do(Broadcast(text="A quarter past"))
    reader.wait_for("From the facilitator: A quarter past", at_first)
    facilitator.do(Reveal(), subject=RATED)
    reader.wait_for("Your team’s ratings are shown now", at_first)
    begun = facilitator.session.find_exercise("message_map")
    assert begun
    page.clock.fast_forward((begun.minutes * 60 - 30) * 1000)
    reader.wait_for("1 minute left.", at_first)
    page.clock.fast_forward(60_000)
    reader.wait_for("Time is up.", at_first)
    said = reader.said[at_first:]
    assert len(said) <= MOST_A_MINUTE, said
    assert sum("quarter past" in one for one in said) == 1, said


@pytest.mark.skipif(not IS_INSTALLED, reason="Orca, Xvfb, or D-Bus is not installed")
def test_orca_says_on_the_console_what_others_do(room: Server, facilitate: Facilitate, listened: Listened) -> None:
    facilitator = facilitate(2)
    part = facilitator.session.segments[1]
    reader, page = listened
    page.context.clear_cookies()
    at_first = len(reader.said)
    page.goto(room.link(GUS, 2))
    page.wait_for_url("**/console/2")
    page.locator(".ck-attention-marks").wait_for(state="attached")
    reader.wait_for(f"Finished loading {page.title()}", at_first)
    expect(page.locator(".ck-opening")).to_have_count(0)
    at_first = len(reader.said)
    facilitator.do(BeginSegment(), subject=part.kind.value)
    reader.wait_for(f"Fay Sample: Began “{part.title}”", at_first)
    with room.connect(TASI, 2) as participant:
        assert participant.command("more_time", on=True)["ok"]
        reader.wait_for("More time asked for: Guam", at_first)
    person = facilitator.store.find_person(JORDAN)
    assert person
    facilitator.session_log.do(person, StateNeed(text=WORDS))
    facilitator.do(Broadcast(text="A quarter to"))
    reader.wait_for("A quarter to", at_first)
    said = reader.said[at_first:]
    assert len(said) <= MOST_A_MINUTE, said
    assert not any(WORDS in one for one in said), "it is not read aloud where others may hear it"


def rate(facilitator: Facilitator, person: str, point: int) -> None:
    """Rate the first statement of the exercise."""
    area = next(area for area in facilitator.content.instrument.areas if area.id == "communications")
    facilitator.store.append(
        [
            new_answer(
                f"{RATED}.ratings.rating",
                point,
                id=str(uuid.uuid4()),
                series="demo",
                session=4,
                row=area.items[0].id,
                scope=Scope.PERSON,
                author=person,
            )
        ]
    )


def test_text_size_and_motion_are_kept_and_the_pages_fit(room: Server, context: BrowserContext, join: Join) -> None:
    page = join(room, context, AVERY, 4)
    page.get_by_text("Text size, motion, and announcements").click()
    page.get_by_role("group", name="Text size").get_by_label("Larger").check()
    page.get_by_role("group", name="Motion").get_by_label("No motion").check()
    page.goto(f"{room.address}/you")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "23px"
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ck-slow')") == "0ms"
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.goto(f"{room.address}/accessibility")
    check_page(page)


def test_what_a_person_needs_reaches_facilitators_only(room: Server, facilitate: Facilitate) -> None:
    facilitator = facilitate(3)
    with room.client(AVERY) as client, room.client(JORDAN) as teammate:
        assert "What do you need to take part?" in client.get("/you").text
        form = {"session": 3, "need": WORDS, "_xsrf": find_xsrf_token(client.cookies)}
        assert client.post("/you", data=form).status_code == 303
        assert WORDS in client.get("/you?session=4").text, "it is kept for later sessions"
        pages = ("/session/3", "/session/3/summary", "/examples")
        assert not any(WORDS in teammate.get(page).text for page in pages)
        with room.connect(teammate, 3) as connection, room.client(FAY) as presenter:
            connection.wait_for("team")
            assert WORDS not in json.dumps(connection.frames)
            assert WORDS not in presenter.get("/present/3").text
    for number in (3, 4):
        snapshot = read_snapshot(facilitator, number)
        assert [need.text for need in people_view(snapshot).needs if need.person == AVERY] == [WORDS]
    assert WORDS not in read_room_record(facilitator.content, facilitator.store).to_csv()
    assert AVERY not in [event.author for event in facilitator.session_log.state().record]


def test_more_time_is_a_private_signal_that_ends_with_more_minutes(room: Server, facilitate: Facilitate) -> None:
    facilitator = facilitate(3)
    part = facilitator.session.segments[0].kind.value
    with room.connect(AVERY, 3) as page, room.connect(JORDAN, 3) as teammate:
        assert page.command("more_time", on=True)["refused"].startswith("The session is not under way")
        facilitator.do(BeginSegment(), subject=part)
        assert page.command("more_time", on=True)["ok"]
        page.wait_for("team", asked_time=True)
        snapshot = read_snapshot(facilitator, 3)
        assert people_view(snapshot).time_requests == {"OH": 1}
        assert "More time asked for: Ohio" in [mark.text for mark in attention_view(snapshot).marks]
        facilitator.do(ChangeMinutes(minutes=2), subject=part)
        assert people_view(read_snapshot(facilitator, 3)).time_requests == {}
        assert not any(frame.get("asked_time") for frame in teammate.frames)
        assert "more_time" not in json.dumps(teammate.frames)
