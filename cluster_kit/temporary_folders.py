"""Temporary folders that are deleted even if their process is killed: by the next process that makes one.

A folder's process holds a lock on a file in it, which ends with the process. A folder without this file is never
deleted: it may be new, or not the kit's. Windows, and file systems without locks, keep what a killed process left.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

PREFIX = "cluster-kit-"
VOILA_PREFIX = "voila_"
OWNER = "cluster-kit-owner"
_UNFINISHED = "cluster-kit-owner.part"


@contextmanager
def temporary_folder(name: str) -> Iterator[Path]:
    """A new private folder, deleted at the end of the block. Folders that killed processes left are deleted first."""
    remove_left_behind(Path(tempfile.gettempdir()))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{PREFIX}{name}-")))
        lock = claim_folder(folder)
        if lock is not None:
            stack.callback(os.close, lock)
        yield folder


def remove_left_behind(root: Path) -> list[Path]:
    """Delete the folders in ``root`` whose process no longer runs, and return them. Those of other users are kept."""
    found = [folder for prefix in (PREFIX, VOILA_PREFIX) for folder in root.glob(f"{prefix}*")]
    return [folder for folder in found if _remove_if_left(folder)]


if sys.platform != "win32":
    import fcntl

    def claim_folder(folder: Path) -> int | None:
        """Mark a folder as this process's until the returned descriptor is closed; None without locks."""
        handle = os.open(folder / _UNFINISHED, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return None
        os.rename(folder / _UNFINISHED, folder / OWNER)  # locked from its first moment on
        return handle

    def _remove_if_left(folder: Path) -> bool:
        try:
            about = folder.lstat()
            if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
                return False
            handle = os.open(folder / OWNER, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            return False
        with ExitStack() as stack:
            stack.callback(os.close, handle)
            with suppress(OSError):  # its process runs, or another one is deleting it
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
                return True
        return False

else:

    def claim_folder(folder: Path) -> int | None:  # noqa: ARG001
        """Mark a folder as this process's; None without locks."""
        return None

    def _remove_if_left(folder: Path) -> bool:  # noqa: ARG001
        return False
