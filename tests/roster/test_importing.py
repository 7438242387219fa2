"""Importing a list twice changes nothing; a changed list applies its changes and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from cluster_kit.content import Content
from cluster_kit.roster.importing import RosterImport, import_roster
from cluster_kit.roster.lists.staff_list import read_roster
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store

Take = Callable[..., RosterImport]
HEAD = "jurisdiction,name,email,role,sessions\n"
LIST = HEAD + "OH,Ana Reyes,ana@ohio.gov,data,1 3\nGU,Tasi Cruz,,,\n,Robin Hall,robin@example.org,facilitator,\n"


def named(store: Store, name: str) -> Person:
    (found,) = [person for person in store.people("2026") if person.name == name]
    return found


def test_people_come_in_as_the_list_has_them(store: Store, take: Take) -> None:
    assert take(LIST).count("new") == 3
    ana = named(store, "Ana Reyes")
    assert (ana.jurisdiction, ana.email, ana.role, ana.sessions) == ("OH", "ana@ohio.gov", "data", (1, 3))
    assert named(store, "Robin Hall").is_facilitator
    assert not named(store, "Tasi Cruz").is_facilitator


def test_the_same_list_again_changes_nothing(store: Store, take: Take) -> None:
    take(LIST)
    before = store.people("2026")
    again = take(LIST)
    assert (again.count("same"), again.count("new"), again.count("changed")) == (3, 0, 0)
    assert store.people("2026") == before


def test_what_has_changed_is_kept_and_said(store: Store, take: Take) -> None:
    take(LIST)
    before = named(store, "Ana Reyes")
    (outcome,) = take(HEAD + "IA,Ana Reyes-Cole,ANA@ohio.gov,secondary,2\n").outcomes
    after = named(store, "Ana Reyes-Cole")
    assert after.id == before.id == outcome.person
    assert outcome.status == "changed"
    assert outcome.changes == (
        "jurisdiction from OH to IA",
        "name from Ana Reyes to Ana Reyes-Cole",
        "email from ana@ohio.gov to ANA@ohio.gov",
        "role from data to secondary",
        "sessions from 1, 3 to 2",
    )


def test_what_the_list_leaves_out_stays(store: Store, take: Take) -> None:
    take(LIST)
    ana = named(store, "Ana Reyes")
    store.change_person(ana.model_copy(update={"depth": "full"}), only={"depth"})
    assert take("state,name,email\nOH,Ana Reyes,\n").count("same") == 1
    assert named(store, "Ana Reyes") == ana.model_copy(update={"depth": "full"})
    assert len(store.people("2026")) == 3


def test_a_dry_run_says_the_same_and_keeps_nothing(store: Store, take: Take) -> None:
    assert take(LIST, dry_run=True).count("new") == 3
    assert store.people("2026") == []
    take(LIST)
    (outcome,) = take(HEAD + "OH,Ana Reyes,ana@ohio.gov,advising,1 3\n", dry_run=True).outcomes
    assert outcome.changes == ("role from data to advising",)
    assert named(store, "Ana Reyes").role == "data"


def test_a_walk_in_gets_their_email_from_the_list_and_stays_who_they_are(store: Store, take: Take) -> None:
    store.add_person(Person(id="walked-in", series="2026", jurisdiction="OH", name="ana reyes", depth="full"))
    (outcome,) = take(HEAD + "OH,Ana Reyes,ana@ohio.gov,,\n").outcomes
    assert outcome.person == "walked-in"
    assert named(store, "Ana Reyes").depth == "full"


def test_two_of_one_name_with_two_emails_are_asked_about(store: Store, take: Take) -> None:
    take(LIST)
    ana = named(store, "Ana Reyes")
    other = take(HEAD + "OH,Ana Reyes,reyes@columbus.gov,,\n")
    assert other.outcomes == ()
    assert "with the email address ana@ohio.gov" in other.problems[0].sentence
    assert ana.id in other.problems[0].sentence
    moved = take(f"person,state,name,email\n{ana.id},OH,Ana Reyes,reyes@columbus.gov\n")
    assert moved.outcomes[0].changes == ("email from ana@ohio.gov to reyes@columbus.gov",)


def test_an_id_that_nobody_has_is_said(take: Take) -> None:
    (problem,) = take("person,state,name\nnobody,OH,Ana\n").problems
    assert "no person 'nobody'" in problem.sentence


def test_the_same_list_by_two_at_once_is_the_same_people(
    content: Content, settings: Settings, store: Store, save: Callable[..., Path]
) -> None:
    text = HEAD + "".join(f"OH,Person {n},{f'p{n}@ohio.gov' if n % 2 else ''},,\n" for n in range(30))
    roster = read_roster(content, save(text))
    together = Barrier(3)

    def take() -> None:
        with Store.open(settings.db_url) as own:
            together.wait()
            import_roster(content, own, roster)

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(take) for _ in range(3)]:
            done.result()
    assert len(store.people("2026")) == 30


def test_an_address_that_somebody_had_once_can_be_somebody_elses(store: Store, take: Take) -> None:
    take(LIST)
    ana = named(store, "Ana Reyes")
    take(f"person,state,name,email\n{ana.id},OH,Ana Reyes,new@ohio.gov\n")
    (outcome,) = take(HEAD + "GU,Lou Cruz,ana@ohio.gov,,\n").outcomes
    assert outcome.status == "new"
    assert named(store, "Lou Cruz").id != ana.id == named(store, "Ana Reyes").id


def test_people_of_another_series_are_others(store: Store, take: Take) -> None:
    store.add_person(Person(id="old", series="2025", jurisdiction="OH", name="Ana Reyes", email="ana@ohio.gov"))
    assert take(LIST).count("new") == 3
