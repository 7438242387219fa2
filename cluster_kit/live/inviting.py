"""Putting people into a series, so that a link can let them in."""

from __future__ import annotations

import datetime as dt
import secrets

from cluster_kit.content import Content
from cluster_kit.errors import UsageError
from cluster_kit.responses import Person, Store


def invite(content: Content, store: Store, *, jurisdiction: str, name: str, role: str = "") -> Person:
    """The person of this name in the state's team: who is there already, else written into the store anew.

    Raises ``UnknownJurisdictionError``, and ``UsageError`` for a role that the content does not know or no name.
    """
    state = content.get_jurisdiction(jurisdiction)
    known = [one.id for one in content.roles]
    if role and role not in known:
        raise UsageError(f"There is no role {role!r}. Roles are {', '.join(known)}.")
    called = " ".join(name.split())
    if not called:
        raise UsageError("The name is empty. Write the name that teammates know the person by.")
    team = store.people(content.series.id, state.code)
    found = next((person for person in team if person.name.casefold() == called.casefold()), None)
    return found or store.add_person(
        Person(
            id=secrets.token_hex(8),
            series=content.series.id,
            jurisdiction=state.code,
            name=called,
            role=role,
            at=dt.datetime.now(dt.UTC),
        )
    )
