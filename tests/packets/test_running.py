"""Notebooks executed in forked kernels, and in ordinary ones if those do not start."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cluster_kit.packets import Job
from cluster_kit.packets import execute as running
from cluster_kit.packets.execute import has_forked_kernels, run_notebook
from cluster_kit.settings import Settings

JOB = Job(series="2026", session=1, jurisdiction="OH")
WHO_RUNS = "from ipykernel.kernelapp import IPKernelApp\ntype(IPKernelApp.instance()).__name__"


@pytest.fixture
def silent_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A forked kernel that starts and never responds."""
    spec = tmp_path / "jupyter" / "kernels" / "silent"
    spec.mkdir(parents=True)
    wait = [sys.executable, "-c", "import sys; sys.stdin.read()", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": wait, "display_name": "Silent", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(spec.parents[1]))
    monkeypatch.setattr(running, "KERNEL_NAME", "silent")
    monkeypatch.setattr(running, "START_TIMEOUT_S", 1)
    has_forked_kernels.cache_clear()
    yield
    has_forked_kernels.cache_clear()


def _shown(folder: Path, home: Path) -> str:
    notebook = run_notebook(next(folder.iterdir()), JOB, Settings(home))
    return str(notebook.cells[-1].outputs[0]["data"]["text/plain"])


def test_a_notebook_runs_in_a_warm_kernel(tmp_path: Path, session_1: Callable[..., Path]) -> None:
    assert has_forked_kernels()
    assert "Forked" in _shown(session_1(WHO_RUNS), tmp_path)


@pytest.mark.usefixtures("silent_kernel")
def test_where_a_warm_kernel_does_not_start_an_ordinary_one_does(
    tmp_path: Path, session_1: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    assert _shown(session_1(WHO_RUNS), tmp_path) == "'IPKernelApp'"
    assert "an ordinary one is used" in caplog.text
