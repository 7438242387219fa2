"""One server for all attacks, with a secret of Guam that no one else may see."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.answers import new_answer
from tests.server.store_guard import watch_requests
from tests.serving import AVERY, FAY, TASI, Server, run_server, wait_until

from cluster_kit.cli.demo import SERIES  # isort: skip
from cluster_kit.store import Store  # isort: skip

SECRET = "SECRET-of-Guam"
MIN_LENGTH = 6  # shorter texts are also parts of ordinary words


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server. Guam's team has a secret in its goals, and one in an example that it does not share."""
    home = tmp_path_factory.mktemp("attacked")
    (home / "settings.toml").write_text("[registration]\nopen = true\n", encoding="utf-8")
    with run_server(home, "--grace", "2", prepare=watch_requests) as server:
        of_guam = {"jurisdiction": "GU", "series": SERIES, "author": TASI}
        with Store.open(server.settings.db_url) as store:
            store.append(
                [
                    new_answer("goals.goals.statement", SECRET, id="s1", row="r1", **of_guam),
                    new_answer("examples.examples.what", SECRET, id="s2", row="r1", **of_guam),
                    new_answer("examples.examples.may_share", "team", id="s3", row="r1", **of_guam),
                ]
            )
        wait_until(lambda: httpx.get(f"{server.address}/ready").status_code == 200, "the server is ready")
        yield server
        check_log(server)


def check_log(server: Server) -> None:
    """After all attacks, the log has no names, no ids of people, no codes, and no answers."""
    with Store.open(server.settings.db_url) as store:
        people = store.people(SERIES)
        answers = [one.value for state in ("GU", "OH") for one in store.history(SERIES, state)]
        codes = store.team_codes(SERIES)
    names = {one.name for one in people if len(one.name) > MIN_LENGTH}
    typed = {one for one in answers if isinstance(one, str) and len(one) > MIN_LENGTH}
    assert names
    assert SECRET in typed
    found = names | typed | {one.id for one in people if len(one.id) > MIN_LENGTH} | {one.code for one in codes}
    shown = server.log.replace("Other accounts have access", "")
    assert not [one for one in found if one in shown]
    assert "jurisdiction" not in shown


@pytest.fixture(scope="package")
def clients(server: Server) -> Iterator[dict[str, httpx.Client]]:
    """By who it is: a stranger, a participant of Ohio, and a facilitator."""
    with server.client() as stranger, server.client(AVERY) as ohio, server.client(FAY) as facilitator:
        yield {"stranger": stranger, "ohio": ohio, "facilitator": facilitator}


@pytest.fixture(autouse=True)
def _server_is_well(server: Server) -> Iterator[None]:
    """After every attack the server responds, and its log has no error."""
    before = len(server.log)
    yield
    with server.client() as stranger:
        assert stranger.get("/health", timeout=5).json()["status"] == "ok"
    assert "Traceback" not in server.log[before:]
