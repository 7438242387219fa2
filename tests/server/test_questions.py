"""Questions from the room and polls over real connections: votes, moderation, removal, and limits."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cluster_kit.sessions.board import HoldQuestions, Moderate, ReleasePost
from cluster_kit.sessions.polls import ClosePoll, StartPoll
from cluster_kit.sessions.scenes import QuestionStatus
from cluster_kit.sessions.shared_screen import SettleQuestion
from tests.server.facilitator import Facilitator
from tests.server.page_client import PageClient, connect, until
from tests.serving import AVERY, FAY, JORDAN, TASI, Server, run_server

HOSTILE = "<img src=x onerror=alert(1)> =HYPERLINK(1)?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for this module only, since session events persist."""
    with run_server(tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture(scope="module")
def fay(server: Server) -> Facilitator:
    return Facilitator(server.settings)


@pytest.fixture
def ohio(server: Server) -> Iterator[PageClient]:
    with server.connect(AVERY) as page:
        yield page


@pytest.fixture
def guam(server: Server) -> Iterator[PageClient]:
    with server.connect(TASI) as page:
        yield page


@pytest.fixture
def screen(server: Server) -> Iterator[PageClient]:
    """The shared screen."""
    with server.client(FAY) as client, connect(client, 1, server.content.version, page_path="present") as page:
        page.hello()
        page.wait_for("screen")
        yield page


def ask(page: PageClient, text: str) -> str:
    """Ask a question; its id."""
    result = page.command("post", "questions", text=text)
    assert result["ok"]
    return str(result["id"])


def votes(page: PageClient, question: str) -> int:
    return int(page.posts[question]["reactions"]["same_here"]["count"])


def said_to(page: PageClient) -> str:
    """Everything that a page was sent."""
    return "".join(map(repr, page.frames))


def on_screen(screen: PageClient, text: str) -> dict[str, Any] | None:
    found: list[dict[str, Any]] = screen.newest["screen"]["questions"]
    return next((one for one in found if one["text"] == text), None)


def test_two_votes_of_one_person_count_once_and_one_of_another_counts_again(
    server: Server, ohio: PageClient, guam: PageClient, screen: PageClient
) -> None:
    question = ask(ohio, HOSTILE)
    until(lambda: question in guam.posts, "Guam sees the question")
    assert guam.posts[question]["text"] == HOSTILE
    with server.connect(TASI) as second:  # the same person in another window
        until(lambda: question in second.posts, "it is in the other window")
        for page in (guam, second, guam):
            assert page.command("react", question, reaction="same_here", on=True)["ok"]
    with server.connect(JORDAN) as jordan:
        assert jordan.command("react", question, reaction="same_here", on=True)["ok"]
    until(lambda: votes(ohio, question) == 2, "two people have voted")
    until(lambda: (on_screen(screen, HOSTILE) or {}).get("support") == 2, "the screen says so, too")
    assert guam.command("react", question, reaction="same_here", on=False)["ok"]
    until(lambda: votes(ohio, question) == 1, "a vote can be taken back")


def test_a_question_that_is_removed_while_people_vote_is_gone_for_everyone(
    server: Server, fay: Facilitator, ohio: PageClient, guam: PageClient, screen: PageClient
) -> None:
    question = ask(ohio, "Who pays for this?")
    until(lambda: question in guam.posts, "Guam sees the question")
    until(lambda: on_screen(screen, "Who pays for this?"), "it is on the screen")
    with ThreadPoolExecutor() as pool:
        voting = pool.submit(lambda: [_vote(guam, question, on=place % 2 == 0) for place in range(8)])
        fay.do(Moderate(hidden=True), question)
        results = voting.result()
    assert all(result.get("ok") or "no longer there" in result["refused"] for result in results)
    until(lambda: question not in guam.posts and question not in ohio.posts, "it is gone from both pages")
    until(lambda: on_screen(screen, "Who pays for this?") is None, "it is gone from the screen")
    assert "no longer there" in _vote(guam, question, on=True)["refused"]
    with server.connect(JORDAN) as late:
        assert question not in late.posts
    fay.do(Moderate(hidden=False), question)
    until(lambda: question in guam.posts, "it is put back")


def _vote(page: PageClient, question: str, *, on: bool) -> dict[str, Any]:
    return page.command("react", question, reaction="same_here", on=on)


def test_nothing_that_waits_reaches_other_participants_or_the_screen(
    server: Server, fay: Facilitator, ohio: PageClient, guam: PageClient, screen: PageClient
) -> None:
    fay.do(HoldQuestions(held=True))
    until(lambda: ohio.newest["session_status"]["holds_questions"], "pages know that questions wait")
    question = ask(ohio, "UNPOSTED What about rural districts?")
    until(lambda: ohio.newest["team"]["waiting"], "its author sees that it waits")
    assert [one["id"] for one in ohio.newest["team"]["waiting"]] == [question]
    with server.connect(JORDAN) as teammate:  # of the same state
        assert teammate.newest["team"]["waiting"] == []
        assert "no longer there" in guam.command("react", question, reaction="same_here", on=True)["refused"]
        assert "no longer there" in guam.command("post", "questions", text="A reply", parent=question)["refused"]
        after = ask(guam, "UNPOSTED Another one")
        until(lambda: guam.newest["team"]["waiting"], "the other one waits, too")
        assert "UNPOSTED What" not in said_to(guam) + said_to(teammate)
    assert "UNPOSTED" not in said_to(screen)
    fay.do(ReleasePost(), question)
    until(lambda: question in guam.posts, "it is posted")
    until(lambda: on_screen(screen, "UNPOSTED What about rural districts?"), "it is on the screen")
    until(lambda: ohio.newest["team"]["waiting"] == [], "its author sees that it waits no longer")
    fay.do(Moderate(hidden=True), after)
    until(lambda: guam.newest["team"]["waiting"] == [], "the other one was removed")
    assert after not in ohio.posts
    fay.do(HoldQuestions(held=False))
    until(lambda: not ohio.newest["session_status"]["holds_questions"], "questions are posted at once again")
    assert ask(ohio, "At once?") in until(lambda: "At once?" in guam.texts and guam.posts, "it is there at once")


def test_facilitators_answer_and_park_and_participants_cannot(
    fay: Facilitator, ohio: PageClient, guam: PageClient, screen: PageClient
) -> None:
    question = ask(ohio, "When is the next session?")
    until(lambda: question in guam.posts, "Guam sees the question")
    fay.do(SettleQuestion(status=QuestionStatus.ANSWERED), question)
    until(lambda: guam.posts[question]["status"] == "answered", "its page says that it is answered")
    until(
        lambda: (on_screen(screen, "When is the next session?") or {}).get("status") == "answered", "so does the screen"
    )
    for kind, value in (
        ("question", {"status": "parked"}),
        ("hold", {"held": True}),
        ("release", {}),
        ("moderate", {}),
    ):
        assert "Only facilitators" in guam.command(kind, question, **value)["refused"]


def test_long_questions_are_refused_in_a_sentence(ohio: PageClient) -> None:
    assert "500 is the most" in ohio.command("post", "questions", text="x" * 501)["refused"]
    assert ohio.command("post", "questions", text="x" * 500)["ok"]


def test_a_poll_counts_each_person_once_until_it_is_closed(
    server: Server, fay: Facilitator, ohio: PageClient, guam: PageClient, screen: PageClient
) -> None:
    poll = fay.do(StartPoll(text=HOSTILE, options=("Yes", "No", "<b>Later</b>")))
    until(lambda: (guam.newest["session_status"]["poll"] or {}).get("id") == poll, "Guam is asked")
    assert guam.newest["session_status"]["poll"]["options"][2] == "<b>Later</b>"
    for choice in (0, 0, 1):
        assert guam.command("vote", poll, choice=choice)["ok"]
    assert ohio.command("vote", poll, choice=0)["ok"]
    until(lambda: guam.newest["team"]["choice"] == 1, "the last answer counts")
    assert ohio.wait_for("team", choice=0)
    until(lambda: len(fay.session_log.state().polls[poll].votes) == 2, "two have answered")
    until(lambda: (screen.newest["screen"]["poll"] or {}).get("text") == HOSTILE, "the screen has the poll")
    assert screen.newest["screen"]["poll"]["answered"] == "Fewer than 10 people have answered"
    assert (screen.newest["screen"]["poll"]["result"], screen.newest["screen"]["slides"]) == ("", [])
    assert "no such option" in guam.command("vote", poll, choice=3)["refused"]
    assert "did not understand" in guam.command("vote", poll, choice=-1)["refused"]
    with server.client(FAY) as client, server.connect(client) as preview:
        assert "do not vote" in preview.command("vote", poll, choice=0)["refused"]
    with ThreadPoolExecutor() as pool:
        voting = pool.submit(lambda: [guam.command("vote", poll, choice=place % 2) for place in range(6)])
        fay.do(ClosePoll(), poll)
        results = voting.result()
    assert all(result.get("ok") or "closed" in result["refused"] for result in results)
    assert "closed" in ohio.command("vote", poll, choice=1)["refused"]
    assert len(fay.session_log.state().polls[poll].votes) == 2
    until(lambda: not guam.newest["session_status"]["poll"]["is_open"], "pages know that it is closed")
    assert "Only facilitators" in guam.command("poll", text="Mine", options=["a", "b"])["refused"]
    assert "show" not in {one["id"] for one in guam.newest["pictures"]["items"]}
