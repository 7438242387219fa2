"""Ranks in a returned worksheet: no two rows of a table may share one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from cluster_kit.content.models import NumberPrompt
from cluster_kit.content.prompt_base import UnclearAnswerError
from cluster_kit.content.prompt_kinds import shorten_line
from cluster_kit.text import join_words
from cluster_kit.worksheets.field_addresses import ResolvedAddress
from cluster_kit.worksheets.marks import hash_value
from cluster_kit.worksheets.returned import FilledField
from cluster_kit.worksheets.values import read_value

Filled = tuple[ResolvedAddress, FilledField]


def find_shared_ranks(answers: Sequence[Filled]) -> dict[str, str]:
    """By address of a rank column: a sentence why its ranks cannot be stored.

    Only for columns in which someone has written a rank twice; earlier duplicates that no one changed are left alone.
    """
    columns: defaultdict[str, list[Filled]] = defaultdict(list)
    for place, filled in answers:
        if isinstance(place.asks, NumberPrompt) and place.asks.rank:
            columns[place.address.prompt].append((place, filled))
    found = {prompt: _find_sentence(column, answers) for prompt, column in columns.items()}
    return {prompt: sentence for prompt, sentence in found.items() if sentence}


def _find_sentence(column: Sequence[Filled], answers: Sequence[Filled]) -> str:
    rows: defaultdict[float, list[Filled]] = defaultdict(list)
    for place, filled in column:
        if isinstance(rank := _read_rank(place, filled), int | float):
            rows[rank].append((place, filled))
    for rank, shared in sorted(rows.items()):
        if len(shared) > 1 and not all(hash_value(_read_rank(*one)) in one[1].mark.stamps for one in shared):
            names = _name_rows(answers)
            goals = join_words(f"“{names[row]}”" for place, _ in shared if names.get(row := place.address.row))
            table = shared[0][0].table
            what = table.row_name if table else "row"
            which = f" ({goals})" if goals else ""
            return (
                f"Rank {rank:g} is given to more than one {what}{which}, so no rank of this worksheet was saved. "
                f"Give each {what} a rank of its own, and return the worksheet again."
            )
    return ""


def _read_rank(place: ResolvedAddress, filled: FilledField) -> JsonValue:
    try:
        return read_value(place.asks, filled.text)
    except UnclearAnswerError:
        return None


def _name_rows(answers: Sequence[Filled]) -> Mapping[str, str]:
    """By row: the words in its first column."""
    first = (
        (place.address.row, shorten_line(filled.text))
        for place, filled in answers
        if place.table and place.address.prompt == f"{place.table.id}.{place.table.columns[0].id}"
    )
    return {row: words for row, words in first if words}
