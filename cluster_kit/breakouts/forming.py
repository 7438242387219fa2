"""Form groups of the states that are present."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from cluster_kit.breakouts.models import BEST_SIZE, GroupProposal, Pair, ProposedGroup, State
from cluster_kit.breakouts.scoring import WHOLE, Group, ProblemData, read_facts
from cluster_kit.breakouts.search import STARTS, find_groups, group_counts
from cluster_kit.breakouts.wording import NO_STATES, NameLookup, describe_quality
from cluster_kit.content.models import Content
from cluster_kit.errors import UsageError
from cluster_kit.text import number_words

SIZE = (3, 5)
SMALLEST, BIGGEST = 2, 5


def form_groups(
    content: Content,
    states: Sequence[State],
    earlier: Sequence[Pair] = (),
    *,
    size: tuple[int, int] = SIZE,
) -> GroupProposal:
    """Form good groups of states. ``docs/explanation/breakouts.md`` describes the score and the quality.

    The same states give the same groups, in any order. One state alone is in no group.

    Parameters
    ----------
    earlier
        Pairs of states that were in a group together before, each as often as they were.
    size
        The smallest and the largest group. If the number of states does not allow it, as few groups as possible have
        the nearest sizes: four rather than two, so that no one is the only adviser.

    Raises
    ------
    UsageError
        If a size is outside 2 to 5, or a state is given twice.
    """
    check_size(size)
    ordered = order_states(states)
    if len(ordered) < SMALLEST:
        return _too_few(content, ordered)
    sizes = fit_sizes(len(ordered), size)
    facts = read_facts(ordered, [area.id for area in content.instrument.areas], earlier)
    facts = replace(facts, best_size=best_size(size))
    fits = set(sizes) <= {*_range(size)}
    note = "" if fits else _describe_size(len(ordered), size)
    return _propose(content, facts, find_groups(facts, sizes, STARTS if fits else 1), note)


def best_size(size: tuple[int, int]) -> int:
    """The preferred size of a group within the sizes that are asked for."""
    return min(max(BEST_SIZE, size[0]), size[1])


def check_size(size: tuple[int, int]) -> None:
    """Raise ``UsageError`` for group sizes outside the range that suits a discussion."""
    if not SMALLEST <= size[0] <= size[1] <= BIGGEST:
        raise UsageError(f"Groups can have {SMALLEST} to {BIGGEST} states, such as 3-5, not {size[0]}-{size[1]}.")


def fit_sizes(states: int, size: tuple[int, int]) -> range:
    """The sizes, or the nearest ones into which this number of states (at least 2) can be divided."""
    low, high = size
    while not group_counts(states, range(low, high + 1)):
        if (low, high) == (3, 3):
            high = 4
        else:
            low, high = max(low - 1, SMALLEST), min(high + 1, BIGGEST) if low <= 3 else high
    return range(low, high + 1)


def order_states(states: Sequence[State]) -> list[State]:
    """The states by postal code. Raises ``UsageError`` if one is given twice."""
    ordered = sorted(states, key=lambda state: state.code)
    twice = sorted({a.code for a, b in pairwise(ordered) if a.code == b.code})
    if twice:
        raise UsageError(f"{', '.join(twice)} is given more than once. Give each state that is present once.")
    return ordered


def _propose(content: Content, facts: ProblemData, groups: Sequence[Group], note: str) -> GroupProposal:
    namer, ordered = NameLookup(content), sorted(groups)
    described = tuple(
        describe_group(namer, facts, (number, group, facts.area_for(group)))
        for number, group in enumerate(ordered, start=1)
    )
    objective = sum(map(facts.worth_of, ordered)) / WHOLE
    return GroupProposal(described, objective, f"{note} {describe_quality(facts, ordered)}".strip())


def describe_group(namer: NameLookup, facts: ProblemData, numbered: tuple[int, Group, str]) -> ProposedGroup:
    """A group with its number, its states, its area (or ""), and the texts for participants and facilitators."""
    number, group, area = numbered
    states = [facts.states[place] for place in group]
    return ProposedGroup(
        number=number,
        states=tuple(state.code for state in states),
        area=area,
        topic=namer.topic(area),
        why=namer.why(states, area),
        points=facts.worth_of(group, facts.find_area(area)) / WHOLE,
    )


def _too_few(content: Content, states: Sequence[State]) -> GroupProposal:
    codes = tuple(state.code for state in states)
    sentence = f"Only {NameLookup(content).state(codes[0])} is present, so there are no groups." if codes else NO_STATES
    return GroupProposal((), 0.0, sentence, codes)


def _describe_size(states: int, size: tuple[int, int]) -> str:
    wanted = " to ".join(number_words(one) for one in sorted(set(size)))
    return f"{number_words(states).capitalize()} states do not make groups of {wanted}, so there are other sizes."


def _range(size: tuple[int, int]) -> range:
    return range(size[0], size[1] + 1)
