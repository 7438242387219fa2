"""The workshop object of notebooks, in each mode."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.content.errors import UnknownExerciseError, UnknownJurisdictionError, UnknownSeriesError
from cluster_kit.content.models import Scope
from cluster_kit.documents.view import DocumentView
from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.forms.placeholder import EXERCISE_MIME, FormPlaceholder
from cluster_kit.forms.widget import ExerciseForm
from cluster_kit.settings import Settings, sqlite_url
from cluster_kit.store import NewResponse, Person, Store
from cluster_kit.workshop import WORKSHEET_ANSWERS, Mode, Reads, Workshop
from tests.serving import wait_until

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
    assert isinstance(shown, DocumentView)
    bundle = shown._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle  # with metadata, if it says what it reads
    return str(data["text/markdown"])


def test_without_a_state_the_notebook_previews_what_is_asked_and_opens_no_store(store: Store, tmp_path: Path) -> None:
    workshop = open_workshop(jurisdiction="", mode="worksheet")
    assert workshop.store is None
    assert "Can we measure it?" in markdown(workshop.exercise("goals"))
    assert not (tmp_path / WORKSHEET_ANSWERS).exists()


def test_in_a_live_session_an_exercise_is_the_place_of_its_form(store: Store) -> None:
    place = open_workshop().exercise("goals")
    assert isinstance(place, FormPlaceholder)
    data: Any = place._repr_mimebundle_()
    assert data[EXERCISE_MIME] == {"exercise": "goals"}
    assert place.title in data["text/plain"]


@pytest.mark.parametrize("person", ["", "ana", "nobody"])
def test_a_live_notebook_is_the_same_whoever_looks_at_it(store: Store, person: str) -> None:
    workshop = open_workshop(person=person)
    assert workshop.person is None
    assert [one.name for one in store.people("2026", "OH")] == ["Ana"]
    assert workshop.exercise("goals")._repr_mimebundle_() == open_workshop().exercise("goals")._repr_mimebundle_()
    assert "No lost credit" not in str(workshop.exercise("goals")._repr_mimebundle_())


def test_on_a_worksheet_an_exercise_is_a_form_with_what_was_typed_before(store: Store) -> None:
    form = open_workshop(mode="worksheet", person="Ben Cruz").exercise("goals")
    assert isinstance(form, ExerciseForm)
    message = {"id": "b1", "prompt": "goals.statement", "row": "r1", "value": "Typed on a worksheet"}
    form._on_message(form, {"type": "save", "message": "m", "responses": [message]}, [])
    form.close()
    kept = Store.open(sqlite_url(Path.cwd() / WORKSHEET_ANSWERS))
    wait_until(lambda: kept.latest_seq("2026", "OH") == 1, "the answer is kept")
    again = open_workshop(mode="worksheet", person="Ben Cruz").exercise("goals")
    assert isinstance(again, ExerciseForm)
    assert again.schema["exercise"] == "goals"
    assert again.opening["me"]["name"] == "Ben Cruz"
    assert "Typed on a worksheet" in str(again.opening["answers"])
    assert "No lost credit" not in str(again.opening)
    again.close()
    kept.close()


@pytest.mark.parametrize("mode", Mode)
def test_what_a_live_notebook_shows_of_answers_says_which_they_are(store: Store, mode: Mode) -> None:
    workshop = open_workshop(mode=mode, session=2)
    reads = [workshop.look_back().reads, workshop.at_a_glance().reads, workshop.peers().reads]
    assert reads == ([Reads.EARLIER, Reads.STATE, Reads.SERIES] if mode is Mode.LIVE else ["", "", ""])
    assert open_workshop(jurisdiction="").look_back().reads == ""
    bundle = workshop.look_back()._repr_mimebundle_()
    metadata = bundle[1] if isinstance(bundle, tuple) else None
    assert metadata == ({"cluster_kit": {"reads": "earlier"}} if mode is Mode.LIVE else None)


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
