from __future__ import annotations

import random

import pytest

from cluster_kit.breakouts.seating import (
    PeopleRoom,
    Seating,
    fill_people_rooms,
    form_home_rooms,
    form_trios,
    list_rooms,
    name_people_room,
    place_late,
)
from cluster_kit.content import load_content
from cluster_kit.errors import UsageError
from cluster_kit.sessions.seating import RoomUse
from cluster_kit.store import Person

CONTENT = load_content("2026")
CODES = [one.code for one in CONTENT.jurisdictions]


def _person(code: str, number: int = 0, role: str = "") -> Person:
    name = f"{code} {number}"
    return Person(
        id=f"{code}-{number}",
        series="2026",
        jurisdiction=code,
        name=name,
        role=role,
        email=f"{code}{number}@example.org",
    )


def _teams(**sizes: int) -> dict[str, list[Person]]:
    return {code: [_person(code, number) for number in range(size)] for code, size in sizes.items()}


def _sizes(seating: Seating) -> list[int]:
    return [len(room.people) for room in seating.rooms]


# --- home rooms and tables ------------------------------------------------------------------------------------


def test_a_state_with_two_people_has_a_home_room_of_its_own() -> None:
    seating = form_home_rooms(CONTENT, _teams(OH=2, GU=3))
    assert [(room.name, {p.jurisdiction for p in room.people}) for room in seating.rooms] == [
        ("Guam", {"GU"}),
        ("Ohio", {"OH"}),
    ]


@pytest.mark.parametrize(
    ("alone", "sizes"),
    [(1, [1]), (2, [2]), (3, [3]), (4, [4]), (5, [5]), (6, [3, 3]), (7, [4, 3]), (8, [4, 4]), (11, [4, 4, 3])],
)
def test_people_who_come_alone_share_tables_of_three_or_four(alone: int, sizes: list[int]) -> None:
    seating = form_home_rooms(CONTENT, {code: [_person(code)] for code in CODES[:alone]})
    assert _sizes(seating) == sizes
    assert all(len({p.jurisdiction for p in room.people}) == len(room.people) for room in seating.rooms)


def test_tables_seat_people_in_similar_roles_together() -> None:
    roles = ["Data and reporting", "Secondary CTE"] * 3
    people = {code: [_person(code, role=role)] for code, role in zip(CODES, roles, strict=False)}
    tables = form_home_rooms(CONTENT, people).rooms
    assert [{person.role for person in table.people} for table in tables] == [{"Secondary CTE"}, {"Data and reporting"}]


def test_the_same_people_get_the_same_rooms_in_any_order() -> None:
    people = {**_teams(OH=3, GU=2), **{code: [_person(code)] for code in ("UT", "WY", "TX", "VT")}}
    shuffled = list(people.items())
    random.Random(7).shuffle(shuffled)
    assert form_home_rooms(CONTENT, dict(shuffled)).rooms == form_home_rooms(CONTENT, people).rooms
    assert form_trios(dict(shuffled)).rooms == form_trios(people).rooms


def test_more_rooms_than_teams_has_are_announced() -> None:
    seating = form_home_rooms(CONTENT, _teams(**dict.fromkeys(CODES[:51], 2)))
    assert len(seating.rooms) == 51
    assert "Microsoft Teams has 50 rooms at most" in seating.sentence
    assert "Microsoft Teams" not in form_home_rooms(CONTENT, _teams(OH=2)).sentence


def test_more_than_a_hundred_rooms_are_refused() -> None:
    with pytest.raises(UsageError, match="takes 100 rooms at most, and these are 102"):
        form_trios({code: [_person(code, number) for number in range(6)] for code in CODES[:51]})


def test_nobody_gives_no_rooms() -> None:
    assert form_home_rooms(CONTENT, {}).rooms == ()
    assert form_trios({}).rooms == ()


# --- trios ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "sizes"), [(1, [1]), (2, [2]), (3, [3]), (4, [4]), (5, [3, 2]), (6, [3, 3]), (7, [4, 3]), (8, [3, 3, 2])]
)
def test_trios_have_three_people_or_one_room_has_two_or_four(people: int, sizes: list[int]) -> None:
    assert _sizes(form_trios({code: [_person(code)] for code in CODES[:people]})) == sizes


def test_teammates_are_in_different_trios_while_there_are_enough() -> None:
    seating = form_trios(_teams(OH=3, GU=2, UT=3, WY=1))
    assert _sizes(seating) == [3, 3, 3]
    assert all(len({p.jurisdiction for p in room.people}) == 3 for room in seating.rooms)
    assert sorted(p.id for room in seating.rooms for p in room.people) == sorted(
        p.id for some in _teams(OH=3, GU=2, UT=3, WY=1).values() for p in some
    )


# --- late people ----------------------------------------------------------------------------------------------


def test_a_late_teammate_joins_the_home_room_and_a_late_person_alone_the_smallest_table() -> None:
    seating = form_home_rooms(
        CONTENT, {**_teams(OH=2), **{code: [_person(code)] for code in CODES[:7] if code != "OH"}}
    )
    before = {room.number: len(room.people) for room in seating.rooms}
    after = place_late(seating, [_person("OH", 5), _person("WY")])
    grown = {room.number for room in after.rooms if len(room.people) > before[room.number]}
    names = {room.number: room.name for room in after.rooms}
    assert {names[number] for number in grown} == {"Ohio", "Table 2"}
    assert [room.number for room in after.rooms] == list(before)


def test_a_late_person_joins_the_smallest_trio() -> None:
    after = place_late(form_trios(_teams(OH=2, GU=2, UT=1)), [_person("WY")])
    assert sorted(map(len, (room.people for room in after.rooms))) == [3, 3]


def test_a_late_person_without_a_table_gets_a_new_one() -> None:
    after = place_late(form_home_rooms(CONTENT, _teams(OH=2)), [_person("WY")])
    assert [(room.number, room.name) for room in after.rooms] == [(1, "Ohio"), (2, "Table 2")]


# --- exports --------------------------------------------------------------------------------------------------


def test_the_file_for_zoom_has_its_two_columns_and_a_row_for_each_person() -> None:
    rooms = fill_people_rooms(CONTENT, form_home_rooms(CONTENT, _teams(OH=2, GU=2)))
    assert rooms.as_csv().splitlines()[:3] == [
        "Pre-assign Room Name,Email Address",
        "01 Guam,GU0@example.org",
        "01 Guam,GU1@example.org",
    ]


def test_people_without_an_address_are_left_out_with_a_reason() -> None:
    person = _person("OH").model_copy(update={"email": ""})
    rooms = fill_people_rooms(CONTENT, form_home_rooms(CONTENT, {"OH": [person, _person("OH", 1)]}))
    assert [(one.name, one.room, one.why) for one in rooms.left_out] == [
        ("OH 0", "01 Ohio", "No email address is known.")
    ]


def test_the_list_to_read_out_has_a_line_for_each_room() -> None:
    text = list_rooms(CONTENT, form_home_rooms(CONTENT, {**_teams(OH=2), "GU": [_person("GU")]}))
    assert text == "01 Ohio: OH 0 (Ohio); OH 1 (Ohio)\n02 Table 1: GU 0 (Guam)\n"


def test_a_name_with_line_breaks_stays_on_its_line() -> None:
    odd = _person("OH").model_copy(update={"name": "A\nB"})
    assert list_rooms(CONTENT, Seating(RoomUse.HOME, (PeopleRoom(1, "Ohio", (odd,)),), "")).count("\n") == 1


def test_a_long_room_name_fits_the_video_call() -> None:
    assert len(name_people_room(PeopleRoom(12, "Commonwealth of the Northern Mariana Islands", ()))) <= 32
