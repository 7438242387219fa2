"""The exercise "bring your own programs": answers its page's requests about a list of programs.

Everything cached can be recomputed: decisions are the team's answers in the store, and the list is the team's file.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pydantic import ConfigDict, Field, ValidationError

from cluster_kit.content.models import Content
from cluster_kit.crosswalk.calibration import Calibration
from cluster_kit.crosswalk.checks import SAMPLE
from cluster_kit.crosswalk.cross_validation import calibrate
from cluster_kit.crosswalk.decisions import NewDecision
from cluster_kit.crosswalk.errors import CrosswalkError, NoTableError
from cluster_kit.crosswalk.inventory import read_inventory_from
from cluster_kit.crosswalk.proposing import ClusterProposal, ClusterProposals, apply_decisions, propose_clusters
from cluster_kit.crosswalk.reference import Reference, open_reference
from cluster_kit.crosswalk.report import NOTICED, QUESTIONS, write_report
from cluster_kit.crosswalk.summary import summarize_crosswalk
from cluster_kit.crosswalk.text_files import write_inventory
from cluster_kit.crosswalk.workbook import WorkbookContext, write_crosswalk_workbook
from cluster_kit.documents.html import blocks_html
from cluster_kit.documents.model import Section
from cluster_kit.filetypes import ColumnMemory, SheetChoice
from cluster_kit.models import FrozenModel, Json
from cluster_kit.programs.decision_log import DecisionLog
from cluster_kit.programs.next_steps import NextSteps, row_of
from cluster_kit.programs.pipeline import open_decision_log
from cluster_kit.programs.rows import to_row
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from cluster_kit.temporary_folders import temporary_folder

REPORT_TITLE = "What your programs show"
REPORT_LEVEL = 5
PIECE_BYTES = 240_000
NO_LIST = "Your team has not given a list of programs yet, or has taken it away."
NOT_UNDERSTOOD = "The page asked for something that is not there. Reload the page."
SAMPLE_NOTICE = (
    "These proposals rest on a small sample of codes, to try things out with. Do not report anything made with them. "
    "The staff of the series can load the published crosswalk; your decisions stay."
)
READ_ONLY = "Decisions cannot be made here: open your state's page of the session."
BULK_NOTE = "Taken over from the clear proposals."
COLUMN_WORDS: Mapping[str, str] = {
    "cip": "CIP code",
    "title": "Title",
    "former": "Former Career Cluster",
    "level": "Level",
    "location": "School, college, or district",
    "enrollment": "Enrollment",
    "concentrators": "Concentrators",
    "program_id": "The state's own code",
    "soc": "SOC code",
    "naics": "NAICS code",
    "sced": "SCED code",
    "year": "Year",
}
"""The columns of a list that a team can correct. The command line has ``--column``."""
FEWEST_HEADERS, LONGEST_SHEET = 2, 255
Show = Literal["open", "clear", "decided", "all"]


@dataclass(frozen=True)
class ProgramList:
    """The team's list. ``read`` returns its content, and raises ``ClusterKitError`` if the file is gone."""

    name: str
    digest: str
    read: Callable[[], bytes]


@dataclass(frozen=True)
class CrosswalkContext:
    """Store, session, and state of a review. ``person`` None: read-only, as in a document."""

    settings: Settings
    content: Content
    store: Store
    session: int
    jurisdiction: str
    person: Person | None = None


class _Asked(FrozenModel):
    model_config = ConfigDict(extra="ignore")

    what: Literal["overview", "list", "rows", "columns", "take_clear", "take_question", "report", "download"]
    show: Show = "open"
    rows: tuple[str, ...] = ()
    columns: dict[str, str] = Field(default_factory=dict, max_length=len(COLUMN_WORDS))
    sheet: str = Field(default="", max_length=LONGEST_SHEET)
    question: str = Field(default="", max_length=64)
    format: Literal["xlsx", "csv"] = "xlsx"
    at: int = Field(default=0, ge=0)


class ProgramReview:
    """One state's programs with proposals and its team's decisions. ``find_list`` returns the current list."""

    def __init__(self, context: CrosswalkContext, find_list: Callable[[], ProgramList | None]) -> None:
        self._context, self._find_list = context, find_list
        self._proposed: tuple[str, ClusterProposals] | None = None
        self._decided: tuple[tuple[str, int], ClusterProposals] | None = None
        self._made: tuple[str, bytes] | None = None

    # --- the prompt extension interface ------------------------------------------------------------------------

    def check_file(self, name: str, raw: bytes) -> None:
        """Raise ``CrosswalkError`` if a file is not a list of programs, or has data about individual students.

        A table whose columns are not recognized is accepted: the team can name them on the page.
        """
        try:
            read_inventory_from(name, raw, memory=self._column_memory)
        except NoTableError as error:
            if len(error.headers) < FEWEST_HEADERS:
                raise

    def is_change(self, asked: Json) -> bool:
        """True if the answer stores columns, decisions, or a next step."""
        return asked.get("what") in ("columns", "take_clear", "take_question")

    def answer(self, asked: Json) -> Json:
        """The reply to a page's request. Raises ``CrosswalkError`` with a plain sentence."""
        try:
            question = _Asked.model_validate(asked)
        except ValidationError as error:
            raise CrosswalkError(NOT_UNDERSTOOD) from error
        given = self._find_list()
        if given is None and question.what == "overview":
            return {"list": None}
        try:
            if given is not None and question.what == "columns":
                return self._choose_columns(question, given)
            proposals = self.proposals(given)
        except NoTableError as error:
            is_asked = question.what == "overview" or (question.what == "columns" and error.sheet and error.headers)
            if given is not None and is_asked:
                columns: Json = {"headers": error.headers, "read": {}, "labels": COLUMN_WORDS}
                columns |= {"sheet": error.sheet, "sheets": _describe_sheets(error.sheets)}
                return {"list": None, "unclear": {"sentence": error.sentence, "columns": columns}}
            raise CrosswalkError(error.sentence) from error
        answers: dict[str, Callable[[_Asked, ClusterProposals], Json]] = {
            "overview": self._overview,
            "list": self._list,
            "rows": self._rows,
            "take_clear": self._take_clear,
            "take_question": self._take_question,
            "report": self._report,
            "download": self._download,
        }
        return answers[question.what](question, proposals)

    # --- used by notebooks and packets ---------------------------------------------------------------------------

    def proposals(self, given: ProgramList | None) -> ClusterProposals:
        """The proposals for the list, with the team's current decisions. Raises ``CrosswalkError`` for None."""
        if given is None:
            raise CrosswalkError(NO_LIST)
        seq = self._context.store.latest_seq(self._context.content.series.id, self._context.jurisdiction)
        key = (self._key_of(given), seq)
        if self._decided is None or self._decided[0] != key:
            self._decided = (key, apply_decisions(self._propose(given), self._decision_log.read()))
        return self._decided[1]

    def report(self, *, without: tuple[str, ...] = ()) -> Section:
        """Coverage, gaps, changes, and questions under one heading. Raises ``CrosswalkError`` without a list."""
        proposals, fictional = self.proposals(self._find_list()), self._context.content.series.fictional
        return write_report(
            proposals, summarize_crosswalk(proposals), REPORT_TITLE, fictional=fictional, without=without
        )

    # --- replies ------------------------------------------------------------------------------------------------

    def _overview(self, _asked: _Asked, proposals: ClusterProposals) -> Json:
        summary = summarize_crosswalk(proposals)
        clear = [proposal for proposal in proposals.proposals if proposal.status == "proposed"]
        present = self._next_steps.present_rows()
        return {
            "list": {
                "digest": self._proposed[0] if self._proposed else "",
                "name": proposals.inventory.source,
                "sheet": proposals.inventory.sheet,
                "columns": {
                    "headers": proposals.inventory.mapping.headers,
                    "read": dict(proposals.inventory.mapping.columns),
                    "labels": COLUMN_WORDS,
                    "sheet": proposals.inventory.mapping.sheet,
                    "sheets": _describe_sheets(proposals.inventory.mapping.sheets),
                },
                "programs": summary.programs,
                "open": summary.open_programs,
            },
            "counts": {show: len(_keys(proposals, show)) for show in ("open", "clear", "decided", "all")},
            "clear_programs": sum(len(proposal.group.programs) for proposal in clear),
            "notice": SAMPLE_NOTICE if proposals.reference.is_sample else "",
            "findings": [finding.sentence for finding in proposals.findings if finding.kind != SAMPLE],
            "questions": [
                {"id": row, "words": words, "taken": row in present}
                for row, words in {row_of(words): words for words in summary.questions}.items()
            ],
        }

    def _choose_columns(self, asked: _Asked, given: ProgramList) -> Json:
        """Read the list with the sheet and columns that the team names, and remember them for this state's lists."""
        if self._context.person is None:
            raise CrosswalkError(READ_ONLY)
        read_inventory_from(
            given.name, given.read(), sheet=asked.sheet, columns=asked.columns, memory=self._column_memory
        )
        return {"read": len(asked.columns)}

    def _list(self, asked: _Asked, proposals: ClusterProposals) -> Json:
        return {"keys": _keys(proposals, asked.show)}

    def _rows(self, asked: _Asked, proposals: ClusterProposals) -> Json:
        wanted = set(asked.rows)
        found = {p.group.key: p for p in proposals.proposals if p.group.key in wanted}
        series = self._context.content.series.id
        return {"rows": [to_row(found[key], proposals, series) for key in asked.rows if key in found]}

    def _take_clear(self, _asked: _Asked, proposals: ClusterProposals) -> Json:
        clear = [proposal for proposal in proposals.proposals if proposal.status == "proposed"]
        decisions = [NewDecision(p.group.key, p.candidates[0].place, BULK_NOTE) for p in clear]
        return {"taken": self._decision_log.keep(decisions, self._person)}

    def _take_question(self, asked: _Asked, proposals: ClusterProposals) -> Json:
        questions = {row_of(words): words for words in summarize_crosswalk(proposals).questions}
        if asked.question not in questions:
            raise CrosswalkError("This question has been answered by now. Look at the list once more.")
        return {"added": self._next_steps.add(questions[asked.question], self._person)}

    def _report(self, _asked: _Asked, _proposals: ClusterProposals) -> Json:
        """The report as HTML, with all user text escaped."""
        return {"html": blocks_html(self.report(without=(QUESTIONS, NOTICED)).blocks, level=REPORT_LEVEL)}

    def _download(self, asked: _Asked, proposals: ClusterProposals) -> Json:
        if asked.at == 0 or self._made is None or self._made[0] != asked.format:
            self._made = (asked.format, self._make(asked.format, proposals))
        whole = self._made[1]
        name = f"{self._context.content.series.id}-{self._context.jurisdiction}-coded-inventory.{asked.format}"
        piece = base64.b64encode(whole[asked.at : asked.at + PIECE_BYTES]).decode()
        return {"name": name, "size": len(whole), "at": asked.at, "data": piece}

    def _make(self, format_: str, proposals: ClusterProposals) -> bytes:
        with temporary_folder("inventory") as folder:
            path = folder / f"coded_inventory.{format_}"
            if format_ == "csv":
                write_inventory(path, proposals)
            else:
                content = self._context.content
                state = content.get_jurisdiction(self._context.jurisdiction)
                series = content.series
                about = WorkbookContext(state.code, state.name, series.id, series.fictional, series.title)
                write_crosswalk_workbook(path, proposals, summarize_crosswalk(proposals), about)
            return path.read_bytes()

    # --- proposals and keys -------------------------------------------------------------------------------------

    def _propose(self, given: ProgramList) -> ClusterProposals:
        """Proposals for a list without decisions, computed once per list."""
        key = self._key_of(given)
        if self._proposed is None or self._proposed[0] != key:
            inventory = read_inventory_from(given.name, given.read(), memory=self._column_memory)
            self._proposed = (key, propose_clusters(inventory, self._reference, self._calibration))
        return self._proposed[1]

    def _key_of(self, given: ProgramList) -> str:
        """What the proposals depend on: the list, and the columns that were chosen."""
        return f"{given.digest}.{self._column_memory.version}"

    @property
    def _person(self) -> Person:
        if self._context.person is None:
            raise CrosswalkError(READ_ONLY)
        return self._context.person

    @property
    def _column_memory(self) -> ColumnMemory:
        return ColumnMemory(self._context.settings.columns, scope=self._context.jurisdiction)

    @cached_property
    def _reference(self) -> Reference:
        return open_reference(self._context.settings.crosswalk, self._context.settings.content)

    @cached_property
    def _calibration(self) -> Calibration:
        return calibrate(self._reference, self._context.settings.crosswalk)

    @cached_property
    def _decision_log(self) -> DecisionLog:
        context = self._context
        return open_decision_log(context.settings, context.store, context.content.series.id, context.jurisdiction)

    @cached_property
    def _next_steps(self) -> NextSteps:
        context = self._context
        return NextSteps(context.content, context.store, context.session, context.jurisdiction)


def _describe_sheets(sheets: Sequence[SheetChoice]) -> list[Json]:
    """The sheets to choose from, with the labels to show."""
    return [{"name": one.name, "label": one.label} for one in sheets]


def _keys(proposals: ClusterProposals, show: Show) -> list[str]:
    """Keys of the proposals to show, in order, each once."""
    by_show: dict[Show, Callable[[ClusterProposal], bool]] = {
        "open": lambda proposal: proposal.needs_review,
        "clear": lambda proposal: proposal.status == "proposed",
        "decided": lambda proposal: proposal.status == "decided",
        "all": lambda _: True,
    }
    return list(dict.fromkeys(proposal.group.key for proposal in proposals.proposals if by_show[show](proposal)))
