"""Limits on wrong codes by network and in total, on commands by person, and cleanup of old keys."""

from __future__ import annotations

import pytest

from cluster_kit.server.auth import rate_limits
from cluster_kit.server.auth.rate_limits import (
    FORMS_OF_A_PERSON,
    PAGES_OF_A_PERSON,
    CodeLimiter,
    Limit,
    PageLimiter,
    RateLimiter,
    TooManyCodesError,
    TooManyPagesError,
    network_of,
)
from cluster_kit.store import Person
from tests.clock import Clock

HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def limiter(clock: Clock) -> CodeLimiter:
    return CodeLimiter(clock, each=Limit(4, 60), total=Limit(10, 600))


def enter(limiter: CodeLimiter, code: str, address: str = HERE, browser: str = "", *, is_wrong: bool = True) -> float:
    """Enter a code, wait for its turn by the limiter's clock, and return how long that took."""
    clock = limiter._clock
    assert isinstance(clock, Clock)
    turn, began = limiter.begin(address, code, browser), clock()
    try:
        while wait_s := limiter.wait_s(turn):
            clock.now += wait_s
    finally:
        limiter.end(turn, is_wrong=is_wrong)
    return clock() - began


def guess(limiter: CodeLimiter, count: int, address: str = HERE, start: int = 0, browser: str = "") -> list[float]:
    """The waits of this many different wrong codes from an address, one after the other."""
    return [enter(limiter, f"ABC{number:04}", address, browser) for number in range(start, start + count)]


def test_a_network_that_guesses_is_slowed_down_and_others_are_not(limiter: CodeLimiter, clock: Clock) -> None:
    assert guess(limiter, 7) == [0, 0, 0, 0, 0, 5, 5]
    assert enter(limiter, "XYZ1234", THERE) == 0
    clock.now += 61
    assert enter(limiter, "ABC9999") == 0


def test_a_wrong_code_that_a_whole_room_enters_counts_once(limiter: CodeLimiter) -> None:
    assert {enter(limiter, "OLD1234") for _ in range(500)} == {0}
    assert guess(limiter, 3) == [0, 0, 0]


def test_right_codes_do_not_count_and_are_taken_from_a_network_that_guesses(limiter: CodeLimiter) -> None:
    assert {enter(limiter, f"TOP{number:04}", is_wrong=False) for number in range(200)} == {0}
    guess(limiter, 5)
    waits = [enter(limiter, f"OHX{number:04}", is_wrong=False) for number in range(100)]
    assert waits == [5] + [0] * 99, "a wrong code delays the next one; a right code delays no one"


def test_a_conference_behind_one_address_gets_in_although_a_third_mistype(clock: Clock) -> None:
    limiter = CodeLimiter(clock)
    waits = []
    for number in range(171):  # 57 states, three people each, within some minutes
        clock.now += 2
        if number % 3 == 0:
            enter(limiter, f"BAD{number:04}", browser=f"browser {number}")
        waits.append(enter(limiter, f"TOP{number // 3:04}", browser=f"browser {number}", is_wrong=False))
    assert max(waits) <= rate_limits.CODE_PAUSE_S


def test_codes_of_a_network_that_guesses_wait_in_line_and_leave_it_after_a_minute(
    limiter: CodeLimiter, clock: Clock
) -> None:
    guess(limiter, 5)
    first, second = limiter.begin(HERE, "BAD0001"), limiter.begin(HERE, "ABC0001")
    assert (limiter.wait_s(first), limiter.wait_s(second)) == (5, rate_limits.TURN_S)
    clock.now += 5
    assert limiter.wait_s(first) == 0
    assert limiter.wait_s(second) > 0, "one at a time"
    clock.now += rate_limits.MAX_CODE_WAIT_S
    with pytest.raises(TooManyCodesError, match=r"from your network. Try again in 1 minute, or open the personal link"):
        limiter.wait_s(second)
    limiter.end(second, is_wrong=None)
    limiter.end(first, is_wrong=None)
    clock.now -= rate_limits.MAX_CODE_WAIT_S
    assert limiter.begin(HERE, "BAD0002").is_slowed, "a code that counted before counts on, also if it leaves the line"


def test_a_line_has_an_end(limiter: CodeLimiter) -> None:
    guess(limiter, 4)
    for number in range(rate_limits.MOST_WAITING_CODES):
        limiter.begin(HERE, f"BAD{number:04}")
    with pytest.raises(TooManyCodesError, match="from your network"):
        limiter.begin(HERE, "OHX2345")


def test_a_network_that_goes_on_waits_longer(clock: Clock) -> None:
    limiter = CodeLimiter(clock, each=Limit(4, 60), total=Limit(1000, 3600))
    guess(limiter, rate_limits.MANY_CODES)
    assert guess(limiter, 1, start=5000) == [rate_limits.LONG_CODE_PAUSE_S]


def test_while_many_codes_are_tried_everywhere_only_networks_with_wrong_codes_are_slowed(limiter: CodeLimiter) -> None:
    for number in range(10):
        assert enter(limiter, f"ABC{number:04}", f"198.51.100.{number}") == 0
    assert enter(limiter, "OHX2345", is_wrong=False) == 0
    assert guess(limiter, 5, THERE) == [0, 0, 0, 0, 5]


def test_guesses_at_the_same_moment_are_counted_before_they_are_checked(limiter: CodeLimiter) -> None:
    turns = [limiter.begin(HERE, f"ABC{number:04}") for number in range(10)]
    assert sum(limiter.wait_s(turn) == 0 for turn in turns) == 5, "four are free, and one is the first in line"


def test_a_browser_that_guesses_waits_before_its_network_does(clock: Clock) -> None:
    limiter = CodeLimiter(clock, each=Limit(8, 60), total=Limit(50, 600), browser=Limit(2, 90))
    guess(limiter, 2, browser="guesser")
    clock.now += 40
    with pytest.raises(TooManyCodesError, match=r"in this browser. Try again in 1 minute, or open the") as refused:
        enter(limiter, "OHX2345", browser="guesser")
    assert refused.value.wait_s == 50
    assert enter(limiter, "ABC0001", browser="guesser") == 0, "the same code tells it nothing"
    assert enter(limiter, "OHX2345", browser="a teammate in the same office", is_wrong=False) == 0
    for number in range(1, 5):
        guess(limiter, 2, start=2 * number, browser=f"guesser with invented cookie {number}")
    slow = enter(limiter, "OHX2345", browser="a teammate in the same office", is_wrong=False)
    assert slow == rate_limits.CODE_PAUSE_S, "cookies can be discarded; the network is slowed down for all"
    clock.now += 50.5
    assert enter(limiter, "OHX2345", browser="guesser", is_wrong=False) <= rate_limits.MAX_CODE_WAIT_S


def test_right_codes_do_not_count_for_a_browser(clock: Clock) -> None:
    limiter = CodeLimiter(clock, browser=Limit(2, 60))
    for number in range(20):
        enter(limiter, f"TOP{number:04}", browser="shared computer", is_wrong=False)
    assert guess(limiter, 2, browser="shared computer") == [0, 0]


def test_a_team_that_was_given_an_old_code_is_not_locked_out(limiter: CodeLimiter) -> None:
    assert {enter(limiter, "KDR4927", browser=f"teammate {number}") for number in range(60)} == {0}
    assert guess(limiter, 3) == [0, 0, 0]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1::/48"),
        ("2001:db8:1:3:bbbb::2", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
    ],
)
def test_addresses_of_one_customer_are_one(address: str, network: str) -> None:
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


def test_pages_are_limited_by_person_and_not_for_someone_who_reloads_in_a_hurry(clock: Clock) -> None:
    limiter = PageLimiter(clock)
    people = [Person(id=f"p{number}", series="2026", jurisdiction="OH", name=f"P {number}") for number in range(171)]
    for _ in range(3 * 60):  # a page and its connection, twice in a second for three minutes, behind one address
        clock.now += 0.5
        for person in people:
            limiter.count(person)
            limiter.count(person)
    script, other = people[:2]
    clock.now += PAGES_OF_A_PERSON.within_s
    for _ in range(PAGES_OF_A_PERSON.most):
        limiter.count(script)
    with pytest.raises(TooManyPagesError, match="Wait 60 seconds") as refused:
        limiter.count(script)
    assert refused.value.wait_s == 60
    limiter.count(other)
    for _ in range(FORMS_OF_A_PERSON.most):
        limiter.count(script, is_form=True)
    with pytest.raises(TooManyPagesError):
        limiter.count(script, is_form=True)
    clock.now += 60
    limiter.count(script)
