"""The conversation between a panel and its page: only what changed is told, and every message has a reply."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.console import Console
from cluster_kit.console.bundle import CONSOLE, bundle
from cluster_kit.console.panel import Panel
from cluster_kit.sessions.board import WritePost
from cluster_kit.sessions.facilitation import Broadcast
from cluster_kit.store import StoreUnavailableError
from tests.console.conftest import Meeting

PANELS = [
    "run_of_show",
    "people",
    "exercises",
    "discuss",
    "results",
    "breakouts",
    "announcements",
    "boards",
    "examples",
    "record",
]


@pytest.fixture
def console(meeting: Meeting) -> Iterator[Console]:
    with closing(Console(meeting.content, meeting.number, meeting.store, meeting.fay)) as console:
        yield console


def listen(panel: Panel) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    panel.send = lambda content, buffers=None: told.append(content)
    return told


@pytest.mark.parametrize("name", PANELS)
def test_every_panel_opens_answers_a_greeting_and_is_bundled_for_jupyterlab(console: Console, name: str) -> None:
    panel = getattr(console, name)()
    [reply] = panel.receive({"type": "hello"})
    assert (reply["type"], reply["whole"], reply["changed"]) == ("view", True, panel.view)
    assert panel.module == f"console/{name}.js"
    code, style = bundle(name)
    assert "export default" in code
    assert "\nimport " not in code
    assert style.startswith("/* The console's panels.")


def test_only_what_changed_is_told_and_nothing_when_nothing_did(console: Console, meeting: Meeting) -> None:
    first = meeting.journal.do(meeting.people[0], WritePost(text="First."), subject="framing")
    console.look_once()
    panel = console.boards()
    told = listen(panel)
    second = meeting.journal.do(meeting.people[0], WritePost(text="Second."), subject="framing")
    console.look_once()
    console.look_once()
    [message] = told
    assert message["changed"].keys() == {f"post {second.id}"}
    assert f"post {first.id}" in panel.receive({"type": "hello"})[0]["changed"]


@pytest.mark.parametrize(
    "message",
    [
        None, "hello", 7, [], {}, {"type": "do"}, {"type": "do", "id": "x" * 65, "kind": "end"},
        {"type": "do", "id": "a", "kind": "message", "value": "no object"}, {"type": "ask", "about": "secrets"},
        {"type": "ask", "about": ["list"]}, {"type": "do", "id": "a", "kind": "feature", "subject": "OH/examples/r1"},
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_changes_nothing(console: Console, meeting: Meeting, message: Any) -> None:
    for panel in (console.announcements(), console.examples(), console.results(), console.breakouts()):
        [reply] = panel.receive(message)
        assert reply["type"] in ("refused", "trouble")
        assert reply["sentence"]
    assert meeting.journal.standing().record == []


def test_a_store_that_is_away_is_said_and_what_was_asked_can_be_tried_again(
    console: Console, meeting: Meeting, tmp_path: Path
) -> None:
    panel = console.announcements()
    asked = {"type": "do", "id": "m1", "kind": "message", "value": {"text": "Hello"}}
    database = tmp_path / "kept.sqlite3"
    elsewhere = database.with_suffix(".away")
    meeting.store.close()
    os.rename(database, elsewhere)
    database.mkdir()
    try:
        assert panel.receive(asked)[0]["type"] == "trouble"
        told = listen(panel)
        with pytest.raises(StoreUnavailableError):
            console.look_once()
        assert told == [{"type": "seen", "seen": False}]
    finally:
        database.rmdir()
        os.rename(elsewhere, database)
    assert panel.receive(asked)[0]["type"] == "done"
    console.look_once()
    assert told[1] == {"type": "seen", "seen": True}
    assert [one.text for one in meeting.journal.standing().messages] == ["Hello"]


def test_every_module_of_the_console_is_one_that_the_page_may_load() -> None:
    names = {path.name for path in CONSOLE.glob("*.js")}
    assert names == {f"{name}.js" for name in (*PANELS, "panel", "panel_elements")}


def test_both_panels_of_two_consoles_tell_the_same(meeting: Meeting, console: Console) -> None:
    meeting.journal.do(meeting.fay, Broadcast(text="Hello"))
    views = []
    with closing(Console(meeting.content, meeting.number, meeting.store, meeting.fay)) as other:
        for one in (console, other):
            one.look_once()
            views.append([getattr(one, name)().view for name in PANELS if name != "examples"])
    assert views[0] == views[1]
