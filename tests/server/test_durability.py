"""A server that is stopped while many pages save: every acknowledged answer is stored, exactly once.

For killed servers see ``tests/durability``.
"""

from __future__ import annotations

import signal
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from cluster_kit.store import Person, Store
from tests.server.page_client import Json, PageClient, until
from tests.serving import Server, run_server, wait_until

EXERCISE, PROMPT = "rate_systems", "ratings.note"
STATES = ("OH", "GU", "UT", "WY")
PEOPLE, ANSWERS = 12, 40


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server to kill and restart."""
    with run_server(tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture
def people(server: Server) -> Iterator[list[httpx.Client]]:
    """New people of several states, each with their own browser."""
    ids = [f"person-{uuid.uuid4().hex[:8]}" for _ in range(PEOPLE)]
    with Store.open(server.db_url) as store, ExitStack() as stack:
        for number, one in enumerate(ids):
            state = STATES[number % len(STATES)]
            store.add_person(Person(id=one, series="demo", jurisdiction=state, name=one, depth="essential"))
        yield [stack.enter_context(server.client(one)) for one in ids]


def write(server: Server) -> list[Json]:
    """One person's answers, each superseding the one before."""
    areas = {area.id: area for area in server.content.instrument.areas}
    row = areas["systems_alignment"].items[0].id
    ids = [str(uuid.uuid4()) for _ in range(ANSWERS)]
    bases: list[list[str]] = [[], *([one] for one in ids)]
    return [
        {"id": one, "prompt": PROMPT, "row": row, "value": f"Note {one}", "base": base}
        for one, base in zip(ids, bases, strict=False)
    ]


def count_kept(server: Server) -> Counter[str]:
    """Number of occurrences of each answer in the store, by id."""
    with Store.open(server.db_url) as store:
        return Counter(response.id for state in STATES for response in store.history("demo", state))


def send_all(pages: list[PageClient], written: list[list[Json]]) -> None:
    """Send every page's answers one by one, without waiting."""
    for number in range(ANSWERS):
        for page, answers in zip(pages, written, strict=True):
            page.begin_save(EXERCISE, answers[number])


def resend(server: Server, people: list[httpx.Client], written: list[list[Json]], acknowledged: set[str]) -> None:
    """Connect every page to the current server, and resend what was not acknowledged."""
    with ExitStack() as stack:
        for client, answers in zip(people, written, strict=True):
            page = stack.enter_context(server.connect(client, exercises=[EXERCISE]))
            left = [answer for answer in answers if answer["id"] not in acknowledged]
            for answer in left:
                page.begin_save(EXERCISE, answer)
            wait_acknowledged(page, {answer["id"] for answer in left})


def wait_acknowledged(page: PageClient, wanted: set[str]) -> None:
    until(lambda: page.acknowledged() >= wanted, "every answer is acknowledged")


def test_a_server_that_is_stopped_commits_what_waits_and_says_so(server: Server, people: list[httpx.Client]) -> None:
    written = [write(server) for _ in people]
    wait_until(lambda: people[0].get("/ready").status_code == 200, "the server has begun")
    start = len(server.log)
    with ExitStack() as stack:
        pages = [stack.enter_context(server.connect(client, exercises=[EXERCISE])) for client in people]
        send_all(pages, written)
        until(lambda: sum(len(page.acknowledged()) for page in pages) > 20, "some answers are acknowledged")
        assert server.end(signal.SIGTERM) == 0
        assert {page.wait_closed() for page in pages} == {1001}
        acknowledged = {one for page in pages for one in page.acknowledged()}
    ids = {answer["id"] for answers in written for answer in answers}
    assert set(count_kept(server)) & ids == acknowledged, "what is kept was acknowledged, and the other way round"
    assert "Traceback" not in server.log[start:]
    server.start()
    resend(server, people, written, acknowledged)
    kept = count_kept(server)
    assert all(kept[one] == 1 for one in ids)
