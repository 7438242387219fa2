"""The names of rows on receipts: a table's row, a statement, or a question."""

from __future__ import annotations

from cluster_kit.content.models import ItemsPrompt, QuestionsPrompt, TablePrompt
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.fields import select_areas, select_questions
from cluster_kit.exercises.sources import find_choices, find_removed, order_rows
from cluster_kit.exercises.typed_answers import WorksheetId
from cluster_kit.worksheets.field_addresses import ResolvedAddress


def name_row(context: FormContext, head: WorksheetId, place: ResolvedAddress) -> str:
    """The row's name as on the worksheet; empty for a prompt without rows."""
    own = place.address.prompt.partition(".")[0]
    prompt = next((one for one in place.exercise.prompts if one.id == own), None)
    row = place.address.row
    match prompt:
        case ItemsPrompt():
            items = (item for area in select_areas(context.content, prompt) for item in area.items)
            return next((item.label for item in items if item.id == row), "")
        case QuestionsPrompt():
            return next((q.text for q in select_questions(context.content, prompt) if q.id == row), "")
        case TablePrompt():
            return _name_table_row(context, head, place, prompt)
    return ""


def _name_table_row(context: FormContext, head: WorksheetId, place: ResolvedAddress, prompt: TablePrompt) -> str:
    row = place.address.row
    choices = find_choices(context, prompt)
    if choices is not None:
        return next((choice.label for choice in choices if choice.id == row), "")
    removed = find_removed(context.current(head.session, place.exercise.id), prompt.id)
    history = context.history(head.session, place.exercise.id)
    rows = [one for one in order_rows(history, prompt.id) if one not in removed]
    if row in rows:
        return f"{prompt.row_name.capitalize()} {rows.index(row) + 1}"
    return f"New {prompt.row_name}"
