"""The files that an export can be. Packages add formats through the entry point group ``cluster_kit.exports``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cluster_kit.content.models import Content
from cluster_kit.exports.gathering import AnswerLine
from cluster_kit.registry import Registry

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ExportData:
    """Everything that staff may see of a series, at one moment of the store."""

    content: Content
    lines: Sequence[AnswerLine]

    @cached_property
    def answers(self) -> pd.DataFrame:
        """One row for each answer. Columns and types: ``exports.tables.TIDY``."""
        from cluster_kit.exports.tables import tidy_frame

        return tidy_frame(self.content, self.lines)

    @cached_property
    def codebook(self) -> pd.DataFrame:
        """One row for each question: its address, its words, and what its values mean."""
        from cluster_kit.exports.tables import codebook_frame

        return codebook_frame(self.content)


class ExportFormat(Protocol):
    """A function that writes an export. Its name in the registry is the file's ending, without the dot."""

    def __call__(self, data: ExportData, out: Path, /) -> None:
        """Write ``out``, and beside it whatever else belongs to the export, such as a codebook.

        The folder is a temporary one: its files are moved to where they belong once all of them are complete.
        """


def _write_workbook(data: ExportData, out: Path) -> None:
    from cluster_kit.exports.workbook import write_export_workbook

    write_export_workbook(data.content, data.lines, out)


def _write_tables(data: ExportData, out: Path) -> None:
    from cluster_kit.exports.tables import write_table

    write_table(data.answers, out)
    write_table(data.codebook, out.with_name(f"{out.stem}-codebook{out.suffix}"))


EXPORT_FORMATS: Registry[ExportFormat] = Registry("cluster_kit.exports", "export format")
"""How exports are written, by file ending. Packages add to it."""
EXPORT_FORMATS.register("xlsx", _write_workbook)
for _ending in ("csv", "parquet", "jsonl"):
    EXPORT_FORMATS.register(_ending, _write_tables)
