"""What ``people`` does, for the store of release 0.1: a checkout of that release runs this file.

``add HOME COUNT SESSION`` prints the tokens of the people's join links as JSON; ``lost HOME`` reads ids of answers from
stdin and prints how many of them the store does not have. Its imports are those of commit 750aa1c, and stay that way.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from cluster_kit.live.links import Invitation, make_token  # type: ignore[import-not-found]
from cluster_kit.responses import Person, Store  # type: ignore[import-not-found]

from cluster_kit.content import load_content
from cluster_kit.settings import Settings

SERIES = "2026"


def add_people(settings: Settings, count: int, session: int) -> list[str]:
    """So many people, spread over all states, in an empty store; the token of each one's join link."""
    settings.home.mkdir(parents=True)
    states, expires = load_content(SERIES).jurisdictions, dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    with Store.open(settings.db_url) as store:
        for number in range(count):
            person = Person(
                id=f"benchmark-{number}",
                series=SERIES,
                jurisdiction=states[number % len(states)].code,
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


def main() -> None:
    """Run a command."""
    command, home, *numbers = sys.argv[1:]
    if command == "add":
        print(json.dumps(add_people(Settings(Path(home)), *map(int, numbers))))
    else:
        print(count_lost(Settings(Path(home)), json.load(sys.stdin)))


if __name__ == "__main__":
    main()
