"""What was acknowledged to pages, and its comparison with what is."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from threading import Condition

from cluster_kit.settings import Settings
from cluster_kit.store import Response, Store
from cluster_kit.store.files import find_digest


class StalledError(AssertionError):
    """Acknowledgments stopped."""


@dataclass
class Ledger:
    """Everything that was acknowledged, in order. ``answers``: ids and values by author. ``events``: texts by id.

    ``failures``: what pages saw that must not happen.
    """

    answers: dict[str, list[tuple[str, object]]] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    count: int = 0
    _news: Condition = field(default_factory=Condition)

    def note_answer(self, author: str, response_id: str, value: object) -> None:
        """An answer was acknowledged."""
        with self._news:
            self.answers.setdefault(author, []).append((response_id, value))
            self._add()

    def note_event(self, event_id: str, text: str) -> None:
        """A post, a parked item, or a command was acknowledged."""
        with self._news:
            self.events[event_id] = text
            self._add()

    def note_failure(self, sentence: str) -> None:
        """A page saw what must not happen."""
        with self._news:
            self.failures.append(sentence)
            self._news.notify_all()

    def wait_for(self, count: int, patience_s: float) -> None:
        """Return once this many acknowledgments have arrived in all; fails for a failure. Raises ``StalledError``."""
        with self._news:
            arrived = self._news.wait_for(lambda: self.count >= count or self.failures, patience_s)
        assert not self.failures, "\n".join(self.failures)
        if not arrived:
            raise StalledError(f"{self.count} of {count} acknowledgments arrived in {patience_s} s")

    def snapshot(self) -> Ledger:
        """A copy as it is now."""
        with self._news:
            answers = {author: list(given) for author, given in self.answers.items()}
            return Ledger(answers, dict(self.events), list(self.failures), self.count)

    def _add(self) -> None:
        self.count += 1
        self._news.notify_all()


@dataclass(frozen=True)
class Comparison:
    """Acknowledged answers, events, and files that were compared with the store, and what is wrong with it."""

    answers: int
    events: int
    files: int
    problems: tuple[str, ...]


def compare_with_store(settings: Settings, series: str, ledger: Ledger) -> Comparison:
    """Compare everything that the ledger has. Each answer is stored once, with its value, in its author's order."""
    with Store.open(settings.db_url, create=False) as store:
        states = sorted(store.watermarks(series))
        stored = [response for state in states for response in store.history(series, state)]
        current = store.current(series)
        events = {event.id: event.value for number in (1, 3) for event in store.events(series, number)}
    problems = list(ledger.failures)
    for author, given in ledger.answers.items():
        problems += _compare_author([one for one in stored if one.author == author], given, author)
    twice = [one for one, times in Counter(response.id for response in stored).items() if times > 1]
    problems += [f"{one} is stored twice" for one in twice]
    for event_id, text in ledger.events.items():
        value = events.get(event_id)
        if not isinstance(value, dict) or value.get("text") != text:
            problems.append(f"the acknowledged event {event_id} is {value!r} in the store")
    files, damaged = _check_files(settings, series, current)
    if damaged:  # a file whose answer was replaced meanwhile is removed
        with Store.open(settings.db_url, create=False) as store:
            _, again = _check_files(settings, series, store.current(series))
        damaged = [one for one in damaged if one in again]
    answers = sum(map(len, ledger.answers.values()))
    return Comparison(answers, len(ledger.events), files, (*problems, *damaged))


def _compare_author(stored: list[Response], given: list[tuple[str, object]], author: str) -> list[str]:
    by_id = {response.id: response for response in stored}
    lost = [one for one, _ in given if one not in by_id]
    if lost:
        return [f"{author}: {len(lost)} acknowledged answers are lost, such as {lost[0]}"]
    changed = [one for one, value in given if by_id[one].value != value]
    order = [by_id[one].seq for one, _ in given]
    problems = [f"{author}: the answer {one} has another value" for one in changed]
    return problems if order == sorted(order) else [*problems, f"{author}: answers are not in their order"]


def _check_files(settings: Settings, series: str, current: list[Response]) -> tuple[int, list[str]]:
    """The number of files that current answers name, and which of them are missing or damaged."""
    named = {(response.jurisdiction, digest) for response in current if (digest := find_digest(response))}
    problems = []
    for jurisdiction, digest in sorted(named):
        path = settings.files / series / jurisdiction / digest
        try:  # the running server may remove it at any time
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except FileNotFoundError:
            problems.append(f"the file {digest[:8]} of {jurisdiction} is missing")
            continue
        if found != digest:
            problems.append(f"the file {digest[:8]} of {jurisdiction} is damaged")
    return len(named), problems
