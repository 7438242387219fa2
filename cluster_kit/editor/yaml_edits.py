"""Edit the text of a YAML file so that it has new data and every other character stays as it is.

A round-trip library rewrites what its emitter would have written differently: with ruamel.yaml, loading and saving a
session file of the shipped pack changes about one line in six (braces of flow mappings, folded lines). Here, the new
text is put together from pieces of the old one, located by PyYAML's marks, and only changed values are rewritten.
The result is read again and compared with the wanted data, so that a mistake cannot reach the file.
``yaml_values`` writes the changed values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from cluster_kit.editor.yaml_values import (
    FOLDABLE,
    LINE_WIDTH,
    LOADER,
    Tree,
    fold_text,
    format_entry,
    format_flow,
    format_inline,
    format_value,
    node_data,
)
from cluster_kit.errors import ClusterKitError

_MAYBE_ANCHOR = re.compile(r"[&*][\w-]")  # also in prose; a scan of every file would take as long as reading it
_SECTION = re.compile(r"^ *# ---")


class UneditableFileError(ClusterKitError, ValueError):
    """The file cannot be edited here: it is not valid YAML, or uses anchors."""


def read_tree(text: str) -> dict[str, Tree]:
    """The data of a YAML file. Raises ``UneditableFileError``."""
    return _Source(text).data


def edit_text(text: str, wanted: dict[str, Tree]) -> str:
    """The text with the wanted data. Comments, quotes, and line breaks of what has not changed stay as they are.

    Raises ``UneditableFileError`` if the file cannot be edited.
    """
    if "\r\n" in text:
        return edit_text(text.replace("\r\n", "\n"), wanted).replace("\n", "\r\n")
    source = _Source(text)
    if source.data == wanted:
        return text
    start, end = source.start(source.root), source.end(source.root)
    edited = text[:start] + source.emit(source.root, wanted, 0) + text[end:]
    if read_tree(edited) != wanted:
        raise UneditableFileError("This change cannot be written without rewriting the file: edit the file by hand.")
    return edited


def entry_name(entry: Tree) -> str | None:
    """The name by which an entry of a list is found again: its id, the shared exercise, or the point of a scale."""
    if not isinstance(entry, dict):
        return None
    found = entry.get("id") or entry.get("use") or entry.get("kind") or entry.get("value")
    return found if isinstance(found, str) else None


def names_of(entries: Sequence[Tree]) -> list[str] | None:
    """The entries' names; None if one has none, or two have the same."""
    names = [name for entry in entries if (name := entry_name(entry)) is not None]
    return names if len(names) == len(entries) and len(set(names)) == len(names) else None


@dataclass(frozen=True)
class _Chunk:
    """A piece of a block collection: what is above it (comments, indentation), itself, and the rest of its line."""

    lead: str
    body: str
    trail: str = "\n"

    @property
    def heading(self) -> str:
        """The lines above a section, such as ``# --- framing ---``, with the empty lines before them."""
        lines = self.lead.splitlines(keepends=True)
        last = max((number for number, line in enumerate(lines) if _SECTION.match(line)), default=-1)
        return "".join(lines[: last + 1])

    def without_heading(self) -> _Chunk:
        """This piece without the heading of its section."""
        return _Chunk(self.lead.removeprefix(self.heading), self.body, self.trail)


class _Source:
    """A parsed file: its text, its nodes, and their data."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            root = yaml.compose(text, Loader=LOADER)
            has_anchors = bool(_MAYBE_ANCHOR.search(text)) and any(map(_is_anchor, yaml.scan(text, Loader=LOADER)))
        except yaml.YAMLError as error:
            line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
            raise UneditableFileError(
                f"The file is not valid YAML in line {line}. Correct it with a text editor; "
                "cluster-kit content check says what is wrong."
            ) from error
        if has_anchors:
            raise UneditableFileError("The file uses anchors (& and *), so it can be edited with a text editor only.")
        if not isinstance(root, yaml.MappingNode):
            raise UneditableFileError("The file is not made of keys, so it can be edited with a text editor only.")
        self.root: yaml.MappingNode = root
        self._lines = [0]
        for line in text.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        data = node_data(root)
        assert isinstance(data, dict)  # noqa: S101  (for the type checker)
        self.data = data

    # --- positions ------------------------------------------------------------------------------------------

    def _at(self, mark: Any) -> int:
        return int(self._lines[min(mark.line, len(self._lines) - 1)] + mark.column)

    def start(self, node: yaml.Node) -> int:
        """The position of a node's first character."""
        return self._at(node.start_mark)

    def end(self, node: yaml.Node) -> int:
        """The position after a node's last character, without the comments and empty lines that follow."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self.end(last[1] if isinstance(last, tuple) else last)
        end = self._at(node.end_mark)
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            start = self.start(node)
            return start + len(self.text[start:end].rstrip())
        return end

    # --- writing --------------------------------------------------------------------------------------------

    def emit(self, node: yaml.Node, wanted: Tree, column: int) -> str:
        """The node's text with the wanted data. ``column``: the indentation of the key or list that it is in."""
        old = self.text[self.start(node) : self.end(node)]
        if node_data(node) == wanted:
            return old
        match node, wanted:
            case yaml.ScalarNode(), str() | None:
                return self._scalar(node, wanted, column)
            case yaml.MappingNode(), dict() if wanted and not node.flow_style:
                return self._mapping(node, wanted)
            case yaml.SequenceNode(), list() if wanted and not node.flow_style:
                return self._sequence(node, wanted)
            case yaml.CollectionNode(), list() | dict():
                if node.flow_style or not wanted:
                    return format_flow(wanted, spaced=old.startswith("{ "))
        return format_value(wanted, column, self._used(self.start(node)))

    def _used(self, position: int) -> int:
        """The column of a position."""
        return position - (self.text.rfind("\n", 0, position) + 1)

    def _scalar(self, node: yaml.ScalarNode, wanted: str | None, column: int) -> str:
        start = self.start(node)
        if node.style == ">" and wanted is not None and FOLDABLE.fullmatch(wanted):
            header, _, rest = self.text[start : self.end(node)].partition("\n")
            indent = len(rest) - len(rest.lstrip(" "))
            return f"{header}\n{fold_text(wanted, indent)}"
        in_flow = self._is_in_flow(start)
        if in_flow or node.style == '"':
            written = format_inline(wanted, in_flow=in_flow, quoted=node.style == '"')
            if in_flow or self._used(start) + len(written) <= LINE_WIDTH:
                return written
        return format_value(wanted, column, self._used(start))

    def _is_in_flow(self, position: int) -> bool:
        """True within braces or brackets: a value there cannot be a block."""
        return any(start < position < end for start, end in self._flow_spans())

    def _flow_spans(self) -> list[tuple[int, int]]:
        if not hasattr(self, "_spans"):
            self._spans = [
                (self.start(node), self.end(node))
                for node in _walk(self.root)
                if isinstance(node, yaml.CollectionNode) and node.flow_style
            ]
        return self._spans

    def _mapping(self, node: yaml.MappingNode, wanted: Mapping[str, Tree]) -> str:
        column = int(node.start_mark.column)
        spans = [(self.start(key), self.end(value)) for key, value in node.value]
        chunks: dict[str, _Chunk] = {}
        for (key, value), chunk in zip(node.value, self._cut(spans), strict=True):
            name = str(key.value)
            if name in wanted:
                head = self.text[self.start(key) : self.start(value)]
                if node_data(value) is None and wanted[name] is not None:  # "key:" without a value
                    head = f"{name}: "
                body = head.rstrip(" ") + _placed(head, self.emit(value, wanted[name], column), wanted[name])
                chunks[name] = _Chunk(chunk.lead, body, chunk.trail)
        order = list(chunks)
        for name in wanted:
            if name not in chunks:
                chunks[name] = _Chunk("", format_entry(name, wanted[name], column))
                before = [known for known in list(wanted)[: list(wanted).index(name)] if known in order]
                order.insert(order.index(before[-1]) + 1 if before else 0, name)
        return _join([chunks[name] for name in order], column)

    def _sequence(self, node: yaml.SequenceNode, wanted: Sequence[Tree]) -> str:
        column = int(node.start_mark.column)
        spans, floor = [], self.start(node)
        for item in node.value:
            dash = self.text.index("-", self._line_of_dash(floor, column))
            spans.append((dash, self.end(item)))
            floor = self.end(item)
        cut = list(self._cut(spans))
        pairs = _match([node_data(item) for item in node.value], wanted)
        sections = _sections(cut)
        blank = next((chunk.lead[: len(chunk.lead) - len(chunk.lead.lstrip("\n"))] for chunk in cut[1:]), "")
        chunks: list[_Chunk] = []
        for new, old in zip(wanted, pairs, strict=True):
            if old is None:
                chunks.append(_Chunk(blank, "- " + self._new_item(node, new, column + 2)))
                continue
            item, chunk = node.value[old], cut[old].without_heading()
            head = self.text[spans[old][0] : self.start(item)]
            lead = chunk.lead if old and not (cut[old].heading and not chunk.lead.strip(" ")) else blank
            chunks.append(_Chunk(lead, head + self.emit(item, new, column), chunk.trail))
        for members, heading in sections:
            here = next((at for at, old in enumerate(pairs) if old in members), None)
            if here is not None:
                lead = chunks[here].lead
                chunks[here] = _Chunk(heading + lead.lstrip("\n"), chunks[here].body, chunks[here].trail)
        return _join(chunks, column)

    def _new_item(self, node: yaml.SequenceNode, new: Tree, column: int) -> str:
        siblings = [one for one in node.value if isinstance(one, yaml.MappingNode)]
        if isinstance(new, dict) and siblings and all(sibling.flow_style for sibling in siblings):
            first = self.text[self.start(siblings[0]) :]
            return format_flow(new, spaced=first.startswith("{ "))
        return format_value(new, column - 2, column).lstrip()

    def _line_of_dash(self, floor: int, column: int) -> int:
        """The position of the first dash at this column, from ``floor`` on."""
        line = self.text.rfind("\n", 0, floor) + 1
        while True:
            position = line + column
            if position >= floor and self.text[line:position].strip(" ") == "" and self.text[position] == "-":
                return position
            if position >= floor and self.text[position] == "-" and self.text[line:position].rstrip(" ").endswith("-"):
                return position  # a list directly inside a list
            line = self.text.index("\n", line) + 1

    def _cut(self, spans: Sequence[tuple[int, int]]) -> Iterator[_Chunk]:
        """The pieces of a block collection, whose entries have these spans."""
        lead = ""
        for number, (start, end) in enumerate(spans):
            if number + 1 == len(spans):
                yield _Chunk(lead, self.text[start:end], "\n")
                return
            trail, newline, following = self.text[end : spans[number + 1][0]].partition("\n")
            yield _Chunk(lead, self.text[start:end], trail + newline)
            lead = following


# --- pieces ---------------------------------------------------------------------------------------------------


def _sections(chunks: Sequence[_Chunk]) -> list[tuple[set[int], str]]:
    """The entries of each section that has a heading. A heading stays above its section when entries move."""
    found: list[tuple[set[int], str]] = []
    for number, chunk in enumerate(chunks):
        if chunk.heading:
            found.append(({number}, chunk.heading))
        elif found:
            found[-1][0].add(number)
    return found


def _match(old: Sequence[Tree], new: Sequence[Tree]) -> list[int | None]:
    """For each new entry, the old entry that it continues: by name, else equal ones, else by position."""
    old_names, new_names = names_of(old), names_of(new)
    if old_names is not None and new_names is not None and old:
        return [old_names.index(name) if name in old_names else None for name in new_names]
    left = list(range(len(old)))
    pairs: list[int | None] = []
    for entry in new:
        same = next((at for at in left if old[at] == entry), None)
        pairs.append(same)
        if same is not None:
            left.remove(same)
    for at, pair in enumerate(pairs):
        if pair is None and at in left and isinstance(old[at], type(new[at])):
            pairs[at] = at
            left.remove(at)
    return pairs


def _join(chunks: Sequence[_Chunk], column: int) -> str:
    """The pieces in this order. The first begins where the collection began; the last ends with its value."""
    parts: list[str] = []
    for number, chunk in enumerate(chunks):
        lead = chunk.lead.rstrip(" ")
        if not number:
            parts.append(lead.lstrip("\n ") + (" " * column if lead.strip() else ""))
        else:
            parts.append(lead + " " * column)
        trail = chunk.trail if chunk.trail.endswith("\n") else chunk.trail + "\n"
        parts.append(chunk.body + (trail if number + 1 < len(chunks) else ""))
    return "".join(parts)


def _placed(head: str, written: str, value: Tree) -> str:
    """A value after its key: on the same line, unless it is a block below the key."""
    if head.endswith("\n") or "\n" in head:
        is_block = isinstance(value, dict | list) and not written.startswith(("[", "{"))
        if is_block and not written.startswith("\n"):
            return head[len(head.rstrip(" ")) :] + written
    return (
        written if written.startswith("\n") or not written else " " * (len(head) - len(head.rstrip(" ")) or 1) + written
    )


def _is_anchor(token: yaml.Token) -> bool:
    return isinstance(token, yaml.AnchorToken | yaml.AliasToken)


def _walk(node: yaml.Node) -> Iterator[yaml.Node]:
    yield node
    for child in node.value if isinstance(node, yaml.CollectionNode) else ():
        for one in child if isinstance(child, tuple) else (child,):
            yield from _walk(one)
