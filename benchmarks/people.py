"""The people of a benchmark in our store: added before a run, and their answers looked for after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cluster_kit.content import load_content
from cluster_kit.server.auth.tokens import Invitation, make_token
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store

SERIES = "2026"


def add_people(settings: Settings, count: int, session: int, states: int | None = None) -> list[str]:
    """So many people, spread over all states or the first few, in an empty store; the token of each one's join link."""
    settings.home.mkdir(parents=True)
    spread, expires = load_content(SERIES).jurisdictions[:states], dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    with Store.open(settings.db_url) as store:
        for number in range(count):
            person = Person(
                id=f"benchmark-{number}",
                series=SERIES,
                jurisdiction=spread[number % len(spread)].code,
                name=f"Visitor {number}",
                at=dt.datetime.now(dt.UTC),
                depth="essential",
            )
            store.add_person(person)
    invitations = [Invitation(f"benchmark-{number}", expires, session) for number in range(count)]
    return [make_token(settings.secret(), invitation) for invitation in invitations]


def count_lost(settings: Settings, saved: Sequence[str]) -> int:
    """How many of these answers, each acknowledged, the store does not have."""
    with Store.open(settings.db_url) as store:
        states = load_content(SERIES).jurisdictions
        held = {response.id for state in states for response in store.history(SERIES, state.code)}
    return len(set(saved) - held)
