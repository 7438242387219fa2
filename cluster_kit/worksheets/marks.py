"""Identifiers for parsing a returned worksheet: a head that identifies the worksheet, and a mark on every answer.

A mark encodes a permanent address and hashes of the values at the time when the worksheet was made. It fits into the
tag of a DOCX content control (64 characters), and has the same format in a notebook. The mark alone shows whether an
answer has changed, and which value it replaced:

    ck-<address: 12 hex digits>-<value hashes: 8 hex digits each, joined by dots, 0 for none>
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Self

from pydantic import JsonValue

from cluster_kit.documents.quotes import curl_quotes
from cluster_kit.exercises.typed_answers import WorksheetId
from cluster_kit.store.models import encode_value

OTHER_KEY = "+other"
"""What follows the mark of the field for words of one's own, beside choices."""

_MOST_STAMPS = 4
_NOTHING = "0"
_MARK = re.compile(r"\bck-([0-9a-f]{12})-(0|[0-9a-f]{8}(?:\.[0-9a-f]{8}){0,3})(?![0-9a-z.])")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class FieldAddress:
    """An answer's address within its session. The author's name and role have addresses, too."""

    exercise: str
    prompt: str
    row: str = ""

    def key(self, head: WorksheetId) -> str:
        """The address as twelve hex digits, unique by series, session, and jurisdiction."""
        parts = [head.series, str(head.session), head.jurisdiction, self.exercise, self.prompt, self.row]
        return _digest("/".join(parts), 12)


NAME = FieldAddress("worksheet", "name")
ROLE = FieldAddress("worksheet", "role")


@dataclass(frozen=True)
class FieldToken:
    """An answer's address, and hashes of its values when the worksheet was made: none, one, or several."""

    key: str
    stamps: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"ck-{self.key}-{'.'.join(self.stamps) or _NOTHING}"

    @classmethod
    def make(cls, address: FieldAddress, head: WorksheetId, values: list[JsonValue]) -> Self:
        """The mark for an address with these values. If there are too many, the latest ones are used."""
        stamps = dict.fromkeys(hash_value(value) for value in values)
        return cls(address.key(head), tuple(stamps)[-_MOST_STAMPS:])

    @classmethod
    def find(cls, text: str) -> Self | None:
        """The mark in a text, or None."""
        found = _MARK.search(text)
        return cls(found[1], () if found[2] == _NOTHING else tuple(found[2].split("."))) if found else None


def hash_value(value: JsonValue) -> str:
    """Hash of a value as eight hex digits, independent of line endings, spaces, and the order of choices."""
    return _digest(encode_value(_normal(value)), 8)


def _normal(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return normalize_text(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return sorted((_normal(one) for one in value), key=encode_value)
    if isinstance(value, dict):
        return {key: _normal(one) for key, one in value.items()}
    return value


def normalize_text(typed: str) -> str:
    """The text with ``\\n`` line endings, no trailing or surrounding whitespace, and no control characters.

    The result is valid in every file format.
    """
    lines = re.split(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]", _UNWRITABLE.sub("", typed.replace("\xa0", " ")))
    return "\n".join(line.rstrip() for line in lines).strip()


def set_text(typed: str) -> str:
    """The same as printed around the answers, with curly quotation marks. Answers are as they were typed."""
    return curl_quotes(normalize_text(typed))


def option_key(option: str) -> str:
    """Six hex digits for an option of a choice, used in a check box's tag."""
    return _digest(option, 6)


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]
