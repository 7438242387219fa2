"""Breakout groups on the console: proposed from answers, repaired, never one state twice, and a file for the call."""

from __future__ import annotations

import csv
import io

import pytest

from cluster_kit.console import breakouts
from cluster_kit.console.breakouts import breakouts_view, make_file, propose_groups, repair
from cluster_kit.sessions import InvalidCommandError
from cluster_kit.sessions.facilitation import FormGroups, GroupOf
from tests.console.conftest import Meeting
from tests.console.seeding import come, rate


def seated(told: dict[str, list[dict[str, list[str]]]]) -> list[str]:
    return sorted(code for group in told["groups"] for code in group["states"])


def show(meeting: Meeting, told: dict[str, list[dict[str, object]]]) -> None:
    groups = tuple(
        GroupOf(**{key: group[key] for key in ("number", "states", "area", "reason")}) for group in told["groups"]
    )
    meeting.journal.do(meeting.fay, FormGroups(title="Who helps whom", groups=groups))


def test_everybody_who_is_here_is_in_one_group_and_participants_read_no_ratings(meeting: Meeting) -> None:
    rate(meeting.store, meeting.content, 1, meeting.people)
    come(meeting.store, "2026", 1, meeting.people[:14])
    told = propose_groups(meeting.look(), {"size": "3-4"})
    assert seated(told) == sorted({person.jurisdiction for person in meeting.people[:14]})
    assert {len(group["states"]) for group in told["groups"]} == {3, 4}
    assert not any("rated" in group["reason"] for group in told["groups"])
    assert told["sentence"]


def test_who_comes_late_is_placed_and_who_has_left_is_out(meeting: Meeting) -> None:
    come(meeting.store, "2026", 1, meeting.people[:12])
    show(meeting, propose_groups(meeting.look(), {}))
    come(meeting.store, "2026", 1, meeting.people[12:14])
    shown = breakouts_view(meeting.look())
    assert (shown["late"], shown["absent"], shown["here"]) == (["Connecticut"], [], 7)
    told = repair(meeting.look(), {})
    assert seated(told) == sorted({person.jurisdiction for person in meeting.people[:14]})


def test_without_anybody_there_are_no_groups_but_a_sentence(meeting: Meeting) -> None:
    told = propose_groups(meeting.look(), {"size": "nonsense"})
    assert told["groups"] == []
    assert told["sentence"]


def test_a_second_round_does_not_repeat_the_first(meeting: Meeting) -> None:
    come(meeting.store, "2026", 1, meeting.people)
    first = propose_groups(meeting.look(), {"size": "2-3"})
    show(meeting, first)
    second = propose_groups(meeting.look(), {"size": "2-3"})
    pairs = [
        {frozenset((a, b)) for g in one["groups"] for a in g["states"] for b in g["states"] if a < b}
        for one in (first, second)
    ]
    assert not pairs[0] & pairs[1]


def test_groups_of_earlier_sessions_are_known(meeting: Meeting) -> None:
    come(meeting.store, "2026", 1, meeting.people)
    show(meeting, propose_groups(meeting.look(), {}))
    later = Meeting(meeting.store, meeting.fay, meeting.people, number=2)
    assert [len(rounds) for rounds in later.look().earlier_rounds.values()] == [1]


def test_the_file_for_the_call_has_its_columns_and_everybody_with_an_address(meeting: Meeting) -> None:
    meeting.store.change_person(meeting.people[0].model_copy(update={"email": '=HYPERLINK("x")'}))
    with pytest.raises(InvalidCommandError):
        make_file(meeting.look(), {})
    come(meeting.store, "2026", 1, meeting.people)
    show(meeting, propose_groups(meeting.look(), {}))
    told = make_file(meeting.look(), {})
    rows = list(csv.DictReader(io.StringIO(told["text"])))
    assert rows[0].keys() == {"Pre-assign Room Name", "Email Address"}
    assert len(rows) == len(meeting.people) - 1
    assert "HYPERLINK" not in told["text"]
    assert "Kim Alabama" in told["sentence"]
    assert breakouts.KIND.does == ("groups", "undo")
