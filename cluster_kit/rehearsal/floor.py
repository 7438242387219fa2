"""What the session's stream tells one person, and what they do on the floor: post, react, park."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx

from cluster_kit.rehearsal.client import Client
from cluster_kit.rehearsal.tally import Tally
from cluster_kit.rehearsal.under_way import UnderWay

Json = dict[str, Any]
AGAIN_S = 1.0
HERE_S = 10.0
MOST_TRIES = 30


class Floor:
    """One person's view of the room, and their hand in it."""

    def __init__(self, client: Client, session: int, tally: Tally) -> None:
        self._client, self._path, self._tally = client, f"/session/{session}", tally
        self.segment = ""
        self.ended = False
        self.locked: set[str] = set()
        self.revealed: set[str] = set()
        self.posts: dict[str, Json] = {}
        self._changed = asyncio.Event()
        self._said_here = -HERE_S
        self.under_way = UnderWay()

    async def follow(self) -> None:
        """Listen to the stream, and again whenever it ends, until cancelled."""
        while True:
            try:
                async for name, data in self._client.events(f"{self._path}/floor"):
                    self._receive(name, data)
            except httpx.HTTPStatusError as error:
                self._tally.errors[f"The stream was refused with {error.response.status_code}."] += 1
            except httpx.HTTPError:
                pass  # the desk counts how often the server was gone
            await asyncio.sleep(AGAIN_S)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds of the room."""
        while not holds():
            self._changed.clear()
            await self._changed.wait()

    async def do(self, kind: str, subject: str = "", **value: Any) -> bool:
        """Do something; sent again with the same id while the server is gone. Whether it was done."""
        return await self.under_way.see_through(self._do(kind, subject, value))

    async def _do(self, kind: str, subject: str, value: Json) -> bool:
        event = uuid.uuid4().hex
        self._tally.asked.add(event)
        for _ in range(MOST_TRIES):
            try:
                body = {"id": event, "kind": kind, "subject": subject, "value": value}
                answer = await self._client.post(f"{self._path}/floor", body)
            except httpx.HTTPError:
                await asyncio.sleep(AGAIN_S)
                continue
            if answer.status_code < 500:
                return self._note(event, answer)
            await asyncio.sleep(AGAIN_S)
        return False

    async def here(self, exercise: str, *, active: bool) -> None:
        """Say where one is; not more often than a page would. Nothing of it is precious."""
        if time.monotonic() - self._said_here < HERE_S:
            return
        self._said_here = time.monotonic()
        try:
            answer = await self._client.post(f"{self._path}/here", {"exercise": exercise, "active": active})
            if answer.is_client_error:
                self._tally.errors[f"Where somebody is was refused with {answer.status_code}."] += 1
        except httpx.HTTPError:
            self._said_here = -HERE_S

    def _note(self, event: str, answer: httpx.Response) -> bool:
        if answer.is_success:
            self._tally.done.add(event)
            return True
        self._tally.turned_down.add(event)
        sentence = answer.json().get("sentence", answer.status_code) if answer.content else answer.status_code
        self._tally.errors[f"Not done on the floor: {sentence}"] += 1
        return False

    def _receive(self, name: str, data: Json) -> None:
        match name:
            case "room":
                self.segment = data["segment"]["kind"] if data["segment"] else ""
                self.ended = bool(data["ended"])
                self.locked = set(data["locked"])
            case "team":
                self.revealed = set(data["revealed"])
            case "board":
                known = {} if data["whole"] else self.posts
                self.posts = {**known, **{post["id"]: post for post in data["posts"]}}
                for gone in data["gone"]:
                    self.posts.pop(gone, None)
        self._changed.set()
