"""What a notebook gets from the one object that it talks to, in each mode."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.content.errors import UnknownExerciseError, UnknownJurisdictionError, UnknownSeriesError
from cluster_kit.content.models import Scope
from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.forms import ExerciseForm
from cluster_kit.insights import Shown
from cluster_kit.responses import NewResponse, Person, Store
from cluster_kit.settings import Settings
from cluster_kit.workshop import WORKSHEET_ANSWERS, UnknownPersonError, Workshop

PARAMETERS: dict[str, Any] = {
    "series": "2026",
    "session": 1,
    "jurisdiction": "OH",
    "person": "ana",
    "depth": "essential",
    "mode": "live",
}
GOAL = {"series": "2026", "session": 1, "exercise": "goals", "prompt": "goals.statement", "row": "r1"}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("CLUSTER_KIT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CLUSTER_KIT_DB", raising=False)
    monkeypatch.chdir(tmp_path)
    store = Store.open(Settings.read().db_url)
    store.add_person(Person(id="ana", series="2026", jurisdiction="OH", name="Ana", at=datetime.now(UTC)))
    store.append(
        [
            NewResponse(
                id="a1", jurisdiction="OH", scope=Scope.TEAM, author="ana", value="No lost credit by 2029", **GOAL
            )
        ]
    )
    return store


def open_workshop(**changes: Any) -> Workshop:
    return Workshop.open(**{**PARAMETERS, **changes})


def markdown(shown: object) -> str:
    assert isinstance(shown, Shown)
    return str(shown._repr_mimebundle_()["text/markdown"])


def test_without_a_state_the_notebook_previews_what_is_asked_and_opens_no_store(store: Store, tmp_path: Path) -> None:
    workshop = open_workshop(jurisdiction="", mode="worksheet")
    assert workshop.store is None
    assert "Could we tell when it is met?" in markdown(workshop.exercise("goals"))
    assert not (tmp_path / WORKSHEET_ANSWERS).exists()


def test_in_a_live_session_an_exercise_is_a_form_with_what_the_team_said(store: Store) -> None:
    form = open_workshop().exercise("goals")
    assert isinstance(form, ExerciseForm)
    assert "No lost credit by 2029" in str(form.answers)


def test_in_a_packet_an_exercise_is_what_the_team_said(store: Store) -> None:
    workshop = open_workshop(mode="packet", person="")
    assert "No lost credit by 2029" in markdown(workshop.exercise("goals"))


def test_another_state_sees_nothing_of_it(store: Store) -> None:
    workshop = open_workshop(mode="packet", person="", jurisdiction="GU")
    assert "No lost credit" not in markdown(workshop.exercise("goals"))


def test_a_later_session_opens_with_what_the_state_said(store: Store) -> None:
    assert "No lost credit by 2029" in markdown(open_workshop(session=2).look_back())
    assert "first session" in markdown(open_workshop(session=1).look_back())


def test_a_worksheet_keeps_its_answers_beside_the_notebook(store: Store, tmp_path: Path) -> None:
    workshop = open_workshop(mode="worksheet", person="Ben Cruz")
    assert workshop.person is not None
    assert workshop.person.name == "Ben Cruz"
    assert (tmp_path / WORKSHEET_ANSWERS).exists()
    again = open_workshop(mode="worksheet", person="ben cruz ")
    assert again.person is not None
    assert again.person.id == workshop.person.id


@pytest.mark.parametrize("person", ["", "nobody", "ana"])
def test_only_a_person_of_the_state_opens_a_live_page(store: Store, person: str) -> None:
    with pytest.raises(UnknownPersonError, match="personal link"):
        open_workshop(jurisdiction="GU", person=person)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"jurisdiction": "OHIO"}, UnknownJurisdictionError, "Did you mean OH"),
        ({"series": "1999"}, UnknownSeriesError, "1999"),
        ({"session": 9}, LookupError, "Sessions are 1, 2, 3, 4"),
        ({"mode": "lve"}, UsageError, "live, worksheet, packet"),
        ({"depth": "deep"}, UsageError, "essential, standard, full"),
    ],
)
def test_a_wrong_parameter_gets_one_sentence(
    store: Store, changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words) as raised:
        open_workshop(**changes)
    assert isinstance(raised.value, ClusterKitError)
    assert raised.value._render_traceback_() == [str(raised.value)]


def test_an_unknown_exercise_names_those_there_are(store: Store) -> None:
    with pytest.raises(UnknownExerciseError, match="transition_points"):
        open_workshop().exercise("goal")
