"""Write queries: store rows and supersede earlier answers. Each function runs inside a transaction of the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext

from sqlalchemy import Connection, bindparam, exists, insert, or_, select, update

from cluster_kit.content.models import Scope
from cluster_kit.store.errors import ErasedAuthorError, ReusedIdError
from cluster_kit.store.models import (
    Event,
    NewEvent,
    NewResponse,
    Person,
    Presence,
    Receipt,
    TeamCode,
    utc_now,
)
from cluster_kit.store.queries import (
    AnswerBeside,
    find_erased_people,
    find_person,
    find_response,
    get_erased,
    read_aliases,
    read_by_ids,
    read_current_beside,
    read_events,
    read_presence_rows,
    read_superseded,
    where_equal,
)
from cluster_kit.store.schema import erased, events, people, presence, responses, supersedes, team_codes

# The maximum number of conflicting answers in a receipt, newest last. A field may have hundreds.
MAX_OTHERS = 10
# The maximum number of answers of one person to a team's field that are current at once. A page replaces the answer
# that it shows; several come only of devices that were offline. A further one takes the place of the person's oldest.
MAX_OWN_CURRENT = 5
RefusedBatch = ReusedIdError | ErasedAuthorError
_TYPED = set(NewResponse.model_fields)
_WRITTEN = [*NewResponse.model_fields, "at"]
_IS_KNOWN = or_(*(exists().where(table.c.id == bindparam("id")) for table in (responses, erased)))
_NEW_ROW = select(*(bindparam(name, type_=responses.c[name].type) for name in _WRITTEN)).where(~_IS_KNOWN)
_INSERT_UNLESS_KNOWN = insert(responses).from_select(_WRITTEN, _NEW_ROW).returning(responses.c.seq)
_INSERT_SUPERSEDES = insert(supersedes)
_INSERT_PRESENCE = insert(presence)
_PRESENCE_KEY = [presence.c[key] == bindparam(f"of_{key}") for key in ("series", "session", "person")]
_UPDATE_PRESENCE = update(presence).where(*_PRESENCE_KEY)


def write_batches(
    connection: Connection, batches: Iterable[Sequence[NewResponse]]
) -> list[list[Receipt] | RefusedBatch]:
    """Write each batch as a whole, in order. A batch that is refused is skipped; its result is the error.

    Answers of a person who was merged into another, from a page that is still open, are the other's.
    """
    every = [list(batch) for batch in batches]
    known = read_aliases(connection, ids={response.author for batch in every for response in batch})
    if known:
        every = [[_by_kept(response, known) for response in batch] for batch in every]
    gone = _find_gone(connection, [response for batch in every for response in batch])
    return [_refuse_gone(connection, batch, gone) or _write_batch(connection, batch) for batch in every]


def _find_gone(connection: Connection, written: Sequence[NewResponse] | Sequence[NewEvent]) -> set[str]:
    """The authors who were erased."""
    authors: dict[str, dict[str, str]] = {}
    for one in written:
        authors.setdefault(one.series, {})[one.author] = one.jurisdiction
    return {person for series, of in authors.items() for person in find_erased_people(connection, series, of)}


def _refuse_gone(
    connection: Connection, batch: Sequence[NewResponse], gone: Collection[str]
) -> ErasedAuthorError | None:
    """The error for a batch with a new answer of an author who was erased."""
    new = [one for one in batch if one.author in gone and not connection.scalar(select(_IS_KNOWN), {"id": one.id})]
    return ErasedAuthorError(new[0].author) if new else None


def _by_kept(response: NewResponse, known: Mapping[str, str]) -> NewResponse:
    return response.model_copy(update={"author": known.get(response.author, response.author)})


def _write_batch(connection: Connection, batch: Sequence[NewResponse]) -> list[Receipt] | RefusedBatch:
    # A single response is refused before it writes anything, so it needs no savepoint.
    savepoint = connection.begin_nested() if len(batch) > 1 else nullcontext()
    try:
        with savepoint:
            return [write_response(connection, response) for response in batch]
    except ReusedIdError as error:
        return error


def write_response(connection: Connection, response: NewResponse) -> Receipt:
    """Write a response and return its receipt. A known id is not written again."""
    at = utc_now()
    row = {**response.model_dump(include=_TYPED), "at": at}
    seq = connection.execute(_INSERT_UNLESS_KNOWN, row).scalar()
    if seq is None:
        return _receive_again(connection, response)
    beside = read_current_beside(connection, response)
    left = [other for other in beside if not _takes_place_of(response, other)]
    own = [other for other in left if other.author == response.author]
    too_many = own[: max(len(own) + 1 - MAX_OWN_CURRENT, 0)]
    left = [other for other in left if other not in too_many]
    supersede(connection, response.id, (other.id for other in beside if other not in left))
    others = tuple(read_by_ids(connection, [other.id for other in left[-MAX_OTHERS:]]))
    return Receipt(id=response.id, seq=seq, at=at, status="conflict" if others else "saved", others=others)


def _takes_place_of(response: NewResponse, other: AnswerBeside) -> bool:
    return response.scope is Scope.PERSON or other.id in response.base or other.is_same


def _receive_again(connection: Connection, response: NewResponse) -> Receipt:
    """The receipt for a known id. The first receipt, and the conflict in it, may have been lost."""
    kept = find_response(connection, response.id)
    if kept is None:
        gone = get_erased(connection, response.id)
        return Receipt(id=response.id, seq=gone["seq"], at=gone["at"], status="duplicate")
    if not kept.is_same_answer(response):
        raise ReusedIdError(response.id)
    is_current = not read_superseded(connection, [kept.id])
    beside = read_current_beside(connection, kept)[-MAX_OTHERS:] if is_current else ()
    others = tuple(read_by_ids(connection, [other.id for other in beside]))
    return Receipt(id=kept.id, seq=kept.seq, at=kept.at, status="conflict" if others else "duplicate", others=others)


def supersede(connection: Connection, response_id: str, earlier_ids: Iterable[str]) -> None:
    """Record that a response supersedes earlier ones."""
    rows = [{"earlier_id": earlier_id, "response_id": response_id} for earlier_id in earlier_ids]
    if rows:
        connection.execute(_INSERT_SUPERSEDES, rows)


def write_person(connection: Connection, person: Person) -> Person:
    """Store a person unless the id exists, and return the stored person, or the one that it was merged into."""
    kept = find_person(connection, person.id)
    if kept:
        return kept
    connection.execute(insert(people).values(person.model_dump()))
    return person


def change_person(connection: Connection, person: Person, only: Collection[str] | None) -> None:
    """Update the stored person: all fields, or only these."""
    changed = person.model_dump(include=None if only is None else set(only), exclude={"id", "at"})
    connection.execute(update(people).where(people.c.id == person.id).values(changed))


def write_team_code(connection: Connection, code: TeamCode) -> None:
    """Store a code, and end the earlier codes of its state."""
    old = [
        *where_equal(team_codes, series=code.series, jurisdiction=code.jurisdiction),
        team_codes.c.ended_at.is_(None),
    ]
    connection.execute(update(team_codes).where(*old).values(ended_at=code.at))
    connection.execute(insert(team_codes).values(code.model_dump()))


def write_event(connection: Connection, event: NewEvent) -> Event:
    """Store an event unless its id exists, and return the stored event.

    Raises ``ErasedAuthorError``.
    """
    kept = read_events(connection, id=event.id)
    if kept:
        return kept[0]
    author = read_aliases(connection, ids=[event.author]).get(event.author, event.author)
    if _find_gone(connection, [event.model_copy(update={"author": author})]):
        raise ErasedAuthorError(author)
    row = {**event.model_dump(), "author": author, "at": utc_now()}
    seq = connection.execute(insert(events).values(row).returning(events.c.seq)).scalar_one()
    return Event(seq=seq, **row)


def write_presence(connection: Connection, seen: Sequence[Presence]) -> None:
    """Record who is present. ``joined_at`` keeps its first value; other times never decrease.

    A person who changed states is present for the state of the latest ``seen_at``. A person who was erased is
    left out.
    """
    kept = read_aliases(connection, ids={one.person for one in seen})
    seen = [one.model_copy(update={"person": kept.get(one.person, one.person)}) for one in seen]
    for series in {one.series for one in seen}:
        gone = find_erased_people(connection, series, {one.person: one.jurisdiction for one in seen})
        seen = [one for one in seen if one.series != series or one.person not in gone]
    sessions = {(one.series, one.session) for one in seen}
    known = {(p.series, p.session, p.person): p for at in sessions for p in read_presence_rows(connection, *at)}
    added: dict[tuple[str, int, str], Presence] = {}
    changed: dict[tuple[str, int, str], Presence] = {}
    for one in seen:
        key = (one.series, one.session, one.person)
        before = added.get(key) or changed.get(key) or known.get(key)
        (changed if key in known else added)[key] = _later(before, one) if before else one
    if added:
        connection.execute(_INSERT_PRESENCE, [one.model_dump() for one in added.values()])
    if changed:
        connection.execute(_UPDATE_PRESENCE, [_as_update(one) for one in changed.values()])


def _later(before: Presence, presence: Presence) -> Presence:
    times = {name: max(getattr(before, name), getattr(presence, name)) for name in ("active_at", "seen_at")}
    state = (presence if presence.seen_at >= before.seen_at else before).jurisdiction
    return before.model_copy(update={**times, "exercise": presence.exercise or before.exercise, "jurisdiction": state})


def _as_update(presence: Presence) -> dict[str, object]:
    changed = presence.model_dump(include={"active_at", "seen_at", "exercise", "jurisdiction"})
    return {**changed, "of_series": presence.series, "of_session": presence.session, "of_person": presence.person}
