"""The whole way: a list of programs in, a coded inventory out, with the team's decisions kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from cluster_kit.content import list_series, load_content, load_series
from cluster_kit.content.crosswalk_files import load_crosswalk_content
from cluster_kit.content.errors import UnknownSeriesError
from cluster_kit.crosswalk.decisions import DecisionLog
from cluster_kit.crosswalk.errors import CrosswalkError
from cluster_kit.crosswalk.holding_out import calibrate
from cluster_kit.crosswalk.importing import CrosswalkImport, import_workbook
from cluster_kit.crosswalk.inventory import read_inventory
from cluster_kit.crosswalk.places import Places
from cluster_kit.crosswalk.proposing import ClusterProposals, propose_clusters
from cluster_kit.crosswalk.reference import Reference, load_reference, sample_table, save_table
from cluster_kit.crosswalk.report import write_report
from cluster_kit.crosswalk.review import Reviewed, read_reviewed
from cluster_kit.crosswalk.sample import write_sample_workbook
from cluster_kit.crosswalk.summary import CrosswalkSummary, summarize_crosswalk
from cluster_kit.crosswalk.suppression import SMALLEST
from cluster_kit.crosswalk.text_files import read_earlier_inventory, write_changes, write_codebook, write_inventory
from cluster_kit.crosswalk.workbook import WorkbookContext, write_crosswalk_workbook
from cluster_kit.documents.html import to_html, view_css
from cluster_kit.files import staging_folder
from cluster_kit.roster.people import ensure_person
from cluster_kit.settings import Settings
from cluster_kit.store import Store

FOLDER = "crosswalk"
WORKBOOK, INVENTORY, CODEBOOK, CHANGES, REPORT = (
    "coded_inventory.xlsx", "coded_inventory.csv", "codebook.csv", "change_log.csv", "report.html"
)  # fmt: skip
REVIEWER = "Review workbook"
_PAGE_STYLE = "body { margin: 0 auto; max-width: 60rem; padding: 1rem; font-family: sans-serif; }"


@dataclass(frozen=True)
class CrosswalkRequest:
    """What to run: the list, whose it is, and where the results go. ``columns`` as in ``read_inventory``."""

    file: Path
    jurisdiction: str
    out: Path
    series: str
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    smallest: int = SMALLEST


@dataclass(frozen=True)
class CrosswalkResult:
    """What came of a run. ``taken_back``: how many decisions an earlier workbook in the folder brought."""

    files: tuple[Path, ...]
    proposals: ClusterProposals
    summary: CrosswalkSummary
    taken_back: int
    changes: int


def reference_folder(settings: Settings) -> Path:
    """Where imported crosswalks are kept."""
    return settings.home / FOLDER


def open_reference(settings: Settings) -> Reference:
    """The crosswalk that was imported into the home folder, or the kit's sample."""
    return load_reference(reference_folder(settings), load_crosswalk_content(settings.content))


def import_crosswalk(settings: Settings, file: Path, sheet: str = "") -> CrosswalkImport:
    """Read a published crosswalk, save its tables in the home folder, and fit the confidence for it."""
    folder = reference_folder(settings)
    places = Places(load_crosswalk_content(settings.content).framework)
    imported = import_workbook(file, places, sheet)
    for table in imported.tables:
        save_table(folder, table)
    calibrate(open_reference(settings), folder)
    return imported


def run_crosswalk(settings: Settings, wanted: CrosswalkRequest) -> CrosswalkResult:
    """Code a state's list of programs and write all results to the folder.

    Decisions in an earlier workbook in the folder are saved first; if they cannot be read, nothing is overwritten.
    Raises ``ClusterKitError`` with plain sentences.
    """
    reference = open_reference(settings)
    with Store.open(settings.db_url) as store:
        desk = open_desk(settings, store, wanted.series, wanted.jurisdiction)
        earlier = wanted.out / WORKBOOK
        inventory = read_inventory(wanted.file, sheet=wanted.sheet, columns=wanted.columns)
        taken = take_decisions(desk, earlier, reference, REVIEWER) if earlier.exists() else 0
        decisions = desk.read()
    calibration = calibrate(reference, reference_folder(settings))
    proposals = propose_clusters(inventory, reference, calibration, decisions)
    summary = summarize_crosswalk(proposals, wanted.smallest)
    changes = _write_all(wanted.out, proposals, summary, _about(settings, desk))
    names = (WORKBOOK, INVENTORY, CODEBOOK, CHANGES, REPORT)
    return CrosswalkResult(tuple(wanted.out / name for name in names), proposals, summary, taken, changes)


def decide(settings: Settings, file: Path, jurisdiction: str, series: str, by: str) -> int:
    """Save the decisions of a reviewed workbook under the name ``by``, and return how many were new.

    Raises ``ReviewError`` if a decision cannot be read; then none is saved.
    """
    with Store.open(settings.db_url) as store:
        desk = open_desk(settings, store, series, jurisdiction)
        return take_decisions(desk, file, open_reference(settings), by)


def take_decisions(desk: DecisionLog, file: Path, reference: Reference, by: str) -> int:
    """As ``decide``, at a desk that is open. ``CrosswalkError`` where the workbook is another state's."""
    reviewed: Reviewed = read_reviewed(file, reference.places)
    if reviewed.state and reviewed.state != desk.jurisdiction:
        raise CrosswalkError(
            f"{file.name} was made for {reviewed.state}, not for {desk.jurisdiction}. No decision was kept."
        )
    decisions = desk.find_new(reviewed.decisions)
    if not decisions:
        return 0
    return desk.keep(decisions, ensure_person(desk.store, desk.series[-1], desk.jurisdiction, by))


def open_desk(settings: Settings, store: Store, series: str, jurisdiction: str) -> DecisionLog:
    """The state's decisions, those of earlier series included. Raises where series or jurisdiction are unknown."""
    known = list_series(settings.content)
    if series not in known:
        raise UnknownSeriesError(series, known)
    code = load_content(series, settings.content).get_jurisdiction(jurisdiction).code
    begins = {id_: load_series(id_, settings.content).schedule[0].date for id_ in known}
    earlier = sorted((id_ for id_ in known if begins[id_] < begins[series]), key=lambda id_: begins[id_])
    return DecisionLog(store, (*earlier, series), code)


def write_sample(settings: Settings, file: Path) -> None:
    """Write the kit's sample crosswalk as a workbook in the published shape. Nothing is written over."""
    if file.exists():
        raise CrosswalkError(f"{file} exists already. Name another file.")
    content = load_crosswalk_content(settings.content)
    places = Places(content.framework)
    write_sample_workbook(file, sample_table(content, places), places)


def _about(settings: Settings, desk: DecisionLog) -> WorkbookContext:
    content = load_content(desk.series[-1], settings.content)
    state = content.get_jurisdiction(desk.jurisdiction)
    return WorkbookContext(state.code, state.name, content.series.id, content.series.fictional)


def _write_all(out: Path, proposals: ClusterProposals, summary: CrosswalkSummary, about: WorkbookContext) -> int:
    try:
        earlier = read_earlier_inventory(out / INVENTORY)
        with staging_folder(out) as whole:
            write_crosswalk_workbook(whole / WORKBOOK, proposals, summary, about)
            write_inventory(whole / INVENTORY, proposals)
            write_codebook(whole / CODEBOOK, proposals)
            changes = write_changes(whole / CHANGES, proposals, earlier)
            (whole / REPORT).write_text(_page(proposals, summary, about), "utf-8")
    except OSError as error:
        raise CrosswalkError(
            f"{out} cannot be written to: {error.strerror}. Close its files, and run again."
        ) from error
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
