"""Exit of the command on errors outside of the kit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cluster_kit.settings import Settings
from cluster_kit.store import Store


@pytest.mark.parametrize(
    "words",
    [
        ("demo", "--home", "{blocked}"),
        ("export", "--home", "{home}", "--out", "{blocked}/answers.xlsx"),
        ("instrument", "template", "{blocked}/instrument.xlsx"),
    ],
    ids=lambda words: str(words[0]),
)
def test_a_folder_that_cannot_be_made_is_one_sentence_and_never_a_traceback(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("no folder")
    Store.open(Settings(tmp_path / "home").db_url).close()
    places = {"blocked": blocked / "folder", "home": tmp_path / "home"}
    command = [sys.executable, "-m", "cluster_kit", *(word.format(**places) for word in words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(blocked) in done.stderr.splitlines()[-1]
