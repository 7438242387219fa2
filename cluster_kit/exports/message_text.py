"""Messages as plain text and as HTML, from a Markdown template and values. Values are text, never markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from cluster_kit.content.templates import fill_template, list_fields, split_template
from cluster_kit.documents.model import LANGUAGE
from cluster_kit.documents.typed_text import split_links
from cluster_kit.errors import UsageError
from cluster_kit.web.tokens import COLORS

Value = str | tuple[str, ...]
Values = Mapping[str, Value]
_BLOCKS = re.compile(r"\n[ \t]*\n")
_ENTRY = re.compile(r"^(?:[-*+]|\d+[.)])[ \t]", re.MULTILINE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SCHEMES = ("http", "https", "mailto", "tel")
_STYLE = f"font-family: Arial, Helvetica, sans-serif; font-size: 16px; line-height: 1.5; color: {COLORS['ink']}"


@dataclass(frozen=True)
class WrittenMessage:
    """A message to one person: its subject, and its body as plain text and as an HTML fragment."""

    subject: str
    text: str
    html: str


def write_message(subject: str, body: str, values: Values, linked: Collection[str]) -> WrittenMessage:
    """Fill in a message. Web addresses in the fields named in ``linked`` become links; those in other fields do not.

    A paragraph or list entry with a field without a value is left out, and so is a line ending with a colon before it.
    Raises ``UsageError`` for a link that is not a web address, an email address, or a telephone number.
    """
    tokens = _markdown().parse(keep_filled(body, values))
    text = _Writer(values, linked)
    html = f'<div lang="{LANGUAGE}" style="{_STYLE}">\n{text.html(tokens)}\n</div>'
    line = " ".join(fill_template(subject, text.value).split())
    return WrittenMessage(line, text.plain(tokens), html)


def keep_filled(body: str, values: Values) -> str:
    """The template without the parts whose fields have no value. Lists of values become list entries."""
    kept: list[str] = []
    for block in _BLOCKS.split(body.strip()):
        if written := _keep_block(block, values):
            kept.append(written)
        elif kept and kept[-1].rstrip("*").endswith(":") and not _ENTRY.match(kept[-1]):
            kept.pop()
    return "\n\n".join(kept)


def _keep_block(block: str, values: Values) -> str:
    if _ENTRY.match(block):
        starts = [found.start() for found in _ENTRY.finditer(block)]
        entries = (block[start:end].rstrip() for start, end in zip(starts, [*starts[1:], len(block)], strict=True))
        return "\n".join(entry for entry in entries if _is_filled(entry, values))
    if not _is_filled(block, values):
        return ""
    names = list_fields(block)
    if len(names) == 1 and block.strip() == f"{{{names[0]}}}" and isinstance(value := values[names[0]], tuple):
        return "\n".join(f"- {{{names[0]}.{place}}}" for place in range(len(value)))
    return block


def _is_filled(template: str, values: Values) -> bool:
    return all(values.get(name) for name in list_fields(template))


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


class _Writer:
    """Writes the tokens of a template, with values."""

    def __init__(self, values: Values, linked: Collection[str]) -> None:
        self._values, self._linked = values, linked

    def value(self, name: str) -> str:
        """The value of a field, or of a list's entry (``prepare.0``)."""
        name, _, place = name.partition(".")
        value = self._values[name]
        if isinstance(value, str):
            return value
        return value[int(place)] if place else "; ".join(value)

    def html(self, tokens: list[Token]) -> str:
        """The tokens as HTML, written by the Markdown library, with each text and address escaped here."""
        markdown = _markdown()
        for token in tokens:
            for child in token.children or ():
                if child.type == "link_open":
                    child.attrSet("href", self._address(child))
        rules = {"text": self._html_text, "code_inline": self._html_text}
        for name, rule in rules.items():
            markdown.add_render_rule(name, _as_rule(rule))
        return str(markdown.renderer.render(tokens, markdown.options, {})).strip()

    def plain(self, tokens: list[Token]) -> str:
        """The tokens as plain text, with a blank line between paragraphs."""
        lines: list[str] = []
        numbers: list[int] = []
        mark = ""
        for token in tokens:
            if token.type in ("bullet_list_open", "ordered_list_open"):
                numbers.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else 0)
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                numbers.pop()
                lines += [] if numbers else [""]
            elif token.type == "list_item_open":
                mark = "  " * (len(numbers) - 1) + (f"{numbers[-1]}. " if numbers[-1] else "- ")
                numbers[-1] += 1 if numbers[-1] else 0
            elif token.type == "inline":
                text = "".join(self._plain_pieces(token.children or []))
                lines += [mark + text] if numbers else [text, ""]
                mark = " " * len(mark)
        return "\n".join(lines).strip() + "\n"

    def _plain_pieces(self, children: list[Token]) -> Iterator[str]:
        address, since = "", ""
        for child in children:
            if child.type == "link_open":
                address, since = self._address(child), ""
            elif child.type == "link_close":
                yield "" if since == address else f" ({address})"
                address = ""
            elif child.type in ("softbreak", "hardbreak"):
                yield " " if child.type == "softbreak" else "\n"
            elif child.content:
                text = fill_template(child.content, self.value)
                since += text
                yield text

    def _html_text(self, tokens: list[Token], place: int) -> str:
        within = sum({"link_open": 1, "link_close": -1}.get(token.type, 0) for token in tokens[:place])
        pieces = []
        for text, name in split_template(tokens[place].content):
            pieces.append(escape(text) if within else _linked(text))
            if name:
                is_linked = not within and name in self._linked
                pieces.append(_linked(self.value(name)) if is_linked else escape(self.value(name)))
        return "".join(pieces)

    def _address(self, link: Token) -> str:
        """The address of a link, with its fields filled in."""
        address = fill_template(unquote(str(link.attrGet("href") or "")), self.value)
        if urlsplit(address).scheme not in _SCHEMES:
            raise UsageError(f"{address!r} cannot be a link in a message. Write an address that begins with https://.")
        return address


def _linked(text: str) -> str:
    """Escaped text with its web and email addresses as links."""
    pieces = ((escape(piece), is_link) for piece, is_link in split_links(text))
    return "".join(
        f'<a href="{piece}">{piece}</a>' if is_link else _EMAIL.sub(r'<a href="mailto:\g<0>">\g<0></a>', piece)
        for piece, is_link in pieces
    )


def _as_rule(write: Callable[[list[Token], int], str]) -> Callable[..., str]:
    """The function as a rule of the Markdown library's renderer."""

    def rule(renderer: object, tokens: list[Token], place: int, options: object, env: object) -> str:  # noqa: ARG001
        return write(tokens, place)

    return rule
