"""From a list of programs to a coded inventory, with the team's decisions stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cluster_kit.content import list_series, load_content, load_series
from cluster_kit.content.errors import UnknownSeriesError
from cluster_kit.crosswalk.cross_validation import calibrate
from cluster_kit.crosswalk.errors import CrosswalkError
from cluster_kit.crosswalk.inventory import read_inventory
from cluster_kit.crosswalk.proposing import ClusterProposals, propose_clusters
from cluster_kit.crosswalk.reference import Reference, open_reference
from cluster_kit.crosswalk.results import CHANGES, CODEBOOK, INVENTORY, REPORT, REPORT_PDF, WORKBOOK, write_results
from cluster_kit.crosswalk.review import ReviewedDecisions, read_reviewed
from cluster_kit.crosswalk.summary import CrosswalkSummary, summarize_crosswalk
from cluster_kit.crosswalk.suppression import SMALLEST
from cluster_kit.crosswalk.workbook import WorkbookContext
from cluster_kit.filetypes import ColumnMemory
from cluster_kit.programs.decision_log import DecisionLog
from cluster_kit.roster.people import ensure_person
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from cluster_kit.store.deployment import open_deployment_store

REVIEWER = "Review workbook"


@dataclass(frozen=True)
class CrosswalkRequest:
    """A request: the list, its state, and the output folder. ``columns`` as in ``read_inventory``."""

    file: Path
    jurisdiction: str
    out: Path
    series: str
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    smallest: int = SMALLEST


@dataclass(frozen=True)
class CrosswalkResult:
    """The result of a run. ``taken_back``: the number of decisions imported from an earlier workbook in the folder."""

    files: tuple[Path, ...]
    proposals: ClusterProposals
    summary: CrosswalkSummary
    taken_back: int
    changes: int


def run_crosswalk(settings: Settings, wanted: CrosswalkRequest) -> CrosswalkResult:
    """Code a state's list of programs and write all results to the folder.

    Decisions in an earlier workbook in the folder are saved first; if they cannot be read, nothing is overwritten.
    Raises ``ClusterKitError`` with plain sentences.
    """
    reference = open_reference(settings.crosswalk, settings.content)
    with open_deployment_store(settings) as store:
        log = open_decision_log(settings, store, wanted.series, wanted.jurisdiction)
        earlier = wanted.out / WORKBOOK
        memory = ColumnMemory(settings.columns, scope=log.jurisdiction)
        inventory = read_inventory(wanted.file, sheet=wanted.sheet, columns=wanted.columns, memory=memory)
        taken = keep_decisions(log, earlier, reference, REVIEWER) if earlier.exists() else 0
        decisions = log.read()
    calibration = calibrate(reference, settings.crosswalk)
    proposals = propose_clusters(inventory, reference, calibration, decisions)
    summary = summarize_crosswalk(proposals, wanted.smallest)
    changes = write_results(wanted.out, proposals, summary, _about(settings, log))
    names = (WORKBOOK, INVENTORY, CODEBOOK, CHANGES, REPORT, REPORT_PDF)
    return CrosswalkResult(tuple(wanted.out / name for name in names), proposals, summary, taken, changes)


def import_decisions(settings: Settings, file: Path, jurisdiction: str, series: str, by: str) -> int:
    """Save the decisions of a reviewed workbook under the name ``by``, and return how many were new.

    Raises ``ReviewError`` if a decision cannot be read; then none is saved.
    """
    with open_deployment_store(settings) as store:
        log = open_decision_log(settings, store, series, jurisdiction)
        return keep_decisions(log, file, open_reference(settings.crosswalk, settings.content), by)


def keep_decisions(log: DecisionLog, file: Path, reference: Reference, by: str) -> int:
    """As ``import_decisions``, with an open ``DecisionLog``. Raises ``CrosswalkError`` for another state's workbook."""
    reviewed: ReviewedDecisions = read_reviewed(file, reference.places)
    if reviewed.state and reviewed.state != log.jurisdiction:
        raise CrosswalkError(
            f"{file.name} was made for {reviewed.state}, not for {log.jurisdiction}. No decision was kept."
        )
    decisions = log.find_new(reviewed.decisions)
    if not decisions:
        return 0
    return log.keep(decisions, ensure_person(log.store, log.series[-1], log.jurisdiction, by))


def open_decision_log(settings: Settings, store: Store, series: str, jurisdiction: str) -> DecisionLog:
    """The state's decisions, including those of earlier series. Raises for an unknown series or jurisdiction."""
    known = list_series(settings.content)
    if series not in known:
        raise UnknownSeriesError(series, known)
    code = load_content(series, settings.content).get_jurisdiction(jurisdiction).code
    begins = {id_: load_series(id_, settings.content).schedule[0].date for id_ in known}
    earlier = sorted((id_ for id_ in known if begins[id_] < begins[series]), key=lambda id_: begins[id_])
    return DecisionLog(store, (*earlier, series), code)


def _about(settings: Settings, log: DecisionLog) -> WorkbookContext:
    content = load_content(log.series[-1], settings.content)
    state = content.get_jurisdiction(log.jurisdiction)
    return WorkbookContext(state.code, state.name, content.series.id, content.series.fictional, content.series.title)
