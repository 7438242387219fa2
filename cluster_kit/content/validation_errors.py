"""Convert validation errors into sentences for the file's author."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cluster_kit.content.documents import LocatedList, LocatedMapping, problem_at
from cluster_kit.content.errors import Problem
from cluster_kit.content.models import ContentModel

M = TypeVar("M", bound=ContentModel)

_NO_ARTICLE = {"text", "evidence", "who", "minutes", "help", "schema_version", "time_zone"}
_SHAPES = {
    "string_type": "must be text",
    "tuple_type": "must be a list, with a dash (-) before each entry",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "finite_number": "must be a number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "date_from_datetime_parsing": "must be a day of the calendar, such as 2027-02-16",
    "date_type": "must be a day such as 2027-02-16",
    "time_parsing": "must be a time of day, such as 13:00",
    "time_type": "must be a time such as 13:00",
}
_PATTERNS = {
    "^[A-Z]{2}$": "must be two capital letters such as OH",
    "^[a-z0-9]+$": "must be the ending of a file's name in small letters, without the dot, such as xlsx",
    "^[a-z0-9][a-z0-9_-]*$": "must be made of small letters, digits, - and _, such as 2027",
}


def validate(model: type[M], data: LocatedMapping) -> tuple[M | None, list[Problem]]:
    """The model of ``data``, or None, and the problems with their locations."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, describe_validation_error(error, model, data)


def keep_valid(data: LocatedMapping, key: str, model: type[ContentModel]) -> tuple[LocatedMapping, list[Problem]]:
    """A copy without the invalid entries of the list at ``key``, and the problems of these entries.

    The other entries can then be checked. If all entries are invalid, the data is unchanged.
    """
    entries = data.get(key)
    if not isinstance(entries, LocatedList):
        return data, []
    kept, problems = LocatedList(entries.mark), []
    for index, entry in enumerate(entries):
        if isinstance(entry, LocatedMapping):
            entry.trail = f"{key}.{entry.get('id') or index + 1}"
            valid, found = validate(model, entry)
            problems += found
            if valid is None:
                continue
        kept.append(entry)
        kept.marks.append(entries.marks[index])
    copy = data.overlaid(LocatedMapping(data.mark))
    copy[key] = kept
    return (copy if kept else data), problems


def describe_validation_error(error: ValidationError, model: type[ContentModel], data: LocatedMapping) -> list[Problem]:
    """The problems of a validation error. A misspelled key is not also reported as missing."""
    details = [(_without_tags(detail["loc"]), detail) for detail in error.errors(include_url=False)]
    missing = {path for path, detail in details if detail["type"] == "missing"}
    sentences: list[tuple[tuple[int | str, ...], str]] = []
    for path, detail in details:
        if detail["type"] == "extra_forbidden":
            key, siblings = str(path[-1]), [str(p[-1]) for p in missing if p[:-1] == path[:-1]]
            meant = find_closest_word(key, siblings) or find_closest_word(key, _keys_at(model, data, path[:-1]))
            missing.discard((*path[:-1], meant or ""))
            sentences.append((path, _unknown_key(key, detail["input"], meant)))
        elif detail["type"] != "missing" and (sentence := _sentence(path, detail)):
            sentences.append((path, sentence))
    sentences += [(path, f"needs {_with_article(str(path[-1]))}") for path in missing]
    return [problem_at(data, path, sentence) for path, sentence in sentences]


def find_closest_word(word: str, known: Iterable[str]) -> str | None:
    """The most similar known word, or None."""
    near = difflib.get_close_matches(word.casefold(), list(known), n=1, cutoff=0.6)
    return near[0] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``: did you mean 'x'?``, or an empty string if no known word is similar."""
    near = find_closest_word(word, known)
    return f": did you mean {near!r}?" if near else ""


def _unknown_key(key: str, value: object, meant: str | None) -> str:
    if meant:
        return f"unknown key {key!r}: did you mean {meant!r}?"
    if value is None and " " in key:
        return f"unknown key {key!r}: within {{ }}, put a text that has a comma in quotes"
    return f"unknown key {key!r}: it has no meaning here; remove it"


def _without_tags(loc: Sequence[int | str]) -> tuple[int | str, ...]:
    """The path in the file: without the names that pydantic adds for the branches of a union."""
    path: list[int | str] = []
    previous: int | str = ""
    before: int | str = ""
    for part in loc:
        entry_tag = before in ("prompts", "columns", "questions") and isinstance(previous, int)
        source_tag = previous in ("rows_from", "options_from")
        if not (isinstance(part, str) and (entry_tag or source_tag)):
            path.append(part)
        before, previous = previous, part
    return tuple(path)


def _sentence(path: tuple[int | str, ...], detail: ErrorDetails) -> str | None:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    name = _name(path)
    if kind == "too_short":
        return None if given else f"{name} needs at least one entry"
    if given is None or kind == "string_too_short":
        return f"{name} is empty: write something there"
    match kind:
        case "value_error":
            problem = str(context["error"])
            sentence = f"{name} {problem}" if problem.startswith("must ") else problem
        case "union_tag_not_found" | "model_attributes_type" | "model_type":
            sentence = _needs_keys(name, given)
        case "union_tag_invalid":
            sentence = _one_of("kind", context["tag"], context["expected_tags"])
        case "literal_error" | "enum":
            sentence = _one_of(name, given, context["expected"])
        case _:
            sentence = f"{name} {_shape(kind, detail['msg'], context)}, not {_shown(given)}"
    return sentence


def _shape(kind: str, message: str, context: dict[str, Any]) -> str:
    if kind in _SHAPES:
        return _SHAPES[kind]
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], f"must look like {context['pattern']}")
    bounds = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
    for bound, words in bounds.items():
        if bound in context:
            return f"must be {words} {context[bound]:g}"
    return f"is not right ({message})"


def _needs_keys(name: str, given: object) -> str:
    if isinstance(given, dict):
        return "needs a kind, such as kind: text"
    if name in ("rows_from", "options_from"):
        return f"{name} must be the name of a list (such as clusters), or an exercise, a prompt and a column"
    return f"{name} must be made of keys (such as id: ...), not {_shown(given)}"


def _one_of(name: str, given: object, expected: str) -> str:
    known = re.findall(r"'([^']*)'", expected)
    return f"{name} must be one of {', '.join(known)}, not {_shown(given)}{did_you_mean(str(given), known)}"


def _shown(given: object) -> str:
    if isinstance(given, dict):
        return "keys"
    if isinstance(given, list | tuple):
        return "a list"
    text = str(given)
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _name(path: tuple[int | str, ...]) -> str:
    if path and isinstance(path[-1], int):
        words = [part for part in path if isinstance(part, str)]
        return f"entry {path[-1] + 1} of {words[-1]}" if words else f"entry {path[-1] + 1}"
    return str(path[-1]) if path else "it"


def _with_article(name: str) -> str:
    if name in _NO_ARTICLE or (name.endswith("s") and not name.endswith("ss")):
        return name
    return f"an {name}" if name[0] in "aeio" else f"a {name}"


def _keys_at(model: type[ContentModel], data: LocatedMapping, path: Sequence[int | str]) -> list[str]:
    """The model's keys at this path."""
    models: list[type[ContentModel]] = [model]
    current: Any = data
    for part in path:
        current = current[part]
        if isinstance(part, str):
            fields = [m.model_fields[part] for m in models if part in m.model_fields]
            models = [found for field in fields for found in _models_in(field.annotation)]
        if isinstance(current, dict) and "kind" in current:
            models = [m for m in models if _is_of_kind(m, current["kind"])] or models
    return sorted({name for m in models for name in m.model_fields})


def _models_in(annotation: object) -> list[type[ContentModel]]:
    if isinstance(annotation, type) and issubclass(annotation, ContentModel):
        return [annotation]
    if get_origin(annotation) is Literal:
        return []
    return [found for argument in get_args(annotation) for found in _models_in(argument)]


def _is_of_kind(model: type[ContentModel], kind: object) -> bool:
    field = model.model_fields.get("kind")
    return field is not None and kind in get_args(field.annotation)
