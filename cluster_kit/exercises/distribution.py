"""How the ratings of one team spread: how many chose each point, and the notes beside them. Never who.

Teammates' own answers are read here and nowhere else in forms; what leaves this module is counted or unsigned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cluster_kit.content.models import Scope
from cluster_kit.models import Json
from cluster_kit.store import Response

FEWEST = 2
"""One person's rating alone is nobody's spread."""


@dataclass
class ItemSpread:
    """The ratings of one item: how many gave each point (or ``not_sure``), and the notes with their authors."""

    points: Counter[str] = field(default_factory=Counter)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def to_page(self, person: str) -> Json:
        """What a person's page shows: ``rated``, and once two have rated, ``points`` (how many for each) and ``notes``.

        Notes are unsigned and in alphabetical order. The person's own note is left out: it is in its field.
        """
        rated = self.points.total()
        if rated < FEWEST:
            return {"rated": rated, "points": {}, "notes": []}
        notes = sorted(text for author, text in self.notes if author != person)
        return {"rated": rated, "points": dict(sorted(self.points.items())), "notes": notes}


@dataclass(frozen=True)
class RatingDistribution:
    """A team's ratings in one exercise, by prompt and item, and the ids of those who have rated."""

    raters: frozenset[str]
    items: Mapping[str, Mapping[str, ItemSpread]]

    def to_page(self, person: str) -> Json:
        """By prompt and item, for a person's page."""
        return {prompt: {row: one.to_page(person) for row, one in rows.items()} for prompt, rows in self.items.items()}


def read_spread(prompts: frozenset[str], current: Sequence[Response]) -> RatingDistribution:
    """How a team has rated in these prompts of an exercise, from all its current answers."""
    items: dict[str, dict[str, ItemSpread]] = {prompt: {} for prompt in prompts}
    raters: set[str] = set()
    for said in current:
        prompt, _, column = said.prompt.partition(".")
        if said.scope is not Scope.PERSON or said.value is None or prompt not in prompts:
            continue
        item = items[prompt].setdefault(said.row, ItemSpread())
        if column == "rating":
            item.points[str(said.value)] += 1
            raters.add(said.author)
        elif text := str(said.value).strip():
            item.notes.append((said.author, text))
    return RatingDistribution(frozenset(raters), items)
