"""Reading: each query takes a connection and what is asked for, and returns models, by order of arrival.

Statements are built once and run with parameters: building one takes three times as long as running it, and some run
every second for every open page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    bindparam,
    exists,
    func,
    select,
    union,
)

from cluster_kit.content.models import Scope
from cluster_kit.responses.models import Erasure, Event, NewResponse, Person, Presence, Response, TeamCode
from cluster_kit.responses.schema import erased, erasures, events, people, presence, responses, supersedes, team_codes

_IS_CURRENT = ~exists().where(supersedes.c.earlier_id == responses.c.id)
_IDS_PER_QUERY = 500
Asked = dict[str, Any]


def matching(table: Table, **parts: Any) -> list[ColumnElement[bool]]:
    """Conditions that these columns equal these values; a part that is None asks for nothing."""
    return [table.c[name] == value for name, value in _asked(parts).items()]


def read_responses(connection: Connection, *, current: bool = False, **parts: Any) -> list[Response]:
    """The responses that match all parts, by ``seq``; ``current``: only those that no later one supersedes.

    A part is a column and its value, or ``after`` (a ``seq``), or ``not_id``; None asks for nothing.
    """
    asked = _asked(parts)
    rows = connection.execute(_select_responses(tuple(asked), current), asked).mappings()
    return [_to_response(row) for row in rows]


def read_current_beside(connection: Connection, response: NewResponse) -> list[Response]:
    """What is current at a response's address, the response itself left out."""
    address = response.model_dump(
        include={"series", "session", "exercise", "prompt", "row", "jurisdiction", "scope"},
    )
    author = response.author if response.scope is Scope.PERSON else None
    return read_responses(connection, current=True, **address, author=author, not_id=response.id)


def find_response(connection: Connection, response_id: str) -> Response | None:
    """The response with this id, or None."""
    found = read_responses(connection, id=response_id)
    return found[0] if found else None


def find_erased(connection: Connection, response_id: str) -> RowMapping | None:
    """``seq`` and ``at`` of an erased response, or None when no such response was erased."""
    return connection.execute(_ERASED, {"id": response_id}).mappings().first()


def read_latest_seq(connection: Connection, series: str, jurisdiction: str) -> int:
    """The highest ``seq`` ever given in a jurisdiction, erased responses included; 0 when there is none."""
    asked = {"series": series, "jurisdiction": jurisdiction}
    return max(seq or 0 for seq in connection.scalars(_LATEST_SEQ, asked))


def read_watermarks(connection: Connection, series: str) -> dict[str, tuple[int, int]]:
    """By jurisdiction the newest ``seq`` of its responses, and how many were erased, as far as there are any."""
    newest = _by_state(connection, responses, func.max(responses.c.seq), series)
    gone = _by_state(connection, erased, func.count(erased.c.id), series)
    return {code: (newest.get(code, 0), gone.get(code, 0)) for code in {*newest, *gone}}


def _by_state(connection: Connection, table: Table, what: ColumnElement[int], series: str) -> dict[str, int]:
    query = select(table.c.jurisdiction, what).where(table.c.series == series).group_by(table.c.jurisdiction)
    return {state: number for state, number in connection.execute(query)}


def read_superseded(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Those of the ids that are no longer current: a later answer took their place, or they were erased."""
    asked = list(ids)
    found: set[str] = set()
    for start in range(0, len(asked), _IDS_PER_QUERY):
        some = asked[start : start + _IDS_PER_QUERY]
        later = select(supersedes.c.earlier_id).where(supersedes.c.earlier_id.in_(some))
        gone = select(erased.c.id).where(erased.c.id.in_(some))
        found.update(connection.scalars(union(later, gone)))
    return found


def find_person(connection: Connection, person_id: str) -> Person | None:
    """The person with this id, or None."""
    found = connection.execute(_select(people, ("id",)), {"id": person_id}).mappings().first()
    return _to_person(found) if found else None


def read_people(connection: Connection, series: str, jurisdiction: str | None) -> list[Person]:
    """The people of a series, or of one jurisdiction in it, in the order in which they came."""
    asked = _asked({"series": series, "jurisdiction": jurisdiction})
    rows = connection.execute(_select(people, tuple(asked), ("at", "id")), asked).mappings()
    return [_to_person(row) for row in rows]


def read_team_codes(connection: Connection, conditions: Iterable[ColumnElement[bool]]) -> list[TeamCode]:
    """The team codes that meet all conditions, in the order in which they were made."""
    query = select(team_codes).where(*conditions).order_by(team_codes.c.at, team_codes.c.code)
    return [TeamCode.model_construct(**row) for row in connection.execute(query).mappings()]


def read_events(connection: Connection, *, kinds: Collection[str] | None = None, **parts: Any) -> list[Event]:
    """The events that match all parts, by ``seq``: a part is a column and its value, or ``after`` (a ``seq``)."""
    asked = _asked({**parts, "kinds": None if kinds is None else [*kinds]})
    rows = connection.execute(_select(events, tuple(asked), ("seq",)), asked).mappings()
    return [Event.model_construct(**row) for row in rows]


def read_latest_event(connection: Connection, series: str, session: int) -> int:
    """The highest ``seq`` of a session's events; 0 when there is none."""
    return connection.scalar(_LATEST_EVENT, {"series": series, "session": session}) or 0


def read_presence(connection: Connection, series: str, session: int, jurisdiction: str | None) -> list[Presence]:
    """Everybody who has been in a session, or those of one jurisdiction, in the order in which they came."""
    asked = _asked({"series": series, "session": session, "jurisdiction": jurisdiction})
    rows = connection.execute(_select(presence, tuple(asked), ("joined_at", "person")), asked).mappings()
    return [Presence.model_construct(**row) for row in rows]


def read_erasures(connection: Connection, series: str, jurisdiction: str | None) -> list[Erasure]:
    """The log of erasures, oldest first."""
    query = select(erasures).where(*matching(erasures, series=series, jurisdiction=jurisdiction))
    return [Erasure.model_construct(**row) for row in connection.execute(query.order_by(erasures.c.id)).mappings()]


def _to_person(row: RowMapping) -> Person:
    return Person.model_construct(**{**row, "sessions": tuple(row["sessions"])})


def _to_response(row: RowMapping) -> Response:
    # What is in the database was validated on its way in.
    return Response.model_construct(**{**row, "scope": Scope(row["scope"]), "base": tuple(row["base"])})


# --- statements ----------------------------------------------------------------------------------------------------


def _asked(parts: Asked) -> Asked:
    """The parts that ask for something."""
    return {name: value for name, value in parts.items() if value is not None}


@cache
def _select(table: Table, names: tuple[str, ...], order: tuple[str, ...] = ()) -> Select[Any]:
    """The rows of a table that match parameters of these names, in the order of these columns."""
    return select(table).where(*_conditions(table, names)).order_by(*(table.c[name] for name in order))


@cache
def _select_responses(names: tuple[str, ...], current: bool) -> Select[Any]:
    query = _select(responses, names, ("seq",))
    return query.where(_IS_CURRENT) if current else query


def _conditions(table: Table, names: Iterable[str]) -> list[ColumnElement[bool]]:
    return [_condition(table, name) for name in names]


def _condition(table: Table, name: str) -> ColumnElement[bool]:
    match name:
        case "after":
            return table.c.seq > bindparam(name)
        case "not_id":
            return table.c.id != bindparam(name)
        case "kinds":
            return table.c.kind.in_(bindparam(name, expanding=True))
        case _:
            return table.c[name] == bindparam(name)


_ERASED = select(erased.c.seq, erased.c.at).where(*_conditions(erased, ["id"]))
_LATEST_SEQ = union(
    *(
        select(func.max(table.c.seq)).where(*_conditions(table, ["series", "jurisdiction"]))
        for table in (responses, erased)
    )
)
_LATEST_EVENT = select(func.max(events.c.seq)).where(*_conditions(events, ["series", "session"]))
