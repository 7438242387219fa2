"""Atomic file writes: write a temporary file in the same folder, then rename it."""

from __future__ import annotations

import errno
import os
import stat
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from cluster_kit.errors import UsageError

READABLE = 0o644
PRIVATE = 0o600
PRIVATE_FOLDER = 0o700
NAME_ANOTHER = "Wait until it has finished, or name another folder with --out."
_FOLDERS_OF_THIS_PROCESS = threading.Lock()
FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REASONS = {
    errno.ENOSPC: "the disk is full. Make room, or choose another folder",
    errno.EDQUOT: "the disk quota is used up. Make room, or choose another folder",
    errno.EFBIG: "the system allows no file of this size there. Choose another folder",
    errno.EROFS: "the disk is read-only. Choose another folder",
    errno.EACCES: "this account may not write there. Choose another folder",
    errno.EPERM: "this account may not write there. Choose another folder",
}


class OutputError(UsageError):
    """A file or folder cannot be written: a full disk, missing permissions, or another command that writes there."""

    exit_code = 1


def write_atomically(path: Path, data: bytes, *, mode: int = READABLE) -> None:
    """Write a file atomically, flushed to disk. A reader sees the old or the new file, never a part.

    The folder is created if it is missing. Raises ``OSError`` that names the file; then an existing file is unchanged.
    """
    with _naming(path), _written(path, data, mode) as part:
        os.replace(part, path)


def create_atomically(path: Path, data: bytes) -> None:
    """Like ``write_atomically``, but readable only by its owner; a file that already exists is kept."""
    with _naming(path), _written(path, data, PRIVATE) as part, suppress(FileExistsError):
        os.link(part, path)


def make_private_folder(folder: Path) -> None:
    """Create a folder, and those above it that are missing, each readable only by its owner.

    ``Path.mkdir`` would give its mode to the last one only.
    """
    for path in (*reversed(folder.parents), folder):
        if not path.exists():
            path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def find_open_paths(paths: Iterable[Path]) -> list[Path]:
    """Those of the paths that exist and to which other accounts have access. Empty on systems without such modes."""
    if os.name != "posix":
        return []
    return [path for path in paths if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]


@contextmanager
def staging_folder(out: Path) -> Iterator[Path]:
    """A temporary folder inside ``out``, whose files are moved to ``out`` when the block ends without an exception.

    No file is moved before all of them are written.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=out) as name:
        folder = Path(name)
        yield folder
        for file in sorted(folder.iterdir()):
            os.replace(file, out / file.name)


@contextmanager
def hold_folder(out: Path, advice: str = NAME_ANOTHER) -> Iterator[None]:
    """Create a folder if necessary, and keep other commands from writing a batch into it until the block ends.

    The lock is on the folder itself, and ends with the process. Windows, and file systems without locks, have none.
    Raises ``OutputError`` if the folder cannot be made, or, with the ``advice``, if another batch holds it.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {out} cannot be made: {describe_write_error(error)}.") from error
    with ExitStack() as stack:
        if sys.platform != "win32":
            stack.callback(os.close, _lock_folder(out, advice))
        yield


@contextmanager
def report_write_errors(path: Path) -> Iterator[None]:
    """Raise ``OutputError`` for an ``OSError`` of the block, which writes ``path``."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {describe_write_error(error)}.") from error


@contextmanager
def wait_for_folder(folder: Path) -> Iterator[None]:
    """Wait until no other thread or process holds this existing folder, and hold it until the block ends.

    The lock is on the folder itself, and ends with the process. On Windows, and on file systems without locks, it
    holds for this process only.
    """
    with _FOLDERS_OF_THIS_PROCESS, ExitStack() as stack:
        if sys.platform != "win32":
            handle = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, handle)
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def describe_write_error(error: OSError) -> str:
    """Why a file cannot be written, and what to do, without the period at the end."""
    reason = _REASONS.get(error.errno or 0)
    return reason or f"{error.strerror or error}. Choose another folder"


if sys.platform != "win32":
    import fcntl

    def _lock_folder(out: Path, advice: str) -> int:
        """Lock a folder; closing the returned file descriptor unlocks it."""
        handle = os.open(out, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise OutputError(f"Another command is writing to {out}. {advice}") from None
        except OSError:  # a file system without locks
            pass
        return handle


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Let an ``OSError`` name the file that was to be written: one of a full disk names none, or a temporary one."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


@contextmanager
def _written(path: Path, data: bytes, mode: int) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(mode)
        yield part
    finally:
        part.unlink(missing_ok=True)
