"""What the server's request handlers work with: one typed object in the application's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from jinja2 import Environment

from cluster_kit.content.models import Content
from cluster_kit.forms.service import FormService
from cluster_kit.server.auth.authenticator import Authenticator
from cluster_kit.server.auth.code_join import CodeJoin
from cluster_kit.server.auth.rate_limits import CommandLimiter
from cluster_kit.server.auth.session_revoker import SessionRevoker
from cluster_kit.server.monitoring.metrics import Metrics
from cluster_kit.server.pages.exercises import ExerciseFiles
from cluster_kit.server.pages.preparation import Readiness
from cluster_kit.server.pages.session_pages import SessionPages
from cluster_kit.server.static_files import Statics
from cluster_kit.server.stream.connections import PageConnections
from cluster_kit.server.stream.event_hub import EventHub
from cluster_kit.server.widgets.admission import AdmissionQueue
from cluster_kit.server.widgets.kernels import OwnedKernelManager
from cluster_kit.server.widgets.pages import WidgetPages
from cluster_kit.store import Store

SETTING = "cluster_kit"


@dataclass(frozen=True)
class ServerContext:
    """The parts of a running server. ``cookie`` has the attributes of its cookies; ``templates`` are its own pages'."""

    content: Content
    store: Store
    authenticator: Authenticator
    revoker: SessionRevoker
    code_join: CodeJoin
    events: EventHub
    forms: FormService
    exercises: ExerciseFiles
    connections: PageConnections
    commands: CommandLimiter
    kernels: OwnedKernelManager
    admission: AdmissionQueue
    pages: SessionPages
    widget_pages: WidgetPages
    templates: Environment
    statics: Statics
    metrics: Metrics
    readiness: Readiness
    cookie: Mapping[str, Any]


class _HasSettings(Protocol):
    @property
    def settings(self) -> dict[str, Any]: ...


def get_context(handler: _HasSettings) -> ServerContext:
    """The context of the server that a request came to."""
    context: ServerContext = handler.settings[SETTING]
    return context


class ContextMixin:
    """Gives a Tornado request handler its server's context."""

    @property
    def context(self: _HasSettings) -> ServerContext:
        """The parts of the running server."""
        return get_context(self)
