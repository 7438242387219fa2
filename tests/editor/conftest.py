"""A service over a home folder, and the editor as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cluster_kit.editor.preview import Previews
from cluster_kit.editor.service import EditingService
from cluster_kit.settings import Settings
from cluster_kit.store import Store

SERIES = "2026"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "home")


@contextmanager
def open_service(settings: Settings) -> Iterator[EditingService]:
    settings.home.mkdir(parents=True, exist_ok=True)
    with Store.open(settings.db_url) as store, Previews() as previews:
        yield EditingService(settings, SERIES, store, previews)


@pytest.fixture
def service(settings: Settings) -> Iterator[EditingService]:
    with open_service(settings) as opened:
        yield opened


@contextmanager
def run_editor_process(settings: Settings, *options: str) -> Iterator[str]:
    """The address of an editor that runs until the block ends."""
    command = [sys.executable, "-m", "cluster_kit", "content", "edit", "--home", str(settings.home)]
    command += ["--series", SERIES, "--no-browser", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            assert address.startswith("http://127.0.0.1:"), process.stderr and process.stderr.read()
            yield address
        finally:
            process.terminate()
            assert process.wait(30) == 0
