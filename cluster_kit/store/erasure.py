"""Erasing: what a request takes away, and taking it away. Each function runs inside a transaction of the store's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Table, delete, false, insert, select

from cluster_kit.store.models import ERASURE, Erasable, Erasure, Event, NewErasure, Person, Response, now
from cluster_kit.store.queries import matching
from cluster_kit.store.schema import erased, erasures, events, people, presence, responses

Kept = TypeVar("Kept", Response, Event, Person)


def find_erasable(connection: Connection, request: NewErasure) -> Erasable:
    """What the request would take away now."""
    return Erasable(
        responses=_read(connection, responses, Response, _responses(request), "seq"),
        events=_read(connection, events, Event, _events(request), "seq"),
        people=_read(connection, people, Person, _people(request), "at"),
    )


def find_sessions(connection: Connection, series: str) -> set[int]:
    """The sessions of a series in which anything has happened: pages may be open there."""
    tables = (responses, events, presence)
    found = (select(table.c.session).where(table.c.series == series).distinct() for table in tables)
    return {number for query in found for number in connection.scalars(query)}


def erase_rows(connection: Connection, request: NewErasure, sessions: Iterable[int]) -> Erasure:
    """Take it away, leave a record of it and the answers' ids, and say so in these sessions."""
    rows = connection.execute(select(responses.c.id, responses.c.seq, responses.c.at).where(*_responses(request)))
    gone = [dict(row) for row in rows.mappings()]
    record = {**request.model_dump(), "at": now(), "count": len(gone)}
    erasure_id = connection.execute(insert(erasures).values(record).returning(erasures.c.id)).scalar_one()
    where = {"series": request.series, "jurisdiction": request.jurisdiction}
    if gone:
        connection.execute(insert(erased), [{**row, **where, "erasure_id": erasure_id} for row in gone])
    connection.execute(delete(responses).where(*_responses(request)))
    connection.execute(delete(events).where(*_events(request)))
    connection.execute(delete(presence).where(*_presence(request)))
    connection.execute(delete(people).where(*_people(request)))
    said = [_event(request, erasure_id, session) for session in sorted(sessions)]
    if said:
        connection.execute(insert(events), said)
    return Erasure(id=erasure_id, **record)


def _responses(request: NewErasure) -> list[ColumnElement[bool]]:
    address = request.model_dump(include={"series", "jurisdiction", "session", "exercise", "prompt", "row"})
    return matching(responses, author=request.person, **address)


def _events(request: NewErasure) -> list[ColumnElement[bool]]:
    """What is done in a session belongs to no exercise: it goes with a whole session, or all of them."""
    return [*_in_sessions(events, request, author=request.person), events.c.kind != ERASURE]


def _presence(request: NewErasure) -> list[ColumnElement[bool]]:
    return _in_sessions(presence, request, person=request.person)


def _people(request: NewErasure) -> list[ColumnElement[bool]]:
    """Names go with everything, and stay as long as anything may be left that they belong to."""
    if request.session is not None:
        return [false()]
    return matching(people, series=request.series, jurisdiction=request.jurisdiction, id=request.person)


def _in_sessions(table: Table, request: NewErasure, **whose: str | None) -> list[ColumnElement[bool]]:
    if request.exercise is not None:
        return [false()]
    where = {"series": request.series, "jurisdiction": request.jurisdiction, "session": request.session}
    return matching(table, **where, **whose)


def _read(
    connection: Connection, table: Table, model: type[Kept], conditions: list[ColumnElement[bool]], order: str
) -> tuple[Kept, ...]:
    rows = connection.execute(select(table).where(*conditions).order_by(table.c[order])).mappings()
    return tuple(model.model_validate(dict(row)) for row in rows)


def _event(request: NewErasure, erasure_id: int, session: int) -> dict[str, object]:
    """What tells open pages that something is gone. It says nothing else."""
    return {
        "id": f"{ERASURE}-{erasure_id}-{session}",
        "series": request.series,
        "session": session,
        "kind": ERASURE,
        "subject": "",
        "jurisdiction": request.jurisdiction,
        "author": ERASURE,
        "value": None,
        "at": now(),
    }
