"""Two doors of one deployment: a link taken back on one server is void on the other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from cluster_kit.cli.demo import SERIES, prepare_demo
from cluster_kit.roster.codes import list_codes
from cluster_kit.server.stream.protocol import NOT_SIGNED_IN
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from tests.postgres import create_database
from tests.roster.test_cli import run
from tests.serving import AVERY, JORDAN, TASI, Server, add_people, knock, wait_until


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[tuple[Server, Server]]:
    """Two servers on one PostgreSQL, with homes of their own that hold the same key."""
    folder, database = tmp_path_factory.mktemp("doors"), create_database(postgres_url)
    homes = folder / "one", folder / "other"
    first = Settings(homes[0], database)
    add_people(prepare_demo(first).series.id, first)
    first.secret()
    shutil.copytree(*homes)
    with ExitStack() as stack:
        started = []
        for home in homes:
            server = Server(home, options=["--db", database])
            server.start()
            stack.callback(server.end)
            started.append(server)
        yield started[0], started[1]


def revoke(server: Server, *whose: str) -> None:
    """The command, as staff run it on the machine of one server."""
    run(
        Settings(server.home, server.db_url),
        *("roster", "revoke", *whose, "--series", SERIES, "--db", server.db_url),
    )


def test_a_link_taken_back_on_one_server_closes_pages_on_the_other_and_is_void_at_both_doors(
    servers: tuple[Server, Server],
) -> None:
    one, other = servers
    token = one.link(JORDAN).partition("#")[2]
    with other.client(JORDAN) as client, one.client(JORDAN) as elsewhere:
        with other.connect(client) as page, other.connect(AVERY, exercises=["goals"]) as mate:
            revoke(one, JORDAN)
            assert page.wait_closed() == NOT_SIGNED_IN
            mate.wait_for_form("goals", "opening")
            assert mate.command("post", "framing", text="Still here")["ok"]
        for away in (client, elsewhere):
            wait_until(lambda away=away: away.get("/session/1").status_code == 403, "the badge is void")
        for server in servers:
            with server.client() as stranger:
                assert knock(stranger, token).status_code == 403
                assert knock(stranger, server.link(JORDAN).partition("#")[2]).status_code == 200


def test_a_states_code_renewed_on_one_server_opens_nothing_on_the_other(servers: tuple[Server, Server]) -> None:
    one, other = servers
    with Store.open(one.db_url) as store:
        (old,) = list_codes(store, SERIES, {"GU"}).values()
        revoke(one, "--jurisdiction", "GU")
        (new,) = list_codes(store, SERIES, {"GU"}).values()
    with other.client() as stranger:
        stranger.get("/join")
        said = {"_xsrf": stranger.cookies["_xsrf"]}
        assert stranger.post("/join", data={"code": old, **said}).status_code == 403
        assert stranger.post("/join", data={"code": new, **said}).status_code == 200
    with other.client() as stranger:
        assert knock(stranger, other.link(TASI).partition("#")[2]).status_code == 200
