"""File uploads: in pieces, checked before storage, and deleted when removed."""

from __future__ import annotations

import base64
import multiprocessing
import os
import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cluster_kit.content import models as m
from cluster_kit.content.models import FilePrompt
from cluster_kit.errors import ClusterKitError
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.fields import Field
from cluster_kit.forms.handler import FormHandler
from cluster_kit.forms.protocol import FilePiece
from cluster_kit.forms.uploads import NO_ROOM, TOO_MANY_FILES, Uploads
from cluster_kit.store.files import LONGEST_NAME, FileStore, LostFileError, UploadedFile, clean_file_name
from cluster_kit.store.upload_quota import DAY_S, MAX_PERSON_BYTES, MAX_PERSON_FILES, UploadQuota
from tests.forms.harness import FormPage
from tests.forms.samples import everything_content, replace_context
from tests.forms.stepping import check_reply
from tests.forms.uploading import PATIENCE_S, store_files

LIST = m.FilePrompt(kind="file", id="list", label="Your list", accepts=("csv", "xlsx"), largest_mb=1)
BRING = m.Exercise(
    id="bring",
    title="Bring a list",
    segment=m.SegmentKind.POLICY_TOOL,
    minutes=5,
    intent="To look at a real list.",
    keeps="a list",
    prompts=(LIST, m.TextPrompt(kind="text", id="words", label="What is in it?")),
)
TEXT = b"title,code\nWelding,48.0508\n"


class RefusedError(ClusterKitError):
    """An extension's refusal."""


def refuse_names(prompt: str, name: str, raw: bytes) -> None:
    if b"student name" in raw.lower():
        raise RefusedError(f"{name}: a column about single students.")


@pytest.fixture
def file_store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files" / "sample" / "OH")


@pytest.fixture
def uploads(ana: FormContext, file_store: FileStore) -> Uploads:
    return Uploads(replace_context(ana, files=file_store), {"list": Field(LIST, m.Scope.TEAM)}, refuse_names)


def bring(context: FormContext, file_store: FileStore) -> FormContext:
    """The same context with the file exercise."""
    content = everything_content()
    session = content.sessions[0].model_copy(update={"exercises": (*content.sessions[0].exercises, BRING)})
    return replace_context(context, content=content.model_copy(update={"sessions": (session,)}), files=file_store)


def piece(raw: bytes = TEXT, at: int = 0, end: int | None = None, **changes: Any) -> dict[str, Any]:
    data = base64.b64encode(raw[at:end]).decode()
    usual = {"type": "file", "upload": "u1", "prompt": "list", "name": "list.csv", "size": len(raw)}
    return {**usual, "at": at, "data": data, **changes}


def receive(uploads: Uploads, message: dict[str, Any]) -> dict[str, Any]:
    return check_reply(uploads.receive(FilePiece.model_validate(message)))


def files(file_store: FileStore) -> list[Path]:
    return [path for path in file_store.folder.rglob("*") if path.is_file()] if file_store.folder.exists() else []


def test_pieces_become_a_file_that_its_owner_alone_can_read(uploads: Uploads, file_store: FileStore) -> None:
    assert receive(uploads, piece(end=10)) == {"type": "file", "upload": "u1", "have": 10}
    value = receive(uploads, piece(at=10))["value"]
    given = UploadedFile.model_validate(value)
    assert (given.name, given.size, file_store.read(given)) == ("list.csv", len(TEXT), TEXT)
    (kept,) = files(file_store)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(file_store.folder.stat().st_mode) == 0o700
    assert kept.name == given.sha256


def test_a_piece_that_comes_twice_or_too_early_changes_nothing(uploads: Uploads) -> None:
    receive(uploads, piece(end=10))
    assert receive(uploads, piece(end=10))["have"] == 10
    assert receive(uploads, piece(at=20))["have"] == 10
    done = receive(uploads, piece(at=10))
    assert receive(uploads, piece(at=10)) == done


def test_an_upload_that_begins_anew_begins_at_nothing(uploads: Uploads) -> None:
    receive(uploads, piece(end=10))
    assert receive(uploads, piece(at=10, upload="u2"))["have"] == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "list.exe"}, "must end in one of .csv, .xlsx"),
        ({"name": "list"}, "must end in one of"),
        ({"size": 0, "data": ""}, "is empty"),
        ({"size": 1_000_001}, "up to 1 MB can be taken"),
        ({"size": 3}, "did not arrive as it was sent"),
        ({"data": "***"}, "did not arrive as it was sent"),
        ({"prompt": "words"}, "No file belongs here"),
        ({"prompt": "../list"}, "No file belongs here"),
    ],
)
def test_what_can_not_be_taken_is_refused_with_a_sentence_and_nothing_is_kept(
    uploads: Uploads, file_store: FileStore, changes: dict[str, Any], words: str
) -> None:
    assert words in receive(uploads, piece(**changes))["problem"]
    assert files(file_store) == []


def test_a_file_that_its_specialist_refuses_never_touches_the_disk(uploads: Uploads, file_store: FileStore) -> None:
    reply = receive(uploads, piece(b"Student Name\nAna\n"))
    assert reply["problem"] == "list.csv: a column about single students."
    assert files(file_store) == []


def test_a_specialist_that_breaks_is_a_sentence(ana: FormContext, file_store: FileStore) -> None:
    def break_down(prompt: str, name: str, raw: bytes) -> None:
        raise RuntimeError("secret path")

    context = replace_context(ana, files=file_store)
    uploads = Uploads(context, {"list": Field(LIST, m.Scope.TEAM)}, break_down)
    assert (
        receive(uploads, piece())["problem"] == "list.csv could not be read. Open it, save a copy, and choose the copy."
    )
    assert files(file_store) == []


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\me\\list.csv", "list.csv"),
        ("a\x00b\u202egnp.csv", "abgnp.csv"),
        ("<script>alert(1)<\\/script>.csv", "script>.csv"),
        ("é" * 300 + ".csv", "é" * (LONGEST_NAME - 5) + "….csv"),
        ("///", "file"),
        ("x" * (LONGEST_NAME - 1) + " y", "x" * (LONGEST_NAME - 1)),
    ],
)
def test_a_hostile_name_is_a_name_and_nothing_else(name: str, clean: str) -> None:
    assert clean_file_name(name) == clean
    assert len(clean) <= LONGEST_NAME
    assert clean_file_name(clean) == clean


def test_the_answer_names_the_file_and_only_one_that_is_here(ana: FormContext, file_store: FileStore) -> None:
    handler = FormHandler(bring(ana, file_store), "bring")
    (reply,) = handler.receive(piece())
    good = {"id": "r1", "prompt": "list", "value": reply["value"]}
    lies: list[dict[str, Any]] = [
        {"sha256": "0" * 64},
        {"sha256": "../../secret"},
        {"size": 5},
        {"name": "list.exe"},
        {"name": "<b>\u202e.csv"},
        {"name": "../list.csv"},
        {"name": " list.csv"},
        {"more": 1},
    ]
    bad = [{"id": f"b{n}", "prompt": "list", "value": {**reply["value"], **lie}} for n, lie in enumerate(lies)]
    refused, saved = handler.receive({"type": "save", "message": "m1", "responses": [good, *bad]})
    assert [problem["id"] for problem in refused["problems"]] == [one["id"] for one in bad]
    assert [receipt["id"] for receipt in saved["receipts"]] == ["r1"]


def test_a_file_that_is_taken_away_is_gone_from_the_disk_unless_another_answer_names_it(
    ana: FormContext, file_store: FileStore
) -> None:
    handler = FormHandler(bring(ana, file_store), "bring")

    def save(id_: str, value: Any, base: list[str]) -> None:
        handler.receive(
            {"type": "save", "message": id_, "responses": [{"id": id_, "prompt": "list", "value": value, "base": base}]}
        )

    first = handler.receive(piece())[0]["value"]
    save("r1", first, [])
    second = handler.receive(piece(TEXT * 2, upload="u2"))[0]["value"]
    save("r2", second, ["r1"])
    assert [path.name for path in files(file_store)] == [second["sha256"]]
    save("r3", None, ["r2"])
    assert files(file_store) == []
    with pytest.raises(LostFileError, match=r"list\.csv is no longer here"):
        file_store.read(UploadedFile.model_validate(second))


def test_without_a_file_store_no_file_is_taken(ana: FormContext, file_store: FileStore) -> None:
    handler = FormHandler(replace_context(bring(ana, file_store), files=None), "bring")
    assert "state's page" in handler.receive(piece())[0]["problem"]


SHOWN = FilePrompt(kind="file", id="list", label="List", accepts=("csv",))


def test_a_file_is_formatted_as_its_name_and_size() -> None:
    assert SHOWN.format_value({"name": "list.csv", "sha256": "0", "size": 240_400}) == "list.csv (240 kB)"
    assert SHOWN.format_value({"name": "list.csv", "sha256": "0", "size": 3_150_000}) == "list.csv (3.1 MB)"


# --- in the browser ---------------------------------------------------------------------------------------------

OpenForm = Callable[[FormContext, str], FormPage]


def give(form_page: FormPage, raw: bytes, name: str = "list.csv") -> None:
    form_page.page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": raw})


@pytest.mark.browser
def test_a_file_is_given_shown_to_the_team_and_taken_away(
    ana: FormContext, ben: FormContext, file_store: FileStore, open_form: OpenForm
) -> None:
    form_page, other = open_form(bring(ana, file_store), "bring"), open_form(bring(ben, file_store), "bring")
    give(form_page, TEXT * 20_000, "my <b>list</b>.csv".replace("/", ""))
    form_page.page.get_by_text("The file has arrived.").wait_for()
    form_page.page.wait_for_function("() => window.states.at(-1).state === 'saved' && window.states.at(-1).at")
    assert sum(message["type"] == "file" for message in form_page.received) == 3
    other.look()
    other.page.get_by_text("Given: my <b>list<b>.csv (540 kB)").wait_for()
    other.page.get_by_role("button", name="Remove this file").click()
    other.page.get_by_text("No file given yet.").wait_for()
    other.page.wait_for_function("() => window.states.at(-1).state === 'saved' && window.states.at(-1).at")
    assert files(file_store) == []


@pytest.mark.browser
def test_an_upload_goes_on_when_the_line_is_back(ana: FormContext, file_store: FileStore, open_form: OpenForm) -> None:
    form_page = open_form(bring(ana, file_store), "bring")
    form_page.line = "cut"
    give(form_page, TEXT)
    form_page.page.get_by_text("Sending the file.").wait_for()
    form_page.line = "up"
    form_page.page.evaluate("window.fire('ck:connected')")
    form_page.page.get_by_text("The file has arrived.").wait_for()


@pytest.mark.browser
def test_a_page_that_is_left_while_it_sends_says_so_when_it_is_back(
    ana: FormContext, file_store: FileStore, open_form: OpenForm
) -> None:
    form_page = open_form(bring(ana, file_store), "bring")
    form_page.line = "cut"
    give(form_page, TEXT)
    form_page.page.get_by_text("Sending the file.").wait_for()
    form_page.page.on("dialog", lambda dialog: dialog.accept())
    form_page.line = "up"
    form_page.reload()
    form_page.page.get_by_text("list.csv did not arrive").wait_for()
    assert form_page.current("list") == []


@pytest.mark.browser
def test_a_file_of_another_kind_is_not_even_sent(ana: FormContext, file_store: FileStore, open_form: OpenForm) -> None:
    form_page = open_form(bring(ana, file_store), "bring")
    give(form_page, TEXT, "list.pdf")
    form_page.page.get_by_text("must end in one of .csv, .xlsx").wait_for()
    assert not any(message["type"] == "file" for message in form_page.received)


def test_a_file_that_no_answer_names_is_deleted_a_day_later(ana: FormContext, file_store: FileStore) -> None:
    handler = FormHandler(bring(ana, file_store), "bring")
    [named] = handler.receive(piece(b"title\nNamed\n"))
    answer = {"id": "a1", "prompt": "list", "value": named["value"]}
    assert handler.receive({"type": "save", "message": "1", "responses": [answer]})[-1]["type"] == "saved"
    handler.receive(piece(b"title\nUnnamed\n", upload="u2"))
    for digest in file_store.digests():
        os.utime(file_store.folder / digest, (0, 0))
    [new] = handler.receive(piece(b"title\nNew\n", upload="u3"))
    assert file_store.digests() == {named["value"]["sha256"], new["value"]["sha256"]}


def test_one_person_cannot_fill_the_states_room(uploads: Uploads, file_store: FileStore, ana: FormContext) -> None:
    for number in range(MAX_PERSON_FILES):
        assert receive(uploads, piece(f"title\n{number}\n".encode(), upload=f"u{number}"))["value"]
    assert receive(uploads, piece(upload="last"))["problem"] == TOO_MANY_FILES
    assert len(files(file_store)) == MAX_PERSON_FILES
    mate = replace_context(ana, files=file_store, upload_quota=UploadQuota())
    assert receive(Uploads(mate, {"list": Field(LIST, m.Scope.TEAM)}, refuse_names), piece(upload="of a mate"))["value"]


def test_the_quota_is_for_a_day_and_counts_bytes() -> None:
    now = [0.0]
    quota = UploadQuota(lambda: now[0])
    assert quota.take("ana", MAX_PERSON_BYTES - 1)
    assert not quota.take("ana", 2)
    assert quota.take("ana", 1)
    quota.give_back("ana", 1)
    assert quota.take("ana", 1)
    now[0] = DAY_S
    assert quota.take("ana", MAX_PERSON_BYTES)


def test_a_file_for_which_the_state_has_no_room_does_not_count_for_the_person(
    ana: FormContext, file_store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cluster_kit.store.files.MAX_STATE_FILES", 0)
    quota = UploadQuota()
    context = replace_context(ana, files=file_store, upload_quota=quota)
    uploads = Uploads(context, {"list": Field(LIST, m.Scope.TEAM)}, refuse_names)
    assert receive(uploads, piece())["problem"] == NO_ROOM
    assert quota.take(ana.person.id, MAX_PERSON_BYTES)


def test_processes_that_upload_at_once_do_not_exceed_the_states_room(file_store: FileStore) -> None:
    spawn = multiprocessing.get_context("spawn")  # forking this process, which has threads, is not safe
    begin, kept = spawn.Barrier(4), spawn.Queue()
    processes = [
        spawn.Process(target=store_files, args=(file_store.folder, 20, number, begin, kept), daemon=True)
        for number in range(4)
    ]
    for process in processes:
        process.start()
    assert sum(kept.get(timeout=PATIENCE_S) for _ in processes) == len(file_store.digests()) == 20
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4


def test_uploads_of_one_person_at_once_do_not_exceed_their_quota(ana: FormContext, file_store: FileStore) -> None:
    quota = UploadQuota()
    context = replace_context(ana, files=file_store, upload_quota=quota)
    for _ in range(MAX_PERSON_FILES - 2):
        assert quota.take(ana.person.id, 1)
    barrier = threading.Barrier(6)

    def wait_for_others(_prompt: str, _name: str, _raw: bytes) -> None:
        barrier.wait()

    def upload(number: int) -> bool:
        pages = Uploads(context, {"list": Field(LIST, m.Scope.TEAM)}, wait_for_others)
        return "value" in receive(pages, piece(f"title\n{number}\n".encode()))

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(upload, range(6))) == 2
