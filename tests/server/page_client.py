"""Client for a session page's WebSocket, without a browser, with every frame recorded."""

from __future__ import annotations

import json
import ssl
import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from time import monotonic
from typing import Any, TypeVar

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as open_socket

from cluster_kit.server.stream.protocol import VERSION

Json = dict[str, Any]
T = TypeVar("T")
PATIENCE_S = 60.0
EVENTS = ("session_status", "team", "examples", "pictures", "board")
_news = threading.Condition()  # shared by all clients: a test may wait for frames of several


class PageClient:
    """One connection of one page. ``frames`` has everything received, in order; ``newest`` the latest of each type.

    ``posts`` is the accumulated board. ``close_code`` is None while the connection is open.
    """

    def __init__(self, socket: ClientConnection, content: str = "") -> None:
        self.socket, self.content = socket, content
        self.frames: list[Json] = []
        self.newest: dict[str, Json] = {}
        self.posts: dict[str, Json] = {}
        self._by_type: defaultdict[str, list[Json]] = defaultdict(list)
        self._forms: defaultdict[tuple[str, str], list[Json]] = defaultdict(list)  # messages by exercise and type
        self.close_code: int | None = None
        self._numbers = count(1)
        self._reader = threading.Thread(target=self._read, daemon=True)

    def start(self) -> None:
        """Start reading. Before that, the client simulates one that does not read."""
        self._reader.start()

    def close(self) -> None:
        """Close the connection like a page that is closed."""
        with suppress(OSError):
            self.socket.close(1001)
        if self._reader.is_alive():
            self._reader.join()

    # --- receiving ------------------------------------------------------------------------------------------

    def _read(self) -> None:
        try:
            while True:
                frame: Json = json.loads(self.socket.recv())
                with _news:
                    self._receive(frame)
                    _news.notify_all()
        except ConnectionClosed:
            pass
        with _news:
            self.close_code = self.socket.close_code
            _news.notify_all()

    def _receive(self, frame: Json) -> None:
        self.frames.append(frame)
        self.newest[frame["type"]] = frame
        self._by_type[frame["type"]].append(frame)
        if frame["type"] == "form":
            self._forms[frame["exercise"], frame["message"]["type"]].append(frame["message"])
        if frame["type"] == "board":
            known = {} if frame["whole"] else self.posts
            gone = set(frame["gone"])
            new = {post["id"]: post for post in frame["posts"]}
            self.posts = {key: post for key, post in {**known, **new}.items() if key not in gone}

    @property
    def texts(self) -> set[str]:
        """Texts of all posts."""
        return {post["text"] for post in self.posts.values()}

    def find(self, kind: str, **fields: Any) -> Json | None:
        """The latest frame of this type with these fields."""
        return next((one for one in reversed(self._by_type[kind]) if _has(one, fields)), None)

    def wait_for(self, kind: str, **fields: Any) -> Json:
        """The latest frame of this type with these fields, once there is one."""
        return until(lambda: self.find(kind, **fields), f"a frame {kind} {fields} comes; others: {list(self.newest)}")

    def wait_closed(self) -> int:
        """The close code, once the connection has ended."""
        until(lambda: self.close_code is not None, "the connection is closed")
        assert self.close_code is not None
        return self.close_code

    def find_form(self, exercise: str, kind: str, **fields: Any) -> Json | None:
        """The latest message of this type and with these fields for a form."""
        return next((one for one in reversed(self._forms[exercise, kind]) if _has(one, fields)), None)

    def wait_for_form(self, exercise: str, kind: str, **fields: Any) -> Json:
        """The latest message of this type and with these fields for a form, once there is one."""
        return until(lambda: self.find_form(exercise, kind, **fields), f"{exercise} is sent {kind} {fields}")

    def values(self, exercise: str, prompt: str, row: str = "") -> list[Any]:
        """Current values of a field as last received: several if the team has not settled."""
        sent = (one["message"] for one in self.frames if _has(one, {"type": "form", "exercise": exercise}))
        fields = [one.get("answers", one)["fields"] for one in sent if one["type"] in ("opening", "changes")]
        found = [one["answers"] for of in fields for one in of if (one["prompt"], one["row"]) == (prompt, row)]
        return [answer["value"] for answer in found[-1]] if found else []

    # --- sending --------------------------------------------------------------------------------------------

    def send(self, frame: Json) -> None:
        """Send a frame."""
        self.socket.send(json.dumps(frame))

    def hello(self, *exercises: str, have: Json | None = None, **fields: Any) -> None:
        """Send the hello with these forms. ``fields`` override the correct ones."""
        forms = [{"exercise": exercise, "have": have} for exercise in exercises]
        self.send({"type": "hello", "protocol": VERSION, "content": self.content, "forms": forms, **fields})

    def command(self, kind: str, subject: str = "", command_id: str = "", **value: Any) -> Json:
        """Run a session command; its result."""
        command_id = command_id or str(uuid.uuid4())
        before = self._count("result", id=command_id)
        self.send({"type": "command", "id": command_id, "kind": kind, "subject": subject, "value": value})
        until(lambda: self._count("result", id=command_id) > before, f"the command {kind} has a result")
        found = self.find("result", id=command_id)
        assert found
        return found

    def ask_form(self, exercise: str, kind: str, **fields: Any) -> None:
        """Send a message of a form."""
        self.send({"type": "form", "exercise": exercise, "message": {"type": kind, **fields}})

    def begin_save(self, exercise: str, *answers: Json, **field: Any) -> str:
        """Send answers: each ``{prompt, row, value, base, id}``, of which only the prompt is required. Returns the
        message id."""
        given = [*answers, *([field] if field else [])]
        number = str(next(self._numbers))
        responses = [{"id": str(uuid.uuid4()), "row": "", "value": None, "base": [], **one} for one in given]
        self.ask_form(exercise, "save", message=number, responses=responses)
        return number

    def save(self, exercise: str, *answers: Json, **field: Any) -> Json:
        """Send answers; returns the first reply."""
        number = self.begin_save(exercise, *answers, **field)
        return until(lambda: self.find_reply(exercise, number), f"the save {number} of {exercise} is answered")

    def acknowledged(self) -> set[str]:
        """Ids of all answers that the server has acknowledged as saved."""
        saved = [one for (_, kind), messages in list(self._forms.items()) if kind == "saved" for one in messages]
        return {receipt["id"] for one in saved for receipt in one["receipts"]}

    def find_reply(self, exercise: str, number: str) -> Json | None:
        """The first reply to the save with this message id, or None."""
        kinds = ("saved", "refused", "trouble")
        found = (self.find_form(exercise, kind, message=number) for kind in kinds)
        return next((one for one in found if one), None)

    def _count(self, kind: str, **fields: Any) -> int:
        return sum(_has(one, fields) for one in self._by_type[kind])


def until(condition: Callable[[], T | None], what: str, patience_s: float = PATIENCE_S) -> T:
    """Wait until the condition is truthy and return its value. It is checked after each frame of any client."""
    ends = monotonic() + patience_s
    with _news:
        while not (found := condition()):
            assert monotonic() < ends, f"waited {patience_s} s in vain until {what}"
            _news.wait(0.05)
    return found


@contextmanager
def connect(
    client: httpx.Client,
    session: int = 1,
    content: str = "",
    *,
    trust: ssl.SSLContext | None = None,
    page_path: str = "session",
    **headers: str,
) -> Iterator[PageClient]:
    """A page's connection with the client's cookies, before its hello; closed at the end."""
    with open_raw(client, session, trust=trust, page_path=page_path, **headers) as socket:
        page = PageClient(socket, content)
        page.start()
        try:
            yield page
        finally:
            page.close()


@contextmanager
def open_raw(
    client: httpx.Client,
    session: int = 1,
    *,
    trust: ssl.SSLContext | None = None,
    page_path: str = "session",
    **headers: str,
) -> Iterator[ClientConnection]:
    """The raw socket, which is not read beyond its own small buffer."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = str(client.base_url).rstrip("/").replace("http", "ws", 1)
    with open_socket(
        f"{address}/{page_path}/{session}/connection",
        additional_headers={"Cookie": cookies, **headers},
        open_timeout=PATIENCE_S,
        close_timeout=2.0,
        max_size=None,
        compression=None,
        proxy=None,
        ssl=trust,
    ) as socket:
        yield socket


def greet(page: PageClient, exercises: Sequence[str] = ()) -> PageClient:
    """Send the hello with these forms, and wait for the session's state."""
    page.hello(*exercises)
    until(lambda: all(kind in page.newest for kind in EVENTS), "the session's state is here")
    return page


def _has(found: Json, fields: Json) -> bool:
    return all(key in found and found[key] == value for key, value in fields.items())
