"""A session as tests run it: what its stream says, and a facilitator at work in the test's own process."""

from __future__ import annotations

import json
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx

from cluster_kit.content import load_content
from cluster_kit.content.models import Scope
from cluster_kit.meeting import Doing, Journal
from cluster_kit.responses import NewResponse, Person, Store
from cluster_kit.settings import Settings
from tests.serving import wait_until

SERIES = "demo"
FAY = Person(id="fay", series=SERIES, jurisdiction="", name="Fay Sample")
# The stream itself brings it: a page asks anew only after 30 s of silence. How soon, benchmarks/floor.py measures.
SOON_S = 20.0


class Facilitator:
    """A facilitator who runs a session from another process than the server's, as the console's kernel does."""

    def __init__(self, settings: Settings, session: int = 1) -> None:
        self.content = load_content(SERIES, overlay=settings.content)
        self.session = self.content.get_session(session)
        self.store = Store.open(settings.db_url)
        self.store.add_person(FAY)
        self.journal = Journal(self.store, SERIES, self.session)

    def do(self, doing: Doing, subject: str = "") -> str:
        """Do something; the event's id."""
        return self.journal.do(FAY, doing, subject=subject).id

    def share(self, state: str, author: str, rung: str, row: str = "row1", **cells: str) -> str:
        """A state writes an example, or changes it; its address."""
        said = {f"examples.{column}": value for column, value in {**cells, "may_share": rung}.items()}
        kept = self.store.current(SERIES, state, session=self.session.number, exercise="examples")
        bases = {prompt: tuple(one.id for one in kept if (one.prompt, one.row) == (prompt, row)) for prompt in said}
        self.store.append(
            [
                NewResponse(
                    id=str(uuid.uuid4()),
                    series=SERIES,
                    session=self.session.number,
                    exercise="examples",
                    prompt=prompt,
                    row=row,
                    jurisdiction=state,
                    scope=Scope.TEAM,
                    author=author,
                    value=value,
                    base=bases[prompt],
                )
                for prompt, value in said.items()
            ]
        )
        return f"{state}/examples/{row}"


class Ear:
    """What a page's stream has said: the newest of each event, and the board as it adds up."""

    def __init__(self) -> None:
        self.said: list[tuple[str, dict[str, Any]]] = []
        self.newest: dict[str, Any] = {}
        self.posts: dict[str, dict[str, Any]] = {}
        self.ended = False

    def hear(self, name: str, data: Any) -> None:
        """One event."""
        self.said.append((name, data))
        self.newest[name] = data
        if name == "board":
            known = {} if data["whole"] else self.posts
            self.posts = {**known, **{post["id"]: post for post in data["posts"]}}
            for gone in data["gone"]:
                self.posts.pop(gone, None)

    @property
    def texts(self) -> set[str]:
        """The words of all posts."""
        return {post["text"] for post in self.posts.values()}


@contextmanager
def listening(client: httpx.Client, session: int = 1) -> Iterator[Ear]:
    """The stream of a session's floor, read in a thread until the block ends."""
    ear = Ear()
    with client.stream("GET", f"/session/{session}/floor", timeout=None) as answer:
        assert answer.status_code == 200, answer.status_code
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        thread = threading.Thread(target=_read, args=(answer, ear), daemon=True)
        thread.start()
        wait_until(lambda: "board" in ear.newest, "the stream says how things stand")
        try:
            yield ear
        finally:
            with suppress(OSError):
                answer.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
            thread.join()


def _read(answer: httpx.Response, ear: Ear) -> None:
    name = ""
    try:
        for line in answer.iter_lines():
            key, _, value = line.partition(": ")
            if key == "event":
                name = value
            elif key == "data":
                ear.hear(name, json.loads(value))
    except (httpx.HTTPError, httpx.StreamError, OSError, ValueError):
        pass
    ear.ended = True


def act(
    client: httpx.Client, kind: str, subject: str = "", event_id: str = "", session: int = 1, **value: Any
) -> httpx.Response:
    """Do something, as a page does."""
    asked = {"id": event_id or str(uuid.uuid4()), "kind": kind, "subject": subject, "value": value}
    return post(client, f"/session/{session}/floor", asked)


def post(client: httpx.Client, path: str, body: Any) -> httpx.Response:
    """Send JSON with the token that pages send."""
    return client.post(path, json=body, headers={"X-XSRFToken": client.cookies["_xsrf"]})
