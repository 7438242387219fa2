"""How the ratings of one team spread: how many chose each point, and the notes beside them. Never who.

Teammates' own answers are read here and nowhere else in forms; what leaves this module is counted or unsigned.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cluster_kit.content.models import Exercise, ItemsPrompt, Scope
from cluster_kit.forms.context import FormContext
from cluster_kit.responses import Response

Json = dict[str, Any]

FEWEST = 2
"""One person's rating alone is nobody's spread."""


@dataclass
class ItemSpread:
    """The ratings of one item: how many gave each point (or ``not_sure``), and the notes of teammates, unsigned."""

    points: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def to_page(self) -> Json:
        """``rated``; and once two have rated, ``points`` (how many for each) and ``notes`` in alphabetical order."""
        rated = self.points.total()
        if rated < FEWEST:
            return {"rated": rated, "points": {}, "notes": []}
        return {"rated": rated, "points": dict(sorted(self.points.items())), "notes": sorted(self.notes)}


@dataclass
class Spread:
    """A team's ratings in one exercise, by prompt and item. ``team`` counts who is there or has rated."""

    rated: int
    team: int
    items: dict[str, dict[str, ItemSpread]]

    def to_page(self) -> Json:
        """By prompt and item, for the page."""
        return {prompt: {row: one.to_page() for row, one in rows.items()} for prompt, rows in self.items.items()}


def has_ratings(exercise: Exercise) -> bool:
    """Whether an exercise asks each person to rate items."""
    return bool(_rated_alone(exercise))


def read_spread(context: FormContext, exercise: Exercise) -> Spread:
    """How the person's team rated in an exercise. The person's own note is left out: it stands in its field."""
    prompts = _rated_alone(exercise)
    items: dict[str, dict[str, ItemSpread]] = {prompt: {} for prompt in prompts}
    raters: set[str] = set()
    for said in _said_alone(context, exercise):
        prompt, _, column = said.prompt.partition(".")
        if prompt not in prompts:
            continue
        item = items[prompt].setdefault(said.row, ItemSpread())
        if column == "rating":
            item.points[str(said.value)] += 1
            raters.add(said.author)
        elif said.author != context.person.id and str(said.value).strip():
            item.notes.append(str(said.value).strip())
    return Spread(len(raters), len(raters | context.present() | {context.person.id}), items)


def _rated_alone(exercise: Exercise) -> list[str]:
    return [
        prompt.id
        for prompt in exercise.prompts
        if isinstance(prompt, ItemsPrompt) and (prompt.scope or exercise.scope) is Scope.PERSON
    ]


def _said_alone(context: FormContext, exercise: Exercise) -> list[Response]:
    found = context.reader.current(context.session, exercise.id)
    return [r for r in found if r.scope is Scope.PERSON and r.value is not None]
