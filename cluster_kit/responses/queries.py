"""Reading: each query takes a connection and returns models, by order of arrival."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, exists, func, select, union

from cluster_kit.content.models import Scope
from cluster_kit.responses.models import Erasure, Event, NewResponse, Person, Presence, Response, TeamCode
from cluster_kit.responses.schema import erased, erasures, events, people, presence, responses, supersedes, team_codes

_IS_CURRENT = ~exists().where(supersedes.c.earlier_id == responses.c.id)
_IDS_PER_QUERY = 500


def matching(table: Table, **parts: Any) -> list[ColumnElement[bool]]:
    """Conditions that these columns equal these values; a part that is None asks for nothing."""
    return [table.c[name] == value for name, value in parts.items() if value is not None]


def read_responses(connection: Connection, conditions: Iterable[ColumnElement[bool]]) -> list[Response]:
    """The responses that meet all conditions."""
    query = select(responses).where(*conditions).order_by(responses.c.seq)
    return [_to_response(row) for row in connection.execute(query).mappings()]


def read_current(connection: Connection, conditions: Iterable[ColumnElement[bool]]) -> list[Response]:
    """Those of them that no later response supersedes."""
    return read_responses(connection, [*conditions, _IS_CURRENT])


def read_current_beside(connection: Connection, response: NewResponse) -> list[Response]:
    """What is current at a response's address, the response itself left out."""
    parts = response.model_dump(
        include={"series", "session", "exercise", "prompt", "row", "jurisdiction", "scope"},
    )
    if response.scope is Scope.PERSON:
        parts["author"] = response.author
    return read_current(connection, [*matching(responses, **parts), responses.c.id != response.id])


def find_response(connection: Connection, response_id: str) -> Response | None:
    """The response with this id, or None."""
    found = read_responses(connection, [responses.c.id == response_id])
    return found[0] if found else None


def find_erased(connection: Connection, response_id: str) -> RowMapping | None:
    """``seq`` and ``at`` of an erased response, or None when no such response was erased."""
    query = select(erased.c.seq, erased.c.at).where(erased.c.id == response_id)
    return connection.execute(query).mappings().first()


def read_latest_seq(connection: Connection, series: str, jurisdiction: str) -> int:
    """The highest ``seq`` ever given in a jurisdiction, erased responses included; 0 when there is none."""
    newest = (
        select(func.max(table.c.seq)).where(*matching(table, series=series, jurisdiction=jurisdiction))
        for table in (responses, erased)
    )
    return max(seq or 0 for seq in connection.scalars(union(*newest)))


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
    found = connection.execute(select(people).where(people.c.id == person_id)).mappings().first()
    return _to_person(found) if found else None


def read_people(connection: Connection, series: str, jurisdiction: str | None) -> list[Person]:
    """The people of a series, or of one jurisdiction in it, in the order in which they came."""
    query = select(people).where(*matching(people, series=series, jurisdiction=jurisdiction))
    rows = connection.execute(query.order_by(people.c.at, people.c.id)).mappings()
    return [_to_person(row) for row in rows]


def read_team_codes(connection: Connection, conditions: Iterable[ColumnElement[bool]]) -> list[TeamCode]:
    """The team codes that meet all conditions, in the order in which they were made."""
    query = select(team_codes).where(*conditions).order_by(team_codes.c.at, team_codes.c.code)
    return [TeamCode.model_construct(**row) for row in connection.execute(query).mappings()]


def read_events(connection: Connection, conditions: Iterable[ColumnElement[bool]]) -> list[Event]:
    """The events that meet all conditions, by ``seq``."""
    query = select(events).where(*conditions).order_by(events.c.seq)
    return [Event.model_construct(**row) for row in connection.execute(query).mappings()]


def read_latest_event(connection: Connection, series: str, session: int) -> int:
    """The highest ``seq`` of a session's events; 0 when there is none."""
    query = select(func.max(events.c.seq)).where(*matching(events, series=series, session=session))
    return connection.scalar(query) or 0


def read_presence(connection: Connection, series: str, session: int, jurisdiction: str | None) -> list[Presence]:
    """Everybody who has been in a session, or those of one jurisdiction, in the order in which they came."""
    asked = select(presence).where(*matching(presence, series=series, session=session, jurisdiction=jurisdiction))
    rows = connection.execute(asked.order_by(presence.c.joined_at, presence.c.person)).mappings()
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
