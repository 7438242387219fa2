"""A store with answers of three states: ordinary ones, hostile ones, and some not shared with staff."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import JsonValue

from cluster_kit.content.models import Scope
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from tests.answers import new_answer

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tcmd", "\rx", '=HYPERLINK("http://x.example")', "'quoted"]
PRIVATE, UNSAID = "A secret of the team", "A draft that nobody shared"
Say = Callable[..., None]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "home")


@pytest.fixture
def say(settings: Settings) -> Say:
    """Store an answer: ``say("goals", "goals.statement", "Words", "row", code="OH", by="ana")``."""
    with Store.open(settings.db_url) as store:
        for person, code, name, role in (
            ("ana", "OH", "Ana Ruiz", "secondary"),
            ("bo", "OH", "Bo Lind", ""),
            ("cy", "GU", "Cy Mora", ""),
            ("di", "PR", "Di Neal", ""),
        ):
            store.add_person(Person(id=person, series="2026", jurisdiction=code, name=name, role=role))
    counted = iter(range(10_000))

    def answer(
        exercise: str,
        prompt: str,
        value: JsonValue,
        row: str = "",
        *,
        code: str = "OH",
        by: str = "ana",
        session: int = 1,
        alone: bool = False,
        version: str = "",
    ) -> None:
        with Store.open(settings.db_url) as store:
            here = [r for r in store.current("2026", code, session=session, exercise=exercise)]
            base = [r.id for r in here if (r.prompt, r.row) == (prompt, row) and r.author == by]
            who = {"jurisdiction": code, "author": by, "scope": Scope.PERSON if alone else Scope.TEAM}
            where = {"id": f"r{next(counted)}", "session": session, "row": row, "base": base}
            where["content_version"] = version
            store.append([new_answer(f"{exercise}.{prompt}", value, **who, **where)])

    return answer


@pytest.fixture
def answered(say: Say) -> None:
    """Goals, ratings by two people, dated steps, examples on every rung of the ladder, check-ins."""
    say("goals", "goals.statement", "Fewer repeated courses", "a")
    say("goals", "goals.rank", 1, "a")
    say("goals", "goals.authority", "law", "a")
    say("goals", "goals.statement", "A goal that was removed", "b")
    say("goals", "goals", False, "b")
    for by, rating in (("ana", 1), ("bo", 3)):
        say("rate_systems", "ratings.rating", rating, "sa_shared_vision", by=by, alone=True)
    for number, words in enumerate(FORMULAS):
        say("transition_points", "points.point", words, f"p{number}")
    say("next_steps", "actions.action", "Call the board", "s")
    say("next_steps", "actions.lead", {"name": "Dana Whit", "role": "Director"}, "s")
    say("next_steps", "actions.due", "2026-03-05", "s")
    say("next_steps", "actions.partners", ["secondary", "other:Tribal council"], "s")
    say("next_steps", "actions.action", "Ask the college", "t")
    say("next_steps", "actions.due", "2026-04-01", "t")
    say("check_in", "review.status", "stuck", "s")
    say("check_in", "review.status", "done", "t")
    say("follow_up_conversations", "conversations.partner", "The dean, north campus", "c")
    say("follow_up_conversations", "conversations.date", "2026-03-12", "c")
    say("follow_up_conversations", "conversations.bring", "The map; and, a comma", "c")
    for code, by, rung, title in (
        ("OH", "ana", "named", "A named example"),
        ("GU", "cy", "team", "An example for staff"),
        ("GU", "cy", "private", PRIVATE),
        ("PR", "di", None, UNSAID),
    ):
        row = title.replace(" ", "-")
        say("examples", "examples.title", title, row, code=code, by=by)
        if rung:
            say("examples", "examples.may_share", rung, row, code=code, by=by)
    say("check_in", "rounds.in_the_way", "No time", "day_30")
    say("check_in", "rounds.may_share", "team", "day_30")
    say("check_in", "rounds.in_the_way", PRIVATE, "day_60")
