"""Versions of a file are compared and merged by the ids of their entries."""

from __future__ import annotations

import copy
from typing import Any

from cluster_kit.editor.trees import TreeMerge, list_changes

BASE: dict[str, Any] = {
    "title": "A session",
    "exercises": [
        {"id": "one", "title": "One", "minutes": "5", "steps": ["First", "Second"]},
        {"id": "two", "title": "Two", "minutes": "6", "prompts": [{"id": "why", "label": "Why?"}]},
        {"use": "three"},
    ],
}


def edited(**changes: Any) -> dict[str, Any]:
    """The base with these values in its first two exercises, by ``one_minutes`` and so on."""
    data = copy.deepcopy(BASE)
    for place, value in changes.items():
        which, _, key = place.partition("_")
        data["exercises"][0 if which == "one" else 1][key] = value
    return data


def test_a_moved_entry_is_a_change_of_order_alone() -> None:
    data = copy.deepcopy(BASE)
    data["exercises"].reverse()
    [change] = list_changes(BASE, data)
    assert (change.key, change.before, change.after) == ("exercises.(order)", "one, two, three", "three, two, one")


def test_changes_name_what_people_see() -> None:
    data = edited(one_minutes="7", two_title="Two again")
    data["exercises"][1]["prompts"] = [{"id": "how", "label": "How?"}]
    assert [(one.where, one.before, one.after) for one in list_changes(BASE, data)] == [
        ("One › minutes", "5", "7"),
        ("Two again › title", "Two", "Two again"),
        ("Two again › How?", None, "How?"),
        ("Two again › Why?", "Why?", None),
    ]


def test_changes_of_different_fields_are_merged() -> None:
    merge = TreeMerge()
    merged = merge.merge(BASE, edited(one_minutes="7"), edited(one_title="Uno", two_minutes="8"))
    assert merge.collisions == []
    assert merged == edited(one_minutes="7", one_title="Uno", two_minutes="8")


def test_different_changes_of_one_field_collide_and_a_choice_decides() -> None:
    mine, theirs = edited(one_minutes="7", two_title="Dos"), edited(one_minutes="8")
    merge = TreeMerge()
    assert merge.merge(BASE, mine, theirs) == edited(one_minutes="8", two_title="Dos")
    [collision] = merge.collisions
    assert (collision.key, collision.before, collision.mine, collision.theirs) == (
        "exercises.one.minutes",
        "5",
        "7",
        "8",
    )
    decided = TreeMerge({collision.key: "mine"})
    assert decided.merge(BASE, mine, theirs) == mine
    assert decided.collisions == []


def test_entries_of_both_are_kept() -> None:
    mine, theirs = copy.deepcopy(BASE), copy.deepcopy(BASE)
    mine["exercises"][1]["prompts"].append({"id": "mine", "label": "Mine"})
    theirs["exercises"][1]["prompts"].insert(0, {"id": "theirs", "label": "Theirs"})
    merge = TreeMerge()
    merged = merge.merge(BASE, mine, theirs)
    prompts: Any = merged["exercises"][1]["prompts"]  # type: ignore[call-overload, index]
    assert [one["id"] for one in prompts] == ["theirs", "why", "mine"]
    assert merge.collisions == []


def test_a_new_order_and_a_new_text_are_merged() -> None:
    mine, theirs = copy.deepcopy(BASE), edited(one_title="Uno")
    mine["exercises"].reverse()
    merged: Any = TreeMerge().merge(BASE, mine, theirs)
    assert [one.get("title") for one in merged["exercises"]] == [None, "Two", "Uno"]


def test_two_new_orders_collide() -> None:
    mine, theirs = copy.deepcopy(BASE), copy.deepcopy(BASE)
    mine["exercises"].reverse()
    theirs["exercises"].insert(0, theirs["exercises"].pop())
    merge = TreeMerge()
    assert merge.merge(BASE, mine, theirs) == theirs
    assert [one.key for one in merge.collisions] == ["exercises.(order)"]
    assert TreeMerge({"exercises.(order)": "mine"}).merge(BASE, mine, theirs) == mine


def test_a_removed_entry_that_the_other_changed_collides() -> None:
    mine = copy.deepcopy(BASE)
    del mine["exercises"][1]
    merge = TreeMerge()
    assert merge.merge(BASE, mine, edited(two_minutes="9")) == edited(two_minutes="9")
    assert [(one.key, one.mine) for one in merge.collisions] == [("exercises.two", None)]


def test_steps_of_the_same_number_are_merged_one_by_one() -> None:
    merge = TreeMerge()
    merged = merge.merge(BASE, edited(one_steps=["Mine", "Second"]), edited(one_steps=["First", "Theirs"]))
    assert merged == edited(one_steps=["Mine", "Theirs"])
    assert merge.collisions == []


def test_the_same_change_on_both_sides_is_no_collision() -> None:
    merge = TreeMerge()
    assert merge.merge(BASE, edited(one_minutes="7"), edited(one_minutes="7")) == edited(one_minutes="7")
    assert merge.collisions == []
