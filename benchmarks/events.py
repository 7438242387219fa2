"""Everyone's page listens to the session: what does that cost the server, and how soon does everyone see a post?

``python -m benchmarks.events [--pages 171] [--posts 40]``

A server with an empty store; as many people as asked for have the page of session 1 open. First nothing happens for a
while, then posts arrive twice a second. The pages run on the same machine; ``CPU`` counts the server alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks.people import SERIES
from benchmarks.stages import Stage, Variant, ours
from benchmarks.usage import cpu_seconds, memory
from benchmarks.visitors import OurVisitor, Plan
from cluster_kit.content import load_content
from cluster_kit.sessions import SessionLog
from cluster_kit.sessions.board import WritePost
from cluster_kit.settings import Settings
from cluster_kit.store import Store

SESSION = 1
SETTLE_S = 5.0
QUIET_S = 20.0
PAUSE_S = 0.5
PATIENCE_S = 30.0


class Listener(OurVisitor):
    """An open page. ``heard`` is when each post came, by its text (``time.monotonic``)."""

    def __init__(self, address: str, key: str) -> None:
        super().__init__(address, key, Plan(SESSION), time.monotonic())
        self.heard: dict[str, float] = {}

    def hear(self, message: bytes) -> None:
        """A post on the board, besides what every page receives."""
        super().hear(message)
        if message.startswith(b'{"type":"board"') and b'"whole":false' in message:
            for post in json.loads(message)["posts"]:
                self.heard.setdefault(post["text"], time.monotonic())
                self.answer(post["text"])


def main() -> None:
    """Measure, and print a table to stdout; progress goes to stderr."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=171)
    parser.add_argument("--posts", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        started = ours(Path(name), options.pages, SESSION, Variant())
        with started as stage, Store.open(Settings(Path(name) / "home").db_url) as store:
            asyncio.run(_measure(store, stage, options.posts))


async def _measure(store: Store, stage: Stage, posts: int) -> None:
    before, cpu_of = memory(stage.process).whole, partial(cpu_seconds, stage.process)
    listeners = [Listener(stage.address, key) for key in stage.keys]
    print(f"{len(listeners)} pages open", file=sys.stderr)
    for listener in listeners:
        await listener.open_page()
    await asyncio.sleep(SETTLE_S)
    cpu = cpu_of()
    await asyncio.sleep(QUIET_S)
    quiet = (cpu_of() - cpu) / QUIET_S
    cpu, began = cpu_of(), time.monotonic()
    sent = await _post(store, listeners, posts)
    busy = (cpu_of() - cpu) / (time.monotonic() - began)
    late = sorted(max(listener.heard[text] for listener in listeners) - at for text, at in sent.items())
    grown = memory(stage.process).whole - before
    print("| pages | CPU, quiet | CPU, two posts a second | everyone has a post after, p50 | max | memory |")
    print("|" + " --- |" * 6)
    seen = f"{late[len(late) // 2]:.2f} s | {late[-1]:.2f} s"
    print(f"| {len(listeners)} | {quiet:.1%} | {busy:.1%} | {seen} | {grown:.0f} MiB |")


async def _post(store: Store, listeners: list[Listener], posts: int) -> dict[str, float]:
    """When each post was committed, by its text; returns once every page has the last one."""
    session_log = SessionLog(store, SERIES, load_content(SERIES).get_session(SESSION))
    author = store.people(SERIES)[0]
    sent = {}
    for number in range(posts):
        text = f"Post number {number}"
        arrivals = [listener.expect(text) for listener in listeners]
        await asyncio.to_thread(session_log.do, author, WritePost(text=text), subject="peer_discussion")
        sent[text] = time.monotonic()
        await asyncio.sleep(PAUSE_S)
    await asyncio.wait_for(asyncio.gather(*arrivals), PATIENCE_S)
    return sent


if __name__ == "__main__":
    main()
