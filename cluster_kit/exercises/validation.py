"""Is this a value that the prompt can take? If not, one sentence for the person who gave it."""

from __future__ import annotations

import datetime as dt
import math
import re
import sys
from collections.abc import Collection
from typing import Any

from pydantic import ValidationError

from cluster_kit.content.models import (
    CellPrompt,
    ChoicePrompt,
    DatePrompt,
    FilePrompt,
    NumberPrompt,
    PersonPrompt,
    RatingPrompt,
    TextPrompt,
)
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.fields import Field, RowPresence
from cluster_kit.exercises.sources import find_choices
from cluster_kit.store.files import FileStore, UploadedFile, clean_file_name, find_file_problem

LONGEST_TEXT = 50_000
LONGEST_NAME = 300
OTHER = "other:"
NOT_SURE = "not_sure"
MINTED_ROW = re.compile(r"[A-Za-z0-9_-]{1,64}")
KEY_ROW = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,64}")
YEARS = range(1990, 2101)

NO_SUCH_FIELD = "This answer belongs to no question of this exercise. Reload the page to see it as it is now."
NO_SUCH_ROW = "The row that this answer belongs to is not in this exercise. Reload the page to see it as it is now."
NO_SUCH_FILE = "This file is not here any more. Choose it again."
NO_SUCH_OPTION = "This is not one of the choices. Choose again."


def find_problem(context: FormContext, field: Field, row: str, value: Any) -> str | None:
    """Why ``value`` can not be the answer to ``field`` in ``row``, in a sentence; None when it can.

    ``None`` clears an answer and is always taken where the row exists.
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
    return _value_problem(field.asks, value)


def _row_exists(context: FormContext, field: Field, row: str) -> bool:
    if field.rows == "none":
        return row == ""
    if field.rows == "fixed":
        return row in field.row_ids
    if field.rows == "keys":
        return KEY_ROW.fullmatch(row) is not None
    assert field.table is not None  # noqa: S101 - "table" fields are made with their table
    rows = find_choices(context, field.table)
    if rows is None:
        return MINTED_ROW.fullmatch(row) is not None
    return any(row == known.id for known in rows)


def _value_problem(prompt: CellPrompt, value: Any) -> str | None:
    match prompt:
        case TextPrompt():
            return _text_problem(value)
        case RatingPrompt():
            points = [anchor.value for anchor in prompt.scale]
            whole = isinstance(value, int) and not isinstance(value, bool)
            return None if value == NOT_SURE or (whole and value in points) else "This is not a point of the scale."
        case NumberPrompt():
            return _number_problem(prompt, value)
        case DatePrompt():
            return _date_problem(value)
        case PersonPrompt():
            return _person_problem(value)
        case ChoicePrompt() | FilePrompt():
            raise AssertionError("choices need their options, and files their shelf: see find_problem")


def _text_problem(value: Any, longest: int = LONGEST_TEXT) -> str | None:
    if not isinstance(value, str):
        return "This must be words."
    if len(value) > longest:
        return (
            f"This is {len(value):,} characters long; up to {longest:,} can be kept. "
            "Shorten it, or give a link to the document."
        )
    return None


def _choice_problem(prompt: ChoicePrompt, ids: Collection[str], value: Any) -> str | None:
    chosen = value if prompt.many else [value]
    if not isinstance(chosen, list) or not all(isinstance(one, str) for one in chosen):
        return NO_SUCH_OPTION
    if len(set(chosen)) < len(chosen):
        return "The same choice is there twice. Choose again."
    for one in chosen:
        if prompt.other and one.startswith(OTHER):
            if problem := _text_problem(one.removeprefix(OTHER), LONGEST_NAME):
                return problem
        elif one not in ids:
            return NO_SUCH_OPTION
    if sum(one.startswith(OTHER) and one not in ids for one in chosen) > 1:
        return "Only one choice of your own can be kept here."
    return None


def _file_problem(shelf: FileStore | None, prompt: FilePrompt, value: Any) -> str | None:
    try:
        given = UploadedFile.model_validate(value)
    except ValidationError:
        return NO_SUCH_FILE
    if given.name != clean_file_name(given.name):  # no upload was answered with such a name
        return NO_SUCH_FILE
    if problem := find_file_problem(prompt, given.name, given.size):
        return problem
    return None if shelf and shelf.holds(given) else NO_SUCH_FILE


def _number_problem(prompt: NumberPrompt, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "Type a number, such as 12."
    if isinstance(value, float) and not math.isfinite(value):
        return "Type a number, such as 12."
    if prompt.whole and value != int(value):
        return "Type a whole number, such as 12."
    low, high = prompt.minimum, prompt.maximum
    if (low is None or value >= low) and (high is None or value <= high):
        # A whole number may have any length, but nothing could count with it.
        return None if abs(value) <= sys.float_info.max else "This number is too large. Type a smaller one."
    if low is not None and high is not None:
        return f"Type a number from {low:g} to {high:g}."
    return f"Type a number of at least {low:g}." if low is not None else f"Type a number of at most {high:g}."


def _date_problem(value: Any) -> str | None:
    advice = "Give a day with its month, day and year, such as 03/15/2027."
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return advice
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        return advice
    return None if day.year in YEARS else "Give the year with four digits, such as 2027."


def _person_problem(value: Any) -> str | None:
    if not isinstance(value, dict) or set(value) != {"name", "role"}:
        return "Give a name and a role."
    return _text_problem(value["name"], LONGEST_NAME) or _text_problem(value["role"], LONGEST_NAME)
