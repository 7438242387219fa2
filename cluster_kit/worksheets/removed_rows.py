"""Answers that were on a worksheet when it was made, and whose place is no longer in the returned file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from cluster_kit.content.models import Scope, TablePrompt
from cluster_kit.exercises.answers import is_empty
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.typed_answers import WorksheetId
from cluster_kit.store import Response
from cluster_kit.worksheets.field_addresses import ResolvedAddress
from cluster_kit.worksheets.outcomes import MergeOutcome
from cluster_kit.worksheets.row_names import name_row


def find_removed_answers(
    context: FormContext, head: WorksheetId, places: Mapping[str, ResolvedAddress], found: frozenset[str]
) -> Iterator[MergeOutcome]:
    """An outcome for each row of a table that was removed from the file, or else for each answer.

    ``places`` are those of the worksheet by key, and ``found`` the keys in the file. Only tables of which the file has
    a part are searched, and only answers of the team that were on the worksheet. Since a check-in has one of its rows,
    a table of which the file has one row is complete if people add its rows.
    """
    tables: defaultdict[tuple[str, str], defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for key, place in places.items():
        if place.table and place.field.scope is Scope.TEAM:
            tables[place.exercise.id, place.table.id][place.address.row].append(key)
    for rows in tables.values():
        here = {row for row, keys in rows.items() if not found.isdisjoint(keys)}
        is_whole = len(here) > 1 or (bool(here) and _is_added_to(places[next(iter(rows.values()))[0]].table))
        for row, keys in rows.items():
            lost = [places[key] for key in keys if key not in found and _was_there(context, head, places[key])]
            if row in here:
                yield from (MergeOutcome("removed", _name(context, head, place, place.label)) for place in lost)
            elif lost and is_whole:
                yield MergeOutcome("removed", _name(context, head, lost[0]))


def _is_added_to(table: TablePrompt | None) -> bool:
    return table is not None and not table.rows and not table.rows_from


def _was_there(context: FormContext, head: WorksheetId, place: ResolvedAddress) -> bool:
    """True for an answer that is current, and had a value when the worksheet was made."""

    def is_here(one: Response) -> bool:
        return (one.prompt, one.row) == (place.address.prompt, place.address.row) and not is_empty(one.value)

    history = context.history(head.session, place.exercise.id)
    return any(is_here(one) for one in context.current(head.session, place.exercise.id)) and any(
        is_here(one) and one.seq <= head.seq for one in history
    )


def _name(context: FormContext, head: WorksheetId, place: ResolvedAddress, label: str = "") -> str:
    return " – ".join(filter(None, (place.exercise.title, name_row(context, head, place), label)))
