"""Export of all answers that staff may see, in the format that the file extension selects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster_kit.content import load_content
from cluster_kit.errors import UsageError
from cluster_kit.exports.attendance import read_held_attendance
from cluster_kit.exports.changes import changes_file, note_export, read_since, removed_frame, was_exported
from cluster_kit.exports.dictionary import export_tables
from cluster_kit.exports.evaluation import read_summaries
from cluster_kit.exports.formats import EXPORT_FORMATS, ExportData
from cluster_kit.exports.gathering import gather_answers, gather_replaced
from cluster_kit.exports.room_record import read_room_record
from cluster_kit.files import report_write_errors, staging_folder
from cluster_kit.settings import Settings
from cluster_kit.store.deployment import open_deployment_store
from cluster_kit.text import join_words

OVERLAP = dt.timedelta(minutes=1)  # a save that is being written may have an earlier time


@dataclass(frozen=True)
class Exported:
    """The files written, and the number of answers and states in them."""

    files: tuple[Path, ...]
    answers: int
    states: int


def export_answers(
    settings: Settings, series: str, out: Path, jurisdictions: Sequence[str] | None = None, since: str | None = None
) -> Exported:
    """Write every answer of a series that staff may see to a file; its extension selects the format.

    A workbook includes its codebook; for other formats the codebook is a second file. The export is a consistent
    snapshot, even during a session. Files are written atomically. Files of the same name from an earlier export, with
    tables that are empty now, are deleted.

    Parameters
    ----------
    series
        The series' id.
    out
        The file: ``.xlsx``, ``.csv``, ``.parquet``, or ``.jsonl``. ``docs/how-to/exports.md`` lists the columns.
    jurisdictions
        Postal abbreviations. None means all.
    since
        Only what has changed since a date or time in UTC, or since the ``last`` export to a file of this name, in a
        file of its own (``changes_file``). The table ``Removed answers`` has what is no longer exported. An answer may
        be in two exports, so that none is lost.

    Raises
    ------
    UsageError
        For another extension, or if the folder is not writable. Content and store raise their own errors.
    """
    endings = [f".{name}" for name in EXPORT_FORMATS.names()]
    if out.suffix.lower() not in endings:
        raise UsageError(f"{out.name} must end in {join_words(endings, 'or')}.")
    write = EXPORT_FORMATS.get(out.suffix.lower().removeprefix("."))
    content = load_content(series, overlay=settings.content)
    start = dt.datetime.now(dt.UTC) - OVERLAP
    after = read_since(since, settings.home, series, out) if since else None
    with open_deployment_store(settings) as store:
        lines = gather_answers(content, store, jurisdictions)
        replaced = gather_replaced(content, store, jurisdictions)
        # Evaluations belong to no state, so they are in exports of all states only.
        evaluations = read_summaries(settings, content, store) if jurisdictions is None else []
        attendance = read_held_attendance(content, store, jurisdictions)
        room = read_room_record(content, store, jurisdictions)
        removed = removed_frame(content, store, lines, after, jurisdictions) if after else None
    if after:
        lines, room = [line for line in lines if line.answered_at >= after], room[room["at"] >= after]
        replaced = [line for line in replaced if line.answer.response.at >= after]
    file = changes_file(out) if after else out
    with report_write_errors(file), staging_folder(out.parent) as folder:
        write(ExportData(content, lines, evaluations, attendance, room, after, removed, replaced), folder / file.name)
        beside = sorted({path.name for path in folder.iterdir()} - {file.name})
    files = (file, *(file.with_name(name) for name in beside))
    with report_write_errors(file):
        if was_exported(settings.home, series, out):
            _remove_earlier_tables(files)
    note_export(settings.home, series, out, start)
    return Exported(files, len(lines), len({line.jurisdiction for line in lines}))


def _remove_earlier_tables(files: Sequence[Path]) -> None:
    """Delete the tables that an earlier export wrote beside ``files[0]`` and this one, with ``files``, did not."""
    out = files[0]
    suffixes = [table.suffix for table in export_tables() if table.suffix.startswith("-")]
    for path in (out.with_name(f"{out.stem}{suffix}{out.suffix}") for suffix in suffixes):
        if path not in files:
            path.unlink(missing_ok=True)
