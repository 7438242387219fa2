"""The shared screen panel: choices with true reasons, words to approve, questions to settle, and who drives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import BrowserContext, expect

from cluster_kit.console import Console
from cluster_kit.console.questions import questions_view
from cluster_kit.console.results import list_rated_areas
from cluster_kit.console.shared_screen import (
    NO_CHART,
    NO_GROUPS,
    NO_WORDS,
    NOT_APPROVED,
    shared_screen_view,
)
from cluster_kit.insights.national import survey_states
from cluster_kit.insights.suppression import publish_areas
from cluster_kit.server.present.screen_hub import read_rooms
from cluster_kit.sessions.board import Moderate, React, WritePost
from cluster_kit.sessions.facilitation import (
    BeginSegment,
    Broadcast,
    FormGroups,
    GroupOf,
    SeatedRoom,
    SeatPeople,
    ShowPicture,
)
from cluster_kit.sessions.scenes import QuestionStatus, Scene
from cluster_kit.sessions.seating import RoomUse
from cluster_kit.sessions.shared_screen import ApproveWords, SettleQuestion, ShowScene
from cluster_kit.store import Store
from tests.browser import find_violations
from tests.console.conftest import CONTENT, LiveSession
from tests.console.harness import Screen
from tests.console.seeding import add_facilitator, add_teams, rate

BOARD = "framing"


def reasons(live_session: LiveSession) -> dict[str, str]:
    """The scenes that are off, with their reasons."""
    scenes = shared_screen_view(live_session.look()).scenes
    return {scene.id: scene.reason for scene in scenes if scene.reason}


def post(live_session: LiveSession, text: str, teams: int) -> list[str]:
    """A post by one person of each of this many teams; their ids."""
    people = live_session.people[0 : 2 * teams : 2]
    return [live_session.session_log.do(person, WritePost(text=text), subject=BOARD).id for person in people]


def test_scenes_that_would_be_empty_are_off_with_the_reason(live_session: LiveSession) -> None:
    found = reasons(live_session)
    assert found.keys() == {"groups", "message", "example", "results", "words", "questions", "poll"}
    assert (found["groups"], found["results"], found["words"]) == (NO_GROUPS, NO_CHART, NO_WORDS)
    log, fay = live_session.session_log, live_session.fay
    log.do(fay, BeginSegment(), subject=BOARD)
    log.do(fay, Broadcast(text="Welcome"))
    log.do(fay, FormGroups(title="Pairs", groups=(GroupOf(number=1, states=("AL", "AK")),)))
    people = live_session.people
    log.do(fay, SeatPeople(use=RoomUse.HOME, rooms=(SeatedRoom(number=1, name="Table 1", people=(people[0].id,)),)))
    states = {person.id: person.jurisdiction for person in people}
    assert [one.use for one in read_rooms(CONTENT, log.state(), states)] == ["home", "groups"]  # shown last, first
    post(live_session, "Transfer of credit?", 5)
    assert reasons(live_session).keys() == {"example", "results", "words", "poll"}
    assert reasons(live_session)["words"] == NOT_APPROVED
    log.do(fay, ApproveWords(words=("credit",)), subject=BOARD)
    assert reasons(live_session).keys() == {"example", "results", "poll"}


def test_a_chart_that_would_mislead_is_off_with_the_true_reason(store: Store) -> None:
    live_session = LiveSession(store, add_facilitator(store, "2026"), add_teams(store, CONTENT, 30))
    rate(live_session.store, live_session.content, 1, live_session.people)
    snapshot = live_session.look()
    areas = list_rated_areas(snapshot)
    picture = publish_areas(CONTENT, survey_states(CONTENT, snapshot.views), areas).model_dump(mode="json")
    live_session.session_log.do(live_session.fay, ShowPicture(picture=picture), subject="areas")
    results = shared_screen_view(live_session.look()).results
    assert results
    off = [one.reason for one in results if one.reason]
    assert off
    assert not [reason for reason in off if "statements, too few" not in reason and "fewer than five" not in reason]


def test_words_and_questions_come_from_posts_that_participants_see(live_session: LiveSession) -> None:
    log, fay = live_session.session_log, live_session.fay
    log.do(fay, BeginSegment(), subject=BOARD)
    post(live_session, "Apprenticeship?", 6)
    hidden, *_ = post(live_session, "Advising?", 5)
    log.do(fay, Moderate(hidden=True), subject=hidden)
    first = next(iter(log.state().posts))
    for person in live_session.people[3:6]:
        log.do(person, React(reaction="same_here"), subject=first)
    log.do(fay, SettleQuestion(status=QuestionStatus.PARKED), subject=first)
    view = shared_screen_view(live_session.look())
    assert [(one.word, one.states) for one in view.words] == [("apprenticeship", 6)]
    questions = questions_view(live_session.look()).questions
    assert len(questions) == 10
    assert "Advising?" in {one.text for one in questions}
    assert hidden not in {one.id for one in questions}
    (parked,) = (one for one in questions if one.status is QuestionStatus.PARKED)
    assert (parked.id, parked.support) == (first, 3)
    assert questions[-1] == parked


def test_it_says_who_drives(live_session: LiveSession) -> None:
    gus = add_facilitator(live_session.store, "2026", "gus", "Gus Sample")
    view = shared_screen_view(live_session.look())
    assert (view.scene, view.driver, view.showing) == (Scene.FOLLOW, None, "How to join")
    live_session.session_log.do(gus, ShowScene(page=1), subject="agenda")
    view = shared_screen_view(live_session.look())
    assert (view.scene, view.page, view.driver, view.showing) == ("agenda", 1, "Gus Sample", "Agenda and clock")


@pytest.fixture
def screen(live_session: LiveSession, context: BrowserContext) -> Iterator[Screen]:
    log, fay = live_session.session_log, live_session.fay
    log.do(fay, BeginSegment(), subject=BOARD)
    add_facilitator(live_session.store, "2026", "gus", "Gus Sample")
    post(live_session, "Transfer of credit takes years?", 6)
    console = Console(live_session.content, live_session.number, live_session.store, fay)
    with closing(console):
        yield Screen(context.new_page(), console).open()


@pytest.mark.browser
def test_one_click_puts_a_scene_on_the_screen_and_another_facilitators_choice_is_seen(
    live_session: LiveSession, screen: Screen
) -> None:
    page, log = screen.page, live_session.session_log
    panel = page.get_by_role("region", name="Shared screen")
    panel.get_by_role("button", name="Agenda and clock").click()
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    screen.look()
    expect(panel.get_by_role("button", name="Agenda and clock")).to_have_attribute("aria-pressed", "true")
    expect(panel).to_contain_text("Fay Sample chose this")
    gus = live_session.store.find_person("gus")
    assert gus
    log.do(gus, ShowScene(), subject="follow")
    screen.look()
    expect(panel.get_by_role("button", name="Follow the run of show")).to_have_attribute("aria-pressed", "true")
    expect(panel).to_contain_text("Gus Sample chose this")
    groups = panel.get_by_role("button", name="Groups and rooms")
    expect(groups).to_be_disabled()
    expect(groups).to_have_accessible_description(NO_GROUPS)


@pytest.mark.browser
def test_words_are_approved_in_the_panel(live_session: LiveSession, screen: Screen) -> None:
    page, log = screen.page, live_session.session_log
    panel = page.get_by_role("region", name="Shared screen")
    panel.get_by_text("Words of the cloud").click()
    panel.get_by_label("credit 6").check()
    panel.get_by_role("button", name="Approve the checked words").click()
    page.wait_for_function("() => !document.querySelector('[aria-disabled]')")
    assert log.state().words == {BOARD: {"credit"}}
    screen.look()
    assert find_violations(page) == []
