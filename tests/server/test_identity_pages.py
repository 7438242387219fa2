"""Own links, team codes with QR codes, signing out, replacing a session, cookies, and help on every page."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup
from itsdangerous import URLSafeSerializer

from cluster_kit.content.times import series_end
from cluster_kit.roster.codes import list_codes
from cluster_kit.roster.people import revoke_links
from cluster_kit.server.auth.cookies import Cookies, find_xsrf_token
from cluster_kit.server.auth.tokens import Invitation, make_token, read_token
from cluster_kit.server.routes import list_routes
from cluster_kit.server.static_files import StaticFiles
from cluster_kit.store import Person, Store
from cluster_kit.store.models import utc_now
from tests.serving import AVERY, FAY, JORDAN, TASI, Server, run_server, send_token, wait_until

FAR = dt.datetime(2126, 1, 31, tzinfo=dt.UTC)
EMAIL, PHONE = "help@workshop.example.org", "202-555-0100"


@pytest.fixture(scope="module")
def store(server: Server) -> Iterator[Store]:
    with Store.open(server.settings.db_url) as store:
        yield store


@pytest.fixture(scope="module")
def contact_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("contact") / "home"
    home.mkdir()
    contact = f'[contact]\nname = "Workshop team"\nemail = "{EMAIL}"\nphone = "{PHONE}"\n'
    (home / "settings.toml").write_text(contact, encoding="utf-8")
    with run_server(home, "--grace", "2") as server, Store.open(server.settings.db_url) as store:
        list_codes(store, "demo", ["OH"])
        yield server


def post(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    client.get("/join")
    return client.post(path, data={**fields, "_xsrf": find_xsrf_token(client.cookies)})


def read(page: httpx.Response) -> BeautifulSoup:
    return BeautifulSoup(page.text, "lxml")


def test_the_join_pages_are_in_the_language_that_someone_chose(server: Server, store: Store) -> None:
    code = list_codes(store, "demo", ["GU"])["GU"]
    with server.client() as client:
        link = read(client.get("/join")).select_one('.ck-notice-languages a[lang="es"]')
        assert link
        assert link["href"] == "/join?language=es"
        client.get("/join?language=es", follow_redirects=True)
        page = read(client.get("/join"))
        assert page.html
        assert page.html["lang"] == "es"
        assert page.h1
        assert page.h1.text == "Únase al equipo de su estado"
        series = page.select_one(".ck-where a")
        assert series
        assert series["lang"] == "en"
        assert page.select_one('.ck-footer-links a[href="/notice/es"]')
        refused = read(post(client, "/join", code="KDR"))
        assert "El código de un equipo tiene tres letras" in refused.text
        named = read(post(client, "/join", code=code))
        assert named.h1
        assert named.h1.text == "Únase al equipo de Guam"
        fields = {str(one["name"]): str(one["value"]) for one in named.select("input[type=hidden]")}
        client.post("/join", data={**fields, "name": "Luz Prueba Idioma", "depth": "essential"}, follow_redirects=True)
        session = read(client.get("/session/1"))
        assert session.html
        assert session.html["lang"] == "en"
        notice = session.select_one(".ck-language-notice")
        assert notice
        assert notice["lang"] == "es"
        about = read(client.get("/you?session=1"))
        assert about.html
        assert about.html["lang"] == "es"
        assert about.h1
        assert about.h1.text == "Le damos la bienvenida, Luz Prueba Idioma"
        post(client, "/leave")
        left = read(client.get("/left")).h1
        assert left
        assert left.text == "Su sesión está cerrada"
        client.get("/join?language=en")
        heading = read(client.get("/join")).h1
        assert heading
        assert heading.text == "Join your state's team"
        assert client.get("/join?language=xx").status_code == 200


def own_token(client: httpx.Client) -> str:
    field = read(client.get("/you/link")).select_one("#own-link")
    assert field
    return str(field["value"]).partition("#")[2]


def join_by_code(server: Server, store: Store, client: httpx.Client, name: str) -> None:
    code = list_codes(store, "demo", ["NV"])["NV"]
    held = read(post(client, "/join", code=code)).select_one("input[name=pass]")
    assert held
    assert post(client, "/join", **{"pass": str(held["value"])}, name=name).status_code == 303


# --- a person's own link ---------------------------------------------------------------------------------------------


def test_who_joined_by_code_takes_their_link_to_another_device(server: Server, store: Store) -> None:
    with server.client() as laptop, server.client() as phone:
        join_by_code(server, store, laptop, "Link Sample")
        assert "get your own link" in laptop.get("/").text
        page = laptop.get("/you/link")
        token = own_token(laptop)
        drawing = read(page).select_one("svg.ck-qr")
        assert drawing
        assert drawing["aria-label"] == "QR code of Link Sample's own link"
        assert page.headers["cache-control"] == "no-store"
        assert send_token(phone, token).status_code == 200
        assert "Link Sample" in phone.get("/").text
        (person,) = [one for one in store.people("demo", "NV") if one.name == "Link Sample"]
        invitation = read_token(server.settings.secret(), token, utc_now())
        soonest = utc_now() + dt.timedelta(hours=23)
        assert max(series_end(server.content), soonest) < invitation.expires
        revoke_links(store, [person], utc_now() + dt.timedelta(seconds=1))
        wait_until(lambda: phone.get("/session/1").status_code == 403, "revoking reaches the second device")
        assert send_token(phone, token).status_code == 403


def test_a_link_that_ends_soon_cannot_be_made_into_a_longer_one(server: Server) -> None:
    ends = (utc_now() + dt.timedelta(days=2)).replace(microsecond=0)
    secret = server.settings.secret()
    with server.client() as client:
        send_token(client, make_token(secret, Invitation(AVERY, ends)))
        assert read_token(secret, own_token(client), utc_now()).expires == ends
        assert "You joined with a team code" not in client.get("/").text


def test_own_links_are_for_participants(server: Server) -> None:
    with server.client() as stranger, server.client(FAY) as fay:
        assert stranger.get("/you/link").status_code == 403
        assert fay.get("/you/link").headers["location"] == "/"


# --- team codes ------------------------------------------------------------------------------------------------------


def test_a_facilitator_shows_one_teams_code_large_and_no_one_else_can(server: Server, store: Store) -> None:
    code = list_codes(store, "demo", ["OH"])["OH"]
    with server.client(FAY) as fay, server.client(AVERY) as avery, server.client() as stranger:
        assert 'href="/codes/OH"' in fay.get("/").text
        page = read(fay.get("/codes/OH"))
        assert code in page.get_text()
        drawing = page.select_one("svg.ck-qr")
        assert drawing
        assert "Ohio's team code filled in" in str(drawing["aria-label"])
        assert fay.get("/codes/ZZ").status_code == 404
        for other in (avery, stranger):
            assert other.get("/codes/OH").status_code == 404


def test_the_join_page_has_its_own_address_and_no_code_as_a_qr_code(server: Server) -> None:
    with server.client() as client:
        drawing = read(client.get("/join")).select_one("svg.ck-qr")
    assert drawing
    assert drawing["aria-label"] == f"QR code of {server.address}/join"


# --- signing out, and signing in as someone else --------------------------------------------------------------------


def test_signing_out_ends_the_session_also_for_a_copied_cookie(server: Server) -> None:
    with server.client(JORDAN) as client, server.client() as thief, server.client(JORDAN) as other_device:
        thief.cookies.set("cluster_kit", client.cookies["cluster_kit"])
        assert "Jordan Sample" in thief.get("/").text
        left = post(client, "/leave")
        assert (left.status_code, left.headers["location"]) == (303, "/left")
        page = read(client.get("/left")).get_text()
        assert "You have signed out on this device. Everything that you wrote is kept." in page
        assert "your team's code" in page
        assert "Jordan" not in page
        assert thief.get("/session/1").status_code == 403
        assert "Jordan Sample" in other_device.get("/").text, "only this computer"
        assert other_device.get("/left").headers["location"] == "/"


def test_a_session_stays_ended_after_a_restart(mortal_server: Server) -> None:
    with mortal_server.client(AVERY) as client, mortal_server.client() as thief:
        cookie = client.cookies["cluster_kit"]
        post(client, "/leave")
        mortal_server.end()
        mortal_server.start()
        thief.cookies.set("cluster_kit", cookie)
        assert thief.get("/session/1").status_code == 403


def test_a_link_of_someone_else_asks_before_it_replaces_who_is_signed_in(server: Server) -> None:
    token = server.link(TASI).partition("#")[2]
    with server.client(AVERY) as client, server.client() as thief:
        thief.cookies.set("cluster_kit", client.cookies["cluster_kit"])
        asked = send_token(client, token)
        assert (asked.status_code, asked.json()) == (409, {"now": "Avery Sample", "new": "Tasi Sample"})
        assert "Avery Sample" in client.get("/").text
        assert send_token(client, server.link(AVERY).partition("#")[2]).status_code == 200, (
            "one's own link does not ask"
        )
        assert post(client, "/join", token=token, replace="yes").status_code == 200
        assert "Tasi Sample" in client.get("/").text


# --- cookies ---------------------------------------------------------------------------------------------------------


def test_the_cookies_of_a_jupyter_server_on_the_same_host_do_no_harm(server: Server) -> None:
    with server.client() as client:
        client.cookies.set("_xsrf", "2|1234abcd|of-a-jupyter-server|1700000000")
        client.cookies.set("username-127-0-0-1-8888", "2|1:0|10:1700000000|23:username|44:e30=|0000")
        set_by_kit = client.get("/join").headers.get_list("set-cookie")
        assert send_token(client, server.link(AVERY).partition("#")[2]).status_code == 200
        assert post(client, "/you", depth="essential", session="1").status_code == 303
        assert client.get("/").status_code == 200
        assert client.cookies["_xsrf"] == "2|1234abcd|of-a-jupyter-server|1700000000"
    names = {cookie.partition("=")[0] for cookie in set_by_kit}
    assert names == {"cluster_kit_xsrf"}


def test_an_old_cookie_keeps_people_signed_in(server: Server, proxied_server: Server) -> None:
    for one in (server, proxied_server):
        words = {"p": AVERY, "e": int(FAR.timestamp()), "s": None, "i": round(utc_now().timestamp() * 1000)}
        old = URLSafeSerializer(one.settings.secret(), salt="cluster-kit badge").dumps(words)
        with one.client() as client:
            client.headers.update({"X-Forwarded-Proto": "https", "Cookie": f"cluster_kit={old}"})
            assert "Avery Sample" in client.get("/").text


def test_over_https_another_site_of_the_domain_cannot_sign_a_person_in_as_someone_else(proxied_server: Server) -> None:
    """It can set a cookie for the whole domain, without the prefix, and has a valid session of its own."""
    with proxied_server.client() as client:
        client.headers["X-Forwarded-Proto"] = "https"
        answer = send_token_over_https(client, proxied_server.link(TASI).partition("#")[2])
        (own,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-cluster_kit=")]
    session_token = own.partition("=")[2].partition(";")[0]
    for name, is_signed_in in (("__Host-cluster_kit", True), ("cluster_kit", False)):
        with proxied_server.client() as client:
            client.headers.update({"X-Forwarded-Proto": "https", "Cookie": f"{name}={session_token}"})
            assert ("Tasi Sample" in client.get("/").text) is is_signed_in
    with proxied_server.client() as client:
        client.headers.update({"X-Forwarded-Proto": "https", "Cookie": "cluster_kit=no-token"})
        assert client.get("/").status_code == 200


def send_token_over_https(client: httpx.Client, token: str) -> httpx.Response:
    """Send a link's token as the join page does; the client would not send cookies for HTTPS by itself."""
    (cookie,) = client.get("/join").headers.get_list("set-cookie")
    xsrf = cookie.partition("=")[2].partition(";")[0].strip('"')
    headers = {"Cookie": f"__Host-cluster_kit_xsrf={xsrf}"}
    return client.post("/join", data={"token": token, "_xsrf": xsrf}, headers=headers)


def test_over_https_the_names_begin_with_a_prefix_that_browsers_protect() -> None:
    cookies = Cookies(is_encrypted=True)
    assert (cookies.session, cookies.xsrf) == ("__Host-cluster_kit", "__Host-cluster_kit_xsrf")
    assert cookies.attributes == {"httponly": True, "samesite": "Lax", "secure": True, "path": "/"}


def test_a_form_from_before_an_update_says_what_to_do(server: Server) -> None:
    with server.client(AVERY) as client:
        page = client.post("/you", data={"depth": "full", "_xsrf": "2|00000000|0000|1700000000"})
    assert page.status_code == 403
    assert "Reload the page, and send the form once more." in read(page).get_text()


# --- help ------------------------------------------------------------------------------------------------------------

# A path for every route, by the route's pattern. None: it has no page, only data for scripts and programs.
PATHS: dict[str, str | None] = {
    r"/": "/",
    r"/join": "/join",
    r"/sign-on": "/sign-on",
    r"/you": "/you",
    r"/you/link": "/you/link",
    r"/leave": "/leave",
    r"/left": "/left",
    r"/requests": "/requests",
    r"/codes/([A-Z]{2})": "/codes/OH",
    r"/roster": "/roster",
    r"/roster/import": "/roster/import",
    r"/roster/calendar/([A-Z]{2})/(\d{1,3})\.ics": None,
    r"/roster/calendar\.zip": None,
    r"/roster/export\.(csv|xlsx)": None,
    r"/roster/registrations": None,
    r"/register": "/register",
    r"/register/withdraw": "/register/withdraw",
    r"/roster/([A-Za-z0-9][A-Za-z0-9._:@-]{0,63})": f"/roster/{AVERY}",
    r"/same-person": f"/same-person?keep={AVERY}&other={JORDAN}",
    r"/session/(\d{1,3})": "/session/1",
    r"/session/(\d{1,3})/connection": None,
    r"/session/(\d{1,3})/exercises/([0-9a-f]+)\.json": "/session/1/exercises/0.json",
    r"/session/(\d{1,3})/evaluation": "/session/1/evaluation",
    r"/session/(\d{1,3})/evaluation/ballot": "/session/1/evaluation/ballot",
    r"/session/(\d{1,3})/evaluation/answers": None,
    r"/session/(\d{1,3})/summary": "/session/1/summary",
    r"/session/(\d{1,3})/summary/([A-Z]{2})\.(pdf|docx|ics)": "/session/1/summary/GU.pdf",
    r"/present/(\d{1,3})": "/present/1",
    r"/present/(\d{1,3})/connection": None,
    r"/organization/([0-9a-f]+/[a-z.]+)": None,
    r"/notice(?:/([a-z]{2}))?": "/notice",
    r"/accessibility": "/accessibility",
    r"/glossary": "/glossary",
    r"/primer": "/primer",
    r"/examples": "/examples",
    r"/sources": "/sources",
    r"/console/(\d{1,3})": "/console/1",
    r"/console/status": "/console/status",
    r"/line": "/line",
    r"/arrived": "/arrived",
    r"/health": None,
    r"/ready": None,
    r"/metrics": None,
}
# Places that one page leads to: the evaluation and the summary of a session from that session's page, its console from
# the list of sessions, a session's sources from its page, a team's code and two records of one person from their lists,
# and the page to join from that to register.
STEPS = {
    "/session/N/evaluation", "/session/N/summary", "/console/N", "/join", "/sources", "/codes/OH",
    "/same-person",
}  # fmt: skip
WITHOUT_PAGE = re.compile(r"/api/|/static/|.*kernel_id|.*/(files|widgets|voila)")


def page_patterns() -> set[str]:
    patterns = {str(route[0]) for route in list_routes(StaticFiles.read(), {})}
    return {pattern for pattern in patterns if not WITHOUT_PAGE.match(pattern)}


def test_every_route_is_visited() -> None:
    assert page_patterns() == set(PATHS)


@pytest.mark.parametrize("who", [None, AVERY, FAY])
def test_every_page_and_every_refusal_says_whom_to_ask(contact_server: Server, who: str | None) -> None:
    seen: dict[str, int] = {}
    with contact_server.client(who) as client:
        for path in [*filter(None, PATHS.values()), "/nowhere", "/session/9", "/console/9"]:
            page = client.get(path)
            if not page.headers.get("content-type", "").startswith("text/html") or page.is_redirect:
                continue
            seen[path] = page.status_code
            if path.startswith("/present/") and page.status_code == 200:  # a room full of people sees it
                continue
            block = read(page).select_one("footer .ck-help")
            assert block, path
            assert "Workshop team" in block.get_text(), path
            assert [str(link["href"]) for link in block.select("a")] == [f"mailto:{EMAIL}", "tel:2025550100"], path
        for path in ("/you", "/leave", "/requests", "/nowhere"):
            page = client.post(path, data={})
            seen[f"POST {path}"] = page.status_code
            assert EMAIL in page.text, path
        refused = post(client, "/join", code="DDD-2222")
        assert (refused.status_code, EMAIL in refused.text) == (403, True)
    assert {200, 403, 404, 405} <= set(seen.values()) or who, seen
    assert len(seen) > 12


@pytest.mark.parametrize("who", [None, AVERY, FAY])
def test_a_name_leads_to_one_place_and_the_links_at_the_end_have_one_name(
    contact_server: Server, who: str | None
) -> None:
    """A session's pages are one place for this: their links are named for what they lead to in it."""
    places: defaultdict[str, set[str]] = defaultdict(set)
    names: defaultdict[str, set[str]] = defaultdict(set)
    linked: defaultdict[str, set[str]] = defaultdict(set)
    with contact_server.client(who) as client:
        for path in filter(None, PATHS.values()):
            page = client.get(path)
            if page.status_code != 200 or not page.headers["content-type"].startswith("text/html"):
                continue
            for link in read(page).select("a[href^='/']:not(.ck-notice-languages a)"):
                name = " ".join(str(link.get("aria-label") or link.get_text(" ")).split())
                place = re.sub(r"\d+", "N", str(link["href"]))
                places[re.sub(r"\d+", "N", name)].add(place)
                linked[re.split("[#?]", place)[0]].add(path)
                if link.find_parent("footer"):
                    names[place].add(name)
    places.pop("", None)  # a script gives it its name
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
    english = {place: {one for one in found if "(en ingl" not in one} for place, found in names.items()}
    assert {place: found for place, found in english.items() if len(found) > 1} == {}
    assert {"/notice", "/accessibility", "/glossary"} <= set(english)
    if who:
        alone = {place for place, found in linked.items() if len(found) == 1 and "roster" not in place}
        assert alone <= STEPS, "each page is linked from two or more, or is a step of a process"


def test_a_page_without_its_store_says_whom_to_ask(contact_server: Server) -> None:
    store = sqlite3.connect(contact_server.home / "responses.sqlite3")
    with contact_server.client(FAY) as client, closing(store) as database:
        database.execute("ALTER TABLE team_codes RENAME TO hidden")
        page = client.get("/")
        database.execute("ALTER TABLE hidden RENAME TO team_codes")
    assert page.status_code == 503
    assert "Your answers are safe" in page.text
    assert EMAIL in page.text


def test_without_a_contact_pages_say_how_to_ask(server: Server) -> None:
    with server.client() as client:
        for path in ("/", "/join", "/nowhere"):
            block = read(client.get(path)).select_one(".ck-help")
            assert block
            assert "or the person who told you about these sessions" in block.get_text()


def test_people_in_a_team_and_their_ids_are_on_no_page_of_a_stranger(
    server: Server, store: Store, tmp_path: Path
) -> None:
    store.add_person(Person(id="secretly-here", series="demo", jurisdiction="OH", name="Secretly Here"))
    with server.client() as client:
        for path in filter(None, PATHS.values()):
            assert "ecretly" not in client.get(path).text
