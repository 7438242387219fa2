"""A live session over the page's WebSocket: events by recipient, commands, and presence."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.cli.demo import prepare_demo
from cluster_kit.sessions.board import Moderate
from cluster_kit.sessions.facilitation import (
    BeginSegment,
    Broadcast,
    ChangeMinutes,
    EndSession,
    FeatureExample,
    FormGroups,
    GroupOf,
    Lock,
    Reveal,
    SeatedRoom,
    SeatPeople,
    ShareLink,
    Undo,
)
from cluster_kit.sessions.seating import RoomUse
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from tests.postgres import create_database, run_postgres
from tests.server.facilitator import SERIES, Facilitator
from tests.server.page_client import PageClient, until
from tests.serving import AVERY, JORDAN, TASI, Server, add_people, run_server, wait_until


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
    """Avery's page of session 1."""
    with server.connect(AVERY) as page:
        yield page


@pytest.fixture
def guam(server: Server) -> Iterator[PageClient]:
    """Tasi's page of session 1."""
    with server.connect(TASI) as page:
        yield page


def test_before_a_session_there_is_nothing_to_say(server: Server) -> None:
    with server.connect(AVERY, 4) as page:
        status = page.newest["session_status"]
        assert {key: value for key, value in status.items() if key not in ("now", "type")} == {
            "segment": None,
            "next": None,
            "speed": 1.0,
            "began": None,
            "ended": None,
            "message": None,
            "messages": [],
            "links": [],
            "locked": [],
            "poll": None,
            "holds_questions": False,
        }
        nothing = {"revealed": [], "messages": [], "group": None, "rooms": [], "waiting": [], "choice": None}
        assert page.newest["team"] == {"type": "team", "asked_time": False, **nothing}
        assert (page.newest["examples"]["items"], page.newest["pictures"]["items"], page.posts) == ([], [], {})


def test_what_a_facilitator_does_is_on_every_page_without_asking(
    fay: Facilitator, ohio: PageClient, guam: PageClient
) -> None:
    exercise, framing = "rate_systems", fay.session.segments[0]
    fay.do(BeginSegment(), "framing")
    message = fay.do(Broadcast(text="We begin <b>now</b>"))
    fay.do(ShareLink.model_validate({"text": "The slides", "url": "https://example.org/slides"}))
    fay.do(Lock(locked=True), exercise)
    fay.do(Reveal(), exercise)
    group = GroupOf(number=2, states=("OH", "UT"), area="course_numbering", reason="You asked for it.")
    fay.do(FormGroups(title="First round", groups=(group,)))
    until(lambda: ohio.newest["team"]["group"] and guam.newest["team"]["revealed"], "both know of everything")
    for page in (ohio, guam):
        status = page.newest["session_status"]
        assert (status["segment"]["kind"], status["segment"]["minutes"]) == ("framing", framing.minutes)
        assert status["next"]["kind"] == "policy_tool"
        assert status["message"] == {"id": message, "text": "We begin <b>now</b>", "at": status["message"]["at"]}
        assert status["links"][0]["url"] == "https://example.org/slides"
        assert status["locked"] == [exercise]
        assert page.newest["team"]["revealed"] == [exercise]
    assert guam.newest["team"]["group"] is None
    seen = ohio.newest["team"]["group"]
    assert (seen["number"], [one["name"] for one in seen["states"]]) == (2, ["Ohio", "Utah"])
    assert "You asked for it." not in json.dumps(seen), "the exercise says what people do, and nothing else does"
    ends = ohio.newest["session_status"]["segment"]["ends_at"]
    fay.do(ChangeMinutes(minutes=5), "framing")
    fay.do(Undo(), message)
    until(lambda: ohio.newest["session_status"]["message"] is None, "the message is taken down")
    assert ohio.newest["session_status"]["segment"]["ends_at"] > ends
    fay.do(EndSession())
    until(lambda: ohio.newest["session_status"]["ended"], "the session has ended")
    assert ohio.newest["session_status"]["segment"] is None


def test_a_person_sees_their_own_rooms_and_nobody_elses(server: Server, fay: Facilitator, guam: PageClient) -> None:
    people = {person.name: person.id for person in Store.open(server.settings.db_url).people(SERIES)}
    rooms = (SeatedRoom(number=3, name="Ohio", people=(people["Avery Sample"],)),)
    fay.do(SeatPeople(use=RoomUse.HOME, rooms=rooms))
    with server.connect(AVERY) as avery, server.connect(JORDAN) as teammate:
        until(lambda: avery.newest["team"]["rooms"], "the room is shown")
        assert avery.newest["team"]["rooms"] == [{"use": "home", "number": 3, "name": "Ohio", "states": ["Ohio"]}]
        assert teammate.newest["team"]["rooms"] == guam.newest["team"]["rooms"] == []
        trio = SeatedRoom(number=1, name="Trio 1", people=(people["Avery Sample"], people["Tasi Sample"]))
        fay.do(BeginSegment(), "policy_tool")
        fay.do(SeatPeople(use=RoomUse.TRIOS, rooms=(trio,)))
        fay.do(BeginSegment(), "peer_discussion")
        until(lambda: len(avery.newest["team"]["rooms"]) == 2, "the trio is shown beside the home room")
        newest = avery.newest["team"]["rooms"][0]
        assert newest == {"use": "trios", "number": 1, "name": "Trio 1", "states": ["Guam", "Ohio"]}
        for over in (lambda: fay.do(BeginSegment(), "state_examples"), lambda: fay.do(EndSession())):
            over()
            until(lambda: len(avery.newest["team"]["rooms"]) == 1, "the part is over for which the trio was formed")
            assert avery.newest["team"]["rooms"][0]["use"] == "home"


def test_states_see_each_others_posts_reactions_and_replies_without_asking(
    ohio: PageClient, guam: PageClient, server: Server
) -> None:
    first = str(uuid.uuid4())
    assert ohio.command("post", "framing", first, text="One course code for both systems", signed=True)["ok"]
    until(lambda: first in guam.posts, "Guam sees it")
    seen = guam.posts[first]
    assert (seen["state"], seen["who"], seen["mine"], seen["parent"]) == ("Ohio", "Avery Sample", False, None)
    assert guam.command("react", first, reaction="helpful", on=True)["ok"]
    assert guam.command("post", "framing", text="How long did it take?", parent=first)["ok"]
    until(lambda: "How long did it take?" in ohio.texts, "Ohio sees the reply")
    until(lambda: ohio.posts[first]["reactions"]["helpful"]["count"] == 1, "and the reaction")
    until(lambda: guam.posts[first]["reactions"]["helpful"]["mine"], "and Guam its own")
    assert ohio.posts[first]["mine"]
    assert not ohio.posts[first]["reactions"]["helpful"]["mine"]
    with server.connect(JORDAN) as teammate:
        assert not teammate.posts[first]["mine"]
        assert teammate.posts[first]["reactions"]["helpful"] == {"count": 1, "mine": False}
    reply = next(post for post in guam.posts.values() if post["parent"])
    assert (reply["who"], reply["mine"]) == (None, True)


def test_a_post_that_is_taken_back_goes_and_the_replies_of_others_stay(ohio: PageClient, guam: PageClient) -> None:
    mine, reply = str(uuid.uuid4()), str(uuid.uuid4())
    assert ohio.command("post", "policy_tool", mine, text="A mistake")["ok"]
    assert guam.command("post", "policy_tool", reply, text="A thought of mine", parent=mine)["ok"]
    assert "refused" in guam.command("undo", mine)
    assert ohio.command("undo", mine)["ok"]
    until(lambda: reply in guam.posts and mine not in guam.posts, "the post is gone, and the reply is not")


def test_a_hidden_post_is_gone_with_its_thread_and_a_featured_one_is_marked(
    fay: Facilitator, ohio: PageClient, guam: PageClient
) -> None:
    post, reply = str(uuid.uuid4()), str(uuid.uuid4())
    assert ohio.command("post", "next_steps", post, text="Off the rails")["ok"]
    assert guam.command("post", "next_steps", reply, text="Quite", parent=post)["ok"]
    fay.do(Moderate(featured=True), post)
    until(lambda: post in ohio.posts and ohio.posts[post]["featured"], "it is featured")
    fay.do(Moderate(hidden=True), post)
    until(lambda: not {post, reply} & set(ohio.posts), "both are gone")
    fay.do(Moderate(), post)
    until(lambda: {post, reply} <= set(ohio.posts), "both are back")


def test_the_same_post_sent_again_and_again_is_one_post(server: Server, ohio: PageClient) -> None:
    once = str(uuid.uuid4())
    assert all(ohio.command("post", "framing", once, text="Only once")["ok"] for _ in range(3))
    with Store.open(server.db_url) as store:
        assert sum(event.id == once for event in store.events(SERIES, 1)) == 1


@pytest.mark.parametrize(
    ("kind", "subject", "value", "sentence"),
    [
        ("message", "", {"text": "I am not a facilitator"}, "Only facilitators"),
        ("post", "framing", {"text": "x" * 1501}, "1,501 characters long, and 1,500 is the most"),
        ("post", "framing", {"text": "  "}, "Write a few words first"),
        ("post", "framing", {"text": "x" * 250_000}, "250,000 characters long"),
        ("post", "no_such_board", {"text": "x"}, "no board"),
        ("post", "framing", {"text": "x", "parent": "nobody"}, "no longer there"),
        ("post", "framing", {"text": "x", "jurisdiction": "GU"}, "did not understand"),
        ("post", "framing", {"text": ["x"]}, "did not understand"),
        ("react", "nobody", {"reaction": "helpful"}, "no longer there"),
        ("react", "nobody", {"reaction": "hate"}, "did not understand"),
        ("undo", "nobody", {}, "nothing to undo"),
        ("hologram", "", {}, "did not understand"),
    ],
)
def test_a_command_that_cannot_be_done_is_refused_in_a_sentence(
    guam: PageClient, kind: str, subject: str, value: dict[str, Any], sentence: str
) -> None:
    assert sentence in guam.command(kind, subject, **value)["refused"]


def test_the_id_of_another_persons_post_changes_nothing_of_it(ohio: PageClient, guam: PageClient) -> None:
    taken = str(uuid.uuid4())
    assert ohio.command("post", "state_examples", taken, text="Mine")["ok"]
    guam.command("post", "state_examples", taken, text="Not mine")
    assert guam.command("post", "state_examples", text="With an id of its own")["ok"]
    until(lambda: "With an id of its own" in ohio.texts, "the other post is there")
    assert ohio.posts[taken]["text"] == "Mine"
    assert "Not mine" not in ohio.texts


def test_only_people_see_examples_of_states(server: Server) -> None:
    with server.client() as stranger:
        assert stranger.get("/examples").status_code == 403


def test_who_posts_without_end_is_slowed_down_and_others_are_not(server: Server, guam: PageClient) -> None:
    with server.connect(JORDAN) as page, server.connect(JORDAN) as second:
        results = [page.command("post", "state_examples", text=f"Number {number}") for number in range(20)]
        assert all(result["ok"] for result in results)
        late = second.command("post", "state_examples", text="Number 20, from another window")
        assert not late["ok"]
        assert 0 < late["wait_s"] <= 60
        assert "sent automatically" in late["later"]
        post = next(key for key, one in page.posts.items() if one["text"] == "Number 0")
        assert page.command("react", post, reaction="helpful", on=True)["ok"], "clicks are counted apart"
    assert guam.command("post", "state_examples", text="I have said little")["ok"]


def test_a_featured_example_follows_its_ladder_on_every_page(
    server: Server, fay: Facilitator, guam: PageClient
) -> None:
    place = fay.share(
        "OH", AVERY, "named", title="One form", done="We merged two forms in Ohio", link="https://example.org/form"
    )
    fay.do(FeatureExample(), place)
    until(lambda: guam.newest["examples"]["items"], "it is on the page")
    example = guam.newest["examples"]["items"][0]
    assert (example["state"], example["title"]) == ("Ohio", "One form")
    assert ["Where to read more", "https://example.org/form"] in example["facts"]
    fay.share("OH", AVERY, "anonymous")
    until(lambda: guam.newest["examples"]["items"][0]["state"] is None, "the name is gone")
    shown = str(guam.newest["examples"])
    assert "Ohio" not in shown
    assert "example.org" not in shown
    assert "OH" not in shown
    fay.share("OH", AVERY, "team")
    until(lambda: guam.newest["examples"]["items"] == [], "it has left the page")
    with server.client(TASI) as tasi:
        assert "One form" not in tasi.get("/examples").text


def test_presence_is_on_record_with_the_exercise_and_nonsense_is_not(
    server: Server, fay: Facilitator, ohio: PageClient
) -> None:
    exercise = fay.session.exercises[0].id
    ohio.send({"type": "presence", "exercise": exercise, "active": True})
    ohio.send({"type": "presence", "exercise": "no_such", "active": False})
    with Store.open(server.db_url) as store:

        def seen() -> bool:
            return any((one.person, one.exercise) == (AVERY, exercise) for one in store.presence(SERIES, 1))

        wait_until(seen, "presence is written")
        here = next(one for one in store.presence(SERIES, 1) if one.person == AVERY)
    assert here.jurisdiction == "OH"
    assert here.joined_at <= here.active_at <= here.seen_at


def test_a_facilitators_page_is_in_no_state_and_may_say_something_to_all(server: Server, fay: Facilitator) -> None:
    del fay  # is in the store by now
    with server.client("fay") as client, server.connect(client) as page:
        assert page.newest["team"]["group"] is None
        assert page.command("message", text="From a facilitator's page")["ok"]
        until(lambda: page.newest["session_status"]["message"], "it is said")
        html = client.get("/session/1").text
        assert 'id="ck-live"' in html
        assert 'data-where="Facilitator"' in html
        assert client.get("/examples").status_code == 200


def test_a_page_that_comes_back_is_sent_everything_anew(server: Server, guam: PageClient) -> None:
    assert guam.command("post", "peer_discussion", text="Before the break")["ok"]
    with server.client(AVERY) as client:
        for _ in range(5):  # the only page of the session closes, and reconnects immediately
            with server.connect(client, 3) as page:
                assert page.newest["board"]["whole"]
        with server.connect(client) as page:
            assert "Before the break" in page.texts


def test_without_the_database_a_sentence_says_so_and_the_page_stays_connected(tmp_path: Path) -> None:
    with ExitStack() as stack, ExitStack() as database:
        url = create_database(database.enter_context(run_postgres({"fsync": "off"})))
        server = Server(tmp_path, options=["--db", url])
        settings = Settings(tmp_path, url)
        add_people(prepare_demo(settings).series.id, settings)
        server.start()
        stack.callback(server.end)
        page = stack.enter_context(server.connect(AVERY))
        assert page.command("post", "framing", text="Before")["ok"]
        until(lambda: page.texts == {"Before"}, "the page has the post")
        database.close()
        assert "stays on this device" in page.command("post", "framing", text="After")["later"]
        assert page.save("peer_discussion", prompt="heard", value="Not kept")["type"] == "trouble"
        page.send({"type": "ping"})
        page.wait_for("pong")
        wait_until(lambda: "The events of session 1 cannot be read" in server.log, "the log says so")
        assert page.texts == {"Before"}
