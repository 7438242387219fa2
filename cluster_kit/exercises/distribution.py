"""The distribution of a team's ratings: the count of each point, and the notes, without authors.

Only this module and ``agreement`` of the forms read teammates' individual answers. The results of this one are counts
and unsigned notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cluster_kit.content.models import Scope
from cluster_kit.content.rating_values import combine_ratings, read_rating
from cluster_kit.exercises.fields import LOOK_PROMPT
from cluster_kit.models import Json
from cluster_kit.store import Response

FEWEST = 2
"""The minimum number of ratings: a single rating would identify its author."""


@dataclass
class ItemSpread:
    """The ratings of one item by author, and the notes with their authors."""

    ratings: dict[str, object] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def to_page(self, person: str, scale: Sequence[int], *, alone: bool, may_look: bool) -> Json:
        """The data for a person's page: ``rated``, and ``points`` (counts), ``value``, and ``notes``.

        ``value`` is the team's value without a consensus. Points, value, and notes need two ratings, unless the person
        is ``alone``. A person who has not rated the item and is not allowed to look without rating (``may_look``)
        receives ``hidden`` instead. Notes are unsigned and in alphabetical order, without the person's own.
        """
        rated = len(self.ratings)
        if person not in self.ratings and (alone or not may_look):
            return {"rated": rated, "points": {}, "value": None, "notes": [], "hidden": True}
        if rated < FEWEST and not alone:
            return {"rated": rated, "points": {}, "value": None, "notes": []}
        points = Counter(str(value) for value in self.ratings.values())
        notes = sorted(text for author, text in self.notes if author != person)
        value = combine_ratings([read_rating(rating, scale) for rating in self.ratings.values()])
        return {"rated": rated, "points": dict(sorted(points.items())), "value": value, "notes": notes}


@dataclass(frozen=True)
class RatingDistribution:
    """A team's ratings in one exercise, by prompt and item.

    ``raters`` has the ids of those who have rated, ``looking`` of those who want to see the team's ratings without
    rating.
    """

    raters: frozenset[str]
    looking: frozenset[str]
    items: Mapping[str, Mapping[str, ItemSpread]]

    def withheld_from(self, person: str) -> frozenset[tuple[str, str]]:
        """The items, by prompt and row, that teammates have rated and this person has not.

        Until the person rates an item, or chooses to see the ratings without rating, they receive neither its ratings
        nor what the team has settled on. Empty if they chose that.
        """
        if person in self.looking:
            return frozenset()
        return frozenset(
            (prompt, row)
            for prompt, rows in self.items.items()
            for row, one in rows.items()
            if one.ratings and person not in one.ratings
        )

    def rated_by_one_other(self, person: str) -> frozenset[tuple[str, str]]:
        """The items, by prompt and row, whose only rating is that of one other person, which would identify them."""
        return frozenset(
            (prompt, row)
            for prompt, rows in self.items.items()
            for row, one in rows.items()
            if len(one.ratings) < FEWEST and one.ratings.keys() - {person}
        )

    def to_page(self, person: str, scale: Sequence[int], *, alone: bool = False) -> Json:
        """The data for a person's page, by prompt and item. ``alone``: no one else of the team has been there."""
        may_look = person in self.looking
        return {
            prompt: {row: one.to_page(person, scale, alone=alone, may_look=may_look) for row, one in rows.items()}
            for prompt, rows in self.items.items()
        }


def read_spread(prompts: frozenset[str], current: Sequence[Response]) -> RatingDistribution:
    """The distribution of a team's ratings in these prompts, from all current answers of the exercise."""
    items: dict[str, dict[str, ItemSpread]] = {prompt: {} for prompt in prompts}
    raters: set[str] = set()
    looking: set[str] = set()
    for response in current:
        prompt, _, column = response.prompt.partition(".")
        if response.scope is not Scope.PERSON or response.value is None:
            continue
        if response.prompt == LOOK_PROMPT:
            looking.add(response.author)
        elif prompt in prompts and column == "rating":
            items[prompt].setdefault(response.row, ItemSpread()).ratings[response.author] = response.value
            raters.add(response.author)
        elif prompt in prompts and column == "note" and (text := str(response.value).strip()):
            items[prompt].setdefault(response.row, ItemSpread()).notes.append((response.author, text))
    return RatingDistribution(frozenset(raters), frozenset(looking), items)
