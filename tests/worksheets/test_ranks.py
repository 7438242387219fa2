"""Ranks in returned worksheets: numbers are read, and two rows never get the same one."""

from __future__ import annotations

from tests.worksheets.conftest import GOAL, Office, edit, fill


def test_ranks_in_a_returned_worksheet_are_read(office: Office) -> None:
    office.say("goals", "goals.statement", "One advising page", "b")
    returned = edit(office.make(), fill("Rank", "2", "Goal 2"))
    office.collect(returned)
    assert (office.values("goals.rank", "a"), office.values("goals.rank", "b")) == ([1], [2])


def test_the_same_rank_twice_saves_no_rank_and_gets_one_sentence(office: Office) -> None:
    office.say("goals", "goals.statement", "One advising page", "b")
    before = office.count()
    returned = edit(office.make(), fill("Rank", "1", "Goal 2"))
    [receipt] = office.collect(returned)
    assert receipt.counts["refused"] == 1
    assert office.count() == before
    assert office.values("goals.rank", "b") == []
    said = " ".join(str(receipt).split())
    assert f"Rank 1 is given to more than one goal (“{GOAL}” and “One advising page”)" in said
    assert "Give each goal a rank of its own" in said


def test_earlier_ranks_that_are_alike_and_that_nobody_changed_are_left_alone(office: Office) -> None:
    office.say("goals", "goals.statement", "One advising page", "b")
    office.say("goals", "goals.rank", 1, "b")
    [receipt] = office.collect(office.make())
    assert set(receipt.counts) == {"unchanged"}
