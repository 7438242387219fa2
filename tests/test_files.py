"""A file is complete or absent, even if the process that writes it dies."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cluster_kit.files import PRIVATE, create_atomically, staging_folder, write_atomically

KILLED = """
import os, signal, sys
from pathlib import Path
from cluster_kit.files import write_atomically
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
write_atomically(Path(sys.argv[1]), b"half a file")
"""


def test_a_file_is_replaced_as_a_whole_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    write_atomically(path, b"one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    write_atomically(path, b"two", mode=PRIVATE)
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["file"]


def test_a_writer_that_is_killed_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    ended = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert ended.returncode < 0
    assert path.read_bytes() == b"old"


def test_a_full_disk_leaves_the_old_file_and_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "file"
    write_atomically(path, b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_atomically(path, b"new")
    assert caught.value.filename == str(path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_of_two_who_create_a_file_the_first_counts(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    create_atomically(path, b"first")
    create_atomically(path, b"second")
    assert path.read_bytes() == b"first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["secret"]


def test_staged_files_appear_together_or_not_at_all(tmp_path: Path) -> None:
    with staging_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("a")
        (folder / "b").write_text("b")
        assert not (tmp_path / "out" / "a").exists()
    assert sorted(os.listdir(tmp_path / "out")) == ["a", "b"]

    def write_half() -> None:
        with staging_folder(tmp_path / "out") as folder:
            (folder / "a").write_text("new")
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        write_half()
    assert (tmp_path / "out" / "a").read_text() == "a"
    assert sorted(os.listdir(tmp_path / "out")) == ["a", "b"]
