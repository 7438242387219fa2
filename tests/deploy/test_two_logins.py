"""Two servers of one deployment: a link revoked on one is void on the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster_kit.cli.demo import SERIES
from cluster_kit.roster.codes import list_codes
from cluster_kit.server.auth.cookies import find_xsrf_token
from cluster_kit.server.stream.protocol import NOT_SIGNED_IN
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from tests.deploy.servers import run_servers
from tests.postgres import create_database
from tests.roster.test_cli import run
from tests.serving import AVERY, JORDAN, TASI, Server, send_token, wait_until


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[tuple[Server, Server]]:
    """Two servers on one PostgreSQL, with separate homes that have the same key."""
    with run_servers(tmp_path_factory.mktemp("doors"), create_database(postgres_url)) as servers:
        yield servers


def revoke(server: Server, *whose: str) -> None:
    """Run the command on the machine of one server, as staff would."""
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
            wait_until(lambda away=away: away.get("/session/1").status_code == 403, "the cookie is void")
        for server in servers:
            with server.client() as stranger:
                assert send_token(stranger, token).status_code == 403
                assert send_token(stranger, server.link(JORDAN).partition("#")[2]).status_code == 200


def test_a_states_code_renewed_on_one_server_opens_nothing_on_the_other(servers: tuple[Server, Server]) -> None:
    one, other = servers
    with Store.open(one.db_url) as store:
        (old,) = list_codes(store, SERIES, {"GU"}).values()
        revoke(one, "--jurisdiction", "GU")
        (new,) = list_codes(store, SERIES, {"GU"}).values()
    with other.client() as stranger:
        stranger.get("/join")
        said = {"_xsrf": find_xsrf_token(stranger.cookies)}
        assert stranger.post("/join", data={"code": old, **said}).status_code == 403
        assert stranger.post("/join", data={"code": new, **said}).status_code == 200
    with other.client() as stranger:
        assert send_token(stranger, other.link(TASI).partition("#")[2]).status_code == 200
