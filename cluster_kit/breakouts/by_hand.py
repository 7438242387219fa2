"""Groups that a facilitator changes by hand: described again after a change, and improved around what is pinned."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from cluster_kit.breakouts.forming import describe_group, order_states
from cluster_kit.breakouts.models import ExistingGroup, GroupProposal, Pair, State
from cluster_kit.breakouts.scoring import WHOLE, ProblemData, read_facts
from cluster_kit.breakouts.wording import NameLookup, describe_quality
from cluster_kit.content.models import Content
from cluster_kit.errors import UsageError

MOST_SWAPS = 100


@dataclass(frozen=True)
class Wishes:
    """What a facilitator wants of better groups: ``pinned`` states stay, pairs in ``apart`` are separated.

    Without ``improve``, the groups stay as they are.
    """

    pinned: Collection[str] = ()
    apart: Sequence[Pair] = ()
    improve: bool = False


AS_THEY_ARE = Wishes()


@dataclass(frozen=True)
class ArrangedGroup:
    """A group as a facilitator arranged it. ``area`` is empty if the answers should decide what it talks about."""

    number: int
    states: tuple[str, ...]
    area: str = ""


def arrange_groups(
    content: Content,
    groups: Sequence[ExistingGroup],
    states: Sequence[State],
    earlier: Sequence[Pair] = (),
    wishes: Wishes = AS_THEY_ARE,
) -> GroupProposal:
    """These groups with their topics and reasons. Numbers and sizes stay, and empty groups are left out.

    To improve them, states that are not pinned change places while that raises the score, and pairs to keep apart are
    separated where places allow. States of the groups that are not in ``states`` count without answers.

    Raises ``UsageError`` if a state is in two groups.
    """
    known = {state.code: state for state in states}
    seated = [code for group in groups for code in group.states]
    ordered = order_states([known.get(code, State(code)) for code in seated])
    areas = [area.id for area in content.instrument.areas]
    facts = read_facts(ordered, areas, earlier)
    place = {state.code: number for number, state in enumerate(ordered)}
    members = {group.number: [place[code] for code in group.states] for group in groups if group.states}
    chosen = {group.number: group.area for group in groups}
    if wishes.improve:
        weighed = read_facts(ordered, areas, [*earlier, *wishes.apart])
        changed = _swap_places(weighed, members, {place[code] for code in wishes.pinned if code in place})
        chosen = {number: "" if number in changed else area for number, area in chosen.items()}
    namer, described = NameLookup(content), []
    for number, of_group in sorted(members.items()):
        group = tuple(sorted(of_group))
        described.append(describe_group(namer, facts, (number, group, chosen[number] or facts.area_for(group))))
    final = [tuple(sorted(of_group)) for of_group in members.values()]
    sentence = f"{describe_quality(facts, final)} {_describe_apart(namer, place, final, wishes.apart)}".strip()
    return GroupProposal(tuple(described), sum(map(facts.worth_of, final)) / WHOLE, sentence)


def _swap_places(facts: ProblemData, members: Mapping[int, list[int]], pinned: Collection[int]) -> set[int]:
    """Make the best swap of two states until none raises the score; the numbers of the groups that changed."""
    worth = {number: facts.worth_of(tuple(sorted(group))) for number, group in members.items()}
    changed: set[int] = set()
    for _ in range(MOST_SWAPS):
        best = max(_list_swaps(facts, members, worth, pinned), default=None)
        if best is None or best[0] <= 0:
            break
        _, first, one, second, other = best
        members[first][members[first].index(one)] = other
        members[second][members[second].index(other)] = one
        for number in (first, second):
            worth[number] = facts.worth_of(tuple(sorted(members[number])))
        changed |= {first, second}
    return changed


def _list_swaps(
    facts: ProblemData, members: Mapping[int, list[int]], worth: Mapping[int, int], pinned: Collection[int]
) -> list[tuple[int, int, int, int, int]]:
    """Every swap of two states that are not pinned: its gain, and each state with its group."""
    swaps = []
    for first, second in combinations(members, 2):
        before = worth[first] + worth[second]
        for one in members[first]:
            for other in members[second]:
                if one in pinned or other in pinned:
                    continue
                a = tuple(sorted([*(s for s in members[first] if s != one), other]))
                b = tuple(sorted([*(s for s in members[second] if s != other), one]))
                swaps.append((facts.worth_of(a) + facts.worth_of(b) - before, first, one, second, other))
    return swaps


def _describe_apart(
    namer: NameLookup, place: Mapping[str, int], groups: Sequence[tuple[int, ...]], apart: Sequence[Pair]
) -> str:
    """The pairs to keep apart that are in one group."""
    together = [
        namer.states(sorted(pair))
        for pair in apart
        if pair <= place.keys() and any({place[code] for code in pair} <= set(group) for group in groups)
    ]
    return f"To be kept apart, but together: {'; '.join(together)}." if together else ""


def read_arranged(value: object) -> tuple[ArrangedGroup, ...]:
    """Groups from a page's request: ``[{number, states, area}]``. Raises ``UsageError`` for anything else."""
    try:
        return tuple(
            ArrangedGroup(int(one["number"]), tuple(map(str, one["states"])), str(one.get("area", "")))
            for one in value  # type: ignore[attr-defined]
        )
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise UsageError("The groups could not be read. Reload the page, and arrange them once more.") from error
