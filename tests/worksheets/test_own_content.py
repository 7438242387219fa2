"""Forms of a worksheet on a machine that does not have the content that the worksheet was made from."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from cluster_kit.content.folders import SHIPPED
from cluster_kit.content.loading import load_content
from cluster_kit.content.portable import load_carried_content, read_own_files
from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings
from cluster_kit.worksheets import WorksheetRequest, collect, make_worksheets
from cluster_kit.worksheets.forms_here import OTHER_KIT, OTHER_VERSION, show_forms
from cluster_kit.worksheets.marks import WorksheetId
from cluster_kit.worksheets.typed import NotebookSeed, pack_seed

POLL = """
  - id: quick_poll
    title: A quick poll
    segment: next_steps
    when: follow_up
    about_minutes: 2
    intent: To know how ready you are.
    steps: [Answer the question.]
    keeps: how ready you are
    prompts:
      - { id: ready, kind: text, label: How ready is your state?, words: 10 }
"""
TYPE = """
forms = _
form = next(form for form in forms.children[1:] if form.schema["exercise"] == "quick_poll")
answer = {"id": "typed-1", "prompt": "ready", "row": "", "value": "Nearly ready", "base": []}
form._on_message(None, {"type": "save", "message": "m", "responses": [answer]}, [])
import asyncio
while "(1 so far)" not in forms.children[0].value:
    await asyncio.sleep(0.01)
"""


@pytest.fixture
def sender(tmp_path: Path) -> Settings:
    """The home of an organization with a series of its own, 2031, which has an exercise of its own."""
    settings = Settings(tmp_path / "sender")
    series = settings.content / "series" / "2031"
    shutil.copytree(SHIPPED / "series" / "2026", series)
    head = series / "series.yaml"
    head.write_text(
        head.read_text("utf-8").replace("id: '2026'", "id: '2031'").replace('id: "2026"', 'id: "2031"'), "utf-8"
    )
    session = series / "session_1.yaml"
    session.write_text(session.read_text("utf-8").rstrip("\n") + POLL, "utf-8")
    assert load_content("2031", overlay=settings.content).get_session(1).find_exercise("quick_poll")
    return settings


def test_forms_ask_what_the_worksheet_was_made_from_on_a_machine_without_that_content(
    sender: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = next(make_worksheets(sender, WorksheetRequest("2031", 1, ["OH"], ("ipynb",)), tmp_path / "out"))
    monkeypatch.setenv("CLUSTER_KIT_HOME", str(tmp_path / "receiver"))
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    place = next(n for n, cell in enumerate(notebook.cells) if "show_forms" in cell.source)
    notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(TYPE))  # type: ignore[no-untyped-call]
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, kernel_name="python3", timeout=60, resources=resources).execute()
    del notebook.cells[place + 1]
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
    [receipt] = collect(sender, [path])
    assert receipt.status == "read"
    assert ("A quick poll – How ready is your state?", "Nearly ready") in [(o.where, o.words) for o in receipt.outcomes]


def test_shipped_content_is_not_carried(tmp_path: Path) -> None:
    assert read_own_files("2026", tmp_path / "none") == {}
    assert load_carried_content("2026", {}).version == load_content("2026").version


def test_carried_content_is_the_same_content(sender: Settings) -> None:
    files = read_own_files("2031", sender.content)
    assert set(files) >= {"series/2031/series.yaml", "series/2031/session_1.yaml", "series/2031/shared.yaml"}
    assert load_carried_content("2031", files).version == load_content("2031", overlay=sender.content).version


@pytest.mark.parametrize("name", ["../../etc/cron.yaml", "/etc/x.yaml", "series/2031/run.py", "a/../b.yaml"])
def test_a_file_of_another_name_is_refused_and_not_written(name: str) -> None:
    with pytest.raises(UsageError, match="is no content file"):
        load_carried_content("2031", {name: "x: 1"})


def test_another_version_of_the_kit_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    head = str(WorksheetId("2026", 1, "OH", 0))
    forms = show_forms(pack_seed(NotebookSeed(head=head, exercises=("goals",), version="0" * 12), [], {}))
    assert OTHER_VERSION in forms.children[0].value
    for form in forms.children[1:]:
        form.close()
    broken = NotebookSeed(head=head, version="0" * 12, files={"series/2026/session_1.yaml": "schema_version: 99"})
    with pytest.raises(UsageError, match=OTHER_KIT[:40]):
        show_forms(pack_seed(broken, [], {}))


def test_a_changed_question_is_asked_in_worksheets_made_later_by_the_same_program(
    sender: Settings, tmp_path: Path
) -> None:
    wanted = WorksheetRequest("2031", 1, ["OH"], ("ipynb",))
    question, file = "How ready is your state?", sender.content / "series" / "2031" / "session_1.yaml"
    for asked in (question, "What is your state's first step?"):
        file.write_text(file.read_text("utf-8").replace(question, asked), "utf-8")
        [path] = make_worksheets(sender, wanted, tmp_path / "out")
        assert asked in path.read_text("utf-8")
