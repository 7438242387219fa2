"""What an edited file was before: every version that was live, and drafts that are not saved yet.

Both are in the home folder, outside of the content, so that ``content check`` and the server do not read them. A
version's file is written before the content file: if the program is killed between the two, the older content is
still complete, and the new version can be restored.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import AwareDatetime, ValidationError

from cluster_kit.errors import ClusterKitError
from cluster_kit.files import write_atomically
from cluster_kit.models import FrozenModel, Json

MAX_DRAFTS = 20
_VERSION = re.compile(r"(\d{4,})-([0-9a-f]{16})\.yaml")
_DRAFT_ID = re.compile(r"[a-z0-9-]{8,64}")


class UnknownVersionError(ClusterKitError, LookupError):
    """There is no version with that number."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"There is no version {number} of this file. Open the list of versions again.")


class FileVersion(FrozenModel):
    """A version of a file. ``number`` counts from 1; ``digest`` identifies its text; ``at`` is when it was kept."""

    number: int
    digest: str
    at: dt.datetime


class FileDraft(FrozenModel):
    """Changes that are not saved. ``base`` is the digest of the version that they began with."""

    id: str
    base: str
    at: AwareDatetime
    data: Json


def digest_of(raw: bytes) -> str:
    """A digest of a file's text, which is also its entity tag."""
    return hashlib.sha256(raw).hexdigest()[:16]


class FileHistory:
    """The versions and drafts of one file, in these folders."""

    def __init__(self, versions: Path, drafts: Path) -> None:
        self._versions, self._drafts = versions, drafts

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Exclude other processes that save this file. The lock ends with the process, however that ends."""
        self._versions.mkdir(parents=True, exist_ok=True)
        with (self._versions / "lock").open("a+b") as file:
            _lock(file.fileno())
            yield

    def keep(self, raw: bytes) -> FileVersion:
        """The newest version if it has this text, else a new one. Call it with the lock."""
        known, digest = self.versions(), digest_of(raw)
        if known and known[-1].digest == digest:
            return known[-1]
        number = known[-1].number + 1 if known else 1
        path = self._versions / f"{number:04}-{digest}.yaml"
        write_atomically(path, raw)
        return _version(path, number, digest)

    def versions(self) -> list[FileVersion]:
        """Every version, the oldest first."""
        paths = self._versions.iterdir() if self._versions.is_dir() else ()
        found = [(match, path) for path in paths if (match := _VERSION.fullmatch(path.name))]
        return sorted((_version(path, int(m[1]), m[2]) for m, path in found), key=lambda one: one.number)

    def read(self, number: int) -> bytes:
        """A version's text. Raises ``UnknownVersionError``."""
        version = next((version for version in self.versions() if version.number == number), None)
        if version is None:
            raise UnknownVersionError(number)
        return (self._versions / f"{number:04}-{version.digest}.yaml").read_bytes()

    def find_text(self, digest: str) -> bytes | None:
        """The text with this digest, or None."""
        version = next((version for version in self.versions() if version.digest == digest), None)
        return self.read(version.number) if version else None

    # --- drafts ---------------------------------------------------------------------------------------------

    def keep_draft(self, draft: FileDraft) -> None:
        """Keep a draft, in place of its earlier state. Of too many drafts, the oldest are removed."""
        write_atomically(self._draft_path(draft.id), draft.model_dump_json().encode())
        for old in self.drafts()[MAX_DRAFTS:]:
            self.discard(old.id)

    def drafts(self) -> list[FileDraft]:
        """Every draft, the newest first. A damaged file is skipped."""
        found = []
        for path in self._drafts.glob("*.json") if self._drafts.is_dir() else ():
            try:
                found.append(FileDraft.model_validate_json(path.read_bytes()))
            except (OSError, ValidationError):
                continue
        return sorted(found, key=lambda draft: draft.at, reverse=True)

    def discard(self, draft_id: str) -> None:
        """Remove a draft, if it exists."""
        self._draft_path(draft_id).unlink(missing_ok=True)

    def _draft_path(self, draft_id: str) -> Path:
        if not _DRAFT_ID.fullmatch(draft_id):
            raise ValueError(f"{draft_id!r} is not the id of a draft.")
        return self._drafts / f"{draft_id}.json"


def _version(path: Path, number: int, digest: str) -> FileVersion:
    return FileVersion(number=number, digest=digest, at=dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC))


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _lock(handle: int) -> None:
        """Wait for an exclusive lock of an open file, which ends when the file is closed."""
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        """Wait for an exclusive lock of an open file, which ends when the file is closed."""
        fcntl.flock(handle, fcntl.LOCK_EX)
