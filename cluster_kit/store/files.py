"""Uploaded files, stored by digest in one private folder per state and series."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import os
import unicodedata
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, Field, ValidationError

from cluster_kit.content.models import FilePrompt
from cluster_kit.errors import ClusterKitError
from cluster_kit.files import make_private_folder, wait_for_folder, write_atomically
from cluster_kit.models import FrozenModel
from cluster_kit.store import NewResponse
from cluster_kit.text import format_size

LONGEST_NAME = 120
MAX_STATE_FILES, MAX_STATE_BYTES = 300, 1_000_000_000
"""The uploaded files of one state in a series, and their size."""
UNNAMED_S = 24 * 3600.0
"""How long a file is kept that no answer refers to, such as one that was chosen and never saved."""
FOLDER_MODE, FILE_MODE = 0o700, 0o600


class UploadedFile(FrozenModel):
    """The value of a file prompt: the file's name, the digest of its content, and its size in bytes."""

    model_config = ConfigDict(strict=True)

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(gt=0)


class LostFileError(ClusterKitError, LookupError):
    """An answer refers to a file that is not in the file store."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} is no longer here. Choose it again.")


@dataclass(frozen=True)
class FileStore:
    """One state's files in one series. ``folder`` need not exist; it is created readable only by its owner."""

    folder: Path

    def keep(self, raw: bytes) -> str:
        """Store a file's content and return its digest. The same content is stored once."""
        digest = hashlib.sha256(raw).hexdigest()
        make_private_folder(self.folder)
        os.chmod(self.folder, FOLDER_MODE)
        write_atomically(self.folder / digest, raw, mode=FILE_MODE)
        return digest

    def keep_if_room(self, raw: bytes) -> str | None:
        """Store a file's content within ``MAX_STATE_BYTES`` and ``MAX_STATE_FILES``, and return its digest.

        None: there is no room. The check and the write are one step, also for other processes on this machine.
        """
        make_private_folder(self.folder)
        with wait_for_folder(self.folder):
            return self.keep(raw) if self._has_room_for(raw) else None

    def _has_room_for(self, raw: bytes) -> bool:
        sizes = {path.name: path.stat().st_size for path in self.folder.glob("*") if path.is_file()}
        if hashlib.sha256(raw).hexdigest() in sizes:
            return True
        return len(sizes) < MAX_STATE_FILES and sum(sizes.values()) + len(raw) <= MAX_STATE_BYTES

    def read(self, given: UploadedFile) -> bytes:
        """The file's content. Raises ``LostFileError`` if it is missing."""
        try:
            return (self.folder / given.sha256).read_bytes()
        except OSError as error:
            raise LostFileError(given.name) from error

    def holds(self, given: UploadedFile) -> bool:
        """True if the store has this content with this size."""
        try:
            return (self.folder / given.sha256).stat().st_size == given.size
        except OSError:
            return False

    def digests(self, until: dt.datetime | None = None) -> set[str]:
        """The digests of all files, or of those written at or before ``until`` (timezone-aware).

        Includes the names of files whose writing was interrupted, which are not digests.
        """
        latest = until.timestamp() if until else math.inf
        return {path.name for path in self.folder.glob("*") if _kept_at(path) <= latest}

    def sweep(self, named: Collection[str]) -> None:
        """Delete the files that no answer refers to (``named`` are the others) and that are older than ``UNNAMED_S``.

        Does not raise: what cannot be deleted now is tried again with the next file.
        """
        oldest = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=UNNAMED_S)
        for digest in self.digests(until=oldest) - set(named):
            with suppress(OSError):
                self.remove(digest)

    def remove(self, digest: str) -> None:
        """Delete a file permanently; do nothing if it is missing."""
        (self.folder / digest).unlink(missing_ok=True)


def _kept_at(path: Path) -> float:
    """A file's modification time as a POSIX timestamp; infinity if it was deleted meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def open_file_store(files: Path, series: str, jurisdiction: str) -> FileStore:
    """A state's file store in a series, below the root folder ``files``."""
    return FileStore(files / series / jurisdiction)


def find_digests(responses: Iterable[NewResponse]) -> set[str]:
    """The digests of the files that these answers refer to."""
    return {digest for response in responses if (digest := find_digest(response))}


def find_digest(response: NewResponse) -> str:
    """The digest of the file that an answer refers to, or an empty string."""
    try:
        return UploadedFile.model_validate(response.value).sha256
    except ValidationError:
        return ""


def clean_file_name(name: str) -> str:
    """The file's name without folders and control characters, shortened if necessary, with its extension."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip()
    stem, dot, ending = seen.rpartition(".")
    if len(seen) > LONGEST_NAME and dot and len(ending) < LONGEST_NAME // 2:
        return f"{stem[: LONGEST_NAME - len(ending) - 2]}…{dot}{ending}"
    return seen[:LONGEST_NAME].rstrip() or "file"


def find_file_problem(prompt: FilePrompt, name: str, size: int) -> str | None:
    """A sentence why a file of this name and size is not accepted; None if it is."""
    if not name.lower().endswith(tuple(f".{ending}" for ending in prompt.accepts)):
        known = ", ".join(f".{ending}" for ending in prompt.accepts)
        return f"{name} is not a kind of file that can be taken here. Its name must end in one of {known}."
    if size <= 0:
        return f"{name} is empty. Save it once more, and choose it again."
    if size > prompt.largest_mb * 1_000_000:
        return f"{name} has {format_size(size)}; up to {prompt.largest_mb} MB can be taken. Bring a smaller part of it."
    return None
