"""Rows of the coded inventory, shared by the spreadsheet, the text file, and the codebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cluster_kit.crosswalk.inventory import Program
from cluster_kit.crosswalk.levels import LEVELS
from cluster_kit.crosswalk.proposing import STATUS_WORDS, ClusterProposal, ClusterProposals

Value = str | int | float | None


@dataclass(frozen=True)
class CodedLine:
    """A program with its proposal."""

    program: Program
    proposal: ClusterProposal
    titles: dict[str, str]

    def title_of(self, id_: str) -> str:
        """Title of a Cluster or Sub-Cluster; empty for none."""
        return self.titles.get(id_, id_)


@dataclass(frozen=True)
class CodedColumn:
    """A column of the coded inventory: its name, its meaning, and the function for a program's value."""

    name: str
    meaning: str
    value: Callable[[CodedLine], Value]
    width: int = 14


def _cluster(line: CodedLine) -> str:
    return line.title_of(line.proposal.place.cluster) if line.proposal.place else ""


def _sub_cluster(line: CodedLine) -> str:
    return line.title_of(line.proposal.place.sub_cluster) if line.proposal.place else ""


def _status(line: CodedLine) -> str:
    return STATUS_WORDS[line.proposal.status]


def _confidence(line: CodedLine) -> Value:
    first = line.proposal.candidates[:1]
    return first[0].confidence if first else None


def _candidate(number: int) -> Callable[[CodedLine], Value]:
    def candidate_title(line: CodedLine) -> str:
        found = line.proposal.candidates[number : number + 1]
        return line.title_of(found[0].place.cluster) if found else ""

    return candidate_title


def _decided(line: CodedLine, what: Callable[[ClusterProposal], Value]) -> Value:
    return what(line.proposal) if line.proposal.decisions else ""


def _decided_on(proposal: ClusterProposal) -> str:
    at = proposal.decisions[-1].at
    return at.date().isoformat() if at else ""


COLUMNS: tuple[CodedColumn, ...] = (
    CodedColumn("row", "The row in the list that was read.", lambda line: line.program.row, 9),
    CodedColumn("program_id", "The list's own id of the program.", lambda line: line.program.program_id, 14),
    CodedColumn("title", "The title, as in the list.", lambda line: line.program.title, 40),
    CodedColumn("cip_as_written", "The CIP code, as in the list.", lambda line: line.program.code_as_written, 14),
    CodedColumn(
        "cip",
        "The CIP code of 2020: spelled in full, retired codes moved on. A shorter one names a group of codes.",
        lambda line: line.proposal.group.code,
        12,
    ),
    CodedColumn("former_cluster", "The former Cluster, as in the list.", lambda line: line.program.former, 30),
    CodedColumn("level", "The level that the list's word was read as.", lambda line: LEVELS[line.program.level]),
    CodedColumn("location", "The place, as in the list.", lambda line: line.program.location, 24),
    CodedColumn("enrollment", "Learners enrolled. Empty: not known.", lambda line: line.program.enrollment, 12),
    CodedColumn("concentrators", "Concentrators. Empty: not known.", lambda line: line.program.concentrators, 14),
    CodedColumn(
        "cluster",
        "The Cluster, as the team decided, or as proposed where that is clear. Empty: the team has still to review it.",
        _cluster,
        30,
    ),
    CodedColumn("sub_cluster", "The Sub-Cluster, as for the Cluster. Empty: not settled.", _sub_cluster, 34),
    CodedColumn("status", "Who says so: the team, a clear proposal, or no one yet.", _status, 20),
    CodedColumn(
        "confidence",
        "How often a first proposal like this one was right on codes that were held out (0 to 1).",
        _confidence,
        12,
    ),
    CodedColumn("first_proposal", "The Cluster proposed first.", _candidate(0), 30),
    CodedColumn("second_proposal", "The Cluster proposed second. Empty: none worth naming.", _candidate(1), 30),
    CodedColumn(
        "note", "The team's note on its decision.", lambda line: _decided(line, lambda p: p.decisions[0].note), 30
    ),
    CodedColumn(
        "decided_by", "Who wrote the decision down.", lambda line: _decided(line, lambda p: p.decisions[-1].author), 18
    ),
    CodedColumn("decided_on", "The day of the decision (UTC).", lambda line: _decided(line, _decided_on), 12),
    CodedColumn("key", "What the decision is kept under.", lambda line: line.proposal.group.key, 30),
)


def coded_rows(proposals: ClusterProposals) -> Iterator[list[Value]]:
    """One row per program, in list order, with a value for each of ``COLUMNS``."""
    titles = proposals.reference.places.titles
    shared: dict[int, list[Value]] = {}
    own = [number for number, column in enumerate(COLUMNS) if column.name in _OWN]
    for program in proposals.inventory.programs:
        proposal = proposals.by_row[program.row]
        line = CodedLine(program, proposal, titles)
        if id(proposal) not in shared:
            shared[id(proposal)] = [column.value(line) for column in COLUMNS]
        row = list(shared[id(proposal)])
        for number in own:
            row[number] = COLUMNS[number].value(line)
        yield row


# Columns that differ within a group; all others are computed once per group.
_OWN = {
    "row", "program_id", "title", "cip_as_written", "former_cluster", "level", "location", "enrollment", "concentrators"
}  # fmt: skip


def make_codebook(proposals: ClusterProposals) -> list[list[str]]:
    """Rows of the codebook: column, meaning, possible values."""
    places = proposals.reference.places
    values = {
        "level": "; ".join(LEVELS.values()),
        "cluster": "; ".join(cluster.title for cluster in places.clusters.values()),
        "sub_cluster": "; ".join(places.titles[sub] for sub in places.cluster_of),
        "status": "; ".join(STATUS_WORDS.values()),
        "confidence": "0.00 to 0.99",
    }
    read_from = {"title": "title", "cip_as_written": "cip", "former_cluster": "former"}
    rows = []
    for column in COLUMNS:
        source = proposals.inventory.columns.get(read_from.get(column.name, column.name), "")
        origin = f" Read from the column {source!r}." if source else ""
        rows.append([column.name, f"{column.meaning}{origin}", values.get(column.name, "")])
    table = proposals.reference.cip
    rows.append(["(crosswalk)", f"{table.source}, {len(table.entries):,} codes, of {table.imported_at:%Y-%m-%d}.", ""])
    return rows
