"""Groups that exist, mended: who came late is placed, who has left is out, and as few others as possible move.

Every group may stay as it is, take in states, give states, or dissolve; newcomers may make a group of their own. Among
all ways in which every state that is present has one place, first the least disturbing ones are found (``COSTS``), then
the one that is worth most. A group keeps its number and what it talks about.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations

import numpy as np

from cluster_kit.breakouts.choosing import Column, Model, Stop
from cluster_kit.breakouts.forming import SIZE, TIME_S, check_size, describe, form_groups, order_states
from cluster_kit.breakouts.models import BEST_SIZE, Grouped, GroupProposal, Pair, Seated, State
from cluster_kit.breakouts.scoring import ProblemData, read_facts
from cluster_kit.breakouts.wording import Namer, say_changes, say_repeats, say_sizes
from cluster_kit.content.models import Content

NEW_GROUP, ONE_TOO_MANY, MOVED, TOO_FEW = 2, 3, 10, 100
MOST_WAYS = 150_000
MOST_FREE = 16
ANEW = "So many states have come or left that all groups were formed anew."


def mend_groups(
    content: Content,
    groups: Sequence[Seated],
    states: Sequence[State],
    earlier: Sequence[Pair] = (),
    *,
    size: tuple[int, int] = SIZE,
    time_s: float = TIME_S,
) -> GroupProposal:
    """The groups as they should be now that these states are present; ``earlier`` is without these groups.

    Nobody moves who need not: only out of a group that has become too small, or into one. Newcomers go where there is
    room; where there is none they make a group of their own, or else a group has one state too many. More newcomers
    than ``MOST_FREE`` at once make groups of their own. Where so many have left that mending makes no sense, all groups
    are formed anew, and the sentence says so. Raises what ``form_groups`` raises. ``bound`` is None: what is best
    here is to disturb few.
    """
    check_size(size)
    deadline = time.monotonic() + time_s
    ordered = order_states(states)
    seated = {code for group in groups for code in group.states}
    newcomers = [state for state in ordered if state.code not in seated]
    if not groups or len(newcomers) > MOST_FREE:
        own = form_groups(content, newcomers, earlier, size=size, time_s=time_s)
        others = [state for state in ordered if state.code in seated]
        return _add(mend_groups(content, groups, others, earlier, size=size), own, groups) if groups else own
    facts = read_facts(ordered, [area.id for area in content.instrument.areas], earlier)
    facts = replace(facts, best_size=min(max(BEST_SIZE, size[0]), size[1]))
    seats = _read_seats(facts, groups)
    ways = _list_ways(facts, seats, size)
    chosen = None if ways is None else _choose(facts, seats, ways, deadline)
    if chosen is None:
        anew = form_groups(content, ordered, earlier, size=size, time_s=deadline - time.monotonic())
        return replace(anew, sentence=f"{ANEW} {anew.sentence}")
    mended = _propose(content, facts, seats, chosen, groups)
    return replace(mended, sentence=f"{mended.sentence} {say_sizes(mended.groups, size)}".strip())


@dataclass(frozen=True)
class _Seat:
    """A group as it is left: its number, what it talks about (or empty), who is in it."""

    number: int
    area: str
    members: Column


@dataclass(frozen=True)
class _Way:
    """What may become of a group (a place among the seats; the last stands for new groups), and what it disturbs."""

    seat: int
    members: Column
    cost: int


def _read_seats(facts: ProblemData, groups: Sequence[Seated]) -> list[_Seat]:
    place = {state.code: number for number, state in enumerate(facts.states)}
    seats = [
        _Seat(group.number, group.area, tuple(sorted(place[code] for code in group.states if code in place)))
        for group in groups
    ]
    return [seat for seat in seats if seat.members]


def _list_ways(facts: ProblemData, seats: Sequence[_Seat], size: tuple[int, int]) -> list[_Way] | None:
    """Everything that may become of each group; None where that is too much."""
    low, high = size
    seated = {one for seat in seats for one in seat.members}
    newcomers = {*range(len(facts.states))} - seated
    homeless = newcomers | {one for seat in seats if len(seat.members) < low for one in seat.members}
    donors = {one for seat in seats if len(seat.members) > low for one in seat.members}
    if len(homeless) > MOST_FREE:
        return None
    judge = _Judge(low, high, frozenset(newcomers))
    ways = {}
    for number, seat in enumerate(seats):
        for members in _memberships(seat, homeless, donors, size):
            ways[number, members] = _Way(number, members, judge.cost(seat, members))
            if len(ways) > MOST_WAYS:
                return None
    for members in _subsets(sorted(homeless), 1, high):
        ways[len(seats), members] = _Way(len(seats), members, judge.cost(None, members))
    return list(ways.values())


@dataclass(frozen=True)
class _Judge:
    """What disturbs: see ``docs/breakouts.md``."""

    low: int
    high: int
    newcomers: frozenset[int]

    def cost(self, seat: _Seat | None, members: Column) -> int:
        """How much it disturbs that a group (None: a new one) becomes these members."""
        if not members:
            return 0
        before = set(seat.members) if seat else set()
        cost = MOVED * len({*members} - before - self.newcomers)
        cost += 0 if seat else NEW_GROUP
        cost += ONE_TOO_MANY * max(len(members) - self.high, 0)
        return cost + (TOO_FEW if len(members) < self.low else 0)


def _memberships(seat: _Seat, homeless: set[int], donors: set[int], size: tuple[int, int]) -> Iterator[Column]:
    """Who may be in a group afterwards: it takes in some, or gives some, or, where it is too small, nobody is left."""
    low, high = size
    stay, room = seat.members, high - len(seat.members)
    takes = sorted(homeless - set(stay))
    for more in _subsets(takes, 0, max(room, 1)):
        yield tuple(sorted((*stay, *more)))
    if len(stay) < low:
        yield ()
        wanting = low - len(stay)
        if 0 < wanting <= 2:
            for more in combinations(sorted((homeless | donors) - set(stay)), wanting):
                yield tuple(sorted((*stay, *more)))
    else:
        yield from _subsets(stay, low, len(stay) - 1)


def _subsets(of: Sequence[int], fewest: int, most: int) -> Iterator[Column]:
    return chain.from_iterable(combinations(of, count) for count in range(fewest, most + 1))


def _choose(facts: ProblemData, seats: Sequence[_Seat], ways: Sequence[_Way], deadline: float) -> list[_Way] | None:
    """One way for each group, so that every state has one place: the least disturbing, of these the most worth."""
    rows = len(facts.states) + len(seats)
    calm = _solve(rows, facts, ways, [-way.cost for way in ways], deadline)
    if calm is None:
        return None
    most = sum(way.cost for way in calm)
    ways = [way for way in ways if way.cost <= most]
    best = _solve(rows, facts, ways, _judge(facts, seats, ways), deadline, most)
    return best or calm


def _solve(
    rows: int, facts: ProblemData, ways: Sequence[_Way], worths: Sequence[int], deadline: float, most: int | None = None
) -> list[_Way] | None:
    """The ways that are worth most and cost at most so much together; every group that there is goes one of them."""
    new = rows - len(facts.states)
    model = Model(rows)
    model.add([(*w.members, len(facts.states) + w.seat) if w.seat < new else w.members for w in ways], worths)
    if most is not None:
        model.limit([way.cost for way in ways], most)
    choice = model.choose(Stop(deadline - time.monotonic()))
    return None if choice is None else [ways[place] for place in choice.places]


def _judge(facts: ProblemData, seats: Sequence[_Seat], ways: Sequence[_Way]) -> list[int]:
    """What each group is worth as it becomes; it talks about what it did before, and a new group about the best."""
    worths = [0] * len(ways)
    alike: defaultdict[tuple[int | None, int], list[int]] = defaultdict(list)
    for place, way in enumerate(ways):
        if way.members:
            area = facts.find_area(seats[way.seat].area) if way.seat < len(seats) else None
            alike[area, len(way.members)].append(place)
    for (area, _), places in alike.items():
        members = np.array([ways[place].members for place in places]).T
        for place, worth in zip(places, facts.worth(members, area).tolist(), strict=True):
            worths[place] = worth
    return worths


def _propose(
    content: Content, facts: ProblemData, seats: Sequence[_Seat], chosen: Sequence[_Way], groups: Sequence[Seated]
) -> GroupProposal:
    namer, number = Namer(content), max(group.number for group in groups)
    described: list[Grouped] = []
    ordered = sorted((way for way in chosen if way.members), key=lambda way: (way.seat, way.members))
    for way in ordered:
        if len(way.members) == 1:
            continue
        if way.seat < len(seats):
            seat = seats[way.seat]
            described.append(describe(namer, facts, (seat.number, way.members, seat.area)))
        else:
            number += 1
            described.append(describe(namer, facts, (number, way.members, facts.area_for(way.members))))
    alone = tuple(facts.states[way.members[0]].code for way in ordered if len(way.members) == 1)
    said = [say_changes(namer, groups, described, alone), say_repeats(facts, [way.members for way in ordered])]
    points = round(sum(group.points for group in described), 2)
    return GroupProposal(tuple(described), points, None, " ".join(filter(None, said)), alone)


def _add(mended: GroupProposal, own: GroupProposal, groups: Sequence[Seated]) -> GroupProposal:
    """The groups that there are, and groups of their own for newcomers."""
    first = 1 + max(group.number for group in groups)
    more = [replace(group, number=number) for number, group in enumerate(own.groups, start=first)]
    numbers = f"Groups {first} to {first + len(more) - 1} are new, for those who came late."
    points = round(mended.objective + own.objective, 2)
    return GroupProposal((*mended.groups, *more), points, None, f"{mended.sentence} {numbers}", mended.left_over)
