"""Erasure for a privacy request: answers and files; interrupted, repeated, and isolated from other states."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.exercises.context import FormContext
from cluster_kit.forms.handler import FormHandler
from cluster_kit.store import NewErasure, NewEvent, Store
from cluster_kit.store.erasure_preview import erase, preview_erasure
from cluster_kit.store.files import FileStore, open_file_store
from tests.forms.samples import make_context
from tests.forms.test_files import bring, files, piece

LONG_AGO = 1_000_000_000


@pytest.fixture
def file_store(tmp_path: Path) -> FileStore:
    return open_file_store(tmp_path / "files", "sample", "OH")


def ask(**parts: Any) -> NewErasure:
    usual = {"series": "sample", "jurisdiction": "OH", "asked_by": "Fay", "why": "asked by letter"}
    return NewErasure(**{**usual, **parts})


def give(context: FormContext, file_store: FileStore, raw: bytes, answer: str, base: tuple[str, ...] = ()) -> None:
    """Upload a file and answer with it, with a time of upload long ago."""
    handler = FormHandler(bring(context, file_store), "bring")
    (reply,) = handler.receive(piece(raw, upload=answer))
    one = {"id": answer, "prompt": "list", "value": reply["value"], "base": list(base)}
    (saved,) = handler.receive({"type": "save", "message": answer, "responses": [one]})
    assert saved["type"] == "saved"
    for path in files(file_store):
        os.utime(path, (LONG_AGO, LONG_AGO))


def test_a_persons_file_goes_with_their_answers_and_a_teammates_stays(
    store: Store, ana: FormContext, ben: FormContext, file_store: FileStore
) -> None:
    give(ana, file_store, b"list of ana", "a")
    give(ben, file_store, b"list of ben", "b")
    store.add_events([NewEvent(id="p", series="sample", session=1, kind="post", jurisdiction="OH", author="ana")])
    request = ask(person="ana")
    preview = preview_erasure(store, file_store, request)
    assert (preview.answers, preview.posts, preview.other_events, preview.files) == ({(1, "bring"): 1}, 1, 0, 1)
    assert [person.id for person in preview.people] == ["ana"]
    assert len(files(file_store)) == 2
    record, gone = erase(store, file_store, request)
    assert record is not None
    assert gone == preview
    assert [path.read_bytes() for path in files(file_store)] == [b"list of ben"]
    assert [r.id for r in store.history("sample", "OH")] == ["b"]


def test_a_file_that_a_remaining_answer_names_too_stays(
    store: Store, ana: FormContext, ben: FormContext, file_store: FileStore
) -> None:
    give(ana, file_store, b"the same list", "a")
    give(ben, file_store, b"the same list", "b")
    assert preview_erasure(store, file_store, ask(person="ana")).files == 0
    erase(store, file_store, ask(person="ana"))
    assert len(files(file_store)) == 1


def test_what_was_cut_off_between_answers_and_files_is_finished_by_the_next_run(
    store: Store, ana: FormContext, file_store: FileStore
) -> None:
    give(ana, file_store, b"list of ana", "a")
    store.erase(ask(person="ana"))  # the process ends before any file is removed
    preview = preview_erasure(store, file_store, ask(person="ana"))
    assert (preview.answers, preview.files) == ({}, 1)
    record, gone = erase(store, file_store, ask(person="ana"))
    assert (record, gone.files) == (None, 1)
    assert files(file_store) == []
    assert preview_erasure(store, file_store, ask(person="ana")).is_nothing
    assert len(store.erasures("sample", "OH")) == 1


def test_a_file_that_came_after_the_erasure_and_waits_for_its_answer_stays(
    store: Store, ana: FormContext, ben: FormContext, file_store: FileStore
) -> None:
    give(ana, file_store, b"list of ana", "a")
    erase(store, file_store, ask(person="ana"))
    handler = FormHandler(bring(ben, file_store), "bring")
    handler.receive(piece(b"list of ben", upload="u9"))
    (path,) = files(file_store)
    later = store.erasures("sample")[-1].at.timestamp() + 1
    os.utime(path, (later, later))
    erase(store, file_store, ask(person="ana"))
    assert files(file_store) == [path]


def test_another_states_answers_and_files_are_untouched(store: Store, ana: FormContext, tmp_path: Path) -> None:
    gus = make_context(store, "gus", "Gus Sample", "GU")
    theirs, ours = (
        open_file_store(tmp_path / "files", "sample", "GU"),
        open_file_store(tmp_path / "files", "sample", "OH"),
    )
    give(gus, theirs, b"list of Guam", "g")
    give(ana, ours, b"list of Ohio", "a")
    erase(store, ours, ask())
    assert (files(ours), len(files(theirs))) == ([], 1)
    assert (store.history("sample", "OH"), store.people("sample", "OH")) == ([], [])
    assert [r.id for r in store.history("sample", "GU")] == ["g"]
    assert [person.id for person in store.people("sample")] == ["gus"]


def test_a_file_store_that_was_never_used_is_no_trouble(store: Store, file_store: FileStore) -> None:
    assert preview_erasure(store, file_store, ask(person="nobody")).is_nothing
    record, gone = erase(store, file_store, ask(person="nobody"))
    assert record is None
    assert gone.is_nothing
