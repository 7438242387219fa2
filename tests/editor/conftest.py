"""A service over a home folder, and the editor as a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cluster_kit.editor.preview import Previews
from cluster_kit.editor.service import EditingService
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from tests.commands import Command
from tests.serving import wait_until

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
    words = ["content", "edit", "--home", str(settings.home), "--series", SERIES, "--no-browser", "--port", "0"]
    folder = settings.home.parent
    out, errors = folder / "out", folder / "errors"
    out.write_bytes(b"")
    process = Command([*words, *options], folder, out, errors)
    try:
        wait_until(lambda: out.read_text().endswith("\n") or process.poll() is not None, "the editor has started")
        assert out.read_text().startswith("http://127.0.0.1:"), errors.read_text()
        yield out.read_text().splitlines()[0]
    finally:
        process.terminate()
        assert process.wait(30) == 0
