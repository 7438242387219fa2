"""The answers of one jurisdiction in one series: read from the store, or kept in memory for all its open pages."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from cluster_kit.content.models import Scope
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
    """Where forms read a jurisdiction's answers from."""

    def mark(self) -> Watermark:
        """The version of the answers. Raises what the store raises."""

    def current(self, session: int, exercise: str) -> Sequence[Response]:
        """The current answers of an exercise, of every author, by ``seq``. Raises what the store raises."""

    def has_read(self, response: Response) -> bool:
        """Whether the current answers take this response of the store into account."""

    def row_starts(self, session: int, exercise: str) -> Iterable[RowStart]:
        """The rows of an exercise's tables in the order of their first answer. Raises what the store raises."""

    def derive(self, session: int, exercise: str, compute: Callable[[Sequence[Response]], T]) -> T:
        """What ``compute`` makes of an exercise's current answers. Raises what the store raises."""

    def name(self, person: str) -> str:
        """A person's display name by id. Raises what the store raises."""


def _start_of(response: Response) -> RowStart:
    author = response.author if response.scope is Scope.PERSON else ""
    return RowStart(response.prompt.partition(".")[0], response.row, author)


def _is_cell(response: Response) -> bool:
    return bool(response.row) and "." in response.prompt


def _shares_field(one: Response, other: Response) -> bool:
    """Whether two responses of a jurisdiction answer the same field: a person's own is a field of its own."""
    same = (one.prompt, one.row, one.scope) == (other.prompt, other.row, other.scope)
    return same and (one.scope is Scope.TEAM or one.author == other.author)


def _in_order(responses: Iterable[Response]) -> tuple[Response, ...]:
    return tuple(sorted(responses, key=lambda response: response.seq))


@dataclass(frozen=True)
class StoreReader:
    """Reads the store at each call: for one person, and for work outside of pages."""

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
        """Always: the store is read each time."""
        return True

    def row_starts(self, session: int, exercise: str) -> Iterable[RowStart]:
        """From the exercise's history."""
        history = self.store.history(self.series, self.jurisdiction, session=session, exercise=exercise)
        return dict.fromkeys(_start_of(response) for response in history if _is_cell(response))

    def derive(self, session: int, exercise: str, compute: Callable[[Sequence[Response]], T]) -> T:
        """Computed at each call."""
        return compute(self.current(session, exercise))

    def name(self, person: str) -> str:
        """The name in the store now."""
        found = self.store.find_person(person)
        return found.name if found else UNKNOWN_NAME


@dataclass(frozen=True)
class Update:
    """What a refresh found: new responses by ``seq``; ``whole`` after an erasure, when everything was read again."""

    new: tuple[Response, ...] = ()
    whole: bool = False

    @cached_property
    def exercises(self) -> frozenset[str]:
        """The ids of the exercises that were answered."""
        return frozenset(response.exercise for response in self.new)


@dataclass
class _Session:
    """The answers of one session by exercise, and the ``seq`` of the first answer of each row."""

    current: dict[str, tuple[Response, ...]]
    rows: defaultdict[str, dict[RowStart, int]]


class AnswerCache:
    """A jurisdiction's answers in memory. ``refresh`` reads what is new; readers never wait for it.

    A session is loaded when it is first asked for. Use from any thread.
    """

    def __init__(self, store: Store, series: str, jurisdiction: str) -> None:
        self.store, self.series, self.jurisdiction = store, series, jurisdiction
        self._store_reader = StoreReader(store, series, jurisdiction)
        self._lock = threading.Lock()
        self._sessions: dict[int, _Session] = {}
        self._mark: Watermark | None = None
        self._applied: dict[str, int] = {}  # responses put in by their receipts and not read since: their seq
        self._dropped = 0  # the newest seq, of an erased response or another, when everything was last dropped
        self._names: dict[str, str] = {}
        self._derived: dict[tuple[int, str, Callable[..., Any]], tuple[Any, Any]] = {}

    def mark(self) -> Watermark:
        """The version that is in memory."""
        if self._mark is None:
            with self._lock:
                self._mark = self._mark or self._store_reader.mark()
        return self._mark

    def current(self, session: int, exercise: str) -> Sequence[Response]:
        """The current answers in memory; a session that is not there is loaded."""
        return self._session(session).current.get(exercise, ())

    def has_read(self, response: Response) -> bool:
        """Whether a refresh has read it, or its receipt has put it in."""
        return response.seq <= self.mark().seq or response.id in self._applied

    def row_starts(self, session: int, exercise: str) -> Iterable[RowStart]:
        """The rows in memory; a session that is not there is loaded."""
        rows = self._session(session).rows.get(exercise, {})
        return tuple(sorted(rows, key=rows.__getitem__))

    def derive(self, session: int, exercise: str, compute: Callable[[Sequence[Response]], T]) -> T:
        """Computed once for all pages, until the exercise's answers change."""
        current = self.current(session, exercise)
        made_from, found = self._derived.get((session, exercise, compute), (None, None))
        if made_from is not current:
            found = compute(current)
            self._derived[session, exercise, compute] = current, found
        return cast(T, found)

    def name(self, person: str) -> str:
        """The name, as it was when it was first asked for."""
        if person not in self._names:
            self._names[person] = self._store_reader.name(person)
        return self._names[person]

    def is_ahead(self, mark: Watermark) -> bool:
        """Whether the store's version is what receipts have already put in, as far as can be told without reading."""
        known = self.mark()
        return mark.erased == known.erased and mark.seq == max(self._applied.values(), default=known.seq)

    def refresh(self, mark: Watermark | None = None) -> Update:
        """Read what was answered since. ``mark`` is the store's version where the caller knows it.

        What receipts have put in before is not among the new responses once more. After an erasure everything is
        dropped, and read again when it is asked for. Raises what the store raises; then nothing has changed here.
        """
        before = self.mark()
        with self._lock:
            if mark is not None and mark.erased != before.erased:
                self._dropped = self.store.latest_seq(self.series, self.jurisdiction)
                self._mark, self._sessions, self._names, self._derived = self._store_reader.mark(), {}, {}, {}
                self._applied = {}
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
        """Put in what was just committed, by its receipts, ahead of the refresh that reads it with all else.

        What a refresh has read meanwhile is left alone: another server may have superseded it, or it was erased.
        """
        applied = []
        with self._lock:
            read = max(self._mark.seq, self._dropped) if self._mark else 0
            saved = {one.id: one for one in receipts if one.status != "duplicate" and one.seq > read}
            for new in responses:
                receipt, session = saved.get(new.id), self._sessions.get(new.session)
                if receipt and session:
                    response = Response.model_construct(**dict(new), seq=receipt.seq, at=receipt.at)
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
            self.mark()  # before the answers, so that what is saved meanwhile is read again by a refresh
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
        """Put new responses among the current ones, and leave out what the store no longer counts as current."""
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
