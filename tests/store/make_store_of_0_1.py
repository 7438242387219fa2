"""Make the store that ``test_release_0_1.py`` opens: written by release 0.1, with what that release read from it.

Run it by hand with the code of release 0.1 (commit 750aa1c), in a worktree of that commit::

    git worktree add /tmp/release-0.1 750aa1c
    cp tests/store/make_store_of_0_1.py /tmp/release-0.1/tests/store/
    (cd /tmp/release-0.1 && python -m tests.store.make_store_of_0_1 OUTPUT_FOLDER)

It writes ``store-0.1.sqlite3`` and ``store-0.1.json``. The test imports the constants of this module.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from cluster_kit.store import NewErasure, NewEvent, NewResponse, Person, Presence, Store, TeamCode

SERIES = "2026"
STATES = ("OH", "GU", "AZ")
SESSIONS = (1, 2)
AT = dt.datetime(2026, 2, 17, 18, 5, 0, 123456, tzinfo=dt.UTC)


def make_answer(response_id: str, value: Any, **parts: Any) -> NewResponse:
    """A team answer of Ohio to ``goals.statement`` unless the parts say otherwise."""
    usual = {
        "series": SERIES,
        "session": 1,
        "exercise": "goals",
        "prompt": "goals.statement",
        "row": "g1",
        "jurisdiction": "OH",
        "scope": "team",
        "author": "ana",
        "content_version": "0.1",
    }
    return NewResponse(**{**usual, **parts, "id": response_id, "value": value})


ANSWERS = (
    make_answer("first", "One credit system by 2027."),
    # Supersedes the first, and is then in conflict with a teammate's.
    make_answer("second", "One credit system by 2028.", base=("first",)),
    make_answer("open-conflict", "Two pilots first.", author="ben", base=("first",)),
    # A conflict that a later answer settles.
    make_answer("left", {"who": "SEA", "when": [1, 2.5, None, True]}, row="g2"),
    make_answer("right", {"who": "LEA", "when": []}, row="g2", author="ben"),
    make_answer("settled", {"who": "both", "when": ["März", "日本語", "🌻"]}, row="g2", base=("left", "right")),
    # The same value twice is no conflict; a cleared answer is an answer.
    make_answer("same-1", 5, prompt="goals.rank"),
    make_answer("same-2", 5, prompt="goals.rank", author="ben"),
    make_answer("filled", "text", prompt="notes", row=""),
    make_answer("cleared", None, prompt="notes", row="", base=("filled",)),
    # Individual answers: the newer one supersedes, and two people do not conflict.
    make_answer("mine-1", 3, prompt="rating", row="", scope="person"),
    make_answer("mine-2", 4, prompt="rating", row="", scope="person"),
    make_answer("theirs", 1, prompt="rating", row="", scope="person", author="ben"),
    make_answer("later-session", "  spaces kept\n", session=2, exercise="steps", prompt="steps.what", row="s1"),
    make_answer("guam", "Guam's words", jurisdiction="GU", author="gus"),
    # Erased below.
    make_answer("erased-1", "erase me", jurisdiction="GU", author="gil", row="g9"),
    make_answer("erased-2", "erase me too", jurisdiction="GU", author="gil", row="g9", base=("erased-1",)),
)
PEOPLE = (
    Person(id="ana", series=SERIES, jurisdiction="OH", name="Ana 🌻", role="data", email="ana@example.org", at=AT),
    Person(
        id="ben",
        series=SERIES,
        jurisdiction="OH",
        name="Ben",
        at=AT + dt.timedelta(seconds=1),
        sessions=(1, 2),
        depth="full",
        links_since=AT,
    ),
    Person(id="gus", series=SERIES, jurisdiction="GU", name="Gus", at=AT + dt.timedelta(seconds=2)),
    Person(id="gil", series=SERIES, jurisdiction="GU", name="Gil", at=AT + dt.timedelta(seconds=3)),
    Person(id="fay", series=SERIES, jurisdiction="", name="Fay", role="facilitator", at=AT + dt.timedelta(seconds=4)),
)
CODES = (
    TeamCode(code="old-code", series=SERIES, jurisdiction="OH", at=AT),
    TeamCode(code="new-code", series=SERIES, jurisdiction="OH", at=AT + dt.timedelta(days=1)),
    TeamCode(code="guam-code", series=SERIES, jurisdiction="GU", at=AT),
)
EVENTS = (
    NewEvent(id="begin", series=SERIES, session=1, kind="segment", subject="welcome", author="fay"),
    NewEvent(
        id="post", series=SERIES, session=1, kind="post", jurisdiction="OH", author="ana", value={"text": "Hello 🌻"}
    ),
    NewEvent(id="end", series=SERIES, session=1, kind="end", author="fay"),
    NewEvent(id="begin-2", series=SERIES, session=2, kind="segment", subject="welcome", author="fay"),
)
PRESENCE = tuple(
    Presence(
        series=SERIES,
        session=1,
        person=person,
        jurisdiction=state,
        exercise="goals",
        joined_at=AT,
        active_at=AT + dt.timedelta(minutes=1),
        seen_at=AT + dt.timedelta(minutes=2),
    )
    for person, state in (("ana", "OH"), ("gus", "GU"))
)
ERASURE = NewErasure(
    series=SERIES, jurisdiction="GU", person="gil", session=1, asked_by="Gil", why="The wrong state.", exercise="goals"
)


def main() -> None:
    """Write both files into the folder that is the first argument."""
    folder = Path(sys.argv[1])
    with Store.open(f"sqlite:///{folder / 'store-0.1.sqlite3'}") as store:
        fill(store)
        found = read_everything(store)
    (folder / "store-0.1.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def fill(store: Store) -> None:
    """Write everything, each answer in a call of its own."""
    for person in PEOPLE:
        store.add_person(person)
    for code in CODES:
        store.add_team_code(code)
    for answer in ANSWERS:
        store.append([answer])
    store.add_events(EVENTS)
    store.note_presence(PRESENCE)
    store.erase(ERASURE)


def read_everything(store: Store) -> dict[str, Any]:
    """All that the store holds, as JSON, and its receipts for every answer when it is sent again."""
    return {
        "history": {state: _dump(store.history(SERIES, state)) for state in STATES},
        "current": _dump(store.current(SERIES)),
        "latest_seq": {state: store.latest_seq(SERIES, state) for state in STATES},
        "watermarks": {state: list(mark) for state, mark in sorted(store.watermarks(SERIES).items())},
        "superseded": sorted(store.superseded(answer.id for answer in ANSWERS)),
        "people": _dump(store.people(SERIES)),
        "team_codes": _dump(store.team_codes(SERIES)),
        "ended_code": _dump(code for code in [store.find_team_code("old-code")] if code),
        "events": {str(session): _dump(store.events(SERIES, session)) for session in SESSIONS},
        "presence": _dump(store.presence(SERIES, 1)),
        "erasures": _dump(store.erasures(SERIES)),
        "receipts": _dump(store.append(ANSWERS)),
    }


def _dump(models: Iterable[BaseModel]) -> list[Any]:
    return [model.model_dump(mode="json") for model in models]


if __name__ == "__main__":
    main()
