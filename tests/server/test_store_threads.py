"""The event loop never waits for the store: a server that logs such accesses, with every kind of request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from cluster_kit.cli.demo import prepare_demo
from cluster_kit.roster.codes import list_codes
from cluster_kit.roster.editing import person_version
from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.server.auth.tokens import Invitation, make_session_token
from cluster_kit.sessions.facilitation import BeginSegment, EndSession
from cluster_kit.store import Person, Store
from tests.asyncs import run
from tests.attacks.routes import ROUTES
from tests.server import store_guard
from tests.server.facilitator import SERIES, Facilitator
from tests.server.page_client import connect
from tests.server.test_joining import join_by_code
from tests.serving import AVERY, FAY, JORDAN, PATIENCE_S, Server, add_people, run_server, wait_until

FAR = dt.datetime(2126, 1, 31, tzinfo=dt.UTC)
EXERCISE, PROMPT = "peer_discussion", "heard"


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path, prepare=store_guard.watch_stores)
    add_people(prepare_demo(server.settings).series.id, server.settings)
    server.start()
    yield server
    server.end()


def test_the_guard_sees_a_store_that_is_asked_on_the_event_loop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def ask() -> None:
        store_guard.check_thread(None, None, "SELECT 1")

    run(ask())
    with ThreadPoolExecutor(1) as pool:  # the browser keeps a loop running in the thread of the tests
        pool.submit(store_guard.check_thread, None, None, "SELECT 2").result()
    output = capsys.readouterr().err
    assert f"{store_guard.MARK}: SELECT 1" in output
    assert "SELECT 2" not in output


def test_no_request_makes_the_event_loop_wait_for_the_store(guarded: Server) -> None:
    with Store.open(guarded.db_url) as store:
        code = list_codes(store, "demo", ["OH"])["OH"]
        with guarded.client() as stranger:
            stranger.get("/")
            assert join_by_code(stranger, code, "Newcomer Sample").status_code == 303
        with guarded.client(FAY) as facilitator:
            for address in ("/", "/console/status", "/session/1", "/examples", "/ready", "/metrics", "/health"):
                assert facilitator.get(address).status_code in (200, 503), address
        with guarded.client(AVERY) as client:
            for address in ("/", "/you?session=1", "/examples"):
                assert client.get(address).status_code == 200
            client.post("/you", data={"depth": "full", "_xsrf": find_xsrf_token(client.cookies)})
            with guarded.connect(client, exercises=[EXERCISE]) as page:
                assert page.save(EXERCISE, prompt=PROMPT, value="Heard")["type"] == "saved"
                page.send(
                    {"type": "command", "id": "c1", "kind": "post", "subject": "framing", "value": {"text": "Hi"}}
                )
                page.wait_for("result", id="c1")
        # A person added by another server, and one who was erased: neither is cached.
        store.add_person(Person(id="other", series="demo", jurisdiction="OH", name="Other Sample", depth="full"))
        for person, status in (("other", 200), ("erased", 403)):
            with guarded.client() as client:
                session_token = make_session_token(guarded.settings.secret(), Invitation(person, FAR))
                client.cookies.set("cluster_kit", session_token)
                assert client.get("/session/1").status_code == status
        store.add_person(Person(id="third", series="demo", jurisdiction="OH", name="Third Sample", depth="full"))
        with guarded.client() as client:
            client.cookies.set("cluster_kit", make_session_token(guarded.settings.secret(), Invitation("third", FAR)))
            with guarded.connect(client, exercises=[EXERCISE]) as page:
                page.wait_for_form(EXERCISE, "opening")
    assert store_guard.MARK not in guarded.log, guarded.log


def test_no_route_makes_the_event_loop_wait_for_the_store(tmp_path: Path) -> None:
    """Every route with GET, for everyone, and the forms that change something."""
    (tmp_path / "settings.toml").write_text("[registration]\nopen = true\n", encoding="utf-8")
    with run_server(tmp_path, prepare=store_guard.watch_stores) as guarded:
        fay = Facilitator(guarded.settings)
        fay.do(BeginSegment(), "framing")
        fay.do(EndSession())
        fay.share("OH", AVERY, "named", what="Summaries are of what a team wrote")
        with guarded.client() as stranger, guarded.client(AVERY) as avery, guarded.client(FAY) as facilitator:
            for client in (stranger, avery, facilitator):
                digest = client.get("/join").text.partition("/static/")[2].partition("/")[0]
                for attack in ROUTES.values():
                    client.get(attack.path.replace("{digest}", digest), follow_redirects=False)

            def post(client: httpx.Client, path: str, **form: str) -> httpx.Response:
                data = {"_xsrf": find_xsrf_token(client.cookies), **form}
                return client.post(path, data=data, follow_redirects=False)

            joining = {"name": "Wai Ting", "email": "w@x.gov", "jurisdiction": "OH", "role": "", "session": "1"}
            registered = post(stranger, "/register", **joining)
            assert registered.status_code in (200, 303), registered.text
            wait_until(lambda: fay.store.registrations(SERIES), "the registration is stored")
            waiting = fay.store.registrations(SERIES)[0].id
            assert post(facilitator, "/roster/registrations", registration=waiting, action="approve").status_code == 303
            added = post(facilitator, "/roster", name="Li Wei", jurisdiction="OH", email="l@x.gov")
            assert added.status_code == 303, added.text
            person = fay.store.find_person(added.headers["Location"].partition("/roster/")[2].partition("?")[0])
            assert person
            for action in ("change", "link", "remove", "restore", "replace"):
                post(facilitator, f"/roster/{person.id}", action=action, version=person_version(person), name="Li W.")
            table = {"list": ("list.csv", b"name,state,email\nNew Person,OH,n@x.gov\n")}
            token = {"_xsrf": find_xsrf_token(facilitator.cookies)}
            assert facilitator.post("/roster/import", data=token, files=table).status_code == 200
            assert post(facilitator, "/same-person", keep=AVERY, other=JORDAN).status_code in (200, 303)
            for path in ("/roster/export.xlsx", "/roster/calendar.zip", "/session/1/evaluation", "/present/1"):
                facilitator.get(path)
            for path in ("/session/1/summary/OH.pdf", "/session/1/summary/OH.docx", "/session/1/summary"):
                assert avery.get(path, timeout=PATIENCE_S).status_code == 200
            assert post(avery, "/you", need="Large type").status_code in (200, 303)
            assert post(avery, "/requests", request="x", answer="yes").status_code < 500
            ballot = post(avery, "/session/1/evaluation/ballot").json()["ballot"]
            sent = stranger.post("/session/1/evaluation/answers", json={"ballot": ballot, "answers": {}})
            assert sent.status_code < 500
            with guarded.connect(avery) as page:
                page.command("more_time", on=True)
            with connect(facilitator, page_path="present") as screen:
                screen.socket.send("{}")
                screen.wait_closed()
            assert post(avery, "/leave").status_code == 303
        assert store_guard.MARK not in guarded.log, guarded.log
