"""Endpoints for monitoring and load balancing: health, readiness, and metrics."""

from __future__ import annotations

import asyncio
import ipaddress

from prometheus_client import CONTENT_TYPE_LATEST
from tornado import web

from cluster_kit.server.handlers import PageHandler
from cluster_kit.server.widgets.memory import measure_memory


class HealthHandler(PageHandler):
    """Liveness of the server."""

    is_limited = False

    async def get(self) -> None:
        """Status ``ok`` with the number of connected pages and running kernels."""
        pages, kernels = len(self.context.connections), len(self.context.kernels)
        self.finish({"status": "ok", "pages": pages, "kernels": kernels})


class ReadyHandler(PageHandler):
    """Readiness of the server: pages are prepared, kernels can be forked, the store responds."""

    is_limited = False

    async def get(self) -> None:
        """200 and ``ready``; or 503 and ``missing``: a sentence for each unmet condition."""
        missing = await self.context.readiness.missing()
        self.set_status(503 if missing else 200)
        self.finish({"status": "not ready" if missing else "ready", "missing": missing})


class MetricsHandler(PageHandler):
    """The server's metrics for Prometheus."""

    is_limited = False

    async def get(self) -> None:
        """Metrics in Prometheus text format; not found for clients outside this machine and private networks."""
        if not is_near(self.request.remote_ip or ""):
            raise web.HTTPError(404)
        held = await asyncio.to_thread(measure_memory, self.context.kernels.processes())
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(self.context.metrics.write(held))


def is_near(address: str) -> bool:
    """True for an IP address of this machine or of a private network."""
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False
