"""The coded inventory, the codebook, and the change log as CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cluster_kit.crosswalk.coded import COLUMNS, Value, coded_rows, make_codebook
from cluster_kit.crosswalk.places import normalize_title
from cluster_kit.crosswalk.proposing import ClusterProposals
from cluster_kit.crosswalk.reference import write_file
from cluster_kit.text import csv_text

CHANGE_COLUMNS = ("row", "title", "what", "before", "after", "why")


def write_inventory(path: Path, proposals: ClusterProposals) -> None:
    """Write the coded inventory, one row per program."""
    _write(path, [[column.name for column in COLUMNS], *coded_rows(proposals)])


def write_codebook(path: Path, proposals: ClusterProposals) -> None:
    """Write the meaning of each column."""
    _write(path, [["column", "meaning", "values"], *make_codebook(proposals)])


def write_changes(path: Path, proposals: ClusterProposals, earlier: dict[str, tuple[str, str]]) -> int:
    """Write the differences from the list and, by key, from the previous run. Returns the number of changes."""
    changes = [*_changes(proposals), *_changes_since(proposals, earlier)]
    _write(path, [CHANGE_COLUMNS, *changes])
    return len(changes)


def read_earlier_inventory(path: Path) -> dict[str, tuple[str, str]]:
    """Cluster and Sub-Cluster by key from an earlier coded inventory; empty if there is no readable one."""
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}
    return {
        row["key"]: (row["cluster"], row["sub_cluster"])
        for row in rows
        if {"key", "cluster", "sub_cluster"} <= set(row)
    }


def _changes(proposals: ClusterProposals) -> Iterator[list[Value]]:
    """For each program: a normalized or replaced code, and a changed Cluster."""
    reference = proposals.reference
    for program in proposals.inventory.programs:
        proposal = proposals.by_row[program.row]
        if program.code and program.code != program.code_as_written:
            yield [program.row, program.title, "CIP code", program.code_as_written, program.code, "spelled in full"]
        if program.code and proposal.group.code != program.code:
            why = "retired in 2020" if proposal.group.lookup.match == "retired" else "spelled in full"
            yield [program.row, program.title, "CIP code", program.code, proposal.group.code, why]
        if proposal.place is None:
            continue
        cluster = reference.places.titles[proposal.place.cluster]
        if normalize_title(program.former) != normalize_title(cluster):
            decision = proposal.decisions[0] if proposal.decisions else None
            why = f"decided by {decision.author}: {decision.note}".rstrip(": ") if decision else "proposed, clear"
            yield [program.row, program.title, "Cluster", program.former, cluster, why]


def _changes_since(proposals: ClusterProposals, earlier: dict[str, tuple[str, str]]) -> Iterator[list[Value]]:
    titles = proposals.reference.places.titles
    for proposal in proposals.proposals:
        if proposal.group.key in earlier:
            now = tuple(titles.get(id_, "") for id_ in proposal.place) if proposal.place else ("", "")
            before = earlier[proposal.group.key]
            if before != now:
                names = [": ".join(part for part in place if part) for place in (before, now)]
                yield ["", proposal.group.title, "since the run before", *names, f"key {proposal.group.key}"]


def _write(path: Path, rows: Iterable[Sequence[Value]]) -> None:
    """Write UTF-8 with a byte order mark, which Excel needs to read accented letters."""
    write_file(path, csv_text(rows).encode("utf-8-sig"))
