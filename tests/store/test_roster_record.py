"""The record of roster changes, and changes that are refused because the person has changed."""

from __future__ import annotations

import pytest

from cluster_kit.store import NewErasure, Person, PersonChangedError, RosterChange, Store

SERIES = "2026"


def change(person: str, action: str = "changed", state: str = "OH") -> RosterChange:
    return RosterChange.model_validate(
        {"series": SERIES, "jurisdiction": state, "person": person, "action": action, "by": "Robin Hall"}
    )


def person(id_: str, name: str) -> Person:
    return Person(id=id_, series=SERIES, jurisdiction="OH", name=name)


def test_changes_are_read_newest_first_and_by_person(store: Store) -> None:
    made = [change("ana", "added"), change("ben", "added"), change("ana", "removed")]
    store.add_roster_changes(made)
    assert store.roster_changes(SERIES) == made[::-1]
    assert store.roster_changes(SERIES, "ana") == [made[2], made[0]]
    assert store.roster_changes(SERIES, most=1) == [made[2]]
    assert store.roster_changes("2027") == []


def test_a_merged_person_has_the_changes_of_both_records(store: Store) -> None:
    for id_, name in {"ana": "Ana Reyes", "ana2": "A. Reyes"}.items():
        store.add_person(person(id_, name))
    store.add_roster_changes([change("ana"), change("ana2", "link")])
    store.merge_people("ana", "ana2", "Robin Hall")
    assert [one.action for one in store.roster_changes(SERIES, "ana")] == ["link", "changed"]


def test_an_erasure_of_a_person_or_a_state_covers_the_record(store: Store) -> None:
    store.add_person(person("ana", "Ana"))
    store.add_roster_changes([change("ana"), change("ben"), change("tasi", state="GU")])
    why = {"series": SERIES, "jurisdiction": "OH", "asked_by": "Ana", "why": "left"}
    store.erase(NewErasure.model_validate({**why, "session": 1}))
    assert len(store.roster_changes(SERIES)) == 3
    store.erase(NewErasure.model_validate({**why, "person": "ana"}))
    assert [one.person for one in store.roster_changes(SERIES)] == ["tasi", "ben"]
    store.erase(NewErasure.model_validate(why))
    assert [one.person for one in store.roster_changes(SERIES)] == ["tasi"]


def test_a_change_based_on_an_earlier_state_is_refused(store: Store) -> None:
    before = store.add_person(person("ana", "Ana"))
    after = store.change_person(before.model_copy(update={"name": "Ana R"}), only={"name"}, expected=before)
    with pytest.raises(PersonChangedError, match="Ana was changed by someone else"):
        store.change_person(before.model_copy(update={"email": "ana@ohio.gov"}), only={"email"}, expected=before)
    assert store.find_person("ana") == after
