"""The store: the only access to answers, people, and events."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from cluster_kit.store import erasure as erasing
from cluster_kit.store import evaluations as evaluating
from cluster_kit.store import identity, merging, queries, registrations, roster_record
from cluster_kit.store import writes as writing
from cluster_kit.store.backends import Database, find_database
from cluster_kit.store.errors import (
    ErasedAuthorError,
    NewerDatabaseError,
    PersonChangedError,
    ReusedIdError,
    StoreUnavailableError,
)
from cluster_kit.store.models import (
    Erasable,
    ErasedChoice,
    Erasure,
    Event,
    IdentityRequest,
    Merge,
    MergePreview,
    NewErasure,
    NewEvent,
    NewResponse,
    Person,
    Presence,
    Receipt,
    Registration,
    Response,
    RosterChange,
    SessionEvaluation,
    TeamCode,
)
from cluster_kit.store.person_data import read_person_rows
from cluster_kit.store.schema import REVISION, team_codes
from cluster_kit.store.series_rows import SeriesRows, read_series_rows
from cluster_kit.store.upgrade import read_revision, upgrade

_log = logging.getLogger(__name__)
FORGET_ORDER_WAIT_S = 0.1
"""How long an evaluation waits for readers, so that the write-ahead log can be truncated."""


class Store:
    """Answers and people of all series in one database. Thread-safe; open one per process.

    Every call may raise ``StoreUnavailableError``, which says what was stored; the same call can be made again.
    """

    def __init__(self, database: Database, *, create: bool = True) -> None:
        self._database = database
        self._engine = database.connect(create=create)

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Self:
        """The store behind an SQLAlchemy URL, created or migrated to this version's schema if necessary.

        Raises ``StoreUrlError``, ``NewerDatabaseError``, or ``StoreUnavailableError``; and ``StoreGoneError``, which is
        one of the last, for a missing or empty database if ``create`` is false.
        """
        store = cls(find_database(url), create=create)
        try:
            with store._explained():
                upgrade(store._engine, store._database, create=create)
        except BaseException:
            store.close()
            raise
        return store

    def append(self, responses: Sequence[NewResponse]) -> list[Receipt]:
        """Store one batch of answers as a whole and return their receipts. They are on disk when this returns.

        An id that is already stored gives ``duplicate`` (or ``conflict``, if it is still part of one), with its first
        ``seq`` and ``at``. Raises ``ReusedIdError`` if an id belongs to another answer, and ``ErasedAuthorError`` if
        everything of an author was erased; then nothing of the batch is stored.
        """
        [kept] = self.append_batches([responses])
        if isinstance(kept, ReusedIdError | ErasedAuthorError):
            raise kept
        return kept

    def append_batches(self, batches: Sequence[Sequence[NewResponse]]) -> list[list[Receipt] | writing.RefusedBatch]:
        """Store batches in one transaction, and return for each, in order, its receipts or the error that refused it.

        Group commit: one durable commit for all batches, where ``append`` makes one for each. A batch that reuses an id
        or whose author was erased is skipped as a whole, and its ``ReusedIdError`` or ``ErasedAuthorError`` is in its
        place in the result; the other batches are stored. A batch sees those before it, as if each had been appended
        separately in this order.

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
        where: queries.Parameters = {"jurisdiction": jurisdiction, "session": session, "exercise": exercise}
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
        where: queries.Parameters = {"session": session, "exercise": exercise, "prompt": prompt, "row": row}
        with self._reading() as connection:
            return queries.read_responses(connection, series=series, jurisdiction=jurisdiction, **where)

    def since(self, seq: int, series: str, jurisdiction: str) -> list[Response]:
        """Every answer of a jurisdiction after ``seq``, including superseded ones, ordered by ``seq``."""
        with self._reading() as connection:
            return queries.read_responses(connection, series=series, jurisdiction=jurisdiction, after=seq)

    def check_revision(self) -> None:
        """Raise ``NewerDatabaseError`` if a newer version has migrated the database since it was opened."""
        with self._reading() as connection:
            self._check_revision(connection)

    def _check_revision(self, connection: Connection) -> None:
        if (revision := read_revision(connection)) != REVISION:
            raise NewerDatabaseError(self._database.place, str(revision), REVISION)

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
        """The person with this id, or None. For an id that was merged into another, the person who was kept."""
        with self._reading() as connection:
            return queries.find_person(connection, person_id)

    def person_rows(self, person_id: str) -> dict[str, list[dict[str, Any]]]:
        """Every row with an id of this person, by table. ``store.inventory`` describes the tables and columns."""
        with self._reading() as connection:
            return read_person_rows(connection, person_id)

    def people(self, series: str, jurisdiction: str | None = None) -> list[Person]:
        """The people of a series, or of one jurisdiction in it, in the order in which they were added.

        People who were merged into another are left out.
        """
        with self._reading() as connection:
            return queries.read_people(connection, series, jurisdiction)

    def merged_people(self, series: str) -> dict[str, Person]:
        """By each id that was merged, the person who was kept, as ``find_person`` returns them."""
        with self._reading() as connection:
            ids = queries.read_aliases(connection, series)
            found = {merged: queries.find_person(connection, merged) for merged in ids}
        return {merged: person for merged, person in found.items() if person}

    def preview_merge(self, kept: str, merged: str) -> MergePreview:
        """What ``merge_people`` would do now. Raises ``MergeError``."""
        with self._reading() as connection:
            return merging.preview_merge(connection, kept, merged)

    def merge_people(self, kept: str, merged: str, asked_by: str) -> Merge:
        """Make two people of a team one: everything of ``merged`` is ``kept``'s from now on. Nothing is deleted.

        Personal answers, such as ratings, count once: the newer one that is not empty. The others stay in the history.
        Raises ``MergeError``.
        """
        with self._changing_identity(kept) as (connection, sessions):
            return merging.write_merge(connection, kept, merged, asked_by, sessions)

    def undo_merge(self, merge: int, asked_by: str) -> Merge:
        """Undo a merge. Each of the two has the personal answers from before; later ones stay with the kept person.

        Raises ``MergeError``.
        """
        with self._reading() as connection:
            kept = merging.find_kept(connection, merge)
        with self._changing_identity(kept) as (connection, sessions):
            return merging.undo_merge(connection, merge, asked_by, sessions)

    def merges(self, series: str, jurisdiction: str | None = None) -> list[Merge]:
        """The log of merges, oldest first, including those that were undone."""
        with self._reading() as connection:
            return merging.read_merges(connection, series, jurisdiction)

    @contextmanager
    def _changing_identity(self, person: str) -> Iterator[tuple[Connection, set[int]]]:
        """A transaction with every lock that a merge needs, and the sessions to notify."""
        with self._reading() as connection:
            found = queries.find_own_record(connection, person)
            sessions = erasing.find_sessions(connection, found.series) if found else set()
        names = {f"person {person}"}
        if found:
            place = f"{found.series}/{found.jurisdiction}"
            names |= {place, f"people {place}", f"merges {found.series}"}
            names |= {f"{found.series} session {number}" for number in sessions}
        with self._writing(names) as connection:
            yield connection, sessions

    def ask_identity(self, request: IdentityRequest) -> IdentityRequest:
        """Store a request to be signed in as a teammate. Raises ``IdentityRequestError`` if too many are open."""
        with self._writing({f"identity {request.series}/{request.jurisdiction}"}) as connection:
            identity.write_identity_request(connection, request)
        return request

    def identity_requests(self, series: str, now: dt.datetime) -> list[IdentityRequest]:
        """The open requests of a series, oldest first."""
        with self._reading() as connection:
            return identity.read_identity_requests(connection, series, now)

    def find_identity_request(self, request_id: str) -> IdentityRequest | None:
        """The request with this id, in any state, or None."""
        with self._reading() as connection:
            return identity.find_request(connection, request_id)

    def answer_identity(self, request: IdentityRequest, answer: str, by: Person, now: dt.datetime) -> IdentityRequest:
        """Answer an open request. Raises ``IdentityRequestError`` if it has expired, or was answered before."""
        with self._writing({f"identity {request.series}/{request.jurisdiction}"}) as connection:
            return identity.answer_request(connection, request.id, answer, by.id, now)

    def use_identity(self, request: IdentityRequest, now: dt.datetime) -> bool:
        """Mark a request as used, once, if it was answered with yes and has not expired; else False."""
        with self._writing({f"identity {request.series}/{request.jurisdiction}"}) as connection:
            return identity.use_request(connection, request.id, now)

    def end_session(self, digest: str, expires_at: dt.datetime, now: dt.datetime) -> None:
        """Record that a session cookie is not valid any more, by a digest of its id."""
        with self._writing({"ended sessions"}) as connection:
            identity.write_ended(connection, digest, expires_at, now)

    def ended_sessions(self, now: dt.datetime) -> set[str]:
        """The digests of session cookies that were ended before they expired."""
        with self._reading() as connection:
            return identity.read_ended(connection, now)

    def is_session_ended(self, digest: str) -> bool:
        """Whether a session cookie was ended."""
        with self._reading() as connection:
            return identity.is_ended(connection, digest)

    def change_person(
        self, person: Person, only: Collection[str] | None = None, *, expected: Person | None = None
    ) -> Person:
        """Update a person: name, role, state, sessions, depth, links. The id and ``at`` stay.

        ``only`` names the fields to change, so that concurrent changes to other fields are kept; None means all fields.
        An unknown person is added. Returns the person as stored. Raises ``PersonChangedError`` if the stored person
        differs from ``expected``.
        """
        with self._writing({f"person {person.id}"}) as connection:
            if expected is not None and queries.find_person(connection, person.id) != expected:
                raise PersonChangedError(f"{expected.name} was changed by someone else in the meantime.")
            writing.write_person(connection, person)
            writing.change_person(connection, person, only)
            return queries.find_person(connection, person.id) or person

    def add_roster_changes(self, changes: Sequence[RosterChange]) -> None:
        """Add to the record of what staff did with the roster."""
        with self._writing({"roster changes"}) as connection:
            roster_record.write_roster_changes(connection, changes)

    def roster_changes(self, series: str, person: str | None = None, most: int = 50) -> list[RosterChange]:
        """The latest changes of the roster, or of one person, newest first."""
        with self._reading() as connection:
            return roster_record.read_roster_changes(connection, series, person, most)

    def add_registration(self, registration: Registration) -> None:
        """Store a registration of the public page. Raises ``RegistrationError`` if too many wait to be confirmed."""
        with self._writing({f"registrations {registration.series}"}) as connection:
            registrations.write_registration(connection, registration)

    def registrations(self, series: str, status: str | None = None) -> list[Registration]:
        """The registrations of a series, or those with this status, oldest first."""
        with self._reading() as connection:
            return registrations.read_registrations(connection, series, status)

    def find_registration(self, registration_id: str) -> Registration | None:
        """The registration with this id, or None."""
        with self._reading() as connection:
            return registrations.find_registration(connection, registration_id)

    def withdraw_registration(self, registration: Registration, by: str, at: dt.datetime) -> None:
        """Withdraw a registration, and the other confirmed ones of its person. One that is withdrawn stays as it is."""
        with self._writing({f"registrations {registration.series}"}) as connection:
            registrations.withdraw_registration(connection, registration, by, at)

    def decide_registration(self, decided: Registration) -> None:
        """Store the decision about a pending registration. Raises ``RegistrationError`` if it is not pending."""
        with self._writing({f"registrations {decided.series}"}) as connection:
            registrations.decide_registration(connection, decided)

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
        conditions = [*queries.where_equal(team_codes, series=series), team_codes.c.ended_at.is_(None)]
        with self._reading() as connection:
            return queries.read_team_codes(connection, conditions)

    def add_events(self, happened: Sequence[NewEvent]) -> list[Event]:
        """Store events of a session in this order: all of them or, if this raises, none.

        An id that is already stored is not stored again, and the stored event is returned. Raises
        ``ErasedAuthorError``.
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
        with self._writing({f"presence {one.series}" for one in seen}) as connection:
            writing.write_presence(connection, seen)

    def presence(self, series: str, session: int, jurisdiction: str | None = None) -> list[Presence]:
        """Everyone who has been in a session, or those of one jurisdiction, in the order in which they joined."""
        with self._reading() as connection:
            return queries.read_presence(connection, series, session, jurisdiction)

    def take_ballot(self, series: str, session: int, person: str, jurisdiction: str) -> bool:
        """Record that a person receives a form for the evaluation of a session.

        False if they received one before, or if everything of them was erased and a page of theirs is still open.
        """
        with self._writing({f"ballot {series} {session} {person}", f"{series}/{jurisdiction}"}) as connection:
            if queries.find_erased_people(connection, series, {person: jurisdiction}):
                return False
            is_first = evaluating.write_ballot(connection, series, session, person)
        self._forget_order()
        return is_first

    def add_evaluation(self, evaluation: SessionEvaluation) -> bool:
        """Store an anonymous evaluation. False, and nothing changes, if its id is already stored.

        The session's evaluations are stored in a new random order each time, so that no order of arrival remains.
        """
        with self._writing({f"evaluations {evaluation.series} {evaluation.session}"}) as connection:
            is_new = evaluating.write_evaluation(connection, evaluation)
        self._forget_order()
        return is_new

    def evaluations(self, series: str, session: int | None = None) -> list[SessionEvaluation]:
        """The evaluations of a session, ordered by their random ids. ``session`` None means all sessions."""
        with self._reading() as connection:
            return evaluating.read_evaluations(connection, series, session)

    def series_rows(self) -> list[SeriesRows]:
        """What the store has of each series, in the order of their ids."""
        with self._reading() as connection:
            return read_series_rows(connection)

    def find_erasable(self, request: NewErasure) -> Erasable:
        """What ``erase`` would remove for this request now."""
        with self._reading() as connection:
            return erasing.find_erasable(connection, request)

    def erase(self, request: NewErasure, at: dt.datetime | None = None) -> Erasure:
        """Remove answers permanently, which nothing else does, and record who asked for it and why.

        What an erased answer had replaced stays replaced. An open page learns of the erasure from ``superseded``, and
        from an event in every session. Erasing a whole session, or everything, also removes its posts and presence;
        erasing everything removes names. Backups are not changed. ``at`` is the time of a recorded
        erasure that is carried out again, which removes nothing that arrived later; None means now.
        """
        with self._reading() as connection:
            sessions = erasing.find_sessions(connection, request.series)
        names = {f"{request.series}/{request.jurisdiction}", f"presence {request.series}"}
        names |= {f"{request.series} session {number}" for number in sessions}
        with self._writing(names) as connection:
            erasure = erasing.erase_rows(connection, request, sessions, at)
        with self._explained():
            self._database.forget_deleted(self._engine)
        _log.info("Erasure %s: %s responses of %s removed", erasure.id, erasure.count, erasure.jurisdiction)
        return erasure

    def reapply_erasure(self, erasure: Erasure) -> Erasure:
        """Carry out a recorded erasure in a store that does not have it, such as a restored backup.

        The record keeps the time, and has the number of responses that this call removed.
        """
        request = NewErasure.model_validate(erasure.model_dump(exclude={"id", "at", "count"}))
        return self.erase(request, at=erasure.at)

    def erasures(self, series: str | None = None, jurisdiction: str | None = None) -> list[Erasure]:
        """The log of erasures, oldest first. None means every series, or every jurisdiction."""
        with self._reading() as connection:
            return queries.read_erasures(connection, series, jurisdiction)

    def erased_choices(self, series: str) -> list[ErasedChoice]:
        """In which tables erased answers had chosen who may see a row."""
        with self._reading() as connection:
            return queries.read_erased_choices(connection, series)

    def _forget_order(self) -> None:
        """Remove the log that tells in which order people opened evaluations and evaluations came.

        The row is stored already, so an error here is no reason to refuse it.
        """
        with suppress(StoreUnavailableError), self._explained():
            self._database.forget_deleted(self._engine, wait_s=FORGET_ORDER_WAIT_S)

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
        """A transaction with the write locks of these names, committed at the end and rolled back on an error.

        Raises ``NewerDatabaseError`` if a newer version has migrated the database since it was opened.
        """
        with self._explained(), self._engine.connect() as connection:
            self._database.begin_write(connection, names)
            self._check_revision(connection)
            yield connection
            connection.commit()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Convert the driver's errors into ``StoreUnavailableError``."""
        try:
            yield
        except DBAPIError as error:
            raise self._database.explain(error) from error
