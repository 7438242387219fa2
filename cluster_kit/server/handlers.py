"""What pages share, and those that need no kernel: home, the door and the way out, and sentences for the rest."""

from __future__ import annotations

import asyncio
import http
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from cluster_kit.content.models import Content, Jurisdiction
from cluster_kit.server.auth.identity import Participant
from cluster_kit.server.context import ContextMixin
from cluster_kit.server.pages import pages
from cluster_kit.store import Person

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
SENTENCES = {
    403: "You cannot open this page.",
    404: "There is no page at this address.",
}
NOBODY_YET = (
    "There is no page at this address for somebody who has not come in. "
    "Open your own link first, then this address again."
)
SORRY = "Something went wrong on our side. Your answers are safe. Try again in a moment."


class PageHandler(ContextMixin, JupyterHandler):
    """What every page shares: its headers, its templates, and who is looking."""

    @property
    def content_security_policy(self) -> str:
        """Scripts and connections of our own only; nothing may frame the page."""
        return POLICY

    def set_default_headers(self) -> None:
        """Headers for every answer, errors included."""
        super().set_default_headers()
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Cache-Control", "no-store")
        self.clear_header("Server")

    @property
    def content(self) -> Content:
        """The series that the server runs."""
        return self.context.content

    @property
    def person(self) -> Person | None:
        """Who is looking, or None."""
        user = getattr(self, "_jupyter_current_user", None)  # not known yet where the store itself fails
        return user.person if isinstance(user, Participant) else None

    def page_words(self) -> dict[str, Any]:
        """What every template may name."""
        return {
            **pages.series_words(self.content),
            "static": self.context.statics.root,
            "xsrf": self.xsrf_form_html(),
            "person": self.person,
            "state": self.find_state(),
            "where": self.name_place(),
        }

    def find_state(self) -> Jurisdiction | None:
        """The state of who is looking; None for facilitators and strangers."""
        if self.person is None or self.person.is_facilitator:
            return None
        return self.content.get_jurisdiction(self.person.jurisdiction)

    def name_place(self) -> str:
        """What stands beside the name of who is looking: their state's, or that they are a facilitator."""
        state = self.find_state()
        return state.name if state else "Facilitator" if self.person else ""

    def require_person(self) -> Person:
        """Who is looking; 403 for strangers."""
        if self.person is None:
            raise web.HTTPError(403)
        return self.person

    def require_facilitator(self) -> Person:
        """The facilitator who is looking; for everybody else there is no such page (404)."""
        if self.person is None or not self.person.is_facilitator:
            raise web.HTTPError(404)
        return self.person

    def write_page(self, template: str, **words: Any) -> None:
        """Answer with a page."""
        page = self.context.templates.get_template(template)
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(page.render(**self.page_words(), **words))

    def write_message(self, status: int, title: str, sentence: str) -> None:
        """Answer with one plain sentence."""
        self.set_status(status)
        self.write_page("message.html.j2", title=title, sentence=sentence)

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """A sentence, whatever happened; what happened is in the log."""
        if self.request.path.startswith("/api/"):
            self.finish()
            return
        sentence = SORRY if status_code >= 500 else SENTENCES.get(status_code, SENTENCES[404])
        if status_code == 404 and self.person is None:
            sentence = NOBODY_YET
        self.write_message(status_code, http.HTTPStatus(status_code).phrase.capitalize(), sentence)


class NotFoundHandler(PageHandler):
    """Every other address."""

    async def prepare(self) -> None:  # type: ignore[override]
        """A sentence, whatever the method."""
        await super().prepare()
        raise web.HTTPError(404)


class HomeHandler(PageHandler):
    """Where to go; or how to get in."""

    async def get(self) -> None:
        """The sessions with their times for the state; a facilitator's with their consoles; how strangers get in."""
        if self.person is None:
            self.write_page("welcome.html.j2")
            return
        sessions = pages.list_sessions(self.content, self.find_state(), self.context.authenticator.clock())
        if self.person.is_facilitator:
            codes = await asyncio.to_thread(self.context.authenticator.list_codes)
            join_page = f"{self.request.protocol}://{self.request.host}/join"
            self.write_page("facilitator.html.j2", sessions=sessions, codes=codes, join_page=join_page)
        else:
            self.write_page("home.html.j2", sessions=sessions, **pages.about_person(self.content, self.person))
