"""The coded inventory as a workbook with review columns for the team's decisions."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cluster_kit.crosswalk.coded import COLUMNS, Value, coded_rows, make_codebook
from cluster_kit.crosswalk.proposing import STATUS_WORDS, ClusterProposal, ClusterProposals
from cluster_kit.crosswalk.summary import CrosswalkSummary
from cluster_kit.files import write_atomically
from cluster_kit.spreadsheets import FittedWorkbook
from cluster_kit.text import guard_formula
from cluster_kit.web.tokens import COLORS

REVIEW, PROGRAMS, FRAMEWORK, READ_ME = "Review", "Programs", "Framework", "Read me"
STATE, SERIES = "State", "Series"
KEY = "Key (leave as it is)"
YOUR_CLUSTER, YOUR_SUB_CLUSTER, YOUR_NOTE = "Your Cluster", "Your Sub-Cluster", "Your note"
YOURS = (YOUR_CLUSTER, YOUR_SUB_CLUSTER, YOUR_NOTE)
WAS = tuple(f"{name} when this was written" for name in YOURS)
_REVIEW_COLUMNS = (
    (KEY, 30), ("CIP code", 11), ("Titles", 40), ("Programs", 10), ("Former Clusters", 28), ("Status", 20),
    ("First proposal", 34), ("Confidence", 11), ("Second proposal", 34), ("Reasons", 60),
    (YOUR_CLUSTER, 30), (YOUR_SUB_CLUSTER, 32), (YOUR_NOTE, 40), ("Decided by", 18),
)  # fmt: skip
_MOST_TITLES = 5
_HOW_TO = (
    "The sheet Review has a row for each CIP code, or code and title where several titles share a code. What the team "
    "has to look at comes first.",
    f"To decide, choose a Cluster and, where you can, a Sub-Cluster in {YOUR_CLUSTER} and {YOUR_SUB_CLUSTER}, "
    f"and say why in {YOUR_NOTE}. Leave a row empty where the proposal is right, or not yet decided.",
    "Save, and run the crosswalk again into the same folder: your decisions are taken back first, and hold for every "
    "program with the same code, this year and next. Or: cluster-kit crosswalk decide THIS.xlsx --jurisdiction STATE",
    "To take a decision back, empty its cells.",
    "The sheet Programs has every program as coded so far. Changes there are not read.",
    "Confidence is how often proposals of this kind were right on codes whose Cluster was known and hidden.",
)


@dataclass(frozen=True)
class WorkbookContext:
    """The inventory's state (postal code and name), and the series' id and title; ``fictional`` if made up."""

    code: str
    state: str
    series: str
    fictional: bool = False
    title: str = ""


@dataclass(frozen=True)
class _Formats:
    head: Format
    wrap: Format
    yours: Format
    typed: Format
    percent: Format


def write_crosswalk_workbook(
    path: Path, proposals: ClusterProposals, summary: CrosswalkSummary, about: WorkbookContext
) -> None:
    """Write the workbook to a new file. User text is stored as text and stays text when edited."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    written = io.BytesIO()
    book = FittedWorkbook(written, options)
    head = {"font_color": COLORS["paper"], "bg_color": COLORS["accent"]}
    formats = _Formats(
        head=book.add_format({"bold": True, **head, "text_wrap": True}),
        wrap=book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
        yours=book.add_format(
            {"text_wrap": True, "valign": "top", "bg_color": COLORS["warn-wash"], "quote_prefix": True}
        ),
        typed=book.add_format({"quote_prefix": True}),
        percent=book.add_format({"num_format": "0%", "valign": "top"}),
    )
    book.set_properties({"title": f"Coded program inventory, {about.state}", "author": "cluster-kit"})
    _read_me(book, formats, proposals, about)
    _review(book, formats, proposals)
    _table(book, formats, PROGRAMS, [(c.name, c.width) for c in COLUMNS], coded_rows(proposals))
    _table(book, formats, "Questions", [("Question", 110)], ([question] for question in summary.questions))
    _table(book, formats, "Noticed", [("What was noticed", 110)], ([f.sentence] for f in proposals.findings))
    _table(book, formats, "Codebook", [("Column", 18), ("Meaning", 70), ("Values", 90)], make_codebook(proposals))
    places = proposals.reference.places
    names = ([places.titles[cluster], places.titles[sub]] for sub, cluster in places.cluster_of.items())
    clusters = [cluster.title for cluster in places.clusters.values()]
    sheet = _table(book, formats, FRAMEWORK, [("Cluster of it", 32), ("Sub-Cluster", 40), ("Cluster", 32)], names)
    for number, title in enumerate(clusters, start=1):
        sheet.write_string(number, 2, title)
    book.close()
    write_atomically(path, written.getvalue())


def _read_me(book: xlsxwriter.Workbook, formats: _Formats, proposals: ClusterProposals, about: WorkbookContext) -> None:
    sheet = book.add_worksheet(READ_ME)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 100, formats.wrap)
    sample = " This is the kit's sample, for demonstration only." if proposals.reference.is_sample else ""
    lines = [
        (STATE, about.code),
        (SERIES, f"{about.series}{' (fictional: made up for demonstration)' if about.fictional else ''}"),
        ("Made from", proposals.inventory.source),
        ("Crosswalk", f"{proposals.reference.cip.source}.{sample}"),
        *(("How to", line) if not number else ("", line) for number, line in enumerate(_HOW_TO)),
    ]
    for number, (label, text) in enumerate(lines):
        if label:
            sheet.write_string(number, 0, label)
        sheet.write_string(number, 1, text, formats.wrap)


def _review(book: xlsxwriter.Workbook, formats: _Formats, proposals: ClusterProposals) -> None:
    columns = [*_REVIEW_COLUMNS, *((name, 4) for name in WAS)]
    sheet = book.add_worksheet(REVIEW)
    _head(sheet, formats, columns)
    names = [name for name, _ in columns]
    yours = names.index(YOUR_CLUSTER)
    sheet.set_column(names.index(WAS[0]), len(names) - 1, 4, None, {"hidden": True})
    for number, proposal in enumerate(proposals.proposals, start=1):
        for at, value in enumerate(_review_row(proposal, proposals)):
            format_ = formats.yours if yours <= at < yours + len(YOURS) else formats.wrap
            _write(sheet, (number, at), value, formats.percent if names[at] == "Confidence" else format_, formats)
    last = len(proposals.proposals)
    sheet.autofilter(0, 0, max(last, 1), len(_REVIEW_COLUMNS) - 1)
    clusters, subs = len(proposals.reference.places.clusters), len(proposals.reference.places.cluster_of)
    _choices(sheet, (1, last, yours), f"={FRAMEWORK}!$C$2:$C${clusters + 1}", YOUR_CLUSTER)
    _choices(sheet, (1, last, yours + 1), f"={FRAMEWORK}!$B$2:$B${subs + 1}", YOUR_SUB_CLUSTER)


def _review_row(proposal: ClusterProposal, proposals: ClusterProposals) -> list[Value]:
    places, group = proposals.reference.places, proposal.group
    candidates = [places.format_place(candidate.place) for candidate in proposal.candidates]
    more = len(group.titles) - _MOST_TITLES
    titles = "\n".join(group.titles[:_MOST_TITLES]) + (f"\nand {more} more" if more > 0 else "")
    formers = (f"{proposals.reference.former.by_id[former].title} ({count})" for former, count in group.formers)
    status = STATUS_WORDS[proposal.status]
    if proposal.status == "unsettled":
        status += ": " + " / ".join(f"{places.format_place(d.place)} ({d.author})" for d in proposal.decisions)
    return [
        group.key, group.code, titles, len(group.programs), "\n".join(formers), status,
        candidates[0] if candidates else "", proposal.candidates[0].confidence if candidates else None,
        candidates[1] if len(candidates) > 1 else "", "\n".join(proposal.reasons),
        *(settled := settled_cells(proposal, proposals)),
        proposal.decisions[-1].author if proposal.decisions else "", *settled,
    ]  # fmt: skip


def settled_cells(proposal: ClusterProposal, proposals: ClusterProposals) -> list[str]:
    """The values of the three review columns: the team's decision, if it is settled."""
    if proposal.status != "decided":
        return ["", "", ""]
    decision, titles = proposal.decisions[0], proposals.reference.places.titles
    place = (titles.get(id_, id_) for id_ in decision.place)
    return [*place, decision.note]


def _table(
    book: xlsxwriter.Workbook,
    formats: _Formats,
    name: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Value]],
) -> Worksheet:
    sheet = book.add_worksheet(name)
    _head(sheet, formats, columns)
    last = 1
    for last, row in enumerate(rows, start=1):
        for at, value in enumerate(row):
            _write(sheet, (last, at), value, formats.wrap if isinstance(value, str) and value else None, formats)
    if len(columns) > 1 and name != FRAMEWORK:
        sheet.autofilter(0, 0, last, len(columns) - 1)
    return sheet


def _head(sheet: Worksheet, formats: _Formats, columns: Sequence[tuple[str, int]]) -> None:
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    for at, (name, width) in enumerate(columns):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, name, formats.head)


def _write(sheet: Worksheet, at: tuple[int, int], value: Value, format_: Format | None, formats: _Formats) -> None:
    if isinstance(value, int | float):
        sheet.write_number(*at, value, format_)
    elif value:
        is_risky = format_ is None and guard_formula(value) != value
        sheet.write_string(*at, value, formats.typed if is_risky else format_)
    elif format_ is not None:
        sheet.write_blank(*at, None, format_)


def _choices(sheet: Worksheet, area: tuple[int, int, int], source: str, name: str) -> None:
    first, last, column = area
    advice = f"{name}: choose from the list."
    rule = {
        "validate": "list",
        "source": source,
        "error_type": "warning",
        "error_message": advice,
    }
    sheet.data_validation(first, column, max(first, last), column, rule)
