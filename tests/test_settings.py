"""A deployment's signing key: complete and shared by all processes, or refused."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cluster_kit.home_record import HOME_FILE, HomeRecordError
from cluster_kit.settings import MIN_KEY_LENGTH, Settings, SigningKeyError

ASK = (
    "import sys; sys.stdin.readline(); from cluster_kit.settings import *; print(Settings(Path(sys.argv[1])).secret())"
)


def test_the_signing_key_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "home")
    key = settings.secret()
    assert len(key) >= MIN_KEY_LENGTH
    assert settings.secret() == key
    if os.name == "posix":
        assert stat.S_IMODE((settings.home / "secret").stat().st_mode) == 0o600
        assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700
    assert [path.name for path in settings.home.iterdir() if path.name != HOME_FILE] == ["secret"]


@pytest.mark.parametrize("damage", [b"", b"\n", b"short", b"x" * (MIN_KEY_LENGTH - 1), b"\xff\xfe" * 40])
def test_a_damaged_key_is_refused_and_never_used(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "secret").write_bytes(damage)
    with pytest.raises(SigningKeyError, match="secret"):
        Settings(tmp_path).secret()
    assert (tmp_path / "secret").read_bytes() == damage


def test_a_key_that_is_a_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    with pytest.raises(SigningKeyError, match="cannot be used"):
        Settings(tmp_path).secret()


def test_a_full_disk_leaves_no_key_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(SigningKeyError, match="No space left"):
        Settings(tmp_path).secret()
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    assert Settings(tmp_path).secret()


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen([sys.executable, "-c", ASK, str(tmp_path / "home")], stdin=pipe, stdout=pipe, text=True)
        for _ in range(6)
    ]
    for process in started:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    keys = {process.communicate()[0].strip() for process in started}
    assert keys == {Settings(tmp_path / "home").secret()}


def test_a_home_that_had_a_key_does_not_get_another_one_silently(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    key = settings.secret()
    (tmp_path / "secret").unlink()
    with pytest.raises(SigningKeyError, match="had one"):
        settings.secret()
    assert not (tmp_path / "secret").exists()
    (tmp_path / HOME_FILE).unlink()
    assert settings.secret() != key


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"schema_version": 2}'])
def test_a_damaged_record_of_the_home_is_refused(tmp_path: Path, damage: bytes) -> None:
    Settings(tmp_path).secret()
    (tmp_path / HOME_FILE).write_bytes(damage)
    with pytest.raises(HomeRecordError, match="damaged"):
        Settings(tmp_path).secret()
