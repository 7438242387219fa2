"""Every message of a page: what cannot be, what is for others, and what is too much."""

from __future__ import annotations

import json
import typing
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import httpx
import psutil
import pytest
from pydantic import TypeAdapter
from websockets.exceptions import ConnectionClosed

from cluster_kit.cli.demo import SERIES
from cluster_kit.console.protocol import AnyPanelRequest
from cluster_kit.content.models import Scope
from cluster_kit.forms.exercise_state import CLOSED, LOCKED, TOO_FEW
from cluster_kit.forms.protocol import FORM_REQUEST
from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.server.stream.connections import MAX_PAGES
from cluster_kit.server.stream.protocol import NOT_SIGNED_IN, VERSION, AnyPageFrame
from cluster_kit.sessions.commands import command_kinds
from cluster_kit.sessions.facilitation import Lock, Reveal
from cluster_kit.sessions.polls import ClosePoll, StartPoll
from cluster_kit.store import Person, Store
from cluster_kit.store.writes import MAX_OWN_CURRENT
from tests.attacks.conftest import SECRET
from tests.attacks.messages import COMMANDS, CONSOLE, FORMS, FRAMES, NONSENSE, Json, answer, piece
from tests.attacks.routes import TEXTS
from tests.server.facilitator import Facilitator
from tests.server.page_client import PageClient, connect, open_raw, until
from tests.serving import AVERY, JORDAN, TASI, Server

Clients = dict[str, httpx.Client]


def types_of(union: Any) -> set[str]:
    """The ``type`` of each message of a union."""
    return {typing.get_args(model.model_fields["type"].annotation)[0] for model in typing.get_args(union)}


def form_types() -> set[str]:
    """The ``type`` of each form message."""
    schema: Json = TypeAdapter(FORM_REQUEST._type).json_schema()
    return set(schema["discriminator"]["mapping"])


@contextmanager
def open_page(server: Server, client: httpx.Client, session: int = 1, *exercises: str) -> Iterator[PageClient]:
    with server.connect(client, session, exercises=exercises) as page:
        yield page


@pytest.fixture
def kept(server: Server) -> Iterator[None]:
    """Nothing of Guam's is read, and no attack is stored."""
    with Store.open(server.settings.db_url) as store:
        before = store.current(SERIES, "GU")
        yield
        assert store.current(SERIES, "GU") == before
        assert not [one for one in store.history(SERIES, "OH") if one.id == "attack"]


def test_every_message_has_a_row() -> None:
    assert types_of(AnyPageFrame) == set(FRAMES)
    assert form_types() == set(FORMS)
    assert set(command_kinds()) == set(COMMANDS)
    assert types_of(AnyPanelRequest) == CONSOLE


def test_frames_that_are_nonsense_close_their_page_only(server: Server, clients: Clients) -> None:
    with open_page(server, clients["facilitator"]) as other:
        for number, frame in enumerate(NONSENSE):
            with open_page(server, clients["ohio"]) as page:
                with suppress(ConnectionClosed):
                    page.socket.send(frame)
                assert page.wait_closed() in (1003, 1002, 1007, 1009), number
        other.send({"type": "ping"})
        other.wait_for("pong")
        assert other.close_code is None


@pytest.mark.usefixtures("kept")
def test_well_formed_frames_have_no_effect_for_others(server: Server, clients: Clients) -> None:
    with server.client(TASI) as guam, open_page(server, guam) as mate, open_page(server, clients["ohio"]) as page:
        seen = len(mate.frames)
        for kind, frames in FRAMES.items():
            for frame in frames:
                page.send({"type": kind, **frame})
        page.send({"type": "ping"})
        page.wait_for("pong")
        until(lambda: page.find("result", id="x"), "the commands are answered")
        assert page.close_code is None
        assert not [one for one in mate.frames[seen:] if one["type"] == "writing"]
        assert SECRET not in json.dumps(page.frames)


@pytest.mark.usefixtures("kept")
def test_no_form_message_is_kept_or_reads_another_state(server: Server, clients: Clients) -> None:
    sessions = {"program_crosswalk": 3}
    for session in (1, 3):
        with open_page(server, clients["ohio"], session) as page:
            for kind, attacks in FORMS.items():
                for exercise, message in attacks:
                    if sessions.get(exercise, 1) == session:
                        page.ask_form(exercise, kind, **message)
            page.send({"type": "ping"})
            page.wait_for("pong")
            page.ask_form("goals" if session == 1 else "next_steps", "hello", have=None)
            page.wait_for_form("goals" if session == 1 else "next_steps", "opening")
            if session == 1:
                until(lambda: len(_replies(page)) >= 9, "the saves are answered")
            assert page.close_code is None
            replies = [one["message"] for one in page.frames if one["type"] == "form"]
            assert not [one for one in replies if one["type"] == "saved" or one.get("value")]
            assert SECRET not in json.dumps(page.frames)


def _replies(page: PageClient) -> list[Json]:
    found = [one["message"] for one in page.frames if one["type"] == "form"]
    return [one for one in found if one["type"] in ("refused", "trouble")]


@pytest.mark.usefixtures("kept")
def test_a_participant_runs_no_command_of_a_facilitator(server: Server, clients: Clients) -> None:
    with open_page(server, clients["ohio"]) as page:
        for kind, (subject, value) in COMMANDS.items():
            result = page.command(kind, subject, **value)
            assert not result["ok"], (kind, result)
            assert result.get("refused"), (kind, result)


def test_only_facilitators_see_the_shared_screen(server: Server, clients: Clients) -> None:
    for who in ("stranger", "ohio"):
        with connect(clients[who], content=server.content.version, page_path="present") as page:
            with suppress(ConnectionClosed):
                page.hello()
            assert page.wait_closed() == NOT_SIGNED_IN
            assert page.frames == []
    with connect(clients["facilitator"], content=server.content.version, page_path="present") as screen:
        screen.hello()
        screen.wait_for("screen")
        for kind in set(COMMANDS) - {"scene"}:
            subject, value = COMMANDS[kind]
            assert not screen.command(kind, subject, **value)["ok"], kind
        assert SECRET not in json.dumps(screen.frames)


def test_ratings_are_revealed_only_after_two_people_have_rated(server: Server) -> None:
    with (
        server.client(AVERY) as one,
        server.client(JORDAN) as other,
        open_page(server, one, 1, "rate_systems") as page,
        open_page(server, other) as mate,
    ):
        page.ask_form("rate_systems", "reveal", message="first")
        assert page.wait_for_form("rate_systems", "exercise_state", message="first")["problem"] == TOO_FEW
        assert not page.command("reveal", "rate_systems", revealed=True)["ok"]
        assert not mate.command("reveal", "rate_systems", revealed=True)["ok"]
        for path in ("/session/1/floor", "/session/1/reveal"):
            assert one.post(path, data={"kind": "reveal", "_xsrf": find_xsrf_token(one.cookies)}).status_code == 404
        mate.send({"type": "ping"})
        mate.wait_for("pong")
        assert '"revealed": true' not in json.dumps([*page.frames, *mate.frames])


def test_the_rating_of_the_only_rater_is_shown_to_no_teammate_by_any_way(server: Server) -> None:
    """Before two have rated: a member reveals, the facilitator reveals to all teams, and a teammate chose to look."""
    area = next(area for area in server.content.instrument.areas if area.id == "systems_alignment")
    row = area.items[0].id
    note = "Only I rated this, and I said so"
    with Store.open(server.settings.db_url) as store:
        for name in ("ak1", "ak2"):
            store.add_person(Person(id=name, series=SERIES, jurisdiction="AK", name=f"Kim {name}", depth="essential"))
    with (
        server.client("ak1") as one,
        server.client("ak2") as other,
        open_page(server, one, 1, "rate_systems") as rater,
        open_page(server, other, 1, "rate_systems") as mate,
    ):
        rated = {"prompt": "ratings.rating", "row": row, "value": 4}
        assert rater.save("rate_systems", rated, {**rated, "prompt": "ratings.note", "value": note})["type"] == "saved"
        assert mate.save("rate_systems", prompt="look", value="without_rating")["type"] == "saved"
        mate.ask_form("rate_systems", "reveal", message="early")
        assert mate.wait_for_form("rate_systems", "exercise_state", message="early")["problem"] == TOO_FEW
        host = Facilitator(server.settings)
        host.do(Reveal(), "rate_systems")
        state = mate.wait_for_form("rate_systems", "exercise_state", revealed=True)
        assert state["spread"]["ratings"][row] == {"rated": 1, "points": {}, "value": None, "notes": []}
        summary = other.get("/session/1/summary").text
        assert "Where we stand" not in summary
        for shown in (json.dumps(mate.frames), summary, other.get("/session/1").text):
            assert note not in shown
        assert mate.save("rate_systems", prompt="ratings.rating", row=row, value=2)["type"] == "saved"
        state = until(lambda: _two_rated(mate, row), "two have rated")
        assert state["points"] == {"2": 1, "4": 1}
        assert "Where we stand" in other.get("/session/1/summary").text
        host.do(Reveal(revealed=False), "rate_systems")
        host.store.close()


def _two_rated(page: PageClient, row: str) -> Json | None:
    state = page.find_form("rate_systems", "exercise_state")
    item: Json = (state or {}).get("spread", {}).get("ratings", {}).get(row, {})
    return item if item.get("rated") == 2 and item["points"] else None


def test_a_polls_words_are_text_for_everyone(server: Server, clients: Clients) -> None:
    """A facilitator's account is worth stealing: what it asks everyone is text on pages and on the shared screen."""
    host = Facilitator(server.settings, 2)
    with open_page(server, clients["ohio"], 2) as page:
        for number, text in enumerate(one for one in TEXTS if "\ud7ff" not in one):
            asked = host.do(StartPoll(text=text[:100], options=(text[:60], f"another {number}")))
            poll = until(lambda asked=asked: _find_poll(page, asked), f"the poll {text} is here")
            assert poll["text"] == text[:100].strip()
            assert page.command("vote", asked, choice=99).get("refused")
            assert page.command("vote", asked, choice="<b>").get("refused")
        for client, path in ((clients["ohio"], "/session/2"), (clients["facilitator"], "/present/2")):
            html = client.get(path).text
            assert not [one for one in ("<script>alert", "<img src=x", "<svg onload", ">49<") if one in html]
        host.do(ClosePoll(), asked)
    host.store.close()


def _find_poll(page: PageClient, poll: str) -> Json | None:
    found: Json | None = page.newest.get("session_status", {}).get("poll")
    return found if found and found["id"] == poll else None


def test_messages_of_the_console_are_none_of_a_page(server: Server, clients: Clients) -> None:
    """What the console's page sends to its kernel, sent by a participant to the server."""
    for kind in sorted(CONSOLE - {"hello"}):
        with open_page(server, clients["ohio"]) as page:
            page.send({"type": kind, "id": "attack", "kind": "end", "about": "team", "asked": {"state": "GU"}})
            assert page.wait_closed() in (1002, 1003), kind
            assert SECRET not in json.dumps(page.frames)
    for path in ("/console/1", "/console/2", "/console/status"):
        assert clients["ohio"].get(path, follow_redirects=False).status_code == 404


def test_a_closed_exercise_takes_nothing_whichever_way_it_comes(server: Server) -> None:
    host = Facilitator(server.settings, 3)
    host.do(Lock(locked=True), "program_crosswalk")
    host.do(Lock(locked=True), "next_steps")
    with server.client(AVERY) as client, open_page(server, client, 3, "program_crosswalk", "next_steps") as page:
        reply = page.save("next_steps", prompt="actions.what", row="r1", value="while it is closed")
        assert (reply["type"], reply["sentence"]) == ("trouble", LOCKED)
        page.ask_form("program_crosswalk", "file", **piece("list.csv"))
        assert page.wait_for_form("program_crosswalk", "file", upload="list.csv")["problem"] == CLOSED
        for what in ("take_clear", "take_question"):
            page.ask_form("program_crosswalk", "ask", message=what, prompt="decisions", asked={"what": what})
            assert page.wait_for_form("program_crosswalk", "reply", message=what)["problem"] == CLOSED
        page.ask_form("program_crosswalk", "ask", message="look", prompt="decisions", asked={"what": "overview"})
        assert "problem" not in page.wait_for_form("program_crosswalk", "reply", message="look")
    assert not list((server.home / "files").rglob("*.csv"))
    host.do(Lock(locked=False), "program_crosswalk")
    host.do(Lock(locked=False), "next_steps")


def test_typed_markup_reaches_teammates_as_text(server: Server) -> None:
    text = "<img src=x onerror=alert(1)> =1+1 [x](javascript:alert(1))"
    with server.client(AVERY) as one, server.client(JORDAN) as other:
        with open_page(server, one, 1, "goals") as page, open_page(server, other, 1, "goals") as mate:
            reply = page.save("goals", prompt="goals.statement", row=uuid.uuid4().hex, value=text)
            assert reply["type"] == "saved"
            until(lambda: text in json.dumps(mate.frames, ensure_ascii=False), "the teammate has the text as it is")
            assert page.command("post", "peer_discussion", text=text)["ok"]
            until(lambda: text in mate.texts, "the post is here")
            assert page.command("park", text=text)["ok"]
        assert "<img src=x" not in one.get("/session/1").text


def test_the_store_knows_whose_an_answer_is_whatever_the_message_says(server: Server, clients: Clients) -> None:
    """Series, state, author, and session come from the connection, never from a message."""
    claims = {"author": TASI, "jurisdiction": "GU", "series": "2026", "session": 2, "scope": "person"}
    with open_page(server, clients["ohio"], 1, "goals") as page:
        row = uuid.uuid4().hex
        saved = answer("goals.statement", "A claim", id=row, row=row)
        page.ask_form("goals", "save", **claims, message="claim", responses=[{**saved["responses"][0], **claims}])
        page.wait_for_form("goals", "saved", message="claim")
        page.send({"type": "command", "id": row, "kind": "park", "jurisdiction": "GU", "value": {"text": "A claim"}})
        result = page.wait_for("result", id=row)
    with Store.open(server.settings.db_url) as store:
        [found] = [one for one in store.history(SERIES, "OH") if one.id == row]
        assert (found.author, found.jurisdiction, found.session, found.scope) == (AVERY, "OH", 1, Scope.TEAM)
        assert not [one for one in store.history(SERIES, "GU") if one.id == row]
    assert not result["ok"]


def test_answers_without_end_to_one_field_are_few_to_show_and_delay_no_one(server: Server, clients: Clients) -> None:
    """Each save reads what is current in its field: without a limit, four saves took 44 seconds, and others waited."""
    long = "x" * 5_000
    with server.connect(JORDAN, exercises=["goals"]) as page, server.connect(TASI, exercises=["goals"]) as guam:
        for save in range(3):
            answers = [{"prompt": "goals.statement", "row": "r2", "value": f"{save} {n} {long}"} for n in range(100)]
            saved = page.save("goals", *answers)
            assert len(json.dumps(saved)) < 100 * MAX_OWN_CURRENT * 6_000
        assert guam.save("goals", prompt="goals.statement", row="r4", value="Guam goes on")["type"] == "saved"
    with open_page(server, clients["ohio"], 1, "goals") as other:
        other.wait_for_form("goals", "opening")
        assert len(other.values("goals", "goals.statement", "r2")) == MAX_OWN_CURRENT


def test_pages_that_ask_without_end_and_read_nothing_leave_the_memory_of_the_server(
    server: Server, clients: Clients
) -> None:
    """Ten pages of a person, each of which asks for its forms 400 times: the replies would be 1.2 GB."""
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    exercises = [exercise.id for exercise in server.content.get_session(1).exercises]
    with server.connect(JORDAN, exercises=["goals"]) as page:
        page.save("goals", *({"prompt": "goals.statement", "row": "r3", "value": f"{n}" * 49_000} for n in range(6)))
    before = process.memory_info().rss
    hello = {"type": "hello", "protocol": VERSION, "content": server.content.version}
    frame = json.dumps({**hello, "forms": [{"exercise": one, "have": None} for one in exercises]})
    with server.client(JORDAN) as client, ExitStack() as stack:
        for _ in range(MAX_PAGES):
            slow = stack.enter_context(open_raw(client))
            with suppress(ConnectionClosed, TimeoutError):
                for _ in range(400):
                    slow.send(frame)
        with open_page(server, clients["ohio"], 1, "goals") as other:
            assert other.save("goals", prompt="goals.statement", row="r4", value="Others go on")["type"] == "saved"
        assert process.memory_info().rss - before < 300_000_000
