"""Every place in a session where an answer can stand, for one jurisdiction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from cluster_kit.content.models import CellPrompt, ChoicePrompt, Content, Exercise, RatingPrompt, Scope, TablePrompt
from cluster_kit.content.prompt_kinds import NOT_SURE
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.fields import DEPTH_PROMPT, Field, RowPresence, index_fields
from cluster_kit.exercises.labels import NOT_SURE_LABEL
from cluster_kit.exercises.sources import SourceChoice, find_choices, order_rows
from cluster_kit.exercises.validation import OTHER
from cluster_kit.store import Person, Store
from cluster_kit.worksheets.marks import Spot, WorksheetId

ANYBODY = "worksheet-reader"


@dataclass(frozen=True)
class ResolvedAddress:
    """A spot with what it asks. ``table`` is set for a cell of a table."""

    spot: Spot
    field: Field
    exercise: Exercise

    @property
    def asks(self) -> CellPrompt:
        """The prompt of the spot; a table's cell is its column."""
        assert not isinstance(self.field.asks, RowPresence)  # noqa: S101 - row marks have no place on a worksheet
        return self.field.asks

    @property
    def label(self) -> str:
        """What the question is called; within a table, the table's name stands first."""
        own = "a row" if isinstance(self.field.asks, RowPresence) else self.field.asks.label
        return f"{self.table.label}: {own}" if self.table else own

    @property
    def table(self) -> TablePrompt | None:
        """The table whose cell it is, or None."""
        return self.field.table


def reading_context(content: Content, store: Store, session: int, jurisdiction: str) -> FormContext:
    """What anybody in the team may see: the team's answers, and nobody's own."""
    person = Person(id=ANYBODY, series=content.series.id, jurisdiction=jurisdiction, name="")
    return FormContext(content, store, session, jurisdiction, person)


def list_places(context: FormContext, head: WorksheetId) -> Iterator[ResolvedAddress]:
    """Every place of the session, in the order of its exercises, the empty rows of the worksheet among them."""
    for exercise in context.content.get_session(head.session).exercises:
        for prompt, field in index_fields(context.content, exercise).items():
            if prompt != DEPTH_PROMPT and isinstance(field.asks, CellPrompt) and field.asks.offline:
                for row in _rows(context, head, exercise, field):
                    yield ResolvedAddress(Spot(exercise.id, prompt, row), field, exercise)


def _rows(context: FormContext, head: WorksheetId, exercise: Exercise, field: Field) -> list[str]:
    if field.rows == "none":
        return [""]
    if field.rows == "fixed":
        return sorted(field.row_ids)
    if field.rows == "keys":
        return []
    assert field.table is not None  # noqa: S101 - "table" fields are made with their table
    choices = find_choices(context, field.table)
    if choices is not None:
        return [choice.id for choice in choices]
    history = context.history(head.session, exercise.id)
    return [*order_rows(history, field.table.id), *head.new_rows()]


def list_options(context: FormContext, asks: CellPrompt, values: Sequence[JsonValue] = ()) -> tuple[SourceChoice, ...]:
    """What can be chosen: a choice's options, a rating's points with "not sure yet". Empty for everything else.

    What has gone since, or was never there, is among them only where one of the ``values`` names it.
    """
    chosen = [str(one) for value in values for one in (value if isinstance(value, list) else [value])]
    if isinstance(asks, ChoicePrompt):
        known = find_choices(context, asks) or ()
    elif isinstance(asks, RatingPrompt):
        points = (SourceChoice(str(a.value), f"{a.value} {a.label}", a.text) for a in asks.scale)
        known = (*points, SourceChoice(NOT_SURE, NOT_SURE_LABEL))
    else:
        return ()
    ids = {choice.id for choice in known}
    lost = [
        SourceChoice(one, one, gone=True)
        for one in dict.fromkeys(chosen)
        if one not in ids and not one.startswith(OTHER)
    ]
    return (*(choice for choice in known if not choice.gone or choice.id in chosen), *lost)


def is_own(field: Field) -> bool:
    """True for an answer that everybody gives for themselves."""
    return field.scope is Scope.PERSON
