"""The protocol between a panel and its page: only changes are sent, and every message has a reply."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.console import Console
from cluster_kit.console.panel import CONSOLE, Panel, bundle_panel
from cluster_kit.sessions.board import WritePost
from cluster_kit.sessions.facilitation import Broadcast
from cluster_kit.store import StoreUnavailableError
from tests.console.conftest import LiveSession

PANELS = [
    "run_of_show",
    "attention",
    "cues",
    "prepared",
    "people",
    "exercises",
    "discuss",
    "results",
    "breakouts",
    "shared_screen",
    "questions",
    "polls",
    "announcements",
    "boards",
    "examples",
    "record",
]
SHARED = [
    "console_announcer",
    "panel",
    "panel_elements",
    "people_rooms",
    "team_contact",
    "group_editor",
    "audience",
    "show_clock",
]


@pytest.fixture
def console(live_session: LiveSession) -> Iterator[Console]:
    with closing(Console(live_session.content, live_session.number, live_session.store, live_session.fay)) as console:
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
    code, style = bundle_panel(name)
    assert "export default" in code
    assert "\nimport " not in code
    assert ".ck-groups-form" in style  # the console's own sheet


def test_only_what_changed_is_told_and_nothing_when_nothing_did(console: Console, live_session: LiveSession) -> None:
    first = live_session.session_log.do(live_session.people[0], WritePost(text="First."), subject="framing")
    console.update()
    panel = console.boards()
    told = listen(panel)
    second = live_session.session_log.do(live_session.people[0], WritePost(text="Second."), subject="framing")
    console.update()
    console.update()
    [message] = told
    assert message["changed"] == {}
    assert message["entries"]["posts"].keys() == {second.id}
    assert panel.receive({"type": "hello"})[0]["changed"]["posts"].keys() == {first.id, second.id}


@pytest.mark.parametrize(
    "message",
    [
        None, "hello", 7, [], {}, {"type": "do"}, {"type": "do", "id": "x" * 65, "kind": "end"},
        {"type": "do", "id": "a", "kind": "message", "value": "no object"}, {"type": "ask", "about": "secrets"},
        {"type": "ask", "about": ["list"]}, {"type": "do", "id": "a", "kind": "feature", "subject": "OH/examples/r1"},
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_changes_nothing(console: Console, live_session: LiveSession, message: Any) -> None:
    for panel in (console.announcements(), console.examples(), console.results(), console.breakouts()):
        [reply] = panel.receive(message)
        assert reply["type"] in ("refused", "trouble")
        assert reply["sentence"]
    assert live_session.session_log.state().record == []


def test_a_store_that_is_away_is_said_and_what_was_asked_can_be_tried_again(
    console: Console, live_session: LiveSession, tmp_path: Path
) -> None:
    panel = console.announcements()
    asked = {"type": "do", "id": "m1", "kind": "message", "value": {"text": "Hello"}}
    database = tmp_path / "kept.sqlite3"
    elsewhere = database.with_suffix(".away")
    live_session.store.close()
    os.rename(database, elsewhere)
    database.mkdir()
    try:
        assert panel.receive(asked)[0]["type"] == "trouble"
        told = listen(panel)
        with pytest.raises(StoreUnavailableError):
            console.update()
        assert told == [{"type": "seen", "seen": False}]
    finally:
        database.rmdir()
        os.rename(elsewhere, database)
    assert panel.receive(asked)[0]["type"] == "done"
    console.update()
    assert told[1] == {"type": "seen", "seen": True}
    assert [one.text for one in live_session.session_log.state().messages] == ["Hello"]


def test_every_module_of_the_console_is_one_that_the_page_may_load() -> None:
    names = {path.name for path in CONSOLE.glob("*.js")}
    assert names == {f"{name}.js" for name in (*PANELS, *SHARED)}


def test_both_panels_of_two_consoles_tell_the_same(live_session: LiveSession, console: Console) -> None:
    live_session.session_log.do(live_session.fay, Broadcast(text="Hello"))
    views = []
    with closing(Console(live_session.content, live_session.number, live_session.store, live_session.fay)) as other:
        for one in (console, other):
            one.update()
            views.append([getattr(one, name)().view for name in PANELS if name != "examples"])
    assert views[0] == views[1]
