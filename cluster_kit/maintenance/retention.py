"""Find and delete what is older than the retention period of ``settings.toml``."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cluster_kit.content import load_content
from cluster_kit.content.errors import UnknownSeriesError
from cluster_kit.settings import Settings
from cluster_kit.store import NewErasure, Store
from cluster_kit.store.erasure_log import update_erasure_log
from cluster_kit.store.erasure_preview import remove_leftover_files
from cluster_kit.store.files import open_file_store
from cluster_kit.store.series_rows import SeriesRows

ASKED_BY = "cluster-kit retention"
LOGS = ("*.log", "*.log.*", "logs")
EXPORTS = ("exports", "packets", "worksheets", "*-out")
"""Names of files and folders in the home that hold logs, and documents that were made from answers."""


@dataclass(frozen=True)
class SeriesRetention:
    """A series of the store. ``ended``: the day of its last session, or, if its content is gone, of its newest entry.

    ``due``: the first day on which its record is to be deleted. ``files``: the number of its uploaded files.
    """

    rows: SeriesRows
    ended: dt.date
    due: dt.date
    files: int

    @property
    def counts(self) -> dict[str, int]:
        """What is deleted, by kind."""
        return {**self.rows.counts, **({"files": self.files} if self.files else {})}


@dataclass(frozen=True)
class RetentionPlan:
    """What is due today. ``days`` None: no period is set. ``kept``: the series that are not due yet."""

    days: int | None
    due: tuple[SeriesRetention, ...] = ()
    kept: tuple[SeriesRetention, ...] = ()
    logs: tuple[Path, ...] = ()
    exports: tuple[Path, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """True if nothing is due."""
        return not (self.due or self.logs or self.exports)


def plan_retention(settings: Settings, store: Store, today: dt.date) -> RetentionPlan:
    """What is due, by the period in ``settings.toml``. Nothing is changed. Raises ``SettingsFileError``."""
    days = settings.retention_days()
    if days is None:
        return RetentionPlan(None)
    period = dt.timedelta(days=days)
    found = [_describe(settings, rows, period) for rows in store.series_rows()]
    before = today - period
    return RetentionPlan(
        days,
        tuple(one for one in found if one.due <= today),
        tuple(one for one in found if one.due > today),
        tuple(_find_old(settings.home, LOGS, before)),
        tuple(_find_old(settings.home, EXPORTS, before)),
    )


def apply_retention(settings: Settings, store: Store, plan: RetentionPlan) -> None:
    """Delete what the plan has. Each state's part is recorded as an erasure, which a restored backup repeats.

    A call that was interrupted can be repeated: what was deleted is recorded, and the rest is still due.
    """
    for one in plan.due:
        series = one.rows.series
        why = f"{plan.days} days after the series"
        for state in (*one.rows.states, ""):  # last what belongs to no state, such as evaluations
            store.erase(NewErasure(series=series, jurisdiction=state, asked_by=ASKED_BY, why=why))
            update_erasure_log(settings.home, store)
            if state:
                remove_leftover_files(store, open_file_store(settings.files, series, state), series, state)
    for path in (*plan.logs, *plan.exports):
        path.unlink(missing_ok=True)


def _describe(settings: Settings, rows: SeriesRows, period: dt.timedelta) -> SeriesRetention:
    newest = rows.newest.date() if rows.newest else dt.date.min
    try:
        ended = max(day.date for day in load_content(rows.series, overlay=settings.content).series.schedule)
    except UnknownSeriesError:
        ended = newest
    files = sum(path.is_file() for path in (settings.files / rows.series).glob("*/*"))
    due = ended + period if ended > dt.date.min else ended
    return SeriesRetention(rows, ended, due, files)


def _find_old(home: Path, names: tuple[str, ...], before: dt.date) -> Iterator[Path]:
    """Files with these names, or in folders with these names, that were last changed before this day."""
    limit = dt.datetime.combine(before, dt.time(), dt.UTC).timestamp()
    for top in sorted({path for name in names for path in home.glob(name) if not path.is_symlink()}):
        files = [top] if top.is_file() else [Path(at, name) for at, _, found in os.walk(top) for name in found]
        yield from (path for path in sorted(files) if not path.is_symlink() and path.stat().st_mtime < limit)
