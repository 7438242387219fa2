"""Read YAML files as plain data with the location of each key.

Every scalar is read as its source text, so ``no``, ``13:00``, ``1.10``, and ``2027-02-16`` are not converted, and an
empty value is read as None. The models convert text into numbers, dates, and times. Tags and duplicate keys are
problems.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from cluster_kit.content.errors import Problem
from cluster_kit.content.models import SCHEMA_VERSION

_MAX_BYTES = 2_000_000
_MAX_NESTING = 30
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_YAML_SENTENCES = {
    "mapping values are not allowed": "has a colon where none can stand: put the text in quotes, or use a block (>-)",
    "cannot start any token": "begins with a character that YAML reserves (such as @ or %): put the text in quotes",
    "did not find expected key": "is not indented like the lines around it, or a quotation mark is missing",
    "did not find expected '-' indicator": "is not indented like the entries of the list above it",
    "could not find expected ':'": "needs a colon after the key",
    "end of stream": "ends inside a quoted text: the closing quotation mark is missing",
    "did not find expected ',' or": "ends inside brackets: a comma or the closing bracket is missing",
    "block sequence entries are not allowed": "begins a list on the line of its key: put the dash (-) on a line below",
    "control characters": "has a character that cannot be seen (a control character): remove it",
    "special characters": "has a character that cannot be seen (a control character): remove it",
}


class SourceLocation(NamedTuple):
    """A location: the file's display name, and the line, from 1."""

    file: str
    line: int


class LocatedMapping(dict[str, Any]):
    """A mapping with its location and its keys' locations. ``trail`` is its key path."""

    def __init__(self, mark: SourceLocation) -> None:
        super().__init__()
        self.mark = mark
        self.marks: dict[str, SourceLocation] = {}
        self.trail = ""

    def put(self, key: str, value: object, mark: SourceLocation) -> None:
        """Set a key and its location."""
        self[key] = value
        self.marks[key] = mark

    def overlaid(self, other: LocatedMapping) -> LocatedMapping:
        """A copy updated with the other's keys. Each key keeps its location."""
        merged = LocatedMapping(other.mark)
        for source in (self, other):
            for key, value in source.items():
                merged.put(key, value, source.marks[key])
        return merged


class LocatedList(list[Any]):
    """A list with the locations of its entries."""

    def __init__(self, mark: SourceLocation) -> None:
        super().__init__()
        self.mark = mark
        self.marks: list[SourceLocation] = []


@dataclass
class LocatedDocument:
    """One file's data (None if it cannot be read) and its YAML problems. Its readers share it."""

    data: LocatedMapping | None = None
    raw: bytes = b""
    problems: list[Problem] = field(default_factory=list)


def problem_at(data: LocatedMapping, path: Sequence[str | int], sentence: str) -> Problem:
    """A problem at ``path`` within ``data``, or at the deepest existing part of that path.

    In the problem's key, list entries are named by their id, if they have one, else by number.
    """
    mark, trail = data.mark, [data.trail] if data.trail else []
    current: object = data
    for part in path:
        if isinstance(current, LocatedMapping) and part in current:
            mark, current = current.marks[str(part)], current[str(part)]
            trail.append(str(part))
        elif isinstance(current, LocatedList) and isinstance(part, int) and part < len(current):
            mark, current = current.marks[part], current[part]
            trail.append(_entry_name(current, part))
        else:
            break
    return Problem(mark.file, mark.line, ".".join(trail), sentence)


def _entry_name(entry: object, index: int) -> str:
    name = (entry.get("id") or entry.get("code")) if isinstance(entry, LocatedMapping) else None
    return name if isinstance(name, str) else str(index + 1)


def read_located_document(path: Path, name: str) -> LocatedDocument:
    """The file's data and problems. ``name`` is its display name. Never raises for a file's content."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return LocatedDocument(problems=[Problem(name, 1, "", f"cannot be read: {error.strerror}")])
    return parse_located_document(raw, name)


@lru_cache(maxsize=256)  # between two checks of a series, most files stay as they are
def parse_located_document(raw: bytes, name: str) -> LocatedDocument:
    """The data and problems of a file with these bytes, such as a draft. ``name`` is its display name."""
    if len(raw) > _MAX_BYTES:
        return LocatedDocument(
            raw=raw, problems=[Problem(name, 1, "", "is larger than 2 MB: no content file is that long")]
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        sentence = "is not UTF-8 text: save the file with the encoding UTF-8"
        return LocatedDocument(raw=raw, problems=[Problem(name, line, "", sentence)])
    document = _parse(text, name)
    document.raw = raw
    if document.data is not None:
        _check_schema_version(document)
    return document


def _parse(text: str, name: str) -> LocatedDocument:
    try:
        builder = _Builder(text, name)
        data = builder.document()
    except yaml.YAMLError as error:
        return LocatedDocument(problems=[_yaml_problem(error, text, name)])
    if data is None and not builder.problems:
        builder.problems.append(Problem(name, 1, "", "is empty: a content file begins with schema_version: 1"))
    elif not isinstance(data, LocatedMapping) and not builder.problems:
        builder.problems.append(Problem(name, 1, "", "must be made of keys, the first of them schema_version: 1"))
    return LocatedDocument(data if isinstance(data, LocatedMapping) else None, problems=builder.problems)


def _yaml_problem(error: yaml.YAMLError, text: str, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0) or 0) + 1
    tab = re.search(r"^ *\t", text, re.MULTILINE)
    if tab:
        return Problem(name, text.count("\n", 0, tab.start()) + 1, "", "is indented with a tab: use spaces")
    reason = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    for words, sentence in _YAML_SENTENCES.items():
        if words in reason:
            return Problem(name, line, "", sentence)
    return Problem(name, line, "", f"is not valid YAML here: {reason}")


def _check_schema_version(document: LocatedDocument) -> None:
    data = document.data
    assert data is not None  # noqa: S101  (for the type checker)
    version = data.get("schema_version")
    if version == str(SCHEMA_VERSION):
        data["schema_version"] = SCHEMA_VERSION
        return
    if "schema_version" not in data:
        sentence = f"needs a first line that says schema_version: {SCHEMA_VERSION}"
    else:
        sentence = f"schema_version is {version!r}, and this kit reads {SCHEMA_VERSION}: update the kit or the file"
    document.problems.append(problem_at(data, ("schema_version",), sentence))
    data.put("schema_version", SCHEMA_VERSION, data.marks.get("schema_version", data.mark))


class _Builder:
    """Builds one document from the parser's events."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self._anchors: dict[str, object] = {}
        self._within_anchor = False
        self._loader = _LOADER(text)

    def document(self) -> object:
        """The file's only document, or None."""
        self._next()  # the stream's start
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        data = self._value(self._next(), 0)
        self._next()  # the document's end
        if not isinstance(follows := self._next(), yaml.StreamEndEvent):
            self._problem(follows, "has a second document (---): a content file is a single one")
        return data

    def _next(self) -> Any:
        return self._loader.get_event()

    def _mark(self, event: Any) -> SourceLocation:
        return SourceLocation(self.name, event.start_mark.line + 1)

    def _problem(self, event: Any, sentence: str, key: str = "") -> None:
        self.problems.append(Problem(self.name, event.start_mark.line + 1, key, sentence))

    def _value(self, event: Any, depth: int) -> object:
        if depth > _MAX_NESTING:
            raise yaml.MarkedYAMLError(problem="too many levels, one inside the other", problem_mark=event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if event.tag is not None:
            self._problem(event, f"has a YAML tag ({event.tag}): remove it, or put the text in quotes")
        if event.anchor is None or self._within_anchor:
            return self._unanchored(event, depth)
        self._within_anchor = True
        self._anchors[event.anchor] = value = self._unanchored(event, depth)
        self._within_anchor = False
        return value

    def _alias(self, event: Any) -> object:
        """The value of an alias. None inside another anchor, because nested aliases can expand without limit."""
        if self._within_anchor or event.anchor not in self._anchors:
            self._problem(event, f"the alias *{event.anchor} has no anchor above, or is inside one: write the text out")
            return None
        return self._anchors[event.anchor]

    def _unanchored(self, event: Any, depth: int) -> object:
        if isinstance(event, yaml.ScalarEvent):
            empty = event.implicit[0] and event.value in ("", "~", "null")
            if _CONTROL.search(event.value):
                self._problem(event, _YAML_SENTENCES["control characters"])
            return None if empty else event.value
        return self._list(event, depth) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(event, depth)

    def _list(self, start: Any, depth: int) -> LocatedList:
        entries = LocatedList(self._mark(start))
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            entries.marks.append(self._mark(event))
            entries.append(self._value(event, depth + 1))
        return entries

    def _mapping(self, start: Any, depth: int) -> LocatedMapping:
        mapping = LocatedMapping(self._mark(start))
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key, value = self._value(event, depth + 1), self._value(self._next(), depth + 1)
            if not isinstance(key, str):
                self._problem(event, "is not a key: a key is a plain word before a colon")
            elif key in mapping:
                first = mapping.marks[key].line
                self._problem(event, f"{key} is given twice; the first is in line {first}: remove one", key)
            else:
                mapping.put(key, value, self._mark(event))
        return mapping
