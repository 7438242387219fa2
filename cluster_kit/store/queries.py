"""Read queries. Each takes a connection and search criteria, and returns models in order of arrival.

Statements are built once and run with parameters, because building one takes three times as long as running it, and
some run every second for every open page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

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
from cluster_kit.store.models import ErasedChoice, Erasure, Event, NewResponse, Person, Presence, Response, TeamCode
from cluster_kit.store.schema import (
    aliases,
    erased,
    erased_choices,
    erasures,
    events,
    merges,
    people,
    presence,
    responses,
    supersedes,
    team_codes,
)

_IS_CURRENT = ~exists().where(supersedes.c.earlier_id == responses.c.id)
_PEOPLE_THERE = select(people.c.id).where(
    people.c.series == bindparam("series"), people.c.id.in_(bindparam("ids", expanding=True))
)
_WHOLLY_ERASED = select(erasures.c.jurisdiction, erasures.c.person).where(
    erasures.c.series == bindparam("series"),
    *(erasures.c[name].is_(None) for name in ("session", "exercise", "prompt", "row")),
)
_IDS_PER_QUERY = 500
_CODES_PER_QUERY = 100
Parameters = dict[str, Any]


def where_equal(table: Table, **parts: Any) -> list[ColumnElement[bool]]:
    """Conditions that these columns equal these values. A value of None adds no condition."""
    return [table.c[name] == value for name, value in _without_none(parts).items()]


def read_responses(connection: Connection, *, current: bool = False, **parts: Any) -> list[Response]:
    """The responses that match all parts, by ``seq``. ``current``: only those that no later one supersedes.

    A part is a column and its value, or ``after`` (a ``seq``), or ``not_id``. None adds no condition.
    """
    parameters = _without_none(parts)
    rows = connection.execute(_select_responses(tuple(parameters), current), parameters).mappings()
    return [_to_response(row) for row in rows]


def find_erased_people(connection: Connection, series: str, authors: Mapping[str, str]) -> set[str]:
    """Those of these people, ids with their states, who are not in the store because everything of them was erased.

    What an open page sends until it is closed would otherwise bring their data back.
    """
    there = connection.execute(_PEOPLE_THERE, {"series": series, "ids": list(authors)}).scalars()
    missing = set(authors) - set(there)
    if not missing:
        return set()
    found = {(state, person) for state, person in connection.execute(_WHOLLY_ERASED, {"series": series})}
    return {one for one in missing if found & {(authors[one], None), (authors[one], one)}}


class AnswerBeside(NamedTuple):
    """A current response at the address of another, without its value; ``is_same``: the values are equal."""

    id: str
    author: str
    is_same: bool


def read_current_beside(connection: Connection, response: NewResponse) -> list[AnswerBeside]:
    """The current responses at a response's address, except itself, by ``seq``. Its author is no alias.

    Their values are compared in the database: reading them for each answer of a save would take as long as the square
    of the answers.
    """
    address = response.model_dump(
        include={"series", "session", "exercise", "prompt", "row", "jurisdiction", "scope"},
    )
    author = response.author if response.scope is Scope.PERSON else None
    parameters = _without_none({**address, "author": author, "not_id": response.id})
    rows = connection.execute(_select_beside(tuple(parameters)), {**parameters, "same_value": response.value})
    return [AnswerBeside(id_, by, bool(is_same)) for id_, by, is_same in rows]


def read_by_ids(connection: Connection, ids: Collection[str]) -> list[Response]:
    """The responses with these ids, by ``seq``."""
    return read_responses(connection, ids=list(ids)) if ids else []


def find_response(connection: Connection, response_id: str) -> Response | None:
    """The response with this id, or None."""
    found = read_responses(connection, id=response_id)
    return found[0] if found else None


def get_erased(connection: Connection, response_id: str) -> RowMapping:
    """The ``seq`` and ``at`` of an erased response."""
    return connection.execute(_ERASED, {"id": response_id}).mappings().one()


def read_latest_seq(connection: Connection, series: str, jurisdiction: str) -> int:
    """The highest ``seq`` ever given in a jurisdiction, including erased responses; 0 if there is none."""
    row = connection.execute(_LATEST_SEQ, {"series": series, "code": jurisdiction}).one()
    return max(seq or 0 for seq in row)


def read_watermarks(
    connection: Connection, series: str, jurisdictions: Collection[str] | None
) -> dict[str, tuple[int, int]]:
    """By jurisdiction, the newest ``seq`` of its responses and the number of erased ones.

    Jurisdictions with neither are omitted. Each number is read from an index, without reading the responses.
    """
    if jurisdictions is None:
        return _read_watermarks(connection, _WATERMARKS, {"series": series})
    found: dict[str, tuple[int, int]] = {}
    for codes in _in_parts(jurisdictions, _CODES_PER_QUERY):
        parameters = {f"code_{number}": code for number, code in enumerate(codes)}
        found |= _read_watermarks(connection, _select_watermarks_of(len(codes)), {"series": series, **parameters})
    return found


def _read_watermarks(connection: Connection, query: Select[Any], parameters: Parameters) -> dict[str, tuple[int, int]]:
    rows = connection.execute(query, parameters)
    return {code: (newest or 0, gone) for code, newest, gone in rows if newest or gone}


def read_superseded(connection: Connection, ids: Iterable[str]) -> set[str]:
    """The ids that are no longer current: superseded or erased."""
    found: set[str] = set()
    for some in _in_parts(ids, _IDS_PER_QUERY):
        found.update(connection.scalars(_SUPERSEDED, {"ids": some}))
    return found


def _in_parts(items: Iterable[str], size: int) -> Iterator[list[str]]:
    """The items without duplicates, in lists of at most ``size``."""
    every = list(dict.fromkeys(items))
    return (every[start : start + size] for start in range(0, len(every), size))


def find_person(connection: Connection, person_id: str) -> Person | None:
    """The person with this id, or None. For an id that was merged into another, the person who was kept.

    ``links_since`` is then the later one of both, so that a link that was revoked before the merge stays revoked.
    """
    found = find_own_record(connection, person_id)
    kept_id = connection.scalar(_ALIAS, {"person": person_id})
    kept = find_own_record(connection, kept_id) if kept_id else None
    return with_later_links(kept, found) if kept else found


def find_own_record(connection: Connection, person_id: str) -> Person | None:
    """The person as stored under this id, merged or not, or None."""
    found = connection.execute(_select(people, ("id",)), {"id": person_id}).mappings().first()
    return _to_person(found) if found else None


def with_later_links(kept: Person, merged: Person | None) -> Person:
    """The kept person, as the links of the merged one may be used."""
    times = [one.links_since for one in (kept, merged) if one and one.links_since]
    return kept.model_copy(update={"links_since": max(times, default=None)})


def read_aliases(
    connection: Connection, series: str | None = None, ids: Collection[str] | None = None
) -> dict[str, str]:
    """By merged id, the id of the person who was kept: of a series, or of these ids."""
    query = select(aliases.c.person, aliases.c.kept).where(*where_equal(aliases, series=series))
    if ids is not None:
        query = query.where(aliases.c.person.in_(ids))
    return {person: kept for person, kept in connection.execute(query)}


def read_ids_of(connection: Connection, person_id: str) -> set[str]:
    """All ids of a person: the one that was kept, and those merged into it."""
    kept = connection.scalar(_ALIAS, {"person": person_id}) or person_id
    return {kept, *connection.scalars(select(aliases.c.person).where(aliases.c.kept == kept))}


def read_people(connection: Connection, series: str, jurisdiction: str | None) -> list[Person]:
    """The people of a series, or of one jurisdiction in it, in the order in which they were added.

    People who were merged into another are left out.
    """
    parameters = _without_none({"series": series, "jurisdiction": jurisdiction})
    query = _select(people, tuple(parameters), ("at", "id")).where(_IS_NO_ALIAS)
    return [_to_person(row) for row in connection.execute(query, parameters).mappings()]


def read_team_codes(connection: Connection, conditions: Iterable[ColumnElement[bool]]) -> list[TeamCode]:
    """The team codes that meet all conditions, oldest first."""
    query = select(team_codes).where(*conditions).order_by(team_codes.c.at, team_codes.c.code)
    return [TeamCode.model_construct(**row) for row in connection.execute(query).mappings()]


def read_events(connection: Connection, *, kinds: Collection[str] | None = None, **parts: Any) -> list[Event]:
    """The events that match all parts, by ``seq``. A part is a column and its value, or ``after`` (a ``seq``)."""
    parameters = _without_none({**parts, "kinds": None if kinds is None else [*kinds]})
    rows = connection.execute(_select(events, tuple(parameters), ("seq",)), parameters).mappings()
    return [Event.model_construct(**row) for row in rows]


def read_latest_event(connection: Connection, series: str, session: int) -> int:
    """The highest ``seq`` of a session's events; 0 if there is none."""
    return connection.scalar(_LATEST_EVENT, {"series": series, "session": session}) or 0


def read_presence(connection: Connection, series: str, session: int, jurisdiction: str | None) -> list[Presence]:
    """Everyone who has been in a session, or those of one jurisdiction, in the order in which they joined."""
    found = read_presence_rows(connection, series, session, jurisdiction)
    known = read_aliases(connection, series)
    return _join_presence(found, known) if known else found


def read_presence_rows(
    connection: Connection, series: str, session: int, jurisdiction: str | None = None
) -> list[Presence]:
    """As ``read_presence``, with the ids under which people were present."""
    parameters = _without_none({"series": series, "session": session, "jurisdiction": jurisdiction})
    rows = connection.execute(_select(presence, tuple(parameters), ("joined_at", "person")), parameters).mappings()
    return [Presence.model_construct(**row) for row in rows]


def _join_presence(found: Iterable[Presence], known: Mapping[str, str]) -> list[Presence]:
    """One record for each person: who joined first, and was seen last, under any of their ids."""
    people_here: dict[str, Presence] = {}
    for one in found:
        person = known.get(one.person, one.person)
        before = people_here.get(person, one)
        last = max(before, one, key=lambda each: each.seen_at)
        people_here[person] = last.model_copy(
            update={
                "person": person,
                "joined_at": min(before.joined_at, one.joined_at),
                "active_at": max(before.active_at, one.active_at),
            }
        )
    return list(people_here.values())


def read_erasures(connection: Connection, series: str | None, jurisdiction: str | None) -> list[Erasure]:
    """The log of erasures, oldest first."""
    query = select(erasures).where(*where_equal(erasures, series=series, jurisdiction=jurisdiction))
    return [Erasure.model_construct(**row) for row in connection.execute(query.order_by(erasures.c.id)).mappings()]


def read_erased_choices(connection: Connection, series: str) -> list[ErasedChoice]:
    """The erased choices of who may see a row, by table and version of the content."""
    rows = connection.execute(select(erased_choices).where(*where_equal(erased_choices, series=series))).mappings()
    return [ErasedChoice.model_construct(**{key: row[key] for key in ErasedChoice.model_fields}) for row in rows]


def _to_person(row: RowMapping) -> Person:
    return Person.model_construct(**{**row, "sessions": tuple(row["sessions"])})


def _to_response(row: RowMapping) -> Response:
    # Rows were validated when they were written.
    return Response.model_construct(**{**row, "scope": Scope(row["scope"]), "base": tuple(row["base"])})


# --- statements ----------------------------------------------------------------------------------------------------


def _without_none(parts: Parameters) -> Parameters:
    """The parts that are not None."""
    return {name: value for name, value in parts.items() if value is not None}


@cache
def _select(table: Table, names: tuple[str, ...], order: tuple[str, ...] = ()) -> Select[Any]:
    """The query for rows that match parameters of these names, ordered by these columns.

    Authors are the people who were kept when they were merged.
    """
    return _columns(table).where(*_conditions(table, names)).order_by(*(table.c[name] for name in order))


def _columns(table: Table) -> Select[Any]:
    if "author" not in table.c:
        return select(table)
    author = func.coalesce(aliases.c.kept, table.c.author).label("author")
    others = [column for column in table.c if column.name != "author"]
    return select(*others, author).select_from(table.outerjoin(aliases, aliases.c.person == table.c.author))


@cache
def _select_responses(names: tuple[str, ...], current: bool) -> Select[Any]:
    query = _select(responses, names, ("seq",))
    return query.where(_IS_CURRENT) if current else query


@cache
def _select_beside(names: tuple[str, ...]) -> Select[Any]:
    is_same = responses.c.value == bindparam("same_value", type_=responses.c.value.type)
    query = _select_responses(names, True)
    columns = {column.name: column for column in query.selected_columns}
    return query.with_only_columns(columns["id"], columns["author"], is_same)


def _conditions(table: Table, names: Iterable[str]) -> list[ColumnElement[bool]]:
    return [_condition(table, name) for name in names]


def _condition(table: Table, name: str) -> ColumnElement[bool]:
    match name:
        case "after":
            return table.c.seq > bindparam(name)
        case "not_id":
            return table.c.id != bindparam(name)
        case "ids":
            return table.c.id.in_(bindparam(name, expanding=True))
        case "kinds":
            return table.c.kind.in_(bindparam(name, expanding=True))
        case _:
            return table.c[name] == bindparam(name)


_ERASED = select(erased.c.seq, erased.c.at).where(*_conditions(erased, ["id"]))


def _newest_seq(table: Table, code: ColumnElement[str]) -> ScalarSelect[int]:
    """The newest ``seq`` of a jurisdiction, by one seek in the index (series, jurisdiction, seq).

    For ``max(seq)`` with ``jurisdiction = code``, PostgreSQL may scan the primary key backward until it finds a row of
    the jurisdiction: the whole table if there is none. A range and this order make it use the index.
    """
    return (
        select(table.c.seq)
        .where(table.c.series == bindparam("series"), table.c.jurisdiction.between(code, code))
        .order_by(table.c.jurisdiction.desc(), table.c.seq.desc())
        .limit(literal_column("1"))
        .scalar_subquery()
    )


def _select_watermarks(codes: FromClause) -> Select[Any]:
    """Each code with its newest ``seq`` (None without responses) and its number of invalidations.

    Those are erased responses, and merges of people and their reversals, after which authors differ.
    """
    code = codes.c.code
    of_code = (erased.c.series == bindparam("series"), erased.c.jurisdiction == code)
    gone = select(func.count()).select_from(erased).where(*of_code).scalar_subquery()
    merged = (merges.c.series == bindparam("series"), merges.c.jurisdiction == code)
    changed = select(func.count() + func.count(merges.c.undone_at)).select_from(merges).where(*merged).scalar_subquery()
    return select(code, _newest_seq(responses, code), gone + changed)


@cache
def _select_watermarks_of(count: int) -> Select[Any]:
    """The watermark query with the parameters ``code_0``, ``code_1``, and so on."""
    codes = (select(bindparam(f"code_{number}", type_=String).label("code")) for number in range(count))
    return _select_watermarks(union(*codes).subquery("codes"))


def _walk_codes(table: Table) -> Select[Any]:
    """The jurisdictions of a series in a table, by a loose index scan: one seek to each next code."""
    of_series = table.c.series == bindparam("series")
    first = select(func.min(table.c.jurisdiction).label("code")).where(of_series)
    codes = first.cte(f"{table.name}_codes", recursive=True)
    following = select(func.min(table.c.jurisdiction)).where(of_series, table.c.jurisdiction > codes.c.code)
    codes = codes.union_all(select(following.scalar_subquery()).where(codes.c.code.is_not(None)))
    return select(codes.c.code).where(codes.c.code.is_not(None))


_WATERMARKS = _select_watermarks(union(_walk_codes(responses), _walk_codes(erased)).subquery("codes"))
_LATEST_SEQ = select(*(_newest_seq(table, bindparam("code")) for table in (responses, erased)))
_ALIAS = select(aliases.c.kept).where(aliases.c.person == bindparam("person"))
_IS_NO_ALIAS = ~exists().where(aliases.c.person == people.c.id)
_LATEST_EVENT = select(func.max(events.c.seq)).where(*_conditions(events, ["series", "session"]))
_SUPERSEDED = union(
    *(
        select(column).where(column.in_(bindparam("ids", expanding=True)))
        for column in (supersedes.c.earlier_id, erased.c.id)
    )
)
