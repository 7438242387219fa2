"""Facilitator commands: executed once, refused with a sentence, or failed; never an exception."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.console import Console, NotAFacilitatorError, command_handler
from cluster_kit.console.command_handler import CommandHandler
from cluster_kit.console.protocol import PanelRefusal
from cluster_kit.sessions.requests import NOT_UNDERSTOOD, CommandRequest
from cluster_kit.settings import HOME_VARIABLE, Settings
from cluster_kit.store import Person, Store
from tests.console.conftest import LiveSession
from tests.console.seeding import add_facilitator


@pytest.fixture
def commands(live_session: LiveSession) -> CommandHandler:
    return CommandHandler(live_session.store, live_session.session_log, live_session.fay)


def ask(kind: str, subject: str = "", ask_id: str = "a1", **value: Any) -> CommandRequest:
    return CommandRequest(id=ask_id, kind=kind, subject=subject, value=value)


def test_the_same_thing_asked_twice_is_done_once(commands: CommandHandler, live_session: LiveSession) -> None:
    for _ in range(2):
        assert commands.handle(ask("minutes", "framing", minutes=5)).type == "done"
    assert live_session.session_log.state().changed_minutes == {"framing": 5}


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (ask("message", text="   "), "Write a few words first."),
        (ask("message", text="x" * 501), "This is 501 characters long, and 500 is the most. Shorten it."),
        (ask("link", text="Here", url="javascript:alert(1)"), "That is not a web address."),
        (ask("link", text="Here", url="example"), "That is not a web address."),
        (ask("minutes", "framing", minutes=100), "Give or take between 1 and 60 minutes"),
        (ask("minutes", "framing", minutes=-30), "A segment keeps at least one minute."),
        (ask("segment", "lunch"), "Session 1 has no segment 'lunch'."),
        (ask("undo", "nothing"), "There is nothing to undo."),
        (ask("drop_table"), NOT_UNDERSTOOD),
        (ask("message", text="Hello", author="somebody else"), NOT_UNDERSTOOD),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    commands: CommandHandler, live_session: LiveSession, asked: CommandRequest, sentence: str
) -> None:
    reply = commands.handle(asked)
    assert (reply.type, reply.id) == ("refused", "a1")
    assert isinstance(reply, PanelRefusal)
    assert reply.sentence.startswith(sentence)
    assert live_session.session_log.state().record == []


def test_a_former_facilitator_is_refused(commands: CommandHandler, live_session: LiveSession) -> None:
    live_session.store.change_person(live_session.fay.model_copy(update={"jurisdiction": "OH"}))
    assert commands.handle(ask("message", text="Hello")) == PanelRefusal(id="a1", sentence=command_handler.NO_LONGER)
    assert live_session.session_log.state().messages == []


def test_a_participant_does_nothing_with_the_console_s_own_tools(live_session: LiveSession) -> None:
    reply = CommandHandler(live_session.store, live_session.session_log, live_session.people[0]).handle(
        ask("segment", "framing")
    )
    assert isinstance(reply, PanelRefusal)
    assert reply.sentence == command_handler.NO_LONGER


def test_a_live_console_opens_for_facilitators_of_the_series_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    with Store.open(Settings.read().db_url) as store:
        add_facilitator(store, "2026")
        add_facilitator(store, "2027", "other")
        store.add_person(Person(id="ana", series="2026", jurisdiction="OH", name="Ana"))
    for person in ("ana", "other", "nobody", ""):
        with pytest.raises(NotAFacilitatorError):
            Console.open(series="2026", session=1, person=person, mode="live")
    with closing(Console.open(series="2026", session=1, person="fay", mode="live")) as console:
        assert console.record().view == {"done": []}


def test_opened_by_hand_the_name_stands_in_the_record_and_without_one_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    practice = Console.open(series="2026", session=1, person="", mode="staff")
    assert (
        practice.announcements().receive({"type": "do", "id": "m", "kind": "message", "value": {"text": "Hi"}})[0]["id"]
        == "m"
    )
    assert list(tmp_path.iterdir()) == []
    for _ in range(2):
        console = Console.open(series="2026", session=1, person=" Robin Sample ", mode="staff")
    assert (
        console.announcements().receive({"type": "do", "id": "m", "kind": "message", "value": {"text": "Hi"}})[0][
            "type"
        ]
        == "done"
    )
    console.update()
    assert [line["who"] for line in console.record().view["done"]] == ["Robin Sample"]
