"""Everybody's page listens to the room: what does that cost the server, and how soon does everybody see a post?

``python -m benchmarks.floor [--pages 171] [--posts 40]``

A server with an empty store; as many people as asked for hold the stream of session 1, and nobody has a kernel. First
nothing happens for a while, then posts arrive twice a second. The listeners run on the same machine; ``cpu`` counts
the server alone.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.servers import free_port, running
from benchmarks.usage import cpu_seconds, memory
from cluster_kit.content import load_content
from cluster_kit.live.door import COOKIE
from cluster_kit.live.links import Invitation, make_badge
from cluster_kit.meeting import Journal
from cluster_kit.meeting.board import WritePost
from cluster_kit.responses import Person, Store
from cluster_kit.settings import Settings

SERIES = "2026"
SETTLE_S = 10.0
QUIET_S = 20.0
PAUSE_S = 0.5
LIMIT = 2**24


class Listener:
    """A page's stream; ``heard`` is when each word that was waited for came."""

    def __init__(self, address: str, badge: str) -> None:
        self.host, _, self.port = address.removeprefix("http://").partition(":")
        self.badge = badge
        self.heard: dict[str, float] = {}
        self.is_open = asyncio.Event()

    async def listen(self) -> None:
        """Until cancelled."""
        reader, writer = await asyncio.open_connection(self.host, int(self.port), limit=LIMIT)
        head = (
            f"GET /session/1/floor HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nCookie: {COOKIE}={self.badge}\r\n\r\n"
        )
        writer.write(head.encode())
        try:
            while line := await reader.readline():
                if line.startswith(b'data: {"whole":true'):
                    self.is_open.set()
                elif line.startswith(b'data: {"whole":false'):
                    self.heard.setdefault(line.partition(b'"text":"')[2].partition(b'"')[0].decode(), time.monotonic())
        finally:
            writer.close()


def main() -> None:
    """Measure, and print a table to stdout; progress goes to stderr."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=171)
    parser.add_argument("--posts", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "home")
        store, badges = _invite(settings, options.pages)
        address = f"http://127.0.0.1:{free_port()}"
        command = ["-m", "cluster_kit", "serve", "--series", SERIES, "--home", str(settings.home)]
        command += ["--port", address.rpartition(":")[2]]
        with store, running([sys.executable, *command], f"{address}/health") as process:
            listeners = [Listener(address, badge) for badge in badges]
            asyncio.run(_measure(store, listeners, process.pid, options.posts))


def _invite(settings: Settings, pages: int) -> tuple[Store, list[str]]:
    settings.home.mkdir(parents=True)
    store, states = Store.open(settings.db_url), load_content(SERIES).jurisdictions
    expires = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    for number in range(pages):
        state = states[number % len(states)].code
        store.add_person(Person(id=f"person-{number}", series=SERIES, jurisdiction=state, name=f"Person {number}"))
    made = [Invitation(f"person-{number}", expires, 1) for number in range(pages)]
    return store, [make_badge(settings.secret(), invitation) for invitation in made]


async def _measure(store: Store, listeners: list[Listener], process: int, posts: int) -> None:
    await asyncio.sleep(SETTLE_S)
    before = memory(process).whole
    tasks = [asyncio.ensure_future(listener.listen()) for listener in listeners]
    print(f"{len(listeners)} pages begin to listen", file=sys.stderr)
    await asyncio.gather(*(listener.is_open.wait() for listener in listeners))
    cpu = cpu_seconds(process)
    await asyncio.sleep(QUIET_S)
    quiet = (cpu_seconds(process) - cpu) / QUIET_S
    cpu, began, sent = cpu_seconds(process), time.monotonic(), await _post(store, posts)
    busy = (cpu_seconds(process) - cpu) / (time.monotonic() - began)
    await asyncio.sleep(2 * PAUSE_S)
    for task in tasks:
        task.cancel()
    late = sorted(
        max(listener.heard.get(words, float("inf")) for listener in listeners) - at for words, at in sent.items()
    )
    print("| pages | processor, quiet | processor, two posts a second | all have a post after, p50 | max | memory |")
    print("|" + " --- |" * 6)
    grown = memory(process).whole - before
    seen = f"{late[len(late) // 2]:.2f} s | {late[-1]:.2f} s"
    print(f"| {len(listeners)} | {quiet:.1%} | {busy:.1%} | {seen} | {grown:.0f} MiB |")


async def _post(store: Store, posts: int) -> dict[str, float]:
    """By their words, when each post was on the disk."""
    content = load_content(SERIES)
    journal = Journal(store, SERIES, content.get_session(1))
    author = store.people(SERIES)[0]
    sent = {}
    for number in range(posts):
        words = f"Post number {number}"
        await asyncio.to_thread(journal.do, author, WritePost(text=words), subject="peer_discussion")
        sent[words] = time.monotonic()
        await asyncio.sleep(PAUSE_S)
    return sent


if __name__ == "__main__":
    main()
