"""Make a backup of a deployment while its servers run."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cluster_kit.files import FULL_DISK, PRIVATE, describe_write_error, make_private_folder, write_atomically
from cluster_kit.home_record import HOME_FILE
from cluster_kit.maintenance.databases import DatabaseCopyError, StoreSummary, copy_postgres, copy_sqlite, find_store
from cluster_kit.maintenance.errors import BackupError, DamagedBackupError
from cluster_kit.maintenance.manifest import (
    FOLDERS,
    KIT_VERSION,
    MANIFEST_FILE,
    POSTGRES_FILE,
    SINGLE_FILES,
    SQLITE_FILE,
    BackupFile,
    BackupManifest,
    find_digest_of,
    read_manifest,
    verify_backup,
)
from cluster_kit.settings import Settings, SettingsFileError
from cluster_kit.store import Store
from cluster_kit.store.backends import SQLite, find_database
from cluster_kit.store.erasure_log import ERASURES_FILE, update_erasure_log

PART = ".part-"
PREFIX = "cluster-kit-"
STALE_S = 24 * 3600
_KNOWN = {*FOLDERS, *SINGLE_FILES, ERASURES_FILE, HOME_FILE, "lost+found"}


@dataclass(frozen=True)
class Backup:
    """A finished backup. ``left_out``: what is in the home folder and not part of a backup. ``removed``: how many
    older backups were deleted."""

    folder: Path
    manifest: BackupManifest
    left_out: tuple[str, ...]
    removed: int = 0


def back_up(settings: Settings, target: Path, keep_days: int | None = None) -> Backup:
    """Copy the store and the home into a new folder in ``target``, and verify the copy.

    The folder appears under its name once it is complete and on disk. ``keep_days``: delete backups in ``target`` that
    are older. Raises ``BackupError`` and leaves nothing behind.
    """
    try:
        make_private_folder(target)
        _remove_stale_parts(target)
        part = Path(tempfile.mkdtemp(prefix=PART, dir=target))  # mode 700
        try:
            made_at = dt.datetime.now(dt.UTC)
            manifest = _fill(settings, part, made_at)
            folder = _publish(part, target, made_at)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        if error.errno in FULL_DISK:
            raise BackupError(f"{target} cannot be written: {describe_write_error(error)}.") from error
        raise BackupError(f"{error.filename or target} cannot be copied: {error.strerror}.") from error
    except DatabaseCopyError as error:
        raise BackupError(str(error)) from error
    try:
        verify_backup(folder)
    except DamagedBackupError as error:
        raise BackupError(f"The disk of {target} did not keep what was written: {error}") from error
    removed = 0 if keep_days is None else _remove_old(target, made_at - dt.timedelta(days=keep_days))
    return Backup(folder, manifest, _left_out(settings), removed)


def find_backups(target: Path) -> list[tuple[Path, BackupManifest]]:
    """The backups in a folder, oldest first. Folders without a readable manifest are left out."""
    found = []
    for folder in target.glob(f"{PREFIX}*"):
        with suppress(DamagedBackupError):
            found.append((folder, read_manifest(folder)))
    return sorted(found, key=lambda one: one[1].made_at)


def _fill(settings: Settings, part: Path, made_at: dt.datetime) -> BackupManifest:
    """Copy the deployment into ``part``, and return the manifest.

    The store is copied first: the files that its answers name exist by then, and are copied afterward. The record of
    erasures is copied last, so that it has those made during the backup.
    """
    database = find_store(settings.db_url)
    held = _copy_store(settings, part)
    paths = [SQLITE_FILE if isinstance(database, SQLite) else POSTGRES_FILE]
    logo = _find_logo(settings)
    for name in (*SINGLE_FILES, *filter(None, [logo])):
        if (settings.home / name).exists():
            _copy(settings.home / name, part / name)
            paths.append(name)
    for name in FOLDERS:
        for source in _walk(settings.home / name):
            path = Path(name) / source.relative_to(settings.home / name)
            with suppress(FileNotFoundError):  # an erasure removed it
                _copy(source, part / path)
                paths.append(path.as_posix())
    with Store(find_database(settings.db_url), create=False) as store:
        update_erasure_log(settings.home, store)
    if (settings.home / ERASURES_FILE).exists():
        _copy(settings.home / ERASURES_FILE, part / ERASURES_FILE)
        paths.append(ERASURES_FILE)
    manifest = BackupManifest(
        version=KIT_VERSION,
        made_at=made_at,
        database="sqlite" if isinstance(database, SQLite) else "postgresql",
        revision=held.revision,
        counts=held.counts,
        files=tuple(_describe(part, path) for path in paths),
        logo=logo,
    )
    write_atomically(part / MANIFEST_FILE, manifest.model_dump_json(indent=2).encode(), mode=PRIVATE)
    return manifest


def _find_logo(settings: Settings) -> str:
    """The name of the organization's logo in the home; empty if there is none, or the settings cannot be read."""
    with suppress(SettingsFileError):
        logo = settings.logo_file()
        return logo.name if logo and logo.name not in _KNOWN and not logo.name.startswith(SQLITE_FILE) else ""
    return ""


def _copy_store(settings: Settings, part: Path) -> StoreSummary:
    database = find_store(settings.db_url)
    if isinstance(database, SQLite):
        return copy_sqlite(database, part / SQLITE_FILE)
    return copy_postgres(database, part / POSTGRES_FILE)


def _walk(folder: Path) -> Iterator[Path]:
    """Every file below a folder. The folder itself and its files may be links, but not the folders in it."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_symlink() and path.is_dir():
            raise BackupError(f"{path} is a link to a folder, which is not followed. Put the folder in its place.")
        if path.is_symlink() and not path.exists():
            raise BackupError(f"{path} is a link to a file that is missing. Delete it, or put the file in its place.")
        if path.is_file() and not path.name.endswith(".part"):
            yield path


def _copy(source: Path, target: Path) -> None:
    """Copy a file with its modification time, readable only by its owner, flushed to disk."""
    before = source.stat()
    make_private_folder(target.parent)
    with source.open("rb") as file, open(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE), "wb") as copy:
        shutil.copyfileobj(file, copy)
        copy.flush()
        os.fsync(copy.fileno())
    os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))


def _describe(part: Path, path: str) -> BackupFile:
    found = (part / path).stat()
    return BackupFile(path=path, size=found.st_size, sha256=find_digest_of(part / path), mtime_ns=found.st_mtime_ns)


def _publish(part: Path, target: Path, made_at: dt.datetime) -> Path:
    """Give the finished folder its name, which has the time in UTC."""
    folder = target / f"{PREFIX}{made_at:%Y%m%dT%H%M%S.%fZ}"
    part.rename(folder)
    for path in (folder, target):
        if os.name == "posix":
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
    return folder


def _left_out(settings: Settings) -> tuple[str, ...]:
    names = {path.name for path in settings.home.iterdir() if not path.name.startswith(".")}
    return tuple(sorted(name for name in names - _KNOWN - {_find_logo(settings)} if not name.startswith(SQLITE_FILE)))


def _remove_stale_parts(target: Path) -> None:
    """Delete partial backups that are older than a day. A newer one may still be running."""
    for path in target.glob(f"{PART}*"):
        if time.time() - path.stat().st_mtime > STALE_S:
            shutil.rmtree(path, ignore_errors=True)


def _remove_old(target: Path, before: dt.datetime) -> int:
    old = [folder for folder, manifest in find_backups(target) if manifest.made_at < before]
    for folder in old:
        shutil.rmtree(folder)
    return len(old)
