"""The console's messages are models: each panel sends its own view, and an update has only what has changed."""

from __future__ import annotations

import importlib
from typing import get_type_hints

import pytest

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.protocol import PANEL_REPLY, PanelAnswers
from cluster_kit.console.updates import build_update, build_whole_update
from cluster_kit.console.views import VIEWS
from cluster_kit.console.views.base import PanelView
from cluster_kit.console.views.examples import ExamplesView, SharedExampleView
from tests.console.conftest import LiveSession

NOW = "2026-02-16T19:00:00+00:00"
EXAMPLE = SharedExampleView(title="One catalog", state="Ohio", area="", facts=[("Who", "Two offices")], featured=False)
BEFORE = ExamplesView(order=["a", "b"], examples={"a": EXAMPLE, "b": EXAMPLE})


def kind_of(name: str) -> PanelKind:
    kind = importlib.import_module(f"cluster_kit.console.{name}").KIND
    assert isinstance(kind, PanelKind)
    return kind


@pytest.mark.parametrize("name", VIEWS)
def test_a_panel_sends_the_view_of_its_name(live_session: LiveSession, name: str) -> None:
    kind = kind_of(name)
    view = kind.view(live_session.look())
    assert (kind.module, type(view)) == (name, VIEWS[name])
    message = build_whole_update(name, view, NOW).model_dump(mode="json")
    assert message["changed"] == view.model_dump(mode="json")
    assert PANEL_REPLY.validate_python(message) == build_whole_update(name, view, NOW)


def test_every_question_has_the_answer_that_the_page_expects() -> None:
    found = {
        question: get_type_hints(answer)["return"]
        for name in VIEWS
        for question, answer in kind_of(name).answers.items()
    }
    assert found == get_type_hints(PanelAnswers)


def test_an_update_has_the_changed_fields_and_entries_and_names_the_removed_ones() -> None:
    featured = EXAMPLE.model_copy(update={"featured": True})
    after = BEFORE.model_copy(update={"order": ["c", "a"], "examples": {"c": EXAMPLE, "a": featured}})
    update = build_update("examples", after, BEFORE, NOW)
    assert update
    message = update.model_dump(mode="json")
    assert message["changed"] == {"order": ["c", "a"]}
    assert message["entries"]["examples"]["a"]["featured"]
    assert message["entries"]["examples"].keys() == {"a", "b", "c"}
    assert message["entries"]["examples"]["b"] is None
    assert PANEL_REPLY.validate_python(message) == update


@pytest.mark.parametrize("view", [BEFORE, BEFORE.model_copy(update={"examples": dict(BEFORE.examples)})])
def test_nothing_is_sent_when_nothing_changed(view: PanelView) -> None:
    assert build_update("examples", view, BEFORE, NOW) is None
