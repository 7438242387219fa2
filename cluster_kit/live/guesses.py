"""Wrong team codes are counted, so that nobody finds one by trying: for each network address, and in all.

Only wrong ones count, and only those that could be a code: people who share an address (an agency's, a hotel's) come in
by the hundred. The counts are in memory: each server of several counts for itself, and forgets when it ends.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from cluster_kit.errors import ClusterKitError
from cluster_kit.text import count_of


class TooManyGuessesError(ClusterKitError):
    """So many wrong codes that no other is looked at for a while. ``wait_s`` is how long."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        minutes = max(1, math.ceil(wait_s / 60))
        super().__init__(
            f"Too many wrong codes were entered. Try again in {count_of(minutes, 'minute')}, "
            "or open the personal link from your invitation, which works at any time."
        )


@dataclass(frozen=True)
class Limit:
    """So many wrong codes in so many seconds."""

    most: int
    within_s: float


EACH, ALL = Limit(12, 15 * 60), Limit(100, 60 * 60)


class Guesses:
    """The wrong codes of the last while. ``clock`` gives seconds that only go forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, each: Limit = EACH, total: Limit = ALL) -> None:
        self._clock, self._each, self._total = clock, each, total
        self._wrong: deque[tuple[float, str]] = deque()  # when, and from where; the oldest first

    def check(self, address: str) -> None:
        """Raise ``TooManyGuessesError`` when a code from this address is not to be looked at now."""
        now = self._clock()
        while self._wrong and self._wrong[0][0] <= now - max(self._each.within_s, self._total.within_s):
            self._wrong.popleft()
        here = network_of(address)
        waits = [
            self._wait(now, [at for at, where in self._wrong if where == here], self._each),
            self._wait(now, [at for at, _ in self._wrong], self._total),
        ]
        if max(waits) > 0:
            raise TooManyGuessesError(max(waits))

    def note_wrong(self, address: str) -> None:
        """A wrong code came from this address."""
        self._wrong.append((self._clock(), network_of(address)))

    @staticmethod
    def _wait(now: float, times: list[float], limit: Limit) -> float:
        """Seconds until there are fewer than the limit's wrong codes again; 0 or less when there are now."""
        return times[-limit.most] + limit.within_s - now if len(times) >= limit.most else 0.0


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
