"""Write ``docs/reference/exports.md``, the data dictionary of all exports. ``python -m docs.make_export_tables``."""

from __future__ import annotations

from pathlib import Path

from cluster_kit.exports.dictionary import ExportTable, export_tables

PAGE = Path(__file__).parent / "reference" / "exports.md"
INTRODUCTION = """\
# Tables of the exports

Every table that staff can export, and the meaning of its columns. Names of columns are stable: programs can rely on
them. Each export contains this page as a table (`Data dictionary`, or a file such as `answers-dictionary.csv`), and
Parquet files have it in their schema.
[How to export](../how-to/exports.md). This page is written by `python -m docs.make_export_tables`.
"""


def write_page() -> str:
    """The page as Markdown."""
    return "\n".join([INTRODUCTION, *map(_table, export_tables())])


def _table(table: ExportTable) -> str:
    if table.suffix.startswith("cluster-kit"):
        where = f"`{table.suffix}` with `--out`"
    else:
        where = f"`answers{table.suffix}.csv`, or a sheet of the workbook"
    head = ["| column | type | meaning |", "| --- | --- | --- |"]
    lines = [f"## {table.name}", "", f"A row is {table.row}. File: {where}.", "", *head]
    lines += [f"| `{name}` | {kind} | {meaning} |" for name, (kind, meaning) in table.columns.items()]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
    print(PAGE.relative_to(Path.cwd()))
