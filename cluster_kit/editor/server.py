"""The editor's own web server: for browsers on this machine, with a token in every address.

It is not a page of the live server: that one has the content with which it started until it is restarted, so that
nothing changes during a session, and it can be reached by participants, who have no use for an editor.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ValidationError
from tornado import httpserver, web

from cluster_kit.content.prompt_kinds import page_modules
from cluster_kit.editor import messages
from cluster_kit.editor.files import UnknownFileError
from cluster_kit.editor.preview import Previews
from cluster_kit.editor.service import EditingService, Refusal
from cluster_kit.errors import ClusterKitError
from cluster_kit.models import Json
from cluster_kit.server.body_limits import BodyRule, LimitedBodies, RefusedBody
from cluster_kit.server.listening import ServeOptions, open_sockets
from cluster_kit.server.security_headers import POLICY, SecurityHeadersMixin
from cluster_kit.server.static_files import StaticFiles
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from cluster_kit.web import WEB

log = logging.getLogger(__name__)
M = TypeVar("M", bound=BaseModel)

LOCAL_NAMES = {"127.0.0.1", "localhost"}
LARGEST_REQUEST = 4 * 1024 * 1024
TOO_LARGE = BodyRule(
    LARGEST_REQUEST,
    "The changes are larger than 4 MB, so they were not saved. They are still on this page. A file can have 2 MB: "
    "shorten its texts.",
    is_json=True,
)
TOKEN_BYTES = 24
FOLDERS = {name: WEB / name for name in ("editor", "forms", "session", "shared")}
NO_ACCESS = "This address is not complete, or its editor has stopped. Run cluster-kit content edit for a new one."
NOT_UNDERSTOOD = "The editor did not understand the page. Reload the page; your changes are kept as a draft."
INTERNAL_ERROR = "Something went wrong in the editor. Your changes are kept as a draft. The terminal shows the details."


@dataclass(frozen=True)
class Editor:
    """The parts of the running editor. ``token`` is in every address."""

    service: EditingService
    previews: Previews
    statics: StaticFiles
    token: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES))


class EditorHandler(SecurityHeadersMixin):
    """Base of the editor's handlers: access, headers, and errors as one sentence."""

    policy = POLICY

    def initialize(self, editor: Editor) -> None:
        """Store the editor."""
        self.editor = editor

    def set_default_headers(self) -> None:
        """Headers for every response."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")

    def prepare(self) -> None:
        """Refuse requests without the token, from other sites, and for other host names (DNS rebinding)."""
        origin = self.request.headers.get("Origin")
        own = {f"http://{self.request.host}"}
        is_local = self.request.host_name in LOCAL_NAMES and (origin is None or origin in own)
        if not (is_local and hmac.compare_digest(self.path_args[0].encode(), self.editor.token.encode())):
            raise web.HTTPError(403, NO_ACCESS)
        is_json = self.request.headers.get("Content-Type", "").partition(";")[0] == "application/json"
        if self.request.method == "POST" and not is_json:
            raise web.HTTPError(415, NOT_UNDERSTOOD)

    def read(self, model: type[M]) -> M:
        """The request's body as a model; 400 if it is not one."""
        try:
            return model.model_validate_json(self.request.body)
        except ValidationError as error:
            raise web.HTTPError(400, NOT_UNDERSTOOD) from error

    def write_error(self, status_code: int, **details: Any) -> None:  # noqa: ARG002  (Tornado has set it)
        """One sentence; details are in the log."""
        error = details.get("exc_info", (None, None, None))[1]
        sentence = INTERNAL_ERROR
        if isinstance(error, web.HTTPError) and error.log_message:
            sentence = error.log_message
        elif isinstance(error, ClusterKitError):
            self.set_status(404 if isinstance(error, LookupError) else 422)
            sentence = str(error)
        elif isinstance(error, OSError):
            sentence = f"The file cannot be used: {error.strerror}. Your changes are kept on this page."
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.finish(json.dumps({"sentence": sentence}))

    def log_exception(self, kind: Any, error: Any, traceback: Any) -> None:
        """Log what a person cannot see in the sentence."""
        if not isinstance(error, web.HTTPError | ClusterKitError):
            log.error("A request failed", exc_info=(kind, error, traceback))


class EditorTooLargeHandler(EditorHandler):
    """The response to a request whose body was thrown away."""

    def initialize(self, refused: RefusedBody) -> None:  # type: ignore[override]
        """Store why."""
        self.refused = refused

    def prepare(self) -> None:
        """Refuse every method."""
        raise web.HTTPError(self.refused.status, self.refused.sentence)


class EditorPageHandler(EditorHandler):
    """The page."""

    def get(self, _token: str, name: str) -> None:
        """The page of one file; without a name, that of the first."""
        if not name:
            self.redirect(f"/{self.editor.token}/{self.editor.service.names[0]}")
            return
        try:
            self.editor.service.find_file(name)
        except UnknownFileError as error:
            raise web.HTTPError(404, str(error)) from error
        page = _environment().get_template("page.html.j2")
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(page.render(static=self.editor.statics.root, name=name, token=self.editor.token))


class EditorDataHandler(EditorHandler):
    """A file's data, and what the page does with it. All of it runs in a thread."""

    async def get(self, _token: str, name: str, action: str) -> None:
        """The file (``open``), or its versions."""
        match action:
            case "open":
                self.finish(await asyncio.to_thread(self.editor.service.open, name))
            case "versions":
                self.finish({"versions": await asyncio.to_thread(self.editor.service.versions, name)})
            case _:
                raise web.HTTPError(405, NOT_UNDERSTOOD)

    async def post(self, _token: str, name: str, action: str) -> None:
        """Check, save, restore, discard, or a message of the previewed form."""
        service = self.editor.service
        found: Json | Refusal
        match action:
            case "check":
                found = await asyncio.to_thread(service.check, name, self.read(messages.CheckRequest))
            case "save":
                found = await asyncio.to_thread(service.save, name, self.read(messages.SaveRequest))
            case "restore":
                found = await asyncio.to_thread(service.restore, name, self.read(messages.RestoreRequest))
            case "discard":
                service.discard(name, self.read(messages.DiscardRequest).draft)
                found = {}
            case "preview":
                asked = self.read(messages.PreviewRequest)
                replies = await asyncio.to_thread(
                    self.editor.previews.receive, asked.draft, asked.exercise, asked.message
                )
                found = {"replies": replies}
            case _:
                raise web.HTTPError(405, NOT_UNDERSTOOD)
        if isinstance(found, Refusal):
            self.set_status(409)
            found = found.as_json()
        self.finish(found)


def make_application(editor: Editor) -> web.Application:
    """The application, whose addresses begin with the token."""
    known = {"editor": editor}
    return web.Application(
        [
            *editor.statics.routes(),
            (r"/([\w-]+)/([a-z0-9_]*)", EditorPageHandler, known),
            (r"/([\w-]+)/([a-z0-9_]+)/([a-z]+)", EditorDataHandler, known),
            (r"/()(.*)", EditorPageHandler, known),
        ],
        log_function=lambda _handler: None,
    )


def run_editor(
    settings: Settings, series: str, store: Store, options: ServeOptions, first: str, announce: Callable[[str], None]
) -> None:
    """Serve the editor until it is interrupted. ``announce`` is called with the address of the file ``first``.

    Raises ``NoPortError``, and ``ContentError`` if the content has problems already.
    """
    with Previews() as previews:
        service = EditingService(settings, series, store, previews)
        if first:
            service.find_file(first)
        editor = Editor(service, previews, StaticFiles.read(FOLDERS, page_modules()))
        asyncio.run(_serve(editor, options, first, announce))


async def _serve(editor: Editor, options: ServeOptions, first: str, announce: Callable[[str], None]) -> None:
    sockets, port = open_sockets(options)
    limited = LimitedBodies(make_application(editor), lambda _path: TOO_LARGE, EditorTooLargeHandler)
    http = httpserver.HTTPServer(limited, max_body_size=LARGEST_REQUEST)
    http.add_sockets(sockets)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopped.set))
    announce(f"{options.address(port)}/{editor.token}/{first}")
    await stopped.wait()
    http.stop()
    await http.close_all_connections()


def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
