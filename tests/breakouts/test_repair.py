"""Repair of groups when states arrive late or leave: few changes, and a group for every state."""

from __future__ import annotations

import random

import pytest

from cluster_kit.breakouts import GroupProposal, State, form_groups, repair_groups
from cluster_kit.breakouts.repair import ALL_NEW
from cluster_kit.sessions.state import Group
from tests.breakouts.made_up import AREAS, CODES, CONTENT, make_state, make_states, members, pairs_of

A, B = AREAS[:2]


def _seat(*groups: str) -> list[Group]:
    return [Group(number, tuple(codes.split()), "") for number, codes in enumerate(groups, start=1)]


def _states(codes: str) -> list[State]:
    return [State(code) for code in codes.split()]


def _moved(before: GroupProposal | list[Group], after: GroupProposal) -> set[str]:
    """States that moved from one group to another."""
    groups = before.groups if isinstance(before, GroupProposal) else before
    was = {code: group.number for group in groups for code in group.states}
    return {c for g in after.groups for c in g.states if was.get(c, g.number) != g.number}


def test_groups_that_fit_stay_as_they_are() -> None:
    states = make_states(24)
    first = form_groups(CONTENT, states)
    repaired = repair_groups(CONTENT, first.groups, states)
    assert repaired.groups == first.groups
    assert repaired.sentence == "The groups stay as they are."


@pytest.mark.parametrize("late", [1, 2, 5])
def test_who_comes_late_is_placed_and_no_other_state_moves(late: int) -> None:
    states = make_states(24 + late)
    first = form_groups(CONTENT, states[:24])
    repaired = repair_groups(CONTENT, first.groups, states)
    assert _moved(first, repaired) == set()
    assert sorted(code for group in repaired.groups for code in group.states) == sorted(CODES[: 24 + late])
    assert max(len(group.states) for group in repaired.groups) <= 5
    assert [group.area for group in repaired.groups] == [group.area for group in first.groups]


def test_a_late_state_goes_where_it_is_worth_most() -> None:
    states = [make_state(code, **{A: -0.5}) for code in ("GU", "OH", "TX")]
    states += [make_state(code, **{B: 0.9}) for code in ("UT", "VT", "WY")]
    groups = [Group(1, ("GU", "OH", "TX"), A), Group(2, ("UT", "VT", "WY"), B)]
    late = make_state("AL", **{B: -1.0})
    assert members(repair_groups(CONTENT, groups, [*states, late]))[2] == ("AL", "UT", "VT", "WY")
    helper = make_state("AL", **{A: 1.0, B: -0.1})
    assert members(repair_groups(CONTENT, groups, [*states, helper]))[1] == ("AL", "GU", "OH", "TX")


def test_a_late_state_does_not_meet_whom_it_has_met() -> None:
    groups, states = _seat("GU OH TX", "UT VT WY"), _states("GU OH TX UT VT WY AL")
    repaired = repair_groups(CONTENT, groups, states, pairs_of([("AL", "GU")]))
    assert "AL" in members(repaired)[2]
    assert repaired.sentence == "Alabama joins group 2. No two states meet again that were together before."


def test_late_states_without_room_make_a_group_of_their_own() -> None:
    groups = _seat("AL AK AZ AR CA", "CO CT DE FL GA")
    repaired = repair_groups(CONTENT, groups, _states("AL AK AZ AR CA CO CT DE FL GA OH GU UT"))
    assert members(repaired)[3] == ("GU", "OH", "UT")
    assert repaired.sentence == "Group 3 is new: Guam, Ohio, and Utah."
    assert _moved(groups, repaired) == set()


def test_one_late_state_without_room_makes_a_group_of_six_and_it_is_said() -> None:
    groups = _seat("AL AK AZ AR CA", "CO CT DE FL GA")
    repaired = repair_groups(CONTENT, groups, _states("AL AK AZ AR CA CO CT DE FL GA OH"))
    assert sorted(len(group.states) for group in repaired.groups) == [5, 6]
    assert _moved(groups, repaired) == set()
    assert "has six states." in repaired.sentence


def test_who_has_left_is_out_and_groups_that_are_big_enough_stay() -> None:
    groups = _seat("AL AK AZ AR", "CO CT DE FL GA")
    repaired = repair_groups(CONTENT, groups, _states("AL AK AZ CO CT DE FL"))
    assert members(repaired) == {1: ("AK", "AL", "AZ"), 2: ("CO", "CT", "DE", "FL")}
    assert repaired.sentence == "Arkansas and Georgia have left."


def test_a_group_that_has_become_too_small_gets_one_state_from_a_bigger_one() -> None:
    groups = _seat("AL AK AZ", "CO CT DE FL", "HI ID IL")
    repaired = repair_groups(CONTENT, groups, _states("AL AK CO CT DE FL HI ID IL"))
    assert len(_moved(groups, repaired)) == 1
    assert [len(group.states) for group in repaired.groups] == [3, 3, 3]


def test_a_group_of_one_is_merged_into_another() -> None:
    groups = _seat("AL AK AZ", "CO CT DE", "HI ID IL")
    repaired = repair_groups(CONTENT, groups, _states("AL CO CT DE HI ID IL"))
    assert _moved(groups, repaired) == {"AL"}
    assert sorted(members(repaired)) == [2, 3]
    assert "Group 1 no longer exists." in repaired.sentence


def test_two_groups_that_are_too_small_are_merged() -> None:
    groups = _seat("AL AK AZ", "CO CT DE")
    repaired = repair_groups(CONTENT, groups, _states("AL AK CO CT"))
    assert [sorted(group.states) for group in repaired.groups] == [["AK", "AL", "CO", "CT"]]


def test_who_comes_fills_the_place_of_who_has_left() -> None:
    groups = _seat("AL AK AZ", "CO CT DE")
    repaired = repair_groups(CONTENT, groups, _states("AL AK CO CT DE OH"))
    assert members(repaired) == {1: ("AK", "AL", "OH"), 2: ("CO", "CT", "DE")}
    assert repaired.sentence == "Ohio joins group 1. Arizona has left."


@pytest.mark.parametrize(
    ("left", "sizes", "alone", "says"),
    [
        ("", [], (), ""),
        ("AL", [], ("AL",), "Alabama is alone, and in no group."),
        ("AL CO", [2], (), "has two states."),
        ("AL AK", [2], (), "has two states."),
    ],
)
def test_what_cannot_be_repaired_is_said(left: str, sizes: list[int], alone: tuple[str, ...], says: str) -> None:
    repaired = repair_groups(CONTENT, _seat("AL AK AZ", "CO CT DE"), _states(left))
    assert [len(group.states) for group in repaired.groups] == sizes
    assert repaired.left_over == alone
    assert says in repaired.sentence


def test_many_who_come_late_together_have_groups_of_their_own() -> None:
    states = make_states(44)
    first = form_groups(CONTENT, states[:20])
    repaired = repair_groups(CONTENT, first.groups, states)
    assert repaired.groups[: len(first.groups)] == first.groups
    assert sorted(code for group in repaired.groups for code in group.states) == sorted(CODES[:44])
    assert "are new, for states that came late." in repaired.sentence


def test_when_nearly_all_have_left_all_groups_are_new() -> None:
    groups = [Group(number, tuple(CODES[3 * number - 3 : 3 * number])) for number in range(1, 20)]
    repaired = repair_groups(CONTENT, groups, [State(code) for code in CODES[::3]])
    assert sorted(code for group in repaired.groups for code in group.states) == sorted(CODES[::3])
    assert min(len(group.states) for group in repaired.groups) >= 3
    assert repaired.sentence.startswith(ALL_NEW)


def test_with_no_groups_yet_they_are_formed() -> None:
    states = make_states(8)
    assert repair_groups(CONTENT, [], states) == form_groups(CONTENT, states)


@pytest.mark.parametrize("seed", range(3))
def test_whichever_states_come_and_go_each_present_one_has_one_place(seed: int) -> None:
    chance = random.Random(seed)
    states = make_states(40, seed)
    groups = form_groups(CONTENT, states[:30]).groups
    for _ in range(3):
        present = [state for state in states if chance.random() < 0.8]
        repaired = repair_groups(CONTENT, groups, present)
        placed = [code for group in repaired.groups for code in group.states]
        assert sorted(placed) == sorted(state.code for state in present)
        assert {len(group.states) for group in repaired.groups} <= {3, 4, 5, 6}
        groups = repaired.groups


def test_the_order_of_states_and_groups_does_not_matter() -> None:
    chance, states = random.Random(2), make_states(30, 2)
    groups = form_groups(CONTENT, states[:25]).groups
    present = states[3:]
    repaired = repair_groups(CONTENT, groups, present)
    assert repair_groups(CONTENT, groups[::-1], chance.sample(present, len(present))).groups == repaired.groups
