"""What pages with standard widgets ask the server for: the front end's files, and their own kernel."""

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
    """Everything that pages with standard widgets ask for."""
    return [
        (rf"{BASE_URL}api/kernels/{KERNEL_ID}", WidgetKernelHandler),
        (rf"{BASE_URL}api/kernels/{KERNEL_ID}/channels", WidgetSocketHandler),
        (rf"{BASE_URL}([0-9a-f]+)/(.*)", FrontEndFileHandler),
    ]


class WidgetKernelHandler(PageHandler):
    """A sign of life from the page's own kernel. The front end asks for it when its connection is lost."""

    auth_resource = "kernels"

    @authorized
    async def get(self, kernel_id: str) -> None:
        """``{id, name}`` while it lives, 404 when it is gone, another's or not for widgets, 403 without a badge."""
        if not self.context.widget_pages.is_open(kernel_id):
            raise web.HTTPError(404)
        self.finish({"id": kernel_id, "name": KERNEL_NAME})


class WidgetSocketHandler(KernelSocketHandler):
    """The connection of a page's widgets to the page's own kernel, with the policy for widgets."""

    @property
    def kernel_websocket_connection_class(self) -> type[WidgetConnection]:
        """What may pass is decided here."""
        return WidgetConnection

    async def pre_get(self) -> None:
        """Refuse kernels that are not for widgets, before anything is connected."""
        if not self.context.widget_pages.is_open(self.path_kwargs["kernel_id"]):
            raise web.HTTPError(404)
        await super().pre_get()  # type: ignore[no-untyped-call]


class FrontEndFileHandler(ContextMixin, web.RequestHandler):
    """A file of the front end. Its address changes with any of them, so browsers may keep it."""

    async def get(self, digest: str, name: str) -> None:
        """The file in the best encoding that the browser takes; 404 for everything that is not in the list."""
        file = await asyncio.to_thread(self._find, digest, name)
        if file is None:
            raise web.HTTPError(404)
        send_file(self, file)

    def _find(self, digest: str, name: str) -> StaticFile | None:
        front_end = self.context.widget_pages.front_end
        return front_end.read(name) if digest == front_end.digest else None

    head = get
