"""Writing: what an answer does to those before it. Each function runs inside a transaction of the store's."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, insert, select, update

from cluster_kit.content.models import Scope
from cluster_kit.responses.errors import ReusedIdError
from cluster_kit.responses.models import (
    Event,
    NewEvent,
    NewResponse,
    Person,
    Presence,
    Receipt,
    Response,
    TeamCode,
    now,
)
from cluster_kit.responses.queries import (
    find_erased,
    find_person,
    find_response,
    matching,
    read_current_beside,
    read_events,
    read_superseded,
)
from cluster_kit.responses.schema import events, people, presence, responses, supersedes, team_codes

_WRITTEN = set(NewResponse.model_fields)
_INSERT_RESPONSE = insert(responses).returning(responses.c.seq)
_INSERT_SUPERSEDES = insert(supersedes)


def write_response(connection: Connection, response: NewResponse) -> Receipt:
    """Keep an answer and say what became of it. An id that is kept already is not kept again."""
    earlier = find_response(connection, response.id)
    if earlier:
        return _receive_again(connection, response, earlier)
    gone = find_erased(connection, response.id)
    if gone:
        return Receipt(id=response.id, seq=gone["seq"], at=gone["at"], status="duplicate")
    beside = read_current_beside(connection, response)
    at = now()
    row = {**response.model_dump(include=_WRITTEN), "at": at}
    seq = connection.execute(_INSERT_RESPONSE, row).scalar_one()
    _supersede(connection, response.id, (other.id for other in beside if _takes_place_of(response, other)))
    others = tuple(other for other in beside if not _takes_place_of(response, other))
    return Receipt(id=response.id, seq=seq, at=at, status="conflict" if others else "saved", others=others)


def _takes_place_of(response: NewResponse, other: Response) -> bool:
    return response.scope is Scope.PERSON or other.id in response.base or other.has_same_value(response)


def _receive_again(connection: Connection, response: NewResponse, kept: Response) -> Receipt:
    """The receipt once more; it may have been lost on its way, and with it that the answer stands in conflict."""
    if not kept.is_same_answer(response):
        raise ReusedIdError(response.id)
    is_current = not read_superseded(connection, [kept.id])
    others = tuple(read_current_beside(connection, kept)) if is_current else ()
    return Receipt(id=kept.id, seq=kept.seq, at=kept.at, status="conflict" if others else "duplicate", others=others)


def _supersede(connection: Connection, response_id: str, earlier_ids: Iterable[str]) -> None:
    rows = [{"earlier_id": earlier_id, "response_id": response_id} for earlier_id in earlier_ids]
    if rows:
        connection.execute(_INSERT_SUPERSEDES, rows)


def write_person(connection: Connection, person: Person) -> Person:
    """Keep a person, and return what is kept under the id: the first that was written."""
    kept = find_person(connection, person.id)
    if kept:
        return kept
    connection.execute(insert(people).values(person.model_dump()))
    return person


def change_person(connection: Connection, person: Person, only: Collection[str] | None) -> None:
    """Write what is known of a person by now over what was kept under the id: all of it, or these fields only."""
    changed = person.model_dump(include=None if only is None else set(only), exclude={"id", "at"})
    connection.execute(update(people).where(people.c.id == person.id).values(changed))


def write_team_code(connection: Connection, code: TeamCode) -> None:
    """Keep a code, and end those that its state had before."""
    old = [*matching(team_codes, series=code.series, jurisdiction=code.jurisdiction), team_codes.c.ended_at.is_(None)]
    connection.execute(update(team_codes).where(*old).values(ended_at=code.at))
    connection.execute(insert(team_codes).values(code.model_dump()))


def write_event(connection: Connection, event: NewEvent) -> Event:
    """Keep an event; one whose id is kept already is not kept again, and what was kept first is returned."""
    kept = read_events(connection, id=event.id)
    if kept:
        return kept[0]
    row = {**event.model_dump(), "at": now()}
    seq = connection.execute(insert(events).values(row).returning(events.c.seq)).scalar_one()
    return Event(seq=seq, **row)


def write_presence(connection: Connection, seen: Iterable[Presence]) -> None:
    """Note who is there now. When somebody came stays as it was first noted; no other time goes back."""
    for one in seen:
        key = matching(presence, series=one.series, session=one.session, person=one.person)
        kept = connection.execute(select(presence).where(*key)).mappings().first()
        if kept is None:
            connection.execute(insert(presence).values(one.model_dump()))
            continue
        later = {name: max(kept[name], getattr(one, name)) for name in ("active_at", "seen_at")}
        connection.execute(update(presence).where(*key).values(**later, exercise=one.exercise or kept["exercise"]))
