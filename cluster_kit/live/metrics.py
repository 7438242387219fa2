"""What the server counts and measures, for whoever watches it. No names, no states, no words of anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from cluster_kit.live.memory import Held

PREFIX = "cluster_kit"
MOMENTS_S = (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 13, 20, 30, 60, 120, 300)
SAVES_S = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2, 5)
LONGEST_S = 3600.0


@dataclass(frozen=True)
class Now:
    """How things stand at a moment. ``room`` is how many more pages there is memory for."""

    pages: int
    spares: int
    waiting: int
    room: int

    def __str__(self) -> str:
        people = "1 person waits" if self.waiting == 1 else f"{self.waiting} people wait"
        pages = "1 page is open" if self.pages == 1 else f"{self.pages} pages are open"
        return f"{pages}, {people}, there is room for {self.room} more."


class Metrics:
    """The server's instruments, in a registry of their own. ``now`` is asked whenever somebody looks."""

    def __init__(self, now: Callable[[], Now]) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(namespace=PREFIX, registry=registry)
        self.now = now
        self.arrivals = Counter(f"{PREFIX}_arrivals", "Session pages begun", ["session"], registry=registry)
        self.waited_seconds = Histogram(
            f"{PREFIX}_waited_seconds", "In line before a page was begun", buckets=MOMENTS_S, registry=registry
        )
        self.form_seconds = Histogram(
            f"{PREFIX}_time_to_form_seconds",
            "From asking for the page to the first form that can be filled, as pages report it; waiting included",
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
        kernels = Gauge(f"{PREFIX}_kernels", "Kernels that run", ["of"], registry=registry)
        kernels.labels("pages").set_function(lambda: self.now().pages)
        kernels.labels("spares").set_function(lambda: self.now().spares)
        waiting = Gauge(f"{PREFIX}_waiting", "People in line", registry=registry)
        waiting.set_function(lambda: self.now().waiting)
        room = Gauge(f"{PREFIX}_room", "Kernels that there is memory for, besides those that run", registry=registry)
        room.set_function(lambda: self.now().room)
        self._memory = Gauge(
            f"{PREFIX}_kernels_memory_bytes", "Memory of all kernels: their own, and with their share", ["part"],
            registry=registry,
        )  # fmt: skip

    def form_shown(self, session: int, seconds: float) -> None:
        """A page reports how long its first form took. What cannot be is left out."""
        if 0 <= seconds <= LONGEST_S:
            self.form_seconds.labels(session).observe(seconds)

    def write(self, held: Held) -> bytes:
        """Everything as Prometheus reads it, with what kernels hold just now."""
        self._memory.labels("own").set(held.own)
        self._memory.labels("share").set(held.share)
        return generate_latest(self._registry)
