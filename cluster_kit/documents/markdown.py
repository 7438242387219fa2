"""Write a view as Markdown, for notebooks and plain text. Typed text is escaped."""

from __future__ import annotations

import re

from cluster_kit.documents.model import (
    NOT_DESCRIBED,
    Block,
    Bullets,
    Fact,
    Facts,
    Figure,
    Paragraph,
    Picture,
    Records,
    Section,
    Table,
    Texts,
)
from cluster_kit.documents.typed_text import split_links

DEEPEST_HEADING = 6
_MARKUP = re.compile(
    r"""
    [\\`\[|$]                             # markup wherever it is, or math in a notebook
    | \*(?!(?<=\s\*)\s)                   # emphasis, unless between spaces
    | _(?!(?<=[^\W_]_)[^\W_])(?!(?<=\s_)\s)  # emphasis, unless inside a word or between spaces
    | ~(?!(?<![^\s(]~)[^\W_])(?!(?<=\s~)\s)  # strikethrough, unless it can only begin one, as in ~50
    | \{(?=\{) | (?<=\{)\{                # an expression in some notebooks
    | <(?=[A-Za-z/!?]|[^\s<>]+@)         # a tag, a comment, or an address
    | &(?=\#?\w+;)                        # an entity
    """,
    re.VERBOSE,
)
_LINE_START = re.compile(
    r"""
    ^\s*(?:
        (?P<mark>[-+](?=\s|$) | -(?=[-\s]*$) | =(?=[=\s]*$) | >| \#(?=\#*(?:\s|$)) | :(?=[-:\s]))
        | (?P<number>\d{1,9})(?P<dot>[.)](?=\s|$))
    )
    """,
    re.VERBOSE,
)
_CLOSING_MARKS = re.compile(r"(?<=\s)(#+)$")  # the end of a heading
_LINE_END = re.compile(r"\r\n?|\n")
_BREAK = "\\\n"


def to_markdown(section: Section, *, level: int = 3) -> str:
    """The section as Markdown. Its heading has this level; nested headings are one level lower each."""
    parts = [f"{'#' * min(level, DEEPEST_HEADING)} {_line(section.title)}"]
    parts.extend(_block(block, level + 1) for block in section.blocks)
    return "\n\n".join(parts)


def markdown_text(typed: str, line_break: str = _BREAK) -> str:
    """Escape Markdown, and turn http(s) addresses into links."""
    return line_break.join(_escape_line(line) for line in _LINE_END.split(typed))


def _escape_line(line: str) -> str:
    """Escape what Markdown, or a notebook, would read as markup, and nothing else: people also read the source."""
    pieces = split_links(line.strip())  # a mark after the spaces of an indented line begins the line
    escaped = "".join(f"<{piece}>" if is_link else _MARKUP.sub(r"\\\g<0>", piece) for piece, is_link in pieces)
    started = _LINE_START.sub(lambda m: f"\\{m['mark']}" if m["mark"] else f"{m['number']}\\{m['dot']}", escaped)
    return _CLOSING_MARKS.sub(r"\\\1", started)


def _line(typed: str) -> str:
    return markdown_text(typed, " ")


def _cell(texts: Texts) -> str:
    return "<br>".join(markdown_text(version.text, "<br>") + _who(version.who) for version in texts) or "–"


def _who(who: str) -> str:
    return f" ({_line(who)})" if who else ""


def _block(block: Block, level: int) -> str:
    match block:
        case Paragraph():
            markdown = markdown_text(block.text)
        case Bullets():
            markdown = _bullets(block)
        case Facts():
            markdown = "\n".join(_fact(fact) for fact in block.facts)
        case Table():
            markdown = _table(block)
        case Records():
            markdown = _records(block, level)
        case Figure():
            markdown = _figure(block.picture)
        case Section():
            markdown = to_markdown(block, level=level)
    return markdown


def _figure(picture: Picture) -> str:
    words = f"**Picture: {_line(picture.caption)}** {_line(picture.alt)}"
    return f"{words}\n\n{_table(picture.table)}" if picture.table else words


def _bullets(block: Bullets) -> str:
    marks = [f"{number}." if block.ordered else "-" for number in range(1, len(block.items) + 1)]
    return "\n".join(
        f"{mark} {_line(item.text)}{_who(item.who)}" for mark, item in zip(marks, block.items, strict=True)
    )


def _fact(fact: Fact) -> str:
    answers = "; ".join(_line(version.text) + _who(version.who) for version in fact.texts) or "–"
    return f"- **{_line(fact.label)}:** {answers}"


def _table(block: Table) -> str:
    lines = [
        f"**{_line(block.caption)}**",
        "",
        "| " + " | ".join(map(_line, block.columns)) + " |",
        "| " + " | ".join("---" for _ in block.columns) + " |",
    ]
    lines.extend("| " + " | ".join(map(_cell, row)) + " |" for row in block.rows)
    return "\n".join(lines)


def _records(block: Records, level: int) -> str:
    parts = [f"{'#' * min(level, DEEPEST_HEADING)} {_line(block.caption)}"]
    for number, record in enumerate(block.records, start=1):
        title = "; ".join(_line(version.text) + _who(version.who) for version in record.title) or NOT_DESCRIBED
        mark = f"{block.row_name.capitalize()} {number}. " if block.row_name else ""
        parts.append(f"**{mark}{title}**")
        if record.facts:
            parts.append("\n".join(_fact(fact) for fact in record.facts))
    return "\n\n".join(parts)
