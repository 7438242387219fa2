"""Breakout groups: complete, nearly optimal, and without disclosure of answers."""

from __future__ import annotations

import datetime as dt
import functools
import random
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from cluster_kit.breakouts import State, form_groups, read_pairs
from cluster_kit.breakouts.forming import fit_sizes
from cluster_kit.breakouts.models import WEIGHTS, Round
from cluster_kit.breakouts.repair import MOVED, NEW_GROUP, ONE_MISSING, ONE_TOO_MANY
from cluster_kit.breakouts.scoring import ProblemData, read_facts
from cluster_kit.breakouts.search import even_sizes, fill_groups, find_groups, group_counts, improve_groups
from cluster_kit.breakouts.wording import NO_AREA
from cluster_kit.errors import UsageError
from cluster_kit.sessions.commands import find_command, fold
from cluster_kit.sessions.state import Group
from cluster_kit.store import Event
from tests.breakouts.made_up import AREAS, CODES, CONTENT, make_state, make_states, members, pairs_of

A, B = AREAS[:2]
DOCS = Path(__file__).parents[2] / "docs" / "explanation" / "breakouts.md"


def _all_groupings(states: tuple[int, ...]) -> Iterator[list[tuple[int, ...]]]:
    """Every grouping into groups of 3 to 5, by brute force."""
    if not states:
        yield []
    first, rest = states[:1], states[1:]
    for size in range(3, 6):
        for others in _choose(rest, size - 1):
            left = tuple(one for one in rest if one not in others)
            yield from ([first + others, *more] for more in _all_groupings(left))


def _choose(of: tuple[int, ...], count: int) -> Iterator[tuple[int, ...]]:
    if count == 0:
        yield ()
    for place in range(len(of) if count else 0):
        yield from ((of[place], *more) for more in _choose(of[place + 1 :], count - 1))


def _facts(states: list[State], earlier: list[frozenset[str]] | None = None) -> ProblemData:
    return read_facts(sorted(states, key=lambda state: state.code), AREAS, earlier or [])


def _best_worth(facts: ProblemData) -> int:
    worth = functools.cache(facts.worth_of)
    return max(sum(map(worth, groups)) for groups in _all_groupings(tuple(range(len(facts.states)))))


# --- each state has a place ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(2, [2]), (3, [3]), (4, [4]), (5, [5]), (6, [3, 3]), (7, [3, 4]), (8, [4, 4]), (11, [3, 4, 4]), (12, [4, 4, 4])],
)
def test_each_state_is_in_one_group_of_a_size_that_fits(count: int, sizes: list[int]) -> None:
    proposal = form_groups(CONTENT, [State(code) for code in CODES[:count]])
    assert sorted(len(group.states) for group in proposal.groups) == sizes
    assert sorted(code for group in proposal.groups for code in group.states) == sorted(CODES[:count])
    assert [group.number for group in proposal.groups] == list(range(1, len(sizes) + 1))


def test_no_state_and_one_state_make_no_group_and_it_is_said() -> None:
    none = form_groups(CONTENT, [])
    assert (none.groups, none.left_over) == ((), ())
    assert none.sentence == "No state is present, so there are no groups."
    alone = form_groups(CONTENT, [State("OH")])
    assert (alone.groups, alone.left_over) == ((), ("OH",))
    assert alone.sentence == "Only Ohio is present, so there are no groups."


def test_two_states_are_one_group_and_it_is_said_plainly() -> None:
    proposal = form_groups(CONTENT, [State("OH"), State("GU")])
    assert members(proposal) == {1: ("GU", "OH")}
    assert proposal.sentence.startswith(
        "Two states do not make groups of three to five, so there are other sizes. One group of two states."
    )


def test_the_whole_nation_has_groups_far_better_than_by_chance_in_little_time() -> None:
    states = make_states(57)
    began = time.process_time()
    proposal = form_groups(CONTENT, states)
    assert time.process_time() - began < 5, "a fraction of a second on an idle machine"
    assert sorted(code for group in proposal.groups for code in group.states) == sorted(CODES)
    assert {len(group.states) for group in proposal.groups} <= {3, 4, 5}
    facts, chance = _facts(states), random.Random(5)
    shuffled = []
    for _ in range(50):
        order = chance.sample(range(57), 57)
        cuts = np.cumsum([0, *even_sizes(57, 14)])
        groups = [sorted(order[i:j]) for i, j in pairwise(cuts)]
        shuffled.append(sum(facts.worth_of(group) for group in groups) / 100)
    assert proposal.objective > 1.4 * max(shuffled)


@pytest.mark.parametrize(
    ("count", "size", "sizes"),
    [
        (7, (4, 4), [3, 4]),
        (6, (5, 5), [3, 4, 5]),
        (57, (5, 5), [4, 5]),
        (2, (3, 5), [2, 3, 4, 5]),
        (8, (4, 4), [4]),
        (8, (3, 3), [3, 4]),
    ],
)
def test_sizes_that_do_not_add_up_give_way_to_the_nearest(count: int, size: tuple[int, int], sizes: list[int]) -> None:
    assert list(fit_sizes(count, size)) == sizes


@pytest.mark.parametrize("count", [3, 4, *range(6, 58)])
def test_groups_of_three_have_four_where_needed_and_never_two(count: int) -> None:
    proposal = form_groups(CONTENT, make_states(count), size=(3, 3))
    sizes = Counter(len(group.states) for group in proposal.groups)
    fours = count % 3
    assert sizes == Counter({3: count // 3 - fours, 4: fours})


def test_five_states_asked_for_three_are_a_group_of_three_and_one_of_two() -> None:
    proposal = form_groups(CONTENT, make_states(5), size=(3, 3))
    assert sorted(len(group.states) for group in proposal.groups) == [2, 3]


@pytest.mark.parametrize(
    ("size", "most"), [((2, 3), {3: 9}), ((3, 5), {4: 6, 3: 1}), ((2, 5), {4: 6, 3: 1}), ((5, 5), {5: 3, 4: 3})]
)
def test_groups_are_of_four_or_the_nearest_that_is_asked_for(size: tuple[int, int], most: dict[int, int]) -> None:
    proposal = form_groups(CONTENT, [State(code) for code in CODES[:27]], size=size)
    assert Counter(len(group.states) for group in proposal.groups) == most


@pytest.mark.parametrize("size", [(1, 3), (3, 6), (5, 4), (0, 0)])
def test_sizes_that_no_talk_works_with_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="2 to 5 states, such as 3-5"):
        form_groups(CONTENT, make_states(8), size=size)


def test_a_state_that_is_given_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="OH is given more than once"):
        form_groups(CONTENT, [State("OH"), State("GU"), State("OH")])


# --- nearly the best -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("count", [6, 7, 8, 9, 10])
def test_few_states_have_the_best_of_all_groupings(count: int, seed: int) -> None:
    states = make_states(count, seed)
    earlier = pairs_of([CODES[:3], CODES[3:6]]) if seed % 2 else []
    best = _best_worth(_facts(states, earlier))
    proposal = form_groups(CONTENT, states, earlier)
    assert round(proposal.objective * 100) == best
    assert round(sum(group.points for group in proposal.groups) * 100) == best


@pytest.mark.parametrize("seed", range(3))
def test_twelve_states_have_groups_within_5_percent_of_the_best(seed: int) -> None:
    states = make_states(12, seed)
    assert form_groups(CONTENT, states).objective * 100 >= 0.95 * _best_worth(_facts(states))


def test_the_search_never_makes_a_filled_grouping_worse() -> None:
    facts = _facts(make_states(30))
    filled = fill_groups(facts, even_sizes(30, 7))
    improved = improve_groups(facts, filled, range(3, 6))
    best = find_groups(facts, range(3, 6))
    start, climbed, found = (sum(map(facts.worth_of, groups)) for groups in (filled, improved, best))
    assert start < climbed <= found


@pytest.mark.parametrize(("states", "count", "sizes"), [(57, 14, [4] * 13 + [5]), (11, 3, [3, 4, 4]), (3, 1, [3])])
def test_sizes_are_as_even_as_they_can_be(states: int, count: int, sizes: list[int]) -> None:
    assert group_counts(states, range(3, 6))[0] == count
    assert even_sizes(states, count) == sizes


def test_the_same_states_give_the_same_groups_in_whatever_order_they_come() -> None:
    states = make_states(20)
    earlier = pairs_of([CODES[:4], CODES[4:8]])
    first = form_groups(CONTENT, states, earlier)
    assert form_groups(CONTENT, random.Random(3).sample(states, 20), earlier[::-1]) == first
    assert form_groups(CONTENT, states, earlier) == first


def test_many_more_states_still_get_good_groups() -> None:
    codes = [one + two for one in "ABCDEFGHIJ" for two in "KLMNOPQRST"]
    states = [make_state(code, **{A: (-1) ** place * 0.5}) for place, code in enumerate(codes)]
    proposal = form_groups(CONTENT, states)
    assert sorted(code for group in proposal.groups for code in group.states) == codes


# --- what counts -----------------------------------------------------------------------------------------------------


def test_need_meets_strength() -> None:
    needing = [make_state(code, **{A: -1.0}) for code in ("GU", "OH", "UT")]
    helping = [make_state(code, **{A: 1.0}) for code in ("TX", "VT", "WY")]
    proposal = form_groups(CONTENT, [*needing, *helping], size=(3, 3))
    for group in proposal.groups:
        assert set(group.states) & {"TX", "VT", "WY"}
        assert set(group.states) & {"GU", "OH", "UT"}
        assert group.area == A


def test_states_that_sat_together_are_kept_apart_where_that_can_be() -> None:
    states = make_states(16)
    first = form_groups(CONTENT, states)
    again = form_groups(CONTENT, states, pairs_of(members(first).values()))
    assert not set(pairs_of(members(first).values())) & set(pairs_of(members(again).values()))
    assert "No two states meet again that were together before." in again.sentence


def test_where_states_have_to_meet_again_as_few_as_can_be_do_and_it_is_said() -> None:
    states = make_states(7)
    first = form_groups(CONTENT, states)
    again = form_groups(CONTENT, states, pairs_of(members(first).values()))
    common = set(pairs_of(members(first).values())) & set(pairs_of(members(again).values()))
    assert len(common) == 3, "3 and 4 of 3 and 4: one pair in the three, and two in the four"
    assert "3 pairs of states meet again." in again.sentence


def test_a_pair_counts_as_often_as_it_met() -> None:
    states = [State(code) for code in ("GU", "OH", "TX", "UT", "VT", "WY")]
    earlier = [frozenset(("GU", other)) for other in ("OH", "TX", "UT")] + [frozenset(("GU", "VT"))] * 2
    earlier += [frozenset(("GU", "WY"))] * 2
    proposal = form_groups(CONTENT, states, earlier, size=(3, 3))
    mine = next(group.states for group in proposal.groups if "GU" in group.states)
    assert not {"VT", "WY"} & set(mine)


def test_roles_are_mixed() -> None:
    states = [State(code, roles=frozenset({role})) for code, role in zip(CODES, "aaabbbccc", strict=False)]
    proposal = form_groups(CONTENT, states, size=(3, 3))
    roles = {state.code: state.roles for state in states}
    assert all(len(frozenset[str]().union(*(roles[code] for code in g.states))) == 3 for g in proposal.groups)


def test_a_state_sits_with_whom_it_would_like_to_ask() -> None:
    states = [make_state(code, asks=("TX",) if code == "OH" else ()) for code in ("GU", "OH", "TX", "UT", "VT", "WY")]
    proposal = form_groups(CONTENT, states)
    group = next(group for group in proposal.groups if "OH" in group.states)
    assert "TX" in group.states
    assert "Ohio wanted to ask Texas something." in group.why


# --- what is said ----------------------------------------------------------------------------------------------------


def test_the_why_names_who_could_use_help_and_who_could_offer_it() -> None:
    states = [make_state("OH", **{A: -0.6}), make_state("GU", **{A: -0.5}), make_state("UT", **{A: 0.6})]
    [group] = form_groups(CONTENT, states).groups
    title = CONTENT.instrument.areas[0].title
    needing = "Guam (rated 1.8 of 4) and Ohio (rated 1.6 of 4) could use help"
    assert group.why == f"{title}: {needing}; Utah (rated 3.4 of 4) could offer it. No roles are known."


@pytest.mark.parametrize(
    ("net", "says"),
    [
        ({}, "No state has rated anything yet"),
        ({A: -0.5, B: -0.2}, "No state is strong in anything yet: groups form around needs that they share."),
        ({A: 0.5, B: 0.9}, "No state has said what it needs"),
    ],
)
def test_what_could_not_be_matched_is_said(net: dict[str, float], says: str) -> None:
    proposal = form_groups(CONTENT, [make_state(code, **net) for code in CODES[:8]])
    assert says in proposal.sentence
    assert {group.area for group in proposal.groups} == {"" if not net else A if net[A] < 0 else B}


def test_a_topic_tells_nothing_about_answers() -> None:
    """Participants could infer others' answers from a topic that depends on more than the area."""
    topics: dict[str, set[str]] = {}
    for seed in range(5):
        for group in form_groups(CONTENT, make_states(12, seed)).groups:
            topics.setdefault(group.area, set()).add(group.topic)
    assert all(len(named) == 1 for named in topics.values())
    assert not any(name.name in next(iter(named)) for named in topics.values() for name in CONTENT.jurisdictions)
    assert {g.topic for g in form_groups(CONTENT, [State(code) for code in CODES[:6]]).groups} == {NO_AREA}


def test_participants_see_groups_and_topics_and_never_whys() -> None:
    proposal = form_groups(CONTENT, make_states(9))
    command = proposal.as_command("Peer discussion")
    kept = command.model_dump(mode="json")
    assert all(group.why not in str(kept) for group in proposal.groups)
    event = Event(
        id="e", series="2026", session=2, kind="groups", author="fay", value=kept, seq=1, at=dt.datetime.now(dt.UTC)
    )
    [round_] = fold([(event, find_command(event))]).rounds
    assert {group.number: group.states for group in round_.groups} == members(proposal)
    assert {group.reason for group in round_.groups} == {group.topic for group in proposal.groups}


def test_pairs_of_a_sessions_rounds_count_once() -> None:
    now = dt.datetime.now(dt.UTC)
    first = Round("a", "First", (Group(1, ("GU", "OH", "UT")),), now)
    later = Round("b", "With a late state", (Group(1, ("GU", "OH", "UT", "WY")),), now)
    assert len(read_pairs([first])) == 3
    assert sorted(map(sorted, read_pairs([first, later]))) == sorted(map(sorted, pairs_of([("GU", "OH", "UT", "WY")])))


def test_the_document_states_the_weights_as_they_are() -> None:
    rows = [line.strip("| ").split(" | ") for line in DOCS.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    weights = {cells[0].strip("`"): float(cells[1].replace(",", "")) for cells in rows if cells[0].startswith("`")}
    assert weights == vars(WEIGHTS)
    assert [int(cells[-1]) for cells in rows[-4:]] == [ONE_MISSING, MOVED, ONE_TOO_MANY, NEW_GROUP]
