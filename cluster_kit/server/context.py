"""Typed access to the server's parts for request handlers, in place of the application's untyped settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment

from cluster_kit.content.handouts import Glossary
from cluster_kit.content.models import Content
from cluster_kit.content.translations import Translation
from cluster_kit.documents.model import Document
from cluster_kit.forms.service import FormService
from cluster_kit.server.auth.authenticator import Authenticator
from cluster_kit.server.auth.code_join import CodeJoin
from cluster_kit.server.auth.cookies import Cookies
from cluster_kit.server.auth.identity_service import IdentityService
from cluster_kit.server.auth.rate_limits import CommandLimiter, PageLimiter, TrafficLimiter
from cluster_kit.server.auth.session_revoker import SessionRevoker
from cluster_kit.server.auth.sign_on import SignOn
from cluster_kit.server.evaluation.service import EvaluationLimits, EvaluationService
from cluster_kit.server.monitoring.logs import PrivateLogMixin
from cluster_kit.server.monitoring.metrics import Metrics
from cluster_kit.server.pages.exercises import ExerciseFiles
from cluster_kit.server.pages.notice import NoticePage
from cluster_kit.server.pages.organization import OrganizationFiles
from cluster_kit.server.pages.preparation import Readiness
from cluster_kit.server.pages.replaced import ReplacedAnswers
from cluster_kit.server.pages.session_pages import SessionPages
from cluster_kit.server.present.screen_hub import ScreenHub
from cluster_kit.server.roster.registration_service import RegistrationService
from cluster_kit.server.security_headers import SecurityHeadersMixin
from cluster_kit.server.static_files import StaticFiles
from cluster_kit.server.stream.connections import PageConnections
from cluster_kit.server.stream.event_hub import EventHub
from cluster_kit.server.summary.service import SummaryService
from cluster_kit.server.widgets.admission import AdmissionQueue
from cluster_kit.server.widgets.kernels import OwnedKernelManager
from cluster_kit.server.widgets.pages import WidgetPages
from cluster_kit.store import Store

SETTING = "cluster_kit"


@dataclass(frozen=True)
class ServerContext:
    """The parts of a running server.

    ``address``: the public one, or empty. ``home``: the home folder. ``columns``: the file of remembered columns.
    ``templates``: those of its own pages.
    """

    content: Content
    store: Store
    authenticator: Authenticator
    revoker: SessionRevoker
    code_join: CodeJoin
    identity_service: IdentityService
    registration: RegistrationService
    events: EventHub
    screens: ScreenHub
    forms: FormService
    exercises: ExerciseFiles
    connections: PageConnections
    commands: CommandLimiter
    page_loads: PageLimiter
    traffic: TrafficLimiter
    kernels: OwnedKernelManager
    admission: AdmissionQueue
    pages: SessionPages
    replaced: ReplacedAnswers
    widget_pages: WidgetPages
    templates: Environment
    statics: StaticFiles
    metrics: Metrics
    readiness: Readiness
    evaluations: EvaluationService
    evaluation_limits: EvaluationLimits
    summaries: SummaryService
    notice: NoticePage
    translated_notices: Mapping[str, NoticePage]
    translations: Mapping[str, Translation]
    glossary: Glossary
    primer: Document | None
    address: str
    home: Path
    columns: Path
    organization: OrganizationFiles
    cookies: Cookies
    sign_on: SignOn | None


class _HasSettings(Protocol):
    @property
    def settings(self) -> dict[str, Any]: ...


def get_context(handler: _HasSettings) -> ServerContext:
    """The server context of a request handler."""
    context: ServerContext = handler.settings[SETTING]
    return context


class ContextMixin(PrivateLogMixin, SecurityHeadersMixin):
    """Adds the server context, security headers, and a log without addresses to a Tornado request handler."""

    is_gone = False
    """Whether the request is for something that has ended, which is normal: ``log_request`` does not warn of it."""

    @property
    def context(self: _HasSettings) -> ServerContext:
        """The parts of the running server."""
        return get_context(self)
