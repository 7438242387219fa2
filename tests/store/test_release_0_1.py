"""A store that release 0.1 wrote opens with everything in it (``make_store_of_0_1.py`` says how it was made)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.store import ReusedIdError, Store
from tests.store.make_store_of_0_1 import ANSWERS, SERIES, make_answer, read_everything

DATA = Path(__file__).parent / "data"
PARTS = (
    *("history", "current", "latest_seq", "watermarks", "superseded", "receipts"),
    *("people", "team_codes", "ended_code", "events", "presence", "erasures"),
)


@pytest.fixture
def old_store(tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "store.sqlite3"
    shutil.copy(DATA / "store-0.1.sqlite3", path)
    with Store.open(f"sqlite:///{path}") as store:
        yield store


@pytest.fixture
def read_by_0_1() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "store-0.1.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("part", PARTS)
def test_this_release_reads_what_release_0_1_read(old_store: Store, read_by_0_1: dict[str, Any], part: str) -> None:
    assert read_by_0_1[part]
    assert read_everything(old_store)[part] == read_by_0_1[part]


def test_every_part_is_compared(read_by_0_1: dict[str, Any]) -> None:
    assert set(read_by_0_1) == set(PARTS)


def test_answers_of_release_0_1_come_back_as_they_were_typed(old_store: Store) -> None:
    kept = {response.id: response for state in ("OH", "GU") for response in old_store.history(SERIES, state)}
    for answer in ANSWERS:
        if not answer.id.startswith("erased"):
            assert kept.pop(answer.id).model_dump(exclude={"seq", "at"}) == answer.model_dump()
    assert kept == {}


def test_receipts_of_release_0_1_are_of_every_kind(read_by_0_1: dict[str, Any]) -> None:
    status = {receipt["id"]: receipt["status"] for receipt in read_by_0_1["receipts"]}
    assert (status["second"], status["open-conflict"]) == ("conflict", "conflict")
    assert (status["first"], status["settled"], status["erased-1"]) == ("duplicate", "duplicate", "duplicate")


def test_a_new_answer_continues_where_release_0_1_stopped(old_store: Store) -> None:
    newest = max(old_store.latest_seq(SERIES, state) for state in ("OH", "GU"))
    [receipt] = old_store.append([make_answer("new", "Settled.", base=("second", "open-conflict"))])
    assert (receipt.status, receipt.seq) == ("saved", newest + 1)
    at_goal = [response.id for response in old_store.current(SERIES, "OH") if response.row == "g1"]
    assert at_goal == ["same-2", "new"]


def test_an_id_that_release_0_1_kept_is_not_given_to_other_words(old_store: Store) -> None:
    with pytest.raises(ReusedIdError):
        old_store.append([make_answer("first", "Other words.")])
