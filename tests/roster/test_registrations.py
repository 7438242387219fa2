"""Registrations of the public page: the form's checks, approval by staff and by rule, and the commands."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.cli.commands import register
from cluster_kit.content import Content
from cluster_kit.errors import UsageError
from cluster_kit.roster.changes import remove_people
from cluster_kit.roster.registrations import (
    BY_PERSON,
    BY_RULE,
    NEW,
    InvalidRegistrationError,
    RegistrationForm,
    approve_by_rule,
    approve_registration,
    decline_registration,
    find_registered_needs,
    list_registrations,
    read_registration,
    withdraw_own_registration,
)
from cluster_kit.server.auth.tokens import find_withdrawn_id, read_token
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Registration, RegistrationError, Store
from cluster_kit.store.models import LONGEST_NEEDS, utc_now
from tests.roster.test_cli import run

register()
ALL = ("1", "2", "3", "4")
RULE = {"OH": ("ohio.gov",)}


def form(**parts: Any) -> RegistrationForm:
    usual = {"name": "Ana Reyes", "email": "ana@ohio.gov", "jurisdiction": "OH", "role": "data", "sessions": ALL}
    return RegistrationForm(**{**usual, **parts})


def send(content: Content, store: Store, **parts: Any) -> Registration:
    """A stored registration."""
    registration = read_registration(content, form(**parts))
    store.add_registration(registration)
    return registration


def add(store: Store, id_: str, name: str, email: str = "", state: str = "OH") -> Person:
    return store.add_person(Person(id=id_, series="2026", jurisdiction=state, name=name, email=email))


def statuses(content: Content, store: Store) -> list[tuple[str, str]]:
    return [(one.registration.name, one.status) for one in list_registrations(content, store)]


def test_the_form_is_read_and_every_problem_is_told_at_its_field(content: Content) -> None:
    read = read_registration(
        content, form(name=" Reyes,  Ana ", sessions=("3", "1", "99"), needs="An \r\n interpreter")
    )
    assert (read.name, read.sessions, read.needs, read.status) == ("Ana Reyes", (1, 3), "An interpreter", "pending")
    assert read_registration(content, form(role="facilitator")).role == ""
    assert read_registration(content, form()).sessions == ()
    wrong = form(name="", email="ana", jurisdiction="", sessions=("99",), needs="x" * (LONGEST_NEEDS + 1))
    with pytest.raises(InvalidRegistrationError) as caught:
        read_registration(content, wrong)
    assert list(caught.value.problems) == ["sessions", "name", "email", "jurisdiction", "needs"]
    with pytest.raises(InvalidRegistrationError, match="81 characters"):
        read_registration(content, form(name="x" * 81))


def test_approval_adds_a_person_or_updates_the_one_who_is_known(content: Content, store: Store) -> None:
    first = send(content, store, sessions=("1",), needs="Captions")
    ana = approve_registration(content, store, first, "Robin Hall")
    assert (ana.name, ana.email, ana.role, ana.sessions) == ("Ana Reyes", "ana@ohio.gov", "data", (1,))
    assert [(one.action, one.by) for one in store.roster_changes("2026")] == [("added", "Robin Hall")]
    again = send(content, store, name="REYES ANA", email="ANA@ohio.gov", sessions=("1", "2"))
    assert approve_registration(content, store, again, "Robin Hall").id == ana.id
    assert [(one.name, one.sessions) for one in store.people("2026")] == [("Ana Reyes", (1, 2))]
    assert find_registered_needs(store, ana) == "Captions"
    with pytest.raises(UsageError, match="confirmed already"):
        approve_registration(content, store, store.registrations("2026")[0])
    with pytest.raises(RegistrationError, match="Someone else has decided"):
        decline_registration(store, first)
    remove_people(store, [ana])
    assert statuses(content, store) == [("Ana Reyes", "withdrawn"), ("REYES ANA", "withdrawn")]


def test_a_person_withdraws_once_and_may_register_again(content: Content, store: Store) -> None:
    first = send(content, store, sessions=("1",), needs="Captions")
    ana = approve_registration(content, store, first, "Robin Hall")
    wren = approve_registration(content, store, send(content, store, name="Wren Hall", email="wren@ohio.gov"))
    again = send(content, store, needs="Breaks")
    approve_registration(content, store, again, "Robin Hall")
    withdraw_own_registration(store, again.id)
    assert {one.name: one.is_removed for one in store.people("2026")} == {"Ana Reyes": True, "Wren Hall": False}
    (latest, *_) = store.roster_changes("2026", ana.id)
    assert (latest.action, latest.by, latest.details) == ("removed", BY_PERSON, "withdrew the registration")
    entries = [one for one in list_registrations(content, store) if one.registration.name == "Ana Reyes"]
    assert [(one.status, one.decision, one.registration.needs) for one in entries] == [
        ("withdrawn", "withdrawn by the person", "")
    ] * 2
    back = approve_registration(content, store, send(content, store), "Robin Hall")
    assert (back.id, back.is_removed) == (ana.id, False)
    before = store.registrations("2026")
    for id_ in (again.id, first.id, "no-such"):  # the old links change nothing
        withdraw_own_registration(store, id_)
    assert store.registrations("2026") == before
    assert not any(one.is_removed for one in store.people("2026"))
    waiting = send(content, store, name="Lee Cruz", email="lee@ohio.gov", needs="Captions")
    withdraw_own_registration(store, waiting.id)
    with pytest.raises(UsageError, match="withdrawn already"):
        approve_registration(content, store, store.registrations("2026", "withdrawn")[-1])
    assert wren.id not in {one.person for one in store.registrations("2026", "withdrawn")}


def test_staff_decide_who_it_is_if_someone_similar_is_known(content: Content, store: Store) -> None:
    sam, kim = add(store, "sam", "Sam O'Neil"), add(store, "kim", "Kim Sample", "kim@ohio.gov")
    similar = send(content, store, name="Sam ONeill", email="sam@ohio.gov")
    taken = send(content, store, name="Kim Sample", email="kim@home.example")
    known = {one.registration.name: (one.known, one.may_be_new) for one in list_registrations(content, store)}
    assert known == {"Sam ONeill": ((sam,), True), "Kim Sample": ((kim,), False)}
    for one in (similar, taken):
        with pytest.raises(UsageError, match="may be someone who is known already"):
            approve_registration(content, store, one)
    with pytest.raises(UsageError, match="is on this team already"):
        approve_registration(content, store, taken, who=NEW)
    assert approve_registration(content, store, similar, who=NEW).id != sam.id
    assert approve_registration(content, store, taken, who="kim").email == "kim@home.example"
    assert sorted(one.name for one in store.people("2026")) == ["Kim Sample", "Sam O'Neil", "Sam ONeill"]


def test_the_rule_confirms_new_people_of_a_states_domain_and_no_one_else(
    content: Content, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, "kim", "Kim Sample", "kim@ohio.gov")
    known = send(content, store, name="Kim Sampel", email="kim@ohio.gov")
    foreign = send(content, store, name="Lee Cruz", email="lee@notohio.gov")
    guam = send(content, store, name="Tasi Cruz", email="tasi@ohio.gov", jurisdiction="GU")
    twice = [send(content, store, name=name, email="pat@ohio.gov") for name in ("Pat Hall", "Pat B. Hall")]
    for one in (known, foreign, guam, *twice):
        assert approve_by_rule(content, store, one, RULE) is None
    assert [one.name for one in store.people("2026")] == ["Kim Sample"]
    new = send(content, store, email="ana@education.Ohio.gov")
    ana = approve_by_rule(content, store, new, RULE)
    assert ana
    assert [(one.person, one.by) for one in store.roster_changes("2026")] == [(ana.id, BY_RULE)]
    monkeypatch.setattr("cluster_kit.roster.registrations.MOST_BY_RULE", 1)
    assert approve_by_rule(content, store, send(content, store, name="Jo Wu", email="jo@ohio.gov"), RULE) is None


@pytest.mark.parametrize(
    "name", ["Facilitator", "Kim S\u0430mple", "SAMPLE, KIM", "Example Association", "Support team"]
)
def test_the_rule_leaves_the_names_of_those_who_run_the_workshop_to_staff(
    content: Content, store: Store, name: str
) -> None:
    store.add_person(Person(id="kim", series="2026", jurisdiction="", name="Kim Sample"))
    sent = send(content, store, name=name, email="ana@ohio.gov")
    assert approve_by_rule(content, store, sent, RULE, "Example Association") is None
    assert store.people("2026", "OH") == []
    assert approve_registration(content, store, sent).jurisdiction == "OH", "staff may know better"


def test_the_commands_list_approve_and_decline(
    settings: Settings, content: Content, store: Store, tmp_path: Path
) -> None:
    add(store, "sam", "Sam O'Neil")
    ana = send(content, store, sessions=("1",), needs="Captions")
    sam = send(content, store, name="Sam ONeill", email="sam@ohio.gov")
    lee = send(content, store, name="Lee Cruz", email="lee@spam.example", needs="Nothing")
    listed = run(settings, "registrations", "list")
    assert f"{ana.id}  pending    OH  Ana Reyes <ana@ohio.gov>" in listed.stdout
    assert "needs: Captions" in listed.stdout
    assert "may be: Sam O'Neil (sam)" in listed.stdout
    assert "3 registrations, 3 pending." in listed.stderr
    files = ("--address", "https://workshop.example.org", "--calendar", tmp_path / "calendar")
    told = json.loads(run(settings, "registrations", "approve", ana.id, *files, "--json").stdout)
    (confirmed,) = told["confirmed"]
    assert (told["home"], told["series"]) == (str(settings.home), "2026")
    token = confirmed["link"].partition("https://workshop.example.org/join#")[2]
    assert read_token(settings.secret(), token, utc_now()).person == confirmed["person"]
    assert confirmed["withdraw_link"].startswith("https://workshop.example.org/register/withdraw?registration=")
    assert find_withdrawn_id(settings.secret(), confirmed["withdraw_link"].partition("=")[2]) == ana.id
    assert find_withdrawn_id(settings.secret(), token) is None
    assert [Path(one).name for one in told["files"]] == ["2026-session-1-OH.ics"]
    with pytest.raises(UsageError, match="with --person ID or --new"):
        run(settings, "registrations", "approve", sam.id)
    assert "Sam ONeill" in run(settings, "registrations", "approve", sam.id, "--person", "sam").stdout
    tried = json.loads(run(settings, "registrations", "decline", lee.id, "--dry-run", "--json").stdout)
    assert (tried["declined"][0]["name"], tried["series"]) == ("Lee Cruz", "2026")
    assert store.registrations("2026", "pending") == [lee]
    assert "1 registration declined." in run(settings, "registrations", "decline", lee.id).stderr
    for words in (("decline", lee.id), ("approve", "no-such"), ("list", "--status", "open")):
        with pytest.raises(UsageError, match=r"withdrawn already|no registration 'no-such'|--status is"):
            run(settings, "registrations", *words)
    rest = json.loads(run(settings, "registrations", "list", "--status", "withdrawn", "--json").stdout)
    assert [(one["name"], one["needs"], one["decided_by"]) for one in rest] == [("Lee Cruz", "", "the command line")]
    table = tmp_path / "links.csv"
    run(settings, "roster", "links", "--out", table, "--address", "https://workshop.example.org")
    links = {row["name"]: row["withdraw_link"] for row in csv.DictReader(io.StringIO(table.read_text("utf-8-sig")))}
    assert links["Ana Reyes"] == confirmed["withdraw_link"]
    assert links["Sam ONeill"] != confirmed["withdraw_link"]
    rows = {row["name"]: row["registered"] for row in csv.DictReader(io.StringIO(table.read_text("utf-8-sig")))}
    assert rows.keys() == {"Ana Reyes", "Sam ONeill"}
    assert all(len(day) == len("2026-02-17") for day in rows.values())
