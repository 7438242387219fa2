"""Queries for registrations on the public page. Each function runs inside a transaction of the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from cluster_kit.store.errors import RegistrationError
from cluster_kit.store.models import NewErasure, Registration, email_key
from cluster_kit.store.queries import read_ids_of, where_equal
from cluster_kit.store.schema import people, registrations

MOST_PENDING, MOST_PENDING_OF_AN_ADDRESS = 1000, 3
"""Registrations that may wait for staff at one time, in the series and of one email address."""
# How long a declined or withdrawn registration is kept, so that staff can look up what was decided.
KEPT_FOR = dt.timedelta(days=30)
TOO_MANY = "Many registrations are waiting to be confirmed. Try again tomorrow, or write to the contact below."


def write_registration(connection: Connection, registration: Registration) -> None:
    """Store a registration, and delete old ones that were declined or withdrawn.

    One that waits already with the same answers is not stored again, nor is another one of an address that has
    ``MOST_PENDING_OF_AN_ADDRESS``. Raises ``RegistrationError`` if ``MOST_PENDING`` wait.
    """
    old = registrations.c.decided_at <= registration.at - KEPT_FOR
    connection.execute(delete(registrations).where(registrations.c.status == "withdrawn", old))
    waiting = read_registrations(connection, registration.series, "pending")
    of_address = [one for one in waiting if email_key(one.email) == email_key(registration.email)]
    if any(one.is_same_form(registration) for one in of_address) or len(of_address) >= MOST_PENDING_OF_AN_ADDRESS:
        return
    if len(waiting) >= MOST_PENDING:
        raise RegistrationError(TOO_MANY)
    connection.execute(insert(registrations).values(**registration.model_dump()))


def read_registrations(connection: Connection, series: str, status: str | None) -> list[Registration]:
    """The registrations of a series, or those with this status, oldest first."""
    where = where_equal(registrations, series=series, **({"status": status} if status else {}))
    query = select(registrations).where(*where).order_by(registrations.c.at, registrations.c.id)
    return [Registration.model_validate(dict(row)) for row in connection.execute(query).mappings()]


def find_registration(connection: Connection, registration_id: str) -> Registration | None:
    """The registration with this id, or None."""
    query = select(registrations).where(registrations.c.id == registration_id)
    row = connection.execute(query).mappings().first()
    return Registration.model_validate(dict(row)) if row else None


def decide_registration(connection: Connection, decided: Registration) -> None:
    """Store the decision about a pending registration. Raises ``RegistrationError`` if it is not pending any more."""
    changed = connection.execute(
        update(registrations)
        .where(registrations.c.id == decided.id, registrations.c.status == "pending")
        .values(decided.model_dump(include={"status", "person", "needs", "decided_by", "decided_at"}))
    )
    if not changed.rowcount:
        raise RegistrationError(f"Someone else has decided about the registration of {decided.name} in the meantime.")


def withdraw_registration(connection: Connection, registration: Registration, by: str, at: dt.datetime) -> None:
    """Mark a registration withdrawn, with the other confirmed ones of its person, and delete what the person needs.

    Those that were withdrawn or declined before stay as they are.
    """
    same = registrations.c.id == registration.id
    if registration.person:
        same = or_(same, and_(registrations.c.person == registration.person, registrations.c.status == "confirmed"))
    connection.execute(
        update(registrations)
        .where(same, registrations.c.status != "withdrawn")
        .values(status="withdrawn", needs="", decided_by=by, decided_at=at)
    )


def registrations_of(connection: Connection, ids: Collection[str]) -> ColumnElement[bool]:
    """A condition for the registrations of a person with these ids, also for pending ones from their address."""
    where = (people.c.id.in_(ids), people.c.email != "")
    found = connection.execute(select(people.c.series, func.lower(people.c.email)).where(*where)).all()
    series, email = registrations.c.series, func.lower(registrations.c.email)
    return or_(registrations.c.person.in_(ids), *(and_(series == one, email == address) for one, address in found))


def erase_registrations(connection: Connection, request: NewErasure, at: dt.datetime | None) -> None:
    """Delete the registrations of the people of an erasure of all sessions, as of ``at``. Call it before the people are
    deleted, because it needs their addresses."""
    if request.session is not None:
        return
    if request.person:
        ids = read_ids_of(connection, request.person)
        where = [*where_equal(registrations, series=request.series), registrations_of(connection, ids)]
    else:
        where = where_equal(registrations, series=request.series, jurisdiction=request.jurisdiction)
    if at is not None:
        where.append(registrations.c.at <= at)
    connection.execute(delete(registrations).where(*where))
