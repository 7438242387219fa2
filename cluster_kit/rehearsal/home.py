"""A rehearsal's home that nobody wants to keep: gone when it ends, or, where it was killed, at the next rehearsal."""

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
    """A new folder, gone afterwards; so are those of rehearsals that were killed."""
    remove_left_behind(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        (Path(folder) / OWNER).write_text(_name(psutil.Process()), encoding="ascii")
        yield Path(folder) / "home"


def remove_left_behind(root: Path) -> list[Path]:
    """Remove the folders in ``root`` whose rehearsal does not run any more, and say which. Other people's stay."""
    left = [folder for folder in root.glob(f"{PREFIX}*") if _is_left_behind(folder)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return left


def _is_left_behind(folder: Path) -> bool:
    """False also for a folder that does not say whose it is: it may be a minute old, or something else's."""
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
    """Its number, and when it began: numbers are given again."""
    return f"{process.pid} {process.create_time()}"
