"""Title similarity, and the known titles nearest to a title."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from cluster_kit.crosswalk.places import Placement, Places, normalize_title
from cluster_kit.crosswalk.reference import CodeEntry

LOWEST = 60.0
MOST = 5
_PREFIX = 4
_EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "introduction intro to of the in for a an with or other i ii iii iv v vi 1 2 3 4 5 6 advanced beginning basic "
        "fundamentals foundations principles essentials honors program programs course courses pathway general level "
        "year semester dual credit capstone practicum internship survey technician technicians specific applications",
    )
)


class SimilarTitle(NamedTuple):
    """A known title, its similarity (0 to 100), and its placements."""

    title: str
    similarity: float
    places: tuple[Placement, ...]


@lru_cache(maxsize=200_000)
def plain_title(title: str) -> str:
    """The key words of a title in lower case: ``Introduction to Welding II`` is ``welding``.

    If there are no key words, all words are kept.
    """
    words = normalize_title(title).split()
    return " ".join(word for word in words if word not in _EMPTY_WORDS) or " ".join(words)


def short_title(title: str) -> str:
    """The short form of an official title: the part before the first slash, comma, or parenthesis."""
    return re.split(r"[/,(]", title)[0].strip() or title


def title_similarity(one: str, other: str) -> float:
    """Similarity of two titles, 0 to 100."""
    one, other = plain_title(one), plain_title(other)
    return (float(fuzz.token_set_ratio(one, other)) + float(fuzz.token_sort_ratio(one, other))) / 2


class TitleIndex:
    """Known titles: those of codes, and those of Sub-Clusters."""

    def __init__(self, entries: Sequence[CodeEntry], places: Places) -> None:
        known = [(entry.title, entry.places, entry.code) for entry in entries if entry.title]
        known += [(places.titles[sub], (Placement(cluster, sub),), "") for sub, cluster in places.cluster_of.items()]
        self._known = known
        self._plain = [plain_title(title) for title, _, _ in known]
        self._by_prefix: defaultdict[str, set[int]] = defaultdict(set)
        for number, title in enumerate(self._plain):
            for word in title.split():
                self._by_prefix[word[:_PREFIX]].add(number)

    def nearest(self, title: str, without: str = "") -> tuple[SimilarTitle, ...]:
        """The most similar titles, at most ``MOST``, nearest first; the code ``without`` is excluded."""
        wanted = plain_title(title)
        found = set[int]().union(*(self._by_prefix.get(word[:_PREFIX], ()) for word in wanted.split()))
        numbers = sorted(number for number in found if not without or self._known[number][2] != without)
        if not numbers:
            return ()
        choices = [self._plain[number] for number in numbers]
        scores = (
            process.cdist([wanted], choices, scorer=fuzz.token_set_ratio, dtype=np.float32)[0]
            + process.cdist([wanted], choices, scorer=fuzz.token_sort_ratio, dtype=np.float32)[0]
        ) / 2
        best = np.argsort(-scores, kind="stable")[:MOST]
        near = (
            SimilarTitle(self._known[numbers[at]][0], float(scores[at]), self._known[numbers[at]][1]) for at in best
        )
        return tuple(one for one in near if one.similarity >= LOWEST)
