"""Breakout groups on the console: proposed from answers, repaired, without duplicates, and as a file for the call."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

import cluster_kit
from cluster_kit.console import breakouts
from cluster_kit.console.breakouts import breakouts_view, make_file, propose_groups, propose_repair
from cluster_kit.console.views.breakouts import GroupsProposalView, RoomsProposalView
from cluster_kit.content import load_content
from cluster_kit.content.facilitation import load_facilitation
from cluster_kit.content.models import When
from cluster_kit.sessions import InvalidCommandError
from cluster_kit.sessions.facilitation import FormGroups, GroupOf, SeatedRoom, SeatPeople
from cluster_kit.sessions.seating import RoomUse
from tests.console.conftest import LiveSession
from tests.console.seeding import come, rate


def seated(proposal: GroupsProposalView) -> list[str]:
    return sorted(code for group in proposal.groups for code in group.states)


def show(live_session: LiveSession, proposal: GroupsProposalView) -> None:
    groups = tuple(
        GroupOf(number=one.number, states=tuple(one.states), area=one.area, reason=one.reason)
        for one in proposal.groups
    )
    live_session.session_log.do(live_session.fay, FormGroups(title="Who helps whom", groups=groups))


def test_everybody_who_is_here_is_in_one_group_and_participants_read_no_ratings(live_session: LiveSession) -> None:
    rate(live_session.store, live_session.content, 1, live_session.people)
    come(live_session.store, "2026", 1, live_session.people[:14])
    proposal = propose_groups(live_session.look(), {"size": "3-4"})
    assert seated(proposal) == sorted({person.jurisdiction for person in live_session.people[:14]})
    assert {len(group.states) for group in proposal.groups} == {3, 4}
    assert not any("rated" in group.reason for group in proposal.groups)
    assert proposal.sentence


def test_who_comes_late_is_placed_and_who_has_left_is_out(live_session: LiveSession) -> None:
    come(live_session.store, "2026", 1, live_session.people[:12])
    show(live_session, propose_groups(live_session.look(), {}))
    come(live_session.store, "2026", 1, live_session.people[12:14])
    shown = breakouts_view(live_session.look())
    assert (shown.late, shown.absent, shown.here) == (["Connecticut"], [], 7)
    proposal = propose_repair(live_session.look(), {})
    assert seated(proposal) == sorted({person.jurisdiction for person in live_session.people[:14]})


def test_without_anybody_there_are_no_groups_but_a_sentence(live_session: LiveSession) -> None:
    proposal = propose_groups(live_session.look(), {"size": "nonsense"})
    assert proposal.groups == []
    assert proposal.sentence


def test_the_size_that_the_method_of_the_session_requires_is_proposed_first(live_session: LiveSession) -> None:
    come(live_session.store, "2026", 1, live_session.people[:10])
    snapshot = live_session.look()
    second = replace(snapshot, session=snapshot.content.get_session(2))
    assert breakouts_view(snapshot).sizes[0] == "3-5"
    assert breakouts_view(second).sizes[0] == "3-3"
    assert len(breakouts_view(second).sizes) == len(set(breakouts_view(second).sizes))
    assert sorted(len(group.states) for group in propose_groups(snapshot, {}).groups) == [5]
    assert sorted(len(group.states) for group in propose_groups(second, {}).groups) == [2, 3]


def test_the_script_names_the_size_that_the_console_proposes() -> None:
    labels = dict(
        re.findall(
            r'"(\d-\d)": "([^"]+)"', (Path(cluster_kit.__file__).parent / "web/console/breakouts.js").read_text()
        )
    )
    content = load_content("2026")
    scripts = load_facilitation(content)
    asked = {}
    for session in content.sessions:
        for exercise in session.exercises:
            if exercise.group_size and exercise.when is When.SESSION:
                low, high = exercise.group_size
                asked[session.number] = labels[f"{low}-{high}"]
    assert set(asked) == {2, 3, 4}
    for number, label in asked.items():
        presses = [step.press for step in scripts.get_session_steps(number).steps if '"Form groups"' in step.press]
        assert presses
        assert all(re.search(rf'"{re.escape(label)}[.,]?"', press) for press in presses)


def test_a_second_round_does_not_repeat_the_first(live_session: LiveSession) -> None:
    come(live_session.store, "2026", 1, live_session.people)
    first = propose_groups(live_session.look(), {"size": "2-3"})
    show(live_session, first)
    second = propose_groups(live_session.look(), {"size": "2-3"})
    pairs = [
        {frozenset((a, b)) for g in one.groups for a in g.states for b in g.states if a < b} for one in (first, second)
    ]
    assert not pairs[0] & pairs[1]


def test_groups_of_earlier_sessions_are_known(live_session: LiveSession) -> None:
    come(live_session.store, "2026", 1, live_session.people)
    show(live_session, propose_groups(live_session.look(), {}))
    later = LiveSession(live_session.store, live_session.fay, live_session.people, number=2)
    assert [len(rounds) for rounds in later.look().earlier_rounds.values()] == [1]


def seat(live_session: LiveSession, proposal: RoomsProposalView) -> None:
    rooms = tuple(SeatedRoom(number=r.number, name=r.name, people=tuple(r.people)) for r in proposal.rooms)
    live_session.session_log.do(live_session.fay, SeatPeople(use=RoomUse(proposal.use), rooms=rooms))


def test_home_rooms_are_of_the_people_here_and_a_late_person_is_named_and_placed(live_session: LiveSession) -> None:
    come(live_session.store, "2026", 1, live_session.people[:6])
    proposal = breakouts.propose_rooms(live_session.look(), {"use": "home"})
    assert sum(len(room.people) for room in proposal.rooms) == 6
    seat(live_session, proposal)
    late = live_session.people[6]
    come(live_session.store, "2026", 1, [late])
    [shown] = breakouts_view(live_session.look()).people_rooms
    assert (shown.use, len(shown.late)) == ("home", 1)
    assert shown.late[0].startswith(late.name)
    placed = breakouts.place_late_people(live_session.look(), {"use": "home"})
    assert late.id in [one for room in placed.rooms for one in room.people]


def test_before_anyone_is_here_rooms_are_of_the_people_invited(live_session: LiveSession) -> None:
    proposal = breakouts.propose_rooms(live_session.look(), {"use": "trios"})
    assert sum(len(room.people) for room in proposal.rooms) == len(live_session.people)


def test_shown_rooms_are_a_file_for_zoom_and_a_list_to_read_out(live_session: LiveSession) -> None:
    with pytest.raises(InvalidCommandError, match="Show rooms first"):
        breakouts.make_room_file(live_session.look(), {"use": "trios"})
    come(live_session.store, "2026", 1, live_session.people[:6])
    seat(live_session, breakouts.propose_rooms(live_session.look(), {"use": "trios"}))
    made = breakouts.make_room_file(live_session.look(), {"use": "trios"})
    assert made.name == "session-1-trios"
    assert made.file.splitlines()[0] == "Pre-assign Room Name,Email Address"
    lines = made.list.splitlines()
    assert [line[:9] for line in lines] == ["01 Trio 1", "02 Trio 2"]
    assert all(person.name in made.list for person in live_session.people[:6])


def test_the_file_for_the_call_has_its_columns_and_everybody_with_an_address(live_session: LiveSession) -> None:
    live_session.store.change_person(live_session.people[0].model_copy(update={"email": '=HYPERLINK("x")'}))
    with pytest.raises(InvalidCommandError):
        make_file(live_session.look(), {})
    come(live_session.store, "2026", 1, live_session.people)
    show(live_session, propose_groups(live_session.look(), {}))
    file = make_file(live_session.look(), {})
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert rows[0].keys() == {"Pre-assign Room Name", "Email Address"}
    assert len(rows) == len(live_session.people) - 1
    assert "HYPERLINK" not in file.text
    assert "Kim Alabama" in file.sentence
    assert breakouts.KIND.commands == ("groups", "seats", "undo")
