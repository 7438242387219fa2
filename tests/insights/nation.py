"""Deterministic answers of every state, for tests."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from cluster_kit.content.models import Content, ItemsPrompt, Scope
from cluster_kit.content.rating_values import OffScale
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.national import StateViews, TeamView
from cluster_kit.store import Response
from tests.answers import answer

MOMENT = dt.datetime(2027, 2, 16, 18, tzinfo=dt.UTC)


def said(
    place: str, value: JsonValue, *, row: str = "", code: str = "OH", by: str = "ana", session: int = 1, seq: int = 1
) -> Response:
    """One answer to ``exercise.prompt``, of a person for a rating, otherwise of the team."""
    scope = Scope.PERSON if place.endswith((".rating", ".note", ".agreement")) else Scope.TEAM
    where = {"series": "sample", "session": session, "row": row, "jurisdiction": code, "scope": scope}
    name = f"{code}-{by}-{session}-{row}-{seq}"
    return answer(place, value, seq=seq, id=name, at=MOMENT, author=f"{code}-{by}", **where)


def rate(item: str, *points: JsonValue, code: str = "OH", session: int = 1, start: int = 1) -> list[Response]:
    """A team's ratings of one item in the exercise ``rate``, one person each."""
    return [
        said("rate.ratings.rating", point, row=item, code=code, by=f"p{number}", session=session, seq=start + number)
        for number, point in enumerate(points)
    ]


def everybody_rates(content: Content, people: int = 3) -> Iterator[Response]:
    """Every jurisdiction's ratings of all items in the series; some teams reach consensus, some are not sure."""
    chance = random.Random(1)
    points = [anchor.value for anchor in content.instrument.scale]
    seq = 0
    for session, exercise, prompt in prompts_of(content, ItemsPrompt, None):
        items = [item.id for area in content.instrument.areas if area.id in prompt.areas for item in area.items]
        for jurisdiction in content.jurisdictions:
            for item in items:
                middle = chance.choice(points)
                for person in range(people):
                    seq += 1
                    point: JsonValue = min(max(middle + chance.choice((-1, 0, 0, 1)), points[0]), points[-1])
                    given = chance.choice([*OffScale]).value if chance.random() < 0.1 else point
                    place = (f"{exercise.id}.{prompt.id}.rating", given)
                    yield said(*place, row=item, code=jurisdiction.code, by=f"p{person}", session=session, seq=seq)
                if chance.random() < 0.4:
                    seq += 1
                    agreed: JsonValue = "does_not_apply" if chance.random() < 0.1 else middle
                    place = (f"{exercise.id}.{prompt.id}.consensus", agreed)
                    yield said(*place, row=item, code=jurisdiction.code, session=session, seq=seq)
                    for column, value, by in (("rationale", "We talked.", "a"), ("agreement", f"agree_{agreed}", "p0")):
                        seq += 1
                        place = (f"{exercise.id}.{prompt.id}.{column}", value)
                        yield said(*place, row=item, code=jurisdiction.code, by=by, session=session, seq=seq)


def stand_at(content: Content, item: str, counts: Sequence[int]) -> dict[str, StateViews]:
    """States distributed as in ``counts``: number not sure, at the first point, at the second, and so on."""
    points: list[int | None] = [None, *(anchor.value for anchor in content.instrument.scale)]
    places = [point for point, count in zip(points, counts, strict=True) for _ in range(count)]
    codes = [f"{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(len(places))]
    return {code: {item: TeamView((point or OffScale.NOT_SURE,))} for code, point in zip(codes, places, strict=True)}
