"""Find records of a team that may be the same person, by spelling variants, initials, and short forms of names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations

from rapidfuzz.distance import OSA

from cluster_kit.roster.people import is_same_look, is_same_name, on_roster, split_name
from cluster_kit.store import Person

SHORT, LONG = 5, 10
"""From this number of letters, names that differ by one typing error are similar, or by two."""


def find_similar(people: Iterable[Person], name: str) -> list[Person]:
    """The people whose name is similar to this one, the same name excluded, in their order."""
    return [person for person in people if not is_same_look(person.name, name) and are_similar(person.name, name)]


def find_similar_to(people: Iterable[Person], person: Person, named: str) -> list[Person]:
    """The others whose name is the same as, or similar to, the person's name or the one that they were asked for by."""
    names = [person.name] if "@" in named or named == person.id else [person.name, named]
    return [
        one
        for one in people
        if one.id != person.id and any(is_same_name(one.name, name) or are_similar(one.name, name) for name in names)
    ]


def find_similar_pairs(people: Sequence[Person]) -> list[tuple[Person, Person]]:
    """The pairs of a state's people on the roster with similar names, each in the order of the list."""
    return [
        (one, other)
        for one, other in combinations(on_roster(people), 2)
        if one.jurisdiction == other.jurisdiction and one.jurisdiction and are_similar(one.name, other.name)
    ]


def are_similar(one: str, other: str) -> bool:
    """Whether one person may have given both names: Sam O'Neil, Sam ONeil, S. O'Neil, Samuel O'Neil, Sam, Sam O'Neill.

    Names with different numbers are not similar, and neither are different first names of one family.
    """
    first, second = split_name(one), split_name(other)
    if not first or not second or _digits(one) != _digits(other):
        return False
    joined, other_joined = "".join(first), "".join(second)
    if joined == other_joined or sorted(first) == sorted(second):
        return True
    if len(first) == 1 or len(second) == 1:
        short, long = sorted((first, second), key=len)
        return short[0] in (long[0], long[-1]) or _is_typo(joined, other_joined)
    if _has_same_family(first, second) and _may_be_same_given(first[0], second[0]):
        return True
    return _is_typo(joined, other_joined) and _may_be_typo(first[0], second[0])


def _digits(name: str) -> str:
    return re.sub(r"\D", "", name)


def _has_same_family(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the last words agree: O'Neil and O Neil, Ruiz-Diaz and Diaz."""
    tails = ({"".join(words[at:]) for at in range(1, len(words))} for words in (first, second))
    one, other = tails
    return bool(one & other)


def _may_be_same_given(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one) or _may_be_typo(one, other)


def _may_be_typo(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) >= SHORT and OSA.distance(one, other) == 1)


def _is_typo(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    allowed = 2 if shorter >= LONG else 1 if shorter >= SHORT else 0
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed
