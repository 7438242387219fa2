"""Templates with named fields, such as ``Dear {first_name}``: read, checked, and filled in without running anything.

A field is a name in braces, and nothing else: no attributes, indexes, conversions, or formats. ``{{`` and ``}}`` are
braces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from string import Formatter

from cluster_kit.content.validation_errors import did_you_mean

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.\d+)?")


def list_fields(template: str) -> tuple[str, ...]:
    """The names of the template's fields, in order, with repetitions. Raises ``ValueError`` with a sentence."""
    return tuple(name for _, name in split_template(template) if name)


def fill_template(template: str, value_of: Callable[[str], str]) -> str:
    """The template with each field replaced by its value. Values are never read as templates."""
    return "".join(text + (value_of(name) if name else "") for text, name in split_template(template))


def find_template_problem(template: str, known: Collection[str]) -> str | None:
    """What is wrong with the template, as a sentence for the file's author, or None."""
    try:
        used = list_fields(template)
    except ValueError as error:
        return str(error)
    unknown = next((name for name in used if name not in known), None)
    return None if unknown is None else f"there is no field {{{unknown}}}{did_you_mean(unknown, known)}"


def split_template(template: str) -> list[tuple[str, str]]:
    """Pairs of text and the name of the field after it, which may be empty. Raises ``ValueError`` with a sentence."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise ValueError("has a brace without its partner: write {{ or }} for a brace that is not a field") from error
    for _, name, spec, conversion in parts:
        if name is not None and (spec or conversion or not _NAME.fullmatch(name)):
            written = name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            raise ValueError(f"{{{written}}} is not a field: write its name only, such as {{first_name}}")
    return [(text, name or "") for text, name, _, _ in parts]
