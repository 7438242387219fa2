"""Repair existing groups: place arriving states, remove states that left, and move few others.

A plan says which groups stay open and how many new ones there are. For each plan, unplaced states are placed one by one
where the disruption cost is lowest (``docs/explanation/breakouts.md`` has the costs), with ties broken by worth. Then
states move or swap while that lowers the cost, or raises the worth at no cost. The search opens and closes groups while
the result improves. A group keeps its number and its area.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, permutations

from cluster_kit.breakouts.forming import SIZE, best_size, check_size, describe_group, form_groups, order_states
from cluster_kit.breakouts.models import ExistingGroup, GroupProposal, Pair, ProposedGroup, State
from cluster_kit.breakouts.scoring import Group, ProblemData, read_facts
from cluster_kit.breakouts.wording import NameLookup, describe_changes, describe_repeats, describe_sizes
from cluster_kit.content.models import Content

NEW_GROUP, ONE_TOO_MANY, MOVED, ONE_MISSING = 2, 3, 10, 100
MOST_UNPLACED = 16
ALL_NEW = "So many states have come or left that all groups are new."


def repair_groups(
    content: Content,
    groups: Sequence[ExistingGroup],
    states: Sequence[State],
    earlier: Sequence[Pair] = (),
    *,
    size: tuple[int, int] = SIZE,
) -> GroupProposal:
    """Adjust groups to the states that are present now, with as few changes as possible.

    A state moves only out of a group that has become too small, or into one. A late state joins a group with room.
    Without room, late states form a group of their own, or one group has a state too many. More late states than
    ``MOST_UNPLACED`` form groups of their own. If too many states have left for a repair, all groups are formed again,
    and the sentence says so. ``earlier`` does not include ``groups``.

    Raises
    ------
    UsageError
        If a size is outside 2 to 5, or a state is given twice.
    """
    check_size(size)
    ordered = order_states(states)
    seated = {code for group in groups for code in group.states}
    newcomers = [state for state in ordered if state.code not in seated]
    if not groups:
        return form_groups(content, ordered, earlier, size=size)
    if len(newcomers) > MOST_UNPLACED:
        others = [state for state in ordered if state.code in seated]
        own = form_groups(content, newcomers, earlier, size=size)
        return _add(repair_groups(content, groups, others, earlier, size=size), own, groups)
    facts = read_facts(ordered, [area.id for area in content.instrument.areas], earlier)
    facts = replace(facts, best_size=best_size(size))
    seats = _read_seats(facts, groups)
    repair = _Repair(facts, seats, size)
    if repair.unplaced > MOST_UNPLACED:
        formed = form_groups(content, ordered, earlier, size=size)
        return replace(formed, sentence=f"{ALL_NEW} {formed.sentence}")
    proposal = _propose(content, facts, seats, repair.find(), groups)
    return replace(proposal, sentence=f"{proposal.sentence} {describe_sizes(proposal.groups, size)}".strip())


@dataclass(frozen=True)
class _Seat:
    """A slot for a group: its number, its area (or empty), and its states that are still present."""

    number: int
    area: str = ""
    members: Group = ()


def _read_seats(facts: ProblemData, groups: Sequence[ExistingGroup]) -> list[_Seat]:
    place = {state.code: number for number, state in enumerate(facts.states)}
    seats = [
        _Seat(group.number, group.area, tuple(sorted(place[code] for code in group.states if code in place)))
        for group in sorted(groups, key=lambda group: group.number)
    ]
    return [seat for seat in seats if seat.members]


Plan = dict[int, Group]
"""The states of each open group, by slot index. Indexes after the last slot are new groups."""


class _Repair:
    """The search for the plan with the lowest disruption cost, with ties broken by worth."""

    def __init__(self, facts: ProblemData, seats: Sequence[_Seat], size: tuple[int, int]) -> None:
        self._facts, self._seats = facts, seats
        self._low, self._high = size
        self._home = {state: number for number, seat in enumerate(seats) for state in seat.members}
        self._newcomers = [state for state in range(len(facts.states)) if state not in self._home]
        self._small = [number for number, seat in enumerate(seats) if len(seat.members) < self._low]
        self._worths: dict[tuple[int | None, Group], int] = {}

    @property
    def unplaced(self) -> int:
        """Number of states that are new, or in groups that have become too small."""
        return len(self._newcomers) + sum(len(self._seats[number].members) for number in self._small)

    def find(self) -> Plan:
        """The best plan found."""
        best = self._fill(frozenset(range(max(len(self._seats), 1 if self._newcomers else 0))))
        while True:
            plans = [self._fill(opened) for opened in self._variants(frozenset(best)) if opened]
            better = min(plans, key=self._score, default=best)
            if self._score(better) >= self._score(best):
                return best
            best = better

    def _variants(self, opened: frozenset[int]) -> Iterator[frozenset[int]]:
        """The same open groups with one change: a group that is too small opened or closed, or a new one opened."""
        first = len(self._seats)
        new = first + sum(number >= first for number in opened)
        for number in [*self._small, new]:
            yield opened ^ {number}
        if new > first:
            yield opened - {new - 1}

    def _fill(self, opened: frozenset[int]) -> Plan:
        """All states placed in these groups: unplaced states one by one, best slot first."""
        plan = {number: self._seats[number].members if number < len(self._seats) else () for number in sorted(opened)}
        left = set(range(len(self._facts.states))) - set(chain(*plan.values()))
        while left:
            change = self._best(plan, [{n: _swap(plan[n], state)} for state in sorted(left) for n in plan])
            plan |= change
            left -= set(chain(*change.values()))
        return self._improve(plan)

    def _improve(self, plan: Plan) -> Plan:
        """Apply the best change until none lowers the cost, or raises the worth without raising the cost."""
        while changes := [change for change in self._changes(plan) if self._disturbs(plan, change) <= 0]:
            change = self._best(plan, changes)
            if (self._disturbs(plan, change), -self._gains(plan, change)) >= (0, 0):
                break
            plan = plan | change
        return plan

    def _changes(self, plan: Plan) -> Iterator[Plan]:
        """Moves into groups that are too small; moves and swaps of states outside their original group."""
        for (here, group), (there, other) in permutations(plan.items(), 2):
            for state in group:
                is_away = self._home.get(state) != here
                if is_away or len(other) < self._low:
                    yield {here: _swap(group, None, state), there: _swap(other, state)}
                for back in other if is_away else ():
                    if self._home.get(back) != there or self._home.get(state) == there:
                        yield {here: _swap(group, back, state), there: _swap(other, state, back)}

    def _best(self, plan: Plan, changes: Sequence[Plan]) -> Plan:
        """The change with the lowest cost; of equals, the one with the highest worth."""
        costs = [self._disturbs(plan, change) for change in changes]
        calm = [change for change, cost in zip(changes, costs, strict=True) if cost == min(costs)]
        return max(calm, key=lambda change: self._gains(plan, change))

    def _disturbs(self, plan: Plan, change: Plan) -> int:
        return self._cost(change) - self._cost({number: plan[number] for number in change})

    def _gains(self, plan: Plan, change: Plan) -> int:
        return self._worth(change) - self._worth({number: plan[number] for number in change})

    def _cost(self, plan: Plan) -> int:
        """Disruption cost of the groups: see ``docs/explanation/breakouts.md``."""
        cost = 0
        for number, group in plan.items():
            cost += MOVED * sum(self._home.get(state, number) != number for state in group)
            cost += NEW_GROUP if number >= len(self._seats) else 0
            cost += ONE_TOO_MANY * max(len(group) - self._high, 0) + ONE_MISSING * max(self._low - len(group), 0)
        return cost

    def _worth(self, plan: Plan) -> int:
        """Worth of the groups: existing groups keep their areas, new ones get their best area."""
        return sum(self._worth_of(number, group) for number, group in plan.items() if group)

    def _worth_of(self, number: int, group: Group) -> int:
        area = self._facts.find_area(self._seats[number].area) if number < len(self._seats) else None
        if (area, group) not in self._worths:
            self._worths[area, group] = self._facts.worth_of(group, area)
        return self._worths[area, group]

    def _score(self, plan: Plan) -> tuple[int, int]:
        """Cost and negated worth of a plan; lower is better."""
        return self._cost(plan), -self._worth(plan)


def _swap(group: Group, more: int | None, less: int | None = None) -> Group:
    """The group with one state added, one removed, or both."""
    return tuple(sorted({*group, *([] if more is None else [more])} - {less}))


def _propose(
    content: Content, facts: ProblemData, seats: Sequence[_Seat], plan: Plan, groups: Sequence[ExistingGroup]
) -> GroupProposal:
    namer, number = NameLookup(content), max(group.number for group in groups)
    described: list[ProposedGroup] = []
    for place, members in sorted(plan.items()):
        if len(members) == 1:
            continue
        if place < len(seats):
            described.append(describe_group(namer, facts, (seats[place].number, members, seats[place].area)))
        else:
            number += 1
            described.append(describe_group(namer, facts, (number, members, facts.area_for(members))))
    alone = tuple(facts.states[group[0]].code for _, group in sorted(plan.items()) if len(group) == 1)
    sentences = [describe_changes(namer, groups, described, alone), describe_repeats(facts, list(plan.values()))]
    points = round(sum(group.points for group in described), 2)
    return GroupProposal(tuple(described), points, " ".join(filter(None, sentences)), alone)


def _add(repaired: GroupProposal, own: GroupProposal, groups: Sequence[ExistingGroup]) -> GroupProposal:
    """The existing groups, plus groups for the newcomers."""
    first = 1 + max(group.number for group in groups)
    more = [replace(group, number=number) for number, group in enumerate(own.groups, start=first)]
    numbers = f"Groups {first} to {first + len(more) - 1} are new, for states that came late."
    points = round(repaired.objective + own.objective, 2)
    return GroupProposal((*repaired.groups, *more), points, f"{repaired.sentence} {numbers}", repaired.left_over)
