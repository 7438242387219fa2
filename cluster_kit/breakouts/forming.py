"""Form groups: the best ones for the states that are present."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from cluster_kit.breakouts.candidates import MOST_CANDIDATES, count_candidates, list_candidates
from cluster_kit.breakouts.choosing import Column
from cluster_kit.breakouts.greedy import exchange, fill, usual_sizes, worths_of
from cluster_kit.breakouts.models import BEST_SIZE, WEIGHTS, Grouped, GroupProposal, Pair, State, Weights
from cluster_kit.breakouts.optimum import Found, Search
from cluster_kit.breakouts.scoring import WHOLE, ProblemData, read_facts
from cluster_kit.breakouts.wording import NOBODY, Namer, say_quality, spell
from cluster_kit.content.models import Content
from cluster_kit.errors import UsageError

SIZE = (3, 5)
SMALLEST, BIGGEST = 2, 5
TIME_S = 20.0


def form_groups(
    content: Content,
    states: Sequence[State],
    earlier: Sequence[Pair] = (),
    *,
    size: tuple[int, int] = SIZE,
    time_s: float = TIME_S,
    weights: Weights = WEIGHTS,
) -> GroupProposal:
    """The groups of ``size`` states that are worth most (``docs/breakouts.md`` says how they are judged).

    ``earlier``: who sat together before, a pair as often as it did. The same states give the same groups, in whatever
    order they come, unless time runs out: then the groups are the best found so far, and the sentence says how much
    better others could be. Where so many states do not make groups of ``size``, the nearest sizes are taken. Somebody
    alone is in no group. Raises ``UsageError`` for sizes other than 2 to 5, and for a state that is given twice.
    """
    deadline = time.monotonic() + time_s
    check_size(size)
    ordered = order_states(states)
    if len(ordered) < SMALLEST:
        return _too_few(content, ordered)
    sizes = fit_sizes(len(ordered), size)
    facts = read_facts(ordered, [area.id for area in content.instrument.areas], earlier, weights)
    facts = replace(facts, best_size=min(max(BEST_SIZE, sizes[0]), sizes[-1]))
    found = _find(facts, sizes, deadline)
    return _propose(content, facts, found, "" if set(sizes) <= {*_range(size)} else _say_size(len(ordered), size))


def check_size(size: tuple[int, int]) -> None:
    """Raise ``UsageError`` for sizes that no talk works with."""
    if not SMALLEST <= size[0] <= size[1] <= BIGGEST:
        raise UsageError(f"Groups can have {SMALLEST} to {BIGGEST} states, such as 3-5, not {size[0]}-{size[1]}.")


def fit_sizes(states: int, size: tuple[int, int]) -> range:
    """The sizes as they are, or the nearest ones that so many states (at least 2) can make groups of."""
    low, high = size
    while not usual_sizes(states, range(low, high + 1)):
        low, high = max(low - 1, SMALLEST), min(high + 1, BIGGEST) if low <= 3 else high
    return range(low, high + 1)


def order_states(states: Sequence[State]) -> list[State]:
    """The states by postal code; ``UsageError`` where one is given twice."""
    ordered = sorted(states, key=lambda state: state.code)
    twice = sorted({a.code for a, b in pairwise(ordered) if a.code == b.code})
    if twice:
        raise UsageError(f"{', '.join(twice)} is given more than once. Give each state that is present once.")
    return ordered


def _find(facts: ProblemData, sizes: range, deadline: float) -> Found:
    """The best grouping; of more states than can be judged in every combination, a good one."""
    start = exchange(facts, fill(facts, usual_sizes(len(facts.states), sizes)), deadline)
    found = Found(dict(zip(start, worths_of(facts, start), strict=True)), None)
    if count_candidates(len(facts.states), sizes) > MOST_CANDIDATES or time.monotonic() >= deadline:
        return found
    return Search(len(facts.states), list_candidates(facts, sizes), sizes, deadline).improve(found.columns)


def _propose(content: Content, facts: ProblemData, found: Found, said: str) -> GroupProposal:
    namer = Namer(content)
    columns = sorted(found.columns)
    numbered = enumerate(columns, start=1)
    groups = [describe(namer, facts, (number, column, facts.area_for(column))) for number, column in numbered]
    quality = say_quality(facts, columns, found.worth, found.bound)
    bound = None if found.bound is None else found.bound / WHOLE
    return GroupProposal(tuple(groups), found.worth / WHOLE, bound, f"{said} {quality}".strip())


def describe(namer: Namer, facts: ProblemData, seated: tuple[int, Column, str]) -> Grouped:
    """A group in words: its number, its states, and the area that it talks about (or "")."""
    number, column, area = seated
    group = [facts.states[place] for place in column]
    return Grouped(
        number=number,
        states=tuple(state.code for state in group),
        area=area,
        topic=namer.topic(area),
        why=namer.why(group, area),
        points=facts.worth_of(column, facts.find_area(area)) / WHOLE,
    )


def _too_few(content: Content, states: Sequence[State]) -> GroupProposal:
    codes = tuple(state.code for state in states)
    said = f"Only {Namer(content).state(codes[0])} is present, so there are no groups." if codes else NOBODY
    return GroupProposal((), 0.0, 0.0, said, codes)


def _say_size(states: int, size: tuple[int, int]) -> str:
    wanted = " to ".join(spell(one) for one in sorted(set(size)))
    return f"{spell(states).capitalize()} states do not make groups of {wanted}, so there are other sizes."


def _range(size: tuple[int, int]) -> range:
    return range(size[0], size[1] + 1)
