"""The exercise "bring your own programs": what its page asks about a list, and what it does with the answers.

Nothing is remembered but what can be made again: decisions are the team's answers in the store, the list is the file
that the team gave.
"""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, ValidationError

from cluster_kit.content.models import Content
from cluster_kit.crosswalk.calibration import Calibration
from cluster_kit.crosswalk.checks import SAMPLE
from cluster_kit.crosswalk.decisions import DecisionLog, NewDecision
from cluster_kit.crosswalk.errors import CrosswalkError
from cluster_kit.crosswalk.holding_out import calibrate
from cluster_kit.crosswalk.inventory import read_inventory_from
from cluster_kit.crosswalk.next_steps import NextSteps, row_of
from cluster_kit.crosswalk.proposing import ClusterProposal, ClusterProposals, apply_decisions, propose_clusters
from cluster_kit.crosswalk.reference import Reference
from cluster_kit.crosswalk.report import NOTICED, QUESTIONS, write_report
from cluster_kit.crosswalk.rows import to_row
from cluster_kit.crosswalk.running import open_desk, open_reference, reference_folder
from cluster_kit.crosswalk.summary import summarize_crosswalk
from cluster_kit.crosswalk.text_files import write_inventory
from cluster_kit.crosswalk.workbook import WorkbookContext, write_crosswalk_workbook
from cluster_kit.documents.html import blocks_html
from cluster_kit.documents.model import Section
from cluster_kit.models import FrozenModel, Json
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store

REPORT_TITLE = "What your programs show"
REPORT_LEVEL = 5
PIECE_BYTES = 240_000
NO_LIST = "Your team has not given a list of programs yet, or has taken it away."
NOT_UNDERSTOOD = "The page asked for something that is not there. Reload the page."
SAMPLE_NOTICE = (
    "These proposals rest on a small sample of codes, to try things out with. Do not report anything made with them. "
    "The staff of the series can load the published crosswalk; your decisions stay."
)
BULK_NOTE = "Taken over from the clear proposals."
Show = Literal["open", "clear", "decided", "all"]


@dataclass(frozen=True)
class ProgramList:
    """The list that the team gave. ``read`` gets what it holds, and raises ``ClusterKitError`` where it is gone."""

    name: str
    digest: str
    read: Callable[[], bytes]


@dataclass(frozen=True)
class CrosswalkContext:
    """Whose programs they are. ``person`` None: nobody decides here, as in a document."""

    settings: Settings
    content: Content
    store: Store
    session: int
    jurisdiction: str
    person: Person | None = None


class _Asked(FrozenModel):
    model_config = ConfigDict(extra="ignore")

    what: Literal["overview", "list", "rows", "take_clear", "take_question", "report", "download"]
    show: Show = "open"
    rows: tuple[str, ...] = ()
    question: str = Field(default="", max_length=64)
    format: Literal["xlsx", "csv"] = "xlsx"
    at: int = Field(default=0, ge=0)


class ProgramReview:
    """One state's list of programs, proposed for and decided on by its team. ``find_list`` gets the list as it is."""

    def __init__(self, seat: CrosswalkContext, find_list: Callable[[], ProgramList | None]) -> None:
        self._seat, self._find_list = seat, find_list
        self._proposed: tuple[str, ClusterProposals] | None = None
        self._decided: tuple[tuple[str, int], ClusterProposals] | None = None
        self._made: tuple[str, bytes] | None = None

    # --- what a form asks of a specialist -------------------------------------------------------------------

    def check_file(self, name: str, raw: bytes) -> None:
        """Raise ``CrosswalkError`` where a file is no list of programs, or says something about single students."""
        read_inventory_from(name, raw)

    def answer(self, asked: Json) -> Json:
        """The answer to the page. ``CrosswalkError`` with a plain sentence where there is none."""
        try:
            question = _Asked.model_validate(asked)
        except ValidationError as error:
            raise CrosswalkError(NOT_UNDERSTOOD) from error
        given = self._find_list()
        if given is None and question.what == "overview":
            return {"list": None}
        answers: dict[str, Callable[[_Asked, ClusterProposals], Json]] = {
            "overview": self._overview,
            "list": self._list,
            "rows": self._rows,
            "take_clear": self._take_clear,
            "take_question": self._take_question,
            "report": self._report,
            "download": self._download,
        }
        return answers[question.what](question, self.proposals(given))

    # --- what others show -----------------------------------------------------------------------------------

    def proposals(self, given: ProgramList | None) -> ClusterProposals:
        """Everything proposed for the list, with the team's decisions as they are now."""
        if given is None:
            raise CrosswalkError(NO_LIST)
        seq = self._seat.store.latest_seq(self._seat.content.series.id, self._seat.jurisdiction)
        if self._decided is None or self._decided[0] != (given.digest, seq):
            self._decided = ((given.digest, seq), apply_decisions(self._propose(given), self._desk.read()))
        return self._decided[1]

    def report(self, *, without: tuple[str, ...] = ()) -> Section:
        """Coverage, gaps, changes and questions under one heading. Raises ``CrosswalkError`` without a list."""
        proposals, fictional = self.proposals(self._find_list()), self._seat.content.series.fictional
        return write_report(
            proposals, summarize_crosswalk(proposals), REPORT_TITLE, fictional=fictional, without=without
        )

    # --- answers --------------------------------------------------------------------------------------------

    def _overview(self, _asked: _Asked, proposals: ClusterProposals) -> Json:
        summary = summarize_crosswalk(proposals)
        clear = [proposal for proposal in proposals.proposals if proposal.status == "proposed"]
        standing = self._next_steps.standing()
        return {
            "list": {
                "digest": self._proposed[0] if self._proposed else "",
                "name": proposals.inventory.source,
                "sheet": proposals.inventory.sheet,
                "columns": sorted(proposals.inventory.columns.values(), key=str.casefold),
                "programs": summary.programs,
                "open": summary.open_programs,
            },
            "counts": {show: len(_keys(proposals, show)) for show in ("open", "clear", "decided", "all")},
            "clear_programs": sum(len(proposal.group.programs) for proposal in clear),
            "notice": SAMPLE_NOTICE if proposals.reference.is_sample else "",
            "findings": [finding.sentence for finding in proposals.findings if finding.kind != SAMPLE],
            "questions": [
                {"id": row, "words": words, "taken": row in standing}
                for row, words in {row_of(words): words for words in summary.questions}.items()
            ],
        }

    def _list(self, asked: _Asked, proposals: ClusterProposals) -> Json:
        return {"keys": _keys(proposals, asked.show)}

    def _rows(self, asked: _Asked, proposals: ClusterProposals) -> Json:
        wanted = set(asked.rows)
        found = {p.group.key: p for p in proposals.proposals if p.group.key in wanted}
        series = self._seat.content.series.id
        return {"rows": [to_row(found[key], proposals, series) for key in asked.rows if key in found]}

    def _take_clear(self, _asked: _Asked, proposals: ClusterProposals) -> Json:
        clear = [proposal for proposal in proposals.proposals if proposal.status == "proposed"]
        decisions = [NewDecision(p.group.key, p.candidates[0].place, BULK_NOTE) for p in clear]
        return {"taken": self._desk.keep(decisions, self._person)}

    def _take_question(self, asked: _Asked, proposals: ClusterProposals) -> Json:
        questions = {row_of(words): words for words in summarize_crosswalk(proposals).questions}
        if asked.question not in questions:
            raise CrosswalkError("This question is settled by now. Look at the list once more.")
        return {"added": self._next_steps.add(questions[asked.question], self._person)}

    def _report(self, _asked: _Asked, _proposals: ClusterProposals) -> Json:
        """HTML in which everything that people typed is escaped."""
        return {"html": blocks_html(self.report(without=(QUESTIONS, NOTICED)).blocks, level=REPORT_LEVEL)}

    def _download(self, asked: _Asked, proposals: ClusterProposals) -> Json:
        if asked.at == 0 or self._made is None or self._made[0] != asked.format:
            self._made = (asked.format, self._make(asked.format, proposals))
        whole = self._made[1]
        name = f"{self._seat.content.series.id}-{self._seat.jurisdiction}-coded-inventory.{asked.format}"
        piece = base64.b64encode(whole[asked.at : asked.at + PIECE_BYTES]).decode()
        return {"name": name, "size": len(whole), "at": asked.at, "data": piece}

    def _make(self, format_: str, proposals: ClusterProposals) -> bytes:
        with tempfile.TemporaryDirectory(prefix="coded-inventory-") as folder:
            path = Path(folder) / f"coded_inventory.{format_}"
            if format_ == "csv":
                write_inventory(path, proposals)
            else:
                content = self._seat.content
                state = content.get_jurisdiction(self._seat.jurisdiction)
                about = WorkbookContext(state.code, state.name, content.series.id, content.series.fictional)
                write_crosswalk_workbook(path, proposals, summarize_crosswalk(proposals), about)
            return path.read_bytes()

    # --- what they rest on ----------------------------------------------------------------------------------

    def _propose(self, given: ProgramList) -> ClusterProposals:
        """The proposals for a list as if nothing were decided: made once for each list."""
        if self._proposed is None or self._proposed[0] != given.digest:
            inventory = read_inventory_from(given.name, given.read())
            self._proposed = (given.digest, propose_clusters(inventory, self._reference, self._calibration))
        return self._proposed[1]

    @property
    def _person(self) -> Person:
        if self._seat.person is None:
            raise CrosswalkError("Nobody decides here: open your state's page of the session.")
        return self._seat.person

    @cached_property
    def _reference(self) -> Reference:
        return open_reference(self._seat.settings)

    @cached_property
    def _calibration(self) -> Calibration:
        return calibrate(self._reference, reference_folder(self._seat.settings))

    @cached_property
    def _desk(self) -> DecisionLog:
        seat = self._seat
        return open_desk(seat.settings, seat.store, seat.content.series.id, seat.jurisdiction)

    @cached_property
    def _next_steps(self) -> NextSteps:
        seat = self._seat
        return NextSteps(seat.content, seat.store, seat.session, seat.jurisdiction)


def _keys(proposals: ClusterProposals, show: Show) -> list[str]:
    """The keys of the proposals to show, in their order, each once."""
    by_show: dict[Show, Callable[[ClusterProposal], bool]] = {
        "open": lambda proposal: proposal.needs_review,
        "clear": lambda proposal: proposal.status == "proposed",
        "decided": lambda proposal: proposal.status == "decided",
        "all": lambda _: True,
    }
    return list(dict.fromkeys(proposal.group.key for proposal in proposals.proposals if by_show[show](proposal)))
