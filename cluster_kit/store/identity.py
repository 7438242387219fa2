"""Queries for requests to be signed in as a teammate, and for ended session cookies.

Each function runs inside a transaction of the store.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, insert, select, update

from cluster_kit.store.errors import IdentityRequestError
from cluster_kit.store.models import IdentityRequest
from cluster_kit.store.queries import where_equal
from cluster_kit.store.schema import ended_sessions, identity_requests

# Open requests at one time. A team of a hundred may all lose their phones, but not within ten minutes.
MOST_FOR_A_PERSON, MOST_IN_A_TEAM = 2, 10
# How long a request is kept after it has ended, so that staff can find out who confirmed what.
KEPT_FOR = dt.timedelta(days=30)
TOO_MANY = (
    "Several people are waiting to be recognized on this team. Wait a few minutes, and ask again, or ask your "
    "facilitator."
)


def write_identity_request(connection: Connection, request: IdentityRequest) -> None:
    """Store a request, and delete old ones. Raises ``IdentityRequestError`` if too many are open."""
    connection.execute(delete(identity_requests).where(identity_requests.c.expires_at <= request.at - KEPT_FOR))
    team = [
        one
        for one in read_identity_requests(connection, request.series, request.at)
        if one.jurisdiction == request.jurisdiction
    ]
    if len(team) >= MOST_IN_A_TEAM or sum(member.person == request.person for member in team) >= MOST_FOR_A_PERSON:
        raise IdentityRequestError(TOO_MANY)
    row = request.model_dump(exclude={"used"})
    connection.execute(insert(identity_requests).values(**row, used=0))


def read_identity_requests(connection: Connection, series: str, now: dt.datetime) -> list[IdentityRequest]:
    """The requests that are open, oldest first."""
    open_ones = [*where_equal(identity_requests, series=series, answer=""), identity_requests.c.expires_at > now]
    query = select(identity_requests).where(*open_ones).order_by(identity_requests.c.at, identity_requests.c.id)
    return [IdentityRequest.model_validate({**row, "used": bool(row["used"])}) for row in _rows(connection, query)]


def find_request(connection: Connection, request_id: str) -> IdentityRequest | None:
    """The request with this id, in any state, or None."""
    query = select(identity_requests).where(identity_requests.c.id == request_id)
    found = next(iter(_rows(connection, query)), None)
    return IdentityRequest.model_validate({**found, "used": bool(found["used"])}) if found else None


def answer_request(
    connection: Connection, request_id: str, answer: str, answered_by: str, now: dt.datetime
) -> IdentityRequest:
    """Answer an open request. Raises ``IdentityRequestError`` if it has expired, or was answered before."""
    changed = connection.execute(
        update(identity_requests)
        .where(identity_requests.c.id == request_id, identity_requests.c.answer == "")
        .where(identity_requests.c.expires_at > now)
        .values(answer=answer, answered_by=answered_by)
    )
    found = find_request(connection, request_id)
    if not changed.rowcount or found is None:
        raise IdentityRequestError("This request has been answered already, or has expired.")
    return found


def use_request(connection: Connection, request_id: str, now: dt.datetime) -> bool:
    """Mark a request that was answered with yes as used. False if it was not, has expired, or was used before."""
    changed = connection.execute(
        update(identity_requests)
        .where(identity_requests.c.id == request_id, identity_requests.c.answer == "yes")
        .where(identity_requests.c.used == 0, identity_requests.c.expires_at > now)
        .values(used=1)
    )
    return changed.rowcount == 1


def write_ended(connection: Connection, digest: str, expires_at: dt.datetime, now: dt.datetime) -> None:
    """Store that a session cookie has ended, and delete those that have expired anyway."""
    connection.execute(delete(ended_sessions).where(ended_sessions.c.expires_at <= now))
    if not connection.scalar(select(exists().where(ended_sessions.c.digest == digest))):
        connection.execute(insert(ended_sessions).values(digest=digest, expires_at=expires_at))


def read_ended(connection: Connection, now: dt.datetime) -> set[str]:
    """The digests of ended session cookies that have not expired."""
    return {*connection.scalars(select(ended_sessions.c.digest).where(ended_sessions.c.expires_at > now))}


def is_ended(connection: Connection, digest: str) -> bool:
    """Whether a session cookie has ended."""
    return bool(connection.scalar(select(exists().where(ended_sessions.c.digest == digest))))


def _rows(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]
