"""Write values as YAML in the style of the shipped files, and read the data of a node.

Data is text, as ``content.documents`` reads it: scalars are strings, or None if empty.
"""

from __future__ import annotations

import json
import re
from typing import TypeAlias

import yaml

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree] | None"

LINE_WIDTH = 118
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FOLDABLE = re.compile(r"[^\s]+(?: [^\s]+)*")
_SIMPLE = re.compile(r"[a-z][a-z0-9_]*")


def format_entry(name: str, value: Tree, column: int) -> str:
    """A key and its value, for a mapping whose keys begin at ``column``."""
    written = format_value(value, column, column + len(name) + 2)
    return f"{name}:{written}" if written.startswith("\n") or not written else f"{name}: {written}"


def format_value(value: Tree, column: int, used: int) -> str:
    """A value in the style of the shipped files. ``column``: of its key; ``used``: where its first line begins.

    A block collection begins with a line break, except in a list (``used`` is ``column + 2`` then).
    """
    match value:
        case dict() if value:
            inner = column + 2
            return "\n" + "\n".join(" " * inner + format_entry(name, one, inner) for name, one in value.items())
        case list() if value and not all(isinstance(one, str) and _SIMPLE.fullmatch(one) for one in value):
            inner = column + 2
            items = (format_value(one, inner, inner + 2).lstrip() for one in value)
            return "\n" + "\n".join(f"{' ' * inner}- {item}" for item in items)
        case dict() | list():
            return format_flow(value, spaced=False)
        case _:
            written = format_inline(value, in_flow=False)
            if used + len(written) > LINE_WIDTH and value and FOLDABLE.fullmatch(value):
                return f">-\n{fold_text(value, column + 2)}"
            return written


def format_inline(value: str | None, *, in_flow: bool, quoted: bool = False) -> str:
    """A value on one line: plain if it is read back as the same text, else in double quotes."""
    if value is None:
        return "null" if in_flow else ""
    if not quoted and _is_plain(value, "[{}]" if in_flow else "- {}"):
        return value
    return json.dumps(value, ensure_ascii=False)


def _is_plain(value: str, place: str) -> bool:
    if (
        not value
        or value != value.strip()
        or "\n" in value
        or value in ("~", "null")
        or value.startswith(("!", "&", "*"))
    ):
        return False
    try:
        node = yaml.compose(place.format(value), Loader=LOADER)
    except yaml.YAMLError:
        return False
    return node is not None and node_data(node) == [value]


def format_flow(value: Tree, *, spaced: bool) -> str:
    """A value in flow style, on one line. ``spaced``: with spaces inside the braces of mappings."""
    match value:
        case dict():
            inside = ", ".join(f"{name}: {format_flow(one, spaced=spaced)}" for name, one in value.items())
            return f"{{ {inside} }}" if spaced else f"{{{inside}}}"
        case list():
            return f"[{', '.join(format_flow(one, spaced=spaced) for one in value)}]"
        case _:
            return format_inline(value, in_flow=True)


def fold_text(text: str, indent: int) -> str:
    """The text in lines of a folded block. Lines are joined by single spaces when they are read."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and indent + len(line) + 1 + len(word) > LINE_WIDTH:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join(" " * indent + one for one in [*lines, line])


def node_data(node: yaml.Node) -> Tree:
    """A node's data as text."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): node_data(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [node_data(item) for item in node.value]
    is_plain = not getattr(node, "style", None)
    return None if is_plain and node.value in ("", "~", "null") else str(node.value)
