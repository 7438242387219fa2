"""Each failure is one sentence, and affects its packet only."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register
from cluster_kit.content import UnknownJurisdictionError, UnknownSessionError, load_content
from cluster_kit.errors import UsageError
from cluster_kit.packets import BatchPlan, PacketKind, PacketRequest, PacketResult, make_packets, plan_jobs
from cluster_kit.packets.jobs import Job
from cluster_kit.packets.manifest import ManifestError
from cluster_kit.packets.progress import explain_interruption, packet_lines
from cluster_kit.settings import Settings

WriteNotebook = Callable[..., Path]


def test_an_interrupted_run_says_what_is_done_and_how_to_continue(capsys: pytest.CaptureFixture[str]) -> None:
    job = Job(series="2026", session=1, jurisdiction="OH")
    made = PacketResult(job=job, status="made", made_at=dt.datetime.now(dt.UTC))

    def interrupt() -> None:
        with packet_lines() as shown, explain_interruption(shown) as report:
            report(BatchPlan(3, 3))
            report(made)
            report(made.model_copy(update={"status": "failed"}))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == "Stopped with 1 of 3 packets up to date. To make the others, run the same command again."


def test_one_packet_that_fails_leaves_the_others_alone(tmp_path: Path, session_1: WriteNotebook) -> None:
    notebooks = session_1("1 / (0 if jurisdiction == 'OH' else 1)")
    told: list[BatchPlan | PacketResult] = []
    out = tmp_path / "out"
    wanted = PacketRequest("2026", [1], ["OH", "GU"], notebooks)
    manifest = make_packets(Settings(tmp_path), wanted, out, report=told.append)
    assert [result.status for result in manifest.results] == ["failed", "made"]
    assert told == [BatchPlan(2, 2), *manifest.results]
    assert manifest.failed[0].error == (
        "session_1_small.ipynb, cell 3: It stopped with ZeroDivisionError: division by zero. "
        "Run the notebook in JupyterLab to see where."
    )
    assert sorted(path.name for path in out.iterdir()) == [
        "2026-session-1-after-GU.html",
        "2026-session-1-after-GU.ipynb",
        "index.html",
        "manifest.json",
    ]


def test_an_error_of_ours_speaks_for_itself(tmp_path: Path, session_1: WriteNotebook) -> None:
    notebooks = session_1("from cluster_kit.errors import UsageError\nraise UsageError('Say which state.')")
    manifest = make_packets(Settings(tmp_path), PacketRequest("2026", [1], ["OH"], notebooks), tmp_path / "out")
    assert manifest.failed[0].error == "session_1_small.ipynb, cell 3: Say which state."


def test_a_kernel_that_dies_is_a_sentence(tmp_path: Path, session_1: WriteNotebook) -> None:
    notebooks = session_1("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    manifest = make_packets(Settings(tmp_path), PacketRequest("2026", [1], ["OH"], notebooks), tmp_path / "out")
    assert "Its kernel died" in manifest.failed[0].error


def test_a_missing_notebook_is_a_sentence(tmp_path: Path, session_1: WriteNotebook) -> None:
    notebooks = session_1("1")
    manifest = make_packets(Settings(tmp_path), PacketRequest("2026", [2], ["OH"], notebooks), tmp_path / "out")
    assert manifest.failed[0].error.startswith("There is no notebook for session 2")


def test_a_failed_packet_leaves_the_older_one_in_place(tmp_path: Path, session_1: WriteNotebook) -> None:
    out = tmp_path / "out"
    out.mkdir()
    older = out / "2026-session-1-after-OH.html"
    older.write_text("older")
    make_packets(Settings(tmp_path), PacketRequest("2026", [1], ["OH"], session_1("1 / 0")), out)
    assert sorted(path.name for path in out.iterdir()) == [older.name, "index.html", "manifest.json"]
    assert older.read_text() == "older"


def test_output_that_is_not_ours_is_shown_as_text(tmp_path: Path, session_1: WriteNotebook) -> None:
    notebooks = session_1(
        "import sys\nprint('<b>seen</b>'); print('secret', file=sys.stderr)",
        "from IPython.display import Markdown\nMarkdown('# Big\\n\\n<script>x</script> **bold**')",
    )
    make_packets(Settings(tmp_path), PacketRequest("2026", [1], ["OH"], notebooks), tmp_path / "out")
    page = (tmp_path / "out" / "2026-session-1-after-OH.html").read_text("utf-8")
    assert "secret" not in page
    assert "<script>" not in page


def test_a_request_that_cannot_be_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(UnknownJurisdictionError):
        make_packets(Settings(tmp_path), PacketRequest("2026", [1], ["OH", "XX"]), out)
    with pytest.raises(UnknownSessionError):
        make_packets(Settings(tmp_path), PacketRequest("2026", [9], ["OH"]), out)
    assert not out.exists()
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="cannot be made"):
        make_packets(Settings(tmp_path), PacketRequest("2026", [1], ["OH"]), tmp_path / "file")


def test_jobs_are_planned_session_by_session_and_each_once() -> None:
    content = load_content("2026")
    names = [job.name for job in plan_jobs(content, [2, 1, 2], ["gu", "OH", "GU"])]
    assert names == [
        *("2026-session-2-after-GU", "2026-session-2-after-OH"),
        *("2026-session-1-after-GU", "2026-session-1-after-OH"),
    ]
    assert len(plan_jobs(content)) == 4 * 57
    assert [job.name for job in plan_jobs(content, [1, 2], ["GU"], PacketKind.SERIES)] == ["2026-series-GU"]
    assert [job.name for job in plan_jobs(content, [3], ["GU"], PacketKind.PREWORK)] == ["2026-session-3-prework-GU"]


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--session", "one", "session's number"),
        ("--formats", "odt", "Known: ipynb, html"),
        ("--kind", "big", "prework"),
    ],
)
def test_the_command_refuses_what_it_does_not_know(tmp_path: Path, option: str, value: str, says: str) -> None:
    register(["packets"])
    result = CliRunner().invoke(app, ["packets", "--jurisdiction", "OH", "--out", str(tmp_path), option, value])
    assert isinstance(result.exception, UsageError)
    assert says in str(result.exception)


def test_the_command_writes_events_for_machines_and_exits_with_1_when_one_failed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "responses.sqlite3").write_text("This is not a database, whatever its name says." * 20)
    register(["packets"])
    arguments = ["packets", "--session", "1", "--jurisdiction", "GU", "--out", str(tmp_path / "out"), "--json"]
    result = CliRunner().invoke(app, [*arguments, "--home", str(home)])
    assert result.exit_code == 1
    planned, packet, finished = map(json.loads, result.stdout.splitlines())
    assert planned == {"event": "planned", "total": 1, "to_make": 0, "unanswered": {}}
    assert (packet["event"], packet["status"], packet["job"]["jurisdiction"]) == ("packet", "failed", "GU")
    assert packet["error"]
    assert (finished["event"], finished["failed"]) == ("finished", 1)
    assert (finished["home"], finished["series"]) == (str(home), "2026")


def test_a_manifest_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(ManifestError, match="is not a manifest"):
        make_packets(Settings(tmp_path), PacketRequest("2026", [1], ["OH"]), tmp_path)
