"""Folders of killed processes are deleted by the next one; all others stay."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cluster_kit.temporary_folders import OWNER, claim_folder, remove_left_behind, temporary_folder

HOLD = """
import sys, tempfile
from cluster_kit.temporary_folders import temporary_folder
tempfile.tempdir = sys.argv[1]
with temporary_folder("test") as folder:
    (folder / "answers").write_text("secret")
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_a_folder_of_a_running_process_stays_and_that_of_a_killed_one_goes(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        folder = Path(process.stdout.readline().strip())
        assert remove_left_behind(tmp_path) == []
        assert (folder / "answers").exists()
        process.kill()
    assert remove_left_behind(tmp_path) == [folder]
    assert not folder.exists()


def test_making_a_folder_deletes_those_that_were_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("voila_left", "cluster-kit-preview-left"):
        (tmp_path / name).mkdir()
        (tmp_path / name / OWNER).touch()
    with temporary_folder("test") as folder:
        assert [*tmp_path.iterdir()] == [folder]
        assert folder.stat().st_mode & 0o777 == 0o700
        assert remove_left_behind(tmp_path) == []
    assert [*tmp_path.iterdir()] == []


def test_what_may_be_someone_elses_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere, other = tmp_path / "elsewhere", tmp_path / "cluster-kit-link"
    elsewhere.mkdir()
    (elsewhere / OWNER).touch()
    other.symlink_to(elsewhere)
    (tmp_path / "voila_of_another_program").mkdir()
    (tmp_path / "voila_linked").mkdir()
    (tmp_path / "voila_linked" / OWNER).symlink_to(elsewhere / OWNER)
    assert remove_left_behind(tmp_path) == []
    foreign = tmp_path / "voila_foreign"
    foreign.mkdir()
    (foreign / OWNER).touch()
    monkeypatch.setattr(os, "getuid", lambda: os.geteuid() + 1)
    assert remove_left_behind(tmp_path) == []
    monkeypatch.undo()
    assert remove_left_behind(tmp_path) == [foreign]
    assert (elsewhere / OWNER).exists()


def test_a_claim_ends_with_its_descriptor(tmp_path: Path) -> None:
    folder = tmp_path / "cluster-kit-x"
    folder.mkdir()
    lock = claim_folder(folder)
    assert lock is not None
    assert not os.get_inheritable(lock), "a program that this process starts does not hold the folder"
    assert remove_left_behind(tmp_path) == []
    os.close(lock)
    assert remove_left_behind(tmp_path) == [folder]
