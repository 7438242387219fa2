"""Limits on people who join a team by code: by team, by network, and by browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster_kit.roster.codes import list_codes
from cluster_kit.server.auth.authenticator import Authenticator
from cluster_kit.server.auth.code_join import CodeJoin, JoinForm, ManyJoinedError, NameTakenError
from cluster_kit.server.auth.identity_service import IdentityService
from cluster_kit.server.auth.rate_limits import NEW_PEOPLE_OF_A_BROWSER, NEW_PEOPLE_OF_A_NETWORK, RateLimiter
from cluster_kit.server.auth.tokens import JoinPass, OldPassError, make_pass
from cluster_kit.store import Store
from tests.asyncs import run
from tests.clock import Clock
from tests.samples import small_content

SECRET = "a secret for tests"
NOON = dt.datetime(2027, 2, 16, 18, tzinfo=dt.UTC)
SCHOOL, HOME = "203.0.113.7", "198.51.100.4"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        yield store


@pytest.fixture
def joining(store: Store, clock: Clock) -> CodeJoin:
    authenticator = Authenticator(small_content(), store, SECRET, clock=lambda: NOON)
    joining = CodeJoin(authenticator, store, SECRET, IdentityService(authenticator, store, SECRET))
    joining._joined = RateLimiter(joining._joined._limit, clock)
    return joining


def join(joining: CodeJoin, store: Store, number: int, address: str, browser: str = "") -> None:
    """A new person of Ohio, whose name is like no other's."""
    code = list_codes(store, "sample", ["OH"])["OH"]
    team_pass = make_pass(SECRET, JoinPass(f"p{number}", code, NOON + dt.timedelta(hours=1)))
    joining.join(team_pass, JoinForm(f"Person {number}", is_new=True), None, address, browser)


def test_one_network_cannot_fill_a_team_and_its_teammates_still_join(
    joining: CodeJoin, store: Store, clock: Clock
) -> None:
    """The attack of the review: 120 people from one browser, which forgets its cookies."""
    for number in range(NEW_PEOPLE_OF_A_NETWORK.most):
        clock.now += 10
        join(joining, store, number, SCHOOL, f"browser {number}")
    for number in range(100, 220):
        clock.now += 10
        with pytest.raises(ManyJoinedError, match="Ask your facilitator for a personal link"):
            join(joining, store, number, SCHOOL, f"browser {number}")
    join(joining, store, 300, HOME, "another browser")
    assert len(store.people("sample", "OH")) == NEW_PEOPLE_OF_A_NETWORK.most + 1


def test_one_browser_adds_a_few_people_wherever_it_is(joining: CodeJoin, store: Store) -> None:
    for number in range(NEW_PEOPLE_OF_A_BROWSER.most):
        join(joining, store, number, f"192.0.2.{number}", "shared")
    with pytest.raises(ManyJoinedError):
        join(joining, store, 100, "192.0.2.100", "shared")
    join(joining, store, 100, "192.0.2.100", "own")


def test_after_the_code_a_person_has_a_day_to_give_the_name(joining: CodeJoin, store: Store) -> None:
    code = list_codes(store, "sample", ["OH"])["OH"]
    team_pass = run(joining.check_code(code, HOME, "browser"))
    joining._authenticator.clock = lambda: NOON + dt.timedelta(hours=23)
    joining.join(team_pass, JoinForm("Ana Ruiz"))
    joining._authenticator.clock = lambda: NOON + dt.timedelta(hours=25)
    with pytest.raises(OldPassError):
        joining.join(team_pass, JoinForm("Ben Lee"))


def test_of_browsers_that_give_one_name_at_the_same_moment_one_joins(
    joining: CodeJoin, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them has read the team before the other joined."""
    monkeypatch.setattr(store, "people", lambda *_: [])
    code = list_codes(store, "sample", ["OH"])["OH"]
    first, second = (make_pass(SECRET, JoinPass(f"p{n}", code, NOON + dt.timedelta(hours=1))) for n in (1, 2))
    joining.join(first, JoinForm("Ana Ruiz"))
    joining.join(first, JoinForm("Ana Ruiz"))  # the same form once more
    for name in ("Ana Ruiz", "ANA  RUIZ"):
        with pytest.raises(NameTakenError):
            joining.join(second, JoinForm(name))
    joining.join(first, JoinForm("Ben Lee"))  # the same code for another colleague, who has a new id
    with pytest.raises(NameTakenError):
        joining.join(second, JoinForm("Ben Lee"))
    monkeypatch.undo()
    assert [one.name for one in store.people("sample", "OH")] == ["Ana Ruiz", "Ben Lee"]


def test_a_proxy_on_this_machine_that_names_no_addresses_is_no_network(
    joining: CodeJoin, store: Store, clock: Clock
) -> None:
    for number in range(NEW_PEOPLE_OF_A_NETWORK.most + 5):
        clock.now += 10
        join(joining, store, number, "127.0.0.1", f"browser {number}")
