"""Rate limits by person or network: sliding windows, kept in the memory of each server."""

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

# Above this number of keys, those without a recent event are dropped.
MAX_KEYS = 10_000
POSTS = frozenset({"post", "park"})


@dataclass(frozen=True)
class Limit:
    """Maximum number of events in a number of seconds."""

    most: int
    within_s: float


CODES_OF_A_BROWSER, CODES_OF_A_NETWORK, CODES = Limit(6, 15 * 60), Limit(40, 60 * 60), Limit(100, 60 * 60)
FREE_CODES = 3
"""Different wrong codes of a network that are free within an hour, even while many are tried elsewhere."""
CODE_PAUSE_S, LONG_CODE_PAUSE_S, MAX_CODE_WAIT_S = 5.0, 30.0, 60.0
"""The pause after a wrong code of a network that guesses, the pause after ``MANY_CODES`` within an hour, and how long a
request waits for its turn."""
MANY_CODES = 80
MOST_WAITING_CODES = 60
"""Codes of one network that wait for their turn."""
TURN_S = 0.25
"""How often a code that waits behind others asks whether it is its turn."""
NEW_PEOPLE = Limit(30, 60)
"""New people who may join one team by code within a minute: a room full, and not a script."""
NEW_PEOPLE_OF_A_BROWSER = Limit(10, 60 * 60)
"""New people who may join by code with one browser: a team that shares a computer."""
NEW_PEOPLE_OF_A_NETWORK = Limit(40, 24 * 60 * 60)
"""New people of one network who may join one team by code: fewer than fit into it, so that no one fills it alone."""
FRAMES_OF_A_PAGE = Limit(1000, 10)
"""Frames that a page may send: what was typed during a long outage fits."""
BYTES_OF_A_PERSON = Limit(200_000_000, 60)
"""Characters in the frames that a person's pages may send: three large lists within a minute."""
PAGES_OF_A_PERSON, FORMS_OF_A_PERSON = Limit(300, 60), Limit(120, 60)
"""Pages that a person may load, with their connections, and forms that they may send, with sign-ins by their link."""
POSTS_OF_A_PERSON, CLICKS_OF_A_PERSON = Limit(20, 60), Limit(120, 60)


class RateLimiter:
    """Counts events by key in a sliding window. ``clock`` returns monotonic seconds."""

    def __init__(self, limit: Limit, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._clock = limit, clock
        self._events: dict[str, deque[float]] = {}

    def wait_s(self, key: str) -> float:
        """Seconds until the key may have another event; 0 if it may now."""
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
    """Too many wrong team codes. ``wait_s`` is the time until the next attempt is allowed, ``place`` says where."""

    def __init__(self, wait_s: float, place: str) -> None:
        self.wait_s = wait_s
        minutes = max(1, math.ceil(wait_s / 60))
        super().__init__(
            f"Too many wrong codes were entered {place}. Try again in {count_of(minutes, 'minute')}, "
            "or open the personal link from your invitation, which works at any time."
        )


@dataclass(frozen=True, eq=False)
class CodeTurn:
    """A code that is about to be checked. ``is_slowed``: one at a time with the others of its network.

    ``is_new``: its network, and its browser, have not tried this code before.
    """

    network: str
    code: str
    browser: str
    began: float
    is_slowed: bool
    is_new: bool


class CodeLimiter:
    """Slows down those who guess team codes, by browser and by network.

    A guesser tries many different codes; a room that was shown a wrong code tries one many times. So different codes
    are counted, and one code counts once. A browser with too many waits, and its colleagues do not. A network with too
    many is not blocked: its codes are checked one at a time, and after a wrong one, the next waits ``CODE_PAUSE_S``
    (later ``LONG_CODE_PAUSE_S``). Right codes follow each other without a pause, because a conference is one network,
    too. While many codes are tried everywhere, this begins with ``FREE_CODES``; networks without a wrong code never
    wait.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        each: Limit = CODES_OF_A_NETWORK,
        total: Limit = CODES,
        browser: Limit = CODES_OF_A_BROWSER,
    ) -> None:
        self._clock, self._each, self._all, self._browser = clock, each, total, browser
        self._tried = _TriedCodes()  # by network
        self._by_browser = _TriedCodes()
        self._lines: dict[str, list[CodeTurn]] = {}  # by network that is slowed: the codes that wait, in order
        self._next: dict[str, float] = {}  # by network: when the next code can be checked

    def begin(self, address: str, code: str, browser: str = "") -> CodeTurn:
        """Count a code before it is checked. Wait until ``wait_s`` is 0, check it, and call ``end`` in any case.

        ``browser`` identifies the browser as long as it keeps its cookies. Raises ``TooManyCodesError``, and counts
        nothing, if the browser has guessed, or if many codes of the network wait.
        """
        network, now = network_of(address), self._clock()
        self._check_browser(browser, code, now)
        is_slowed = self._is_guessing(network, code, now)
        is_new = not (self._tried.has(network, code) or self._by_browser.has(browser, code))
        turn = CodeTurn(network, code, browser, now, is_slowed, is_new)
        if is_slowed:
            line = self._lines.setdefault(network, [])
            if len(line) >= MOST_WAITING_CODES:
                raise TooManyCodesError(MAX_CODE_WAIT_S, "from your network")
            line.append(turn)
        oldest = now - max(self._each.within_s, self._all.within_s)
        self._tried.note(network, code, now, oldest)
        if browser:
            self._by_browser.note(browser, code, now, now - self._browser.within_s)
        return turn

    def wait_s(self, turn: CodeTurn) -> float:
        """Seconds until the code may be checked, or until this should be asked again; 0 if it may be checked now.

        Raises ``TooManyCodesError`` when it has waited for ``MAX_CODE_WAIT_S``.
        """
        now, line = self._clock(), self._lines.get(turn.network, [])
        if not turn.is_slowed:
            return 0.0
        left, pause = turn.began + MAX_CODE_WAIT_S - now, self._next.get(turn.network, now) - now
        is_first = line[0] is turn
        if is_first and pause <= 0:
            return 0.0
        if left <= 0:
            raise TooManyCodesError(max(pause, CODE_PAUSE_S), "from your network")
        return min(pause if is_first else TURN_S, left)

    def end(self, turn: CodeTurn, *, is_wrong: bool | None) -> None:
        """The code was wrong, right, or not checked (None). A right one does not count, nor does one that was not
        checked, unless it counted before."""
        now, line = self._clock(), self._lines.get(turn.network, [])
        if turn in line:
            line.remove(turn)
        if not line:
            self._lines.pop(turn.network, None)
        if is_wrong is False or (is_wrong is None and turn.is_new):
            self._tried.remove(turn.network, turn.code)
            self._by_browser.remove(turn.browser, turn.code)
        elif is_wrong and turn.is_slowed:
            is_long = len(self._tried.times(turn.network, now - self._all.within_s)) >= MANY_CODES
            self._next = {key: at for key, at in self._next.items() if at > now}
            self._next[turn.network] = now + (LONG_CODE_PAUSE_S if is_long else CODE_PAUSE_S)

    def _check_browser(self, browser: str, code: str, now: float) -> None:
        others = sorted(self._by_browser.times(browser, now - self._browser.within_s, without=code))
        if len(others) >= self._browser.most:
            raise TooManyCodesError(others[-self._browser.most] + self._browser.within_s - now, "in this browser")

    def _is_guessing(self, network: str, code: str, now: float) -> bool:
        if len(self._tried.times(network, now - self._each.within_s, without=code)) >= self._each.most:
            return True
        recent = self._tried.times(network, now - self._all.within_s, without=code)
        return len(recent) >= FREE_CODES and self._tried.count(now - self._all.within_s) >= self._all.most


class _TriedCodes:
    """The codes that each network, or each browser, has tried, and when it tried each last."""

    def __init__(self) -> None:
        self._tried: dict[str, dict[str, float]] = {}

    def note(self, key: str, code: str, now: float, oldest: float) -> None:
        """Add a code. Codes from before ``oldest`` are forgotten when there are many keys."""
        if len(self._tried) >= MAX_KEYS:
            kept = {key: {c: at for c, at in tried.items() if at > oldest} for key, tried in self._tried.items()}
            self._tried = {key: tried for key, tried in kept.items() if tried}
        self._tried.setdefault(key, {})[code] = now

    def has(self, key: str, code: str) -> bool:
        """Whether the key has tried this code."""
        return code in self._tried.get(key, {})

    def remove(self, key: str, code: str) -> None:
        """Forget a code of a key."""
        tried = self._tried.get(key, {})
        tried.pop(code, None)
        if not tried:
            self._tried.pop(key, None)

    def times(self, key: str, since: float, without: str = "") -> list[float]:
        """When the key tried each of its codes, except one and those from before ``since``."""
        return [at for code, at in self._tried.get(key, {}).items() if code != without and at > since]

    def count(self, since: float) -> int:
        """How many codes were tried since then, by all keys."""
        return sum(at > since for tried in self._tried.values() for at in tried.values())


class TooFastError(ClusterKitError):
    """The user has sent too many commands within a minute."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        super().__init__("You sent a lot in one minute. This will be sent automatically in a moment.")


class TooManyPagesError(ClusterKitError):
    """The user has loaded too many pages within a minute. ``wait_s``: whole seconds until the next one."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = max(1, math.ceil(wait_s))
        super().__init__(
            f"You have loaded a lot of pages within a minute. Wait {count_of(self.wait_s, 'second')}, and try again."
        )


class PageLimiter:
    """Limits how many pages each person loads, and how many forms they send, wherever their browsers are."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._pages, self._forms = RateLimiter(PAGES_OF_A_PERSON, clock), RateLimiter(FORMS_OF_A_PERSON, clock)

    def count(self, person: Person, *, is_form: bool = False) -> None:
        """Count a page or a form; raises ``TooManyPagesError`` above the limit, and counts nothing then."""
        limiter = self._forms if is_form else self._pages
        if wait_s := limiter.wait_s(person.id):
            raise TooManyPagesError(wait_s)
        limiter.note(person.id)


class TrafficLimiter:
    """Slows down each person's pages to ``BYTES_OF_A_PERSON``, whatever the number of frames and of connections.

    A bucket that drains steadily: it remembers one number for a person, where a sliding window needs each frame.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rate = BYTES_OF_A_PERSON.most / BYTES_OF_A_PERSON.within_s
        self._full: dict[str, tuple[float, float]] = {}  # by person: what is in the bucket, and when

    def note(self, person: Person, size: int) -> float:
        """Count a frame; the seconds to wait before the next one is read."""
        if len(self._full) >= MAX_KEYS:
            self._full = {one: (level, at) for one, (level, at) in self._full.items() if self._drained(level, at) > 0}
        self._full[person.id] = (self._drained(*self._full.get(person.id, (0.0, 0.0))) + size, self._clock())
        return self.wait_s(person)

    def wait_s(self, person: Person) -> float:
        """Seconds until the person's frames are read again; 0 if they are read now."""
        level = self._drained(*self._full.get(person.id, (0.0, 0.0)))
        return max(0.0, level - BYTES_OF_A_PERSON.most) / self._rate

    def _drained(self, level: float, at: float) -> float:
        return max(0.0, level - (self._clock() - at) * self._rate)


class CommandLimiter:
    """Limits each person's commands: posts, and all others."""

    def __init__(self) -> None:
        self._posts, self._clicks = RateLimiter(POSTS_OF_A_PERSON), RateLimiter(CLICKS_OF_A_PERSON)

    def count(self, person: Person, kind: str) -> None:
        """Count a command of this kind; raises ``TooFastError`` above the limit."""
        limiter = self._posts if kind in POSTS else self._clicks
        if wait_s := limiter.wait_s(person.id):
            raise TooFastError(wait_s)
        limiter.note(person.id)


def is_loopback(address: str) -> bool:
    """Whether the address is this machine's, or none at all."""
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return True


def network_of(address: str) -> str:
    """The network that shares a limit: an IPv4 address, or the /48 of an IPv6 address.

    A /48 is the most that one customer usually gets. If a /64 were one, they would have 65,536.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 48), strict=False))
    return str(parsed)
