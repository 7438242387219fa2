"""The output folder of a run: a workbook to review, a coded inventory, a codebook, a change log, and a report."""

from __future__ import annotations

from html import escape
from pathlib import Path

from cluster_kit.crosswalk.errors import CrosswalkError
from cluster_kit.crosswalk.proposing import ClusterProposals
from cluster_kit.crosswalk.report import write_report
from cluster_kit.crosswalk.summary import CrosswalkSummary
from cluster_kit.crosswalk.text_files import read_earlier_inventory, write_changes, write_codebook, write_inventory
from cluster_kit.crosswalk.workbook import WorkbookContext, write_crosswalk_workbook
from cluster_kit.documents.html import to_html, view_css
from cluster_kit.files import describe_write_error, staging_folder

WORKBOOK, INVENTORY, CODEBOOK, CHANGES, REPORT = (
    "coded_inventory.xlsx", "coded_inventory.csv", "codebook.csv", "change_log.csv", "report.html"
)  # fmt: skip
_PAGE_STYLE = "body { margin: 0 auto; max-width: 60rem; padding: 1rem; font-family: sans-serif; }"


def write_results(out: Path, proposals: ClusterProposals, summary: CrosswalkSummary, about: WorkbookContext) -> int:
    """Write the workbook, inventory, codebook, change log, and report. Returns the number of changes in the log.

    All files are written or none. Raises ``CrosswalkError`` if the folder cannot be written to.
    """
    try:
        earlier = read_earlier_inventory(out / INVENTORY)
        with staging_folder(out) as whole:
            write_crosswalk_workbook(whole / WORKBOOK, proposals, summary, about)
            write_inventory(whole / INVENTORY, proposals)
            write_codebook(whole / CODEBOOK, proposals)
            changes = write_changes(whole / CHANGES, proposals, earlier)
            (whole / REPORT).write_text(_page(proposals, summary, about), "utf-8")
    except OSError as error:
        reason = describe_write_error(error)
        raise CrosswalkError(f"{out} cannot be written to: {reason}. Close its files if they are open.") from error
    return changes


def _page(proposals: ClusterProposals, summary: CrosswalkSummary, about: WorkbookContext) -> str:
    title = f"Programs by Cluster: {about.state}"
    body = to_html(write_report(proposals, summary, title, fictional=about.fictional), level=1)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{_PAGE_STYLE}\n{view_css()}</style>\n"
        f"</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
