"""The editor's server: who may use it, what it refuses, and that its command says where it is."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from cluster_kit.editor.server import LARGEST_REQUEST
from cluster_kit.settings import Settings
from tests.editor.conftest import run_editor_process

DRAFT = "draft-of-the-test"


class Client:
    """An HTTP client that may send any header."""

    def __init__(self, address: str) -> None:
        self.address = urlsplit(address)
        self.token = self.address.path.split("/")[1]

    def send(self, path: str, body: object = None, **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection(str(self.address.hostname), self.address.port, timeout=60)
        usual = {"Content-Type": "application/json"} if body is not None else {}
        sent = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET" if body is None else "POST", path, sent, {**usual, **named})
        answer = connection.getresponse()
        found = answer.status, answer.headers, answer.read()
        connection.close()
        return found

    def open(self, name: str = "session_1") -> dict[str, Any]:
        status, _, body = self.send(f"/{self.token}/{name}/open")
        assert status == 200, body
        found: dict[str, Any] = json.loads(body)
        return found


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(tmp_path_factory.mktemp("editor") / "home")


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[Client]:
    with run_editor_process(settings) as address:
        yield Client(address)


def test_the_address_has_a_token_that_is_hard_to_guess(client: Client) -> None:
    assert len(client.token) >= 32


def test_the_page_allows_scripts_of_its_own_only(client: Client) -> None:
    status, headers, body = client.send(f"/{client.token}/session_1")
    assert status == 200
    assert "default-src 'none'; script-src 'self';" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert b"<script>" not in body


def test_without_a_name_the_first_session_opens(client: Client) -> None:
    status, headers, _ = client.send(f"/{client.token}/")
    assert (status, headers["Location"]) == (302, f"/{client.token}/session_1")


@pytest.mark.parametrize(
    "path", ["/", "/wrong/", "/wrong/session_1/open", "//session_1/open", "/favicon.ico", "/a/b/c/d"]
)
def test_nothing_is_shown_without_the_token(client: Client, path: str) -> None:
    status, _, body = client.send(path)
    assert status in (403, 404)
    assert b"exercises" not in body
    assert client.token.encode() not in body


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": "evil.example:80"}, {"Origin": "http://evil.example"}, {"Origin": "null"}],
    ids=str,
)
def test_other_hosts_and_other_sites_are_refused(client: Client, headers: dict[str, str]) -> None:
    assert client.send(f"/{client.token}/session_1/open", **headers)[0] == 403


def test_changes_that_are_too_large_are_refused_with_a_sentence(client: Client) -> None:
    status, _, answer = client.send(f"/{client.token}/session_1/save", b"x" * (LARGEST_REQUEST + 1))
    assert status == 413
    assert "larger than 4 MB, so they were not saved" in json.loads(answer)["sentence"]


@pytest.mark.parametrize("action", ["check", "save", "restore", "discard", "preview"])
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"draft": "../../../etc/passwd"}', b'{"unknown": 1}', b"\xff"], ids=str
)
def test_a_request_that_is_not_understood_is_one_sentence(client: Client, action: str, body: bytes) -> None:
    status, _, answer = client.send(f"/{client.token}/session_1/{action}", body)
    assert status == 400
    assert "did not understand" in json.loads(answer)["sentence"]


def test_a_form_of_another_site_cannot_post(client: Client) -> None:
    status, _, _ = client.send(
        f"/{client.token}/session_1/discard", b"draft=draft-of-the-test", Content_Type="text/plain"
    )
    assert status == 415


@pytest.mark.parametrize("name", ["session_9", "series", "instrument", "session_0", "framework"])
def test_only_sessions_and_shared_exercises_can_be_edited(client: Client, name: str, settings: Settings) -> None:
    assert client.send(f"/{client.token}/{name}")[0] == 404
    status, _, answer = client.send(f"/{client.token}/{name}/open")
    assert (status, "nothing to edit" in json.loads(answer)["sentence"]) == (404, True)
    assert not settings.content.exists()


@pytest.mark.parametrize("name", ["..", "%2e%2e", "..%2f..%2fsecret", "session_1%2f..%2f..%2f..%2fx"])
def test_no_path_leads_out_of_the_content(client: Client, name: str) -> None:
    assert client.send(f"/{client.token}/{name}/open")[0] in (403, 404)


def test_a_hostile_text_is_saved_as_text(client: Client, settings: Settings) -> None:
    opened = client.open()
    hostile = "</script><img src=x onerror=alert(1)> =cmd() {{ 7*7 }} !!python/object:os.system"
    opened["data"]["exercises"][0]["title"] = hostile
    request = {"draft": DRAFT, "base": opened["base"], "data": opened["data"]}
    status, _, body = client.send(f"/{client.token}/session_1/save", request)
    assert status == 200, body
    assert client.open()["data"]["exercises"][0]["title"] == hostile
    assert sorted(path.name for path in settings.content.rglob("*") if path.is_file()) == ["session_1.yaml"]


@pytest.mark.parametrize("key", ["__proto__", "&a", "*a", "!!x", "a: b\nc", "", "\x00"])
def test_keys_that_content_does_not_have_are_problems(client: Client, key: str) -> None:
    opened = client.open()
    opened["data"]["exercises"][0][key] = "x"
    request = {"draft": DRAFT, "base": opened["base"], "data": opened["data"]}
    status, _, body = client.send(f"/{client.token}/session_1/save", request)
    assert status in (409, 422), body
    assert client.open()["base"] == opened["base"]


@pytest.mark.parametrize("value", [1, True, {"a": 1}, [[["x"]]], "\x00", "\ud800", "x\x07y"], ids=repr)
def test_values_that_are_no_text_are_refused(client: Client, value: object) -> None:
    opened = client.open()
    opened["data"]["exercises"][0]["title"] = value
    request = {"draft": DRAFT, "base": opened["base"], "data": opened["data"]}
    status, _, body = client.send(f"/{client.token}/session_1/save", request)
    assert status in (400, 409, 422), body
    assert client.open()["base"] == opened["base"]


def test_a_session_can_be_opened_first(tmp_path: Path) -> None:
    with run_editor_process(Settings(tmp_path / "home"), "--session", "2") as address:
        assert address.endswith("/session_2")
        assert Client(address).open("session_2")["name"] == "session_2"
