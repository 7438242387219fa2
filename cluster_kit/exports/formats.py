"""Export file formats. Packages add formats through the entry point group ``cluster_kit.exports``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cluster_kit.content.models import Content
from cluster_kit.exports.gathering import AnswerLine
from cluster_kit.insights.evaluation import EvaluationSummary
from cluster_kit.registry import Registry

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ExportData:
    """Everything that staff may see of a series, as a snapshot of the store.

    ``attendance`` has a row per session and state, without names (``exports.attendance.ATTENDANCE_STATES``), ``room``
    what was posted, asked, and parked (``exports.room_record.COLUMNS``).
    """

    content: Content
    lines: Sequence[AnswerLine]
    evaluations: Sequence[EvaluationSummary] = ()
    attendance: pd.DataFrame | None = None
    room: pd.DataFrame | None = None

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
        """One row per question: its address, its text, and the meaning of its values."""
        from cluster_kit.exports.tables import codebook_frame

        return codebook_frame(self.content)


class ExportFormat(Protocol):
    """A function that writes an export, registered under the file extension without the dot."""

    def __call__(self, data: ExportData, out: Path, /) -> None:
        """Write ``out``, and beside it any other file of the export, such as a codebook.

        The folder is temporary: the files are moved to their destination once all of them are complete.
        """


def _write_workbook(data: ExportData, out: Path) -> None:
    from cluster_kit.exports.workbook import write_export_workbook

    write_export_workbook(data.content, data.lines, out, data.evaluation_counts, data.attendance, data.room)


def _write_tables(data: ExportData, out: Path) -> None:
    from cluster_kit.exports.tables import write_table

    write_table(data.answers, out)
    write_table(data.codebook, out.with_name(f"{out.stem}-codebook{out.suffix}"))
    if not data.evaluation_counts.empty:
        write_table(data.evaluation_counts, out.with_name(f"{out.stem}-evaluations{out.suffix}"))
    if data.attendance is not None and not data.attendance.empty:
        write_table(data.attendance, out.with_name(f"{out.stem}-attendance{out.suffix}"))
    if data.room is not None and not data.room.empty:
        write_table(data.room, out.with_name(f"{out.stem}-room{out.suffix}"))


EXPORT_FORMATS: Registry[ExportFormat] = Registry("cluster_kit.exports", "export format")
"""Export writers by file extension. Other packages can register more."""
EXPORT_FORMATS.register("xlsx", _write_workbook)
for _ending in ("csv", "parquet", "jsonl"):
    EXPORT_FORMATS.register(_ending, _write_tables)
