"""Find and delete the rows that an erasure request covers. Each function runs inside a transaction of the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, false, func, insert, select

from cluster_kit.store.evaluations import count_ballots, erase_ballots
from cluster_kit.store.models import (
    ERASURE,
    MAY_SHARE,
    SAME_PERSON,
    Erasable,
    Erasure,
    Event,
    NewErasure,
    Person,
    Presence,
    Response,
    utc_now,
)
from cluster_kit.store.queries import read_ids_of, where_equal
from cluster_kit.store.registrations import erase_registrations
from cluster_kit.store.roster_record import erase_roster_changes
from cluster_kit.store.schema import (
    aliases,
    erased,
    erased_choices,
    erasures,
    evaluation_ballots,
    evaluations,
    events,
    identity_requests,
    merges,
    people,
    presence,
    responses,
    team_codes,
)

Kept = TypeVar("Kept", Response, Event, Person, Presence)


def find_erasable(connection: Connection, request: NewErasure) -> Erasable:
    """The rows that the request would delete now."""
    return Erasable(
        responses=_read(connection, responses, Response, _responses(connection, request), "seq"),
        events=_read(connection, events, Event, _events(connection, request), "seq"),
        people=_read(connection, people, Person, _people(connection, request), "at"),
        presence=_read(connection, presence, Presence, _presence(connection, request), "joined_at"),
        ballots=count_ballots(connection, request),
    )


def find_sessions(connection: Connection, series: str) -> set[int]:
    """The sessions of a series with any answer, event, or presence, in which pages may be open."""
    tables = (responses, events, presence)
    found = (select(table.c.session).where(table.c.series == series).distinct() for table in tables)
    return {number for query in found for number in connection.scalars(query)}


def erase_rows(connection: Connection, request: NewErasure, sessions: Iterable[int], at: dt.datetime | None) -> Erasure:
    """Delete the rows, record the erasure and the answers' ids, and add an event to each of these sessions.

    ``at``: when a recorded erasure was made, which is carried out again. Data that arrived later stays.
    """
    where_response = [*_responses(connection, request), *_earlier(responses.c.at, at)]
    rows = connection.execute(select(responses.c.id, responses.c.seq, responses.c.at).where(*where_response))
    gone = [dict(row) for row in rows.mappings()]
    record = {**request.model_dump(), "at": at or utc_now(), "count": len(gone)}
    erasure_id = connection.execute(insert(erasures).values(record).returning(erasures.c.id)).scalar_one()
    where = {"series": request.series, "jurisdiction": request.jurisdiction}
    if gone:
        connection.execute(insert(erased), [{**row, **where, "erasure_id": erasure_id} for row in gone])
    if at is None:
        _record_for_merged(connection, request, record)
    _record_choices(connection, request.series, where_response)
    connection.execute(delete(responses).where(*where_response))
    connection.execute(delete(events).where(*_events(connection, request), *_earlier(events.c.at, at)))
    if request.is_of_no_state:
        is_over = ~exists().where(*where_equal(responses, series=request.series))
        connection.execute(delete(erased_choices).where(*where_equal(erased_choices, series=request.series), is_over))
        connection.execute(delete(team_codes).where(*where_equal(team_codes, series=request.series)))
        connection.execute(delete(evaluations).where(*where_equal(evaluations, series=request.series)))
        connection.execute(delete(evaluation_ballots).where(*where_equal(evaluation_ballots, series=request.series)))
    erase_ballots(connection, request)
    erase_registrations(connection, request, at)
    connection.execute(delete(presence).where(*_presence(connection, request), *_earlier(presence.c.joined_at, at)))
    connection.execute(delete(people).where(*_people(connection, request), *_earlier(people.c.at, at)))
    _erase_identities(connection, request, at)
    notices = [_event(request, erasure_id, session) for session in sorted(sessions)]
    if notices:
        connection.execute(insert(events), notices)
    return Erasure(id=erasure_id, **record)


def _record_choices(connection: Connection, series: str, where_response: list[ColumnElement[bool]]) -> None:
    """Record in which tables these responses chose who may see a row.

    Without it, the rows of a table whose sharing ladder was removed from the content would look as if it never had one.
    """
    table = ("session", "exercise", "prompt", "content_version")
    columns = [responses.c[name] for name in table]
    is_choice = responses.c.prompt.endswith(f".{MAY_SHARE}", autoescape=True)
    found = select(*columns, func.max(responses.c.seq)).where(*where_response, is_choice).group_by(*columns)
    for *key, seq in connection.execute(found).all():
        where = where_equal(erased_choices, series=series, **dict(zip(table, key, strict=True)))
        known = connection.scalar(select(erased_choices.c.seq).where(*where))
        connection.execute(delete(erased_choices).where(*where))
        row = {"series": series, **dict(zip(table, key, strict=True)), "seq": max(seq, known or 0)}
        connection.execute(insert(erased_choices).values(row))


def _record_for_merged(connection: Connection, request: NewErasure, record: Mapping[str, object]) -> None:
    """Record the erasure for the person's other ids, too: a backup from before a merge has each id apart."""
    others = read_ids_of(connection, request.person) - {request.person} if request.person else set()
    if others:
        connection.execute(insert(erasures), [{**record, "person": other, "count": 0} for other in sorted(others)])


def _earlier(column: ColumnElement[dt.datetime], at: dt.datetime | None) -> list[ColumnElement[bool]]:
    return [] if at is None else [column <= at]


def _responses(connection: Connection, request: NewErasure) -> list[ColumnElement[bool]]:
    address = request.model_dump(include={"series", "jurisdiction", "session", "exercise", "prompt", "row"})
    return [*where_equal(responses, **address), *_of_person(connection, responses.c.author, request)]


def _events(connection: Connection, request: NewErasure) -> list[ColumnElement[bool]]:
    """Events belong to no exercise, so only erasing a whole session, or all sessions, deletes them."""
    is_notice = events.c.kind.in_([ERASURE, SAME_PERSON])
    return [*_in_sessions(events, request), *_of_person(connection, events.c.author, request), ~is_notice]


def _presence(connection: Connection, request: NewErasure) -> list[ColumnElement[bool]]:
    return [*_in_sessions(presence, request), *_of_person(connection, presence.c.person, request)]


def _people(connection: Connection, request: NewErasure) -> list[ColumnElement[bool]]:
    """Names are deleted only with all sessions, because other data of the person may remain."""
    if request.session is not None:
        return [false()]
    where = where_equal(people, series=request.series, jurisdiction=request.jurisdiction)
    return [*where, *_of_person(connection, people.c.id, request)]


def _of_person(connection: Connection, column: ColumnElement[str], request: NewErasure) -> list[ColumnElement[bool]]:
    """Conditions that a column has one of the ids of the request's person, including ids that were merged."""
    return [column.in_(read_ids_of(connection, request.person))] if request.person else []


def _erase_identities(connection: Connection, request: NewErasure, at: dt.datetime | None) -> None:
    """Delete the records of merges, of requests to be signed in, and of changes of the roster.

    Call it last: it forgets who has which ids.
    """
    if request.session is not None:
        return
    erase_roster_changes(connection, request, at)
    where = {"series": request.series, "jurisdiction": request.jurisdiction}
    of_person = _of_person(connection, identity_requests.c.person, request)
    of_requests = [*where_equal(identity_requests, **where), *of_person, *_earlier(identity_requests.c.at, at)]
    connection.execute(delete(identity_requests).where(*of_requests))
    of_merges = [*where_equal(merges, **where), *_of_person(connection, merges.c.kept, request)]
    of_merges += _earlier(merges.c.at, at)
    merged = select(merges.c.merged).where(*of_merges)
    connection.execute(delete(aliases).where(aliases.c.person.in_(merged)))
    connection.execute(delete(merges).where(*of_merges))


def _in_sessions(table: Table, request: NewErasure) -> list[ColumnElement[bool]]:
    if request.exercise is not None:
        return [false()]
    where = {"series": request.series, "jurisdiction": request.jurisdiction, "session": request.session}
    return where_equal(table, **where)


def _read(
    connection: Connection, table: Table, model: type[Kept], conditions: list[ColumnElement[bool]], order: str
) -> tuple[Kept, ...]:
    rows = connection.execute(select(table).where(*conditions).order_by(table.c[order])).mappings()
    return tuple(model.model_validate(dict(row)) for row in rows)


def _event(request: NewErasure, erasure_id: int, session: int) -> dict[str, object]:
    """The event that notifies open pages of an erasure. It contains no details."""
    return {
        "id": f"{ERASURE}-{erasure_id}-{session}",
        "series": request.series,
        "session": session,
        "kind": ERASURE,
        "subject": "",
        "jurisdiction": request.jurisdiction,
        "author": ERASURE,
        "value": None,
        "at": utc_now(),
    }
