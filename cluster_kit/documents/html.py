"""Write a view as accessible HTML: native elements, scoped headers, and escaped text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from html import escape

from cluster_kit.documents.model import (
    NOT_DESCRIBED,
    Block,
    Bullets,
    Facts,
    Figure,
    Paragraph,
    Picture,
    Records,
    Section,
    Table,
    Texts,
)
from cluster_kit.documents.typed_text import split_languages, split_links
from cluster_kit.web import WEB
from cluster_kit.web.tokens import tokens_css

DEEPEST_HEADING = 6
BREAK_AFTER = 12
_TONES = {"plain": "", "lead": ' class="ck-lead"', "quiet": ' class="ck-quiet"'}
_LONG_WORDS = re.compile(r"([!-~]{25,})")
_TERMS = re.compile(r"<[^>]*>|\b[A-Z]{1,3}-\d+\b")  # a tag, or a term that browsers break after its hyphen
_IDS = re.compile(r'(\bid="|href="#|url\(#)')


def view_css() -> str:
    """The style sheet for the output of ``to_html``, with the design tokens."""
    return tokens_css() + (WEB / "documents" / "view.css").read_text("utf-8")


def to_html(section: Section, *, level: int = 3) -> str:
    """The section as HTML. Its heading is an ``h<level>``; nested headings are one level lower each."""
    heading = min(level, DEEPEST_HEADING)
    inner = _titled(section, level + 1)
    return f'<section class="ck-view">\n<h{heading}>{html_text(section.title)}</h{heading}>\n{inner}\n</section>'


def blocks_html(blocks: Iterable[Block], *, level: int) -> str:
    """Blocks as HTML, in order. Headings of their sections are ``h<level>``."""
    return "\n".join(_block(block, level) for block in blocks)


def html_text(typed: str) -> str:
    """Escaped text with line breaks, http(s) addresses as links, and other languages marked."""
    pieces = []
    for piece, is_link in split_links(typed):
        if is_link:
            pieces.append(f'<a href="{escape(piece)}" rel="noopener noreferrer">{_shown(piece)}</a>')
        else:
            pieces += [_marked(text, language) for text, language in split_languages(piece)]
    return "".join(pieces)


def _marked(text: str, language: str) -> str:
    return f'<span lang="{language}">{_shown(text)}</span>' if language else _shown(text)


def keep_terms_together(html: str) -> str:
    """HTML in which terms such as "K-12" stay on one line, as ``typeset`` in ``web/shared/dom.js`` does."""
    return _TERMS.sub(lambda m: m[0] if m[0][0] == "<" else f'<span class="ck-together">{m[0]}</span>', html)


def _shown(piece: str) -> str:
    return keep_terms_together("".join(_escaped(piece)).replace("\n", "<br>\n"))


def _escaped(piece: str) -> Iterator[str]:
    """Escaped text with break opportunities in long words."""
    for run in _LONG_WORDS.split(piece):
        is_long = _LONG_WORDS.fullmatch(run)
        parts = [run[at : at + BREAK_AFTER] for at in range(0, len(run), BREAK_AFTER)] if is_long else [run]
        yield "<wbr>".join(map(escape, parts))


def _block(block: Block, level: int) -> str:
    match block:
        case Paragraph():
            html = f'<p{_TONES[block.tone]} dir="auto">{html_text(block.text)}</p>'
        case Bullets():
            html = _bullets(block)
        case Facts():
            html = _facts(block)
        case Table():
            html = _table(block)
        case Records():
            html = _records(block, level)
        case Figure():
            html = _figure(block.picture)
        case Section():
            html = to_html(block, level=level)
    return html


def _titled(section: Section, level: int) -> str:
    """The blocks of a section. The caption of a table that is the section's title is for screen readers only."""
    hidden = f"<caption>{html_text(section.title)}</caption>"
    html = blocks_html(section.blocks, level=level)
    return html.replace(hidden, hidden.replace("<caption>", '<caption class="ck-hidden">'), 1)


def _bullets(block: Bullets) -> str:
    tag = "ol" if block.ordered else "ul"
    items = "\n".join(f'<li dir="auto">{html_text(item.text)}{_who(item.who)}</li>' for item in block.items)
    return f"<{tag}>\n{items}\n</{tag}>"


def _facts(block: Facts) -> str:
    pairs = "\n".join(
        f'<div><dt>{html_text(fact.label)}</dt><dd dir="auto">{_texts(fact.texts)}</dd></div>' for fact in block.facts
    )
    return f'<dl class="ck-facts">\n{pairs}\n</dl>'


def _texts(texts: Texts) -> str:
    if not texts:
        return '<span class="ck-quiet"><span aria-hidden="true">–</span><span class="ck-hidden">no answer</span></span>'
    if len(texts) == 1:
        return html_text(texts[0].text) + _who(texts[0].who)
    items = "".join(f'<li dir="auto">{html_text(version.text)}{_who(version.who)}</li>' for version in texts)
    return f'<ul class="ck-versions">{items}</ul>'


def _who(who: str) -> str:
    return f' <span class="ck-who">({html_text(who)})</span>' if who else ""


def _table(block: Table) -> str:
    """A table that is displayed as cards on narrow pages.

    The explicit roles are necessary because some browsers drop table semantics if a style sheet displays a table as
    blocks.
    """
    head = "".join(f'<th scope="col" role="columnheader">{html_text(column)}</th>' for column in block.columns)
    rows = []
    for row in block.rows:
        first = f'<th scope="row" role="rowheader" dir="auto">{_texts(row[0])}</th>'
        rest = "".join(
            f'<td role="cell" dir="auto" data-label="{escape(column)}">{_texts(texts)}</td>'
            for column, texts in zip(block.columns[1:], row[1:], strict=True)
        )
        rows.append(f'<tr role="row">{first}{rest}</tr>')
    body = "\n".join(rows)
    return (
        f'<table class="ck-table" role="table">\n<caption>{html_text(block.caption)}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{body}\n</tbody>\n</table>'
    )


def _records(block: Records, level: int) -> str:
    heading = min(level, DEEPEST_HEADING)
    deeper = min(level + 1, DEEPEST_HEADING)
    parts = [f'<h{heading} class="ck-caption">{html_text(block.caption)}</h{heading}>']
    for number, record in enumerate(block.records, start=1):
        title = _texts(record.title) if record.title else NOT_DESCRIBED
        name = f"{block.row_name.capitalize()} {number}."
        mark = f'<span class="ck-number">{escape(name)}</span> ' if block.row_name else ""
        parts.append(
            f'<div class="ck-record">\n'
            f'<h{deeper} dir="auto">{mark}{title}</h{deeper}>\n'
            f"{_facts(Facts(record.facts)) if record.facts else ''}\n</div>"
        )
    return "\n".join(parts)


def _figure(picture: Picture) -> str:
    """A figure. On narrow pages its drawing scrolls sideways, so that its text stays large enough to read."""
    caption = f"<figcaption>{html_text(picture.caption)}</figcaption>"
    drawing = f'<div class="ck-figure-drawing" role="group" aria-label="Chart" tabindex="0">{inline_svg(picture)}</div>'
    return f'<figure class="ck-figure">\n{drawing}\n{caption}\n{_alternative(picture)}</figure>'


def _alternative(picture: Picture) -> str:
    """The picture's table, folded; empty if it has none."""
    if picture.table is None:
        return ""
    summary = "<summary>Show as a table</summary>"
    return f'<details class="ck-alternative">{summary}\n{_table(picture.table)}\n</details>\n'


def inline_svg(picture: Picture) -> str:
    """An inline SVG drawing, labeled by its alternative text, with unique ids."""
    prefix = "p" + hashlib.sha256(picture.svg.encode()).hexdigest()[:8] + "-"
    svg = _IDS.sub(lambda match: match.group(1) + prefix, picture.svg)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(picture.alt)}" ', 1)
