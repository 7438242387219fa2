"""Validate a value for a prompt, with a sentence for the person if it is invalid."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from pydantic import ValidationError

from cluster_kit.content.models import ChoicePrompt, FilePrompt
from cluster_kit.content.prompt_kinds import LONGEST_NAME, OTHER_PREFIX, find_text_problem
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.fields import Field, RowPresence
from cluster_kit.exercises.sources import find_choices
from cluster_kit.store.files import FileStore, UploadedFile, clean_file_name, find_file_problem

MINTED_ROW = re.compile(r"[A-Za-z0-9_-]{1,64}")
KEY_ROW = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,64}")

NO_SUCH_FIELD = "This answer belongs to no question of this exercise. Reload the page to see it as it is now."
NO_SUCH_ROW = "The row that this answer belongs to is not in this exercise. Reload the page to see it as it is now."
NO_SUCH_FILE = "This file is no longer here. Choose it again."
NO_SUCH_OPTION = "This is not one of the choices. Choose again."


def find_problem(context: FormContext, field: Field, row: str, value: Any) -> str | None:
    """A sentence why ``value`` is not a valid answer to ``field`` in ``row``; None if it is.

    ``None`` clears an answer and is valid if the row exists.
    """
    if not _row_exists(context, field, row):
        return NO_SUCH_ROW
    if isinstance(field.asks, RowPresence):
        return None if isinstance(value, bool) else "A row is either there or removed."
    if value is None:
        return None
    if isinstance(field.asks, ChoicePrompt):
        choices = find_choices(context, field.asks) or ()
        return _choice_problem(field.asks, {choice.id for choice in choices}, value)
    if isinstance(field.asks, FilePrompt):
        return _file_problem(context.files, field.asks, value)
    return field.asks.find_problem(value)


def _row_exists(context: FormContext, field: Field, row: str) -> bool:
    if field.rows == "none":
        return row == ""
    if field.rows == "fixed":
        return row in field.row_ids
    if field.rows == "keys":
        return KEY_ROW.fullmatch(row) is not None
    assert field.table is not None  # noqa: S101 - a field of a table has its table
    rows = find_choices(context, field.table)
    if rows is None:
        return MINTED_ROW.fullmatch(row) is not None
    return any(row == known.id for known in rows)


def _choice_problem(prompt: ChoicePrompt, ids: Collection[str], value: Any) -> str | None:
    chosen = value if prompt.many else [value]
    if not isinstance(chosen, list) or not all(isinstance(one, str) for one in chosen):
        return NO_SUCH_OPTION
    if len(set(chosen)) < len(chosen):
        return "The same choice is listed twice. Choose again."
    for one in chosen:
        if prompt.other and one.startswith(OTHER_PREFIX):
            if problem := find_text_problem(one.removeprefix(OTHER_PREFIX), LONGEST_NAME):
                return problem
        elif one not in ids:
            return NO_SUCH_OPTION
    if sum(one.startswith(OTHER_PREFIX) and one not in ids for one in chosen) > 1:
        return "You can add only one choice of your own."
    return None


def _file_problem(file_store: FileStore | None, prompt: FilePrompt, value: Any) -> str | None:
    try:
        given = UploadedFile.model_validate(value)
    except ValidationError:
        return NO_SUCH_FILE
    if given.name != clean_file_name(given.name):  # an upload never returns such a name
        return NO_SUCH_FILE
    if problem := find_file_problem(prompt, given.name, given.size):
        return problem
    return None if file_store and file_store.holds(given) else NO_SUCH_FILE
