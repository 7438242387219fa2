"""The output folder of a run: a workbook to review, a coded inventory, a codebook, a change log, and a report."""

from __future__ import annotations

from pathlib import Path

from cluster_kit.crosswalk.errors import CrosswalkError
from cluster_kit.crosswalk.proposing import ClusterProposals
from cluster_kit.crosswalk.report import report_document
from cluster_kit.crosswalk.summary import CrosswalkSummary
from cluster_kit.crosswalk.text_files import read_earlier_inventory, write_changes, write_codebook, write_inventory
from cluster_kit.crosswalk.workbook import WorkbookContext, write_crosswalk_workbook
from cluster_kit.documents.page import write_page
from cluster_kit.documents.pdf import write_pdf
from cluster_kit.files import describe_write_error, staging_folder

WORKBOOK, INVENTORY, CODEBOOK, CHANGES, REPORT, REPORT_PDF = (
    *("coded_inventory.xlsx", "coded_inventory.csv", "codebook.csv", "change_log.csv"),
    *("report.html", "report.pdf"),
)


def write_results(out: Path, proposals: ClusterProposals, summary: CrosswalkSummary, about: WorkbookContext) -> int:
    """Write the workbook, inventory, codebook, change log, and report. Returns the number of changes in the log.

    The report is a page and a PDF. All files are written or none. Raises ``CrosswalkError`` if the folder cannot be
    written to.
    """
    try:
        earlier = read_earlier_inventory(out / INVENTORY)
        with staging_folder(out) as whole:
            write_crosswalk_workbook(whole / WORKBOOK, proposals, summary, about)
            write_inventory(whole / INVENTORY, proposals)
            write_codebook(whole / CODEBOOK, proposals)
            changes = write_changes(whole / CHANGES, proposals, earlier)
            report = report_document(proposals, summary, about)
            (whole / REPORT).write_text(write_page(report), "utf-8")
            (whole / REPORT_PDF).write_bytes(write_pdf(report))
    except OSError as error:
        reason = describe_write_error(error)
        raise CrosswalkError(f"{out} cannot be written to: {reason}. Close its files if they are open.") from error
    return changes
