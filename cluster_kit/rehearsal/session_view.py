"""One person's view of the session around the exercises."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from cluster_kit.models import Json


class SessionView:
    """The session according to its events: the segment, locked and revealed exercises, posts by id.

    ``addressed``: whether a facilitator has sent the state a message of its own. ``poll``: the open poll.
    """

    def __init__(self) -> None:
        self.segment = ""
        self.ended = False
        self.locked: set[str] = set()
        self.revealed: set[str] = set()
        self.addressed = False
        self.poll: Json | None = None
        self.posts: dict[str, Json] = {}
        self._changed = asyncio.Event()

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until a condition on the session is true."""
        while not holds():
            self._changed.clear()
            await self._changed.wait()

    def receive(self, event: Json) -> None:
        """Apply a session event; others are ignored."""
        match event["type"]:
            case "session_status":
                self.segment = event["segment"]["kind"] if event["segment"] else ""
                self.ended = bool(event["ended"])
                self.locked = set(event["locked"])
                self.poll = event["poll"] if event["poll"] and event["poll"]["is_open"] else None
            case "team":
                self.revealed = set(event["revealed"])
                self.addressed = self.addressed or bool(event["messages"])
            case "board":
                known = {} if event["whole"] else self.posts
                self.posts = {**known, **{post["id"]: post for post in event["posts"]}}
                for gone in event["gone"]:
                    self.posts.pop(gone, None)
        self._changed.set()
