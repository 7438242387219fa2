"""What whoever watches or balances servers asks: is it up, does it take people in, how is it doing."""

from __future__ import annotations

import asyncio
import ipaddress

from prometheus_client import CONTENT_TYPE_LATEST
from tornado import web

from cluster_kit.server.handlers import PageHandler
from cluster_kit.server.widgets.memory import held_by


class HealthHandler(PageHandler):
    """Whether the server is up."""

    async def get(self) -> None:
        """A word, and how many pages are connected and kernels run."""
        pages, kernels = len(self.context.connections), len(self.context.kernels)
        self.finish({"status": "ok", "pages": pages, "kernels": kernels})


class ReadyHandler(PageHandler):
    """Whether the server lets people in: pages are prepared, kernels can be forked, the store answers."""

    async def get(self) -> None:
        """200 and ``ready``; or 503, and ``missing``: a sentence for each thing that is."""
        missing = await self.context.readiness.missing()
        self.set_status(503 if missing else 200)
        self.finish({"status": "not ready" if missing else "ready", "missing": missing})


class MetricsHandler(PageHandler):
    """The server's numbers, for Prometheus."""

    async def get(self) -> None:
        """The metrics in Prometheus' text format; not found from outside this machine and its private networks."""
        if not is_near(self.request.remote_ip or ""):
            raise web.HTTPError(404)
        held = await asyncio.to_thread(held_by, self.context.kernels.processes())
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(self.context.metrics.write(held))


def is_near(address: str) -> bool:
    """Whether an IP address belongs to this machine or a private network."""
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False
