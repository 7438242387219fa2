"""How often one person or one network may do something: sliding windows, counted in memory on each server."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from cluster_kit.errors import ClusterKitError
from cluster_kit.store import Person
from cluster_kit.text import count_of

# So many keys are kept before those without a recent event are dropped.
MAX_KEYS = 10_000
POSTS = frozenset({"post", "park"})


@dataclass(frozen=True)
class Limit:
    """At most so many events in so many seconds."""

    most: int
    within_s: float


CODES_OF_A_NETWORK, CODES = Limit(12, 15 * 60), Limit(100, 60 * 60)
POSTS_OF_A_PERSON, CLICKS_OF_A_PERSON = Limit(20, 60), Limit(120, 60)


class RateLimiter:
    """Counts events by key in a sliding window. ``clock`` gives seconds that only go forward."""

    def __init__(self, limit: Limit, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._clock = limit, clock
        self._events: dict[str, deque[float]] = {}

    def wait_s(self, key: str) -> float:
        """Seconds until the key may have another event; 0 when it may now."""
        recent = self._recent(key)
        return recent[-self._limit.most] + self._limit.within_s - self._clock() if self._is_full(recent) else 0.0

    def note(self, key: str) -> None:
        """Count an event."""
        if len(self._events) >= MAX_KEYS:
            for known in [*self._events]:
                self._recent(known)
        self._events.setdefault(key, deque(maxlen=self._limit.most)).append(self._clock())

    def _is_full(self, recent: deque[float]) -> bool:
        return len(recent) >= self._limit.most

    def _recent(self, key: str) -> deque[float]:
        events = self._events.get(key, deque())
        while events and events[0] <= self._clock() - self._limit.within_s:
            events.popleft()
        if not events:
            self._events.pop(key, None)
        return events


class TooManyCodesError(ClusterKitError):
    """Too many wrong team codes. ``wait_s`` is how long no other is looked up."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        minutes = max(1, math.ceil(wait_s / 60))
        super().__init__(
            f"Too many wrong codes were entered. Try again in {count_of(minutes, 'minute')}, "
            "or open the personal link from your invitation, which works at any time."
        )


class CodeLimiter:
    """Limits wrong team codes, from each network and in all, so that nobody finds a code by trying.

    Only wrong codes count, and only those that could be a code: people who share an address (an agency's, a hotel's)
    come in by the hundred.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, each: Limit = CODES_OF_A_NETWORK, total: Limit = CODES
    ) -> None:
        self._by_network, self._total = RateLimiter(each, clock), RateLimiter(total, clock)

    def check(self, address: str) -> None:
        """Raise ``TooManyCodesError`` when a code from this address is not to be looked up now."""
        if wait_s := max(self._by_network.wait_s(network_of(address)), self._total.wait_s("")):
            raise TooManyCodesError(wait_s)

    def note_wrong(self, address: str) -> None:
        """A wrong code came from this address."""
        self._by_network.note(network_of(address))
        self._total.note("")


class TooFastError(ClusterKitError):
    """More commands in a minute than one person may send."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        super().__init__("That was a lot in one minute. This is sent in a moment, by itself.")


class CommandLimiter:
    """Limits the commands of each person: posts, and everything else."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._posts, self._clicks = RateLimiter(POSTS_OF_A_PERSON, clock), RateLimiter(CLICKS_OF_A_PERSON, clock)

    def count(self, person: Person, kind: str) -> None:
        """Count a command of this kind; raise ``TooFastError`` when it is one too many."""
        limiter = self._posts if kind in POSTS else self._clicks
        if wait_s := limiter.wait_s(person.id):
            raise TooFastError(wait_s)
        limiter.note(person.id)


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address; of IPv6 the /64 that one household or office has to itself."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
