"""Export file formats. Packages add formats through the entry point group ``cluster_kit.exports``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cluster_kit.content.models import Content
from cluster_kit.exports.gathering import AnswerLine, ReplacedLine
from cluster_kit.insights.evaluation import EvaluationSummary
from cluster_kit.registry import Registry

if TYPE_CHECKING:
    import pandas as pd


DICTIONARY = "Data dictionary"


@dataclass(frozen=True)
class ExportData:
    """Everything that staff may see of a series, as a snapshot of the store.

    ``since``: only the answers, posts, and questions from this time on, and in ``removed`` the answers that are no
    longer exported (columns: ``exports.tables.REMOVED``). ``attendance`` has a row per session and state, without names
    (columns: ``exports.attendance.ATTENDANCE_STATES``), ``room`` what was posted, asked, and parked (columns:
    ``exports.room_record.COLUMNS``). ``replaced`` are answers to questions that the content no longer asks.
    """

    content: Content
    lines: Sequence[AnswerLine]
    evaluations: Sequence[EvaluationSummary] = ()
    attendance: pd.DataFrame | None = None
    room: pd.DataFrame | None = None
    since: dt.datetime | None = None
    removed: pd.DataFrame | None = None
    replaced: Sequence[ReplacedLine] = ()

    @cached_property
    def evaluation_counts(self) -> pd.DataFrame:
        """Results of the anonymous session evaluations, counts only. Columns: ``exports.evaluation.COLUMNS``."""
        from cluster_kit.exports.evaluation import evaluation_frame

        return evaluation_frame(self.evaluations)

    @cached_property
    def answers(self) -> pd.DataFrame:
        """One row per answer. Columns and types: ``exports.tables.TIDY``."""
        from cluster_kit.exports.tables import tidy_frame

        return tidy_frame(self.content, self.lines)

    @cached_property
    def codebook(self) -> pd.DataFrame:
        """One row per question: its address, text, and values. Columns and types: ``exports.tables.CODEBOOK``."""
        from cluster_kit.exports.tables import codebook_frame

        return codebook_frame(self.content)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the export by name (``exports.dictionary``), without empty ones, and the data dictionary."""
        from cluster_kit.exports.dictionary import dictionary_frame
        from cluster_kit.exports.tables import replaced_frame

        beside = {
            "Removed answers": self.removed,
            "Replaced questions": replaced_frame(self.content, self.replaced),
            "Session evaluations": self.evaluation_counts,
            "Attendance by state": self.attendance,
            "Boards and questions": self.room,
        }
        present = {name: frame for name, frame in beside.items() if frame is not None and not frame.empty}
        return {"All answers": self.answers, "Codebook": self.codebook, **present, DICTIONARY: dictionary_frame()}


class ExportFormat(Protocol):
    """A function that writes an export, registered under the file extension without the dot."""

    def __call__(self, data: ExportData, out: Path, /) -> None:
        """Write ``out``, and beside it any other file of the export, such as a codebook.

        The folder is temporary: the files are moved to their destination once all of them are complete.
        """


def _write_workbook(data: ExportData, out: Path) -> None:
    from cluster_kit.exports.workbook import write_export_workbook

    write_export_workbook(data.content, data.lines, out, data.tables, data.since)


def _write_tables(data: ExportData, out: Path) -> None:
    from cluster_kit.exports.dictionary import find_export_table
    from cluster_kit.exports.tables import write_table

    facts = {
        "series": data.content.series.id,
        "content_version": data.content.version,
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "since": data.since.isoformat() if data.since else "",
    }
    for name, frame in data.tables.items():
        if name == DICTIONARY:
            write_table(frame, out.with_name(f"{out.stem}-dictionary{out.suffix}"), facts)
            continue
        table = find_export_table(name)
        meanings = {column: meaning for column, (_, meaning) in table.columns.items()}
        about = {**facts, "table": name, "row": table.row}
        write_table(frame, out.with_name(f"{out.stem}{table.suffix}{out.suffix}"), about, meanings)


EXPORT_FORMATS: Registry[ExportFormat] = Registry("cluster_kit.exports", "export format")
"""Export writers by file extension. Other packages can register more."""
EXPORT_FORMATS.register("xlsx", _write_workbook)
for _ending in ("csv", "parquet", "jsonl"):
    EXPORT_FORMATS.register(_ending, _write_tables)
