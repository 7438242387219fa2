"""Wrong codes are limited by network and in all; commands by person; keys without recent events are dropped."""

from __future__ import annotations

import pytest

from cluster_kit.server.auth import rate_limits
from cluster_kit.server.auth.rate_limits import CodeLimiter, Limit, RateLimiter, TooManyCodesError, network_of

HERE, THERE = "192.0.2.1", "192.0.2.2"


class Clock:
    """Seconds, set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter(clock: Clock) -> CodeLimiter:
    return CodeLimiter(clock, each=Limit(3, 60), total=Limit(5, 600))


def miss(limiter: CodeLimiter, address: str, times: int) -> None:
    for _ in range(times):
        limiter.check(address)
        limiter.note_wrong(address)


def test_after_too_many_wrong_ones_an_address_waits_and_others_do_not(limiter: CodeLimiter, clock: Clock) -> None:
    miss(limiter, HERE, 3)
    clock.now += 10
    with pytest.raises(TooManyCodesError, match=r"Try again in 1 minute, or open the personal link") as refused:
        limiter.check(HERE)
    assert refused.value.wait_s == 50
    limiter.check(THERE)
    clock.now += 50.5
    limiter.check(HERE)


def test_right_ones_do_not_count(limiter: CodeLimiter) -> None:
    miss(limiter, HERE, 2)
    for _ in range(500):
        limiter.check(HERE)


def test_many_addresses_together_have_a_limit_of_their_own(limiter: CodeLimiter, clock: Clock) -> None:
    for number in range(5):
        miss(limiter, f"198.51.100.{number}", 1)
    with pytest.raises(TooManyCodesError, match="Try again in 10 minutes"):
        limiter.check(HERE)
    clock.now += 600.5
    limiter.check(HERE)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_addresses_of_one_household_are_one(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_limiter_forgets_keys_whose_events_are_over(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_KEYS", 10)
    limiter = RateLimiter(Limit(2, 60), clock)
    for number in range(10):
        limiter.note(f"key {number}")
    clock.now += 61
    limiter.note("another")
    assert len(limiter._events) == 1


def test_a_full_window_opens_again_one_event_at_a_time(clock: Clock) -> None:
    limiter = RateLimiter(Limit(2, 60), clock)
    limiter.note("a")
    clock.now += 20
    limiter.note("a")
    assert (limiter.wait_s("a"), limiter.wait_s("b")) == (40, 0)
    clock.now += 41
    assert limiter.wait_s("a") == 0
    limiter.note("a")
    assert limiter.wait_s("a") == pytest.approx(19)
