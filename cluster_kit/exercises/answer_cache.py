"""Readers of one jurisdiction's answers in one series: directly from the store, or from a cache in memory."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from cluster_kit.content.models import Depth, Scope
from cluster_kit.store import NewResponse, Receipt, Response, Store

UNKNOWN_NAME = "A teammate"
T = TypeVar("T")


class Watermark(NamedTuple):
    """A version of a jurisdiction's answers: the newest ``seq`` and the count of erasures."""

    seq: int = 0
    erased: int = 0


class RowStart(NamedTuple):
    """The first answer in a table's row. ``author`` is empty for a team's row."""

    table: str
    row: str
    author: str


class AnswerReader(Protocol):
    """The source from which forms read a jurisdiction's answers."""

    def mark(self) -> Watermark:
        """The version of the answers. Raises ``StoreError``."""

    def current(self, session: int, exercise: str) -> Sequence[Response]:
        """The current answers of an exercise, of every author, by ``seq``. Raises ``StoreError``."""

    def has_read(self, response: Response) -> bool:
        """Whether the current answers include the effect of this stored response."""

    def row_starts(self, session: int, exercise: str) -> Iterable[RowStart]:
        """The rows of an exercise's tables in the order of their first answer. Raises ``StoreError``."""

    def derive(self, session: int, exercise: str, compute: Callable[[Sequence[Response]], T]) -> T:
        """The result of ``compute`` for an exercise's current answers. Raises ``StoreError``."""

    def name(self, person: str) -> str:
        """A person's display name by id. Raises ``StoreError``."""

    def depth(self, person: str) -> Depth:
        """The depth at which a person's page opens. Raises ``StoreError``."""


def _start_of(response: Response) -> RowStart:
    author = response.author if response.scope is Scope.PERSON else ""
    return RowStart(response.prompt.partition(".")[0], response.row, author)


def _is_cell(response: Response) -> bool:
    return bool(response.row) and "." in response.prompt


def _shares_field(one: Response, other: Response) -> bool:
    """Whether two responses of a jurisdiction answer the same field. In person scope, each author has a field."""
    same = (one.prompt, one.row, one.scope) == (other.prompt, other.row, other.scope)
    return same and (one.scope is Scope.TEAM or one.author == other.author)


def _in_order(responses: Iterable[Response]) -> tuple[Response, ...]:
    return tuple(sorted(responses, key=lambda response: response.seq))


@dataclass(frozen=True)
class StoreReader:
    """Reads the store at each call. For a single form and for work outside of pages."""

    store: Store
    series: str
    jurisdiction: str

    def mark(self) -> Watermark:
        """The version in the store now."""
        return Watermark(*self.store.watermarks(self.series, [self.jurisdiction]).get(self.jurisdiction, (0, 0)))

    def current(self, session: int, exercise: str) -> Sequence[Response]:
        """The current answers in the store now."""
        return self.store.current(self.series, self.jurisdiction, session=session, exercise=exercise)

    def has_read(self, response: Response) -> bool:  # noqa: ARG002
        """Always True, because each call reads the store."""
        return True

    def row_starts(self, session: int, exercise: str) -> Iterable[RowStart]:
        """The row starts in the exercise's history."""
        history = self.store.history(self.series, self.jurisdiction, session=session, exercise=exercise)
        return dict.fromkeys(_start_of(response) for response in history if _is_cell(response))

    def derive(self, session: int, exercise: str, compute: Callable[[Sequence[Response]], T]) -> T:
        """The result, computed at each call."""
        return compute(self.current(session, exercise))

    def name(self, person: str) -> str:
        """The name in the store now."""
        found = self.store.find_person(person)
        return found.name if found else UNKNOWN_NAME

    def depth(self, person: str) -> Depth:
        """The depth in the store now."""
        found = self.store.find_person(person)
        return Depth(found.depth) if found and found.depth else Depth.ESSENTIAL


@dataclass(frozen=True)
class Update:
    """The result of a refresh: new responses by ``seq``. ``whole``: an erasure invalidated everything."""

    new: tuple[Response, ...] = ()
    whole: bool = False

    @cached_property
    def exercises(self) -> frozenset[str]:
        """The ids of the exercises with new responses."""
        return frozenset(response.exercise for response in self.new)


@dataclass
class _Session:
    """The answers of one session by exercise, and the ``seq`` of the first answer of each row."""

    current: dict[str, tuple[Response, ...]]
    rows: defaultdict[str, dict[RowStart, int]]


class AnswerCache:
    """A jurisdiction's answers in memory. ``refresh`` reads new responses; readers never wait for it.

    Each session is loaded on first use. Thread-safe.
    """

    def __init__(self, store: Store, series: str, jurisdiction: str) -> None:
        self.store, self.series, self.jurisdiction = store, series, jurisdiction
        self._store_reader = StoreReader(store, series, jurisdiction)
        self._lock = threading.Lock()
        self._sessions: dict[int, _Session] = {}
        self._mark: Watermark | None = None
        self._applied: dict[str, int] = {}  # seq of responses added by their receipts and not yet read
        self._dropped = 0  # the newest seq, including erased responses, at the last invalidation
        self._names: dict[str, str] = {}
        self._kept: dict[str, str] = {}  # by id that was merged, the person who was kept, as of the last invalidation
        self._depths: dict[str, Depth] = {}
        self._derived: dict[tuple[int, str, Callable[..., Any]], tuple[Any, Any]] = {}

    def mark(self) -> Watermark:
        """The version in memory."""
        if self._mark is None:
            with self._lock:
                self._mark = self._mark or self._store_reader.mark()
        return self._mark

    def current(self, session: int, exercise: str) -> Sequence[Response]:
        """The current answers in memory. Loads the session on first use."""
        return self._session(session).current.get(exercise, ())

    def has_read(self, response: Response) -> bool:
        """Whether a refresh or a receipt has added it."""
        return response.seq <= self.mark().seq or response.id in self._applied

    def row_starts(self, session: int, exercise: str) -> Iterable[RowStart]:
        """The row starts in memory. Loads the session on first use."""
        rows = self._session(session).rows.get(exercise, {})
        return tuple(sorted(rows, key=rows.__getitem__))

    def derive(self, session: int, exercise: str, compute: Callable[[Sequence[Response]], T]) -> T:
        """The result, cached for all pages until the exercise's answers change."""
        current = self.current(session, exercise)
        made_from, found = self._derived.get((session, exercise, compute), (None, None))
        if made_from is not current:
            found = compute(current)
            self._derived[session, exercise, compute] = current, found
        return cast(T, found)

    def name(self, person: str) -> str:
        """The name, cached on first use."""
        if person not in self._names:
            self._names[person] = self._store_reader.name(person)
        return self._names[person]

    def depth(self, person: str) -> Depth:
        """The depth, cached on first use."""
        if person not in self._depths:
            self._depths[person] = self._store_reader.depth(person)
        return self._depths[person]

    def is_ahead(self, mark: Watermark) -> bool:
        """Whether receipts have already added the newest response of this version, so a refresh is not necessary."""
        known = self.mark()
        return mark.erased == known.erased and mark.seq == max(self._applied.values(), default=known.seq)

    def refresh(self, mark: Watermark | None = None) -> Update:
        """Read the new responses. ``mark`` is the store's version, if the caller knows it.

        Responses already added by receipts are not reported again. An erasure drops everything; sessions are loaded
        again on use. Raises ``StoreError``; then the cache is unchanged.
        """
        before = self.mark()
        with self._lock:
            if mark is not None and mark.erased != before.erased:
                self._dropped = self.store.latest_seq(self.series, self.jurisdiction)
                self._mark, self._sessions, self._names, self._derived = self._store_reader.mark(), {}, {}, {}
                self._applied = {}
                self._kept = {merged: kept.id for merged, kept in self.store.merged_people(self.series).items()}
                return Update(whole=True)
            new = self.store.since(before.seq, self.series, self.jurisdiction)
            if not new:
                return Update()
            others = [response for response in new if response.id not in self._applied]
            if others:
                self._apply(new)
            self._applied = {one: seq for one, seq in self._applied.items() if seq > new[-1].seq}
            self._mark = Watermark(new[-1].seq, before.erased)
        return Update(tuple(others))

    def apply_saved(self, responses: Iterable[NewResponse], receipts: Iterable[Receipt]) -> Update:
        """Add committed responses by their receipts, before a refresh reads them.

        Responses that a refresh has already read are skipped, because they may have been superseded or erased since.
        """
        applied = []
        with self._lock:
            read = max(self._mark.seq, self._dropped) if self._mark else 0
            saved = {
                receipt.id: receipt for receipt in receipts if receipt.status != "duplicate" and receipt.seq > read
            }
            for new in responses:
                receipt, session = saved.get(new.id), self._sessions.get(new.session)
                if receipt and session:
                    stored = {"author": self._kept.get(new.author, new.author), "seq": receipt.seq, "at": receipt.at}
                    response = Response.model_construct(**{**dict(new), **stored})
                    current = [r for r in session.current.get(new.exercise, ()) if not _shares_field(r, response)]
                    current += [other for other in receipt.others if other.id not in {r.id for r in current}]
                    session.current[new.exercise] = _in_order([*current, response])
                    self._note_rows(session, [response])
                    self._applied[response.id] = response.seq
                    applied.append(response)
        return Update(tuple(applied))

    def _session(self, number: int) -> _Session:
        found = self._sessions.get(number)
        if found is None:
            self.mark()  # first: a refresh reads again what is saved meanwhile
            with self._lock:
                found = self._sessions.get(number) or self._load(number)
                self._sessions[number] = found
        return found

    def _load(self, number: int) -> _Session:
        current: defaultdict[str, list[Response]] = defaultdict(list)
        for response in self.store.current(self.series, self.jurisdiction, session=number):
            current[response.exercise].append(response)
        loaded = _Session({exercise: tuple(found) for exercise, found in current.items()}, defaultdict(dict))
        self._note_rows(loaded, self.store.history(self.series, self.jurisdiction, session=number))
        return loaded

    def _note_rows(self, session: _Session, responses: Iterable[Response]) -> None:
        for response in responses:
            if _is_cell(response):
                rows, start = session.rows[response.exercise], _start_of(response)
                rows[start] = min(response.seq, rows.get(start, response.seq))

    def _apply(self, new: Sequence[Response]) -> None:
        """Add new responses to the current ones, and drop those that are superseded."""
        by_exercise: defaultdict[tuple[int, str], list[Response]] = defaultdict(list)
        for response in new:
            if response.session in self._sessions:
                by_exercise[response.session, response.exercise].append(response)
        beside = {key: self._beside(key, found) for key, found in by_exercise.items()}
        gone = self.store.superseded([r.id for found in beside.values() for r in found])
        for (number, exercise), touched in beside.items():
            session = self._sessions[number]
            ids = {response.id for response in touched}
            kept = [r for r in session.current.get(exercise, ()) if r.id not in ids]
            kept += [r for r in touched if r.id not in gone]
            session.current[exercise] = _in_order(kept)
            self._note_rows(session, by_exercise[number, exercise])

    def _beside(self, key: tuple[int, str], new: Sequence[Response]) -> list[Response]:
        """The new responses, and the current ones of the same fields."""
        number, exercise = key
        fields = {(response.prompt, response.row) for response in new}
        known = [r for r in self._sessions[number].current.get(exercise, ()) if (r.prompt, r.row) in fields]
        return list({response.id: response for response in [*known, *new]}.values())
