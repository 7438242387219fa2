"""Everything that the server answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster_kit.server import console_handlers, handlers
from cluster_kit.server.auth import handlers as join_handlers
from cluster_kit.server.monitoring import handlers as monitoring
from cluster_kit.server.pages import handlers as session_handlers
from cluster_kit.server.pages.gallery import GalleryHandler
from cluster_kit.server.relay import relay_routes
from cluster_kit.server.static_files import Statics
from cluster_kit.server.stream.page_connection import PageConnectionHandler
from cluster_kit.server.widgets.handlers import widget_routes
from cluster_kit.server.widgets.pages import BASE_URL

KERNEL_PATTERN = r"\w\w\w+-\w+-\w+-\w+-\w+"
KERNEL_ID = rf"(?P<kernel_id>{KERNEL_PATTERN})"


def list_routes(statics: Statics, peers: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """The routes. ``peers`` are the other workers' addresses by the first two characters of their kernels' ids."""
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
        *relay_routes(peers, KERNEL_PATTERN, BASE_URL),
        (rf"/api/kernels/{KERNEL_ID}", session_handlers.KernelHandler),
        (rf"/api/kernels/{KERNEL_ID}/channels", session_handlers.KernelSocketHandler),
        (r"/health", monitoring.HealthHandler),
        (r"/ready", monitoring.ReadyHandler),
        (r"/metrics", monitoring.MetricsHandler),
        *statics.routes(),
        *widget_routes(),
    ]
