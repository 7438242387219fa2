"""Registrations of the public page: what is stored, who decides, and what an erasure and an export cover."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cluster_kit.store import NewErasure, Person, Registration, RegistrationError, Store
from cluster_kit.store.registrations import KEPT_FOR, MOST_PENDING_OF_AN_ADDRESS

SERIES = "2026"
AT = dt.datetime(2026, 1, 5, 15, tzinfo=dt.UTC)


def registration(id_: str, **parts: Any) -> Registration:
    """A registration of Ana Reyes in Ohio, with overrides."""
    usual = {"series": SERIES, "jurisdiction": "OH", "name": "Ana Reyes", "email": "ana@ohio.gov", "at": AT}
    return Registration.model_validate({**usual, "id": id_, **parts})


def decided(one: Registration, **parts: Any) -> Registration:
    return one.model_copy(update={"decided_by": "Robin Hall", "decided_at": AT, **parts})


def ids(store: Store, status: str | None = None) -> list[str]:
    return [one.id for one in store.registrations(SERIES, status)]


def test_the_same_form_is_stored_once_and_an_address_cannot_fill_the_list(store: Store) -> None:
    first = registration("a", sessions=(1, 3), needs="Captions")
    store.add_registration(first)
    store.add_registration(first.model_copy(update={"id": "b"}))
    assert store.registrations(SERIES, "pending") == [first]
    assert store.find_registration("a") == first
    for number in range(MOST_PENDING_OF_AN_ADDRESS + 2):
        store.add_registration(registration(f"c{number}", email="ANA@ohio.gov", needs=f"Break {number}"))
    assert ids(store) == ["a", "c0", "c1"]
    assert store.registrations("2027") == []


def test_too_many_that_wait_are_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cluster_kit.store.registrations.MOST_PENDING", 2)
    for name in ("a", "b"):
        store.add_registration(registration(name, email=f"{name}@ohio.gov"))
    with pytest.raises(RegistrationError, match="Many registrations are waiting"):
        store.add_registration(registration("c", email="c@ohio.gov"))


def test_a_registration_is_decided_once_and_declined_ones_are_deleted_later(store: Store) -> None:
    one, other = registration("a"), registration("b", email="ben@ohio.gov")
    store.add_registration(one)
    store.add_registration(other)
    store.decide_registration(decided(one, status="withdrawn"))
    store.decide_registration(decided(other, status="confirmed", person="ben"))
    with pytest.raises(RegistrationError, match="Someone else has decided"):
        store.decide_registration(decided(one, status="confirmed", person="ana"))
    store.add_registration(registration("c", at=AT + KEPT_FOR - dt.timedelta(seconds=1)))
    assert ids(store, "withdrawn") == ["a"]
    store.add_registration(registration("d", email="d@ohio.gov", at=AT + KEPT_FOR))
    assert ids(store) == ["b", "c", "d"]


def test_an_erasure_and_an_export_cover_what_a_person_registered(store: Store) -> None:
    store.add_person(Person(id="ana", series=SERIES, jurisdiction="OH", name="Ana", email="Ana@ohio.gov"))
    confirmed = registration("a", email="reyes@ohio.gov")
    for one in (
        confirmed,
        registration("b"),
        registration("c", email="ben@ohio.gov"),
        registration("d", series="2027"),
    ):
        store.add_registration(one)
    store.decide_registration(decided(confirmed, status="confirmed", person="ana"))
    assert [row["id"] for row in store.person_rows("ana")["registrations"]] == ["a", "b"]
    assert {one.series: one.counts["registrations"] for one in store.series_rows()} == {SERIES: 3, "2027": 1}
    why = {"series": SERIES, "jurisdiction": "OH", "asked_by": "Ana", "why": "left"}
    store.erase(NewErasure.model_validate({**why, "session": 1}))
    assert len(ids(store)) == 3
    store.erase(NewErasure.model_validate({**why, "person": "ana"}), at=AT - dt.timedelta(days=1))
    assert len(ids(store)) == 3  # they arrived after that erasure
    store.erase(NewErasure.model_validate({**why, "person": "ana"}))
    assert ids(store) == ["c"]
    store.erase(NewErasure.model_validate(why))
    assert ids(store) == []
    assert [one.id for one in store.registrations("2027")] == ["d"]
