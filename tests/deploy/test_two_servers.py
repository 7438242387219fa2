"""Two servers and one PostgreSQL behind a real nginx with the shipped configuration."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from cluster_kit.server import make_link
from cluster_kit.server.stream.protocol import NOT_SIGNED_IN
from cluster_kit.sessions.facilitation import BeginSegment, Broadcast
from cluster_kit.settings import Settings
from cluster_kit.store import NewErasure, Person, Store
from tests.browser import PATIENCE_MS
from tests.deploy.nginx import Front, run_nginx, trust
from tests.deploy.servers import end, run_servers
from tests.postgres import create_database
from tests.server.browsing import stay
from tests.server.facilitator import Facilitator
from tests.server.page_client import PageClient, connect, greet, until
from tests.server.test_boards import post_of
from tests.server.test_boards import write as write_post
from tests.server.test_metrics import read_metrics
from tests.serving import AVERY, JORDAN, PATIENCE_S, TASI, Server, send_token, wait_until

EXERCISE, PROMPT = "peer_discussion", "heard"


@dataclass
class Deployment:
    """The public address ``front``, and the servers behind it, numbered 0 and 1."""

    front: Front
    servers: tuple[Server, Server]
    database: str
    _cookies: dict[int, str] = field(default_factory=dict)

    def link(self, person: str) -> str:
        return make_link(self.servers[0].settings, person, address=self.front.address, session=1)

    @contextmanager
    def client(self, person: str | None = None, which: int | None = None) -> Iterator[httpx.Client]:
        """A client of nginx: anonymous, or with this person's session cookie; ``which`` selects the server."""
        with httpx.Client(base_url=self.front.address, verify=trust(self.front), timeout=PATIENCE_S) as client:
            if which is not None:
                client.cookies.set("ck_server", self.cookie(which))
            if person:
                assert send_token(client, self.link(person).partition("#")[2]).status_code == 200
            yield client

    @contextmanager
    def connect(self, person: str, which: int, *exercises: str) -> Iterator[PageClient]:
        """A page's connection through nginx to one of the servers."""
        content = self.servers[0].content.version
        with (
            self.client(person, which) as client,
            connect(client, 1, content, trust=trust(self.front)) as page,
        ):
            yield greet(page, exercises)

    def cookie(self, which: int) -> str:
        """A cookie that nginx routes to this server."""
        while which not in self._cookies:
            with self.client() as client:
                came_to = self._find_server(client)
                self._cookies[came_to] = client.cookies["ck_server"]
        return self._cookies[which]

    def is_balanced(self) -> bool:
        """True if nginx routes everyone by their cookie: it temporarily excludes servers that did not respond."""
        for which in (0, 1):
            with self.client(which=which) as client:
                if self._find_server(client) != which:
                    return False
        return True

    def _find_server(self, client: httpx.Client) -> int:
        """The server that the client's requests reach: the one that logs the unknown page."""
        path = f"/{uuid.uuid4().hex}"
        assert client.get(path).status_code == 404
        wait_until(lambda: any(path in server.log for server in self.servers), "a server logs the request")
        return int(path in self.servers[1].log)

    def pages(self) -> list[int]:
        """Number of pages connected to each server."""
        return [0 if one.process_ended() else _ask(one, "/health").json()["pages"] for one in self.servers]

    def arrivals(self) -> list[float]:
        """Number of session pages that each server has sent."""
        counted = [read_metrics(_ask(one, "/metrics").text) for one in self.servers]
        return [one.get("arrivals_total{session=1}", 0) for one in counted]


def _ask(server: Server, path: str) -> httpx.Response:
    return httpx.get(f"{server.address}{path}", timeout=PATIENCE_S)


@contextmanager
def run_deployment(folder: Path, database: str) -> Iterator[Deployment]:
    """Two servers behind nginx."""
    with (
        run_servers(folder, database, "--behind-proxy", "--grace", "2") as servers,
        run_nginx([server.address.removeprefix("http://") for server in servers]) as front,
    ):
        yield Deployment(front, servers, database)


@pytest.fixture(scope="module")
def shared_deployment(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[Deployment]:
    with run_deployment(tmp_path_factory.mktemp("deployment"), create_database(postgres_url)) as deployment:
        yield deployment


@pytest.fixture
def deployment(shared_deployment: Deployment) -> Deployment:
    """Both servers running without pages, including those that an earlier test has killed, and known to nginx."""
    ended = [server for server in shared_deployment.servers if server.process_ended()]
    for server in ended:
        server.start()
    if ended:
        # nginx tries them again after 10 s. A server logs the first 200 unknown pages of a minute, so ask less often.
        wait_until(shared_deployment.is_balanced, "nginx sends people to both servers", interval_s=1)
    wait_until(lambda: shared_deployment.pages() == [0, 0], "the pages of earlier tests have left")
    return shared_deployment


@pytest.fixture
def people(browser: Browser) -> Iterator[ExitStack]:
    """Browsers of several people, closed at the end."""
    with ExitStack() as stack:
        yield stack


def come(deployment: Deployment, browser: Browser, people: ExitStack, person: str, which: int) -> Page:
    """Open a person's page in a new browser that nginx routes to this server."""
    context = people.enter_context(browser.new_context(ignore_https_errors=True))
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": "ck_server", "value": deployment.cookie(which), "url": deployment.front.address}])
    before = deployment.pages()
    page = context.new_page()
    page.goto(deployment.link(person))
    page.locator(".ck-widget .ck-form").first.wait_for()
    wait_until(lambda: deployment.pages()[which] == before[which] + 1, "the page is connected to this server")
    return page


def team_text(page: Page) -> Locator:
    """The first text field of the team."""
    return page.locator(".ck-widget .ck-form textarea:visible").first


def write(page: Page, words: str) -> None:
    team_text(page).fill(words)
    expect(page.locator("#ck-saved")).to_contain_text("All saved at")


def test_everybody_comes_to_the_same_server_every_time(deployment: Deployment) -> None:
    before = deployment.arrivals()
    with deployment.client(AVERY) as client:
        assert "ck_server" in client.cookies
        for _ in range(6):
            assert client.get("/session/1").status_code == 200
    came = [now - then for now, then in zip(deployment.arrivals(), before, strict=True)]
    assert sorted(came) == [0, 6]


def test_the_front_speaks_https_compresses_caches_files_and_keeps_metrics_to_itself(deployment: Deployment) -> None:
    plain = httpx.get(f"{deployment.front.plain}/session/1")
    assert plain.status_code == 301
    assert plain.headers["location"].startswith("https://")
    with deployment.client() as client:
        home = client.get("/", headers={"Accept-Encoding": "gzip"})
        assert home.headers["content-encoding"] == "gzip"
        assert "max-age" in home.headers["strict-transport-security"]
        style = home.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
        for encoding in ("br", "gzip", "br"):
            file = client.get(style, headers={"Accept-Encoding": encoding})
            assert file.headers["content-encoding"] == encoding
            assert "immutable" in file.headers["cache-control"]
            assert "set-cookie" not in file.headers
        assert client.get("/metrics").status_code == client.get("/ready").status_code == 404
        assert client.get("/health").json()["status"] == "ok"
    asked = [server.log.count(style) for server in deployment.servers]
    assert asked == [0, 0]
    assert "127.0.0.1 -" not in deployment.front.log, "visitors' addresses are not kept"


def test_cookies_are_for_https_alone(deployment: Deployment) -> None:
    with deployment.client() as client:
        answer = client.get("/join")
    for cookie in answer.headers.get_list("set-cookie"):
        assert "secure" in cookie.lower()
        assert "httponly" in cookie.lower()
    wait_until(lambda: "/join" in deployment.front.log, "the request is logged")


def test_answers_and_erasures_on_one_server_are_on_the_pages_of_the_other(deployment: Deployment) -> None:
    with Store.open(deployment.database) as store:
        store.add_person(Person(id="leaving", series="demo", jurisdiction="OH", name="Lea Sample", depth="essential"))
        with deployment.connect("leaving", 0, EXERCISE) as one, deployment.connect(JORDAN, 1, EXERCISE) as other:
            assert deployment.pages() == [1, 1]
            kept = one.save(EXERCISE, prompt=PROMPT, value="Said on one server")
            until(lambda: "Said on one server" in other.values(EXERCISE, PROMPT), "the teammate's page has it")
            base = [receipt["id"] for receipt in kept["receipts"]]
            assert other.save(EXERCISE, prompt=PROMPT, value="Changed on the other", base=base)["type"] == "saved"
            until(lambda: "Changed on the other" in one.values(EXERCISE, PROMPT), "and what the teammate made of it")
            assert "Said on one server" not in one.values(EXERCISE, PROMPT)
            one.send({"type": "presence", "exercise": EXERCISE, "active": True})
            other.wait_for("teammates")
            until(lambda: "Lea Sample" in str(other.newest["teammates"]), "the teammate's page names them")
            assert one.save(EXERCISE, prompt="borrow", value="To be erased")["type"] == "saved"
            until(lambda: "To be erased" in other.values(EXERCISE, "borrow"), "the teammate's page has it")
            store.erase(NewErasure(series="demo", jurisdiction="OH", person="leaving", asked_by="Lea", why="asked"))
            other.wait_for_form(EXERCISE, "changes", whole=True)
            assert "To be erased" not in str(other.find_form(EXERCISE, "changes", whole=True))
            until(lambda: "Lea Sample" not in str(other.newest["teammates"]), "and no longer does")
            assert one.wait_closed() == NOT_SIGNED_IN


@pytest.mark.browser
def test_states_on_two_servers_see_each_other_and_the_facilitator_without_asking(
    deployment: Deployment, browser: Browser, people: ExitStack
) -> None:
    avery, tasi = (come(deployment, browser, people, one, which) for which, one in enumerate((AVERY, TASI)))
    facilitator = Facilitator(Settings(deployment.servers[0].home, deployment.database))
    people.callback(facilitator.store.close)
    facilitator.do(BeginSegment(), "framing")
    facilitator.do(Broadcast(text="Good morning, Guam"))
    for page in (avery, tasi):
        expect(page.locator(".ck-live-now")).to_be_visible()
        expect(page.locator("#ck-live")).to_contain_text("Good morning, Guam")
    write_post(avery, "From Ohio, on one server")
    expect(post_of(tasi, "From Ohio, on one server")).to_be_visible()
    write_post(tasi, "From Guam, on the other")
    expect(avery.get_by_role("button", name="1 new post")).to_be_visible()


@pytest.mark.browser
def test_teammates_on_two_servers_see_each_other_and_go_on_when_one_is_killed(
    deployment: Deployment, browser: Browser, people: ExitStack
) -> None:
    avery, jordan = (come(deployment, browser, people, one, which) for which, one in enumerate((AVERY, JORDAN)))
    write(avery, "Written on one server")
    field = team_text(jordan)
    expect(field).to_have_value("Written on one server")
    stays = stay(avery)
    deployment.servers[0].end(signal.SIGKILL)
    write(avery, "Written after it was killed")
    expect(field).to_have_value("Written after it was killed")
    assert stays(), "the page has connected to the other server by itself"
    wait_until(lambda: deployment.pages() == [0, 2], "both pages are connected to the other server")


def test_what_was_acknowledged_on_two_servers_is_kept_when_both_are_killed(deployment: Deployment) -> None:
    with deployment.connect(AVERY, 0, EXERCISE) as one, deployment.connect(TASI, 1, EXERCISE) as other:
        for number in range(40):
            for page in (one, other):
                page.begin_save(EXERCISE, prompt="question", value=f"Number {number}")
        until(lambda: one.acknowledged() and other.acknowledged(), "both have acknowledged something")
        for server in deployment.servers:
            server.end(signal.SIGKILL)
        for page in (one, other):
            page.wait_closed()
        acknowledged = one.acknowledged() | other.acknowledged()
    facilitator = Facilitator(Settings(deployment.servers[0].home, deployment.database))
    kept = {response.id for state in ("OH", "GU") for response in facilitator.store.history("demo", state)}
    facilitator.store.close()
    assert acknowledged <= kept


def test_when_no_server_answers_there_is_a_sentence(shared_deployment: Deployment) -> None:
    for server in shared_deployment.servers:
        end(server)
    with shared_deployment.client() as client:
        page = client.get("/session/1")
    assert page.status_code == 502
    assert "Your answers are safe" in page.text
