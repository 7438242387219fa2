"""The kit's sample crosswalk as a workbook in the published layout, for trials and tests."""

from __future__ import annotations

import io
from pathlib import Path

from cluster_kit.content.crosswalk_files import load_crosswalk_content
from cluster_kit.crosswalk.errors import CrosswalkError
from cluster_kit.crosswalk.places import Places
from cluster_kit.crosswalk.reference import CodeTable, sample_table
from cluster_kit.files import write_atomically
from cluster_kit.spreadsheets import FittedWorkbook

LONG_SHEET, WIDE_SHEET = "CIP - CC - Sub-Clusters", "CIP - Career Clusters"
NOTICE = "A SAMPLE made for demonstrations. This is not the published crosswalk."


def write_sample(file: Path, overlay: Path | None = None) -> None:
    """Write the kit's sample crosswalk as a workbook in the published layout.

    Raises ``CrosswalkError`` if the file exists: it is never overwritten.
    """
    if file.exists():
        raise CrosswalkError(f"{file} exists already. Name another file.")
    content = load_crosswalk_content(overlay)
    places = Places(content.framework)
    write_sample_workbook(file, sample_table(content, places), places)


def write_sample_workbook(path: Path, table: CodeTable, places: Places) -> None:
    """Write the table as three sheets: an overview, a row for each code and Sub-Cluster, and a row for each code."""
    written = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    book = FittedWorkbook(written, options)
    overview = book.add_worksheet("Overview")
    overview.write(1, 1, "Career Clusters crosswalk")
    overview.write(2, 1, NOTICE)
    long, wide = book.add_worksheet(LONG_SHEET), book.add_worksheet(WIDE_SHEET)
    long.write_row(0, 0, ["CIP Code (2020)", "CIP Title (2020)", "Career Cluster", "Sub-Cluster"])
    most = max(len({place.cluster for place in entry.places}) for entry in table.entries)
    wide.write_row(0, 0, ["CIP Code (2020)", "CIP Title (2020)", *["Career Cluster"] * most])
    for sheet in (long, wide):
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 3, 40)
    line = 0
    for number, entry in enumerate(table.entries, start=1):
        clusters = dict.fromkeys(place.cluster for place in entry.places)
        wide.write_row(number, 0, [entry.code, entry.title, *(places.titles[cluster] for cluster in clusters)])
        for place in entry.places:
            line += 1
            names = [places.titles[place.cluster], places.titles[place.sub_cluster]]
            long.write_row(line, 0, [entry.code, entry.title, *names])
    book.close()
    write_atomically(path, written.getvalue())
