"""The server's metrics. They contain no names, states, or user text."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from cluster_kit.server.monitoring.logs import log_event
from cluster_kit.server.widgets.memory import MemoryUse

PREFIX = "cluster_kit"
MOMENTS_S = (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 13, 20, 30, 60, 120, 300)
SAVES_S = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2, 5)
LONGEST_S = 3600.0


@dataclass(frozen=True)
class CurrentLoad:
    """Current load: open pages; for pages with a kernel, people waiting and free capacity."""

    pages: int
    kernels: int
    waiting: int
    room: int


class Metrics:
    """The server's metrics in a registry of their own. ``now`` is called on each scrape."""

    def __init__(self, now: Callable[[], CurrentLoad]) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(namespace=PREFIX, registry=registry)
        self.now = now
        self.arrivals = Counter(f"{PREFIX}_arrivals", "Session pages begun", ["session"], registry=registry)
        self.waited_seconds = Histogram(
            f"{PREFIX}_waited_seconds",
            "In line before a page with a kernel was begun",
            buckets=MOMENTS_S,
            registry=registry,
        )
        self.form_seconds = Histogram(
            f"{PREFIX}_time_to_form_seconds",
            "From asking for the page to the first form that can be filled, as pages report it",
            ["session"],
            buckets=MOMENTS_S,
            registry=registry,
        )
        self.answers = Counter(f"{PREFIX}_answers_saved", "Answers acknowledged as saved", registry=registry)
        self.save_seconds = Histogram(
            f"{PREFIX}_save_seconds", "From a save's arrival to its acknowledgment", buckets=SAVES_S, registry=registry
        )
        self.unsaved = Counter(
            f"{PREFIX}_saves_not_kept", "Saves that were refused or ran into trouble", ["why"], registry=registry
        )
        self._gauges(registry)

    def _gauges(self, registry: CollectorRegistry) -> None:
        described = {
            "pages": "Session pages that are connected",
            "kernels": "Kernels that run",
            "waiting": "People in line for a page with a kernel",
            "room": "Kernels that there is memory for, besides those that run",
        }
        for name, description in described.items():
            gauge = Gauge(f"{PREFIX}_{name}", description, registry=registry)
            gauge.set_function(partial(self._read_load, name))
        self._memory = Gauge(
            f"{PREFIX}_kernels_memory_bytes", "Memory of all kernels: their own, and with their share", ["part"],
            registry=registry,
        )  # fmt: skip

    def _read_load(self, name: str) -> int:
        return int(getattr(self.now(), name))

    def saved(self, answers: int, seconds: float) -> None:
        """Count one message's committed answers, with the time since it arrived."""
        self.answers.inc(answers)
        self.save_seconds.observe(seconds)

    def not_saved(self, reason: str) -> None:
        """Count a save that was refused, failed, or arrived while its exercise was locked."""
        self.unsaved.labels(reason).inc()
        log_event("save not kept", logging.INFO if reason == "locked" else logging.WARNING, why=reason)

    def form_shown(self, session: int, seconds: float) -> None:
        """Record how long a page's first form took. Implausible values are ignored."""
        if 0 <= seconds <= LONGEST_S:
            self.form_seconds.labels(session).observe(seconds)

    def write(self, held: MemoryUse) -> bytes:
        """All metrics in Prometheus text format, with the memory that kernels hold now."""
        self._memory.labels("own").set(held.own)
        self._memory.labels("share").set(held.share)
        return generate_latest(self._registry)
