"""Convert Markdown into document blocks. Other markup stays text, and emphasis is dropped."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cluster_kit.documents.model import Attributed, Block, Bullets, Paragraph, Table, Texts, one_text

MAX_DELIMITERS = 5_000
"""Text with more brackets and emphasis marks is not parsed: the parser's time can grow with their square."""
_DELIMITERS = "[]!*_`<"
_LISTS = {"bullet_list_open": False, "ordered_list_open": True}


def read_prose(source: str) -> tuple[Block, ...]:
    """The paragraphs, lists, and tables. Headings become paragraphs, because the document has its own headings."""
    if sum(map(source.count, _DELIMITERS)) > MAX_DELIMITERS:
        return tuple(Paragraph(part.strip()) for part in source.split("\n\n") if part.strip())
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(source)
    blocks: list[Block] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = _end(tokens, at)
        inside = tokens[at : end + 1]
        if token.type in _LISTS:
            blocks.append(Bullets(_items(inside), ordered=_LISTS[token.type]))
        elif token.type == "table_open":
            blocks.append(_table(inside))
        elif text := _words(inside):
            blocks.append(Paragraph(text))
        at = end + 1
    return tuple(blocks)


def _end(tokens: Sequence[Token], start: int) -> int:
    """The end of the block that begins at ``start``."""
    depth = 0
    for at in range(start, len(tokens)):
        depth += tokens[at].nesting
        if depth == 0:
            return at
    return len(tokens) - 1


def _words(tokens: Sequence[Token]) -> str:
    parts = [_inline(t.children or ()) if t.type == "inline" else t.content for t in tokens]
    return "\n".join(part.strip() for part in parts if part.strip())


def _inline(children: Sequence[Token]) -> str:
    text, address = "", ""
    for child in children:
        if child.type == "link_open":
            address = str(child.attrGet("href") or "")
        elif child.type == "link_close":
            text += "" if text.endswith(address) else f" ({address})"
        elif child.type == "softbreak":
            text += " "
        elif child.type == "hardbreak":
            text += "\n"
        else:
            text += child.content
    return text


def _items(tokens: Sequence[Token]) -> Texts:
    """The text of each list item. Items of nested lists follow their parent."""
    items: list[list[str]] = []
    for token in tokens:
        if token.type == "list_item_open":
            items.append([])
        elif token.type == "inline":
            items[-1].append(_inline(token.children or ()))
    return tuple(Attributed("\n".join(lines)) for lines in items)


def _table(tokens: Sequence[Token]) -> Table:
    rows: list[list[Texts]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(one_text(_inline(token.children or ())))
    columns = tuple(words[0].text for words in rows[0])
    return Table(columns[0] or "Table", columns, tuple(map(tuple, rows[1:])))
