"""Set quotation marks and apostrophes as typographers do, in all documents that the kit writes.

Content files are typed with straight marks, and so are most answers. In a document both are set alike; a notebook, the
fields of a worksheet, and an export have an answer as it was typed.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

NO_TEXT = frozenset({"svg", "png", "data", "covers", "kind", "tone", "layout", "language"})
"""Fields of documents and slides that are not for reading."""
_BEFORE = r"(?<![^\s(\[{/–—“‘\"'])"
_OPENING = {'"': re.compile(_BEFORE + r'"(?=\S)'), "'": re.compile(_BEFORE + r"'(?=[^\W\d])")}


_ADDRESS = re.compile(r"(https?://\S+)")


def curl_quotes(text: str) -> str:
    """The text with curly quotation marks and apostrophes, except in web addresses."""
    if "'" not in text and '"' not in text:
        return text
    pieces = _ADDRESS.split(text)
    return "".join(piece if at % 2 else _curl(piece) for at, piece in enumerate(pieces))


def _curl(text: str) -> str:
    text = _OPENING['"'].sub("“", text).replace('"', "”")
    return _OPENING["'"].sub("‘", text).replace("'", "’")


Part = TypeVar("Part")


def with_curly_quotes(part: Part) -> Part:
    """The document, slide, or part of one, with curly marks in every text for readers."""
    changed: Any = part
    if isinstance(part, str):
        changed = curl_quotes(part)
    elif isinstance(part, tuple):
        changed = tuple(map(with_curly_quotes, part))
    elif is_dataclass(part) and not isinstance(part, type):
        texts = [one.name for one in fields(part) if one.init and one.name not in NO_TEXT]
        changed = replace(part, **{name: with_curly_quotes(getattr(part, name)) for name in texts})
    return cast(Part, changed)
