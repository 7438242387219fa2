"""The files that a state's people gave: kept on the state's side, by what they hold, readable by the kit alone."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, Field, ValidationError

from cluster_kit.content.models import FilePrompt
from cluster_kit.errors import ClusterKitError
from cluster_kit.files import write_atomically
from cluster_kit.models import FrozenModel
from cluster_kit.store import NewResponse

LONGEST_NAME = 120
FOLDER_MODE, FILE_MODE = 0o700, 0o600


class UploadedFile(FrozenModel):
    """The value of a file prompt: what the file is called, a digest of what it holds, and its size in bytes."""

    model_config = ConfigDict(strict=True)

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(gt=0)


class LostFileError(ClusterKitError, LookupError):
    """A file that an answer names and the shelf does not hold."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} is not here any more. Choose it again.")


@dataclass(frozen=True)
class FileStore:
    """One state's files in one series. ``folder`` need not exist; it is made readable by its owner alone."""

    folder: Path

    def keep(self, raw: bytes) -> str:
        """Keep what a file holds, and return its digest. The same content twice is kept once."""
        digest = hashlib.sha256(raw).hexdigest()
        self.folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        os.chmod(self.folder, FOLDER_MODE)
        write_atomically(self.folder / digest, raw, mode=FILE_MODE)
        return digest

    def read(self, given: UploadedFile) -> bytes:
        """What the file holds. ``LostFileError`` where it is gone."""
        try:
            return (self.folder / given.sha256).read_bytes()
        except OSError as error:
            raise LostFileError(given.name) from error

    def holds(self, given: UploadedFile) -> bool:
        """True where this content, of this size, is on the shelf."""
        try:
            return (self.folder / given.sha256).stat().st_size == given.size
        except OSError:
            return False

    def digests(self, until: dt.datetime | None = None) -> set[str]:
        """The names of all that lies here, or of what has lain here since ``until`` (aware) or before.

        A file whose writing was cut off lies here too, under a name that is no digest.
        """
        latest = until.timestamp() if until else math.inf
        return {path.name for path in self.folder.glob("*") if _kept_at(path) <= latest}

    def remove(self, digest: str) -> None:
        """Remove a content for good; nothing happens where it is gone already."""
        (self.folder / digest).unlink(missing_ok=True)


def _kept_at(path: Path) -> float:
    """When a file was written, in seconds of the clock; of one that has just gone, never."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def find_shelf(files: Path, series: str, jurisdiction: str) -> FileStore:
    """A state's shelf in a series, in the folder of all shelves."""
    return FileStore(files / series / jurisdiction)


def find_digests(responses: Iterable[NewResponse]) -> set[str]:
    """The digests of the files that these answers name."""
    return {digest for response in responses if (digest := find_digest(response))}


def find_digest(response: NewResponse) -> str:
    """The digest of the file that an answer names; empty where it names none."""
    try:
        return UploadedFile.model_validate(response.value).sha256
    except ValidationError:
        return ""


def clean_file_name(name: str) -> str:
    """The file's name without folders and without signs that cannot be seen, its ending kept."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip()
    stem, dot, ending = seen.rpartition(".")
    if len(seen) > LONGEST_NAME and dot and len(ending) < LONGEST_NAME // 2:
        return f"{stem[: LONGEST_NAME - len(ending) - 2]}…{dot}{ending}"
    return seen[:LONGEST_NAME].rstrip() or "file"


def find_file_problem(prompt: FilePrompt, name: str, size: int) -> str | None:
    """Why a file of this name and size cannot be taken, in a sentence; None when it can."""
    if not name.lower().endswith(tuple(f".{ending}" for ending in prompt.accepts)):
        known = ", ".join(f".{ending}" for ending in prompt.accepts)
        return f"{name} is not a kind of file that can be taken here. Its name must end in one of {known}."
    if size <= 0:
        return f"{name} is empty. Save it once more, and choose it again."
    if size > prompt.largest_mb * 1_000_000:
        return f"{name} has {spell_size(size)}; up to {prompt.largest_mb} MB can be taken. Bring a smaller part of it."
    return None


def spell_size(size: int) -> str:
    """``240 kB`` or ``3.2 MB``."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"
