"""Count the rows of each series. It runs inside a transaction of the store."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, func, select

from cluster_kit.store.models import ERASURE, SAME_PERSON
from cluster_kit.store.schema import (
    evaluation_ballots,
    evaluations,
    events,
    identity_requests,
    merges,
    people,
    presence,
    registrations,
    responses,
    team_codes,
)

_TIMES = {responses: "at", events: "at", people: "at", presence: "seen_at", registrations: "at"}
_COUNTED = (*_TIMES, evaluations, evaluation_ballots, team_codes, merges, identity_requests)


@dataclass(frozen=True)
class SeriesRows:
    """What the store has of a series, besides the record of erasures.

    ``counts``: rows by table, without empty ones. ``states``: the two-letter abbreviations, in order. ``newest``: the
    newest answer, action, person, visit, or registration; None if there is none of them.
    """

    series: str
    counts: dict[str, int]
    states: tuple[str, ...]
    newest: dt.datetime | None


def read_series_rows(connection: Connection) -> list[SeriesRows]:
    """Every series that has rows, by its id."""
    counts: dict[str, dict[str, int]] = {}
    states: dict[str, set[str]] = {}
    newest: dict[str, list[dt.datetime]] = {}
    for table in _COUNTED:
        where = _without_notices(table)
        series = table.c.series
        for name, count in connection.execute(select(series, func.count()).where(*where).group_by(series)):
            counts.setdefault(name, {})[table.name] = count
        if "jurisdiction" in table.c:
            for name, state in connection.execute(select(series, table.c.jurisdiction).where(*where).distinct()):
                states.setdefault(name, set()).add(state)
        if table in _TIMES:
            latest = func.max(table.c[_TIMES[table]])
            for name, at in connection.execute(select(series, latest).where(*where).group_by(series)):
                newest.setdefault(name, []).append(at)
    named = {name: tuple(sorted(states.get(name, set()) - {""})) for name in sorted(counts)}
    return [SeriesRows(name, counts[name], of, max(newest.get(name, []), default=None)) for name, of in named.items()]


def _without_notices(table: Table) -> list[ColumnElement[bool]]:
    return [~events.c.kind.in_([ERASURE, SAME_PERSON])] if table is events else []
