"""The content editor: a program on this machine, whose only key is the address that it prints."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cluster_kit.content.folders import SHIPPED, session_file
from cluster_kit.editor.messages import RestoreRequest
from cluster_kit.editor.service import Refusal
from cluster_kit.errors import ClusterKitError
from cluster_kit.settings import Settings
from tests.attacks.messages import FORMS, Json
from tests.attacks.routes import METHODS, TEXTS
from tests.editor.conftest import SERIES, open_service, run_editor_process
from tests.editor.test_editor_server import Client

DRAFT = "draft-of-an-attack"
ACTIONS = ("check", "save", "restore", "discard", "preview")
HOSTS = (
    "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example@127.0.0.1", "[::1]", "0x7f.1",
    "127.1", "0.0.0.0", "", " ", "localhost.",
)  # fmt: skip
BODIES = (
    b"[" * 100_000, b'{"data":' * 50_000, b'{"draft": "draft-of-an-attack", "base": "0"}', b'{"draft": NaN}', b"1e999",
    b'\xff\xfe{}', b'{"draft":"' + b"x" * 1_000_000 + b'"}', b'{"draft":"draft-of-an-attack","draft":"../../../../x"}',
)  # fmt: skip
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
CODE = "exercises: !!python/object/apply:os.system ['touch CODE_RAN']\n"
DEEP = "a: " + "[" * 5_000


@pytest.fixture(autouse=True)
def _server_is_well() -> None:
    """The live server takes no part."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(tmp_path_factory.mktemp("attacked-editor") / "home")


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[Client]:
    with run_editor_process(settings) as address:
        yield Client(address)
        errors = (settings.home.parent / "errors").read_text()
        assert "Traceback" not in errors, errors


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_only_this_machines_own_names_reach_the_editor(client: Client) -> None:
    for host in HOSTS:
        status, _, body = client.send(f"/{client.token}/session_1/open", Host=host)
        assert status in (400, 403), host
        assert b"exercises" not in body
    for name in ("X-Forwarded-Host", "X-Real-IP", "X-Scheme", "Forwarded"):
        status, _, _ = client.send(f"/{client.token}/session_1/open", **{name: "evil.example"})
        assert status == 200, "such headers mean nothing here"


def test_no_other_method_and_no_guessed_token_does_anything(client: Client, settings: Settings) -> None:
    before = files_below(settings.home)
    for method in (*METHODS, "HEAD"):
        for token in (client.token, client.token[:-1], client.token.upper(), client.token + "A", "x" * 32):
            for action in ("open", "save", "versions"):
                if (method, action) == ("POST", "save") and token == client.token:
                    continue
                connection = http.client.HTTPConnection("127.0.0.1", client.address.port, timeout=60)
                connection.request(method, f"/{token}/session_1/{action}", b"", {"Content-Type": "application/json"})
                assert connection.getresponse().status in (400, 403, 404, 405), (method, token, action)
                connection.close()
    assert files_below(settings.home) == before


@pytest.mark.parametrize("action", ACTIONS)
def test_a_hostile_body_is_one_sentence_and_writes_nothing(client: Client, settings: Settings, action: str) -> None:
    before = files_below(settings.home)
    for body in BODIES:
        status, headers, answer = client.send(f"/{client.token}/session_1/{action}", body)
        assert status in (400, 404, 409, 422), (action, body[:30], answer[:200])
        assert headers["Content-Type"].startswith("application/json")
        assert len(answer) < 1000
    assert files_below(settings.home) == before


def test_hostile_texts_in_every_field_are_text_or_problems(client: Client, settings: Settings) -> None:
    """What is saved is read back as it was typed, and the page that shows it is no different."""
    empty = client.send(f"/{client.token}/session_1")[2]
    for text in (one for one in TEXTS if one.isprintable()):
        opened = client.open()
        exercise = opened["data"]["exercises"][0]
        for key in [key for key, value in exercise.items() if isinstance(value, str) and key not in ("id", "minutes")]:
            data = json.loads(json.dumps(opened["data"]))
            data["exercises"][0][key] = text
            request = {"draft": DRAFT, "base": opened["base"], "data": data}
            status, _, body = client.send(f"/{client.token}/session_1/check", request)
            assert status in (200, 422), (key, text, body[:200])
        data = json.loads(json.dumps(opened["data"]))
        data["exercises"][0]["title"] = text
        request = {"draft": DRAFT, "base": opened["base"], "data": data}
        status, _, body = client.send(f"/{client.token}/session_1/save", request)
        assert status in (200, 409, 422), (text, body[:200])
        shown = client.open()["data"]["exercises"][0]["title"]
        assert shown == (text if status == 200 else opened["data"]["exercises"][0]["title"])
        assert client.send(f"/{client.token}/session_1")[2] == empty
    assert {Path(name).suffix for name in files_below(settings.content)} == {".yaml"}


def test_of_editors_that_save_at_once_each_learns_of_the_others(client: Client) -> None:
    """None overwrites what another has saved."""
    opened = client.open("session_2")

    def save(number: int) -> tuple[int, Json]:
        data = json.loads(json.dumps(opened["data"]))
        data["exercises"][0]["title"] = f"Title {number}"
        request = {"draft": f"{DRAFT}-{number}", "base": opened["base"], "data": data}
        status, _, body = client.send(f"/{client.token}/session_2/save", request)
        return status, json.loads(body)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(save, range(6)))
    saved = [number for number, (status, _) in enumerate(answers) if status == 200]
    assert len(saved) == 1
    assert {found["reason"] for status, found in answers if status != 200} == {"changed"}
    assert client.open("session_2")["data"]["exercises"][0]["title"] == f"Title {saved[0]}"


def test_the_preview_stores_nothing(client: Client, settings: Settings) -> None:
    opened = client.open()
    request = {"draft": DRAFT, "base": opened["base"], "data": opened["data"], "exercise": "goals"}
    assert client.send(f"/{client.token}/session_1/check", request)[0] == 200
    before = files_below(settings.home)
    for kind, messages in FORMS.items():
        for exercise, message in messages:
            asked = {"draft": DRAFT, "exercise": exercise, "message": {"type": kind, **message}}
            status, _, body = client.send(f"/{client.token}/session_1/preview", asked)
            assert status in (200, 400, 404, 422), (kind, message, body[:200])
    assert files_below(settings.home) == before


@pytest.mark.parametrize(
    "text", [BOMB, CODE, DEEP, "\x00", "- a\n", ""], ids=["bomb", "code", "deep", "nul", "list", ""]
)
def test_a_hostile_file_in_the_content_folder_is_a_sentence_and_never_run(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bomb of nine levels would be 387 million values. Tags of Python are no values."""
    monkeypatch.chdir(tmp_path)
    settings = Settings(tmp_path / "home")
    path = settings.content / session_file(SERIES, 1)
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ClusterKitError) as refused, open_service(settings) as service:
        service.open("session_1")
    assert len(str(refused.value)) < 20_000
    assert not (tmp_path / "CODE_RAN").exists()


def test_a_hostile_version_is_not_restored(tmp_path: Path) -> None:
    """Someone who can write into the home could also write the file itself; the editor still reads it as data."""
    settings = Settings(tmp_path / "home")
    with open_service(settings) as service:
        opened = service.open("session_1")
        file = service.find_file("session_1")
        with file.history.lock():
            version = file.history.keep(BOMB.encode())
        found = service.restore("session_1", RestoreRequest(draft=DRAFT, base=opened["base"], number=version.number))
        assert isinstance(found, Refusal)
        assert found.reason == "problems"
        assert file.read().raw == (SHIPPED / file.relative).read_bytes()
