"""People who are removed lose their access and keep their record; colleagues who take their place are new people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from cluster_kit.breakouts.rooms import find_invited
from cluster_kit.content import Content
from cluster_kit.content.models import Scope
from cluster_kit.errors import UsageError
from cluster_kit.roster.changes import plan_replacement, remove_people, replace_person, restore_person
from cluster_kit.roster.importing import BACK, RosterImport
from cluster_kit.roster.names.similar_names import find_similar_pairs
from cluster_kit.roster.people import ensure_person, get_person, revoke_links
from cluster_kit.server.auth.authenticator import Authenticator
from cluster_kit.server.auth.tokens import VoidLinkError, make_link
from cluster_kit.settings import Settings
from cluster_kit.store import NewResponse, Person, Store
from cluster_kit.store.models import utc_now

Take = Callable[..., RosterImport]
HEAD = "jurisdiction,name,email,role,sessions\n"
ANA = HEAD + "OH,Ana Reyes,ana@ohio.gov,data,1 3\n"


@pytest.fixture
def ana(store: Store, take: Take) -> Person:
    take(ANA)
    return get_person(store, "2026", "ana@ohio.gov")


def token_of(settings: Settings, person: Person) -> str:
    return make_link(settings, person.id, address="https://workshop.example.org").partition("#")[2]


def test_no_link_of_a_removed_person_works_whenever_it_was_made(
    content: Content, settings: Settings, store: Store, ana: Person
) -> None:
    authenticator = Authenticator(content, store, settings.secret())
    before = token_of(settings, ana)
    _, cookie = authenticator.log_in(before)
    assert authenticator.authenticate_blocking(cookie) == ana
    remove_people(store, [ana])
    authenticator.refresh()
    assert authenticator.authenticate_blocking(cookie) is None
    for token in (before, token_of(settings, ana)):
        with pytest.raises(VoidLinkError):
            authenticator.log_in(token)


def test_a_new_link_works_although_links_were_revoked_while_the_clock_was_ahead(
    content: Content, settings: Settings, store: Store, ana: Person
) -> None:
    authenticator = Authenticator(content, store, settings.secret())
    old = token_of(settings, ana)
    [ana] = revoke_links(store, [ana], utc_now() + dt.timedelta(hours=1))
    link = make_link(settings, ana.id, address="https://workshop.example.org", since=ana.links_since)
    _, cookie = authenticator.log_in(link.partition("#")[2])
    assert authenticator.authenticate_blocking(cookie) == ana
    for token in (old, token_of(settings, ana)):
        with pytest.raises(VoidLinkError):
            authenticator.log_in(token)


def test_answers_of_a_removed_person_stay_with_their_name(store: Store, ana: Person) -> None:
    store.append([_answer(ana)])
    remove_people(store, [ana])
    assert [one.author for one in store.current("2026", "OH")] == [ana.id]
    assert [one.name for one in store.people("2026") if one.id == ana.id] == ["Ana Reyes"]


def test_an_import_brings_the_same_person_back_and_old_links_stay_void(
    content: Content, settings: Settings, store: Store, take: Take, ana: Person
) -> None:
    authenticator = Authenticator(content, store, settings.secret())
    before = token_of(settings, ana)
    remove_people(store, [ana])
    (tried,) = take(ANA, dry_run=True).outcomes
    assert tried.changes == (BACK,)
    assert get_person(store, "2026", ana.id).is_removed
    (outcome,) = take(ANA).outcomes
    assert (outcome.person, outcome.status, outcome.changes) == (ana.id, "changed", (BACK,))
    assert not get_person(store, "2026", ana.id).is_removed
    with pytest.raises(VoidLinkError):
        authenticator.log_in(before)
    assert authenticator.log_in(token_of(settings, ana))[0].person == ana.id
    assert take(ANA).count("same") == 1


def test_revoking_links_does_not_bring_a_removed_person_back(store: Store, ana: Person) -> None:
    (removed,) = remove_people(store, [ana])
    assert revoke_links(store, [removed], utc_now()) == []
    assert get_person(store, "2026", ana.id).is_removed


def test_a_removed_person_is_in_no_invitation_and_in_no_question_about_names(store: Store, ana: Person) -> None:
    twin = store.add_person(Person(id="twin", series="2026", jurisdiction="OH", name="A. Reyes"))
    assert find_similar_pairs(store.people("2026")) == [(ana, twin)]
    remove_people(store, [ana])
    people = store.people("2026")
    assert find_invited(people, 1) == {"OH": [twin]}
    assert find_similar_pairs(people) == []


def test_a_name_means_the_person_who_is_on_the_roster(store: Store, ana: Person) -> None:
    remove_people(store, [ana])
    assert ensure_person(store, "2026", "OH", "Ana Reyes").id == ana.id
    new = store.add_person(Person(id="new", series="2026", jurisdiction="OH", name="Ana Reyes"))
    assert get_person(store, "2026", "Ana Reyes") == ensure_person(store, "2026", "OH", "Ana Reyes") == new


def test_a_colleague_with_the_address_of_a_removed_person_is_a_new_person(
    store: Store, take: Take, ana: Person
) -> None:
    remove_people(store, [ana])
    (outcome,) = take(HEAD + "OH,Lou Cruz,ana@ohio.gov,,\n").outcomes
    assert outcome.status == "new"
    assert outcome.person != ana.id
    assert get_person(store, "2026", ana.id).name == "Ana Reyes"


def test_a_colleague_takes_the_place_and_answers_stay_with_who_wrote_them(
    content: Content, store: Store, ana: Person
) -> None:
    store.append([_answer(ana)])
    colleague = plan_replacement(content, store, ana, name="Lou  Cruz", email="lou@ohio.gov")
    assert len(store.people("2026")) == 1
    added = replace_person(store, ana, colleague)
    assert added.id != ana.id
    assert (added.name, added.jurisdiction, added.role, added.sessions) == ("Lou Cruz", "OH", "data", (1, 3))
    assert not added.is_removed
    assert get_person(store, "2026", ana.id).is_removed
    assert store.current("2026", "OH")[0].author == ana.id
    other = plan_replacement(content, store, added, name="Kim", email="kim@ohio.gov", role="Career advising")
    assert other.role == "advising"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": " "}, "colleague's name"),
        ({"name": "L" * 81}, "80 characters"),
        ({"email": "lou at ohio"}, "colleague's email address"),
        ({"email": ""}, "colleague's email address"),
        ({"role": "wizard"}, "no role 'wizard'"),
        ({"email": "ANA@ohio.gov"}, "Ana Reyes .* is on the roster already"),
        ({"name": "ana reyes"}, "Ana Reyes .* is on the roster already"),
    ],
)
def test_a_colleague_who_cannot_be_is_refused(
    content: Content, store: Store, ana: Person, given: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        plan_replacement(content, store, ana, **{"name": "Lou Cruz", "email": "lou@ohio.gov", **given})


def test_a_person_who_was_removed_is_not_replaced(content: Content, store: Store, ana: Person) -> None:
    (removed,) = remove_people(store, [ana])
    with pytest.raises(UsageError, match="not on the roster"):
        plan_replacement(content, store, removed, name="Lou Cruz", email="lou@ohio.gov")


def test_restoring_someone_who_was_not_removed_changes_nothing(store: Store, ana: Person) -> None:
    revoked = revoke_links(store, [ana], utc_now() - dt.timedelta(days=1))[0]
    assert restore_person(store, revoked, utc_now()) == revoked


def _answer(person: Person) -> NewResponse:
    address = {"series": "2026", "session": 1, "exercise": "rate", "prompt": "ratings.rating", "row": "a"}
    return NewResponse(id="r1", jurisdiction="OH", scope=Scope.PERSON, author=person.id, value=3, **address)
