"""One-line construction of answers for tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import JsonValue

from cluster_kit.content.models import Scope
from cluster_kit.exercises.answers import Answers
from cluster_kit.store import Person, Response
from tests.answers import answer
from tests.insights.nation import MOMENT

PEOPLE = [
    Person(id="ana", series="sample", jurisdiction="OH", name="Ana Ruiz", role="director"),
    Person(id="bo", series="sample", jurisdiction="OH", name="Bo Lind", role="director"),
]


@dataclass
class Talk:
    """Answers of Ohio's team, in order. ``history`` has superseded ones."""

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
        seq = len(self.current) + len(self.history) + 1
        who = {"author": by, "scope": Scope.PERSON if alone else Scope.TEAM}
        where = {"series": "sample", "session": session, "row": row}
        self.current.append(answer(place, value, seq=seq, at=MOMENT, **where, **who))
        return self

    def unsay(self, place: str, row: str = "") -> Talk:
        """Move the current answer to the history."""
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


def settle(
    talk: Talk, value: JsonValue, *, row: str = "shared_vision", why: str = "It is so.", session: int = 1
) -> Talk:
    """Bo proposes a rating and Ana agrees."""
    talk.say("rate.ratings.consensus", value, row=row, by="bo", session=session)
    talk.say("rate.ratings.rationale", why, row=row, session=session)
    return talk.say("rate.ratings.agreement", f"agree_{value}", row=row, by="ana", alone=True, session=session)
