from __future__ import annotations

import datetime as dt

from cluster_kit.store import NewErasure, NewEvent, Person, Presence, Store, TeamCode

NOON = dt.datetime(2026, 9, 15, 17, 0, tzinfo=dt.UTC)


def event(event_id: str, **parts: object) -> NewEvent:
    usual = {"id": event_id, "series": "2026", "session": 1, "kind": "message", "author": "fay", "value": {"text": "å"}}
    return NewEvent.model_validate({**usual, **parts})


def seen(person: str, seconds: int, **parts: object) -> Presence:
    at = NOON + dt.timedelta(seconds=seconds)
    usual = {"series": "2026", "session": 1, "person": person, "jurisdiction": "OH"}
    return Presence.model_validate({**usual, "joined_at": at, "active_at": at, "seen_at": at, **parts})


def test_events_are_kept_in_order_and_once(store: Store) -> None:
    first = store.add_events([event("a"), event("b", session=2), event("c", kind="lock", subject="goals")])
    again = store.add_events([event("a", value={"text": "other"}), event("d")])
    assert again[0] == first[0]
    assert [one.id for one in store.events("2026", 1)] == ["a", "c", "d"]
    assert [one.id for one in store.events("2026", 1, after=first[0].seq)] == ["c", "d"]
    assert [one.id for one in store.events("2026", 1, kinds=["lock"])] == ["c"]
    assert store.latest_event("2026", 1) == again[1].seq
    assert store.latest_event("2027", 1) == 0
    assert store.events("2026", 1)[0].value == {"text": "å"}
    assert store.events("2026", 1)[0].at.tzinfo is not None


def test_presence_never_goes_back(store: Store) -> None:
    store.note_presence([seen("ana", 0, exercise="goals"), seen("ben", 1)])
    store.note_presence([seen("ana", 9)])
    store.note_presence([seen("ana", 5, exercise="ratings")])
    ana, ben = store.presence("2026", 1)
    assert (ana.joined_at, ana.seen_at, ana.exercise) == (NOON, NOON + dt.timedelta(seconds=9), "ratings")
    assert (ben.person, ben.exercise) == ("ben", "")
    assert store.presence("2026", 2) == []


def test_who_has_moved_is_present_in_the_state_for_which_they_were_seen_last(store: Store) -> None:
    store.note_presence([seen("ana", 0), seen("ben", 0)])
    store.note_presence([seen("ana", 9, jurisdiction="GU"), seen("ben", 9)])
    store.note_presence([seen("ana", 5, exercise="goals")])
    assert [one.person for one in store.presence("2026", 1, "OH")] == ["ben"]
    (ana,) = store.presence("2026", 1, "GU")
    assert (ana.joined_at, ana.seen_at, ana.exercise) == (NOON, NOON + dt.timedelta(seconds=9), "goals")
    store.note_presence([seen("ana", 10, jurisdiction="TX"), seen("ana", 11)])
    assert [one.person for one in store.presence("2026", 1, "OH")] == ["ana", "ben"]


def test_a_new_team_code_ends_the_old_one(store: Store) -> None:
    store.add_team_code(TeamCode(code="KDR-492", series="2026", jurisdiction="OH"))
    store.add_team_code(TeamCode(code="PLT-773", series="2026", jurisdiction="GU"))
    store.add_team_code(TeamCode(code="MNB-256", series="2026", jurisdiction="OH"))
    assert {code.code for code in store.team_codes("2026")} == {"PLT-773", "MNB-256"}
    old = store.find_team_code("KDR-492")
    assert old is not None
    assert old.ended_at is not None
    assert store.find_team_code("AAA-000") is None


def test_what_is_known_of_a_person_can_change_but_not_who_they_are(store: Store) -> None:
    first = store.add_person(Person(id="ana", series="2026", jurisdiction="OH", name="Ana"))
    changed = first.model_copy(update={"name": "Ana Example", "sessions": (1, 3), "depth": "full", "links_since": NOON})
    assert store.change_person(changed) == changed
    assert store.find_person("ana") == changed
    assert store.people("2026", "OH") == [changed]


def test_a_change_of_some_fields_leaves_what_others_changed_meanwhile(store: Store) -> None:
    read_before = store.add_person(Person(id="ana", series="2026", jurisdiction="OH", name="Ana"))
    store.change_person(read_before.model_copy(update={"links_since": NOON}), only={"links_since"})
    kept = store.change_person(read_before.model_copy(update={"depth": "full", "name": "A"}), only={"depth"})
    assert kept == store.find_person("ana") == read_before.model_copy(update={"links_since": NOON, "depth": "full"})


def test_a_facilitator_belongs_to_no_state(store: Store) -> None:
    store.add_person(Person(id="fay", series="2026", jurisdiction="", name="Fay"))
    found = store.find_person("fay")
    assert found is not None
    assert found.is_facilitator


def test_erasing_a_person_takes_their_posts_and_presence_along(store: Store) -> None:
    store.add_person(Person(id="ana", series="2026", jurisdiction="OH", name="Ana"))
    store.add_events([event("a", kind="post", author="ana", jurisdiction="OH"), event("b")])
    store.note_presence([seen("ana", 0), seen("ben", 0)])
    store.erase(NewErasure(series="2026", jurisdiction="OH", person="ana", asked_by="Ana", why="left"))
    assert [one.id for one in store.events("2026", 1) if one.kind != "erasure"] == ["b"]
    assert [one.person for one in store.presence("2026", 1)] == ["ben"]
