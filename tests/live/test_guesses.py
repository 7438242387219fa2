"""Wrong codes are counted by network and in all; whoever has waited, or guesses right, comes in."""

from __future__ import annotations

import pytest

from cluster_kit.live.guesses import Guesses, Limit, TooManyGuessesError, network_of

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
def guesses(clock: Clock) -> Guesses:
    return Guesses(clock, each=Limit(3, 60), total=Limit(5, 600))


def miss(guesses: Guesses, address: str, times: int) -> None:
    for _ in range(times):
        guesses.check(address)
        guesses.note_wrong(address)


def test_after_too_many_wrong_ones_an_address_waits_and_others_do_not(guesses: Guesses, clock: Clock) -> None:
    miss(guesses, HERE, 3)
    clock.now += 10
    with pytest.raises(TooManyGuessesError, match=r"Try again in 1 minute, or open the personal link") as refused:
        guesses.check(HERE)
    assert refused.value.wait_s == 50
    guesses.check(THERE)
    clock.now += 50.5
    guesses.check(HERE)


def test_right_ones_do_not_count(guesses: Guesses) -> None:
    miss(guesses, HERE, 2)
    for _ in range(500):
        guesses.check(HERE)


def test_many_addresses_together_have_a_limit_of_their_own(guesses: Guesses, clock: Clock) -> None:
    for number in range(5):
        miss(guesses, f"198.51.100.{number}", 1)
    with pytest.raises(TooManyGuessesError, match="Try again in 10 minutes"):
        guesses.check(HERE)
    clock.now += 600.5
    guesses.check(HERE)


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
