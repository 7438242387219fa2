"""Join links admit only invited people; tokens never appear in addresses or logs."""

from __future__ import annotations

import datetime as dt

import pytest

from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.server.auth.tokens import Invitation, make_session_token, make_token
from tests.serving import AVERY, TASI, Server, add_people, send_token

EXPIRED = dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
FAR = dt.datetime(2126, 1, 31, tzinfo=dt.UTC)


def token_of(server: Server, person: str) -> str:
    return server.link(person).partition("#")[2]


def test_a_link_lets_its_person_in_and_leads_to_the_session(server: Server) -> None:
    with server.client() as client:
        assert send_token(client, token_of(server, TASI)).json() == {"go": "/session/1"}
        home = client.get("/")
    assert home.status_code == 200
    assert "Guam" in home.text
    assert "Tasi Sample" in home.text
    assert "Chamorro Standard Time" in home.text
    assert "Session 4: Communications" in home.text


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(server: Server) -> None:
    with server.client() as client:
        cookie = send_token(client, token_of(server, AVERY)).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=" in cookie


@pytest.mark.parametrize("damage", [lambda t: t[:-2], lambda t: "x" + t, lambda t: t.replace(".", "x."), lambda _: ""])
def test_a_damaged_link_gets_one_sentence_and_no_cookie(server: Server, damage: object) -> None:
    assert callable(damage)
    with server.client() as client:
        answer = send_token(client, damage(token_of(server, AVERY)))
        assert answer.status_code == 403
        assert "not complete" in answer.json()["sentence"]
        assert "cluster_kit" not in client.cookies


def test_an_expired_link_says_when_it_ended_and_whom_to_ask(server: Server) -> None:
    token = make_token(server.settings.secret(), Invitation(AVERY, EXPIRED))
    with server.client() as client:
        answer = send_token(client, token)
    assert answer.status_code == 403
    assert "January 31, 2026" in answer.json()["sentence"]


@pytest.mark.parametrize("person", ["unknown", ""])
def test_a_signed_link_for_an_unknown_person_is_refused(server: Server, person: str) -> None:
    with server.client() as client:
        assert send_token(client, make_token(server.settings.secret(), Invitation(person, FAR))).status_code == 403


def test_a_link_of_another_series_or_for_a_session_that_is_no_more_says_so(server: Server) -> None:
    add_people("2026", server.settings, prefix="old-")
    secret = server.settings.secret()
    with server.client() as client:
        other = send_token(client, make_token(secret, Invitation(f"old-{AVERY}", FAR)))
        gone = send_token(client, make_token(secret, Invitation(AVERY, FAR, session=7)))
    assert other.status_code == gone.status_code == 403
    assert "belongs to the series '2026'" in other.json()["sentence"]
    assert "There is no session 7" in gone.json()["sentence"]


def test_a_session_token_is_no_link_and_a_link_is_no_cookie(server: Server) -> None:
    secret = server.settings.secret()
    with server.client() as client:
        assert send_token(client, make_session_token(secret, Invitation(AVERY, FAR))).status_code == 403
        client.cookies.set("cluster_kit", make_token(secret, Invitation(AVERY, FAR)))
        assert client.get("/session/1").status_code == 403


def test_a_session_token_that_expired_opens_nothing(server: Server) -> None:
    with server.client() as client:
        client.cookies.set("cluster_kit", make_session_token(server.settings.secret(), Invitation(AVERY, EXPIRED)))
        assert client.get("/session/1").status_code == 403


def test_the_door_refuses_a_request_from_another_site(server: Server) -> None:
    with server.client() as client:
        client.get("/join")
        assert client.post("/join", data={"token": token_of(server, AVERY)}).status_code == 403


def test_a_stranger_learns_how_to_get_in_and_nothing_else(server: Server) -> None:
    with server.client() as client:
        home, session = client.get("/"), client.get("/session/1")
    assert home.status_code == 200
    assert session.status_code == 403
    for page in (home, session):
        assert "Your invitation has a personal link" in page.text
        assert "Ohio" not in page.text


def test_whoever_leaves_is_a_stranger_again(server: Server) -> None:
    with server.client(AVERY) as client:
        assert client.post("/leave").status_code == 403
        left = client.post("/leave", data={"_xsrf": find_xsrf_token(client.cookies)})
        assert left.status_code == 303
        assert client.get("/session/1").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/voila/tree",
        "/voila/api/contents",
        "/voila/files/session_1_systems_alignment.ipynb",
        "/voila/static/voila.js",
        "/voila/templates/lab/index.html.j2",
        "/voila/render/session_1_systems_alignment.ipynb",
        "/api/kernels",
        "/api/contents",
        "/login",
        "/static/../cli/app.py",
        "/session/1/../../secret",
    ],
)
def test_what_a_notebook_server_would_serve_is_not_there(server: Server, path: str) -> None:
    with server.client(AVERY) as client:
        answer = client.get(path)
    assert answer.status_code == 404
    assert "There is no page at this address" in answer.text or not answer.text


def test_a_session_that_does_not_exist_is_a_plain_sentence(server: Server) -> None:
    with server.client(AVERY) as client:
        answer = client.get("/session/9")
    assert answer.status_code == 404
    assert "There is no session 9" in answer.text


def test_every_page_forbids_frames_foreign_scripts_and_sniffing(server: Server) -> None:
    with server.client(AVERY) as client:
        for path in ("/", "/join", "/session/9", "/nowhere", "/health"):
            headers = client.get(path).headers
            policy = headers["content-security-policy"]
            assert "script-src 'self';" in policy
            assert "frame-ancestors 'none'" in policy
            assert "connect-src 'self'" in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert headers["cache-control"] == "no-store"


def test_files_are_kept_for_good_under_an_address_of_their_content_and_travel_compressed(server: Server) -> None:
    with server.client() as client:
        page = client.get("/").text
        address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        again = client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert again.status_code == 304


def test_the_token_is_in_no_log_line(server: Server) -> None:
    token = token_of(server, AVERY)
    with server.client() as client:
        send_token(client, token)
        send_token(client, token[:-3])
        client.get("/join", params={"x": "1"})
    assert token[:-3] not in server.log
