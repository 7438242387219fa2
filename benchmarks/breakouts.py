"""How good are breakout groups, and how long do they take? The search beside a shuffle and a greedy grouping.

``python -m benchmarks.breakouts [--states 57] [--seeds 5] [--json]`` makes up states that have answered
everything, half, only what they need, or nothing, and that were together in two earlier rounds. Groups of 3 to 5:

- ``shuffle``: at random, the mean of 200, and the best of them;
- ``greedy``: seat by seat, each to who is worth most there;
- ``improve``: the same, and states move and change places while that helps;
- ``search``: what ``form_groups`` finds.

Worth is in points without the penalty for meeting again, which is counted by itself: pairs that meet again.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import accumulate, pairwise
from typing import TypeVar

from cluster_kit.breakouts import State, form_groups
from cluster_kit.breakouts.models import WEIGHTS
from cluster_kit.breakouts.scoring import ProblemData, read_facts
from cluster_kit.breakouts.search import even_sizes, fill_groups, group_counts, improve_groups
from tests.breakouts.made_up import AREAS, CODES, CONTENT, make_states, pairs_of

SHUFFLES = 200
SIZES = range(3, 6)
Groups = Sequence[Sequence[int]]
T = TypeVar("T")


@dataclass(frozen=True)
class Result:
    """One way to form groups, medians over the nations. ``again``: pairs that meet again."""

    answers: str
    way: str
    points: float
    of_search: float
    again: float
    cpu_s: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Breakout groups beside a shuffle and a greedy grouping.")
    parser.add_argument("--states", type=int, default=57, help="how many states are present (default 57)")
    parser.add_argument("--seeds", type=int, default=5, help="how many made-up nations (default 5)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    nations = range(options.seeds)
    results = [one for answers in ANSWERS for one in measure(answers, options.states, nations)]
    if options.json:
        print(json.dumps([asdict(result) for result in results], indent=2))
        return
    print("| answers | way | points | of the search | pairs that meet again | CPU seconds |")
    print("| --- | --- | --- | --- | --- | --- |")
    for one in results:
        cells = [one.answers, one.way, f"{one.points:.0f}", f"{one.of_search:.0%}", f"{one.again:.0f}"]
        print("| " + " | ".join([*cells, f"{one.cpu_s:.2f}"]) + " |")


def measure(answers: str, count: int, seeds: Sequence[int]) -> list[Result]:
    """All ways on the same nations."""
    by_way: dict[str, list[Result]] = {}
    for seed in seeds:
        for result in measure_nation(answers, ANSWERS[answers](make_states(count, seed)), seed):
            by_way.setdefault(result.way, []).append(result)
    return [_median(results) for results in by_way.values()]


def measure_nation(answers: str, states: Sequence[State], seed: int) -> list[Result]:
    """All ways on one nation that has met twice already."""
    chance = random.Random(seed)
    earlier = [pair for _ in range(2) for pair in pairs_of(_shuffle(chance, CODES[: len(states)]))]
    ordered = sorted(states, key=lambda state: state.code)
    facts = read_facts(ordered, AREAS, earlier)
    free = read_facts(ordered, AREAS, earlier, replace(WEIGHTS, repeat=0.0))
    began = time.process_time()
    proposal = form_groups(CONTENT, states, earlier)
    took = time.process_time() - began
    place = {state.code: number for number, state in enumerate(ordered)}
    found = [sorted(place[code] for code in group.states) for group in proposal.groups]
    points, again = _points(free, found), _again(facts, found)
    searched = Result(answers, "search", points, 1.0, again, took)
    return [*_others(answers, facts, free, searched.points, chance), searched]


def _others(
    answers: str, facts: ProblemData, free: ProblemData, searched: float, chance: random.Random
) -> list[Result]:
    numbers, sizes = range(len(facts.states)), _sizes(len(facts.states))
    began = time.process_time()
    shuffled = [_shuffle(chance, numbers) for _ in range(SHUFFLES)]
    shuffle_s = (time.process_time() - began) / SHUFFLES
    points, again = [_points(free, groups) for groups in shuffled], [_again(facts, groups) for groups in shuffled]
    mean, most = statistics.fmean(points), max(points)
    found = [
        Result(answers, "shuffle", mean, mean / searched, statistics.fmean(again), shuffle_s),
        Result(answers, f"best of {SHUFFLES} shuffles", most, most / searched, again[points.index(most)], shuffle_s),
    ]
    began = time.process_time()
    greedy = fill_groups(facts, sizes)
    greedy_s = time.process_time() - began
    improved = improve_groups(facts, greedy, SIZES)
    both_s = time.process_time() - began
    for way, groups, seconds in (("greedy", greedy, greedy_s), ("improve", improved, both_s)):
        worth = _points(free, groups)
        found.append(Result(answers, way, worth, worth / searched, _again(facts, groups), seconds))
    return found


def _sizes(count: int) -> list[int]:
    return even_sizes(count, group_counts(count, SIZES)[0])


def _shuffle(chance: random.Random, things: Sequence[T]) -> list[list[T]]:
    order = chance.sample(things, len(things))
    cuts = [0, *accumulate(_sizes(len(things)))]
    return [order[begin:end] for begin, end in pairwise(cuts)]


def _points(facts: ProblemData, groups: Groups) -> float:
    return sum(facts.worth_of(group) for group in groups) / 100


def _again(facts: ProblemData, groups: Groups) -> int:
    return sum(frozenset((a, b)) in facts.met for group in groups for a in group for b in group if a < b)


def _median(results: Sequence[Result]) -> Result:
    def middle(of: Callable[[Result], float]) -> float:
        return statistics.median(map(of, results))

    return replace(
        results[0],
        points=middle(lambda one: one.points),
        of_search=middle(lambda one: one.of_search),
        again=middle(lambda one: one.again),
        cpu_s=middle(lambda one: one.cpu_s),
    )


def _half(states: Sequence[State]) -> list[State]:
    """Each area is rated by every other state."""

    def keep(place: int, of: dict[str, float]) -> dict[str, float]:
        return {area: value for number, (area, value) in enumerate(sorted(of.items())) if (number + place) % 2}

    return [
        replace(state, needs=keep(place, dict(state.needs)), strengths=keep(place, dict(state.strengths)))
        for place, state in enumerate(states)
    ]


ANSWERS: dict[str, Callable[[Sequence[State]], list[State]]] = {
    "everything": list,
    "half": _half,
    "only needs": lambda states: [replace(state, strengths={}) for state in states],
    "nothing": lambda states: [replace(state, needs={}, strengths={}) for state in states],
}


if __name__ == "__main__":
    main()
