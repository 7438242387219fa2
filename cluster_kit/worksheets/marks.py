"""What makes a returned worksheet readable: a head that says which one it is, and a mark on every answer.

A mark is a few characters that stand for a permanent address and for what stood there when the worksheet was made.
It is short enough for the tag of a content control in a DOCX file (64 characters), and it means the same in a
notebook. From the mark alone it shows whether people have changed an answer, and which answer they typed over:

    ck-<address: 12 hex digits>-<what stood there: 8 hex digits, several joined by dots, 0 for nothing>
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Self

from pydantic import JsonValue

from cluster_kit.store.models import encode_value

NEW_ROW = "new-"
NEW_ROWS = 20
_MOST_STAMPS = 4
_NOTHING = "0"
_MARK = re.compile(r"\bck-([0-9a-f]{12})-(0|[0-9a-f]{8}(?:\.[0-9a-f]{8}){0,3})(?![0-9a-z.])")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_HEAD = re.compile(r"worksheet ([a-z0-9][a-z0-9_-]{0,63})/([1-9]\d{0,2})/([A-Z]{2})@(\d{1,18})\b")


@dataclass(frozen=True)
class WorksheetId:
    """Which worksheet it is. ``seq``: the newest answer of the jurisdiction when the worksheet was made."""

    series: str
    session: int
    jurisdiction: str
    seq: int

    def __str__(self) -> str:
        return f"worksheet {self.series}/{self.session}/{self.jurisdiction}@{self.seq}"

    @classmethod
    def find(cls, text: str) -> Self | None:
        """The head in a text, or None."""
        found = _HEAD.search(text)
        return cls(found[1], int(found[2]), found[3], int(found[4])) if found else None

    def new_rows(self, count: int = NEW_ROWS) -> list[str]:
        """The ids under which this worksheet offers empty rows; a later worksheet of the state offers others."""
        return [f"{NEW_ROW}{self.seq}-{number}" for number in range(1, count + 1)]


@dataclass(frozen=True)
class Spot:
    """Where an answer belongs within its session. Name and role of whoever fills the worksheet have spots, too."""

    exercise: str
    prompt: str
    row: str = ""

    def key(self, head: WorksheetId) -> str:
        """The address as twelve hex digits; different for every series, session and jurisdiction."""
        parts = [head.series, str(head.session), head.jurisdiction, self.exercise, self.prompt, self.row]
        return _digest("/".join(parts), 12)


NAME = Spot("worksheet", "name")
ROLE = Spot("worksheet", "role")


@dataclass(frozen=True)
class FieldToken:
    """An answer's address, and fingerprints of what stood there when the worksheet was made: none, one or several."""

    key: str
    stamps: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"ck-{self.key}-{'.'.join(self.stamps) or _NOTHING}"

    @classmethod
    def make(cls, spot: Spot, head: WorksheetId, values: list[JsonValue]) -> Self:
        """The mark for a spot where these values stand; of very many, the newest count."""
        stamps = dict.fromkeys(fingerprint(value) for value in values)
        return cls(spot.key(head), tuple(stamps)[-_MOST_STAMPS:])

    @classmethod
    def find(cls, text: str) -> Self | None:
        """The mark in a text, or None."""
        found = _MARK.search(text)
        return cls(found[1], () if found[2] == _NOTHING else tuple(found[2].split("."))) if found else None


def fingerprint(value: JsonValue) -> str:
    """Eight hex digits for what a value says, whatever a program does to line ends, spaces and the order of choices."""
    return _digest(encode_value(_normal(value)), 8)


def _normal(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return sorted((_normal(one) for one in value), key=encode_value)
    if isinstance(value, dict):
        return {key: _normal(one) for key, one in value.items()}
    return value


def tidy(typed: str) -> str:
    """The text with ``\\n`` at the end of lines, no spaces before it, nothing around the whole, and no control signs.

    What is left can stand in every file format.
    """
    lines = re.split(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]", _UNWRITABLE.sub("", typed.replace("\xa0", " ")))
    return "\n".join(line.rstrip() for line in lines).strip()


def option_key(option: str) -> str:
    """Six hex digits for an option of a choice, for a check box's tag."""
    return _digest(option, 6)


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]
