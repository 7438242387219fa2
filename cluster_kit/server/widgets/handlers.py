"""Handlers for pages with standard widgets: front-end files, and the page's own kernel."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from cluster_kit.kernels import KERNEL_NAME
from cluster_kit.server.context import ContextMixin
from cluster_kit.server.handlers import PageHandler
from cluster_kit.server.pages.handlers import KernelSocketHandler
from cluster_kit.server.static_files import StaticFile, send_file
from cluster_kit.server.widgets.connection import WidgetConnection
from cluster_kit.server.widgets.pages import BASE_URL

KERNEL_ID = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"


def widget_routes() -> list[tuple[Any, ...]]:
    """All routes for pages with standard widgets."""
    return [
        (rf"{BASE_URL}api/kernels/{KERNEL_ID}", WidgetKernelHandler),
        (rf"{BASE_URL}api/kernels/{KERNEL_ID}/channels", WidgetSocketHandler),
        (rf"{BASE_URL}([0-9a-f]+)/(.*)", FrontEndFileHandler),
    ]


class WidgetKernelHandler(PageHandler):
    """Liveness check of the page's own kernel, which the front end requests after a lost connection."""

    is_limited = False
    auth_resource = "kernels"

    @authorized
    async def get(self, kernel_id: str) -> None:
        """``{id, name}`` while it is alive; 404 if it is gone, another user's, or not for widgets; 403 without a
        cookie."""
        if not self.context.widget_pages.is_open(kernel_id):
            raise web.HTTPError(404)
        self.finish({"id": kernel_id, "name": KERNEL_NAME})


class WidgetSocketHandler(KernelSocketHandler):
    """The connection of a page's widgets to the page's own kernel, with the policy for widgets."""

    @property
    def kernel_websocket_connection_class(self) -> type[WidgetConnection]:
        """The connection class that enforces the message policy."""
        return WidgetConnection

    async def pre_get(self) -> None:
        """Reject kernels that are not for widgets before connecting."""
        if not self.context.widget_pages.is_open(self.path_kwargs["kernel_id"]):
            self.is_gone = self.context.kernels.find_owner(self.path_kwargs["kernel_id"]) is None
            raise web.HTTPError(404)
        await super().pre_get()  # type: ignore[no-untyped-call]


class FrontEndFileHandler(ContextMixin, web.RequestHandler):
    """A front-end file. Its address contains the digest of all of them, so browsers can cache it."""

    async def get(self, digest: str, name: str) -> None:
        """The file in the best accepted encoding; 404 if it is not in the list."""
        file = await asyncio.to_thread(self._find, digest, name)
        if file is None:
            raise web.HTTPError(404)
        send_file(self, file)

    def _find(self, digest: str, name: str) -> StaticFile | None:
        front_end = self.context.widget_pages.front_end
        return front_end.read(name) if digest == front_end.digest else None

    head = get
