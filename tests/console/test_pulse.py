"""The thread that looks: whenever it is woken, in spite of failures, until the end."""

from __future__ import annotations

import logging
import threading

import pytest

from cluster_kit.console.poller import ConsolePoller
from tests.serving import wait_until

NEVER_S = 3600.0


class Looking:
    """Counts looks; fails as long as it is told to."""

    def __init__(self) -> None:
        self.looks, self.fails = 0, False

    def look_once(self) -> None:
        self.looks += 1
        if self.fails:
            raise RuntimeError("nothing to be seen")


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "cluster-kit-console"]


def test_it_looks_when_it_is_woken_and_ends_when_told(caplog: pytest.LogCaptureFixture) -> None:
    before, looking = len(threads()), Looking()
    pulse = ConsolePoller(looking, NEVER_S)
    for looks, fails in ((1, False), (2, True), (3, True), (4, False)):
        looking.fails = fails
        pulse.wake()
        wait_until(lambda looks=looks: looking.looks == looks, "it has looked")
    pulse.end()
    wait_until(lambda: len(threads()) == before, "the thread has ended")
    assert looking.looks == 4
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_it_ends_when_nobody_holds_on_to_what_looks() -> None:
    before, looking = len(threads()), Looking()
    pulse = ConsolePoller(looking, NEVER_S)
    del looking
    pulse.wake()
    wait_until(lambda: len(threads()) == before, "the thread has ended")
