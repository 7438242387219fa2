"""The floor of a session over plain HTTP: what its stream says to whom, what may be done on it, and who is there."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from cluster_kit.cli.demo import prepare_series
from cluster_kit.meeting.board import Moderate
from cluster_kit.meeting.doings import (
    BeginSegment,
    Broadcast,
    ChangeMinutes,
    EndSession,
    FeatureExample,
    FormGroups,
    GroupOf,
    Lock,
    Reveal,
    ShareLink,
    Undo,
)
from cluster_kit.responses import Store
from cluster_kit.settings import Settings
from tests.live.floors import SERIES, SOON_S, Facilitator, act, listening, post
from tests.postgres import create_database, run_postgres
from tests.serving import AVERY, JORDAN, TASI, Server, add_people, run_server, wait_until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of this module's own: what is done on a floor stays on it."""
    with run_server(tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture(scope="module")
def fay(server: Server) -> Facilitator:
    return Facilitator(server.settings)


@pytest.fixture
def avery(server: Server) -> Iterator[httpx.Client]:
    with server.client(AVERY) as client:
        yield client


@pytest.fixture
def tasi(server: Server) -> Iterator[httpx.Client]:
    with server.client(TASI) as client:
        yield client


def test_before_a_session_there_is_nothing_to_say(avery: httpx.Client) -> None:
    with listening(avery, session=4) as ear:
        room = ear.newest["room"]
        assert {key: value for key, value in room.items() if key != "now"} == {
            "segment": None,
            "next": None,
            "began": None,
            "ended": None,
            "message": None,
            "messages": [],
            "links": [],
            "locked": [],
        }
        assert ear.newest["team"] == {"revealed": [], "group": None}
        assert (ear.newest["examples"], ear.newest["pictures"], ear.posts) == ([], [], {})


def test_what_a_facilitator_does_is_on_every_page_without_asking(
    fay: Facilitator, avery: httpx.Client, tasi: httpx.Client
) -> None:
    exercise = fay.session.exercises[0].id
    with listening(avery) as ohio, listening(tasi) as guam:
        fay.do(BeginSegment(), "framing")
        message = fay.do(Broadcast(text="We begin <b>now</b>"))
        fay.do(ShareLink.model_validate({"text": "The slides", "url": "https://example.org/slides"}))
        fay.do(Lock(locked=True), exercise)
        fay.do(Reveal(), exercise)
        group = GroupOf(number=2, states=("OH", "UT"), area="course_numbering", reason="You asked for it.")
        fay.do(FormGroups(title="First round", groups=(group,)))
        wait_until(lambda: ohio.newest["team"]["group"] and guam.newest["room"]["locked"], "both know", SOON_S)
        for ear in (ohio, guam):
            room = ear.newest["room"]
            assert (room["segment"]["kind"], room["segment"]["minutes"]) == ("framing", 22)
            assert room["next"]["kind"] == "policy_tool"
            assert room["message"] == {"id": message, "text": "We begin <b>now</b>", "at": room["message"]["at"]}
            assert room["links"][0]["url"] == "https://example.org/slides"
            assert room["locked"] == [exercise]
            assert ear.newest["team"]["revealed"] == [exercise]
        assert guam.newest["team"]["group"] is None
        seen = ohio.newest["team"]["group"]
        assert (seen["number"], [one["name"] for one in seen["states"]]) == (2, ["Ohio", "Utah"])
        ends = ohio.newest["room"]["segment"]["ends_at"]
        fay.do(ChangeMinutes(minutes=5), "framing")
        fay.do(Undo(), message)
        wait_until(lambda: ohio.newest["room"]["message"] is None, "the message is taken down", SOON_S)
        assert ohio.newest["room"]["segment"]["ends_at"] > ends
        fay.do(EndSession())
        wait_until(lambda: ohio.newest["room"]["ended"], "the session has ended", SOON_S)
        assert ohio.newest["room"]["segment"] is None


def test_states_see_each_others_posts_reactions_and_replies_without_asking(
    avery: httpx.Client, tasi: httpx.Client, server: Server
) -> None:
    with listening(avery) as ohio, listening(tasi) as guam, server.client(JORDAN) as jordan:
        first = str(uuid.uuid4())
        kept = act(avery, "post", "framing", first, text="One course code for both systems", signed=True).json()
        assert kept["id"] == first
        wait_until(lambda: first in guam.posts, "Guam sees it", SOON_S)
        seen = guam.posts[first]
        assert (seen["state"], seen["who"], seen["mine"], seen["parent"]) == ("Ohio", "Avery Sample", False, None)
        act(tasi, "react", first, reaction="helpful", on=True)
        act(tasi, "post", "framing", text="How long did it take?", parent=first)
        wait_until(lambda: "How long did it take?" in ohio.texts, "Ohio sees the reply", SOON_S)
        wait_until(lambda: ohio.posts[first]["reactions"]["helpful"]["count"] == 1, "and the reaction", SOON_S)
        assert ohio.posts[first]["mine"]
        assert not ohio.posts[first]["reactions"]["helpful"]["mine"]
        assert guam.posts[first]["reactions"]["helpful"]["mine"]
        with listening(jordan) as teammate:
            assert not teammate.posts[first]["mine"]
            assert teammate.posts[first]["reactions"]["helpful"] == {"count": 1, "mine": False}
        reply = next(post for post in guam.posts.values() if post["parent"])
        assert (reply["who"], reply["mine"]) == (None, True)


def test_a_post_that_is_taken_back_goes_and_the_replies_of_others_stay(avery: httpx.Client, tasi: httpx.Client) -> None:
    mine = act(avery, "post", "policy_tool", text="A mistake").json()["id"]
    reply = act(tasi, "post", "policy_tool", text="A thought of mine", parent=mine).json()["id"]
    assert act(tasi, "undo", mine).status_code == 403
    with listening(tasi) as guam:
        assert act(avery, "undo", mine).status_code == 200
        wait_until(lambda: mine not in guam.posts, "it is gone", SOON_S)
        assert reply in guam.posts


def test_a_hidden_post_is_gone_with_its_thread_and_a_featured_one_is_marked(
    fay: Facilitator, avery: httpx.Client, tasi: httpx.Client
) -> None:
    post_id = act(avery, "post", "next_steps", text="Off the rails").json()["id"]
    reply = act(tasi, "post", "next_steps", text="Quite", parent=post_id).json()["id"]
    with listening(avery) as ohio:
        fay.do(Moderate(featured=True), post_id)
        wait_until(lambda: ohio.posts[post_id]["featured"], "it is featured", SOON_S)
        fay.do(Moderate(hidden=True), post_id)
        wait_until(lambda: not {post_id, reply} & set(ohio.posts), "both are gone", SOON_S)
        fay.do(Moderate(), post_id)
        wait_until(lambda: {post_id, reply} <= set(ohio.posts), "both are back", SOON_S)


def test_the_same_post_sent_again_and_again_is_one_post(server: Server, avery: httpx.Client) -> None:
    once = str(uuid.uuid4())
    answers = [act(avery, "post", "framing", once, text="Only once") for _ in range(3)]
    assert len({answer.json()["seq"] for answer in answers}) == 1
    with Store.open(server.settings.db_url) as store:
        assert sum(event.id == once for event in store.events(SERIES, 1)) == 1


@pytest.mark.parametrize(
    ("kind", "subject", "value", "status", "sentence"),
    [
        ("message", "", {"text": "I am not a facilitator"}, 403, "Only facilitators"),
        ("post", "framing", {"text": "x" * 1501}, 400, "1,501 characters long, and 1,500 is the most"),
        ("post", "framing", {"text": "  "}, 400, "Write something first"),
        ("post", "framing", {"text": "x" * 250_000}, 409, "far too long"),
        ("post", "no_such_board", {"text": "x"}, 409, "no board"),
        ("post", "framing", {"text": "x", "parent": "nobody"}, 409, "no longer there"),
        ("post", "framing", {"text": "x", "jurisdiction": "GU"}, 400, "did not understand"),
        ("post", "framing", {"text": ["x"]}, 400, "did not understand"),
        ("react", "nobody", {"reaction": "helpful"}, 409, "no longer there"),
        ("react", "nobody", {"reaction": "hate"}, 400, "did not understand"),
        ("undo", "nobody", {}, 409, "nothing to undo"),
        ("hologram", "", {}, 409, "did not understand"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    avery: httpx.Client, kind: str, subject: str, value: dict[str, Any], status: int, sentence: str
) -> None:
    answer = act(avery, kind, subject, **value)
    assert (answer.status_code, sentence in answer.json()["sentence"]) == (status, True), answer.text


def test_nonsense_and_strangers_get_a_sentence_and_nothing_else(server: Server, avery: httpx.Client) -> None:
    assert post(avery, "/session/1/floor", ["not", "an", "object"]).status_code == 400
    assert post(avery, "/session/1/here", {"exercise": 7}).status_code == 400
    assert post(avery, "/session/77/floor", {}).status_code == 404
    assert avery.get("/session/77/floor").status_code == 404
    without_token = avery.post("/session/1/floor", json={"id": "x", "kind": "post"})
    assert without_token.status_code == 403
    from_elsewhere = avery.post(
        "/session/1/floor",
        json={"id": "x", "kind": "post", "subject": "framing", "value": {"text": "forged"}},
        headers={"X-XSRFToken": avery.cookies["_xsrf"], "Origin": "https://elsewhere.example"},
    )
    assert from_elsewhere.status_code == 404
    with server.client() as stranger:
        stranger.get("/join")
        assert stranger.get("/session/1/floor").status_code == 403
        assert act(stranger, "post", "framing", text="x").status_code == 401
        assert post(stranger, "/session/1/here", {}).status_code == 401
        assert stranger.get("/examples").status_code == 403


def test_somebody_who_posts_without_end_is_slowed_down_and_nobody_else_is(server: Server, tasi: httpx.Client) -> None:
    with server.client(JORDAN) as jordan:
        answers = [act(jordan, "post", "state_examples", text=f"Number {number}") for number in range(21)]
        assert [answer.status_code for answer in answers[:20]] == [200] * 20
        assert answers[20].status_code == 429
        assert 0 < int(answers[20].headers["Retry-After"]) <= 61
        assert "by itself" in answers[20].json()["sentence"]
    assert act(tasi, "post", "state_examples", text="I have said little").status_code == 200


def test_a_featured_example_follows_its_ladder_on_every_page(
    server: Server, fay: Facilitator, tasi: httpx.Client
) -> None:
    place = fay.share(
        "OH", AVERY, "named", title="One form", done="We merged two forms in Ohio", link="https://example.org/form"
    )
    with listening(tasi) as guam:
        fay.do(FeatureExample(), place)
        wait_until(lambda: guam.newest["examples"], "it is on the page", SOON_S)
        example = guam.newest["examples"][0]
        assert (example["state"], example["title"]) == ("Ohio", "One form")
        assert ["Where to read more", "https://example.org/form"] in example["facts"]
        fay.share("OH", AVERY, "anonymous")
        wait_until(lambda: guam.newest["examples"][0]["state"] is None, "the name is gone", SOON_S)
        said = str(guam.newest["examples"])
        assert "Ohio" not in said
        assert "example.org" not in said
        assert "OH" not in said
        fay.share("OH", AVERY, "team")
        wait_until(lambda: guam.newest["examples"] == [], "it has left the page", SOON_S)
        assert "One form" not in tasi.get("/examples").text


def test_a_post_is_on_record_with_who_was_there_and_at_what(
    server: Server, fay: Facilitator, avery: httpx.Client
) -> None:
    exercise = fay.session.exercises[0].id
    with listening(avery, session=1), Store.open(server.settings.db_url) as store:
        assert post(avery, "/session/1/here", {"exercise": exercise, "active": True}).status_code == 204
        assert post(avery, "/session/1/here", {"exercise": "no_such", "active": False}).status_code == 204

        def seen() -> bool:
            return any((one.person, one.exercise) == (AVERY, exercise) for one in store.presence(SERIES, 1))

        wait_until(seen, "presence is written")
        here = next(one for one in store.presence(SERIES, 1) if one.person == AVERY)
        assert here.jurisdiction == "OH"
        assert here.joined_at <= here.active_at <= here.seen_at


def test_of_many_pages_of_one_person_the_last_three_are_told(avery: httpx.Client) -> None:
    with (
        listening(avery) as first,
        listening(avery) as second,
        listening(avery) as third,
        listening(avery) as fourth,
    ):
        wait_until(lambda: "elsewhere" in first.newest, "the first is told to wait")
        wait_until(lambda: first.ended, "the first has ended")
        assert [ear.ended for ear in (second, third, fourth)] == [False] * 3


def test_a_stream_ends_when_the_badge_does(server: Server) -> None:
    with server.client(JORDAN) as jordan, listening(jordan) as ear:
        with Store.open(server.settings.db_url) as store:
            person = store.find_person(JORDAN)
            assert person is not None
            store.change_person(
                person.model_copy(update={"links_since": dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)})
            )
        wait_until(lambda: ear.ended, "the stream has ended")
        assert "out" in ear.newest


def test_a_facilitators_stream_is_in_no_state(server: Server, fay: Facilitator) -> None:
    del fay  # is in the store by now
    with server.client("fay") as client, listening(client) as ear:
        assert ear.newest["team"]["group"] is None
        answer = act(client, "message", text="From a facilitator's page")
        assert answer.status_code == 200
        wait_until(lambda: ear.newest["room"]["message"], "it is said", SOON_S)
        page = client.get("/session/1").text
        assert 'id="ck-room"' in page
        assert 'data-where="Facilitator"' in page
        assert client.get("/examples").status_code == 200


def test_when_the_database_is_gone_a_sentence_says_so_and_the_stream_stays(tmp_path: Path) -> None:
    with ExitStack() as stack, ExitStack() as database:
        url = create_database(database.enter_context(run_postgres({"fsync": "off"})))
        server = Server(tmp_path, options=["--db", url])
        settings = Settings(tmp_path, url)
        add_people(prepare_series(settings).series.id, settings)
        server.start()
        stack.callback(server.end)
        client = stack.enter_context(server.client(AVERY))
        ear = stack.enter_context(listening(client))
        assert act(client, "post", "framing", text="Before").status_code == 200
        database.close()
        answer = act(client, "post", "framing", text="After")
        assert (answer.status_code, "stay on this computer" in answer.json()["sentence"]) == (503, True)
        ear.newest.pop("beat", None)
        wait_until(lambda: "beat" in ear.newest, "the stream lives on")
        assert ear.texts == {"Before"}
    assert "Session 1 cannot be looked at" in server.log


def test_a_server_that_ends_lets_its_pages_go(own_server: Server) -> None:
    with own_server.client(AVERY) as client, listening(client) as ear:
        assert own_server.end() == 0
        wait_until(lambda: ear.ended, "the stream has ended")
    assert "Traceback" not in own_server.log
    assert "was destroyed" not in own_server.log
