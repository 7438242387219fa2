"""The store: the only way in which answers are kept and read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from cluster_kit.store import erasure as erasing
from cluster_kit.store import queries
from cluster_kit.store import writes as writing
from cluster_kit.store.backends import Database, find_database
from cluster_kit.store.errors import ReusedIdError
from cluster_kit.store.models import (
    Erasable,
    Erasure,
    Event,
    NewErasure,
    NewEvent,
    NewResponse,
    Person,
    Presence,
    Receipt,
    Response,
    TeamCode,
)
from cluster_kit.store.schema import team_codes
from cluster_kit.store.upgrade import upgrade

_log = logging.getLogger(__name__)


class Store:
    """Answers and people of all series in one database. Thread-safe; open one per process.

    Every call may raise ``StoreUnavailableError``, which says what was stored; the same call can be made again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._engine = database.connect()

    @classmethod
    def open(cls, url: str) -> Self:
        """The store behind an SQLAlchemy URL, created or migrated to this version's schema if necessary.

        Raises ``StoreUrlError``, ``NewerDatabaseError``, or ``StoreUnavailableError``.
        """
        store = cls(find_database(url))
        try:
            with store._explained():
                upgrade(store._engine, store._database)
        except BaseException:
            store.close()
            raise
        return store

    def append(self, responses: Sequence[NewResponse]) -> list[Receipt]:
        """Store one batch of answers as a whole and return their receipts. They are on disk when this returns.

        An id that is already stored gives ``duplicate`` (or ``conflict``, if it is still part of one), with its first
        ``seq`` and ``at``. Raises ``ReusedIdError`` if an id belongs to another answer; then nothing of the batch is
        stored.
        """
        [kept] = self.append_batches([responses])
        if isinstance(kept, ReusedIdError):
            raise kept
        return kept

    def append_batches(self, batches: Sequence[Sequence[NewResponse]]) -> list[list[Receipt] | ReusedIdError]:
        """Store batches in one transaction, and return for each, in order, its receipts or the error that refused it.

        Group commit: one durable commit for all batches, where ``append`` makes one for each. A batch that reuses an id
        is skipped as a whole, and its ``ReusedIdError`` is returned in its place; the other batches are stored. A batch
        sees those before it, as if each had been appended separately in this order.

        A ``StoreUnavailableError`` means that nothing of any batch was stored (its docstring names one exception).
        """
        names = {f"{response.series}/{response.jurisdiction}" for batch in batches for response in batch}
        with self._writing(names) as connection:
            return writing.write_batches(connection, batches)

    def current(
        self, series: str, jurisdiction: str | None = None, *, session: int | None = None, exercise: str | None = None
    ) -> list[Response]:
        """The answers that no later one supersedes, including cleared ones (value None), ordered by ``seq``.

        None means all jurisdictions, sessions, or exercises.
        """
        where: queries.Asked = {"jurisdiction": jurisdiction, "session": session, "exercise": exercise}
        with self._reading() as connection:
            return queries.read_responses(connection, current=True, series=series, **where)

    def history(
        self,
        series: str,
        jurisdiction: str,
        *,
        session: int | None = None,
        exercise: str | None = None,
        prompt: str | None = None,
        row: str | None = None,
    ) -> list[Response]:
        """Every answer of a jurisdiction, ordered by ``seq``. None means all sessions, exercises, prompts, or rows."""
        where: queries.Asked = {"session": session, "exercise": exercise, "prompt": prompt, "row": row}
        with self._reading() as connection:
            return queries.read_responses(connection, series=series, jurisdiction=jurisdiction, **where)

    def since(self, seq: int, series: str, jurisdiction: str) -> list[Response]:
        """Every answer of a jurisdiction after ``seq``, including superseded ones, ordered by ``seq``."""
        with self._reading() as connection:
            return queries.read_responses(connection, series=series, jurisdiction=jurisdiction, after=seq)

    def latest_seq(self, series: str, jurisdiction: str) -> int:
        """The newest ``seq`` of a jurisdiction, or 0 if there is none. It never decreases."""
        with self._reading() as connection:
            return queries.read_latest_seq(connection, series, jurisdiction)

    def watermarks(self, series: str, jurisdictions: Collection[str] | None = None) -> dict[str, tuple[int, int]]:
        """By jurisdiction, two numbers of which one changes whenever its answers do: the newest ``seq``, and erasures.

        ``jurisdictions`` None means all of the series. Those without any answer, current or erased, are omitted. The
        cost does not depend on the number of answers, so this can be polled every second.
        """
        with self._reading() as connection:
            return queries.read_watermarks(connection, series, jurisdictions)

    def superseded(self, ids: Iterable[str]) -> set[str]:
        """Those of the ids that are no longer current: superseded or erased."""
        with self._reading() as connection:
            return queries.read_superseded(connection, ids)

    def add_person(self, person: Person) -> Person:
        """Store a person. If the id exists, nothing changes, and the stored person is returned."""
        with self._writing({f"person {person.id}"}) as connection:
            return writing.write_person(connection, person)

    def find_or_add_person(self, person: Person, find: Callable[[Sequence[Person]], Person | None]) -> Person:
        """The person that ``find`` picks from the jurisdiction's people; ``person``, added, if it returns None.

        ``find`` runs inside the transaction, so two processes that add the same person at the same time add them once.
        """
        with self._writing({f"people {person.series}/{person.jurisdiction}"}) as connection:
            found = find(queries.read_people(connection, person.series, person.jurisdiction))
            return found or writing.write_person(connection, person)

    def find_person(self, person_id: str) -> Person | None:
        """The person with this id, or None."""
        with self._reading() as connection:
            return queries.find_person(connection, person_id)

    def people(self, series: str, jurisdiction: str | None = None) -> list[Person]:
        """The people of a series, or of one jurisdiction in it, in the order in which they were added."""
        with self._reading() as connection:
            return queries.read_people(connection, series, jurisdiction)

    def change_person(self, person: Person, only: Collection[str] | None = None) -> Person:
        """Update a person: name, role, state, sessions, depth, links. The id and ``at`` stay.

        ``only`` names the fields to change, so that concurrent changes to other fields are kept; None means all fields.
        An unknown person is added. Returns the person as stored.
        """
        with self._writing({f"person {person.id}"}) as connection:
            writing.write_person(connection, person)
            writing.change_person(connection, person, only)
            return queries.find_person(connection, person.id) or person

    def add_team_code(self, code: TeamCode) -> TeamCode:
        """Store a state's team code and end the codes that the state had before."""
        with self._writing({f"codes {code.series}"}) as connection:
            writing.write_team_code(connection, code)
        return code

    def find_team_code(self, code: str) -> TeamCode | None:
        """The team code, ended or not, or None if there is no such code."""
        with self._reading() as connection:
            found = queries.read_team_codes(connection, [team_codes.c.code == code])
        return found[0] if found else None

    def team_codes(self, series: str) -> list[TeamCode]:
        """The codes of a series that have not ended."""
        asked = [*queries.matching(team_codes, series=series), team_codes.c.ended_at.is_(None)]
        with self._reading() as connection:
            return queries.read_team_codes(connection, asked)

    def add_events(self, happened: Sequence[NewEvent]) -> list[Event]:
        """Store events of a session in this order: all of them or, if this raises, none.

        An id that is already stored is not stored again, and the stored event is returned.
        """
        with self._writing({f"{e.series} session {e.session}" for e in happened}) as connection:
            return [writing.write_event(connection, event) for event in happened]

    def events(self, series: str, session: int, *, after: int = 0, kinds: Collection[str] | None = None) -> list[Event]:
        """The events of a session after the event ``after``, ordered by ``seq``. ``kinds`` None means every kind."""
        with self._reading() as connection:
            return queries.read_events(connection, kinds=kinds, series=series, session=session, after=after)

    def latest_event(self, series: str, session: int) -> int:
        """The ``seq`` of a session's newest event, or 0 if there is none. Cheap enough to poll every second."""
        with self._reading() as connection:
            return queries.read_latest_event(connection, series, session)

    def note_presence(self, seen: Sequence[Presence]) -> None:
        """Record who is in a session now. Times never go back; an empty exercise keeps the stored one."""
        with self._writing({f"presence {one.series} {one.session}" for one in seen}) as connection:
            writing.write_presence(connection, seen)

    def presence(self, series: str, session: int, jurisdiction: str | None = None) -> list[Presence]:
        """Everyone who has been in a session, or those of one jurisdiction, in the order in which they joined."""
        with self._reading() as connection:
            return queries.read_presence(connection, series, session, jurisdiction)

    def find_erasable(self, request: NewErasure) -> Erasable:
        """What ``erase`` would remove for this request now."""
        with self._reading() as connection:
            return erasing.find_erasable(connection, request)

    def erase(self, request: NewErasure) -> Erasure:
        """Remove answers permanently, which nothing else does, and record who asked for it and why.

        What an erased answer had replaced stays replaced. An open page learns of the erasure from ``superseded``, and
        from an event in every session. Erasing a whole session, or everything, also removes its posts and presence;
        erasing everything removes names. Backups are not changed.
        """
        with self._reading() as connection:
            sessions = erasing.find_sessions(connection, request.series)
        names = {f"{request.series}/{request.jurisdiction}", *(f"{request.series} session {n}" for n in sessions)}
        with self._writing(names) as connection:
            erasure = erasing.erase_rows(connection, request, sessions)
        with self._explained():
            self._database.forget_deleted(self._engine)
        _log.info("Erasure %s: %s responses of %s removed", erasure.id, erasure.count, erasure.jurisdiction)
        return erasure

    def erasures(self, series: str, jurisdiction: str | None = None) -> list[Erasure]:
        """The log of erasures, oldest first."""
        with self._reading() as connection:
            return queries.read_erasures(connection, series, jurisdiction)

    def close(self) -> None:
        """Close the connections. A later call opens one again."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._explained(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self, names: Iterable[str]) -> Iterator[Connection]:
        """One transaction, committed at the end, rolled back by any error; other writers under these names wait."""
        with self._explained(), self._engine.connect() as connection:
            self._database.begin_write(connection, names)
            yield connection
            connection.commit()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn the driver's errors into ``StoreUnavailableError``."""
        try:
            yield
        except DBAPIError as error:
            raise self._database.explain(error) from error
