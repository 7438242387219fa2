"""Two servers and one PostgreSQL behind a real nginx with the shipped configuration."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from cluster_kit.cli.demo import prepare_series
from cluster_kit.live import make_link
from cluster_kit.settings import Settings
from tests.browser import PATIENCE_MS
from tests.deploy.nginx import Front, run_nginx, trust
from tests.postgres import create_database
from tests.serving import AVERY, JORDAN, PATIENCE_S, Server, add_people, knock, wait_until


@dataclass
class Deployment:
    """What people reach at ``front``, and the servers behind it. Servers go by ``one`` and ``other``."""

    front: Front
    servers: tuple[Server, Server]

    def link(self, person: str) -> str:
        return make_link(self.servers[0].settings, person, address=self.front.address, session=1)

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.front.address, verify=trust(self.front), timeout=PATIENCE_S)

    def pages(self) -> tuple[int, int]:
        """How many pages' kernels each server runs."""
        one, other = (0 if server.process_ended() else len(server.kernels()) for server in self.servers)
        return one, other


@contextmanager
def run_deployment(folder: Path, database: str) -> Iterator[Deployment]:
    """Two servers with homes of their own that hold the same key and the same content, as on two machines."""
    homes = folder / "one", folder / "other"
    first = Settings(homes[0], database)
    add_people(prepare_series(first).series.id, first)
    first.secret()
    shutil.copytree(*homes)
    with ExitStack() as stack:
        servers = []
        for home in homes:
            server = Server(home, options=["--db", database, "--behind-proxy", "--grace", "2"])
            server.start()
            stack.callback(lambda server=server: server.process_ended() or server.end())
            servers.append(server)
        addresses = [server.address.removeprefix("http://") for server in servers]
        yield Deployment(stack.enter_context(run_nginx(addresses)), (servers[0], servers[1]))


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[Deployment]:
    """For tests that leave it as it is."""
    with run_deployment(tmp_path_factory.mktemp("deployment"), create_database(postgres_url)) as deployment:
        yield deployment


@pytest.fixture
def own_deployment(tmp_path: Path, postgres_url: str) -> Iterator[Deployment]:
    """With servers to kill."""
    with run_deployment(tmp_path, create_database(postgres_url)) as deployment:
        yield deployment


@pytest.fixture
def people(browser: Browser) -> Iterator[ExitStack]:
    """Where browsers of several people are opened; they are closed at the end."""
    with ExitStack() as stack:
        yield stack


def come(deployment: Deployment, context: BrowserContext, person: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(deployment.link(person))
    page.locator(".ck-widget .ck-form").first.wait_for()
    return page


def come_to(deployment: Deployment, browser: Browser, people: ExitStack, person: str, which: int) -> Page:
    """Open a person's page in new browsers until nginx has sent one to this server (0 or 1)."""
    for _ in range(20):
        before = deployment.pages()
        context = people.enter_context(browser.new_context(ignore_https_errors=True))
        page = come(deployment, context, person)
        if deployment.pages()[which] > before[which]:
            return page
        context.close()
    raise AssertionError("nginx sends everybody to the same server")


def team_text(page: Page) -> Locator:
    """The first field that takes words and belongs to the team."""
    return page.locator(".ck-widget .ck-form textarea:visible").first


def write(page: Page, words: str) -> None:
    team_text(page).fill(words)
    expect(page.locator("#ck-saved")).to_contain_text("All saved at", timeout=PATIENCE_MS)


def test_teammates_on_two_servers_see_each_other_and_go_on_when_one_is_killed(
    own_deployment: Deployment, browser: Browser, people: ExitStack
) -> None:
    avery = come_to(own_deployment, browser, people, AVERY, 0)
    jordan = come_to(own_deployment, browser, people, JORDAN, 1)
    write(avery, "Written on one server")
    field = team_text(jordan)
    expect(field).to_have_value("Written on one server", timeout=PATIENCE_MS)

    own_deployment.servers[0].end(signal.SIGKILL)
    with avery.expect_navigation(timeout=PATIENCE_MS):
        pass  # the page finds its kernel gone, and loads again by itself
    avery.locator(".ck-widget .ck-form").first.wait_for()
    expect(team_text(avery)).to_have_value("Written on one server", timeout=PATIENCE_MS)
    assert own_deployment.pages() == (0, 2)
    write(avery, "Written after it was killed")
    expect(field).to_have_value("Written after it was killed", timeout=PATIENCE_MS)


def test_everybody_comes_to_the_same_server_every_time(deployment: Deployment) -> None:
    with deployment.client() as client:
        assert knock(client, deployment.link(AVERY).partition("#")[2]).status_code == 200
        assert "ck_server" in client.cookies
        for _ in range(6):
            assert client.get("/session/1").status_code == 200
    assert sorted(deployment.pages()) == [0, 6], "this is the first test in which the shared servers make pages"


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


def test_when_no_server_answers_there_is_a_sentence(own_deployment: Deployment) -> None:
    for server in own_deployment.servers:
        server.end()
    with own_deployment.client() as client:
        page = client.get("/session/1")
    assert page.status_code == 502
    assert "Your answers are safe" in page.text


def test_cookies_are_for_https_alone(deployment: Deployment) -> None:
    with deployment.client() as client:
        answer = client.get("/join")
    for cookie in answer.headers.get_list("set-cookie"):
        assert "secure" in cookie.lower()
        assert "httponly" in cookie.lower()
    wait_until(lambda: "/join" in deployment.front.log, "the request is logged")
