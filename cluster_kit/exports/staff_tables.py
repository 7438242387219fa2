"""Tables with names and addresses for staff, as a workbook or as CSV files that only their owner can read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cluster_kit.errors import UsageError
from cluster_kit.files import PRIVATE, report_write_errors, staging_folder
from cluster_kit.text import join_words

if TYPE_CHECKING:
    import pandas as pd

ENDINGS = (".csv", ".xlsx")


def write_staff_tables(frames: Mapping[str, pd.DataFrame], title: str, out: Path) -> tuple[Path, ...]:
    """Write tables, by name, to ``out``, and return the files.

    ``.xlsx``: one workbook with a sheet for each table, its header frozen, with filters. ``.csv``: the first table is
    ``out``; each other one is a file beside it with its name, such as ``attendance-by-state.csv``. No cell is read as a
    formula. Raises ``UsageError`` for another extension, or if a file cannot be written.
    """
    from cluster_kit.exports.tables import write_table
    from cluster_kit.exports.workbook import write_sheets_workbook

    ending = out.suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(f"{out.name} must end in {join_words(ENDINGS, 'or')}.")
    beside = {name: f"{out.stem}-{'-'.join(name.lower().split())}{out.suffix}" for name in list(frames)[1:]}
    names = [out.name, *(beside.values() if ending == ".csv" else ())]
    with report_write_errors(out), staging_folder(out.parent) as folder:
        if ending == ".xlsx":
            write_sheets_workbook(frames, title, folder / out.name)
        else:
            for name, frame in zip(names, frames.values(), strict=True):
                write_table(frame, folder / name)
        for path in folder.iterdir():
            path.chmod(PRIVATE)
    return tuple(out.with_name(name) for name in names)
