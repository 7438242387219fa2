"""Signing in on another device as the same person: who may confirm, what a stranger can do, and limits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from bs4 import BeautifulSoup

from cluster_kit.roster.codes import list_codes
from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.store import IdentityRequest, Person, Store
from cluster_kit.store.identity import MOST_FOR_A_PERSON
from cluster_kit.store.models import utc_now
from tests.serving import FAY, TASI, Server, send_token, wait_until

STATE = "KS"


@pytest.fixture(scope="module")
def team(server: Server) -> Iterator[Store]:
    """A team with Sam, who joined by code, and Lee, who has a link of the roster."""
    with Store.open(server.settings.db_url) as store:
        for person, name in {"sam-k": "Sam O'Neil", "lee-k": "Lee Sample"}.items():
            store.add_person(
                Person(id=person, series="demo", jurisdiction=STATE, name=name, depth="essential", role="data")
            )
        yield store


@pytest.fixture
def code(team: Store) -> str:
    return list_codes(team, "demo", [STATE])[STATE]


def send(client: httpx.Client, path: str = "/join", **fields: str) -> httpx.Response:
    client.get("/join")
    return client.post(path, data={**fields, "_xsrf": find_xsrf_token(client.cookies)})


def hidden(page: httpx.Response, name: str) -> str:
    field = BeautifulSoup(page.text, "lxml").select_one(f"input[name={name}]")
    assert field, page.text
    return str(field["value"])


def join(client: httpx.Client, code: str, name: str, **fields: str) -> httpx.Response:
    return send(client, **{"pass": hidden(send(client, code=code), "pass")}, name=name, **fields)


def ask(client: httpx.Client, code: str, name: str = "Sam O'Neil") -> httpx.Response:
    """Say that one is this teammate."""
    return join(client, code, name, same=name)


def collect(client: httpx.Client, token: str) -> httpx.Response:
    client.headers["Accept"] = "application/json"
    answer = send(client, asked=token)
    client.headers["Accept"] = "text/html"
    return answer


def requests_of(client: httpx.Client) -> list[dict[str, object]]:
    return [one for one in client.get("/requests").json()["items"] if one["name"] == "Sam O'Neil"]


@contextmanager
def cleared(store: Store, person: str) -> Iterator[None]:
    """Decline what earlier tests have left open."""
    judge = Person(id="judge", series="demo", jurisdiction="", name="Judge")
    for request in store.identity_requests("demo", utc_now()):
        if request.person == person:
            store.answer_identity(request, "no", judge, utc_now())
    yield


@pytest.fixture(autouse=True)
def nothing_open(team: Store) -> Iterator[None]:
    with cleared(team, "sam-k"):
        yield


def sees(client: httpx.Client) -> dict[str, object]:
    """The request that this person sees, as soon as their server has read it."""
    wait_until(lambda: requests_of(client), "the request is shown")
    (found,) = requests_of(client)
    return found


@pytest.mark.parametrize("who", ["a teammate", "a facilitator", "the person"])
def test_a_confirmed_device_becomes_the_person(server: Server, team: Store, code: str, who: str) -> None:
    person = {"a teammate": "lee-k", "a facilitator": FAY, "the person": "sam-k"}[who]
    with server.client() as phone, server.client(person) as confirmer:
        page = ask(phone, code)
        assert page.status_code == 200
        token = hidden(page, "asked")
        assert collect(phone, token).json() == {}
        request = sees(confirmer)
        assert request["may_answer"]
        assert str(request["number"]) in BeautifulSoup(page.text, "lxml").select_one(".ck-join-number").get_text()  # type: ignore[union-attr]
        answered = send(confirmer, "/requests", request=str(request["id"]), answer="yes")
        assert "opens the workshop in a moment" in answered.text
        assert collect(phone, token).json() == {"go": "/session/1"}
        assert "Sam O'Neil" in BeautifulSoup(phone.get("/").text, "lxml").get_text()
        wait_until(lambda: not requests_of(confirmer), "the request is gone")
    assert [one.name for one in team.people("demo", STATE)].count("Sam O'Neil") == 1


def test_a_stranger_with_the_code_cannot_confirm_for_themselves(server: Server, code: str) -> None:
    with server.client() as puppet, server.client() as mallory:
        assert join(puppet, code, "Mallory Q").status_code == 303
        token = hidden(ask(mallory, code), "asked")
        request = sees(puppet)
        assert not request["may_answer"]
        refused = send(puppet, "/requests", request=str(request["id"]), answer="yes")
        assert refused.status_code == 403
        assert "not yours to answer" in refused.text
        assert collect(mallory, token).json() == {}
        assert mallory.get("/session/1").status_code == 403
        own_link = hidden_link(puppet)
        with server.client() as again:  # the link that they made themselves does not vouch for them either
            assert send_token(again, own_link).status_code == 200
            assert send(again, "/requests", request=str(request["id"]), answer="yes").status_code == 403


def hidden_link(client: httpx.Client) -> str:
    field = BeautifulSoup(client.get("/you/link").text, "lxml").select_one("#own-link")
    assert field
    return str(field["value"]).partition("#")[2]


def test_people_of_other_states_and_strangers_see_and_confirm_nothing(server: Server, team: Store, code: str) -> None:
    with server.client() as phone, server.client(TASI) as tasi, server.client("lee-k") as lee:
        ask(phone, code)
        request = sees(lee)
        assert requests_of(tasi) == []
        assert send(tasi, "/requests", request=str(request["id"]), answer="yes").status_code == 403
        assert phone.get("/requests").status_code == 403
        assert send(phone, "/requests", request=str(request["id"]), answer="yes").status_code == 403
    assert [one.answer for one in team.identity_requests("demo", utc_now()) if one.person == "sam-k"] == [""]


def test_the_asker_sees_nothing_of_the_person_before(server: Server, code: str) -> None:
    with server.client() as phone:
        for page in (join(phone, code, "sam o'neil"), join(phone, code, "Sam ONeil"), ask(phone, code)):
            text = BeautifulSoup(page.text, "lxml").get_text()
            assert "sam-k" not in page.text
            assert "Lee" not in text
            assert 'value="data" selected' not in page.text, "not the person's role"
        for path in ("/session/1", "/you", "/you/link", "/requests"):
            assert phone.get(path).status_code == 403, path


def test_a_declined_request_opens_nothing_and_says_so(server: Server, code: str) -> None:
    with server.client() as phone, server.client("lee-k") as lee:
        page = ask(phone, code)
        token = hidden(page, "asked")
        send(lee, "/requests", request=str(sees(lee)["id"]), answer="no")
        answer = collect(phone, token)
        assert answer.status_code == 403
        assert "did not confirm" in answer.json()["sentence"]
        assert phone.get("/session/1").status_code == 403


def test_a_confirmed_request_is_used_once_and_only_by_the_browser_that_asked(server: Server, code: str) -> None:
    with server.client() as phone, server.client() as thief, server.client("lee-k") as lee:
        token = hidden(ask(phone, code), "asked")
        request = str(sees(lee)["id"])
        send(lee, "/requests", request=request, answer="yes")
        for guess in (request, token[:-2], ""):
            assert collect(thief, guess).status_code == 403
        assert collect(phone, token).json() == {"go": "/session/1"}
        assert collect(thief, token).status_code == 403
        again = send(lee, "/requests", request=request, answer="no")
        assert "answered already" in again.text


def test_requests_for_one_person_are_few(server: Server, team: Store, code: str) -> None:
    for number in range(MOST_FOR_A_PERSON):
        with server.client() as phone:
            assert ask(phone, code).status_code == 200, number
    with server.client() as phone:
        refused = ask(phone, code)
        assert refused.status_code == 400
        assert "Several people are waiting" in refused.text
    assert len([one for one in team.identity_requests("demo", utc_now()) if one.person == "sam-k"]) == MOST_FOR_A_PERSON


def test_the_same_form_twice_is_one_request(server: Server, team: Store, code: str) -> None:
    with server.client() as phone:
        held = hidden(send(phone, code=code), "pass")
        numbers = {
            re.findall(r"Your number: <strong>(\d\d)", send(phone, **{"pass": held}, same="Sam O'Neil").text)[0]
            for _ in range(3)
        }
    assert len(numbers) == 1
    assert len([one for one in team.identity_requests("demo", utc_now()) if one.person == "sam-k"]) == 1


def test_a_request_that_no_one_answers_ends(tmp_path: object, team: Store) -> None:
    past = utc_now() - dt.timedelta(minutes=11)
    request = IdentityRequest(
        id="expired",
        series="demo",
        jurisdiction=STATE,
        person="sam-k",
        number=11,
        at=past,
        expires_at=past + dt.timedelta(minutes=10),
    )
    team.ask_identity(request)
    lee = team.find_person("lee-k")
    assert lee
    assert request not in team.identity_requests("demo", utc_now())
    with pytest.raises(ValueError, match="has expired"):
        team.answer_identity(request, "yes", lee, utc_now())
    assert not team.use_identity(request, utc_now())


def test_a_request_to_be_no_one_is_refused(server: Server, code: str) -> None:
    with server.client() as phone:
        assert "No one on the team has this name" in ask(phone, code, "Uma Sample").text


# --- similar names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Sam ONeil", "S. O'Neil", "Sam O'Neill", "Sam"])
def test_a_similar_name_is_asked_whether_it_is_the_person(server: Server, team: Store, code: str, name: str) -> None:
    with server.client() as client:
        page = join(client, code, name)
        assert page.status_code == 400
        assert "Are you Sam O'Neil?" in BeautifulSoup(page.text, "lxml").get_text()
        assert hidden(page, "same") == "Sam O'Neil"
        assert hidden(page, "new") == "yes"
    assert name not in [one.name for one in team.people("demo", STATE)]


def test_names_that_look_the_same_are_taken(server: Server, code: str) -> None:
    with server.client() as client:
        for name in ("Sam\u200b O'Neil", "S\u0430m O\u2019Neil"):  # a zero-width space; a Cyrillic letter
            page = join(client, code, name, new="yes")
            assert page.status_code == 400
            assert "is on Kansas's team already" in BeautifulSoup(page.text, "lxml").get_text()


def test_who_says_to_be_someone_else_joins_and_facilitators_see_both_names(
    server: Server, team: Store, code: str
) -> None:
    with server.client() as client, server.client(FAY) as fay, server.client(TASI) as tasi:
        assert join(client, code, "Samuel O'Neil", new="yes").status_code == 303
        home = BeautifulSoup(fay.get("/").text, "lxml")
        (line,) = [one for one in home.select("#same-person ~ ul li") if "Samuel" in one.get_text()]
        assert "Sam O'Neil and Samuel O'Neil" in line.get_text()
        link = line.select_one("a")
        assert link
        assert tasi.get(str(link["href"])).status_code == 404
        question = fay.get(str(link["href"]))
        assert "Are Sam O'Neil and Samuel O'Neil the same person?" in BeautifulSoup(question.text, "lxml").get_text()
        fields = {"keep": hidden(question, "keep"), "other": hidden(question, "other")}
        assert send(tasi, "/same-person", **fields).status_code == 404
        assert "one person now" in send(fay, "/same-person", **fields).text
        assert "Sam O'Neil" in BeautifulSoup(client.get("/").text, "lxml").get_text()
        assert "Samuel" not in client.get("/").text, "their open session is the same person's now"
    assert [one.name for one in team.people("demo", STATE)].count("Samuel O'Neil") == 0
