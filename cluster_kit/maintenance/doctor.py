"""Check everything that a deployment owns, and say what to do about each problem."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from cluster_kit.content import check_content
from cluster_kit.errors import ClusterKitError
from cluster_kit.files import find_open_paths
from cluster_kit.home_record import HOME_FILE, had_store, key_fingerprint, read_home_record
from cluster_kit.maintenance.backup import PART, find_backups
from cluster_kit.maintenance.databases import (
    StoreSummary,
    check_sqlite,
    count_changed_rows,
    find_store,
    summarize_store,
)
from cluster_kit.maintenance.errors import RestoreError
from cluster_kit.maintenance.manifest import KIT_VERSION, PROXY_SECRET, BackupManifest, find_digest_of, verify_backup
from cluster_kit.maintenance.restore import STAGE
from cluster_kit.maintenance.retention import plan_retention
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from cluster_kit.store.backends import PostgreSQL, SQLite, find_database
from cluster_kit.store.erasure_log import ERASURES_FILE, find_missing, merge_erasures, read_erasure_log
from cluster_kit.store.files import find_digests
from cluster_kit.store.schema import REVISION, events, people, responses
from cluster_kit.text import count_of, format_size, join_words

Status = Literal["ok", "warning", "error"]
CLOCK_TOLERANCE = dt.timedelta(seconds=5)
"""How much later than now a stored time may be, and how much a database's clock may differ."""
LOW_DISK, FULL_DISK = 2_000_000_000, 200_000_000
"""Free space in bytes below which a disk is reported as low, and as full."""
COMPARED = {"responses": "answer", "events": "event", "evaluations": "evaluation"}
"""What the rows of a table that are compared with a backup are called."""
BACKUP_AGE = dt.timedelta(hours=26)
"""How old the newest backup may be: a day, and the time that it takes."""


@dataclass(frozen=True)
class CheckResult:
    """The result of one check: what was found, and what to do about it (empty if nothing is wrong)."""

    check: str
    status: Status
    found: str
    advice: str = ""


def diagnose(settings: Settings, backups: Path | None = None) -> list[CheckResult]:
    """The results of all checks. Nothing is changed. ``backups``: the folder of backups, if they are to be checked."""
    checks: list[tuple[str, Callable[[], Iterator[CheckResult]]]] = [
        ("home", lambda: _check_home(settings)),
        ("settings", lambda: _check_settings(settings)),
        ("key", lambda: _check_key(settings)),
        ("store", lambda: _check_store(settings)),
        ("files", lambda: _check_files(settings)),
        ("erasures", lambda: _check_erasures(settings)),
        ("retention", lambda: _check_retention(settings)),
        ("clock", lambda: _check_clock(settings)),
        ("disk", lambda: _check_disks(settings)),
        ("content", lambda: _check_content(settings)),
    ]
    if backups is not None:
        checks.append(("backups", lambda: _check_backups(settings, backups)))
    python = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    results = [CheckResult("version", "ok", f"Cluster Kit {KIT_VERSION}, Python {python}, store schema {REVISION}.")]
    for name, check in checks:
        try:
            results += check()
        except ClusterKitError as error:
            results.append(CheckResult(name, "error", str(error), "Do what the message says, and check again."))
        except OSError as error:
            advice = "Check the file, its disk, and its permissions."
            results.append(CheckResult(name, "error", f"{error.filename} cannot be read: {error.strerror}.", advice))
    return results


def _check_home(settings: Settings) -> Iterator[CheckResult]:
    home = settings.home
    if not home.is_dir():
        advice = "Name the home with --home, mount its disk, or restore a backup."
        yield CheckResult("home", "error", f"There is no home folder at {home}.", advice)
        return
    yield from _check_modes("home", home, [home, home / HOME_FILE, home / ERASURES_FILE])
    left = sorted(path.name for path in home.glob(f"{STAGE}*"))
    if left:
        advice = "Stop the servers, move the home away, and restore the backup again."
        yield CheckResult("home", "error", f"A restore into {home} was interrupted.", advice)
    if os.name == "posix":
        owner = home.stat().st_uid
        others = [path.name for path in home.iterdir() if path.stat().st_uid != owner]
        if others:
            advice = f"Give them to its owner: chown -R --reference={home} {home}"
            found = f"{', '.join(sorted(others)[:5])}: owned by another account than {home}."
            yield CheckResult("home", "warning", found, advice)


def _check_modes(check: str, place: Path, paths: list[Path]) -> Iterator[CheckResult]:
    """Check that other accounts have no access."""
    if opened := find_open_paths(paths):
        shown = ", ".join(str(path) for path in opened[:5])
        advice = f"chmod go-rwx {shown.replace(', ', ' ')}"
        yield CheckResult(check, "warning", f"Other accounts have access to {shown}.", advice)
    elif os.name == "posix":
        yield CheckResult(check, "ok", f"{place}: only its owner has access.")


def _check_settings(settings: Settings) -> Iterator[CheckResult]:
    settings.organization()  # raises an error that says what to do
    if settings.contact().is_reachable:
        yield CheckResult("settings", "ok", f"Series {settings.series or 'not set'}; the contact is set.")
    else:
        advice = f"Set an email address or a phone number under [contact] in {settings.file}."
        yield CheckResult("settings", "warning", "The notice names no contact.", advice)


def _check_key(settings: Settings) -> Iterator[CheckResult]:
    path = settings.home / "secret"
    remembered = read_home_record(settings.home).key
    if not path.exists() and not remembered:
        yield CheckResult("key", "ok", "There is no signing key yet. The first link or server creates it.")
        return
    key = settings.secret()  # exists, so this reads it; raises an error that says what to do
    yield from _check_modes("key", path, [path, settings.home / PROXY_SECRET])
    if remembered and remembered != key_fingerprint(key):
        advice = f"Put the former key back. If the change was intended, delete {settings.home / HOME_FILE}."
        yield CheckResult("key", "warning", "The signing key is another one than before: older links fail.", advice)


def _check_store(settings: Settings) -> Iterator[CheckResult]:
    database = find_store(settings.db_url)
    if isinstance(database, SQLite):
        if not database.path.exists():
            lost = had_store(settings.home, database.place)
            advice = "Put it back (mount its disk), or restore a backup." if lost else ""
            yield CheckResult("store", "error" if lost else "ok", f"There is no store at {database.path} yet.", advice)
            return
        held = check_sqlite(database.path)
        yield from _check_modes("store", database.path, [*database.path.parent.glob(f"{database.path.name}*")])
    else:
        results, held = _check_postgres(database)
        yield from results
    yield _check_revision(held)
    answers, names = (count_of(held.counts.get(table, 0), noun) for table, noun in _COUNTED)
    yield CheckResult("store", "ok", f"{database.place} is intact: {answers}, {names}.")


_COUNTED = (("responses", "answer"), ("people", "name"))


def _check_postgres(database: PostgreSQL) -> tuple[list[CheckResult], StoreSummary]:
    """Check for server settings that lose data in a crash, and count what the store holds."""
    results = []
    engine = database.connect()
    try:
        with engine.connect() as connection:
            for name in ("fsync", "full_page_writes"):
                if connection.exec_driver_sql(f"SHOW {name}").scalar_one() != "on":
                    advice = f"Set {name} = on in the server's configuration, and restart it."
                    found = f"PostgreSQL runs with {name} off: a crash loses data."
                    results.append(CheckResult("store", "error", found, advice))
            return results, summarize_store(connection, database.place)
    except DBAPIError as error:
        raise database.explain(error) from error
    finally:
        engine.dispose()


def _check_revision(held: StoreSummary) -> CheckResult:
    if held.revision > REVISION:
        return CheckResult("store", "error", f"The store's schema {held.revision} is newer.", "Update the kit.")
    if held.revision < REVISION:
        advice = "Make a backup. The next start of the server migrates the store."
        return CheckResult("store", "warning", f"The store's schema {held.revision} is older than {REVISION}.", advice)
    return CheckResult("store", "ok", f"The store has schema {held.revision}.")


def _check_files(settings: Settings) -> Iterator[CheckResult]:
    """Check that every uploaded file matches the hash in its name, and that every file that an answer names exists."""
    kept = [path for path in settings.files.glob("*/*/*") if path.is_file()]
    damaged = [path for path in kept if not path.name.startswith(".") and find_digest_of(path) != path.name]
    if damaged:
        advice = "Copy them from a backup, or ask the states to upload them again."
        found = f"{count_of(len(damaged), 'uploaded file')} damaged, such as {damaged[0]}."
        yield CheckResult("files", "error", found, advice)
    if kept:
        yield from _check_modes("files", settings.files, [settings.files, *settings.files.glob("*/*"), *kept])
    store = _open_unchanged(settings)
    if store is None:
        return
    with store:
        series = {path.parent.parent.name for path in kept} | ({settings.series} if settings.series else set())
        missing = 0
        for one in series:
            for jurisdiction in store.watermarks(one):
                named = find_digests(store.current(one, jurisdiction))
                folder = settings.files / one / jurisdiction
                missing += sum(not (folder / digest).exists() for digest in named)
    if missing:
        advice = "Copy files/ from a backup, or ask the states to upload them again."
        yield CheckResult("files", "error", f"{count_of(missing, 'file')} named by answers missing.", advice)
    else:
        found = f"{count_of(len(kept), 'uploaded file')}; every file that an answer names is there."
        yield CheckResult("files", "ok", found)


def _check_erasures(settings: Settings) -> Iterator[CheckResult]:
    recorded = read_erasure_log(settings.home / ERASURES_FILE)
    store = _open_unchanged(settings)
    if store is None:
        return
    with store:
        missing, held = find_missing(store, recorded), store.erasures()
    if missing:
        found = f"{count_of(len(missing), 'recorded erasure')} not in this store, so erased answers may be back."
        yield CheckResult("erasures", "error", found, "Restart the server: it carries them out again.")
    elif len(merge_erasures(recorded, held)) > len(recorded):
        advice = "Restart the server, or make a backup: both complete the record."
        yield CheckResult("erasures", "warning", f"{ERASURES_FILE} does not have every erasure.", advice)
    else:
        yield CheckResult("erasures", "ok", f"{count_of(len(recorded), 'erasure')} recorded, all carried out.")


def _check_retention(settings: Settings) -> Iterator[CheckResult]:
    store = _open_unchanged(settings)
    if store is None:
        return
    with store:
        plan = plan_retention(settings, store, dt.datetime.now(dt.UTC).date())
    advice = "List it with: cluster-kit retention"
    if plan.days is None:
        yield CheckResult("retention", "ok", "No retention period is set.")
    elif plan.due:
        named = ", ".join(one.rows.series for one in plan.due)
        yield CheckResult("retention", "warning", f"Past its retention period of {plan.days:,} days: {named}.", advice)
    elif not plan.is_nothing:
        old = count_of(len(plan.logs) + len(plan.exports), "log or exported file", "logs and exported files")
        yield CheckResult("retention", "warning", f"{old} older than {plan.days:,} days.", advice)
    else:
        yield CheckResult("retention", "ok", f"Nothing is older than {plan.days:,} days.")


def _check_clock(settings: Settings) -> Iterator[CheckResult]:
    """Check that no stored time is in the future, and that the database server's clock agrees with this machine's."""
    database, now = find_store(settings.db_url), dt.datetime.now(dt.UTC)
    advice = "Turn on time synchronization (timedatectl set-ntp true), and check the date with: date --utc"
    if isinstance(database, SQLite) and not database.path.exists():
        return
    engine = database.connect(create=False)
    try:
        with engine.connect() as connection:
            newest = [connection.scalar(select(func.max(table.c.at))) for table in (responses, events, people)]
            links = connection.scalar(select(func.max(people.c.links_since)))
            theirs = None
            if isinstance(database, PostgreSQL):
                theirs = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    except DBAPIError as error:
        raise database.explain(error) from error
    finally:
        engine.dispose()
    if theirs is not None and abs(theirs - dt.datetime.now(dt.UTC)) > CLOCK_TOLERANCE:
        yield CheckResult("clock", "error", f"The database's clock shows {theirs:%Y-%m-%d %H:%M:%S} UTC.", advice)
    latest = max([one for one in newest if one], default=None)
    if latest and latest > now + CLOCK_TOLERANCE:
        found = f"The store has entries of {latest:%Y-%m-%d %H:%M} UTC, which is in the future."
        yield CheckResult("clock", "error", found, advice)
    elif links and links > now + CLOCK_TOLERANCE:
        found = f"Links were replaced at {links:%Y-%m-%d %H:%M} UTC, in the future: newer links fail until then."
        yield CheckResult("clock", "error", found, f"{advice}. Then replace the links again.")
    else:
        yield CheckResult("clock", "ok", f"{now:%Y-%m-%d %H:%M:%S} UTC; nothing in the store is later.")


def _check_disks(settings: Settings) -> Iterator[CheckResult]:
    database = find_store(settings.db_url)
    places = {settings.home, *((database.path.parent,) if isinstance(database, SQLite) else ())}
    for place in sorted(path for path in places if path.is_dir()):
        free = shutil.disk_usage(place).free
        status: Status = "error" if free < FULL_DISK else "warning" if free < LOW_DISK else "ok"
        advice = "" if status == "ok" else f"Free some space on the disk of {place}."
        yield CheckResult("disk", status, f"{format_size(free)} free on the disk of {place}.", advice)


def _check_content(settings: Settings) -> Iterator[CheckResult]:
    problems = check_content(settings.content)
    if problems:
        advice = "List them with: cluster-kit content check"
        yield CheckResult("content", "error", f"{count_of(len(problems), 'problem')} in the content files.", advice)
    else:
        own = " with your own files" if settings.content.is_dir() else ""
        yield CheckResult("content", "ok", f"The content{own} is valid.")


def _check_backups(settings: Settings, folder: Path) -> Iterator[CheckResult]:
    found = find_backups(folder) if folder.is_dir() else []
    if not found:
        yield CheckResult("backups", "error", f"There is no backup in {folder}.", "Make one: cluster-kit backup")
        return
    newest, manifest = found[-1]
    age = dt.datetime.now(dt.UTC) - manifest.made_at
    try:
        verify_backup(newest)
    except RestoreError as error:
        yield CheckResult("backups", "error", str(error), "Check the disk, and make a new backup.")
        return
    if age > BACKUP_AGE:
        advice = "Make one now, and check the timer: systemctl status cluster-kit-backup.timer"
        yield CheckResult("backups", "error", f"The newest backup is {age.days} days old: {newest}.", advice)
    else:
        yield CheckResult("backups", "ok", f"{count_of(len(found), 'backup')}; the newest is complete: {newest}.")
    yield from _compare_with_backup(settings, newest, manifest)
    parts = [path.name for path in folder.glob(f"{PART}*")]
    if parts:
        found_parts = f"{count_of(len(parts), 'unfinished backup')} in {folder}."
        yield CheckResult("backups", "warning", found_parts, "A later backup deletes them after a day.")


def _compare_with_backup(settings: Settings, folder: Path, manifest: BackupManifest) -> Iterator[CheckResult]:
    """Check that an SQLite store has what its newest backup has, unchanged: SQLite has no checksums."""
    database = find_store(settings.db_url)
    if not isinstance(database, SQLite) or manifest.database != "sqlite" or manifest.revision != REVISION:
        return
    if not database.path.exists():
        return
    if changed := count_changed_rows(database.path, folder / manifest.store_file):
        rows = join_words([count_of(count, COMPARED[table]) for table, count in changed.items()])
        found = f"{rows} of the newest backup missing from the store, or changed in it."
        advice = "Keep this backup. Check the disk. Restore the backup, unless an older one was restored on purpose."
        yield CheckResult("backups", "error", found, advice)
    else:
        yield CheckResult("backups", "ok", "What the newest backup has is unchanged in the store, or erased.")


def _open_unchanged(settings: Settings) -> Store | None:
    """The store as it is, without a migration; None if there is none."""
    database = find_database(settings.db_url)
    if isinstance(database, SQLite) and not database.path.exists():
        return None
    return Store(database, create=False)
