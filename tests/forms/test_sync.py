"""One watcher asks every form to catch up, and goes on whatever a form does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from cluster_kit.forms.sync import Place, Watcher
from cluster_kit.responses import Response, Store


class Shown:
    """A form that counts how often it is asked, and may fail."""

    def __init__(self, store: Store, *, failing: bool = False) -> None:
        self.place = Place(store, "sample", "OH")
        self.seq = 0
        self.failing = failing
        self.asked = threading.Semaphore(0)

    def catch_up(self, answers: Sequence[Response], event: int) -> None:
        self.asked.release()
        if self.failing:
            raise OSError("gone")


def was_asked(form: Shown) -> bool:
    return form.asked.acquire(timeout=10)


def test_forms_are_asked_again_and_again(store: Store) -> None:
    watcher, form = Watcher(interval_s=0.01), Shown(store)
    watcher.add(form)
    assert all(was_asked(form) for _ in range(3))
    watcher.remove(form)


def test_waking_asks_at_once(store: Store) -> None:
    watcher, form = Watcher(interval_s=3600), Shown(store)
    watcher.add(form)
    watcher.wake()
    assert was_asked(form)
    watcher.remove(form)


def test_a_form_that_fails_stops_neither_itself_nor_others_and_is_logged_once(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    watcher, bad, good = Watcher(interval_s=3600), Shown(store, failing=True), Shown(store)
    watcher.add(bad)
    watcher.add(good)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            watcher.look()
    assert all(was_asked(form) for form in (bad, good) for _ in range(3))
    assert len(caplog.records) == 1
    watcher.remove(bad)
    watcher.remove(good)


def test_a_watcher_that_ended_starts_again_with_the_next_form(store: Store) -> None:
    watcher, first, second = Watcher(interval_s=0.01), Shown(store), Shown(store)
    watcher.add(first)
    assert was_asked(first)
    watcher.remove(first)
    watcher.add(second)
    assert was_asked(second)
    watcher.remove(second)


def test_a_store_that_is_away_is_logged_once_and_asked_again(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watcher, form = Watcher(interval_s=3600), Shown(store)
    watcher.add(form)
    database, away = tmp_path / "responses.sqlite3", tmp_path / "away"
    database.rename(away)
    with caplog.at_level(logging.ERROR):
        watcher.look()
        watcher.look()
    assert len(caplog.records) == 1
    away.rename(database)
    watcher.look()
    assert was_asked(form)
    watcher.remove(form)
