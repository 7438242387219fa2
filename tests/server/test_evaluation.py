"""The anonymous evaluation on a running server, without a browser: ballots, what is stored, refusals, and the log."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from cluster_kit.content.evaluation import load_evaluation
from cluster_kit.content.times import meeting_span
from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.server.auth.tokens import make_ballot
from cluster_kit.server.evaluation.handlers import CLOSED, LARGEST_BODY, NOT_PERMITTED, NOT_YET
from cluster_kit.server.evaluation.service import EvaluationService
from cluster_kit.sessions import SessionState
from cluster_kit.sessions.evaluation import LONGEST_COMMENT, find_phase
from cluster_kit.sessions.facilitation import BeginSegment, EndSession
from cluster_kit.store import Person, Store
from tests.server.facilitator import SERIES, Facilitator
from tests.serving import AVERY, FAY, JORDAN, TASI, Server, run_server, wait_until

SECRET_WORDS = "the words of one participant"
ANSWERS = {
    "useful": {"chosen": ["very"]},
    "confidence": {"before": {"statewide_goals": 2}, "now": {"statewide_goals": 4}},
    "barrier": {"chosen": ["funding", "data"], "comment": SECRET_WORDS},
}
CONTACT = '[contact]\nname = "Workshop team"\nemail = "workshops@example.org"\nphone = "202-555-0100 ext. 12"\n'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a contact, on which session 1 has ended and session 2 has not."""
    home = tmp_path_factory.mktemp("evaluation") / "home"
    home.mkdir()
    (home / "settings.toml").write_text(CONTACT, encoding="utf-8")
    with run_server(home) as server:
        fay = Facilitator(server.settings)
        fay.do(BeginSegment(), "framing")
        fay.do(EndSession())
        fay.store.close()
        yield server


@pytest.fixture
def person(server: Server, store: Store) -> Iterator[httpx.Client]:
    """The client of a person who has not evaluated anything."""
    name = f"person-{uuid.uuid4().hex[:8]}"
    store.add_person(Person(id=name, series=SERIES, jurisdiction="OH", name="Kim Sample", depth="essential"))
    with server.client(name) as client:
        yield client


def ask(client: httpx.Client, session: int = 1) -> httpx.Response:
    return client.post(f"/session/{session}/evaluation/ballot", data={"_xsrf": find_xsrf_token(client.cookies)})


def send(server: Server, body: Any, session: int = 1) -> httpx.Response:
    """As the page does: without cookies."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with server.client() as client:
        return client.post(f"/session/{session}/evaluation/answers", content=content)


def take(client: httpx.Client) -> str:
    ballot = ask(client).json()["ballot"]
    assert isinstance(ballot, str)
    return ballot


def test_an_evaluation_is_stored_as_it_was_sent(server: Server, store: Store, person: httpx.Client) -> None:
    before = {one.id for one in store.evaluations(SERIES, 1)}
    assert send(server, {"ballot": take(person), "answers": ANSWERS}).status_code == 200
    [new] = [one for one in store.evaluations(SERIES, 1) if one.id not in before]
    assert new.answers == ANSWERS


def test_the_request_with_the_answers_needs_no_cookie_and_reads_none(
    server: Server, store: Store, person: httpx.Client
) -> None:
    """A cookie that is damaged would be refused by every handler that reads it."""
    body = json.dumps({"ballot": take(person), "answers": ANSWERS})
    before = len(store.evaluations(SERIES, 1))
    with server.client() as client:
        client.cookies.set("cluster_kit", "damaged")
        assert client.post("/session/1/evaluation/answers", content=body).status_code == 200
    assert len(store.evaluations(SERIES, 1)) == before + 1


def test_a_ballot_is_used_once(server: Server, store: Store, person: httpx.Client) -> None:
    ballot = take(person)
    for _ in range(3):
        assert send(server, {"ballot": ballot, "answers": ANSWERS}).status_code == 200
    other = {"useful": {"chosen": ["not_at_all"]}}
    before = store.evaluations(SERIES, 1)
    assert send(server, {"ballot": ballot, "answers": other}).status_code == 200
    assert store.evaluations(SERIES, 1) == before


def test_a_lost_reply_gives_the_same_ballot_again(person: httpx.Client) -> None:
    assert take(person) == take(person)


def make_service(
    store: Store, server: Server, now: dt.datetime, state: SessionState | None = None
) -> EvaluationService:
    """The service of another process, at another time."""
    found = state or SessionState()
    secret = server.settings.secret()
    return EvaluationService(load_evaluation(), server.content, store, secret, lambda _: found, lambda: now)


def test_another_process_issues_no_second_ballot_and_accepts_the_first(server: Server, tmp_path: Path) -> None:
    kim = Person(id="kim", series=SERIES, jurisdiction="OH", name="Kim Sample")
    session = server.content.get_session(1)
    now = meeting_span(server.content, 1)[1] + dt.timedelta(minutes=5)
    with Store.open(f"sqlite:///{tmp_path / 'responses.sqlite3'}") as store:
        ballot = make_service(store, server, now).take_ballot(kim, 1)
        assert ballot is not None
        other = make_service(store, server, now)
        assert other.take_ballot(kim, 1) is None
        evaluation_id = other.find_id(1, ballot)
        assert evaluation_id is not None
        assert other.keep(session, evaluation_id, {"useful": {"chosen": ["very"]}})
        late = make_service(store, server, now + dt.timedelta(days=load_evaluation().open_days))
        assert not late.keep(session, "another", {"useful": {"chosen": ["very"]}})
        assert len(store.evaluations(SERIES, 1)) == 1


def test_the_evaluation_is_open_from_the_end_of_the_session_for_two_weeks(server: Server) -> None:
    evaluation, content = load_evaluation(), server.content
    begins, ends = meeting_span(content, 1)
    minute, day = dt.timedelta(minutes=1), dt.timedelta(days=1)
    running, over = SessionState(began_at=begins), SessionState(began_at=begins, ended_at=ends - 20 * minute)

    def phase(state: SessionState, now: dt.datetime) -> str:
        return find_phase(content, evaluation, 1, state, now).value

    assert phase(SessionState(), ends - minute) == "ahead"
    assert phase(SessionState(), ends + minute) == "open"  # no facilitator has ended it
    assert phase(over, ends - 19 * minute) == "open"
    assert phase(running, ends + 30 * minute) == "ahead"  # it takes longer
    assert phase(over, ends + 14 * day - minute) == "open"
    assert phase(over, ends + 14 * day) == "closed"


def test_a_ballot_says_nothing_about_its_person(server: Server, person: httpx.Client, store: Store) -> None:
    ballot = take(person)
    with server.client(JORDAN) as other:
        another = take(other)
    assert len({ballot, another}) == 2
    everyone = [one for known in store.people(SERIES) for one in (known.id, known.name, known.jurisdiction)]
    assert not any(word and word in ballot for word in everyone if len(word) > 2)
    assert store.find_person(ballot) is None


def test_a_ballot_of_another_session_or_series_or_server_is_refused(server: Server, person: httpx.Client) -> None:
    secret = server.settings.secret()
    ballots = [
        make_ballot(secret, SERIES, 2),
        make_ballot(secret, "2026", 1),
        make_ballot("x" * 40, SERIES, 1),
        "",
        "x",
    ]
    for ballot in [*ballots, take(person)[:-1]]:
        answer = send(server, {"ballot": ballot, "answers": ANSWERS})
        assert (answer.status_code, answer.json()["sentence"]) == (403, NOT_PERMITTED)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({}, "Answer at least one question"),
        ({"useful": {}}, "Answer at least one question"),
        ({"useful": {"chosen": ["very", "somewhat"]}}, "have changed"),
        ({"useful": {"chosen": ["excellent"]}}, "have changed"),
        ({"useful": {"comment": "no field"}}, "have changed"),
        ({"barrier": {"chosen": ["data", "data"]}}, "have changed"),
        ({"name": {"comment": "Ana"}}, "have changed"),
        ({"confidence": {"before": {"statewide_goals": 5}}}, "have changed"),
        ({"confidence": {"before": {"unknown": 1}}}, "have changed"),
        ({"useful": {"chosen": ["very"], "person": "ana"}}, "could not be read"),
        ({"useful": "very"}, "could not be read"),
        ({"barrier": {"comment": "x" * (LONGEST_COMMENT + 1)}}, "A comment is longer than 600 characters"),
    ],
)
def test_answers_that_the_form_cannot_give_are_refused_with_a_sentence(
    server: Server, store: Store, person: httpx.Client, answers: Any, sentence: str
) -> None:
    before = len(store.evaluations(SERIES, 1))
    answer = send(server, {"ballot": take(person), "answers": answers})
    assert answer.status_code == 400
    assert sentence in answer.json()["sentence"]
    assert len(store.evaluations(SERIES, 1)) == before


def test_bodies_that_are_no_form_and_large_ones_are_refused(server: Server) -> None:
    for body in (b"", b"{", b"[]", b"\xff", b'{"ballot": "x"}', b'{"ballot": "\\ud800", "answers": {}}'):
        assert send(server, body).status_code in (400, 403)
    assert send(server, b"x" * (LARGEST_BODY + 1)).status_code == 413
    assert send(server, {"ballot": "x", "answers": {}}, session=9).status_code == 404


def test_only_signed_in_participants_receive_a_ballot_and_only_after_the_end(server: Server) -> None:
    with server.client() as client:
        client.get("/join")
        assert ask(client).status_code == 403
    with server.client(FAY) as client:
        assert ask(client).status_code == 404
        assert "Usefulness" not in client.get("/session/1/evaluation").text
        assert "How useful was this session" in client.get("/session/2/evaluation").text  # a preview, at any time
        assert "Send anonymously" not in client.get("/session/1/evaluation").text
    with server.client(AVERY) as client:
        assert ask(client, session=2).json() == {"ballot": None}
        assert NOT_YET in client.get("/session/2/evaluation").text
        assert ask(client, session=9).status_code == 404
        assert client.get("/session/9/evaluation").status_code == 404
        assert client.post("/session/1/evaluation/ballot").status_code == 403  # without the page's token


def test_asking_too_often_is_refused(server: Server, store: Store) -> None:
    store.add_person(Person(id="eager", series=SERIES, jurisdiction="OH", name="Eager", depth="essential"))
    with server.client("eager") as client:
        assert [ask(client).status_code for _ in range(21)] == [200] * 20 + [429]


def test_the_page_shows_every_question_and_every_outcome(server: Server) -> None:
    evaluation = load_evaluation()
    with server.client(TASI) as client:
        page = client.get("/session/1/evaluation").text
        session = client.get("/session/1").text
    assert all(question.text in page for question in evaluation.questions)
    assert all(outcome.text.replace("'", "&#39;") in page for outcome in server.content.get_session(1).outcomes)
    assert 'href="/session/1/evaluation"' in session
    assert CLOSED not in page


def test_nothing_of_an_evaluation_is_in_the_log_or_in_a_file_of_the_home_folder_except_the_store(
    server: Server, person: httpx.Client
) -> None:
    ballot = take(person)
    send(server, {"ballot": ballot, "answers": {"barrier": {"comment": SECRET_WORDS}}})
    send(server, {"ballot": ballot, "answers": {"barrier": {"comment": SECRET_WORDS, "unknown": SECRET_WORDS}}})
    send(server, {"ballot": ballot, "answers": {"unknown": {"comment": SECRET_WORDS}}})
    files = [path for path in Path(server.home).rglob("*") if path.is_file() and "responses.sqlite3" not in path.name]
    assert server.home / "server.log" in files
    for path in files:
        raw = path.read_bytes()
        assert SECRET_WORDS.encode() not in raw, path
        assert ballot.encode() not in raw, path


# --- the notice -----------------------------------------------------------------------------------------------------


def test_every_page_links_to_the_notice_which_needs_no_sign_in(server: Server) -> None:
    with server.client() as client:
        for address in ("/", "/join", "/session/1", "/nowhere", "/notice"):
            assert '<a href="/notice">' in client.get(address).text, address
        assert client.get("/notice").status_code == 200
    with server.client(AVERY) as client:
        for address in ("/", "/session/1", "/session/1/evaluation", "/examples", "/you", "/notice"):
            assert '<a href="/notice">' in client.get(address).text, address


def test_notice_glossary_and_primer_are_public_and_the_notice_is_there_in_spanish(server: Server) -> None:
    with server.client() as client:
        assert '<a href="/notice/es" lang="es" hreflang="es">Español</a>' in client.get("/notice").text
        spanish = client.get("/notice/es").text
        assert '<div lang="es">' in spanish
        assert "<h1>Privacidad, registros y accesibilidad</h1>" in spanish
        assert "Teléfono: " in spanish
        assert '<a href="/notice" lang="en" hreflang="en">English</a>' in spanish
        assert client.get("/notice/xx").status_code == 404
        glossary = client.get("/glossary").text
        assert '<a href="/glossary">Glossary</a>' in client.get("/join").text
        assert '<a href="/primer" hreflang="en">Read the primer</a>' in client.get("/join").text
        primer = client.get("/primer").text
    assert "<h2>What changed in October 2024</h2>" in primer
    assert "<dt>Concentrator</dt>" in glossary
    assert "20 U.S.C. 2302(12)</a>, as of April 2023" in glossary


def test_the_notice_names_the_contact_of_the_settings(server: Server) -> None:
    with server.client() as client:
        page = client.get("/notice").text
    assert '<a href="mailto:workshops@example.org">' in page
    assert '<a href="tel:2025550100">202-555-0100 ext. 12</a>' in page
    assert "Reply to the invitation" not in page


def test_the_cookies_are_those_that_the_notice_describes(server: Server) -> None:
    with server.client(AVERY) as client:
        client.get("/session/1")
        assert set(client.cookies) == {"cluster_kit", "cluster_kit_xsrf"}
        assert "two cookies" in client.get("/notice").text


def test_refused_forms_of_one_person_do_not_keep_others_of_the_same_network_from_sending(
    server: Server, store: Store, person: httpx.Client
) -> None:
    """An agency, or a hotel, has one address."""
    ballot = take(person)
    forged = {"ballot": "forged", "answers": ANSWERS}
    # One more is accepted each second, and a busy machine sends few.
    assert 429 in (send(server, forged).status_code for _ in range(600))
    assert 429 in (send(server, b"{").status_code for _ in range(600))
    before = len(store.evaluations(SERIES, 1))
    assert send(server, {"ballot": ballot, "answers": ANSWERS}).status_code == 200
    assert len(store.evaluations(SERIES, 1)) == before + 1


def test_a_refused_request_is_logged_without_the_address_of_who_asked(server: Server) -> None:
    """Beside the time at which a ballot was asked for, an address would be a name."""
    with server.client(JORDAN) as client:
        before = len(server.log)
        assert client.post("/session/1/evaluation/ballot?who=jordan").status_code == 403  # without the page's token
        assert client.post("/join", content=b"_xsrf=forged").status_code == 403
        assert client.get("/no-such-page").status_code == 404
    wait_until(lambda: "GET /no-such-page" in server.log, "the request is logged")
    new = server.log[before:]
    assert "POST /session/1/evaluation/ballot answered with 403" in new
    assert "127.0.0.1" not in new
    assert "jordan" not in new


def test_a_huge_request_is_refused_before_it_is_read(server: Server) -> None:
    """Anyone can send one, and the server would hold all of it in memory."""
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    before = process.memory_info().rss
    with server.client() as client, suppress(httpx.TransportError):  # the server closes the connection
        for path in ("/session/1/evaluation/answers", "/join"):
            assert client.post(path, content=b"x" * 60_000_000).status_code in (400, 413)
    assert process.memory_info().rss - before < 30_000_000
    with server.client(AVERY) as client:
        assert client.get("/session/1/evaluation").status_code == 200
