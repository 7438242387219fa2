"""The manifest of a backup: every file with its checksum, and what the store holds. It is written last."""

from __future__ import annotations

import datetime as dt
import hashlib
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from cluster_kit.home_record import HOME_FILE
from cluster_kit.mail_log import MAILINGS
from cluster_kit.maintenance.errors import DamagedBackupError
from cluster_kit.models import FrozenModel
from cluster_kit.store.erasure_log import ERASURES_FILE

KIT_VERSION = version("cluster-kit")
MANIFEST_FILE = "manifest.json"
SQLITE_FILE, POSTGRES_FILE = "responses.sqlite3", "store.dump"
PROXY_SECRET = "proxy-secret"  # noqa: S105  (the name of a file)
EXPORT_TIMES = "exports.json"
SINGLE_FILES = ("secret", PROXY_SECRET, "settings.toml", "columns.json", "calendar-events.json", EXPORT_TIMES)
FOLDERS = ("content", "content-history", "content-drafts", "files", "crosswalk", "briefs", MAILINGS)
"""What a home owns besides its store, its record of erasures, and the organization's logo."""
_ALLOWED = {SQLITE_FILE, POSTGRES_FILE, ERASURES_FILE, *SINGLE_FILES, *FOLDERS}


class BackupFile(FrozenModel):
    """A file of a backup: its path in the folder, and its modification time in nanoseconds."""

    path: str
    size: int = Field(ge=0)
    sha256: str
    mtime_ns: int

    @field_validator("path")
    @classmethod
    def _stay_inside(cls, path: str) -> str:
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or ".." in parts or "\\" in path:
            raise ValueError(f"{path!r} is not a file of a backup")
        return path


class BackupManifest(FrozenModel):
    """What a backup contains.

    ``counts``: rows of the store by table. ``revision``: the store's schema. ``logo``: the name of the organization's
    logo, or empty.
    """

    schema_version: Literal[1] = 1
    version: str
    made_at: dt.datetime
    database: Literal["sqlite", "postgresql"]
    revision: str
    counts: dict[str, int]
    files: tuple[BackupFile, ...]
    logo: str = ""

    @model_validator(mode="after")
    def _have_only_known_files(self) -> Self:
        for file in self.files:
            is_logo = file.path == self.logo and "/" not in file.path and file.path not in (HOME_FILE, MANIFEST_FILE)
            if not is_logo and PurePosixPath(file.path).parts[0] not in _ALLOWED:
                raise ValueError(f"{file.path!r} is not a file of a backup")
        return self

    @property
    def store_file(self) -> str:
        """The name of the store's copy in the folder."""
        return SQLITE_FILE if self.database == "sqlite" else POSTGRES_FILE


def read_manifest(folder: Path) -> BackupManifest:
    """The manifest of a backup. Raises ``DamagedBackupError`` if it is missing or damaged."""
    path = folder / MANIFEST_FILE
    try:
        return BackupManifest.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        problem = f"It has no {MANIFEST_FILE}: it is not a backup of this kit, or making it was interrupted."
        raise DamagedBackupError(folder, (problem,)) from error
    except ValidationError as error:
        raise DamagedBackupError(folder, (f"{MANIFEST_FILE} is damaged.",)) from error


def verify_backup(folder: Path) -> BackupManifest:
    """The manifest of a complete and unchanged backup. Raises ``DamagedBackupError`` for any other."""
    manifest = read_manifest(folder)
    problems = tuple(problem for file in manifest.files if (problem := _find_problem(folder, file)))
    if not any(file.path == manifest.store_file for file in manifest.files):
        problems = (f"{manifest.store_file} is not in its manifest.", *problems)
    if problems:
        raise DamagedBackupError(folder, problems)
    return manifest


def find_digest_of(path: Path) -> str:
    """The SHA-256 of a file's content, read in parts."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _find_problem(folder: Path, file: BackupFile) -> str:
    path = folder / file.path
    try:
        if path.stat().st_size != file.size:
            return f"{file.path} has another size than when it was made."
        return "" if find_digest_of(path) == file.sha256 else f"{file.path} was changed or damaged."
    except OSError as error:
        return f"{file.path} is missing or cannot be read ({error.strerror})."
