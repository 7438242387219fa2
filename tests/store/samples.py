"""Sample answers, and separate writer processes."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from cluster_kit.store import NewResponse

ROOT = Path(__file__).parents[2]
_numbers = itertools.count()


def answer(**parts: Any) -> NewResponse:
    """A team answer of Ohio to the field goals/tests, with overrides."""
    usual = {
        "id": f"r{next(_numbers)}",
        "series": "2026",
        "session": 1,
        "exercise": "goals",
        "prompt": "tests",
        "jurisdiction": "OH",
        "scope": "team",
        "author": "ana",
        "value": "words",
    }
    return NewResponse(**{**usual, **parts})


@contextmanager
def running(*arguments: str, before: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
    """A Python process, killed at the end if it is still running; ``before`` is a program to run it."""
    command = [*before, sys.executable, "-W", "error", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def writers(*orders: dict[str, Any]) -> Iterator[list[subprocess.Popen[str]]]:
    """One ``writer.py`` process for each order, all ready before the first one starts writing."""
    with ExitStack() as stack:
        processes = [stack.enter_context(running("-m", "tests.store.writer", json.dumps(order))) for order in orders]
        for process in processes:
            assert read_line(process) == "ready"
        for process in processes:
            tell(process, "go")
        yield processes


def read_line(process: subprocess.Popen[str]) -> str:
    """The next line of the process's output."""
    assert process.stdout
    return process.stdout.readline().strip()


def read_receipts(process: subprocess.Popen[str]) -> list[tuple[str, int, str]]:
    """Every receipt (id, seq, status) that the process prints until it ends."""
    assert process.stdout
    lines = [line.split() for line in process.stdout if line.endswith("\n")]
    return [(response_id, int(seq), status) for response_id, seq, status in lines]


def tell(process: subprocess.Popen[str], line: str) -> None:
    """Send the process a line."""
    assert process.stdin
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
