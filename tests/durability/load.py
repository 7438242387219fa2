"""Load: people whose pages save, post, upload, and run commands, and send again what was not acknowledged."""

from __future__ import annotations

import base64
import random
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import monotonic

import httpx
from websockets.exceptions import WebSocketException

from cluster_kit.store import Person, Store
from tests.durability.ledger import Ledger
from tests.server.page_client import Json, PageClient, connect, until
from tests.serving import FAY, SERIES, Server

RATINGS, NOTE = "rate_systems", "ratings.note"
CROSSWALK, PROGRAMS, CROSSWALK_SESSION = "program_crosswalk", "programs", 3
STATES = ("OH", "GU", "UT", "WY")
ACTS_A_VISIT = 150
BETWEEN_POSTS_S = 3.5  # 20 posts a minute are the limit
PAUSE_S = 0.1


class LostConnectionError(Exception):
    """The connection ended while the page waited."""


LOST = (OSError, WebSocketException, TimeoutError, httpx.HTTPError, LostConnectionError)
Act = Callable[[PageClient], bool]
"""Send something. True once it is acknowledged; False if it is to be sent again."""


@dataclass
class Visitor(threading.Thread):
    """One person's page. It does one thing after the other, and reconnects as a browser does."""

    server: Server
    client: httpx.Client
    person: str
    ledger: Ledger
    random: random.Random
    stop: threading.Event
    session: int = 1
    exercise: str = RATINGS
    row: str = ""
    _pending: Act | None = None
    _bases: list[str] = field(default_factory=list)
    _sent: str = ""
    _opening: Json | None = None
    _posted_at: float = 0.0
    _state: str = "not connected"
    _lost: str = "none"

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Visit until the end."""
        try:
            while not self.stop.is_set():
                try:
                    self._state = "connecting"
                    self._visit()
                except LOST as error:
                    self._lost = f"{type(error).__name__}: {error}"
                self.stop.wait(PAUSE_S)
        except Exception as error:
            self.ledger.note_failure(f"{self.person}: {type(error).__name__}: {error}")

    def describe(self) -> str:
        """What the page does now, for the report of a campaign that has stopped."""
        waits = "has something to send" if self._pending else "has nothing to send"
        return f"{self.person} at {self.client.base_url}: {self._state}; {waits}; last error: {self._lost}"

    def _visit(self) -> None:
        with connect(self.client, self.session, self.server.content.version) as page:
            self._state = "connected, without an opening"
            self._resume(page)
            self._state = "open"
            for _ in range(ACTS_A_VISIT):
                if self.stop.is_set():
                    return
                self._pending = self._pending or self._choose()
                if self._pending(page):
                    self._pending = None
                else:
                    self.stop.wait(PAUSE_S)

    def _resume(self, page: PageClient) -> None:
        """Say hello as a new page or as one that reconnects; what was acknowledged since is in the reply."""
        have = self._opening if self.random.random() < 0.5 else None
        page.hello(self.exercise, have=have)
        found = self._wait(page, lambda: self._find_answers(page, "changes" if have else "opening"))
        shown = {answer["id"] for one in found["fields"] for answer in one["answers"]}
        last = self._bases[-1:]
        # An answer whose acknowledgment was lost with the connection may have replaced the last acknowledged one.
        assert not last or have or shown & {last[0], self._sent}, f"the page does not show the answer {last[0]}"
        self._opening = {"seq": found["seq"], "erased": found["erased"]}

    def _find_answers(self, page: PageClient, kind: str) -> Json | None:
        if page.find_form(self.exercise, "trouble"):
            raise LostConnectionError  # the store could not be reached: say hello again
        found = page.find_form(self.exercise, kind)
        answers: Json | None = found and found.get("answers", found)
        return answers

    def _choose(self) -> Act:
        if self.exercise == CROSSWALK:
            return self._upload()
        if self.random.random() < 0.2 and monotonic() - self._posted_at > BETWEEN_POSTS_S:
            self._posted_at = monotonic()
            kind, subject = self.random.choice([("post", "framing"), ("park", "")])
            return self._command(kind, subject)
        return self._save(NOTE, self.row, f"Note {uuid.uuid4().hex}")

    def _save(self, prompt: str, row: str, value: object) -> Act:
        answer = {"id": str(uuid.uuid4()), "prompt": prompt, "row": row, "value": value, "base": self._bases[-1:]}

        def send(page: PageClient) -> bool:
            self._sent = answer["id"]
            number = page.begin_save(self.exercise, answer)
            reply = self._wait(page, lambda: page.find_reply(self.exercise, number))
            assert reply["type"] != "refused", reply
            if reply["type"] == "saved":
                self._bases.append(answer["id"])
                self.ledger.note_answer(self.person, answer["id"], value)
            return bool(reply["type"] == "saved")

        return send

    def _command(self, kind: str, subject: str = "") -> Act:
        command_id, text = str(uuid.uuid4()), f"Words {uuid.uuid4().hex}"
        frame = {"type": "command", "id": command_id, "kind": kind, "subject": subject, "value": {"text": text}}

        def send(page: PageClient) -> bool:
            seen = len(page.frames)
            page.send(frame)
            result = self._wait(page, lambda: _find_result(page, command_id, seen))
            assert not result.get("refused"), result
            if result.get("ok"):
                self.ledger.note_event(command_id, text)
            return bool(result.get("ok"))

        return send

    def _upload(self) -> Act:
        raw = f"CIP Code,Program Title\n52.0201,Business {uuid.uuid4().hex}\n48.0508,Welding\n".encode()
        save: list[Act] = []  # once the file has arrived, only its answer is sent again

        def send(page: PageClient) -> bool:
            if not save:
                upload = str(uuid.uuid4())
                piece = {"upload": upload, "prompt": PROGRAMS, "name": "list.csv", "size": len(raw), "at": 0}
                page.ask_form(self.exercise, "file", **piece, data=base64.b64encode(raw).decode())
                reply = self._wait(page, lambda: page.find_form(self.exercise, "file", upload=upload))
                if not reply.get("value"):
                    return False  # the store could not be reached
                save.append(self._save(PROGRAMS, "", reply["value"]))
            return save[0](page)

        return send

    def _wait(self, page: PageClient, condition: Callable[[], Json | None]) -> Json:
        until(lambda: page.close_code is not None or condition(), f"{self.person} has a reply")
        found = condition()
        if found is None:
            raise LostConnectionError
        return found


class Facilitator(Visitor):
    """A facilitator's page, which sends messages to everyone."""

    __hash__ = Visitor.__hash__

    def _resume(self, page: PageClient) -> None:
        page.hello()
        self._wait(page, lambda: page.newest.get("session_status"))

    def _choose(self) -> Act:
        self.stop.wait(PAUSE_S)
        return self._command("message")


def _find_result(page: PageClient, command_id: str, after: int) -> Json | None:
    found = (frame for frame in page.frames[after:] if frame["type"] == "result" and frame["id"] == command_id)
    return next(found, None)


@contextmanager
def under_load(server: Server, ledger: Ledger, seed: int, people: int) -> Iterator[list[Visitor]]:
    """Pages of this many people who write, of one who uploads, and of a facilitator, until the end of the block."""
    stop, choices = threading.Event(), random.Random(seed)
    areas = {area.id: area for area in server.content.instrument.areas}
    rows = [item.id for item in areas["systems_alignment"].items]
    visitors: list[Visitor] = []
    with ExitStack() as stack:
        for number in range(people + 1):
            person = f"visitor-{uuid.uuid4().hex[:8]}"
            state = STATES[number % len(STATES)]
            with Store.open(server.db_url) as store:
                store.add_person(Person(id=person, series=SERIES, jurisdiction=state, name=person, depth="essential"))
            client = stack.enter_context(server.client(person))
            visitor = Visitor(server, client, person, ledger, random.Random(choices.random()), stop)
            visitor.row = rows[number % len(rows)]
            if number == people:
                visitor.session, visitor.exercise = CROSSWALK_SESSION, CROSSWALK
            visitors.append(visitor)
        client = stack.enter_context(server.client(FAY))
        visitors.append(Facilitator(server, client, FAY, ledger, random.Random(choices.random()), stop))
        for visitor in visitors:
            visitor.start()
        try:
            yield visitors
        finally:
            stop.set()
            for visitor in visitors:
                visitor.join()
