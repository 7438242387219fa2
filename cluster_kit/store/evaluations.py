"""Queries for the anonymous evaluations of sessions. Each function runs inside a transaction of the store.

An evaluation and the person who sent it are never in one transaction; ``docs/explanation/privacy.md`` gives the
reasons.
"""

from __future__ import annotations

import random

from sqlalchemy import ColumnElement, Connection, delete, exists, false, func, insert, or_, select

from cluster_kit.store.models import NewErasure, SessionEvaluation
from cluster_kit.store.queries import read_ids_of, where_equal
from cluster_kit.store.schema import evaluation_ballots, evaluations, people, presence

_RANDOM = random.SystemRandom()


def write_ballot(connection: Connection, series: str, session: int, person: str) -> bool:
    """Record that a person receives a form. False if they received one before, under any of their ids."""
    ids = read_ids_of(connection, person)
    received = [*where_equal(evaluation_ballots, series=series, session=session), evaluation_ballots.c.person.in_(ids)]
    if connection.scalar(select(exists().where(*received))):
        return False
    connection.execute(insert(evaluation_ballots).values(series=series, session=session, person=person))
    return True


def write_evaluation(connection: Connection, evaluation: SessionEvaluation) -> bool:
    """Store an evaluation; False if its id is stored. All rows of the session are rewritten in a random order.

    Otherwise the place of a row in the database's file (and, in PostgreSQL, the number of its transaction) would tell
    when it came.
    """
    where = where_equal(evaluations, series=evaluation.series, session=evaluation.session)
    rows = [dict(row) for row in connection.execute(select(evaluations).where(*where)).mappings()]
    if any(row["id"] == evaluation.id for row in rows):
        return False
    rows.append(evaluation.model_dump())
    _RANDOM.shuffle(rows)
    connection.execute(delete(evaluations).where(*where))
    connection.execute(insert(evaluations), rows)
    return True


def read_evaluations(connection: Connection, series: str, session: int | None) -> list[SessionEvaluation]:
    """The evaluations of a session, or of all sessions, ordered by their random ids."""
    query = select(evaluations).where(*where_equal(evaluations, series=series, session=session))
    rows = connection.execute(query.order_by(evaluations.c.id)).mappings()
    return [SessionEvaluation.model_validate(dict(row)) for row in rows]


def count_ballots(connection: Connection, request: NewErasure) -> int:
    """How many records of a received form ``erase_ballots`` would delete now."""
    count = select(func.count()).select_from(evaluation_ballots).where(*_ballots(connection, request))
    return int(connection.scalar(count) or 0)


def erase_ballots(connection: Connection, request: NewErasure) -> None:
    """Delete the record of who received a form. Call it before presence and names are deleted.

    Evaluations belong to no one, and stay.
    """
    connection.execute(delete(evaluation_ballots).where(*_ballots(connection, request)))


def _ballots(connection: Connection, request: NewErasure) -> list[ColumnElement[bool]]:
    """Ballots of the state's people, and of people without a name who were in its sessions, or whose id is given."""
    if request.exercise is not None:
        return [false()]
    person = evaluation_ballots.c.person
    state = {"series": request.series, "jurisdiction": request.jurisdiction}
    is_named = person.in_(select(people.c.id).where(*where_equal(people, series=request.series)))
    of_state = person.in_(select(people.c.id).where(*where_equal(people, **state)))
    was_here = person.in_(select(presence.c.person).where(*where_equal(presence, **state)))
    of_no_one = ~is_named if request.person else ~is_named & was_here
    where = where_equal(evaluation_ballots, series=request.series, session=request.session)
    if request.person:
        where.append(person.in_(read_ids_of(connection, request.person)))
    return [*where, or_(of_state, of_no_one)]
