"""What a session's page hears of the room, and what it does in it. No kernel is needed for either."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import defaultdict, deque
from collections.abc import Callable
from time import monotonic
from typing import Any, cast

from pydantic import Field, JsonValue, ValidationError
from tornado import web
from tornado.iostream import StreamClosedError

from cluster_kit.content.models import Session
from cluster_kit.errors import ClusterKitError
from cluster_kit.live.door import COOKIE
from cluster_kit.live.floor import Floors, event
from cluster_kit.live.handlers import PageHandler
from cluster_kit.meeting import Doing, NotAllowedError, NotNowError
from cluster_kit.meeting.doing import kinds
from cluster_kit.responses import Event, Person, StoreError
from cluster_kit.responses.models import Id, Line, Model

# A line that carries nothing for so long is taken for dead by proxies, and by the page itself.
BEAT_S = 10.0
RETRY_MS = 1000, 4000
IN_A_MINUTE = 60.0
WORDS_IN_A_MINUTE, CLICKS_IN_A_MINUTE = 20, 120
OF_WORDS = {"post", "park"}
LARGEST_BODY = 200_000

NO_BADGE = "Your link has ended. Your words are kept on this computer. Open your link again, or ask for a new one."
NOT_UNDERSTOOD = "The server did not understand this page. Load the page again; your words are kept."
FAR_TOO_LONG = "This is far too long for a post. Shorten it, or put it into your exercise."
NOT_KEPT = "Your words cannot be kept just now. They stay on this computer and are sent again by themselves."

_log = logging.getLogger(__name__)


class Asked(Model):
    """Something that a page asks to do: ``value`` holds the fields of the doing of this ``kind``."""

    id: Id
    kind: str = Field(max_length=64)
    subject: Line = ""
    value: dict[str, JsonValue] = Field(default_factory=dict)


class Here(Model):
    """What a page says of itself: the exercise that has the focus, and whether something was typed."""

    exercise: Line = ""
    active: bool = False


class TooFastError(ClusterKitError):
    """Somebody does more in a minute than a room can take in."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        super().__init__("That was a lot in one minute. This is sent in a moment, by itself.")


class Pace:
    """How much each person does in a minute. It is counted by this server alone, which is enough to keep the peace."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._done: defaultdict[tuple[str, bool], deque[float]] = defaultdict(deque)

    def count(self, person: Person, kind: str) -> None:
        """One more of this kind; ``TooFastError`` when it is too many."""
        of_words, now = kind in OF_WORDS, self._clock()
        done = self._done[person.id, of_words]
        while done and done[0] <= now - IN_A_MINUTE:
            done.popleft()
        if len(done) >= (WORDS_IN_A_MINUTE if of_words else CLICKS_IN_A_MINUTE):
            raise TooFastError(done[0] + IN_A_MINUTE - now)
        done.append(now)


class RoomHandler(PageHandler):
    """What the handlers of a session's room share: errors are ``{sentence}``."""

    @property
    def floors(self) -> Floors:
        """The server's floors."""
        return cast(Floors, self.settings["floors"])

    def find_session(self, number: str) -> Session:
        """The session of this number; not found where there is none."""
        try:
            return self.content.get_session(int(number))
        except ClusterKitError as error:
            raise web.HTTPError(404) from error

    def refuse(self, status: int, sentence: str) -> None:
        """Say why not."""
        self.set_status(status)
        self.finish({"sentence": sentence})

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """One sentence, as ever."""
        self.refuse(status_code, NOT_KEPT if status_code >= 500 else NOT_UNDERSTOOD)


class FloorHandler(RoomHandler):
    """A session's floor: listen to it, or do something on it."""

    async def get(self, number: str) -> None:
        """A stream of server-sent events, for as long as the page is open and the badge is good."""
        if self.person is None:
            self.refuse(403, NO_BADGE)
            return
        session = self.find_session(number)
        self._transforms = []  # compressing each line of a stream by itself costs memory and saves nothing
        self.set_header("Content-Type", "text/event-stream; charset=UTF-8")
        self.set_header("X-Accel-Buffering", "no")
        self._listener = self.floors.listen(session, self.person)
        try:
            self.write(f"retry: {random.randint(*RETRY_MS)}\n\n")  # noqa: S311  (spreads those who come back)
            await self._pass_on()
        except StreamClosedError:
            pass
        finally:
            self.floors.leave(session, self._listener)

    async def _pass_on(self) -> None:
        await self.flush()
        while (said := await self._listener.hear(BEAT_S)) is not None:
            known = self._look_again()
            if known is None:
                self.write(event("out", "{}"))
                return
            if known.jurisdiction != self._listener.person.jurisdiction:
                return  # the page asks again, and is told what the other state sees
            self.write(said or event("beat", "{}"))
            await self.flush()

    def _look_again(self) -> Person | None:
        """Who wears the badge by now. The door knows without asking the store."""
        try:
            return self.door.recognize(self.get_cookie(COOKIE) or "")
        except StoreError:
            return self._listener.person  # nobody is sent away because the store is

    def on_connection_close(self) -> None:
        """The page has gone."""
        super().on_connection_close()
        if listener := getattr(self, "_listener", None):
            listener.end()

    async def post(self, number: str) -> None:
        """Do what is asked. ``{id, seq}`` once it is kept, or 4xx and 503 with ``{sentence}``."""
        if self.person is None:
            self.refuse(401, NO_BADGE)
            return
        floor = self.floors.floor(self.find_session(number))
        try:
            asked, doing = read_asked(self.request.body)
            cast(Pace, self.settings["pace"]).count(self.person, asked.kind)
            kept: Event = await asyncio.to_thread(
                floor.journal.do, self.person, doing, subject=asked.subject, event_id=asked.id
            )
        except ValidationError as error:
            self.refuse(400, explain(error))
        except TooFastError as error:
            self.set_header("Retry-After", str(int(error.wait_s) + 1))
            self.refuse(429, str(error))
        except NotAllowedError as error:
            self.refuse(403, str(error))
        except NotNowError as error:
            self.refuse(409, str(error))
        except StoreError as error:
            _log.warning("Something done in session %s was not kept: %s", number, error)
            self.refuse(503, NOT_KEPT)
        else:
            floor.look_soon()
            self.finish({"id": kept.id, "seq": kept.seq})


class HereHandler(RoomHandler):
    """A page says what somebody is at."""

    async def post(self, number: str) -> None:
        """``{exercise, active}``; 204."""
        if self.person is None:
            self.refuse(401, NO_BADGE)
            return
        session = self.find_session(number)
        try:
            here = Here.model_validate_json(self.request.body)
        except ValidationError:
            self.refuse(400, NOT_UNDERSTOOD)
            return
        known = session.find_exercise(here.exercise)
        self.floors.attendance.note(session.number, self.person, exercise=known.id if known else "", active=here.active)
        self.set_status(204)
        self.finish()


def read_asked(body: bytes) -> tuple[Asked, Doing]:
    """What a page asks to do. Raises pydantic's ``ValidationError``, and ``NotNowError`` for no such kind."""
    if len(body) > LARGEST_BODY:
        raise NotNowError(FAR_TOO_LONG)
    asked = Asked.model_validate_json(body)
    kind = kinds().get(asked.kind)
    if kind is None:
        raise NotNowError(NOT_UNDERSTOOD)
    return asked, kind.model_validate(asked.value)


def explain(error: ValidationError) -> str:
    """Why something was not taken, in a sentence for whoever typed it."""
    first = error.errors()[0]
    if first["type"] == "string_too_long" and first["loc"][-1:] == ("text",):
        most, long = first["ctx"]["max_length"], len(str(first["input"]).strip())
        return f"This is {long:,} characters long, and {most:,} is the most. Shorten it, and post it again."
    if first["type"] == "string_too_short":
        return "There are no words in this. Write something first."
    return NOT_UNDERSTOOD
