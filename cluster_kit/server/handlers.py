"""Base of all page handlers, the home page, and error pages."""

from __future__ import annotations

import datetime as dt
import http
from collections.abc import Sequence
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from cluster_kit.content.models import Content, Jurisdiction
from cluster_kit.content.translations import fill_in
from cluster_kit.documents.html import to_html
from cluster_kit.documents.model import LANGUAGE
from cluster_kit.roster.names.similar_names import find_similar_pairs
from cluster_kit.server.auth.identity import Participant
from cluster_kit.server.auth.identity_service import RequestNotice, Viewer
from cluster_kit.server.auth.rate_limits import TooManyPagesError
from cluster_kit.server.body_limits import RefusedBody
from cluster_kit.server.context import ContextMixin
from cluster_kit.server.pages import pages
from cluster_kit.server.security_headers import LOGO_POLICY, POLICY
from cluster_kit.server.static_files import send_file
from cluster_kit.server.store_calls import read_store
from cluster_kit.server.unavailable import RECORDS_UNAVAILABLE
from cluster_kit.sessions import SeriesTimeline
from cluster_kit.store import Person, StoreUnavailableError

SENTENCES = {
    403: "You cannot open this page.",
    404: "There is no page at this address.",
}
NO_PEOPLE = (
    "You have not joined yet, or there is no page at this address. Open your own link first, then this address again."
)
# How long pages offer their own link to people who joined by code.
OFFER_LINK_FOR = dt.timedelta(minutes=30)
A_MINUTE_S = 60
OLD_FORM = (
    "This form could not be sent, because the page was open before the last update or your cookies have changed. "
    "Reload the page, and send the form once more."
)
INTERNAL_ERROR = "Something went wrong on our side. Your answers are safe. Try again in a moment."


class PageHandler(ContextMixin, JupyterHandler):
    """Base of all pages: headers, templates, and the current user.

    Handlers let a ``StoreUnavailableError`` pass: the response is ``unavailable``, with HTTP 503. ``refusal`` is the
    sentence for a 403, if it is not the usual one. ``is_limited``: requests count as pages and forms of the
    user; False for what pages ask for again and again, and for what costs nothing.
    """

    refusal = ""
    is_limited = True
    unavailable = RECORDS_UNAVAILABLE

    policy = POLICY

    def set_default_headers(self) -> None:
        """Headers for every response, including errors."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    async def prepare(self) -> None:  # type: ignore[override]
        """Find the current user. HTTP 429 if they have loaded too many pages."""
        await super().prepare()
        if self.is_limited and self.person:
            self.count_request(self.person)

    def count_request(self, person: Person) -> None:
        """Count a page that this person loads, or a form that they send. HTTP 429 above the limit."""
        try:
            self.context.page_loads.count(person, is_form=self.request.method == "POST")
        except TooManyPagesError as error:
            raise web.HTTPError(429) from error

    @property
    def content(self) -> Content:
        """The series that the server runs."""
        return self.context.content

    @property
    def person(self) -> Person | None:
        """The current user, or None."""
        user = getattr(self, "_jupyter_current_user", None)  # not set yet if the store itself fails
        return user.person if isinstance(user, Participant) else None

    def page_values(self) -> dict[str, Any]:
        """Template context of every page."""
        return {
            **pages.series_words(self.content),
            "static": self.context.statics.root,
            "organization": self.context.organization,
            "xsrf": self.xsrf_form_html(),
            "person": self.person,
            "state": self.find_state(),
            "where": self.name_place(),
            "contact": self.context.notice.contact,
            "requests": self.find_requests(),
            "offers_link": self.offers_link,
            "registers": self.context.registration.is_open,
            "signs_on": self.context.sign_on is not None,
            "chosen_language": self.chosen_language,
            "chosen_translation": self.context.translations.get(self.chosen_language),
            "chosen_notice_path": self._notice_path(self.chosen_language),
            **self.language_values(LANGUAGE),
        }

    @property
    def chosen_language(self) -> str:
        """The language that the user chose on the join page."""
        chosen = self.get_cookie(self.context.cookies.language) or LANGUAGE
        return chosen if chosen in self.context.translations else LANGUAGE

    def language_values(self, language: str) -> dict[str, Any]:
        """Template context of a page in this language: ``t`` translates a text."""
        translation = self.context.translations.get(language)
        return {
            "language": language,
            "translation": translation,
            "t": translation.translate if translation else keep_english,
            "notice_path": self._notice_path(language),
        }

    def _notice_path(self, language: str) -> str:
        return f"/notice/{language}" if language in self.context.translated_notices else "/notice"

    @property
    def viewer(self) -> Viewer | None:
        """The current user with what is known about how they came in; None for anonymous users."""
        invitation = self.context.authenticator.find_invitation(self.context.cookies.read_session(self))
        return Viewer(self.person, is_vouched=invitation.is_vouched) if self.person and invitation else None

    @property
    def offers_link(self) -> bool:
        """True for a while after the current user has joined by code, and has no link to come back with."""
        invitation = self.context.authenticator.find_invitation(self.context.cookies.read_session(self))
        if not (invitation and invitation.by_code and invitation.issued and self.find_state()):
            return False
        return self.context.authenticator.clock() - invitation.issued < OFFER_LINK_FOR

    def find_requests(self) -> Sequence[RequestNotice]:
        """The requests to be signed in as a teammate that the current user sees."""
        viewer = self.viewer
        return self.context.identity_service.notices(viewer) if viewer else ()

    def check_xsrf_cookie(self) -> None:
        """Refuse a form of another site; 403 with what to do for a form that was open for very long."""
        try:
            super().check_xsrf_cookie()
        except web.HTTPError as error:
            self.refusal = OLD_FORM
            raise web.HTTPError(403) from error

    def find_state(self) -> Jurisdiction | None:
        """The current user's state; None for facilitators and anonymous users."""
        if self.person is None or self.person.is_facilitator:
            return None
        return self.content.get_jurisdiction(self.person.jurisdiction)

    async def read_timeline(self, *, is_recent: bool = False) -> SeriesTimeline:
        """Which sessions are over, on, or ahead. While the store is unavailable or hangs, as the schedule says.

        ``is_recent``: as it was a moment ago, for pages that anyone can load as often as they like.
        """
        events = self.context.events
        try:
            return await (events.read_recent_timeline() if is_recent else read_store(events.read_timeline))
        except StoreUnavailableError:
            return events.plan_timeline()

    def name_place(self) -> str:
        """The text beside the user's name: their state's name, or that they are a facilitator."""
        state = self.find_state()
        return state.name if state else "Facilitator" if self.person else ""

    @property
    def site(self) -> str:
        """The public address of the settings; without one, that at which this browser reached the server. No path."""
        return self.context.address or f"{self.request.protocol}://{self.request.host}"

    def require_person(self) -> Person:
        """The current user; 403 for anonymous users."""
        if self.person is None:
            raise web.HTTPError(403)
        return self.person

    def require_facilitator(self) -> Person:
        """The current user, if a facilitator; 404 for everyone else."""
        if self.person is None or not self.person.is_facilitator:
            raise web.HTTPError(404)
        return self.person

    def write_page(self, template: str, **values: Any) -> None:
        """Respond with a page."""
        page = self.context.templates.get_template(template)
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(page.render({**self.page_values(), **values}))

    def write_welcome(self) -> None:
        """Respond to an anonymous user with how to join."""
        self.set_status(403)
        self.write_page("welcome.html.j2")

    def write_message(self, status: int, title: str, sentence: str) -> None:
        """Respond with one plain sentence; as ``{sentence}`` for a page's script."""
        self.set_status(status)
        if self.wants_json:
            self.finish({"sentence": sentence})
        else:
            self.write_page("message.html.j2", title=title, sentence=sentence)

    @property
    def wants_json(self) -> bool:
        """True for a request of a page's script."""
        return self.request.headers.get("Accept", "") == "application/json"

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """As Tornado, with HTTP 503 while the store cannot be reached."""
        is_unavailable = isinstance(kwargs.get("exc_info", (None, None))[1], StoreUnavailableError)
        super().send_error(503 if is_unavailable else status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Respond with one sentence for any error; details are in the log."""
        if not hasattr(self, "_jupyter_current_user"):
            self.current_user = None  # the request was refused before its user was asked for, such as for its body
        if self.request.path.startswith("/api/"):
            self.finish()
            return
        if status_code == 503:
            self.write_message(503, "One moment", self.unavailable)
            return
        if status_code == 429:
            cause = getattr(kwargs.get("exc_info", (None, None))[1], "__cause__", None)
            too_many = cause if isinstance(cause, TooManyPagesError) else TooManyPagesError(A_MINUTE_S)
            self.set_header("Retry-After", str(too_many.wait_s))
            self.write_message(429, "One moment", str(too_many))
            return
        usual = INTERNAL_ERROR if status_code >= 500 else SENTENCES[404]
        sentence = SENTENCES.get(status_code, usual)
        if status_code == 403 and self.refusal:
            sentence = self.refusal
        if status_code == 404 and self.person is None:
            sentence = NO_PEOPLE
        self.write_message(status_code, http.HTTPStatus(status_code).phrase.capitalize(), sentence)


def keep_english(english: str, **values: str) -> str:
    """A text in English, with its values."""
    return fill_in(english, values)


class NotFoundHandler(PageHandler):
    """Any other address."""

    is_limited = False

    async def prepare(self) -> None:  # type: ignore[override]
        """Respond with one sentence for every method."""
        await super().prepare()
        raise web.HTTPError(404)


class TooLargeHandler(PageHandler):
    """The response to a request whose body was thrown away. It does not ask who sent it."""

    def initialize(self, refused: RefusedBody) -> None:
        """Store why."""
        self.refused = refused

    def check_xsrf_cookie(self) -> None:
        """Check nothing: the form was not read."""

    @property
    def wants_json(self) -> bool:
        """True for a route that only scripts use, too."""
        return self.refused.is_json or super().wants_json

    async def prepare(self) -> None:  # type: ignore[override]
        """Respond with one sentence for every method."""
        self.current_user = None
        self.write_message(self.refused.status, "Not sent", self.refused.sentence)


class HomeHandler(PageHandler):
    """The home page."""

    async def get(self) -> None:
        """The sessions with their times for the state, with consoles for facilitators; for anonymous users, how to
        join."""
        if self.person is None:
            self.write_page("welcome.html.j2")
            return
        sessions = pages.list_sessions(self.content, self.find_state(), await self.read_timeline())
        if self.person.is_facilitator:
            codes = await read_store(self.context.authenticator.list_codes)
            people = await read_store(self.context.store.people, self.content.series.id)
            waiting = len(await read_store(self.context.store.registrations, self.content.series.id, "pending"))
            values = {"sessions": sessions, "codes": codes, "similar": find_similar_pairs(people), "waiting": waiting}
            self.write_page("facilitator.html.j2", **values, join_page=f"{self.site}/join")
        else:
            self.write_page("home.html.j2", sessions=sessions, **pages.about_person(self.content, self.person))


class NoticeHandler(PageHandler):
    """The notice about privacy, records, and accessibility, in English or in another language."""

    def get(self, language: str | None = None) -> None:
        """The page, for everyone. HTTP 404 for a language without a notice."""
        notices = self.context.translated_notices
        page = notices.get(language) if language else self.context.notice
        if page is None:
            raise web.HTTPError(404)
        self.write_page("notice.html.j2", page=page, notices=[self.context.notice, *notices.values()])


class GlossaryHandler(PageHandler):
    """The terms that the series uses, with their sources."""

    def get(self) -> None:
        """The page, for everyone."""
        claims = {one.claim.id: one for one in self.content.facts.claims}
        has_primer = self.context.primer is not None
        self.write_page("glossary.html.j2", glossary=self.context.glossary, claims=claims, has_primer=has_primer)


class PrimerHandler(PageHandler):
    """The primer on the Framework, for people who are new to it."""

    def get(self) -> None:
        """The page, for everyone. HTTP 404 if the organization has removed the primer."""
        primer = self.context.primer
        if primer is None:
            raise web.HTTPError(404)
        parts = [to_html(section, level=2) for section in primer.parts]
        self.write_page("primer.html.j2", primer=primer, parts=parts)


class AccessibilityHandler(PageHandler):
    """The accessibility statement."""

    def get(self) -> None:
        """The page, for everyone."""
        self.write_page("accessibility.html.j2", page=self.context.notice)


class OrganizationHandler(ContextMixin, web.RequestHandler):
    """The organization's logo or colors, under an address with a digest."""

    def get(self, name: str) -> None:
        """The file, cached permanently, which runs and loads nothing; 404 for any other address."""
        file = self.context.organization.files.get(name)
        if file is None:
            raise web.HTTPError(404)
        self.set_header("Content-Security-Policy", LOGO_POLICY)
        send_file(self, file)

    head = get
