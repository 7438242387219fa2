"""National charts in a session: the log keeps them as published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster_kit.content import load_content
from cluster_kit.insights.national import National, survey_states
from cluster_kit.insights.suppression import AS_IT_WAS, Published, find_published, publish_item, read_published
from cluster_kit.sessions import NotAllowedError, SessionLog
from cluster_kit.sessions.facilitation import ShowPicture, Undo
from cluster_kit.settings import sqlite_url
from cluster_kit.store import Person, Store
from tests.insights.nation import stand_at

CONTENT = load_content("2026")
ITEM = CONTENT.instrument.items[0].id
FAY = Person(id="fay", series="2026", jurisdiction="", name="Fay")
ANA = Person(id="ana", series="2026", jurisdiction="OH", name="Ana")


@pytest.fixture
def session_log(tmp_path: Path) -> Iterator[SessionLog]:
    with Store.open(sqlite_url(tmp_path / "kept.sqlite3")) as store:
        yield SessionLog(store, "2026", CONTENT.get_session(1))


def nation(*counts: int) -> National:
    codes = [jurisdiction.code for jurisdiction in CONTENT.jurisdictions]
    return survey_states(CONTENT, dict(zip(codes, stand_at(CONTENT, ITEM, counts).values(), strict=False)))


def show(session_log: SessionLog, *counts: int) -> Published:
    """A chart that a facilitator shows with these counts, as participants see it."""
    seen = read_published(session_log.state().record)
    picture = publish_item(CONTENT, nation(*counts), ITEM, seen)
    session_log.do(FAY, ShowPicture(picture=picture.model_dump(mode="json")), subject=ITEM)
    shown = find_published(session_log.state().pictures[ITEM])
    assert shown
    return shown


def test_what_is_shown_is_read_from_the_session_log_as_it_was(session_log: SessionLog) -> None:
    shown = show(session_log, 0, 12, 20, 8, 9)
    assert [part.count for part in shown.rows[0].parts] == [12, 20, 8, 9]
    assert show(session_log, 0, 11, 20, 9, 9).rows[0].note == AS_IT_WAS
    assert [part.count for part in show(session_log, 0, 12, 20, 14, 9).rows[0].parts] == [12, 20, 14, 9]


def test_a_picture_that_was_hidden_or_undone_is_gone_from_pages_and_still_counts_as_seen(
    session_log: SessionLog,
) -> None:
    show(session_log, 0, 12, 20, 8, 9)
    session_log.do(FAY, ShowPicture(shown=False), subject=ITEM)
    assert (session_log.state().shown, session_log.state().pictures) == (set(), {})
    assert show(session_log, 0, 11, 20, 9, 9).rows[0].note == AS_IT_WAS
    for event in session_log.state().record:
        session_log.do(FAY, Undo(), subject=event.id)
    assert session_log.state().pictures == {}
    assert len(read_published(session_log.state().record)) == 2
    assert show(session_log, 0, 11, 20, 9, 9).rows[0].note == AS_IT_WAS


def test_a_participant_cannot_put_a_picture_on_the_pages(session_log: SessionLog) -> None:
    with pytest.raises(NotAllowedError):
        session_log.do(ANA, ShowPicture(picture={"subject": ITEM}), subject=ITEM)
    assert session_log.state().pictures == {}
