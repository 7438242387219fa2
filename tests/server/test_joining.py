"""Joining by team code: the form, limits on guessing, and protection against impersonation."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from time import monotonic

import httpx
import pytest
from bs4 import BeautifulSoup

from cluster_kit.roster.codes import list_codes, renew_code
from cluster_kit.server.auth.code_join import MOST_IN_TEAM
from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.server.auth.rate_limits import CODE_PAUSE_S, CODES_OF_A_BROWSER, CODES_OF_A_NETWORK
from cluster_kit.server.auth.tokens import Invitation, JoinPass, make_pass, make_token
from cluster_kit.store import Person, Store
from cluster_kit.store.models import utc_now
from tests.serving import AVERY, TASI, Server, send_token

FAR = dt.datetime(2126, 1, 31, tzinfo=dt.UTC)
HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}"


@pytest.fixture
def code(store: Store) -> str:
    return list_codes(store, "demo", ["OH"])["OH"]


def send(client: httpx.Client, **fields: str) -> httpx.Response:
    """Submit the join form like a browser, without following redirects."""
    client.get("/join")
    return client.post("/join", data={**fields, "_xsrf": find_xsrf_token(client.cookies)})


def sentence(page: httpx.Response) -> str:
    found = BeautifulSoup(page.text, "lxml").select_one(".ck-join-error")
    return found.get_text() if found else ""


def get_pass(client: httpx.Client, code: str) -> str:
    page = send(client, code=code)
    assert page.status_code == 200, page.text
    field = BeautifulSoup(page.text, "lxml").select_one("input[name=pass]")
    assert field
    return str(field["value"])


def join_by_code(client: httpx.Client, code: str, name: str, **fields: str) -> httpx.Response:
    return send(client, **{"pass": get_pass(client, code)}, name=name, **fields)


def team(store: Store, name: str) -> list[Person]:
    return [person for person in store.people("demo", "OH") if person.name == name]


# --- by code -------------------------------------------------------------------------------------------------------


def test_a_code_and_a_name_make_a_teammate(server: Server, store: Store, code: str) -> None:
    with server.client() as client:
        spoken = code.lower().replace("-", " ")
        came = join_by_code(client, spoken, "  Zoë   Walker ", role="data", depth="full")
        assert (came.status_code, came.headers["location"]) == (303, "/session/1")
        home = client.get("/").text
    assert "Zoë Walker" in home
    assert "Data and reporting" in home
    (zoe,) = team(store, "Zoë Walker")
    assert (zoe.jurisdiction, zoe.role, zoe.depth) == ("OH", "data", "full")


def test_only_the_name_is_needed(server: Server, store: Store, code: str) -> None:
    with server.client() as client:
        assert join_by_code(client, code, "Only A. Name", role="nonsense", depth="deepest").status_code == 303
    (one,) = team(store, "Only A. Name")
    assert (one.role, one.depth) == ("", "essential")


@pytest.mark.parametrize(
    ("name", "problem"), [("", "Write your name"), (" \t\u202e", "Write your name"), ("x" * 81, "has 81 characters")]
)
def test_a_name_that_cannot_be_is_asked_for_again(server: Server, code: str, name: str, problem: str) -> None:
    with server.client() as client:
        page = join_by_code(client, code, name, role="data", depth="full")
        assert page.status_code == 400
        assert problem in sentence(page)
        assert 'value="data" selected' in page.text
        assert "cluster_kit" not in client.cookies


def test_a_hostile_name_is_shown_as_it_is_and_run_by_nobody(server: Server, store: Store, code: str) -> None:
    with server.client() as client, server.client() as other:
        assert join_by_code(client, code, HOSTILE).status_code == 303
        home = client.get("/").text
        taken = join_by_code(other, code, HOSTILE.upper())
    assert team(store, HOSTILE)
    for page in (home, taken.text):
        assert "<img src=x" not in page.lower()
        assert "&lt;img src=x" in page.lower()


@pytest.mark.parametrize("typed", ["", "hello", "KDR-111", "' OR 1=1 --", "\0", "K" * 5000])
def test_what_is_no_code_says_what_a_code_looks_like_and_does_not_count(server: Server, typed: str) -> None:
    with server.client() as client:
        for _ in range(3):
            page = send(client, code=typed)
    assert page.status_code == 403
    assert "three letters and four digits" in sentence(page)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ABC-0000", "ABC-0000 cannot be a team code: A, B, C, and 0 are in no code"),
        ("kdr 4927x", "three letters and four digits"),
        ("KDR-4921", "KDR-4921 cannot be a team code: 1 is in no code"),
        ("KDS-4927", "KDS-4927 cannot be a team code: S is in no code"),
    ],
)
def test_a_code_of_the_right_shape_that_cannot_be_one_says_why(server: Server, typed: str, said: str) -> None:
    with server.client() as client:
        page = send(client, code=typed)
    assert page.status_code == 403
    assert said in sentence(page)


def test_a_code_that_was_replaced_opens_nothing_but_who_came_by_it_stays(server: Server, store: Store) -> None:
    old = renew_code(store, "demo", "WY").code
    with server.client() as early, server.client() as late:
        assert join_by_code(early, old, "Early Sample").status_code == 303
        held = get_pass(late, old)
        renew_code(store, "demo", "WY")
        assert "This code opens no team here" in sentence(send(late, code=old))
        page = send(late, **{"pass": held}, name="Late Sample")
        assert "Enter your team's code once more" in sentence(page)
        assert early.get("/").text.count("Early Sample")


def test_the_same_form_twice_or_at_once_is_one_person(server: Server, store: Store, code: str) -> None:
    with server.client() as client:
        held = get_pass(client, code)
        fields = {"pass": held, "name": "Twice Sample", "_xsrf": find_xsrf_token(client.cookies)}

        def post(_: int) -> int:
            return httpx.post(f"{server.address}/join", data=fields, cookies=dict(client.cookies)).status_code

        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(post, range(4))) == {303}
    assert len(team(store, "Twice Sample")) == 1


def test_the_form_of_somebody_who_came_in_does_not_become_another(server: Server, store: Store, code: str) -> None:
    with server.client() as client:
        held = get_pass(client, code)
        assert send(client, **{"pass": held}, name="First Sample").status_code == 303
        client.post("/leave", data={"_xsrf": find_xsrf_token(client.cookies)})
        assert send(client, **{"pass": held}, name="Second Sample").status_code == 303
    (first,), (second,) = team(store, "First Sample"), team(store, "Second Sample")
    assert first.id != second.id


def test_a_pass_cannot_be_made_or_used_for_anything_else(server: Server, code: str) -> None:
    secret = server.settings.secret()
    for_avery = make_pass("another secret", JoinPass(AVERY, code, FAR))
    over = make_pass(secret, JoinPass("new", code, utc_now() - dt.timedelta(minutes=1)))
    good = make_pass(secret, JoinPass("new", code, FAR))
    with server.client() as client:
        for text in (for_avery, over, "", make_token(secret, Invitation(AVERY, FAR))):
            assert send(client, **{"pass": text}, name="Mallory").status_code == 403
        assert send_token(client, good).status_code == 403
        client.cookies.set("cluster_kit", good)
        assert client.get("/session/1").status_code == 403


def test_a_team_that_is_full_takes_nobody_else(server: Server, store: Store) -> None:
    code = list_codes(store, "demo", ["SD"])["SD"]
    for number in range(MOST_IN_TEAM):
        store.add_person(Person(id=f"sd-{number}", series="demo", jurisdiction="SD", name=f"Sample {number}"))
    with server.client() as client:
        assert "has 100 people" in sentence(join_by_code(client, code, "One More"))


def test_while_nothing_can_be_kept_the_door_says_so_and_others_are_not_held_up(mortal_server: Server) -> None:
    with Store.open(mortal_server.settings.db_url) as store:
        code = list_codes(store, "demo", ["OH"])["OH"]
    with mortal_server.client() as client, mortal_server.client(AVERY) as other, ThreadPoolExecutor(1) as pool:
        held = get_pass(client, code)
        with closing(sqlite3.connect(mortal_server.home / "responses.sqlite3", isolation_level=None)) as busy:
            busy.execute("BEGIN IMMEDIATE")
            waiting = pool.submit(send, client, **{"pass": held}, name="Patient Sample")
            assert other.get("/").status_code == 200
            assert not waiting.done()
            refused = waiting.result()
        assert refused.status_code == 503
        assert "Nothing is lost; try again soon" in refused.text
        assert send(client, **{"pass": held}, name="Patient Sample").status_code == 303


# --- one name, two people ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "initial"), [("Avery Sample", "Q"), ("avery  SAMPLE", "R"), ("Avery\u00a0Sample\u200f", "S")]
)
def test_nobody_takes_over_a_teammate_by_giving_their_name(
    server: Server, store: Store, code: str, name: str, initial: str
) -> None:
    with server.client() as client:
        page = join_by_code(client, code, name)
        assert page.status_code == 400
        assert "add an initial" in sentence(page)
        assert "Open your own link on this device" in page.text
        assert client.get("/session/1").status_code == 403
        assert "Are you Avery Sample" in join_by_code(client, code, f"Avery {initial}. Sample").text
        assert join_by_code(client, code, f"Avery {initial}. Sample", new="yes").status_code == 303
    assert team(store, "Avery Sample")[0].id == AVERY
    assert team(store, f"Avery {initial}. Sample")[0].id != AVERY


def test_in_the_same_browser_a_teammate_goes_on_as_themselves(server: Server, store: Store, code: str) -> None:
    with server.client(AVERY) as client:
        assert "You are already signed in as Avery Sample" in send(client, code=code).text
        assert join_by_code(client, code, "Avery Sample").status_code == 303
        assert "Avery Sample" in client.get("/").text
    assert len(team(store, "Avery Sample")) == 1


def test_a_cookie_of_another_state_takes_over_nobody(server: Server, code: str) -> None:
    with server.client(TASI) as client:
        assert join_by_code(client, code, "Avery Sample").status_code == 400


def test_two_of_one_name_at_once_are_two_people_with_words_of_their_own(server: Server, store: Store) -> None:
    code = list_codes(store, "demo", ["MT"])["MT"]
    with server.client() as one, server.client() as other:
        first, second = get_pass(one, code), get_pass(other, code)
        assert first != second
        with ThreadPoolExecutor(2) as pool:
            sent = [pool.submit(send, c, **{"pass": held}, name="Kim") for c, held in ((one, first), (other, second))]
        answers = [one.result() for one in sent]
    kims = [person.id for person in store.people("demo", "MT") if person.name == "Kim"]
    assert len(kims) == len(set(kims)) == [answer.status_code for answer in answers].count(303)


# --- what a link asks ----------------------------------------------------------------------------------------------


def test_a_link_asks_once_what_nobody_knows_yet(server: Server, store: Store) -> None:
    store.add_person(Person(id="unasked", series="demo", jurisdiction="OH", name="Noor Sample", role="data"))
    link = make_token(server.settings.secret(), Invitation("unasked", FAR, 2))
    with server.client() as client:
        assert send_token(client, link).json() == {"go": "/you?session=2"}
        page = client.get("/you?session=2").text
        assert "then session 2 opens" in page
        assert 'name="role"' not in page
        assert 'value="essential" checked' in page
        token = find_xsrf_token(client.cookies)
        came = client.post("/you", data={"session": "2", "depth": "standard", "_xsrf": token})
        assert (came.status_code, came.headers["location"]) == (303, "/session/2")
        assert send_token(client, link).json() == {"go": "/session/2"}
        with server.connect(client, 2, exercises=["next_steps"]) as connection:
            opening = connection.wait_for_form("next_steps", "opening")
        assert 'value="data" selected' in client.get("/you").text  # so that it can be changed
    found = store.find_person("unasked")
    assert found is not None
    assert (found.role, found.depth) == ("data", "standard")
    assert (opening["me"]["role"], opening["depth"]) == ("data", "standard")


def test_skipping_is_an_answer_too(server: Server, store: Store) -> None:
    store.add_person(Person(id="skipping", series="demo", jurisdiction="OH", name="Sky Sample"))
    link = make_token(server.settings.secret(), Invitation("skipping", FAR))
    with server.client() as client:
        send_token(client, link)
        token = find_xsrf_token(client.cookies)
        chosen = {"role": "data", "depth": "full", "skip": "yes", "session": "junk", "_xsrf": token}
        assert client.post("/you", data=chosen).headers["location"] == "/session/1"
    found = store.find_person("skipping")
    assert found is not None
    assert (found.role, found.depth) == ("", "full")


def test_the_questions_are_for_people_with_a_cookie(server: Server) -> None:
    with server.client() as client:
        assert client.get("/you").status_code == 403
        client.get("/join")
        assert client.post("/you", data={"depth": "full", "_xsrf": find_xsrf_token(client.cookies)}).status_code == 403


# --- facilitators --------------------------------------------------------------------------------------------------


def test_a_facilitator_finds_consoles_previews_and_codes(server: Server, store: Store, code: str) -> None:
    store.add_person(Person(id="robin", series="demo", jurisdiction="", name="Robin Sample"))
    secret = server.settings.secret()
    with server.client() as client:
        assert send_token(client, make_token(secret, Invitation("robin", FAR, 3))).json() == {"go": "/console/3"}
        assert send_token(client, make_token(secret, Invitation("robin", FAR))).json() == {"go": "/"}
        home = client.get("/").text
        preview = client.get("/session/1")
        assert client.get("/you").headers["location"] == "/"
    assert 'href="/console/1"' in home
    assert code in home
    assert preview.status_code == 200
    assert "Facilitator" in preview.text
    assert "Eastern" in preview.text
    assert "ck-widget" not in preview.text  # nothing to answer
    assert "You are signed in as Robin Sample, a facilitator" in preview.text


def test_codes_are_for_facilitators(server: Server, code: str) -> None:
    with server.client(AVERY) as client, server.client() as stranger:
        assert code not in client.get("/").text
        assert code not in stranger.get("/").text


# --- guessing ------------------------------------------------------------------------------------------------------


def wrong_codes() -> Iterator[str]:
    """Well-formed codes that do not exist."""
    return (f"DDD-2{a}{b}{c}" for a in range(2, 10) for b in range(2, 10) for c in range(2, 10))


def be_another_browser(client: httpx.Client, address: str) -> None:
    """Forget the cookies, and come from this address. The cookie is for HTTPS only, so it is sent manually."""
    client.cookies.clear()
    client.headers.pop("Cookie", None)
    client.headers.update({"X-Forwarded-For": address, "X-Forwarded-Proto": "https"})
    token = find_xsrf_token(client.get("/join").cookies)
    client.headers["Cookie"] = f"__Host-cluster_kit_xsrf={token}"


def test_a_browser_that_guesses_waits_then_its_network_is_slowed_and_links_work(proxied_server: Server) -> None:
    with Store.open(proxied_server.settings.db_url) as store:
        code = list_codes(store, "demo", ["OH"])["OH"]
    wrong = wrong_codes()
    here, there = "192.0.2.1", "192.0.2.2"
    with proxied_server.client() as client:
        be_another_browser(client, here)
        for number in range(CODES_OF_A_BROWSER.most):
            assert join_by_code(client, code, f"Honest {number}").status_code == 303  # correct codes do not count
            assert send(client, code=next(wrong)).status_code == 403
        page = send(client, code=code)
        assert page.status_code == 429
        assert 0 < int(page.headers["retry-after"]) <= CODES_OF_A_BROWSER.within_s
        assert "in this browser. Try again in 15 minutes, or open the personal link" in sentence(page)
        be_another_browser(client, here)
        assert send(client, code=code).status_code == 200, "colleagues at the same address do not wait for a guesser"
        again = next(wrong)
        for _ in range(CODES_OF_A_NETWORK.most):
            assert send(client, code=again).status_code == 403, "one wrong code, many times, tells a guesser nothing"
        for number in range(CODES_OF_A_BROWSER.most + 1, CODES_OF_A_NETWORK.most):
            if number % CODES_OF_A_BROWSER.most == 0:
                be_another_browser(client, here)
            assert send(client, code=next(wrong)).status_code == 403
        be_another_browser(client, here)
        begun = monotonic()
        assert send(client, code=next(wrong)).status_code == 403
        assert send(client, code=code).status_code == 200, "after a wrong code, a correct one is slow, and not refused"
        assert monotonic() - begun >= CODE_PAUSE_S
        assert send_token(client, proxied_server.link(AVERY).partition("#")[2]).status_code == 200
        be_another_browser(client, there)
        begun = monotonic()
        assert send(client, code=next(wrong)).status_code == 403
        assert monotonic() - begun < CODE_PAUSE_S, "another network does not wait"


# --- what stays secret ---------------------------------------------------------------------------------------------


def test_codes_passes_and_names_are_in_no_address_and_no_log_line(server: Server, store: Store, code: str) -> None:
    with server.client() as client:
        held = get_pass(client, code)
        send(client, code="RRR-7777")
        came = send(client, **{"pass": held}, name="Secretly Sample")
        assert came.headers["location"] == "/session/1"
        send(client, **{"pass": held[:-3]}, name="Secretly Sample")
    for secret in (code, code.replace("-", ""), "RRR", held[:-3], "Secretly"):
        assert secret not in server.log


def test_the_door_refuses_codes_from_another_site(server: Server, code: str) -> None:
    with server.client() as client:
        client.get("/join")
        assert client.post("/join", data={"code": code}).status_code == 403
