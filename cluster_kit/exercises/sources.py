"""The sources of rows and options: the exercise, a vocabulary of the content, or the team's answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cluster_kit.content.models import AnswerSource, ChoicePrompt, Content, Option, Source, TablePrompt
from cluster_kit.content.vocabularies import list_entries
from cluster_kit.exercises.answers import is_row_removal
from cluster_kit.exercises.context import FormContext
from cluster_kit.store import Response


@dataclass(frozen=True)
class SourceChoice:
    """A row or option as displayed. ``gone``: its row was removed or emptied, so it is no longer offered."""

    id: str
    label: str
    help: str = ""
    gone: bool = False


def find_choices(context: FormContext, prompt: ChoicePrompt | TablePrompt) -> tuple[SourceChoice, ...] | None:
    """The options of a choice, or the rows of a table; None for a table whose rows people add.

    Includes ``gone`` choices, because earlier answers may refer to them.
    """
    source = get_source(prompt)
    if isinstance(source, AnswerSource) and not _own_options(prompt):
        return _of_answers(context, source)
    return find_static_choices(context.content, prompt)


def find_static_choices(content: Content, prompt: ChoicePrompt | TablePrompt) -> tuple[SourceChoice, ...] | None:
    """The options or rows from the content; empty if they come from answers.

    None for a table whose rows people add.
    """
    source = get_source(prompt)
    if own := _own_options(prompt):
        return tuple(SourceChoice(option.id, option.label, option.help) for option in own)
    if source is None:
        return None
    return (
        ()
        if isinstance(source, AnswerSource)
        else tuple(SourceChoice(*entry) for entry in list_entries(content, source))
    )


def get_source(prompt: ChoicePrompt | TablePrompt) -> Source | None:
    """The source of a choice's options or a table's rows; None if the exercise defines them."""
    return prompt.options_from if isinstance(prompt, ChoicePrompt) else prompt.rows_from


def _own_options(prompt: ChoicePrompt | TablePrompt) -> tuple[Option, ...]:
    return prompt.options if isinstance(prompt, ChoicePrompt) else prompt.rows


def order_rows(history: Iterable[Response], table: str) -> list[str]:
    """The ids of a table's rows in the order of their first answer, including removed rows.

    ``history`` is in order of ``seq``.
    """
    cells = (r.row for r in history if r.prompt.startswith(f"{table}."))
    return list(dict.fromkeys(cells))


def find_removed(current: Iterable[Response], table: str) -> set[str]:
    """The ids of a table's removed rows, except restored ones."""
    latest = {r.row: r for r in current if r.prompt == table}
    return {row for row, response in latest.items() if is_row_removal(response)}


def _of_answers(context: FormContext, source: AnswerSource) -> tuple[SourceChoice, ...]:
    return tuple(choice for session in _sessions(context, source) for choice in _of_session(context, source, session))


def _sessions(context: FormContext, source: AnswerSource) -> list[int]:
    if source.session == "this":
        return [context.session]
    if source.session == "earlier":
        return [s.number for s in context.content.sessions if s.number < context.session]
    return [source.session]


def _of_session(context: FormContext, source: AnswerSource, session: int) -> list[SourceChoice]:
    rows = context.order_rows(session, source.exercise, source.prompt)
    if not rows:
        return []
    current = context.current(session, source.exercise)
    removed = find_removed(current, source.prompt)
    column = f"{source.prompt}.{source.column}"
    labels = {r.row: str(r.value or "").strip() for r in current if r.prompt == column}
    return [
        SourceChoice(row, labels.get(row) or "(no words)", gone=row in removed or not labels.get(row)) for row in rows
    ]
