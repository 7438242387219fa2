"""Answers for tests, said in a line each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from pydantic import JsonValue

from cluster_kit.content.models import Scope
from cluster_kit.exercises.answers import Answers
from cluster_kit.store import Person, Response

PEOPLE = [
    Person(id="ana", series="sample", jurisdiction="OH", name="Ana Ruiz", role="director"),
    Person(id="bo", series="sample", jurisdiction="OH", name="Bo Lind", role="director"),
]


@dataclass
class Talk:
    """What Ohio's team says, in order. ``history`` holds what was said before and no longer stands."""

    current: list[Response] = field(default_factory=list)
    history: list[Response] = field(default_factory=list)

    def say(
        self,
        place: str,
        value: JsonValue,
        *,
        row: str = "",
        by: str = "ana",
        alone: bool = False,
        session: int = 1,
    ) -> Talk:
        """One answer to ``exercise.prompt`` or ``exercise.table.column``."""
        exercise, _, prompt = place.partition(".")
        seq = len(self.current) + len(self.history) + 1
        scope = Scope.PERSON if alone else Scope.TEAM
        self.current.append(
            Response(
                id=f"r{seq}",
                series="sample",
                session=session,
                exercise=exercise,
                prompt=prompt,
                row=row,
                jurisdiction="OH",
                scope=scope,
                author=by,
                value=value,
                seq=seq,
                at=dt.datetime(2027, 2, 16, 18, tzinfo=dt.UTC),
            )
        )
        return self

    def unsay(self, place: str, row: str = "") -> Talk:
        """What stands there becomes history."""
        exercise, _, prompt = place.partition(".")
        gone = [r for r in self.current if (r.exercise, r.prompt, r.row) == (exercise, prompt, row)]
        self.current = [r for r in self.current if r not in gone]
        self.history += gone
        return self

    @property
    def answers(self) -> Answers:
        return Answers(self.current, PEOPLE, [*self.history, *self.current])


def three_goals() -> Talk:
    """Three ranked goals in the rows a, b and c."""
    talk = Talk()
    for row, words, rank in (
        ("a", "Fewer repeated courses.", 2),
        ("b", "One advising page", 1),
        ("c", "Shared data", None),
    ):
        talk.say("goals.goals.statement", words, row=row)
        if rank:
            talk.say("goals.goals.rank", rank, row=row)
    return talk.say("goals.goals.test", "yes", row="a")


def ratings_by_two() -> Talk:
    """Two people rate; they are two points apart on one item, and one is not sure of another."""
    talk = Talk()
    for person, first, second in (("ana", 1, 2), ("bo", 3, "not_sure")):
        talk.say("rate.ratings.rating", first, row="shared_vision", by=person, alone=True)
        talk.say("rate.ratings.rating", second, row="joint_planning", by=person, alone=True)
    return talk.say("rate.ratings.note", "The 2025 plan", row="shared_vision", by="bo", alone=True)
