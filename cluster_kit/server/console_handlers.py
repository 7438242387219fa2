"""The facilitator's console page, and the server status that it shows. Not found for other users."""

from __future__ import annotations

from typing import Any

from cluster_kit.content.models import Session
from cluster_kit.content.notebooks import find_console
from cluster_kit.errors import ClusterKitError
from cluster_kit.server.handlers import PageHandler
from cluster_kit.server.pages import pages
from cluster_kit.server.pages.page_cache import Parameters
from cluster_kit.server.security_headers import page_policy
from cluster_kit.server.widgets.kernels import TooManyKernelsError

TEMPLATE_PATHS = [str(pages.CONSOLE_TEMPLATES), str(pages.TEMPLATES)]


class ConsoleHandler(PageHandler):
    """The console of one session, in the facilitator's own kernel.

    Its kernel keeps the national analysis out of the process that saves answers. Facilitators skip the admission queue.
    """

    async def get(self, number: str) -> None:
        """The console; not found for users other than facilitators."""
        person = self.require_facilitator()
        try:
            session = self.content.get_session(int(number))
            notebook = find_console(self.context.pages.notebooks)
            series = self.content.series.id
            parameters: Parameters = {"series": series, "session": session.number, "person": person.id, "mode": "live"}
            context = {**self._context(session), "template_paths": TEMPLATE_PATHS}
            page, _ = await self.context.pages.render_owned(person, notebook, parameters, context)
            self.set_header("Content-Security-Policy", page_policy(page.styles))
            self.set_header("Content-Type", "text/html; charset=UTF-8")
            self.finish(page.html)
        except TooManyKernelsError as error:
            self.write_message(429, "Too many pages", str(error))
        except ClusterKitError as error:
            self.write_message(404, "Not found", str(error))

    def _context(self, session: Session) -> dict[str, Any]:
        modules = self.context.statics.console_modules()
        return {**self.page_values(), "session": session, "modules": modules}


class StatusHandler(PageHandler):
    """Server status for the console's status line."""

    is_limited = False

    async def get(self) -> None:
        """``{pages, waiting}``; not found for users other than facilitators."""
        self.require_facilitator()
        now = self.context.metrics.now()
        self.finish({"pages": now.pages, "waiting": now.waiting})
