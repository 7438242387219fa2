"""Limits on wrong codes by network and in total, on commands by person, and cleanup of old keys."""

from __future__ import annotations

import pytest

from cluster_kit.server.auth import rate_limits
from cluster_kit.server.auth.rate_limits import CodeLimiter, Limit, RateLimiter, TooManyCodesError, network_of
from tests.clock import Clock

HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def limiter(clock: Clock) -> CodeLimiter:
    return CodeLimiter(clock, each=Limit(4, 60), total=Limit(10, 600))


def guess(limiter: CodeLimiter, address: str, count: int, start: int = 0, browser: str = "") -> list[float]:
    """The waits of this many different wrong codes from an address."""
    return [limiter.begin(address, f"ABC{number:04}", browser) for number in range(start, start + count)]


def test_a_network_that_guesses_is_slowed_down_and_others_are_not(limiter: CodeLimiter, clock: Clock) -> None:
    assert guess(limiter, HERE, 6) == [0, 0, 0, 0, 5, 10]
    assert limiter.begin(THERE, "XYZ1234") == 0
    clock.now += 61
    assert limiter.begin(HERE, "ABC9999") == 0


def test_a_wrong_code_that_a_whole_room_enters_counts_once(limiter: CodeLimiter) -> None:
    assert {limiter.begin(HERE, "OLD1234") for _ in range(500)} == {0}
    assert guess(limiter, HERE, 3) == [0, 0, 0]


def test_right_codes_do_not_count_and_are_taken_from_a_network_that_guesses(limiter: CodeLimiter) -> None:
    for number in range(200):
        assert limiter.begin(HERE, f"TOP{number:04}") == 0
        limiter.note_right(HERE, f"TOP{number:04}")
    guess(limiter, HERE, 4)
    assert limiter.begin(HERE, "OHX2345") == 5, "it waits some seconds, and is not refused"


def test_a_code_beyond_the_line_is_refused_with_the_time(limiter: CodeLimiter, clock: Clock) -> None:
    with pytest.raises(TooManyCodesError, match=r"Try again in 2 minutes, or open the personal link"):
        guess(limiter, HERE, 4 + 13)
    clock.now += 30
    assert limiter.begin(HERE, "OHX2345") <= 60


def test_a_network_that_goes_on_waits_longer(clock: Clock) -> None:
    limiter = CodeLimiter(clock, each=Limit(4, 60), total=Limit(1000, 3600))
    for number in range(rate_limits.MANY_CODES):
        clock.now += limiter.begin(HERE, f"ABC{number:04}")
    assert limiter.begin(HERE, "ABC9999") == rate_limits.LONG_CODE_PAUSE_S


def test_while_many_codes_are_tried_everywhere_only_networks_with_wrong_codes_are_slowed(limiter: CodeLimiter) -> None:
    for number in range(10):
        assert limiter.begin(f"198.51.100.{number}", f"ABC{number:04}") == 0
    assert limiter.begin(HERE, "OHX2345") == 0
    limiter.note_right(HERE, "OHX2345")
    assert guess(limiter, THERE, 4) == [0, 0, 0, 5]


def test_guesses_at_the_same_moment_are_counted_before_they_are_checked(limiter: CodeLimiter) -> None:
    assert sum(wait == 0 for wait in guess(limiter, HERE, 10)) == 4


def test_a_browser_that_guesses_waits_before_its_network_does(clock: Clock) -> None:
    limiter = CodeLimiter(clock, each=Limit(8, 60), total=Limit(50, 600), browser=Limit(2, 90))
    guess(limiter, HERE, 2, browser="guesser")
    clock.now += 40
    with pytest.raises(TooManyCodesError, match=r"in this browser. Try again in 1 minute, or open the") as refused:
        limiter.begin(HERE, "OHX2345", "guesser")
    assert refused.value.wait_s == 50
    assert limiter.begin(HERE, "ABC0001", "guesser") == 0, "the same code tells it nothing"
    assert limiter.begin(HERE, "OHX2345", "a teammate in the same office") == 0
    limiter.note_right(HERE, "OHX2345", "a teammate in the same office")
    for number in range(1, 4):
        guess(limiter, HERE, 2, 2 * number, browser=f"guesser with invented cookie {number}")
    slow = limiter.begin(HERE, "OHX2345", "a teammate in the same office")
    assert slow == rate_limits.CODE_PAUSE_S, "cookies can be discarded; the network is slowed down for all"
    clock.now += 50.5
    assert limiter.begin(HERE, "OHX2345", "guesser") <= rate_limits.MAX_CODE_WAIT_S


def test_right_codes_do_not_count_for_a_browser(clock: Clock) -> None:
    limiter = CodeLimiter(clock, browser=Limit(2, 60))
    for number in range(20):
        limiter.begin(HERE, f"TOP{number:04}", "shared computer")
        limiter.note_right(HERE, f"TOP{number:04}", "shared computer")
    assert guess(limiter, HERE, 2, browser="shared computer") == [0, 0]


def test_a_team_that_was_given_an_old_code_is_not_locked_out(limiter: CodeLimiter) -> None:
    assert {limiter.begin(HERE, "KDR4927", f"teammate {number}") for number in range(60)} == {0}
    assert guess(limiter, HERE, 3) == [0, 0, 0]


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
