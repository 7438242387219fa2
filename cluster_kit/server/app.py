"""The live server: a Voilà application with handlers of its own only.

Voilà brings the rendering of a notebook through a template, and kernels with their settings. What it would serve
besides (the tree, files, contents, themes, any template by name in the address) is not there.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import os
import shutil
import signal
import ssl
import tempfile
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zmq
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from traitlets.config import Config
from voila.app import Voila
from voila.configuration import VoilaConfiguration

from cluster_kit.content import Content
from cluster_kit.content.models import Session
from cluster_kit.content.notebooks import find_notebook, notebooks_folder
from cluster_kit.content.prompt_kinds import page_modules
from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.exercises.extensions import extension_openers
from cluster_kit.forms.service import FormEnvironment, FormService
from cluster_kit.kernels import KERNEL_NAME, kernelspecs_folder, warm_up
from cluster_kit.server import console_handlers, handlers
from cluster_kit.server.auth import handlers as join_handlers
from cluster_kit.server.auth.authenticator import Authenticator, BadgeIdentity, OwnKernelsOnly
from cluster_kit.server.auth.code_join import CodeJoin
from cluster_kit.server.auth.rate_limits import CommandLimiter
from cluster_kit.server.auth.session_revoker import SessionRevoker
from cluster_kit.server.monitoring import handlers as watch_handlers
from cluster_kit.server.monitoring.logs import LogFormat, log_event, log_request, set_up_logs
from cluster_kit.server.monitoring.metrics import Metrics, Now
from cluster_kit.server.pages import handlers as session_handlers
from cluster_kit.server.pages import pages
from cluster_kit.server.pages.exercises import ExerciseFiles
from cluster_kit.server.pages.gallery import GalleryHandler
from cluster_kit.server.pages.page_cache import PageCache, Parameters, RenderedPage
from cluster_kit.server.pages.preparation import PageRequest, Preparation, Readiness, invited_pages
from cluster_kit.server.pages.rendering import PageMarkdown, PageRenderer
from cluster_kit.server.relay import relay_routes
from cluster_kit.server.static_files import Statics
from cluster_kit.server.stream.event_hub import EventHub
from cluster_kit.server.stream.page_connection import PageConnectionHandler, PageConnections
from cluster_kit.server.widgets.admission import AdmissionQueue
from cluster_kit.server.widgets.handlers import widget_routes
from cluster_kit.server.widgets.kernels import OwnedKernelManager
from cluster_kit.server.widgets.limits import allow_open_files
from cluster_kit.server.widgets.pages import BASE_URL, WidgetPages
from cluster_kit.server.widgets.panel_connection import MAY_BE_SENT, PanelConnection
from cluster_kit.server.workers import Worker
from cluster_kit.sessions import SessionFeed
from cluster_kit.settings import PAGE_VARIABLE, SERIES_VARIABLE, Settings
from cluster_kit.store import Store, StoreError
from cluster_kit.store.files import FileStore, find_shelf

PORTS_TRIED = 20
LONGEST_FOLDER = 32
# How long a server that ends tries to send the replies to the last saves.
LAST_REPLIES_S = 2.0
# Pages that are rendered at a time: enough to keep every processor busy, no more.
AT_ONCE = (os.cpu_count() or 1) + 1
# Of these, pages that nobody waits for: after a restart people are there, and saves come first.
PREPARED_AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
KERNEL_PATTERN = r"\w\w\w+-\w+-\w+-\w+-\w+"
KERNEL_ID = rf"(?P<kernel_id>{KERNEL_PATTERN})"
SERVES_AS = {
    "VoilaConfiguration": {
        "template": "cluster_kit",
        "allow_template_override": "NO",
        "allow_theme_override": "NO",
        "multi_kernel_manager_class": OwnedKernelManager,
    },
    # There is nothing to do to a notebook before its page is rendered, and doing nothing validates it each time.
    "VoilaExporter": {"markdown_renderer_class": PageMarkdown, "default_preprocessors": []},
    # A cell that never ends is an error on its page, and everybody who waits for the page is answered.
    "VoilaExecutor": {"allow_errors": True, "timeout": 120},
    # The kernel of a page that is left open for half a working day ends; the page loads again when it is used.
    "MappingKernelManager": {"cull_idle_timeout": 4 * 3600, "cull_interval": 300, "cull_connected": True},
    # Sockets in a folder of the server's own: over TCP, anybody on the machine could listen in.
    "KernelManager": {"transport": "ipc" if os.name == "posix" else "tcp"},
    # A kernel that dies stays dead: its page starts a new one by loading again.
    "KernelRestarter": {"restart_limit": 0, "time_to_dead": 1.0},
}


class NoPortError(ClusterKitError, OSError):
    """No port to listen on."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        super().__init__(f"Ports {port} to {port + PORTS_TRIED} on {host} are all taken. Choose another with --port.")


@dataclass(frozen=True)
class ServeOptions:
    """Where and how to listen. Beyond this machine only with TLS, own (``certfile``, ``keyfile``) or a proxy's.

    ``prepare`` lists sessions whose pages are rendered for all invited states at the start. For pages with a kernel of
    their own: ``grace_s`` is how long one waits for a lost connection to come back, ``most_kernels`` how many there
    may be in all, 0 for what memory has room for.
    """

    host: str = "127.0.0.1"
    port: int = 8866
    behind_proxy: bool = False
    certfile: Path | None = None
    keyfile: Path | None = None
    notebooks: Path | None = None
    prepare: tuple[int, ...] = ()
    grace_s: float = 20.0
    most_kernels: int = 0
    worker: Worker | None = None
    log: LogFormat = LogFormat.PLAIN

    def check(self) -> None:
        """Raise ``UsageError`` when people's words would cross a network in the clear."""
        if (self.certfile is None) != (self.keyfile is None):
            raise UsageError("TLS needs both --certfile and --keyfile.")
        if not (_is_loopback(self.host) or self.certfile or self.behind_proxy):
            raise UsageError(
                f"{self.host} can be reached from other machines, so the connection must be encrypted: give --certfile "
                "and --keyfile, or --behind-proxy when a proxy in front of this server speaks HTTPS."
            )

    def ssl_context(self) -> ssl.SSLContext | None:
        """The context for the server's own TLS, or None."""
        if self.certfile is None or self.keyfile is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(self.certfile, self.keyfile)
        except (OSError, ssl.SSLError) as error:
            raise UsageError(f"{self.certfile} and {self.keyfile} are no certificate and its key: {error}.") from error
        return context


class WorkshopServer(Voila):  # type: ignore[misc]
    """One series, served. ``announce`` is called with the address as soon as the server listens.

    ``on_progress`` is called after each page that was prepared.
    """

    def __init__(
        self,
        settings: Settings,
        content: Content,
        store: Store,
        options: ServeOptions,
        announce: Callable[[str], None],
        on_progress: Callable[[Preparation], None] = lambda _: None,
    ) -> None:
        super().__init__(log_level=logging.WARNING)
        self.workshop_settings, self.options, self.announce = settings, options, announce
        self.content, self.store = content, store
        self.door = Authenticator(content, store, settings.secret())
        self.metrics = Metrics(self.now)
        self.events = EventHub(content, store)
        self.forms = FormService(content, store, self._form_environment(), observer=self.metrics)
        self.connections = PageConnections()
        self.page_cache = PageCache(content, store, self._render_shared)
        self.preparation = Preparation(self.render_for, on_progress, is_planned=bool(options.prepare))
        self.statics = Statics.read(kinds=page_modules())
        self.notebooks = options.notebooks or notebooks_folder()
        self.root_dir = str(self.notebooks)
        self.connection_dir_root = _short_temporary_folder()
        self.identity_provider_class = BadgeIdentity
        self.authorizer_class = OwnKernelsOnly
        self.kernel_websocket_connection_class = PanelConnection
        self.http: HTTPServer | None = None
        self.private: HTTPServer | None = None
        self._rendering = asyncio.Semaphore(AT_ONCE)
        self._preparing: asyncio.Task[Any] | None = None

    def initialize(self, argv: Any = None) -> None:  # noqa: ARG002
        """Take the kit's own configuration, and nobody else's: no files, no command line."""
        self.update_config(Config(SERVES_AS))
        self.voila_configuration = VoilaConfiguration(parent=self)
        self.setup_template_dirs()

    def setup_template_dirs(self) -> None:
        """The session's template, and the layout that it shares with the other pages."""
        self.template_paths = [str(pages.SESSION_TEMPLATES), str(pages.TEMPLATES)]
        self.static_paths: list[str] = []

    def init_settings(self) -> dict[str, Any]:
        """Voilà's settings, with the door and the kit's pages."""
        settings: dict[str, Any] = super().init_settings()
        self._set_up_kernels()
        self.admission = AdmissionQueue(self.kernel_manager.room, AT_ONCE)
        self.kernel_manager.on_end = self.admission.call_next
        self.doorkeeper = SessionRevoker(self.door)
        self.widget_pages = WidgetPages(self.kernel_manager)
        secure = self.options.behind_proxy or self.options.certfile is not None
        cookie = {"httponly": True, "samesite": "Lax", "secure": secure, "path": "/"}
        return {
            **settings,
            "voila": self,
            "widget_pages": self.widget_pages,
            "door": self.door,
            "doorkeeper": self.doorkeeper,
            "walk_ins": CodeJoin(self.door, self.store, self.workshop_settings.secret()),
            "events": self.events,
            "forms": self.forms,
            "connections": self.connections,
            "page_cache": self.page_cache,
            "exercises": ExerciseFiles(self.forms.definitions),
            "commands": CommandLimiter(),
            "statics": self.statics,
            "admission": self.admission,
            "metrics": self.metrics,
            "log_function": log_request,
            "pages": pages.page_environment(),
            "cookie_options": cookie,
            "xsrf_cookie_kwargs": cookie,
            "allow_unauthenticated_access": True,  # each page decides for itself: some are for strangers
            "default_handler_class": handlers.NotFoundHandler,
            "compress_response": True,
            "ws_ping_interval": 0,
            "websocket_compression_options": {},
        }

    def _set_up_kernels(self) -> None:
        kernels: OwnedKernelManager = self.kernel_manager
        kernels.allowed_message_types = list(MAY_BE_SENT)
        # ZeroMQ allows a thousand sockets, which is two hundred pages, unless told otherwise before the first.
        kernels.context.set(zmq.MAX_SOCKETS, kernels.context.get(zmq.SOCKET_LIMIT))
        if self.options.worker:
            kernels.mint_id = self.options.worker.mint_kernel_id
        kernels.grace_s, kernels.most = self.options.grace_s, self.options.most_kernels
        home = str(self.workshop_settings.home)
        kernels.how = {"kernel_name": KERNEL_NAME, "cwd": home, "env": self.kernel_environment}
        self.kernel_spec_manager.kernel_dirs = [str(kernelspecs_folder())]  # the kit's own, not the machine's

    @property
    def kernel_environment(self) -> dict[str, str]:
        """What kernels of pages find in their environment."""
        series = self.content.series.id
        return {**os.environ, **self.workshop_settings.environment(), PAGE_VARIABLE: "1", SERIES_VARIABLE: series}

    def now(self) -> Now:
        """The server's load: for the metrics, and for the console's status line."""
        kernels: OwnedKernelManager = self.kernel_manager
        return Now(len(self.connections), len(kernels), self.admission.waiting, kernels.room())

    def _form_environment(self) -> FormEnvironment:
        files, series = self.workshop_settings.files, self.content.series.id

        def file_store(state: str) -> FileStore:
            return find_shelf(files, series, state)

        def feed(session: int) -> SessionFeed:
            return self.events.session(session).feed

        return FormEnvironment(file_store, extension_openers(), feed, live=True)

    # --- pages ----------------------------------------------------------------------------------------------

    def page_context(self, session: Session) -> dict[str, Any]:
        """What the template of a page's main part may name."""
        return {"session": session, "titles": pages.segment_titles(session), "static": self.statics.root}

    async def render_for(self, page: PageRequest) -> RenderedPage:
        """A state's shared page, rendered now or before."""
        notebook = find_notebook(page.session, self.notebooks)
        series = self.content.series.id
        parameters = session_handlers.shared_parameters(series, page.session, page.jurisdiction)
        return await self.page_cache.get(notebook, parameters)

    async def _render_shared(self, notebook: Path, parameters: Parameters) -> RenderedPage:
        """Run a notebook in a kernel that ends afterwards."""
        session = self.content.get_session(int(parameters["session"]))
        async with self._rendering:
            kernel_id = await self.kernel_manager.start_kernel(**self.kernel_manager.how)
            try:
                return await PageRenderer(self, notebook, parameters, self.page_context(session)).render(kernel_id)
            finally:
                await self.kernel_manager.end(kernel_id)

    async def _prepare(self, fork_server: Future[int]) -> None:
        self._preparing = asyncio.current_task()
        await asyncio.wait([asyncio.wrap_future(fork_server)])
        try:
            wanted = await asyncio.to_thread(invited_pages, self.content, self.store, self.options.prepare)
        except StoreError as error:
            log_event("pages not prepared", logging.WARNING, why=type(error).__name__)
            wanted = []
        await self.preparation.run(wanted, PREPARED_AT_ONCE)
        log_event("pages prepared", pages=self.preparation.done, failed=self.preparation.failed)

    def init_handlers(self) -> list[tuple[Any, ...]]:
        """Everything that the server answers."""
        return [
            (r"/", handlers.HomeHandler),
            (r"/join", join_handlers.JoinHandler),
            (r"/you", join_handlers.YouHandler),
            (r"/leave", join_handlers.LeaveHandler),
            (r"/session/(\d{1,3})", session_handlers.SessionHandler),
            (r"/session/(\d{1,3})/connection", PageConnectionHandler),
            (r"/session/(\d{1,3})/exercises/([0-9a-f]+)\.json", session_handlers.ExercisesHandler),
            (r"/examples", GalleryHandler),
            (r"/console/(\d{1,3})", console_handlers.ConsoleHandler),
            (r"/console/status", console_handlers.StatusHandler),
            (r"/line", session_handlers.LineHandler),
            (r"/arrived", session_handlers.ArrivedHandler),
            *relay_routes(self.options.worker.peers() if self.options.worker else {}, KERNEL_PATTERN, BASE_URL),
            (rf"/api/kernels/{KERNEL_ID}", session_handlers.KernelHandler),
            (rf"/api/kernels/{KERNEL_ID}/channels", session_handlers.KernelSocketHandler),
            (r"/health", watch_handlers.HealthHandler),
            (r"/ready", watch_handlers.ReadyHandler),
            (r"/metrics", watch_handlers.MetricsHandler),
            *self.statics.routes(),
            *widget_routes(self.widget_pages),
        ]

    def listen(self) -> None:
        """Listen on the port, or the next free one; say where; serve until told to stop."""
        self.http = HTTPServer(self.app, ssl_options=self.options.ssl_context(), xheaders=self.options.behind_proxy)
        self.http.add_sockets(self._bind())
        if self.options.worker:  # for other workers' relays; they are on this machine
            self.private = HTTPServer(self.app, xheaders=True)
            self.private.add_sockets(bind_sockets(self.options.worker.port, "127.0.0.1"))
        self.ioloop = IOLoop.current()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._handle_signal_stop)
        set_up_logs(self.log, self.options.log)
        os.environ.update(self.kernel_environment)  # the fork server starts with what this process has
        fork_server = warm_up(self.kernel_environment)
        self.app.settings["readiness"] = Readiness(self.content, self.store, self.preparation, fork_server)
        if self.options.prepare:
            self.ioloop.add_callback(self._prepare, fork_server)
        self.ioloop.add_callback(self.doorkeeper.keep)
        self.announce(self.address)
        log_event("listening", address=self.address)
        try:
            self.ioloop.start()
        finally:
            self.stop()

    def stop(self) -> None:
        """Stop listening, commit the saves that wait, end every kernel, leave no file behind."""
        self.admission.close()
        for http in filter(None, (self.http, self.private)):
            http.stop()
        self.doorkeeper.end()
        self.forms.close()
        self.ioloop.run_sync(lambda: self.connections.close(LAST_REPLIES_S))
        self.events.close()
        self.ioloop.run_sync(self._end_rendering)
        self.ioloop.run_sync(self.kernel_manager.end_all)
        shutil.rmtree(self.connection_dir, ignore_errors=True)

    async def _end_rendering(self) -> None:
        if self._preparing:
            self._preparing.cancel()
        await self.page_cache.close()

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the server."""
        scheme = "https" if self.options.certfile else "http"
        host = f"[{self.options.host}]" if ":" in self.options.host else self.options.host
        return f"{scheme}://{host}:{self.port}"

    def _bind(self) -> list[Any]:
        first = self.options.port
        if self.options.worker:
            self.port = first
            return bind_sockets(first, self.options.host, reuse_port=True)
        for port in range(first, min(first + PORTS_TRIED, 65535) + 1):
            try:
                sockets = bind_sockets(port, self.options.host)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    continue
                raise UsageError(f"Cannot listen on {self.options.host}, port {port}: {error.strerror}.") from error
            self.port = sockets[0].getsockname()[1]
            return sockets
        raise NoPortError(self.options.host, first)


def serve(
    settings: Settings,
    content: Content,
    store: Store,
    options: ServeOptions,
    announce: Callable[[str], None],
    on_progress: Callable[[Preparation], None] = lambda _: None,
) -> None:
    """Serve a series until interrupted. Raises ``UsageError`` where the options are unsafe, ``NoPortError``."""
    options.check()
    settings.home.mkdir(parents=True, exist_ok=True)
    allow_open_files()
    server = WorkshopServer.instance(settings, content, store, options, announce, on_progress)  # whose log Jupyter uses
    server.initialize()
    server.start()


def _short_temporary_folder() -> str:
    """Where kernels' sockets go: a socket's path may have little more than 100 characters."""
    usual = tempfile.gettempdir()
    return "/tmp" if os.name == "posix" and len(usual) > LONGEST_FOLDER else usual  # noqa: S108


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
