"""Temporary home of a rehearsal, deleted at its end, or by the next rehearsal if the process was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

PREFIX = "rehearsal-"
OWNER = "owner"


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A new folder, deleted afterwards, as are those of killed rehearsals."""
    remove_left_behind(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        (Path(folder) / OWNER).write_text(_name(psutil.Process()), encoding="ascii")
        yield Path(folder) / "home"


def remove_left_behind(root: Path) -> list[Path]:
    """Delete folders in ``root`` whose rehearsal no longer runs, and return them. Other users' folders are kept."""
    left = [folder for folder in root.glob(f"{PREFIX}*") if _is_left_behind(folder)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return left


def _is_left_behind(folder: Path) -> bool:
    """True if the folder's process has ended. False without an owner file: it may be new, or unrelated."""
    try:
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            return False
        number, _, _ = (owner := (folder / OWNER).read_text(encoding="ascii")).partition(" ")
        return _name(psutil.Process(int(number))) != owner
    except psutil.NoSuchProcess:
        return True
    except (OSError, ValueError, psutil.Error):
        return False


def _name(process: psutil.Process) -> str:
    """Process id and start time, because ids are reused."""
    return f"{process.pid} {process.create_time()}"
