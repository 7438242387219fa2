"""Every route: who may open it, with which methods, and what every response carries."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from cluster_kit.cli.demo import SERIES
from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.server.auth.rate_limits import PAGES_OF_A_PERSON
from cluster_kit.server.routes import KERNEL_ID, list_routes
from cluster_kit.server.security_headers import HEADERS
from cluster_kit.server.static_files import StaticFiles
from cluster_kit.server.stream.protocol import TOO_SLOW
from cluster_kit.server.widgets.handlers import KERNEL_ID as WIDGET_KERNEL_ID
from cluster_kit.store import Person, Store
from tests.attacks.conftest import SECRET
from tests.attacks.routes import METHODS, NOT_THERE, ORIGINS, ROUTES, TEXTS, TRAVERSALS
from tests.server.store_guard import ASKED
from tests.serving import Server

Clients = dict[str, httpx.Client]
WHO = ("stranger", "ohio", "facilitator")
REQUESTS = 5
SHARED_READS = 3 * 8
EXACT = re.compile(r"script-src [^;]*'unsafe-|style-src [^;]*'unsafe-inline'")


def name_route(pattern: str, digest: str) -> str:
    """A route's pattern as the table has it."""
    for kernel in (KERNEL_ID, WIDGET_KERNEL_ID):
        pattern = pattern.replace(kernel, "{id}")
    return pattern.replace(digest, "{digest}")


def check_response(answer: httpx.Response) -> None:
    """What is true for every response, whatever was asked."""
    if answer.status_code == 400 and not answer.content and not answer.headers:
        return  # Tornado's response to what is no request, before any handler
    assert answer.status_code < 500, (answer.request.method, answer.request.url, answer.status_code)
    for name, value in HEADERS.items():
        assert answer.headers.get(name) == value, (name, answer.request.method, answer.request.url)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert not EXACT.search(policy), policy
    assert "Server" not in answer.headers
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    assert "site-packages" not in answer.text


def test_every_route_has_a_row() -> None:
    statics = StaticFiles.read()
    routes = {name_route(str(route[0]), statics.digest) for route in list_routes(statics, {})}
    assert routes == set(ROUTES)


@pytest.mark.parametrize("who", WHO)
def test_each_page_opens_for_those_whom_it_is_for(server: Server, clients: Clients, who: str) -> None:
    digest = re.findall(r"/static/(\w+)/", clients["stranger"].get("/join").text)[0]
    found = {}
    for pattern, attack in ROUTES.items():
        answer = clients[who].get(attack.path.replace("{digest}", digest), follow_redirects=False)
        check_response(answer)
        found[pattern] = answer.status_code
    assert found == {pattern: getattr(attack, who) for pattern, attack in ROUTES.items()}


@pytest.mark.parametrize("who", WHO)
def test_no_method_changes_anything_without_the_forms_token(clients: Clients, who: str) -> None:
    client = clients[who]
    for attack in ROUTES.values():
        for method in METHODS:
            headers = {"Origin": ORIGINS[0], "Sec-Fetch-Site": "cross-site"}
            answer = client.request(method, attack.path, headers=headers, data={"name": "x"}, follow_redirects=False)
            check_response(answer)
            assert answer.status_code in (400, 403, 404, 405), (method, attack.path, answer.status_code)


@pytest.mark.parametrize("who", WHO)
def test_nothing_of_jupyter_is_served_and_no_path_leads_out_of_a_folder(clients: Clients, who: str) -> None:
    client = clients[who]
    root = re.findall(r"(/static/\w+)/", client.get("/join").text)[0]
    bases = (
        f"{root}/",
        "/organization/0/",
        "/widgets/0/",
        "/session/1/exercises/",
        "/session/1/summary/",
        "/codes/",
        "/",
    )
    for path in [*NOT_THERE, *(base + one for base in bases for one in TRAVERSALS)]:
        answer = client.get(httpx.URL(str(client.base_url)).copy_with(raw_path=path.encode()), follow_redirects=False)
        check_response(answer)
        assert answer.status_code in (400, 403, 404), (path, answer.status_code)
        assert "root:" not in answer.text


@pytest.mark.parametrize("path", ["/session/1/connection", "/present/1/connection"])
@pytest.mark.parametrize("origin", ORIGINS)
def test_no_other_site_opens_a_connection(clients: Clients, path: str, origin: str) -> None:
    upgrade = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": origin,
    }  # fmt: skip
    for who in WHO:
        answer = clients[who].get(path, headers=upgrade)
        assert answer.status_code == 403
        check_response(answer)


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_typed_is_never_markup(clients: Clients, text: str) -> None:
    """In each field of each form, and in each query. The response repeats it as text, or not at all."""
    client = clients["stranger"]
    client.get("/join")
    token = {"_xsrf": find_xsrf_token(client.cookies)}
    fields = dict.fromkeys(("code", "name", "role", "depth", "same", "token", "asked", "pass", "keep", "other"), text)
    answers = [
        client.post("/join", data={**token, name: value}, follow_redirects=False)
        for name, value in fields.items()
        if name not in ("keep", "other")
    ]
    form = {"name": "Rowan Sample", "email": "rowan@ohio.gov", "jurisdiction": "OH", "session": "1", "leave-empty": ""}
    for name in (*form, "role", "needs"):
        answers.append(client.post("/register", data={**token, **form, name: text}, follow_redirects=False))
    client = clients["ohio"]
    token = {"_xsrf": find_xsrf_token(client.cookies)}
    for path in ("/requests", "/same-person", "/you"):
        answers.append(client.post(path, data={**token, **fields, "number": text}, follow_redirects=False))
    for path in ("/examples?area=", "/you?session=", "/same-person?keep=", "/join?code=", "/nowhere/"):
        answers.append(client.get(path + quote(text, safe="%"), follow_redirects=False))
    for answer in answers:
        check_response(answer)
        for markup in ("<script>alert", "<img src=x", "<svg onload", ">49<"):
            assert markup not in answer.text
        assert "x" not in answer.cookies
        assert "b" not in answer.headers


def test_bodies_that_are_no_forms_end_with_a_sentence_for_everyone(clients: Clients) -> None:
    """They are refused before it is known who sent them."""
    for who in WHO:
        for path in ("/join", "/register", "/you", "/requests", "/roster/import", "/nowhere"):
            for body in (b"--x\r", b"--x\r\n\r\n--x--", b"\xff" * 100):
                headers = {"Content-Type": "multipart/form-data; boundary=x"}
                answer = clients[who].post(path, content=body, headers=headers)
                check_response(answer)
                assert answer.status_code in (400, 403, 404), (path, answer.status_code)
                assert "<h1" in answer.text, (who, path, body)


def test_a_script_with_a_link_is_told_to_wait_and_slows_no_one_else(server: Server, clients: Clients) -> None:
    with Store.open(server.settings.db_url) as store:
        store.add_person(Person(id="looping", series=SERIES, jurisdiction="OH", name="Lu Ping", depth="essential"))
    with server.client("looping") as client, server.client("looping") as elsewhere:
        loads = (client.get("/left", follow_redirects=False).status_code for _ in range(PAGES_OF_A_PERSON.most + 1))
        assert 429 in loads
        for one, accept in ((client, "text/html"), (elsewhere, "application/json")):
            answer = one.get("/session/1", headers={"Accept": accept})
            check_response(answer)
            assert answer.status_code == 429
            assert 0 < int(answer.headers["Retry-After"]) <= 60
            wait = f"Wait {answer.headers['Retry-After']} second"
            assert wait in (answer.text if one is client else answer.json()["sentence"])
        assert client.get("/requests").status_code == 200, "what pages ask for again and again is not limited"
        with server.connect(client, hello=False) as page:
            assert page.wait_closed() == TOO_SLOW
        with server.client("looping") as signed_in_again:
            assert signed_in_again.get("/").status_code == 429
    assert clients["ohio"].get("/session/1").status_code == 200


def test_strangers_ask_the_store_nothing_on_every_route(server: Server, clients: Clients) -> None:
    """No statement in the store; also with forged links and cookies."""
    client = clients["stranger"]
    asked_before = server.log.count(ASKED)
    clients["ohio"].get("/session/1/summary")
    assert server.log.count(ASKED) > asked_before, "statements are counted"
    digest = re.findall(r"/static/(\w+)/", client.get("/join").text)[0]
    statements = {}

    def count(name: str, send: Callable[[], httpx.Response]) -> None:
        before = server.log.count(ASKED)
        for _ in range(REQUESTS):
            check_response(send())
        statements[name] = server.log.count(ASKED) - before

    for pattern, attack in ROUTES.items():
        path = attack.path.replace("{digest}", digest)
        count(pattern, lambda path=path: client.get(path, follow_redirects=False))  # type: ignore[misc]
    form = {"_xsrf": find_xsrf_token(client.cookies)}
    forged = "eyJwIjoidGFzaSIsImUiOjQ5MjQwMDAwMDAsInMiOjF9.AAAAAAAAAAAAAAAAAAAAAAAAAAA"
    count("a forged link", lambda: client.post("/join", data={**form, "token": forged}))
    count("a forged pass", lambda: client.post("/join", data={**form, "pass": forged, "name": "Tasi"}))
    cookies = {"Cookie": f"cluster_kit={forged}"}
    count("a forged cookie", lambda: client.get("/session/1", headers=cookies))
    asked = {name: number for name, number in statements.items() if number}
    assert set(asked) <= {"/register"}, "its sessions are read once in two seconds for all strangers"
    assert sum(asked.values()) <= SHARED_READS


def test_no_path_redirects_to_another_site(clients: Clients) -> None:
    paths = (
        "//evil.example", "//evil.example/..", "/\\evil.example", "//evil.example/%2f..", "/you?next=//evil.example",
        "/join?next=https://evil.example", "/session/1/", "/%09/evil.example", "/.evil.example",
    )  # fmt: skip
    for path in paths:
        for who in WHO:
            request = clients[who].build_request("GET", "/")
            request.url = request.url.copy_with(raw_path=path.encode())
            answer = clients[who].send(request, follow_redirects=False)
            check_response(answer)
            assert "evil" not in answer.headers.get("location", ""), path


def test_requests_that_are_too_large_or_malformed_end_without_harm(server: Server, clients: Clients) -> None:
    client = clients["ohio"]
    token = {"_xsrf": find_xsrf_token(client.cookies)}
    for path in ("/join", "/register", "/roster/import", "/session/1/evaluation/answers", "/nowhere"):
        too_large: list[dict[str, Any]] = [
            {"content": b"x" * 30_000_000, "headers": {"Content-Type": "application/json"}},
            {"content": iter([b"x" * 1_000_000] * 5)},
            {"data": {**token, "name": "x" * 5_000_000}},
            {"data": token, "files": {"list": ("people.csv", b"x" * 12_000_000)}},
        ]
        for request in too_large:
            answer = client.post(path, **request)
            check_response(answer)
            assert answer.status_code == 413, path
            assert "larger than" in answer.text or "too large" in answer.text, path
            assert ("<h1" in answer.text) == (not path.endswith("answers")), path
    malformed = [b"\x00\xff", b"{" * 100_000, b"[" * 100_000, b'{"a":' * 50_000, b"null", b"\xff\xfe{}", b"1e999999"]
    for body in malformed:
        for path in ("/session/1/evaluation/answers", "/session/1/evaluation/ballot", "/arrived", "/join", "/you"):
            check_response(client.post(path, content=body, headers={"Content-Type": "application/json"}))
    for kind in (
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/x-www-form-urlencoded; charset=\x7f",
    ):
        check_response(client.post("/join", content=b"--x\r\n" * 100, headers={"Content-Type": kind}))


def test_an_address_in_the_host_header_is_refused_where_the_address_is_known() -> None:
    from cluster_kit.server.auth.hosts import UnknownHost

    known = UnknownHost("https://workshop.example.org")

    class Request:
        host = ""

    for host in ("evil.example", "workshop.example.org.evil.example", "workshop.example.org@evil.example", "", "x\ty"):
        request = Request()
        request.host = host
        assert known.match(request) == {}, host  # type: ignore[arg-type]
