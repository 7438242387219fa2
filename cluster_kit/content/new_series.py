"""Create the next cycle: a copy of a series with new dates, in the organization's pack."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from cluster_kit.content.folders import Folders
from cluster_kit.content.loading import load_content
from cluster_kit.content.models import Content, Meeting, Series
from cluster_kit.errors import UsageError

WEEKS_BETWEEN = dt.timedelta(weeks=12)
_SERIES_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_HEADER = """\
# When the sessions of this series take place. To change a date or a time, change it here: every page,
# notebook and packet follows. Times are those of the time zone below. A session's segments (in its own
# file) must add up to its minutes; `cluster-kit content check` says so when they do not.
"""


class SeriesExistsError(UsageError):
    """A series with this id exists. Nothing was changed."""

    exit_code = 1

    def __init__(self, series: str, where: Path) -> None:
        self.series, self.where = series, where
        super().__init__(f"There is a series {series!r} already, in {where}. Choose another id, or change that one.")


@dataclass(frozen=True)
class NewSeries:
    """The next cycle: its id and title, its source, and its schedule.

    ``times`` empty means the clock times of the source; ``title`` None means its title.
    """

    id: str
    source: str
    dates: tuple[dt.date, ...]
    times: tuple[tuple[dt.time, dt.time], ...] = ()
    title: str | None = None
    fictional: bool = False


def copy_as_fictional(source: Series, series: str, title: str, session: int, day: dt.date) -> NewSeries:
    """A fictional series with the sessions of ``source``: one of them on ``day``, the others twelve weeks apart."""
    dates = tuple(day + WEEKS_BETWEEN * (meeting.session - session) for meeting in source.schedule)
    return NewSeries(series, source.id, dates, title=f"{source.title} ({title})", fictional=True)


def parse_dates(text: str) -> tuple[dt.date, ...]:
    """Dates from ``2027-02-16,2027-05-11``, in that order. Raises ``UsageError`` for an invalid date."""
    days = []
    for part in _parts(text):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", part) or (day := _day(part)) is None:
            raise UsageError(f"{part!r} is not a day. Write days as 2027-02-16, with commas between them.")
        days.append(day)
    return tuple(days)


def parse_times(text: str) -> tuple[tuple[dt.time, dt.time], ...]:
    """Starts and ends from ``13:00-14:30,13:00-14:00``, in that order. Raises ``UsageError``."""
    times = []
    for part in _parts(text):
        match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)", part)
        if match is None:
            raise UsageError(
                f"{part!r} is not a start and an end. Write 13:00-14:30, with commas between the sessions."
            )
        hour, minute, end_hour, end_minute = map(int, match.groups())
        start, end = dt.time(hour, minute), dt.time(end_hour, end_minute)
        if end <= start:
            raise UsageError(f"{part!r} ends before it starts.")
        times.append((start, end))
    return tuple(times)


def create_series(new: NewSeries, overlay: Path) -> Path:
    """Copy the source's files into ``overlay/series/<id>`` with the new schedule, and return the folder.

    Session files are copied unchanged, including comments. The folder is created atomically.

    Raises
    ------
    SeriesExistsError
        Where the id is taken, by what ships or in the overlay.
    UsageError
        Where the id, the dates or the times cannot be.
    UnknownSeriesError, ContentError
        Where the source does not exist, or has problems itself.
    """
    if not _SERIES_ID.fullmatch(new.id):
        raise UsageError(f"{new.id!r} cannot be a series' id: use small letters, digits, - and _, such as 2027.")
    folders = Folders.over_shipped(overlay)
    target = overlay / "series" / new.id
    if new.id in folders.series_ids() or target.exists():
        raise SeriesExistsError(new.id, target)
    series = _series(new, load_content(new.source, overlay))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=overlay) as temporary:
        folder = Path(temporary) / new.id
        folder.mkdir()
        for path in _files(folders, new.source):
            shutil.copyfile(path, folder / path.name)
        (folder / "series.yaml").write_text(_HEADER + series_yaml(series), encoding="utf-8")
        try:
            os.rename(folder, target)
        except OSError as error:
            raise SeriesExistsError(new.id, target) from error
    return target


def series_yaml(series: Series) -> str:
    """The series as the text of its file."""
    head = {"schema_version": 1, "id": series.id, "title": series.title, "fictional": series.fictional}
    text = yaml.safe_dump({**head, "time_zone": series.time_zone}, allow_unicode=True, sort_keys=False, width=110)
    lines = [
        f'  - {{session: {m.session}, date: {m.date}, start: "{m.start:%H:%M}", end: "{m.end:%H:%M}"}}'
        for m in series.schedule
    ]
    return text + "schedule:\n" + "\n".join(lines) + "\n"


def _series(new: NewSeries, source: Content) -> Series:
    """The new series. Raises ``UsageError`` if it does not fit the source's sessions."""
    schedule = source.series.schedule
    _check_count("dates", len(new.dates), len(schedule))
    if new.times:
        _check_count("times", len(new.times), len(schedule))
    for before, after in zip(new.dates, new.dates[1:], strict=False):
        if after <= before:
            raise UsageError(f"The dates are out of order: {after} does not come after {before}.")
    title = source.series.title if new.title is None else new.title.strip()
    if not title:
        raise UsageError("The title is empty. Write one, or leave out --title to keep that of the source.")
    times = new.times or tuple((meeting.start, meeting.end) for meeting in schedule)
    meetings = (
        Meeting(session=old.session, date=date, start=start, end=end)
        for old, date, (start, end) in zip(schedule, new.dates, times, strict=True)
    )
    return Series(
        schema_version=1,
        id=new.id,
        title=title,
        fictional=new.fictional,
        time_zone=source.series.time_zone,
        schedule=tuple(meetings),
    )


def _check_count(noun: str, given: int, sessions: int) -> None:
    if given != sessions:
        raise UsageError(
            f"The source has {sessions} sessions, and there are {given} {noun}. Give one for each session."
        )


def _files(folders: Folders, series_id: str) -> Iterable[Path]:
    """The series' YAML files, each from the topmost folder that has it."""
    names = {path.name for layer in folders.layers for path in (layer / "series" / series_id).glob("*.yaml")}
    found = (folders.find(f"series/{series_id}/{name}") for name in sorted(names))
    return [path for path in found if path is not None]


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
