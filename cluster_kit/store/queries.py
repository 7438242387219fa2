"""Reading: each query takes a connection and what is asked for, and returns models, by order of arrival.

Statements are built once and run with parameters: building one takes three times as long as running it, and some run
every second for every open page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    ScalarSelect,
    Select,
    String,
    Table,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    union,
)

from cluster_kit.content.models import Scope
from cluster_kit.store.models import Erasure, Event, NewResponse, Person, Presence, Response, TeamCode
from cluster_kit.store.schema import erased, erasures, events, people, presence, responses, supersedes, team_codes

_IS_CURRENT = ~exists().where(supersedes.c.earlier_id == responses.c.id)
_IDS_PER_QUERY = 500
_CODES_PER_QUERY = 100
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


def get_erased(connection: Connection, response_id: str) -> RowMapping:
    """``seq`` and ``at`` of a response that was erased."""
    return connection.execute(_ERASED, {"id": response_id}).mappings().one()


def read_latest_seq(connection: Connection, series: str, jurisdiction: str) -> int:
    """The highest ``seq`` ever given in a jurisdiction, erased responses included; 0 when there is none."""
    row = connection.execute(_LATEST_SEQ, {"series": series, "code": jurisdiction}).one()
    return max(seq or 0 for seq in row)


def read_watermarks(
    connection: Connection, series: str, jurisdictions: Collection[str] | None = None
) -> dict[str, tuple[int, int]]:
    """By jurisdiction, the newest ``seq`` of its responses and the number of erased ones.

    Jurisdictions that have neither are left out. Each number is read from an index, without reading the responses.
    """
    if jurisdictions is None:
        return _read_watermarks(connection, _WATERMARKS, {"series": series})
    found: dict[str, tuple[int, int]] = {}
    for codes in _in_parts(jurisdictions, _CODES_PER_QUERY):
        asked = {f"code_{number}": code for number, code in enumerate(codes)}
        found |= _read_watermarks(connection, _select_watermarks_of(len(codes)), {"series": series, **asked})
    return found


def _read_watermarks(connection: Connection, query: Select[Any], asked: Asked) -> dict[str, tuple[int, int]]:
    rows = connection.execute(query, asked)
    return {code: (newest or 0, gone) for code, newest, gone in rows if newest or gone}


def read_superseded(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Those of the ids that are no longer current: a later answer took their place, or they were erased."""
    found: set[str] = set()
    for some in _in_parts(ids, _IDS_PER_QUERY):
        found.update(connection.scalars(_SUPERSEDED, {"ids": some}))
    return found


def _in_parts(items: Iterable[str], size: int) -> Iterator[list[str]]:
    """The items, each once, in lists of at most this many."""
    every = list(dict.fromkeys(items))
    return (every[start : start + size] for start in range(0, len(every), size))


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


def _newest_seq(table: Table, code: ColumnElement[str]) -> ScalarSelect[int]:
    """The newest ``seq`` of a jurisdiction, by one seek in the index (series, jurisdiction, seq).

    ``max(seq)`` with ``jurisdiction = code`` lets PostgreSQL walk the primary key backward until it meets a row of the
    jurisdiction: through the whole table for one that has none. A range and this order leave it only the index.
    """
    return (
        select(table.c.seq)
        .where(table.c.series == bindparam("series"), table.c.jurisdiction.between(code, code))
        .order_by(table.c.jurisdiction.desc(), table.c.seq.desc())
        .limit(literal_column("1"))
        .scalar_subquery()
    )


def _select_watermarks(codes: FromClause) -> Select[Any]:
    """Each code with its newest ``seq`` (None without responses) and its number of erased responses."""
    code = codes.c.code
    of_code = (erased.c.series == bindparam("series"), erased.c.jurisdiction == code)
    gone = select(func.count()).select_from(erased).where(*of_code).scalar_subquery()
    return select(code, _newest_seq(responses, code), gone)


@cache
def _select_watermarks_of(count: int) -> Select[Any]:
    """The watermarks of the parameters ``code_0``, ``code_1`` and so on."""
    codes = (select(bindparam(f"code_{number}", type_=String).label("code")) for number in range(count))
    return _select_watermarks(union(*codes).subquery("codes"))


def _walk_codes(table: Table) -> Select[Any]:
    """The jurisdictions of a series in a table: each is one seek in the index, to the first code after the last one."""
    of_series = table.c.series == bindparam("series")
    first = select(func.min(table.c.jurisdiction).label("code")).where(of_series)
    codes = first.cte(f"{table.name}_codes", recursive=True)
    following = select(func.min(table.c.jurisdiction)).where(of_series, table.c.jurisdiction > codes.c.code)
    codes = codes.union_all(select(following.scalar_subquery()).where(codes.c.code.is_not(None)))
    return select(codes.c.code).where(codes.c.code.is_not(None))


_WATERMARKS = _select_watermarks(union(_walk_codes(responses), _walk_codes(erased)).subquery("codes"))
_LATEST_SEQ = select(*(_newest_seq(table, bindparam("code")) for table in (responses, erased)))
_LATEST_EVENT = select(func.max(events.c.seq)).where(*_conditions(events, ["series", "session"]))
_SUPERSEDED = union(
    *(
        select(column).where(column.in_(bindparam("ids", expanding=True)))
        for column in (supersedes.c.earlier_id, erased.c.id)
    )
)
