"""Commands from pages: each is executed, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cluster_kit.content import load_content
from cluster_kit.sessions import InvalidCommandError, NotAllowedError, SessionLog
from cluster_kit.sessions.facilitation import Reveal
from cluster_kit.sessions.requests import (
    FORMS_ONLY,
    NOT_UNDERSTOOD,
    CommandRequest,
    MalformedCommandError,
    run_command,
)
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Person, Store

SESSION = load_content("2026").get_session(1)
RATED, UNRATED = "rate_systems", "goals"
FAY = Person(id="fay", series="2026", jurisdiction="", name="Fay")
ANA = Person(id="ana", series="2026", jurisdiction="OH", name="Ana")


@pytest.fixture
def session_log(tmp_path: Path) -> Iterator[SessionLog]:
    with Store.open(sqlite_url(tmp_path / "kept.sqlite3")) as store:
        yield SessionLog(store, "2026", SESSION)


def ask(kind: str, subject: str = "", **value: Any) -> CommandRequest:
    return CommandRequest(id="once", kind=kind, subject=subject, value=value)


@pytest.mark.parametrize("event_id", ["", "!!!", "a b", "-x", "x" * 65, "é"])
def test_an_id_that_cannot_be_kept_is_no_request(event_id: str) -> None:
    with pytest.raises(ValidationError):
        CommandRequest(id=event_id, kind="park")


@pytest.mark.parametrize("jurisdiction", ["oh", "éé", "O", "OHI"])
def test_a_state_that_cannot_be_kept_is_no_request(jurisdiction: str) -> None:
    with pytest.raises(ValidationError):
        CommandRequest(id="once", kind="park", jurisdiction=jurisdiction)


@pytest.mark.parametrize("jurisdiction", [None, "OH"])
def test_a_state_of_ones_own_is(session_log: SessionLog, jurisdiction: str | None) -> None:
    request = CommandRequest(id="once", kind="park", jurisdiction=jurisdiction, value={"text": "Later"})
    assert run_command(session_log, ANA, request).jurisdiction == "OH"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (ask("show", "areas", picture="x" * 300_000), "The answer is 301 kB long, and 200 kB is the most. Shorten it."),
        (ask("groups", title="x", groups=[{"number": 1, "states": ["OH"], "reason": "x" * 300_000}]), "The answer is"),
        (ask("show", "areas", picture=[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]), "The answer is nested"),
        (ask("show", "areas", picture=float("inf")), "The answer is not a finite number"),
        (ask("hologram"), NOT_UNDERSTOOD),
    ],
    ids=["large", "a large reason", "deep", "infinite", "unknown"],
)
def test_what_no_event_can_hold_is_refused_in_a_sentence(
    session_log: SessionLog, asked: CommandRequest, sentence: str
) -> None:
    with pytest.raises(MalformedCommandError) as refused:
        run_command(session_log, FAY, asked)
    assert str(refused.value).startswith(sentence)
    assert session_log.state().seq == 0


@pytest.mark.parametrize("text", ["\u200b\u200b", "\u2800", "\u3164", "\u202e", "\u200d", "\x00", "\U000e0041\u0301"])
def test_a_text_of_which_nothing_can_be_seen_is_no_text(session_log: SessionLog, text: str) -> None:
    for asked in (ask("post", "framing", text=text), ask("park", text=text)):
        with pytest.raises(MalformedCommandError, match="Write a few words first"):
            run_command(session_log, ANA, asked)
    shown = ask("post", "framing", text="\u0645\u06cc\u200c\u062e 👩‍👩‍👧")
    assert run_command(session_log, ANA, shown).value["text"] == "\u0645\u06cc\u200c\u062e 👩‍👩‍👧"


def test_a_shared_link_shows_its_host_first(session_log: SessionLog) -> None:
    for url in ("https://careertech.org@evil.example/", "https://a:b@evil.example", "javascript:alert(1)"):
        with pytest.raises(MalformedCommandError, match="That is not a web address"):
            run_command(session_log, FAY, ask("link", text="The Framework", url=url))
    run_command(session_log, FAY, ask("link", text="The Framework", url="https://careertech.org/@cte"))


@pytest.mark.parametrize("revealed", [True, False])
def test_a_participants_page_reveals_nothing_by_command(session_log: SessionLog, revealed: bool) -> None:
    session_log.do(FAY, Reveal(), subject=RATED, jurisdiction="GU" if revealed else "OH")
    with pytest.raises(NotAllowedError) as refused:
        run_command(session_log, ANA, ask("reveal", RATED, revealed=revealed))
    assert str(refused.value) == FORMS_ONLY
    assert session_log.state().is_revealed(RATED, "OH") is not revealed


def test_a_facilitator_reveals_by_command_where_people_rate(session_log: SessionLog) -> None:
    run_command(session_log, FAY, ask("reveal", RATED))
    assert session_log.state().is_revealed(RATED, "OH")
    with pytest.raises(InvalidCommandError):
        run_command(session_log, FAY, ask("reveal", UNRATED))
