"""Tokens and cookies: forged, expired, of other people, of another kind, and of shapes that cannot be."""

from __future__ import annotations

import base64
import datetime as dt
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from itsdangerous import URLSafeSerializer

from cluster_kit.server.auth import tokens
from cluster_kit.server.auth.cookies import SESSION, find_xsrf_token
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from tests.attacks.test_routes import check_response
from tests.serving import AVERY, JORDAN, Server, send_token

LATER, HUGE = 4_000_000_000, 10**30
SALTS = (tokens._LINK, tokens._SESSION, tokens._TEAM, tokens._REQUEST, tokens._BALLOT)
WORDS: dict[str, Any] = {"p": AVERY, "e": LATER, "s": 1, "i": LATER * 1000, "n": "key"}
# What a signature may hold, if the key has leaked or an older version has signed it. None is a person's, none a 500.
SIGNED: tuple[Any, ...] = (
    None, [], [1], "text", 1, True, {}, {"p": AVERY}, {"e": LATER}, {"p": AVERY, "e": None}, {"p": AVERY, "e": "x"},
    {**WORDS, "e": HUGE}, {**WORDS, "e": -HUGE}, {**WORDS, "e": 1}, {**WORDS, "e": [LATER]}, {**WORDS, "p": None},
    {**WORDS, "p": [AVERY]}, {**WORDS, "p": "unknown"}, {**WORDS, "p": "x" * 10_000}, {**WORDS, "p": "\ud7ff"},
    {**WORDS, "s": "1"}, {**WORDS, "s": 99}, {**WORDS, "s": -1}, {**WORDS, "i": HUGE}, {**WORDS, "i": "x"},
    {**WORDS, "n": []}, {**WORDS, "c": {}}, {"r": "demo"}, {"r": [], "s": {}, "n": None}, {"q": None}, {"q": []},
)  # fmt: skip
# What is not signed at all, or not with the key.
UNSIGNED = (
    "", ".", "..", "x", "x" * 100_000, "e30.", ".x", "%00", "\x7f", "é", "a.b.c", "null", "eyJwIjoiYXZlcnkifQ.x",
    URLSafeSerializer("", salt=tokens._LINK).dumps(WORDS),
    URLSafeSerializer("\x00" * 32, salt=tokens._LINK).dumps(WORDS),
    URLSafeSerializer("short", salt=tokens._SESSION).dumps(WORDS),
    base64.urlsafe_b64encode(json.dumps(WORDS).encode()).decode() + ".",
    ".eJwLzUtMBQAC.x",  # compressed, damaged
)  # fmt: skip


def is_signed_in(client: httpx.Client) -> bool:
    """Whether the client is anyone."""
    answer = client.get("/session/1/summary", follow_redirects=False)
    check_response(answer)
    return answer.status_code != 403


def try_everywhere(server: Server, text: str) -> None:
    """Use a text as a link, a pass, a request's token, and a cookie: no one is signed in, and nothing fails."""
    with server.client() as client:
        client.get("/join")
        form = {"_xsrf": find_xsrf_token(client.cookies)}
        for field in ("token", "pass", "asked"):
            answer = client.post("/join", data={**form, field: text, "name": "Mallory"}, follow_redirects=False)
            check_response(answer)
            assert answer.status_code in (400, 403, 413), (field, text[:60], answer.status_code)
        answer = client.post("/session/1/evaluation/answers", json={"ballot": text, "answers": {}})
        check_response(answer)
        assert answer.status_code in (400, 403, 413, 429)
    printable = text.isascii() and text.isprintable() and len(text) < 8000
    cookie = text if printable else ""
    with httpx.Client(base_url=server.address, headers={"Cookie": f"{SESSION}={cookie}"}) as client:
        assert not is_signed_in(client), text[:60]


@pytest.mark.parametrize("number", range(len(UNSIGNED)))
def test_what_the_key_has_not_signed_opens_nothing(server: Server, number: int) -> None:
    try_everywhere(server, UNSIGNED[number])


def test_signed_texts_of_another_shape_open_nothing(server: Server) -> None:
    secret = server.settings.secret()
    for words in SIGNED:
        for salt in SALTS:
            is_link = salt in (tokens._LINK, tokens._SESSION)
            if not (is_link and isinstance(words, dict) and _is_whole(words)):
                for reader in (tokens.read_token, tokens.find_session_token, tokens.read_pass):
                    _read(reader, secret, URLSafeSerializer(secret, salt=salt).dumps(words))
    for words in SIGNED[::3]:
        if not _is_whole(words):
            try_everywhere(server, str(URLSafeSerializer(secret, salt=tokens._LINK).dumps(words)))


def _is_whole(words: Any) -> bool:
    """Whether these are the words of a valid invitation; that its person or session exists is asked elsewhere."""
    return isinstance(words, dict) and set(words) == set(WORDS) and words["p"] in (AVERY, "unknown", "x" * 10_000)


def _read(reader: Any, secret: str, text: str) -> None:
    try:
        assert reader(secret, text, dt.datetime(2100, 1, 1, tzinfo=dt.UTC)) is None
    except tokens.LinkError:
        return


@pytest.mark.parametrize("words", [{**WORDS, "p": "unknown"}, {**WORDS, "s": 99}])
def test_a_signed_link_to_no_one_or_nowhere_is_refused(server: Server, words: dict[str, Any]) -> None:
    secret = server.settings.secret()
    with server.client() as client:
        answer = send_token(client, str(URLSafeSerializer(secret, salt=tokens._LINK).dumps(words)))
        check_response(answer)
        assert answer.status_code == 403


def test_a_token_of_one_kind_is_none_of_another(server: Server) -> None:
    secret = server.settings.secret()
    for salt in SALTS[1:]:
        with server.client() as client:
            answer = send_token(client, str(URLSafeSerializer(secret, salt=salt).dumps(WORDS)))
            assert answer.status_code == 403
    link = server.link(AVERY).partition("#")[2]
    with httpx.Client(base_url=server.address, headers={"Cookie": f"{SESSION}={link}"}) as client:
        assert not is_signed_in(client)


def test_each_changed_character_of_a_link_and_a_cookie_breaks_it(server: Server) -> None:
    link, secret = server.link(AVERY).partition("#")[2], server.settings.secret()
    now = dt.datetime.now(dt.UTC)
    for place in range(len(link) - 1):  # the last character has bits that base64 ignores
        changed = link[:place] + ("A" if link[place] != "A" else "B") + link[place + 1 :]
        with pytest.raises(tokens.LinkError):
            tokens.read_token(secret, changed, now)


def test_cookies_and_links_of_another_home_or_another_series_open_nothing(server: Server, tmp_path: Path) -> None:
    """Another home has another key. Two series of one home have the same key, and each its own people."""
    later = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    with Store.open(server.settings.db_url) as store:
        store.add_person(Person(id="of-2026", series="2026", jurisdiction="OH", name="Of Another Series"))
    elsewhere, here = Settings(tmp_path / "elsewhere").secret(), server.settings.secret()
    for secret, person in ((elsewhere, AVERY), (here, "of-2026")):
        invitation = tokens.Invitation(person, later)
        cookie = {"Cookie": f"{SESSION}={tokens.make_session_token(secret, invitation)}"}
        with httpx.Client(base_url=server.address, headers=cookie) as client:
            assert not is_signed_in(client)
        with server.client() as client:
            link = URLSafeSerializer(secret, salt=tokens._LINK).dumps({**WORDS, "p": person})
            assert send_token(client, str(link)).status_code == 403


def test_cookies_do_not_follow_a_person_who_signed_out(server: Server) -> None:
    with server.client(JORDAN) as client:
        copied = dict(client.cookies)
        answer = client.post("/leave", data={"_xsrf": find_xsrf_token(client.cookies)}, follow_redirects=False)
        assert answer.status_code == 303
    with httpx.Client(base_url=server.address, cookies=copied) as thief:
        assert not is_signed_in(thief)


def test_a_link_in_a_frame_or_a_form_of_another_site_signs_no_one_in(server: Server) -> None:
    link = server.link(JORDAN).partition("#")[2]
    with server.client(AVERY) as client:
        for data in ({"token": link}, {"token": link, "_xsrf": "x"}, {"token": link, "_xsrf": ""}):
            answer = client.post("/join", data=data, headers={"Origin": "https://elsewhere.example"})
            check_response(answer)
            assert answer.status_code == 403
        page = client.get("/you")
        assert "Avery Sample" in page.text
