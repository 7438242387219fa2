"""Merge two people of a team who are one person, and undo it. Each function runs inside a transaction of the store.

Nothing is deleted. Personal answers, such as ratings, count once: of two answers to one field, the newer one that is
not empty. If that is the merged person's, a copy of it is appended under the kept person's id, which supersedes both;
otherwise the kept person's answer supersedes the other. Everything else that the merged person did (team answers,
posts, presence, evaluation forms) is read as the kept person's through the table ``aliases``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from cluster_kit.content.models import Scope
from cluster_kit.store.errors import MergeError
from cluster_kit.store.models import (
    SAME_PERSON,
    Merge,
    MergePreview,
    NewResponse,
    Person,
    Response,
    utc_now,
)
from cluster_kit.store.queries import find_own_record, read_aliases, read_ids_of, read_superseded, where_equal
from cluster_kit.store.schema import aliases, events, merges, presence, responses, supersedes
from cluster_kit.store.writes import supersede, write_response


@dataclass(frozen=True)
class _Field:
    """The current personal answers of the two to one field; one of them may be None, but not both."""

    kept: Response | None
    merged: Response | None

    @property
    def outcome(self) -> str:
        """``moved``, ``newer``, ``older``, or ``same`` (as in ``MergePreview``); empty if the merged has no answer."""
        if self.merged is None:
            return ""
        if self.kept is None:
            return "moved"
        if self.kept.has_same_value(self.merged):
            return "same"
        if self.merged.value is None or self.kept.value is None:
            return "older" if self.merged.value is None else "newer"
        return "newer" if self.merged.seq > self.kept.seq else "older"


def preview_merge(connection: Connection, kept_id: str, merged_id: str) -> MergePreview:
    """What ``write_merge`` would do now. Raises ``MergeError``."""
    kept, merged = _check(connection, kept_id, merged_id)
    outcomes = [field.outcome for field in _read_fields(connection, kept, merged)]
    ids = [merged.id, *_aliases_of(connection, merged.id)]
    team = [responses.c.author.in_(ids), responses.c.scope == Scope.TEAM.value]
    seen = connection.scalars(select(presence.c.session).where(presence.c.person.in_(ids)).distinct())
    return MergePreview(
        **{name: outcomes.count(name) for name in ("moved", "newer", "older", "same")},
        written=connection.scalar(select(func.count()).select_from(responses).where(*team)) or 0,
        posts=connection.scalar(select(func.count()).select_from(events).where(events.c.author.in_(ids))) or 0,
        sessions=tuple(sorted(seen)),
    )


def write_merge(connection: Connection, kept_id: str, merged_id: str, asked_by: str, sessions: Iterable[int]) -> Merge:
    """Merge the second person into the first, and notify these sessions. Raises ``MergeError``."""
    kept, merged = _check(connection, kept_id, merged_id)
    row = {"series": kept.series, "jurisdiction": kept.jurisdiction, "kept": kept.id, "merged": merged.id}
    record = {**row, "asked_by": asked_by, "at": utc_now()}
    merge_id = connection.execute(insert(merges).values(record).returning(merges.c.id)).scalar_one()
    for number, field in enumerate(_read_fields(connection, kept, merged)):
        if field.merged is None:
            continue
        if field.kept and field.outcome in ("older", "same"):
            supersede(connection, field.kept.id, [field.merged.id])
        else:
            copy = _copy(field.merged, f"merge-{merge_id}-{number}", kept.id)
            write_response(connection, copy)
            supersede(connection, copy.id, [field.merged.id])
    _rebuild_aliases(connection, kept.series)
    _notify(connection, f"{SAME_PERSON}-{merge_id}", kept, {}, sessions)
    return Merge(id=merge_id, **record)


def undo_merge(connection: Connection, merge_id: int, asked_by: str, sessions: Iterable[int]) -> Merge:
    """Make the two people two again. Each has the personal answers from before the merge, under new ids.

    What was answered since then stays with the person who was kept. Raises ``MergeError``.
    """
    found = connection.execute(select(merges).where(merges.c.id == merge_id)).mappings().first()
    if found is None or found["undone_at"]:
        raise MergeError(
            f"There is no merge {merge_id} that could be undone. To list merges: cluster-kit roster unmerge."
        )
    merge = Merge.model_validate(dict(found))
    later = read_aliases(connection, ids=[merge.kept]).get(merge.kept)
    if later:
        raise MergeError(f"{merge.kept} was merged into {later} afterward. Undo that merge first.")
    undone = {"undone_by": asked_by, "undone_at": utc_now()}
    connection.execute(update(merges).where(merges.c.id == merge_id).values(undone))
    _rebuild_aliases(connection, merge.series)
    _restore(connection, merge)
    kept = find_own_record(connection, merge.kept)
    if kept:
        _notify(connection, f"{SAME_PERSON}-{merge_id}-undone", kept, {merge.merged: merge.merged}, sessions)
    return merge.model_copy(update=undone)


def find_kept(connection: Connection, merge_id: int) -> str:
    """The id of the person that a merge kept; empty if there is no such merge."""
    return connection.scalar(select(merges.c.kept).where(merges.c.id == merge_id)) or ""


def read_merges(connection: Connection, series: str, jurisdiction: str | None) -> list[Merge]:
    """The log of merges, oldest first, including those that were undone."""
    query = select(merges).where(*where_equal(merges, series=series, jurisdiction=jurisdiction)).order_by(merges.c.id)
    return [Merge.model_construct(**row) for row in connection.execute(query).mappings()]


def _check(connection: Connection, kept_id: str, merged_id: str) -> tuple[Person, Person]:
    kept, merged = (find_own_record(connection, one) for one in (kept_id, merged_id))
    if kept is None or merged is None:
        raise MergeError(f"There is no person {kept_id if kept is None else merged_id!r}.")
    if kept.id == merged.id:
        raise MergeError("These are the same record already. Name two people.")
    if (kept.series, kept.jurisdiction) != (merged.series, merged.jurisdiction) or not kept.jurisdiction:
        raise MergeError(
            "Only two people of one state's team can be merged. To move a person to another state, change the state in "
            "the roster, and import it."
        )
    known = read_aliases(connection, ids=[kept.id, merged.id])
    if known:
        gone = next(iter(known))
        raise MergeError(f"{gone} was merged into {known[gone]} before. Name that person instead.")
    return kept, merged


def _read_fields(connection: Connection, kept: Person, merged: Person) -> list[_Field]:
    """The fields that either of them answered, by the ``seq`` of the first answer."""
    fields: defaultdict[tuple[object, ...], dict[str, Response]] = defaultdict(dict)
    for response in _read_personal(connection, kept, [kept.id, merged.id]):
        address = (response.session, response.exercise, response.prompt, response.row)
        fields[address][response.author] = response
    return [_Field(found.get(kept.id), found.get(merged.id)) for found in fields.values()]


def _read_personal(connection: Connection, person: Person, authors: Collection[str]) -> list[Response]:
    """The current personal answers under these ids, by ``seq``, each with the id under which it was given."""
    query = (
        select(responses)
        .where(*where_equal(responses, series=person.series, jurisdiction=person.jurisdiction))
        .where(responses.c.author.in_(authors), responses.c.scope == Scope.PERSON.value)
        .order_by(responses.c.seq)
    )
    found = [_to_response({**row}) for row in connection.execute(query).mappings()]
    gone = read_superseded(connection, [one.id for one in found])
    return [one for one in found if one.id not in gone]


def _restore(connection: Connection, merge: Merge) -> None:
    """Append each person's answers from before the merge, and clear those that came from the other person only."""
    replaced = _read_replaced(connection, merge)
    copies = [one for one in replaced if one.startswith(f"merge-{merge.id}-")]
    still_current = {*copies} - read_superseded(connection, copies)
    for number, (winner, earlier) in enumerate(sorted(replaced.items())):
        own = next((one for one in earlier if one.author == merge.kept), None)
        other = next((one for one in reversed(earlier) if one.author == merge.merged), None)
        if winner in still_current and other:
            restored = _copy(own or other, f"undo-{merge.id}-{number}-kept", merge.kept)
            write_response(connection, restored if own else restored.model_copy(update={"value": None}))
        if other:
            write_response(connection, _copy(other, f"undo-{merge.id}-{number}-merged", merge.merged))


def _read_replaced(connection: Connection, merge: Merge) -> dict[str, list[Response]]:
    """By id of the answer that counted after the merge, the answers that it superseded then, by ``seq``."""
    winner = responses.alias("winner")
    query = (
        select(supersedes.c.response_id, responses)
        .join(responses, responses.c.id == supersedes.c.earlier_id)
        .join(winner, winner.c.id == supersedes.c.response_id)
        .where(responses.c.author.in_([merge.kept, merge.merged]), winner.c.author == merge.kept)
        .where(responses.c.scope == Scope.PERSON.value, winner.c.jurisdiction == merge.jurisdiction)
        .order_by(responses.c.seq)
    )
    found: defaultdict[str, list[Response]] = defaultdict(list)
    newest: dict[tuple[object, ...], str] = {}
    for row in connection.execute(query).mappings():
        response = _to_response({name: value for name, value in row.items() if name != "response_id"})
        found[row["response_id"]].append(response)
        if response.author == merge.merged:  # of several merges of the same two, the last
            newest[response.session, response.exercise, response.prompt, response.row] = row["response_id"]
    return {winner_id: found[winner_id] for winner_id in newest.values()}


def _to_response(row: Mapping[str, Any]) -> Response:
    return Response.model_validate(dict(row))


def _copy(response: Response, copy_id: str, author: str) -> NewResponse:
    parts = response.model_dump(exclude={"seq", "at"})
    return NewResponse(**{**parts, "id": copy_id, "author": author, "base": (response.id,)})


def _aliases_of(connection: Connection, person: str) -> set[str]:
    return read_ids_of(connection, person) - {person}


def _rebuild_aliases(connection: Connection, series: str) -> None:
    """Set each merged id's person, over all merges in order: if B became A, and A became C, then B is C."""
    current: dict[str, str] = {}
    for merge in read_merges(connection, series, None):
        if merge.undone_at is None:
            current = {person: merge.kept if kept == merge.merged else kept for person, kept in current.items()}
            current[merge.merged] = merge.kept
    connection.execute(delete(aliases).where(aliases.c.series == series))
    if current:
        rows = [{"person": person, "series": series, "kept": kept} for person, kept in current.items()]
        connection.execute(insert(aliases), rows)


def _notify(connection: Connection, name: str, kept: Person, undone: dict[str, str], sessions: Iterable[int]) -> None:
    """Add an event to each of these sessions: open pages and consoles then read authors again.

    Its value has the current person of each id.
    """
    now_is = undone | read_aliases(connection, kept.series)
    rows = [
        {
            "id": f"{name}-{session}",
            "series": kept.series,
            "session": session,
            "kind": SAME_PERSON,
            "subject": "",
            "jurisdiction": kept.jurisdiction,
            "author": SAME_PERSON,
            "value": now_is,
            "at": utc_now(),
        }
        for session in sorted(sessions)
    ]
    if rows:
        connection.execute(insert(events), rows)
