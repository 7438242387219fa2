"""Files that are complete or absent: every file of the kit is written beside its place and then moved there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

READABLE = 0o644
PRIVATE = 0o600


def write_atomically(path: Path, data: bytes, *, mode: int = READABLE) -> None:
    """Write a file, flushed to the disk, and replace the one in its place; a reader sees either, never a part.

    The folder is created where it is missing. Raises ``OSError``; then the file in its place is unchanged.
    """
    with _written(path, data, mode) as part:
        os.replace(part, path)


def create_atomically(path: Path, data: bytes, *, mode: int = PRIVATE) -> None:
    """Like ``write_atomically``, but the file that another process created first stays."""
    with _written(path, data, mode) as part, suppress(FileExistsError):
        os.link(part, path)


@contextmanager
def staging_folder(out: Path) -> Iterator[Path]:
    """A temporary folder inside ``out``, whose files move to ``out`` when the block ends without an exception.

    Either all of the files have been written in full before the first one replaces another, or none is moved.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=out) as name:
        folder = Path(name)
        yield folder
        for file in sorted(folder.iterdir()):
            os.replace(file, out / file.name)


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
