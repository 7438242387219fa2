"""Restore a backup into a new home, with the erasures that were made after it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from cluster_kit.files import PRIVATE, PRIVATE_FOLDER, make_private_folder
from cluster_kit.home_record import HOME_FILE, remember_key, remember_store
from cluster_kit.maintenance.databases import DatabaseCopyError, StoreSummary, check_sqlite, find_store, load_postgres
from cluster_kit.maintenance.errors import RestoreError
from cluster_kit.maintenance.manifest import POSTGRES_FILE, SQLITE_FILE, BackupManifest, find_digest_of, verify_backup
from cluster_kit.settings import Settings, sqlite_url
from cluster_kit.store import Erasure, NewerDatabaseError, Store
from cluster_kit.store.backends import PostgreSQL, SQLite
from cluster_kit.store.erasure_log import (
    ERASURES_FILE,
    merge_erasures,
    read_erasure_log,
    reapply_erasures,
    remove_sent_to,
    write_erasure_log,
)
from cluster_kit.store.schema import REVISION

STAGE = ".restore-"
_MAY_BE_THERE = {ERASURES_FILE, "lost+found"}


@dataclass(frozen=True)
class Restored:
    """A restored backup. ``erasures``: those that were carried out again. ``newest_erasure``: the time of the newest
    one in any of the records that were found; None if there was none."""

    manifest: BackupManifest
    erasures: tuple[Erasure, ...]
    newest_erasure: dt.datetime | None


def restore_backup(folder: Path, settings: Settings, erasure_logs: Sequence[Path] = ()) -> Restored:
    """Restore a backup into a home that does not exist, or is empty except for its record of erasures.

    ``erasure_logs`` are more records, such as that of the home before. Erasures that the backup does not have
    are carried out in the restored data before it is put in place. A PostgreSQL store is loaded into the empty database
    of ``settings``. Raises ``RestoreError``; then the home is unchanged.
    """
    manifest = verify_backup(folder)
    if manifest.revision > REVISION:
        raise NewerDatabaseError(str(folder), manifest.revision, REVISION)
    _check_target(manifest, settings)
    known = merge_erasures(
        *(read_erasure_log(path) for path in (settings.home / ERASURES_FILE, folder / ERASURES_FILE)),
        *(_read_given(path) for path in erasure_logs),
    )
    try:
        with _staged(settings) as stage:
            _copy_files(folder, manifest, stage)
            staged = _load_store(manifest, settings, stage)
            with Store.open(staged.db_url) as store:
                applied = reapply_erasures(store, stage / "files", known)
                write_erasure_log(stage / ERASURES_FILE, (erased := merge_erasures(known, store.erasures())))
                remove_sent_to(stage, erased)
            _put_in_place(stage, settings, manifest)
    except OSError as error:
        raise RestoreError(f"{error.filename or settings.home} cannot be written: {error.strerror}.") from error
    except DatabaseCopyError as error:
        raise RestoreError(str(error)) from error
    return Restored(manifest, tuple(applied), known[-1].at if known else None)


def _read_given(path: Path) -> tuple[Erasure, ...]:
    """A record of erasures, or that of a home or backup folder."""
    file = path / ERASURES_FILE if path.is_dir() else path
    if not file.is_file():
        raise RestoreError(f"There is no record of erasures at {file}.")
    return read_erasure_log(file)


def _check_target(manifest: BackupManifest, settings: Settings) -> None:
    home = settings.home
    found = sorted({path.name for path in home.iterdir()} - _MAY_BE_THERE) if home.exists() else []
    if any(name.startswith(STAGE) for name in found):
        raise RestoreError(f"A restore into {home} was interrupted. Delete the folder, and restore again.")
    if found:
        raise RestoreError(
            f"{home} is not empty: it has {', '.join(found[:5])}. Nothing was restored. Stop the servers, move the"
            " folder away, and restore again with --erasures and the moved folder, so that erased answers stay erased."
        )
    database = find_store(settings.db_url)
    if manifest.database == "postgresql" and not isinstance(database, PostgreSQL):
        raise RestoreError("This is a backup of a PostgreSQL store. Create an empty database, and name it with --db.")
    if manifest.database == "sqlite" and not isinstance(database, SQLite):
        raise RestoreError("This is a backup of an SQLite store. Restore it without --db or CLUSTER_KIT_DB.")
    if isinstance(database, SQLite) and database.path.exists():
        raise RestoreError(f"{database.path} exists already. Nothing was restored. Move it away first.")


@contextmanager
def _staged(settings: Settings) -> Iterator[Path]:
    """A folder in the home for what is being restored. Until it is in place, no server can create an empty store."""
    home, existed = settings.home, settings.home.exists()
    make_private_folder(home)
    os.chmod(home, PRIVATE_FOLDER)
    remember_store(home, find_store(settings.db_url).place)
    stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=home))
    try:
        yield stage
        shutil.rmtree(stage)
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        (home / HOME_FILE).unlink(missing_ok=True)
        if not existed:
            with suppress(OSError):
                home.rmdir()
        raise


def _copy_files(folder: Path, manifest: BackupManifest, stage: Path) -> None:
    """Copy every file, flushed to disk, and compare its checksum again."""
    for file in manifest.files:
        target = stage / file.path
        make_private_folder(target.parent)
        with (
            (folder / file.path).open("rb") as source,
            open(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE), "wb") as copy,
        ):
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
        os.utime(target, ns=(file.mtime_ns, file.mtime_ns))
        if find_digest_of(target) != file.sha256:
            raise RestoreError(f"{file.path} changed while it was copied. Nothing was restored.")


def _load_store(manifest: BackupManifest, settings: Settings, stage: Path) -> Settings:
    """Check the store's copy, or load it into PostgreSQL; the settings with which to open it."""
    database = find_store(settings.db_url)
    found: StoreSummary
    if isinstance(database, PostgreSQL):
        found, staged = load_postgres(stage / POSTGRES_FILE, database), settings
    else:
        found = check_sqlite(stage / SQLITE_FILE)
        staged = replace(settings, db=sqlite_url(stage / SQLITE_FILE))
    if found.counts != manifest.counts or found.revision != manifest.revision:
        raise RestoreError(f"The restored store has other rows than the backup says. {settings.home} is unchanged.")
    return staged


def _put_in_place(stage: Path, settings: Settings, manifest: BackupManifest) -> None:
    """Move everything out of the stage, the store last. The files belong to the home's owner."""
    home = settings.home
    (stage / POSTGRES_FILE).unlink(missing_ok=True)
    _change_owner(stage, home)
    names = sorted((path.name for path in stage.iterdir()), key=lambda name: (name == SQLITE_FILE, name))
    for name in names:
        database = find_store(settings.db_url)
        is_store = name == SQLITE_FILE and isinstance(database, SQLite)
        target = database.path if is_store and isinstance(database, SQLite) else home / name
        make_private_folder(target.parent)
        shutil.move(stage / name, target)
    if any(file.path == "secret" for file in manifest.files):
        remember_key(home, settings.secret())


def _change_owner(stage: Path, home: Path) -> None:
    """Give the restored files to the home's owner, for an administrator who restores the home of a service account."""
    if os.name != "posix" or os.geteuid() != 0:
        return
    owner = home.stat()
    for path in (home / HOME_FILE, stage, *stage.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
