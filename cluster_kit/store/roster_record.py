"""Queries for the record of what staff did with the roster. Each function runs inside a transaction of the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from cluster_kit.store.models import NewErasure, RosterChange
from cluster_kit.store.queries import read_ids_of, where_equal
from cluster_kit.store.schema import roster_changes


def write_roster_changes(connection: Connection, changes: Sequence[RosterChange]) -> None:
    """Add to the record, in this order."""
    if changes:
        connection.execute(insert(roster_changes), [change.model_dump() for change in changes])


def read_roster_changes(connection: Connection, series: str, person: str | None, most: int) -> list[RosterChange]:
    """The latest changes of the series, or of one person under any of their ids, newest first."""
    where = where_equal(roster_changes, series=series)
    if person is not None:
        where.append(roster_changes.c.person.in_(read_ids_of(connection, person)))
    query = select(roster_changes).where(*where).order_by(roster_changes.c.seq.desc()).limit(most)
    rows = connection.execute(query).mappings()
    return [RosterChange.model_validate({key: value for key, value in row.items() if key != "seq"}) for row in rows]


def erase_roster_changes(connection: Connection, request: NewErasure, at: dt.datetime | None) -> None:
    """Delete what the record says about the people of an erasure of all sessions, as of ``at``."""
    where = where_equal(roster_changes, series=request.series, jurisdiction=request.jurisdiction)
    if request.person:
        where.append(roster_changes.c.person.in_(read_ids_of(connection, request.person)))
    if at is not None:
        where.append(roster_changes.c.at <= at)
    connection.execute(delete(roster_changes).where(*where))
