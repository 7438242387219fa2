"""The words of a board's posts, counted by state: the word cloud of the shared screen."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cluster_kit.insights.suppression import FEWEST

SHORTEST = 3
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
# Words that say nothing about the topic.
_COMMON_TEXT = """
about above after again all also although always and another any anyone anything are aren't around because been
before being below between both but can can't cannot could couldn't did didn't does doesn't doing don't done
down during each either else enough even ever every everyone everything few first for from get gets getting give
given goes going got had has hasn't have haven't having her here hers him his how however i'd i'll i'm i've into
isn't it's its itself just keep kept know less let let's like made make makes making many may might more most
much must need needs never new next nor not nothing now off often once one only onto other others our ours out
over own per please put really same say says see seem seems several shall she should shouldn't since some
someone something still such take takes than that that's the their theirs them then there there's these they
they're thing things think this those though through too two under until upon use used uses using very want
wants was wasn't way ways we'd we'll we're we've well were what what's when where whether which while who whose
why will with within without won't work works would yes yet you your yours
"""
_COMMON = frozenset(_COMMON_TEXT.split())


@dataclass(frozen=True)
class WordCount:
    """A word and the number of states that used it."""

    word: str
    states: int


def count_words(posts: Iterable[tuple[str, str]]) -> list[WordCount]:
    """The words that ``FEWEST`` or more states used, most frequent first.

    ``posts`` are pairs of a state and a text. However often a state uses a word, it counts once. Common words are left
    out, and a plural with "s" counts with its singular if both were used.
    """
    states: defaultdict[str, set[str]] = defaultdict(set)
    for state, text in posts:
        for word in find_words(text):
            states[word].add(state)
    for plural in [word for word in states if word.endswith("s") and word[:-1] in states]:
        states[plural[:-1]] |= states.pop(plural)
    counts = [WordCount(word, len(of)) for word, of in states.items() if len(of) >= FEWEST]
    return sorted(counts, key=lambda one: (-one.states, one.word))


def find_words(text: str) -> set[str]:
    """The distinct words of a text in lower case, without common and very short ones."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    words = (word.removesuffix("'s") for word in _WORD.findall(plain))
    return {word for word in words if len(word) >= SHORTEST and word not in _COMMON}
