"""Every address in a session that can have an answer, for one jurisdiction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from cluster_kit.content.models import CellPrompt, ChoicePrompt, Content, Exercise, RatingPrompt, Scope, TablePrompt
from cluster_kit.content.prompt_kinds import OTHER_PREFIX, name_lost_choice
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.fields import PAGE_PROMPTS, Field, RowPresence, index_fields
from cluster_kit.exercises.sources import SourceChoice, find_choices
from cluster_kit.exercises.typed_answers import WorksheetId
from cluster_kit.store import Person, Store
from cluster_kit.worksheets.marks import FieldAddress

ANYBODY = "worksheet-reader"
SAY_WHY = "say why below"


@dataclass(frozen=True)
class ResolvedAddress:
    """An address with its prompt. ``table`` is set for a cell of a table."""

    address: FieldAddress
    field: Field
    exercise: Exercise

    @property
    def asks(self) -> CellPrompt:
        """The prompt of the address; for a table's cell, its column."""
        assert not isinstance(self.field.asks, RowPresence)  # noqa: S101 - row marks have no place on a worksheet
        return self.field.asks

    @property
    def label(self) -> str:
        """The question's label; within a table, the table's label precedes it."""
        own = "a row" if isinstance(self.field.asks, RowPresence) else self.field.asks.label
        return f"{self.table.label}: {own}" if self.table else own

    @property
    def table(self) -> TablePrompt | None:
        """The table that the cell belongs to, or None."""
        return self.field.table


def reading_context(content: Content, store: Store, session: int, jurisdiction: str) -> FormContext:
    """The context of the whole team: the team's answers, without anyone's individual ones."""
    person = Person(id=ANYBODY, series=content.series.id, jurisdiction=jurisdiction, name="")
    return FormContext(content, store, session, jurisdiction, person)


def list_places(context: FormContext, head: WorksheetId) -> Iterator[ResolvedAddress]:
    """Every address in the session, in the order of its exercises, including the worksheet's empty rows."""
    for exercise in context.content.get_session(head.session).exercises:
        for prompt, field in index_fields(context.content, exercise).items():
            if prompt not in PAGE_PROMPTS and isinstance(field.asks, CellPrompt) and field.asks.offline:
                for row in _rows(context, head, exercise, field):
                    yield ResolvedAddress(FieldAddress(exercise.id, prompt, row), field, exercise)


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
    return [*context.order_rows(head.session, exercise.id, field.table.id), *head.new_rows()]


def list_options(context: FormContext, asks: CellPrompt, values: Sequence[JsonValue]) -> tuple[SourceChoice, ...]:
    """The options of a choice, or a rating's points with its choices off the scale. Empty for other prompts.

    An option that no longer exists is included only if one of ``values`` refers to it.
    """
    chosen = [str(one) for value in values for one in (value if isinstance(value, list) else [value])]
    if isinstance(asks, ChoicePrompt):
        known = find_choices(context, asks) or ()
    elif isinstance(asks, RatingPrompt):
        points = (SourceChoice(str(a.value), f"{a.value} {a.label}", a.text) for a in asks.scale)
        beside = (SourceChoice(one.value, one.label, SAY_WHY if one.needs_reason else "") for one in asks.off_scale)
        known = (*points, *beside)
    else:
        return ()
    ids = {choice.id for choice in known}
    name = asks.name_earlier if isinstance(asks, ChoicePrompt) else name_lost_choice
    lost = [
        SourceChoice(one, name(one), gone=True)
        for one in dict.fromkeys(chosen)
        if one not in ids and not one.startswith(OTHER_PREFIX)
    ]
    return (*(choice for choice in known if not choice.gone or choice.id in chosen), *lost)


def is_own(field: Field) -> bool:
    """True if each person answers individually."""
    return field.scope is Scope.PERSON
