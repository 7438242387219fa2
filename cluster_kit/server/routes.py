"""All routes of the server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cluster_kit.server import console_handlers, handlers
from cluster_kit.server.auth import handlers as join_handlers
from cluster_kit.server.auth import identity_handlers
from cluster_kit.server.body_limits import LARGEST_FORM, BodyRule
from cluster_kit.server.evaluation import handlers as evaluation
from cluster_kit.server.monitoring import handlers as monitoring
from cluster_kit.server.pages import handlers as session_handlers
from cluster_kit.server.pages.gallery import GalleryHandler
from cluster_kit.server.pages.sources import SourcesHandler
from cluster_kit.server.present.handlers import PresentHandler, ScreenConnectionHandler
from cluster_kit.server.relay import relay_routes
from cluster_kit.server.roster import calendar_handlers as roster_calendar
from cluster_kit.server.roster import handlers as roster
from cluster_kit.server.roster import import_handlers as roster_import
from cluster_kit.server.roster import registration_handlers as registration
from cluster_kit.server.static_files import StaticFiles
from cluster_kit.server.stream.page_connection import PageConnectionHandler
from cluster_kit.server.summary.handlers import SummaryFileHandler, SummaryHandler
from cluster_kit.server.widgets.handlers import widget_routes
from cluster_kit.server.widgets.pages import BASE_URL

KERNEL_PATTERN = r"\w\w\w+-\w+-\w+-\w+-\w+"
KERNEL_ID = rf"(?P<kernel_id>{KERNEL_PATTERN})"


def list_routes(statics: StaticFiles, peers: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """The routes. ``peers`` are the other workers' addresses by the first two characters of their kernels' ids."""
    return [
        (r"/", handlers.HomeHandler),
        (r"/join", join_handlers.JoinHandler),
        (r"/sign-on", join_handlers.SignOnHandler),
        (r"/you", join_handlers.YouHandler),
        (r"/you/link", identity_handlers.OwnLinkHandler),
        (r"/leave", join_handlers.LeaveHandler),
        (r"/left", join_handlers.LeftHandler),
        (r"/requests", identity_handlers.RequestsHandler),
        (r"/codes/([A-Z]{2})", identity_handlers.TeamCodeHandler),
        (r"/roster", roster.RosterHandler),
        (r"/roster/import", roster_import.RosterImportHandler),
        (r"/roster/registrations", registration.RegistrationsHandler),
        (r"/roster/calendar/([A-Z]{2})/(\d{1,3})\.ics", roster_calendar.StateCalendarHandler),
        (r"/roster/calendar\.zip", roster_calendar.CalendarFilesHandler),
        (r"/roster/export\.(csv|xlsx)", roster.RosterExportHandler),
        (r"/roster/([A-Za-z0-9][A-Za-z0-9._:@-]{0,63})", roster.RosterPersonHandler),
        (r"/register", registration.RegisterHandler),
        (r"/register/withdraw", registration.WithdrawHandler),
        (r"/same-person", identity_handlers.SamePersonHandler),
        (r"/session/(\d{1,3})", session_handlers.SessionHandler),
        (r"/session/(\d{1,3})/connection", PageConnectionHandler),
        (r"/session/(\d{1,3})/exercises/([0-9a-f]+)\.json", session_handlers.ExercisesHandler),
        (r"/session/(\d{1,3})/evaluation", evaluation.EvaluationHandler),
        (r"/session/(\d{1,3})/evaluation/ballot", evaluation.BallotHandler),
        (r"/session/(\d{1,3})/evaluation/answers", evaluation.EvaluationAnswersHandler),
        (r"/session/(\d{1,3})/summary", SummaryHandler),
        (r"/session/(\d{1,3})/summary/([A-Z]{2})\.(pdf|docx|ics)", SummaryFileHandler),
        (r"/notice(?:/([a-z]{2}))?", handlers.NoticeHandler),
        (r"/accessibility", handlers.AccessibilityHandler),
        (r"/glossary", handlers.GlossaryHandler),
        (r"/primer", handlers.PrimerHandler),
        (r"/organization/([0-9a-f]+/[a-z.]+)", handlers.OrganizationHandler),
        (r"/examples", GalleryHandler),
        (r"/sources", SourcesHandler),
        (r"/console/(\d{1,3})", console_handlers.ConsoleHandler),
        (r"/console/status", console_handlers.StatusHandler),
        (r"/present/(\d{1,3})", PresentHandler),
        (r"/present/(\d{1,3})/connection", ScreenConnectionHandler),
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


_FORM = BodyRule(
    LARGEST_FORM,
    "The form is larger than 100 kB, so nothing was stored. Go back, shorten what you entered, and send it again.",
)
_BODY_RULES = {
    r"/session/\d{1,3}/evaluation/answers": BodyRule(evaluation.LARGEST_BODY, evaluation.TOO_LARGE, is_json=True),
    r"/register": BodyRule(registration.LARGEST_FORM, registration.TOO_LARGE),
    r"/roster/import": BodyRule(roster_import.LARGEST_BODY, roster_import.TOO_LARGE),
}
"""Routes with a rule of their own."""


def find_body_rule(path: str) -> BodyRule:
    """The limit on the body of a request for this path."""
    return next((rule for pattern, rule in _BODY_RULES.items() if re.fullmatch(pattern, path)), _FORM)
