"""States' needs and strengths from their answers, and the assignment of people to breakout rooms."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from pydantic import JsonValue

from cluster_kit.breakouts import State, read_states
from cluster_kit.breakouts.rooms import MOST_ROOMS, assign_rooms, find_invited, find_present
from cluster_kit.content.models import Scope
from cluster_kit.errors import UsageError
from cluster_kit.exercises.answers import Answers
from cluster_kit.sessions.state import Group
from cluster_kit.store import Person, Presence, Response
from tests.answers import answer
from tests.breakouts.made_up import CONTENT

AREA = "systems_alignment"
ITEMS = [item.id for item in CONTENT.instrument.areas[0].items]
NOW = dt.datetime(2026, 5, 12, 17, 30, tzinfo=dt.UTC)


class Told:
    """One state's answers, in order of arrival."""

    def __init__(self) -> None:
        self.responses: list[Response] = []

    def say(self, place: str, value: JsonValue, row: str = "", by: str = "ana", alone: bool = False) -> Told:
        scope = Scope.PERSON if alone else Scope.TEAM
        self.responses.append(answer(place, value, seq=len(self.responses) + 1, row=row, author=by, scope=scope))
        return self

    def rate(self, point: JsonValue, item: int = 0, by: str = "ana") -> Told:
        return self.say("rate_systems.ratings.rating", point, ITEMS[item], by, alone=True)

    def example(self, rung: JsonValue, area: str = AREA) -> Told:
        for column, value in {"title": "One form", "area": area, "may_share": rung}.items():
            self.say(f"examples.examples.{column}", value, "a")
        return self

    def read(self, *people: Person) -> State:
        [state] = read_states(CONTENT, {"OH": Answers(self.responses)}, {"OH": people})
        return state


def _person(name: str, email: str = "", code: str = "OH", role: str = "", sessions: tuple[int, ...] = ()) -> Person:
    person_id = name.split(maxsplit=1)[0].lower()
    return Person(
        id=person_id, series="2026", jurisdiction=code, name=name, role=role, email=email, sessions=sessions, at=NOW
    )


# --- needs and strengths ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "need", "strength"),
    [([1, 1], 1, 0), ([4], 0, 1), ([1, 4], 0, 0), ([3, 3], 0, 1 / 3), (["not_sure"], 0, 0), ([], 0, 0)],
)
def test_an_areas_mean_rating_is_a_need_or_a_strength(points: list[JsonValue], need: float, strength: float) -> None:
    told = Told()
    for item, point in enumerate(points):
        told.rate(point, item)
    state = told.read()
    assert state.needs.get(AREA, 0) == pytest.approx(need)
    assert state.strengths.get(AREA, 0) == pytest.approx(strength)


def test_what_the_team_settled_on_is_the_rating() -> None:
    told = Told().rate(1).rate(1, by="bo").say("rate_systems.ratings.consensus", 4, ITEMS[0])
    assert told.read().evidence == {AREA: "rated 1.0 of 4"}, "no one else was asked"
    told.say("rate_systems.ratings.agreement", "agree_4", ITEMS[0], by="bo", alone=True)
    state = told.read()
    assert state.strengths == {AREA: 1.0}
    assert state.evidence == {AREA: "rated 4.0 of 4"}


@pytest.mark.parametrize(("rung", "strength"), [("named", 0.5), ("anonymous", 0.5), ("team", 0), ("private", 0)])
def test_an_example_is_a_strength_where_it_is_shared_with_other_states(rung: str, strength: float) -> None:
    assert Told().example(rung).read().strengths.get(AREA, 0) == strength


def test_a_state_that_steps_back_from_sharing_is_no_longer_known_by_its_example() -> None:
    told = Told().example("named").say("examples.examples.may_share", None, "a", by="bo")
    assert told.read().strengths == {}


def test_an_open_step_is_a_need_and_a_strength_cancels_it() -> None:
    told = Told().say("next_steps.actions.action", "Call the board", "s").say("next_steps.actions.area", AREA, "s")
    assert told.read().needs == {AREA: 0.5}
    told.rate(4)
    state = told.read()
    assert (state.needs, state.strengths) == ({}, {AREA: 0.5})
    assert state.evidence == {AREA: "rated 4.0 of 4, an open next step"}


def test_a_step_that_is_done_is_no_need() -> None:
    told = Told().say("next_steps.actions.action", "Call the board", "s").say("next_steps.actions.area", AREA, "s")
    assert told.say("check_in.review.status", "done", "s").read().needs == {}


def test_a_state_says_whom_it_would_like_to_ask() -> None:
    assert Told().say("peer_discussion.ask_state", "UT").read().asks == {"UT"}
    assert Told().say("peer_discussion.ask_state", "OH").read().asks == frozenset()


def test_roles_are_those_of_the_people_who_are_there() -> None:
    state = Told().read(_person("Ana", role="secondary"), _person("Bo", role="data"), _person("Cy"))
    assert state.roles == {"secondary", "data"}


def test_a_state_that_has_said_nothing_is_there_all_the_same() -> None:
    assert read_states(CONTENT, {}, {"UT": [], "GU": []}) == [State("GU"), State("UT")]


# --- rooms -----------------------------------------------------------------------------------------------------------

GROUPS = [Group(1, ("GU", "OH"), "course_numbering"), Group(2, ("UT",), "career_advising")]


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_the_file_has_the_video_calls_own_columns_and_a_row_for_each_person() -> None:
    people = {
        "OH": [_person("Ana Ruiz", "ana@oh.example"), _person("Bo Lind", " Bo.Lind@oh.example ")],
        "GU": [_person("Cy Mora", "cy@gu.example", "GU")],
        "UT": [_person("Di Neal", "di@ut.example", "UT")],
        "WY": [_person("Ed", "ed@wy.example", "WY")],
    }
    rooms = assign_rooms(CONTENT, GROUPS, people)
    assert rooms.left_out == ()
    assert rooms.as_csv().startswith("Pre-assign Room Name,Email Address\r\n")
    assert _rows(rooms.as_csv()) == [
        ["Pre-assign Room Name", "Email Address"],
        ["Group 1: Course Numbering", "cy@gu.example"],
        ["Group 1: Course Numbering", "ana@oh.example"],
        ["Group 1: Course Numbering", "Bo.Lind@oh.example"],
        ["Group 2: Career Exploration", "di@ut.example"],
    ]


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "=cmd|' /C calc'!A0@x.org", "+1@x.example", "-x@x.example", "@x.example", "a@b", "a b@x.example",
     "a@x.example\r\nGroup 9,eve@x.example", "a@x.example,b@x.example", '"a"@x.example'],
)  # fmt: skip
def test_who_has_no_address_that_can_be_taken_is_left_out_by_name(address: str) -> None:
    rooms = assign_rooms(CONTENT, GROUPS, {"OH": [_person("Ana Ruiz", address)]})
    assert rooms.rows == ()
    [left] = rooms.left_out
    assert (left.state, left.name, left.room) == ("Ohio", "Ana Ruiz", "Group 1: Course Numbering")
    assert left.why


def test_an_address_of_two_people_stands_once_and_the_other_is_left_out() -> None:
    people = {"OH": [_person("Ana", "cte@oh.example")], "UT": [_person("Di", "CTE@oh.example", "UT")]}
    rooms = assign_rooms(CONTENT, GROUPS, people)
    assert rooms.rows == (("Group 1: Course Numbering", "cte@oh.example"),)
    assert [left.name for left in rooms.left_out] == ["Di"]
    assert "Another person in Group 1: Course Numbering has the same" in rooms.left_out[0].why


def test_more_rooms_than_the_video_call_has_are_refused() -> None:
    groups = [Group(number, ("OH",)) for number in range(1, MOST_ROOMS + 2)]
    assert assign_rooms(CONTENT, groups[:MOST_ROOMS], {}).rows == ()
    with pytest.raises(UsageError, match="100 rooms at most, and these are 101 groups"):
        assign_rooms(CONTENT, groups, {})


def test_present_is_who_was_seen_within_two_minutes_and_is_no_facilitator() -> None:
    people = [_person("Ana"), _person("Bo", code="GU"), _person("Cy", code="UT"), _person("Fay", code="")]
    seen = [
        Presence(
            series="2026", session=2, person=who, joined_at=NOW, active_at=NOW, seen_at=NOW - dt.timedelta(minutes=ago)
        )
        for who, ago in (("ana", 1), ("bo", 3), ("fay", 0), ("unknown", 0))
    ]
    assert {code: [p.name for p in of] for code, of in find_present(people, seen, NOW).items()} == {"OH": ["Ana"]}


def test_invited_is_who_comes_to_this_session_or_to_all() -> None:
    people = [_person("Ana", sessions=(1, 2)), _person("Bo", code="GU"), _person("Cy", code="UT", sessions=(3,))]
    assert sorted(find_invited(people, 2)) == ["GU", "OH"]
