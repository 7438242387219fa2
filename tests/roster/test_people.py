"""People are added to a team once, found by what staff know of them, and distinguished by name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cluster_kit.content import Content
from cluster_kit.errors import UsageError
from cluster_kit.roster.people import (
    UnknownPersonError,
    clean_name,
    ensure_person,
    fold_name,
    get_person,
    invite,
    revoke_links,
)
from cluster_kit.store import Person, Store

NOON = dt.datetime(2026, 2, 17, 18, tzinfo=dt.UTC)


def test_the_same_name_is_the_same_person(content: Content, store: Store) -> None:
    ana = invite(content, store, jurisdiction="oh", name="Ana  Reyes", role="Data and reporting")
    assert (ana.jurisdiction, ana.name, ana.role) == ("OH", "Ana Reyes", "data")
    assert invite(content, store, jurisdiction="OH", name="ana reyes") == ana
    assert invite(content, store, jurisdiction="GU", name="Ana Reyes").id != ana.id


def test_an_id_does_not_follow_from_name_or_email(content: Content, store: Store, tmp_path: Path) -> None:
    ana = invite(content, store, jurisdiction="OH", name="Ana Reyes")
    with Store.open(f"sqlite:///{tmp_path / 'other.sqlite3'}") as other:
        assert invite(content, other, jurisdiction="OH", name="Ana Reyes").id != ana.id


def test_of_several_with_a_name_the_one_on_the_roster_counts(store: Store) -> None:
    """Before 0.2, a worksheet and a reviewed workbook could each add a person who was on the roster already."""
    for person_id, email in (("worksheet-1", ""), ("listed", "ana@ohio.gov"), ("crosswalk-1", "")):
        store.add_person(Person(id=person_id, series="2026", jurisdiction="OH", name="Ana Reyes", email=email))
    assert ensure_person(store, "2026", "OH", "ANA REYES").id == "listed"


def test_two_on_the_roster_with_one_name_are_not_taken_for_each_other(store: Store) -> None:
    for email in ("ana@ohio.gov", "a.reyes@ohio.gov"):
        store.add_person(Person(id=email[:3], series="2026", jurisdiction="OH", name="Ana Reyes", email=email))
    third = ensure_person(store, "2026", "OH", "Ana Reyes")
    assert third.email == ""
    assert ensure_person(store, "2026", "OH", "ana reyes") == third


def test_a_name_that_somebody_had_once_is_somebody_new(content: Content, store: Store) -> None:
    ana = invite(content, store, jurisdiction="OH", name="Ana")
    store.change_person(ana.model_copy(update={"name": "Ana Cole"}))
    other = invite(content, store, jurisdiction="OH", name="Ana")
    assert other.id != ana.id
    assert other.name == "Ana"


def test_a_facilitator_is_nobody_of_that_name_in_a_state(content: Content, store: Store) -> None:
    ana = invite(content, store, jurisdiction="OH", name="Ana")
    robin = invite(content, store, name="Ana")
    assert robin.is_facilitator
    assert robin.id != ana.id
    assert invite(content, store, name="ANA") == robin


@pytest.mark.parametrize(
    ("name", "role", "sentence"), [("  ", "", "The name is empty"), ("Ana", "boss", "no role 'boss'")]
)
def test_no_name_and_an_unknown_role_are_refused(
    content: Content, store: Store, name: str, role: str, sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        invite(content, store, jurisdiction="OH", name=name, role=role)


def test_names_that_nobody_can_tell_apart_are_the_same() -> None:
    assert fold_name("Ana Reyes") == fold_name("ana\u00a0 REYES\u200e") == fold_name("\uff21na Reyes")


def test_somebody_is_found_by_id_email_or_name(store: Store) -> None:
    for one in (("a", "OH", "Ana", "ana@x.org"), ("b", "GU", "Ana", ""), ("c", "GU", "Ben", "")):
        store.add_person(Person(id=one[0], series="2026", jurisdiction=one[1], name=one[2], email=one[3]))
    assert get_person(store, "2026", "b").id == "b"
    assert get_person(store, "2026", "ANA@x.org").id == "a"
    assert get_person(store, "2026", "ben").id == "c"
    with pytest.raises(UnknownPersonError, match=r"More than one .*: a \(OH\), b \(GU\)"):
        get_person(store, "2026", "Ana")
    with pytest.raises(UnknownPersonError, match="No one in series 2026 matches 'x'"):
        get_person(store, "2026", "x")


def test_taking_links_back_changes_nothing_else(store: Store) -> None:
    read_before = store.add_person(Person(id="a", series="2026", jurisdiction="OH", name="Ana"))
    store.change_person(read_before.model_copy(update={"depth": "full"}))
    revoke_links(store, [read_before], NOON)
    found = store.find_person("a")
    assert found == read_before.model_copy(update={"depth": "full", "links_since": NOON})


def test_names_that_look_the_same_are_the_same() -> None:
    latin = fold_name("Sasha Kopec")
    assert latin == fold_name("\u0405\u0430\u0455\u04bb\u0430 \u041a\u043e\u0440\u0435\u0441")  # Cyrillic
    assert latin == fold_name("Sa\u200bsha\u2060 Ko\u00adpec") == fold_name("Sasha\u3164 Kopec")
    assert latin != fold_name("Sasha Kopek")
    assert fold_name("Иван Ильин") != fold_name("Иван Илин")
    assert clean_name("Sa\u200bsha\ufeff") == "Sasha"
    for unseen in ("\u2800", "\u3164\u3164", "\u115f \u200d", "\U000e0041", "\u0301", "\x00"):
        assert clean_name(unseen) == "", f"{unseen!r} is drawn as nothing"
    assert clean_name("\u0645\u06cc\u200c\u062e") == "\u0645\u06cc\u200c\u062e", "joiners that a script needs stay"
