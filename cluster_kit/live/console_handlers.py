"""The facilitator's console: its page, and what the server says of itself. For everybody else there is no such page."""

from __future__ import annotations

from typing import Any, cast

from cluster_kit.content.models import Session
from cluster_kit.errors import ClusterKitError
from cluster_kit.live import pages
from cluster_kit.live.handlers import PageHandler
from cluster_kit.live.kernels import TooManyKernelsError
from cluster_kit.live.session_handlers import SessionHandler
from cluster_kit.live.statics import Statics
from cluster_kit.notebooks_path import find_console
from cluster_kit.responses import Person


class ConsoleHandler(SessionHandler):
    """The console of one session, rendered by Voilà. Facilitators do not wait in line: without them nothing begins."""

    async def get(self, number: str) -> None:
        """The console, as it comes into being; not found for whoever is not a facilitator."""
        person = self.require_facilitator()
        try:
            session = self.content.get_session(int(number))
            await self.kernels.make_room(person.id)
            notebook = find_console(self.settings["voila"].notebooks)
            await self._send(self._renderer(person, session, notebook), session)
        except TooManyKernelsError as error:
            self.write_message(429, "Too many pages", str(error))
        except ClusterKitError as error:
            self.write_message(404, "Not found", str(error))

    @property
    def template_paths(self) -> list[str]:
        """The console's own template comes first."""
        return [str(pages.CONSOLE_TEMPLATES), str(pages.TEMPLATES)]

    def _parameters(self, person: Person, session: Session) -> dict[str, Any]:
        return {"series": self.content.series.id, "session": session.number, "person": person.id, "mode": "live"}

    def _page(self, session: Session, kernel_id: str) -> dict[str, Any]:
        modules = cast(Statics, self.settings["statics"]).console_modules()
        return {**super()._page(session, kernel_id), "modules": modules}


class StatusHandler(PageHandler):
    """How this server is doing, for the console's status line."""

    async def get(self) -> None:
        """``{pages, waiting, room}``; not found for whoever is not a facilitator."""
        self.require_facilitator()
        now = self.settings["voila"].now()
        self.finish({"pages": now.pages, "waiting": now.waiting, "room": max(now.room, 0)})
