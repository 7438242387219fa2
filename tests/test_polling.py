"""The poller: periodic, woken, resilient to failures, until it is stopped or its object is deleted."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from cluster_kit.polling import MAX_PAUSE_S, Poller, call_on_loop
from cluster_kit.store import StoreError
from tests.serving import wait_until

NEVER_S = 3600.0
NAME = "poller-of-a-test"


class Polled:
    """Counts polls; raises ``error`` if it is set."""

    def __init__(self) -> None:
        self.polls = 0
        self.error: Exception | None = None

    def poll(self) -> None:
        self.polls += 1
        if self.error:
            raise self.error


def make_poller(polled: Polled, period_s: float = NEVER_S, coalesce_s: float = 0.0) -> Poller:
    return Poller(polled.poll, name=NAME, period_s=period_s, failing="It cannot be read", coalesce_s=coalesce_s)


def threads() -> int:
    return sum(thread.name == NAME for thread in threading.enumerate())


def poll_once(poller: Poller, polled: Polled) -> None:
    before = polled.polls
    poller.wake()
    wait_until(lambda: polled.polls > before, "it has polled")


def test_it_polls_periodically_until_it_is_stopped() -> None:
    polled = Polled()
    poller = make_poller(polled, period_s=0.01)
    poller.start()
    wait_until(lambda: polled.polls >= 3, "it polls by itself")
    poller.stop(60)
    assert threads() == 0


def test_it_polls_when_it_is_woken_and_again_after_it_was_stopped() -> None:
    polled = Polled()
    poller = make_poller(polled)
    for _ in range(3):
        poller.start()
        poller.start()
        assert threads() == 1
        poll_once(poller, polled)
        poller.stop(60)
        assert threads() == 0


def test_stopped_and_started_at_once_it_has_one_thread() -> None:
    polled = Polled()
    poller = make_poller(polled)
    for _ in range(200):
        poller.start()
        poller.stop()
    poller.start()
    wait_until(lambda: threads() == 1, "one thread is left")
    poll_once(poller, polled)
    poller.stop(60)
    assert threads() == 0


def test_several_wake_ups_within_a_moment_are_one_poll() -> None:
    polled = Polled()
    poller = make_poller(polled, coalesce_s=0.3)
    poller.start()
    for _ in range(50):
        poller.wake()
    wait_until(lambda: polled.polls == 1, "it has polled")
    poller.wake()
    wait_until(lambda: polled.polls == 2, "it has polled for what came later")
    poller.stop(60)


def test_a_failure_is_logged_once_for_each_kind_and_again_after_a_success(caplog: pytest.LogCaptureFixture) -> None:
    polled = Polled()
    poller = make_poller(polled)
    poller.start()
    away, broken = StoreError("The store is away."), RuntimeError("a bug")
    for error in (away, away, broken, broken, away, None, away):
        polled.error = error
        poll_once(poller, polled)
    poller.stop(60)
    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.ERROR, logging.WARNING]
    assert caplog.records[0].getMessage() == "It cannot be read; trying again: The store is away."


def test_the_pause_grows_with_failures_up_to_a_bound_and_a_success_ends_that(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses, polled = [], Polled()
    poller = make_poller(polled, period_s=0.5)
    polled.error = RuntimeError("away")

    def is_due(pause_s: float) -> bool:
        pauses.append(pause_s)
        polled.error = None if len(pauses) == 7 else polled.error
        return len(pauses) < 9

    monkeypatch.setattr(poller, "_is_due", is_due)
    monkeypatch.setattr(logging.getLogger("cluster_kit.polling"), "disabled", True)
    poller._run()
    assert pauses == [0.5, 1.0, 2.0, 4.0, MAX_PAUSE_S, MAX_PAUSE_S, MAX_PAUSE_S, 0.5, 0.5]


def test_it_ends_when_its_object_is_gone() -> None:
    polled = Polled()
    poller = make_poller(polled)
    poller.start()
    del polled
    poller.wake()
    wait_until(lambda: threads() == 0, "the thread has ended")


def test_a_call_on_a_loop_that_is_closed_does_nothing() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    call_on_loop(loop, lambda: None)
