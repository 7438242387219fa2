"""The live server: a Voilà application with the kit's own request handlers only.

Voilà renders notebooks through a template, and manages kernels. Its other routes (the tree, files, contents, themes,
templates selected by the address) are not registered.
"""

from __future__ import annotations

import gc
import logging
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from functools import cached_property
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
from cluster_kit.content.evaluation import load_evaluation
from cluster_kit.content.handouts import Glossary, load_glossary, load_handouts
from cluster_kit.content.notebooks import notebooks_folder
from cluster_kit.content.notice import load_notice, load_translated_notices
from cluster_kit.content.prompt_kinds import page_modules
from cluster_kit.content.times import local_times
from cluster_kit.content.translations import load_translations
from cluster_kit.documents.identity import use_identity
from cluster_kit.exercises.extensions import extension_openers
from cluster_kit.exports.handouts import make_primer
from cluster_kit.files import PRIVATE_FOLDER
from cluster_kit.forms.service import FormEnvironment, FormService
from cluster_kit.kernels import KERNEL_NAME, kernelspecs_folder, prestart_fork_server
from cluster_kit.server.auth.authenticator import Authenticator
from cluster_kit.server.auth.code_join import CodeJoin
from cluster_kit.server.auth.cookies import Cookies
from cluster_kit.server.auth.hosts import guard_hosts
from cluster_kit.server.auth.identity import CookieIdentityProvider, OwnKernelsOnly
from cluster_kit.server.auth.identity_service import IdentityService
from cluster_kit.server.auth.rate_limits import CommandLimiter, PageLimiter, TrafficLimiter
from cluster_kit.server.auth.session_revoker import SessionRevoker
from cluster_kit.server.body_limits import LimitedBodies
from cluster_kit.server.context import SETTING, ServerContext
from cluster_kit.server.evaluation.service import EvaluationLimits, EvaluationService
from cluster_kit.server.handlers import NotFoundHandler, TooLargeHandler
from cluster_kit.server.http_server import NetworkLimitedServer
from cluster_kit.server.listening import ServeOptions, open_sockets
from cluster_kit.server.monitoring.logs import LogFormat, StderrLines, log_event, log_request, set_up_logs
from cluster_kit.server.monitoring.loop_watchdog import LoopWatchdog
from cluster_kit.server.monitoring.metrics import CurrentLoad, Metrics
from cluster_kit.server.pages import pages
from cluster_kit.server.pages.exercises import ExerciseFiles
from cluster_kit.server.pages.notice import NoticePage
from cluster_kit.server.pages.organization import OrganizationFiles
from cluster_kit.server.pages.preparation import Preparation, Readiness
from cluster_kit.server.pages.rendering import PageMarkdown
from cluster_kit.server.pages.replaced import ReplacedAnswers
from cluster_kit.server.pages.session_pages import AT_ONCE, PreparationPlan, SessionPages
from cluster_kit.server.present.screen_hub import ScreenHub
from cluster_kit.server.qr_codes import join_qr
from cluster_kit.server.roster.import_handlers import LARGEST_BODY
from cluster_kit.server.roster.registration_service import RegistrationService
from cluster_kit.server.routes import find_body_rule, list_routes
from cluster_kit.server.static_files import StaticFiles
from cluster_kit.server.stream.connections import PageConnections
from cluster_kit.server.stream.event_hub import POLL_S, EventHub
from cluster_kit.server.summary.service import SummaryService
from cluster_kit.server.widgets.admission import AdmissionQueue
from cluster_kit.server.widgets.kernels import OwnedKernelManager
from cluster_kit.server.widgets.limits import allow_open_files
from cluster_kit.server.widgets.pages import WidgetPages
from cluster_kit.server.widgets.panel_connection import MAY_BE_SENT, PanelConnection
from cluster_kit.settings import PAGE_VARIABLE, SERIES_VARIABLE, Settings
from cluster_kit.store import Store
from cluster_kit.store.files import open_file_store
from cluster_kit.store.models import utc_now
from cluster_kit.temporary_folders import claim_folder, remove_left_behind

LONGEST_FOLDER = 32
LARGEST_HEADERS = 64 * 1024
# The time for the headers of a request, and between two requests of a connection. It is longer than the 60 seconds for
# which nginx keeps a connection, so that a request never meets one that is being closed.
HEADERS_S = 75.0
BODY_S = 60.0
# Of a page's WebSocket. The largest is a save of many long answers; files arrive in pieces.
LARGEST_FRAME = 10 * 1024 * 1024
HTTP_LIMITS: dict[str, Any] = {
    "max_body_size": LARGEST_BODY,
    "max_header_size": LARGEST_HEADERS,
    "idle_connection_timeout": HEADERS_S,
    "body_timeout": BODY_S,
}
# Time limit for sending the replies to the last saves when the server stops.
LAST_REPLIES_S = 2.0
# The event hub refreshes the feeds of sessions with open pages twice a second, and forms use the same interval.
FEED_AGE_S = 2 * POLL_S
SERVES_AS = {
    "VoilaConfiguration": {
        "template": "cluster_kit",
        "allow_template_override": "NO",
        "allow_theme_override": "NO",
        "multi_kernel_manager_class": OwnedKernelManager,
    },
    # No preprocessing is needed, and every preprocessor, even an empty one, would validate the notebook.
    "VoilaExporter": {"markdown_renderer_class": PageMarkdown, "default_preprocessors": []},
    # A cell that exceeds the timeout becomes an error on its page, so that every waiting request is answered.
    "VoilaExecutor": {"allow_errors": True, "timeout": 120},
    # Cull the kernel of a page that is idle for half a working day; the page reloads when it is used again.
    "MappingKernelManager": {"cull_idle_timeout": 4 * 3600, "cull_interval": 300, "cull_connected": True},
    # IPC sockets in a private folder: over TCP, any local user could connect.
    "KernelManager": {"transport": "ipc" if os.name == "posix" else "tcp"},
    # No automatic restarts: the page gets a new kernel by reloading.
    "KernelRestarter": {"restart_limit": 0, "time_to_dead": 1.0},
}


class WorkshopServer(Voila):  # type: ignore[misc]
    """The server of one series. ``announce`` is called with the address once the server listens.

    ``on_progress`` is called after each prepared page.
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
        self.identity_provider_class = CookieIdentityProvider
        self.authorizer_class = OwnKernelsOnly
        self.kernel_websocket_connection_class = PanelConnection
        self.context: ServerContext
        self.http: list[HTTPServer] = []
        self.watchdog = LoopWatchdog()
        self._folder_lock: int | None = None

    def initialize(self, argv: Any = None) -> None:  # noqa: ARG002
        """Use only the kit's configuration: no configuration files, no command line."""
        self.update_config(Config(SERVES_AS))
        self.voila_configuration = VoilaConfiguration(parent=self)
        self.setup_template_dirs()

    def setup_template_dirs(self) -> None:
        """Set the folders of the session's template, and of the layout that it shares with the other pages."""
        self.template_paths = [str(pages.SESSION_TEMPLATES), str(pages.TEMPLATES)]
        self.static_paths: list[str] = []

    # --- parts ----------------------------------------------------------------------------------------------

    def init_settings(self) -> dict[str, Any]:
        """Voilà's settings, Tornado's, and the context of the kit's handlers."""
        settings: dict[str, Any] = super().init_settings()
        self._claim_folder()
        self._set_up_kernels()
        self.context = self._make_context()
        return {
            **settings,
            SETTING: self.context,
            "log_function": log_request,
            "xsrf_cookie_kwargs": self.context.cookies.attributes,
            "xsrf_cookie_name": self.context.cookies.xsrf,
            "allow_unauthenticated_access": True,  # each handler checks access itself: some pages are public
            "default_handler_class": NotFoundHandler,
            "compress_response": True,
            "ws_ping_interval": 0,
            "websocket_compression_options": {},
            "websocket_max_message_size": LARGEST_FRAME,
        }

    def _claim_folder(self) -> None:
        """Keep the folder of connection files while this process runs, and delete those of killed servers."""
        self._folder_lock = claim_folder(Path(self.connection_dir))
        for root in {self.connection_dir_root, tempfile.gettempdir()}:
            remove_left_behind(Path(root))

    def _set_up_kernels(self) -> None:
        kernels: OwnedKernelManager = self.kernel_manager
        kernels.allowed_message_types = list(MAY_BE_SENT)
        # ZeroMQ's default limit of a thousand sockets, about two hundred pages, must be raised before the first socket.
        kernels.context.set(zmq.MAX_SOCKETS, kernels.context.get(zmq.SOCKET_LIMIT))
        if self.options.worker:
            kernels.mint_id = self.options.worker.mint_kernel_id
        kernels.grace_s, kernels.most = self.options.grace_s, self.options.most_kernels
        home = str(self.workshop_settings.home)
        kernels.how = {"kernel_name": KERNEL_NAME, "cwd": home, "env": self.kernel_environment}
        self.kernel_spec_manager.kernel_dirs = [str(kernelspecs_folder())]  # only the kit's own

    def _make_context(self) -> ServerContext:
        content, store, kernels = self.content, self.store, self.kernel_manager
        secret, options, statics = self.workshop_settings.secret(), self.options, StaticFiles.read(kinds=page_modules())
        authenticator, events, metrics = (
            Authenticator(content, store, secret),
            EventHub(content, store),
            Metrics(self.now),
        )
        organization = self.workshop_settings.organization()
        use_identity(organization)
        service, connections = IdentityService(authenticator, store, secret), PageConnections()
        forms = FormService(content, store, self._form_environment(events), observer=metrics)
        admission = AdmissionQueue(kernels.room, AT_ONCE)
        kernels.on_end = admission.call_next
        plan = PreparationPlan(options.prepare, self.on_progress)
        notice, translated_notices = self._make_notices()
        session_pages = SessionPages(self, content, store, self.notebooks, statics.root, plan)
        return ServerContext(
            content=content,
            store=store,
            authenticator=authenticator,
            revoker=SessionRevoker(authenticator, service, connections.send_requests),
            code_join=CodeJoin(authenticator, store, secret, service, organization.name),
            identity_service=service,
            registration=RegistrationService(
                content, store, self.workshop_settings.registration(), secret, organization.name
            ),
            events=events,
            screens=ScreenHub(content, store, events, utc_now),
            forms=forms,
            exercises=ExerciseFiles(forms.definitions),
            connections=connections,
            commands=CommandLimiter(),
            page_loads=PageLimiter(),
            traffic=TrafficLimiter(),
            kernels=kernels,
            admission=admission,
            pages=session_pages,
            replaced=ReplacedAnswers(content, store),
            widget_pages=WidgetPages(kernels),
            templates=pages.page_environment(),
            statics=statics,
            metrics=metrics,
            readiness=Readiness(content, store, session_pages.preparation),
            evaluations=self._make_evaluations(events, secret),
            evaluation_limits=EvaluationLimits(),
            summaries=SummaryService(content, store, lambda one: events.session(one).session_log.state(), utc_now),
            notice=notice,
            translated_notices=translated_notices,
            translations=load_translations(self.workshop_settings.content),
            glossary=self._glossary,
            primer=make_primer(self.content, load_handouts(self.workshop_settings.content), self._glossary),
            address=self.workshop_settings.address(),
            home=self.workshop_settings.home,
            columns=self.workshop_settings.columns,
            organization=OrganizationFiles.make(organization),
            cookies=Cookies(options.is_encrypted),
            sign_on=options.sign_on,
        )

    def _make_notices(self) -> tuple[NoticePage, dict[str, NoticePage]]:
        """The notice about privacy, and its translations by language."""
        settings = self.workshop_settings
        contact, days = settings.contact(), settings.retention_days()
        translations = load_translated_notices(settings.content)
        translated = {code: NoticePage.make(text, contact, code, days) for code, text in translations.items()}
        return NoticePage.make(load_notice(settings.content), contact, days=days), translated

    def _make_evaluations(self, events: EventHub, secret: str) -> EvaluationService:
        evaluation = load_evaluation(self.workshop_settings.content)
        return EvaluationService(
            evaluation, self.content, self.store, secret, lambda session: events.session(session).session_log.state()
        )

    @cached_property
    def _glossary(self) -> Glossary:
        return load_glossary(self.workshop_settings.content)

    def _form_environment(self, events: EventHub) -> FormEnvironment:
        files, series = self.workshop_settings.files, self.content.series.id
        return FormEnvironment(
            files=lambda state: open_file_store(files, series, state),
            extensions=extension_openers(),
            feed=lambda session: events.session(session).feed,
            live=True,
            feed_age_s=FEED_AGE_S,
            glossary=self._glossary,
        )

    @property
    def kernel_environment(self) -> dict[str, str]:
        """Environment variables for the kernels of pages."""
        series = self.content.series.id
        return {**os.environ, **self.workshop_settings.environment(), PAGE_VARIABLE: "1", SERIES_VARIABLE: series}

    def now(self) -> CurrentLoad:
        """The server's load, for the metrics and for the console's status line."""
        context = self.context
        waiting, room = context.admission.waiting, context.kernels.room()
        return CurrentLoad(len(context.connections), len(context.kernels), waiting, room)

    def init_handlers(self) -> list[tuple[Any, ...]]:
        """All routes of the server."""
        return list_routes(self.context.statics, self.options.worker.peers() if self.options.worker else {})

    # --- lifecycle -----------------------------------------------------------------------------------------

    def listen(self) -> None:
        """Listen on the port, or the next free one; announce the address; serve until interrupted."""
        self._open_ports()
        self.ioloop = IOLoop.current()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._handle_signal_stop)
        lines = StderrLines() if self.options.log is LogFormat.JSON else None
        set_up_logs(self.log, self.options.log, lines.stream if lines else None)
        os.environ.update(self.kernel_environment)  # the fork server inherits this process's environment
        fork_server = prestart_fork_server(self.kernel_environment)
        self.context.readiness.wait_for(fork_server)
        self.ioloop.add_callback(self.context.pages.start_preparing, fork_server)
        self.ioloop.add_callback(self.context.revoker.start)
        self.ioloop.add_callback(self.watchdog.start)
        self._fill_caches()
        gc.collect()
        gc.freeze()  # a full collection would otherwise go through all modules and content: 0.2 s without a reply
        self.announce(self.address)
        log_event("listening", address=self.address)
        try:
            self.ioloop.start()
        finally:
            self.stop()
            if lines:
                lines.close()

    def _fill_caches(self) -> None:
        """What the first visitors of the sessions to prepare would otherwise wait for."""
        if self.options.prepare:
            join_qr(self.context.address or self.address)
        for session in self.options.prepare:
            self.context.exercises.address(session)
            for state in self.content.jurisdictions:
                local_times(self.content, session, state)

    def _open_ports(self) -> None:
        # Files and answers are sent over WebSockets, which have limits of their own.
        limited = LimitedBodies(self.app, find_body_rule, TooLargeHandler)
        http = NetworkLimitedServer(
            limited, ssl_options=self.options.ssl_context(), xheaders=self.options.behind_proxy, **HTTP_LIMITS
        )
        if self.context.address:
            guard_hosts(self.app, self.context.address)
        sockets, self.port = open_sockets(self.options)
        http.add_sockets(sockets)
        self.http = [http]
        if self.options.worker:  # for the relays of other workers on this machine
            private = HTTPServer(self.app, xheaders=True, **HTTP_LIMITS)
            private.add_sockets(bind_sockets(self.options.worker.port, "127.0.0.1", reuse_port=True))
            self.http.append(private)

    def stop(self) -> None:
        """Stop listening, commit pending saves, end every kernel, and delete temporary files."""
        context = self.context
        self.watchdog.stop()
        context.admission.close()
        for http in self.http:
            http.stop()
        context.revoker.stop()
        context.forms.close()
        self.ioloop.run_sync(lambda: context.connections.close(LAST_REPLIES_S))
        context.screens.close()
        context.events.close()
        context.summaries.close()
        self.ioloop.run_sync(context.pages.close)
        self.ioloop.run_sync(context.kernels.end_all)
        shutil.rmtree(self.connection_dir, ignore_errors=True)
        if self._folder_lock is not None:
            os.close(self._folder_lock)

    @property
    def address(self) -> str:
        """The server's address for a browser on this machine."""
        return self.options.address(self.port)


def serve(
    settings: Settings,
    content: Content,
    store: Store,
    options: ServeOptions,
    announce: Callable[[str], None],
    on_progress: Callable[[Preparation], None] = lambda _: None,
) -> None:
    """Serve a series until interrupted. Raises ``UsageError`` for unsafe options, and ``NoPortError``."""
    options.check()
    settings.home.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    allow_open_files()
    server = WorkshopServer.instance(settings, content, store, options, announce, on_progress)  # Jupyter uses its log
    server.initialize()
    server.start()


def _short_temporary_folder() -> str:
    """A short path for kernel sockets, since socket paths are limited to about 100 characters."""
    usual = tempfile.gettempdir()
    return "/tmp" if os.name == "posix" and len(usual) > LONGEST_FOLDER else usual  # noqa: S108
