"""The live server: a Voilà application with handlers of its own only.

Voilà brings the rendering of a notebook through a template, and kernels with their settings. What it would serve
besides (the tree, files, contents, themes, any template by name in the address) is not there.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from typing import Any

import zmq
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from traitlets.config import Config
from voila.app import Voila
from voila.configuration import VoilaConfiguration

from cluster_kit.content import Content
from cluster_kit.content.notebooks import notebooks_folder
from cluster_kit.content.prompt_kinds import page_modules
from cluster_kit.exercises.extensions import extension_openers
from cluster_kit.forms.service import FormEnvironment, FormService
from cluster_kit.kernels import KERNEL_NAME, kernelspecs_folder, warm_up
from cluster_kit.server.auth.authenticator import Authenticator
from cluster_kit.server.auth.code_join import CodeJoin
from cluster_kit.server.auth.identity import BadgeIdentity, OwnKernelsOnly
from cluster_kit.server.auth.rate_limits import CommandLimiter
from cluster_kit.server.auth.session_revoker import SessionRevoker
from cluster_kit.server.context import SETTING, ServerContext
from cluster_kit.server.handlers import NotFoundHandler
from cluster_kit.server.listening import ServeOptions, open_sockets
from cluster_kit.server.monitoring.logs import log_event, log_request, set_up_logs
from cluster_kit.server.monitoring.metrics import Metrics, Now
from cluster_kit.server.pages import pages
from cluster_kit.server.pages.exercises import ExerciseFiles
from cluster_kit.server.pages.preparation import Preparation, Readiness
from cluster_kit.server.pages.rendering import PageMarkdown
from cluster_kit.server.pages.session_pages import AT_ONCE, PreparationPlan, SessionPages
from cluster_kit.server.routes import list_routes
from cluster_kit.server.static_files import Statics
from cluster_kit.server.stream.connections import PageConnections
from cluster_kit.server.stream.event_hub import POLL_S, EventHub
from cluster_kit.server.widgets.admission import AdmissionQueue
from cluster_kit.server.widgets.kernels import OwnedKernelManager
from cluster_kit.server.widgets.limits import allow_open_files
from cluster_kit.server.widgets.pages import WidgetPages
from cluster_kit.server.widgets.panel_connection import MAY_BE_SENT, PanelConnection
from cluster_kit.settings import PAGE_VARIABLE, SERIES_VARIABLE, Settings
from cluster_kit.store import Store
from cluster_kit.store.files import find_shelf

LONGEST_FOLDER = 32
# How long a server that ends tries to send the replies to the last saves.
LAST_REPLIES_S = 2.0
# The event hub refreshes the feeds of sessions with open pages twice a second, and forms follow it.
FEED_AGE_S = 2 * POLL_S
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
        self.content, self.store, self.on_progress = content, store, on_progress
        self.notebooks = options.notebooks or notebooks_folder()
        self.root_dir = str(self.notebooks)
        self.connection_dir_root = _short_temporary_folder()
        self.identity_provider_class = BadgeIdentity
        self.authorizer_class = OwnKernelsOnly
        self.kernel_websocket_connection_class = PanelConnection
        self.context: ServerContext
        self.http: list[HTTPServer] = []

    def initialize(self, argv: Any = None) -> None:  # noqa: ARG002
        """Take the kit's own configuration, and nobody else's: no files, no command line."""
        self.update_config(Config(SERVES_AS))
        self.voila_configuration = VoilaConfiguration(parent=self)
        self.setup_template_dirs()

    def setup_template_dirs(self) -> None:
        """The session's template, and the layout that it shares with the other pages."""
        self.template_paths = [str(pages.SESSION_TEMPLATES), str(pages.TEMPLATES)]
        self.static_paths: list[str] = []

    # --- parts ----------------------------------------------------------------------------------------------

    def init_settings(self) -> dict[str, Any]:
        """Voilà's settings, Tornado's, and the context of the kit's handlers."""
        settings: dict[str, Any] = super().init_settings()
        self._set_up_kernels()
        self.context = self._make_context()
        return {
            **settings,
            SETTING: self.context,
            "log_function": log_request,
            "xsrf_cookie_kwargs": self.context.cookie,
            "allow_unauthenticated_access": True,  # each page decides for itself: some are for strangers
            "default_handler_class": NotFoundHandler,
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

    def _make_context(self) -> ServerContext:
        content, store, kernels = self.content, self.store, self.kernel_manager
        secret, options, statics = self.workshop_settings.secret(), self.options, Statics.read(kinds=page_modules())
        authenticator, events, metrics = (
            Authenticator(content, store, secret),
            EventHub(content, store),
            Metrics(self.now),
        )
        forms = FormService(content, store, self._form_environment(events), observer=metrics)
        admission = AdmissionQueue(kernels.room, AT_ONCE)
        kernels.on_end = admission.call_next
        plan = PreparationPlan(options.prepare, self.on_progress)
        session_pages = SessionPages(self, content, store, self.notebooks, statics.root, plan)
        return ServerContext(
            content=content,
            store=store,
            authenticator=authenticator,
            revoker=SessionRevoker(authenticator),
            code_join=CodeJoin(authenticator, store, secret),
            events=events,
            forms=forms,
            exercises=ExerciseFiles(forms.definitions),
            connections=PageConnections(),
            commands=CommandLimiter(),
            kernels=kernels,
            admission=admission,
            pages=session_pages,
            widget_pages=WidgetPages(kernels),
            templates=pages.page_environment(),
            statics=statics,
            metrics=metrics,
            readiness=Readiness(content, store, session_pages.preparation),
            cookie={"httponly": True, "samesite": "Lax", "secure": options.is_encrypted, "path": "/"},
        )

    def _form_environment(self, events: EventHub) -> FormEnvironment:
        files, series = self.workshop_settings.files, self.content.series.id
        return FormEnvironment(
            files=lambda state: find_shelf(files, series, state),
            specialists=extension_openers(),
            feed=lambda session: events.session(session).feed,
            live=True,
            feed_age_s=FEED_AGE_S,
        )

    @property
    def kernel_environment(self) -> dict[str, str]:
        """What kernels of pages find in their environment."""
        series = self.content.series.id
        return {**os.environ, **self.workshop_settings.environment(), PAGE_VARIABLE: "1", SERIES_VARIABLE: series}

    def now(self) -> Now:
        """The server's load: for the metrics, and for the console's status line."""
        context = self.context
        waiting, room = context.admission.waiting, context.kernels.room()
        return Now(len(context.connections), len(context.kernels), waiting, room)

    def init_handlers(self) -> list[tuple[Any, ...]]:
        """Everything that the server answers."""
        return list_routes(self.context.statics, self.options.worker.peers() if self.options.worker else {})

    # --- from start to stop ---------------------------------------------------------------------------------

    def listen(self) -> None:
        """Listen on the port, or the next free one; say where; serve until told to stop."""
        self._open_ports()
        self.ioloop = IOLoop.current()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._handle_signal_stop)
        set_up_logs(self.log, self.options.log)
        os.environ.update(self.kernel_environment)  # the fork server starts with what this process has
        fork_server = warm_up(self.kernel_environment)
        self.context.readiness.wait_for(fork_server)
        self.ioloop.add_callback(self.context.pages.start_preparing, fork_server)
        self.ioloop.add_callback(self.context.revoker.start)
        self.announce(self.address)
        log_event("listening", address=self.address)
        try:
            self.ioloop.start()
        finally:
            self.stop()

    def _open_ports(self) -> None:
        http = HTTPServer(self.app, ssl_options=self.options.ssl_context(), xheaders=self.options.behind_proxy)
        sockets, self.port = open_sockets(self.options)
        http.add_sockets(sockets)
        self.http = [http]
        if self.options.worker:  # for other workers' relays; they are on this machine
            private = HTTPServer(self.app, xheaders=True)
            private.add_sockets(bind_sockets(self.options.worker.port, "127.0.0.1"))
            self.http.append(private)

    def stop(self) -> None:
        """Stop listening, commit the saves that wait, end every kernel, leave no file behind."""
        context = self.context
        context.admission.close()
        for http in self.http:
            http.stop()
        context.revoker.stop()
        context.forms.close()
        self.ioloop.run_sync(lambda: context.connections.close(LAST_REPLIES_S))
        context.events.close()
        self.ioloop.run_sync(context.pages.close)
        self.ioloop.run_sync(context.kernels.end_all)
        shutil.rmtree(self.connection_dir, ignore_errors=True)

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the server."""
        return self.options.address(self.port)


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
