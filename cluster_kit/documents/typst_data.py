"""Convert a packet into data for the Typst template. Typed text is data, never markup."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cluster_kit.documents.model import (
    NOT_DESCRIBED,
    Block,
    Bullets,
    Fact,
    Facts,
    Figure,
    Paragraph,
    Records,
    Section,
    Table,
    Texts,
    one_text,
)
from cluster_kit.documents.typed_text import split_languages, split_links

DEEPEST_HEADING = 6
NO_ANSWER = "no answer"
NO_WORDS = "no words"
LONG_WORD, BREAK_AFTER, MAY_BREAK = 25, 12, "\u200b"
LONG_WORD_NEEDS = 18
NARROWEST, WIDEST = 7, 45
LINE, CELL_EDGE = 82, 3  # characters in the width of a page, and the empty space beside those of a cell
LINES = {"portrait": LINE, "compact": 112, "landscape": 135}  # by layout: some have small text and narrow margins
LONG_CELL, MOST_LINES = 400, 20  # characters, and typed line breaks
SHORT_LABEL, SHORT_ANSWER = 40, 70
WHOLE = 16  # lines of a table or record that stays on one page: about a third of it
FEW_ROWS, MOST_TOGETHER = 3, 24  # rows that are not divided, and the lines that rows kept together have at most
LABEL_LINE, ANSWER_LINE = 24, 56  # characters in the columns of a fact
TALL, NARROWEST_PICTURE = 0.55, 0.85  # the height of a tall picture, and the width to which it is reduced: shares
HIGHEST = 1.22  # the height of a page below a heading and above a caption, as a share of its width
_DATE = re.compile(r"\b[A-Z][a-z]+ \d{1,2}, \d{4}\b")  # stays on one line, if there is room
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
HEADING_LINES = 2  # that a heading takes with the space around it
POINTS_PER_LINE = 14
Print = Callable[[str], str]


class TypstData:
    """Converts blocks into dictionaries.

    ``show`` adapts text to the fonts. ``kept`` are the lines kept on one page, ``line`` the characters in its width.
    """

    def __init__(self, show: Print, kept: int = WHOLE, line: int = LINE) -> None:
        self._show, self._kept, self._line = show, kept, line

    def blocks(self, blocks: tuple[Block, ...], level: int, above: int = 0) -> list[dict[str, Any]]:
        """A dictionary for each block. Headings of their sections have this level.

        ``above`` are the lines that stay with the first block: its headings and what introduces it. A table or record
        is kept on one page only together with them, so that no more than the kept lines move to the next page.
        """
        shown = []
        for number, block in enumerate(blocks):
            shown.append(self._block(block, level, above))
            kept = above if number == 0 else 0
            above = kept + _text_lines(block) if isinstance(block, Paragraph | Bullets) else 0
        return shown

    def _titled(self, section: Section, level: int, above: int) -> list[dict[str, Any]]:
        """The blocks of a section. A table whose caption is the section's title has none."""
        blocks = self.blocks(section.blocks, level, above + HEADING_LINES)
        for block, data in zip(section.blocks, blocks, strict=True):
            if isinstance(block, Table) and block.caption == section.title:
                data["caption"] = None
        return blocks

    def text(self, typed: str, who: str = "") -> dict[str, Any]:
        """Lines of runs (text, and its link address or its language), and the text's direction."""
        text = f"{typed} ({who})" if who else typed
        lines = [[run for piece in split_links(line) for run in self._runs(*piece)] for line in text.split("\n")]
        return {"lines": lines, "rtl": is_right_to_left(text)}

    def heading(self, typed: str) -> dict[str, Any]:
        """The same for a heading, which must not be empty."""
        return self.text(typed if has_words(typed) else NO_WORDS)

    def _runs(self, piece: str, is_link: bool) -> Iterator[dict[str, str]]:
        if is_link:
            yield {"text": self._broken(piece), "url": piece}
            return
        for text, language in split_languages(piece):
            shown = self._broken(text)
            yield {"text": shown, "language": language} if language else {"text": shown}

    def _broken(self, text: str) -> str:
        return "".join(_breakable(self._show(text)))

    def _texts(self, texts: Texts) -> list[dict[str, Any]]:
        return [self.text(version.text, version.who) for version in texts]

    def _block(self, block: Block, level: int, above: int) -> dict[str, Any]:
        data: dict[str, Any]
        match block:
            case Paragraph():
                data = {"tone": block.tone, "text": self.text(block.text), "short": len(block.text) <= LONG_CELL}
            case Bullets():
                short = sum(len(item.text) for item in block.items) <= LONG_CELL
                data = {"ordered": block.ordered, "items": self._texts(block.items), "short": short}
                data["whole"] = sum(_lines(one_text(item.text), LINE) for item in block.items) <= self._kept // 2
            case Facts():
                data = self._facts(block, above)
            case Table():
                rows = [[self._texts(texts) for texts in row] for row in block.rows]
                heads = [self.text(column) for column in block.columns]
                widths = list(column_widths(block, self._line))
                lines = _row_lines(block, self._line)
                long = [any(map(_is_long, row)) and n > WHOLE for row, n in zip(block.rows, lines, strict=True)]
                caption = self.text(block.caption)
                data = {"caption": caption, "heads": heads, "rows": rows, "widths": widths, "long": long}
                data["whole"] = sum(_row_lines(block)) + len(rows) + above <= self._kept
                data["ending"] = 2 if len(rows) > 2 and not data["whole"] and sum(lines[-2:]) <= MOST_TOGETHER else 0
            case Records():
                data = self._records(block, level, above)
            case Figure():
                picture = block.picture
                data = {"svg": picture.svg, "alt": picture.alt, "caption": self.text(picture.caption)}
                data["share"] = width_share(picture.svg)
            case Section():
                inner = self._titled(block, level + 1, above)
                data = {"level": min(level, DEEPEST_HEADING), "title": self.heading(block.title), "blocks": inner}
        return {"kind": block.kind, **data}

    def _facts(self, block: Facts, above: int = 0) -> dict[str, Any]:
        facts = [
            {
                "label": self.text(fact.label),
                "texts": self._texts(fact.texts),
                "long": _is_long(fact.texts) and _lines(fact.texts, ANSWER_LINE) > WHOLE,
            }
            for fact in block.facts
        ]
        whole = _record_lines("", block.facts) + above <= self._kept
        first, last = _ends(list(map(_fact_lines, block.facts)))
        return {"facts": facts, "short": are_short(block.facts), "whole": whole, "first": first, "last": last}

    def _records(self, block: Records, level: int, above: int) -> dict[str, Any]:
        records = []
        above += HEADING_LINES
        for number, record in enumerate(block.records, start=1):
            mark = f"{block.row_name.capitalize()} {number}. " if block.row_name else ""
            title = "; ".join(version.text for version in record.title) or NOT_DESCRIBED
            whole = _record_lines(mark + title, record.facts) + above <= self._kept
            above = 0
            facts = self._facts(Facts(record.facts))
            records.append({**facts, "title": self.heading(mark + title), "whole": whole})
        short = all(record["short"] for record in records)  # records of one list look alike
        records = [{**record, "short": short} for record in records]
        levels = {"level": min(level, DEEPEST_HEADING), "deeper": min(level + 1, DEEPEST_HEADING)}
        return {**levels, "caption": self.heading(block.caption), "records": records}


def width_share(svg: str) -> float:
    """The width of a picture as a share of the page. Tall ones are smaller, so that less room is left above them.

    None is higher than a page.
    """
    found = _SIZE.search(svg)
    width, height = map(float, found.groups()) if found else (1.0, 0.0)
    flat = width / max(height, 1.0)
    return min(1.0, max(NARROWEST_PICTURE, TALL * flat), HIGHEST * flat)


def _text_lines(block: Paragraph | Bullets) -> int:
    """The lines of a text or list, if it is short enough to stay with what it introduces; otherwise none."""
    texts = [block.text] if isinstance(block, Paragraph) else [item.text for item in block.items]
    return sum(_lines(one_text(text), LINE) for text in texts) if sum(map(len, texts)) <= LONG_CELL else 0


def has_words(typed: str) -> bool:
    """True if the text has visible or spoken content."""
    return any(unicodedata.category(char)[0] not in "ZC" for char in typed)


def is_right_to_left(text: str) -> bool:
    """True if the first strongly directional character is right-to-left."""
    strong = (unicodedata.bidirectional(char) for char in text)
    return next((way != "L" for way in strong if way in ("L", "R", "AL")), False)


def are_short(facts: Sequence[Fact]) -> bool:
    """True if several facts fit side by side: short labels with one short answer each."""
    return len(facts) > 1 and all(
        len(fact.label) <= SHORT_LABEL and len(fact.texts) == 1 and len(fact.texts[0].text) <= SHORT_ANSWER
        for fact in facts
    )


def _is_long(texts: Texts) -> bool:
    """True if a cell may be too tall to be kept on one page."""
    return sum(len(version.text) + LONG_CELL * version.text.count("\n") // MOST_LINES for version in texts) > LONG_CELL


def _breakable(text: str) -> Iterator[str]:
    """The text with break opportunities in words that are too long for a narrow column."""
    for number, word in enumerate(text.split(" ")):
        yield " " if number else ""
        if len(word) < LONG_WORD:
            yield word
        else:
            yield MAY_BREAK.join(word[at : at + BREAK_AFTER] for at in range(0, len(word), BREAK_AFTER))


def column_widths(table: Table, line: int = LINE) -> Iterator[float]:
    """The width of each column as a share of the page: given, or its longest word, and more for more text.

    No column gets more than its longest line while another one has longer text; ``line`` are the characters in the
    page's width.
    """
    if table.widths:
        yield from table.widths
        return
    columns = [
        (head, [" ".join(v.text for v in row[at]) for row in table.rows]) for at, head in enumerate(table.columns)
    ]
    words = [max(map(_longest_word, (head, *cells))) + CELL_EDGE for head, cells in columns]
    dates = [max((len(date) for cell in cells for date in _DATE.findall(cell)), default=0) for _, cells in columns]
    dated = [max(need, date + CELL_EDGE) for need, date in zip(words, dates, strict=True)]
    words = dated if sum(dated) <= line else words
    heads = [max(need, _two_lines(head) + CELL_EDGE) for need, (head, _) in zip(words, columns, strict=True)]
    needs = heads if sum(heads) <= line else words
    most = [max(map(len, (head, *cells))) + CELL_EDGE for head, cells in columns]
    if sum(most) > line:  # a head has up to two lines
        cells_need = (max(map(len, cells), default=0) + CELL_EDGE for _, cells in columns)
        most = [max(need, cell) for need, cell in zip(needs, cells_need, strict=True)]
    weights = [_weight(cells) for _, cells in columns]
    yield from (round(width, 1) for width in _share(needs, most, weights, line))


def _share(needs: Sequence[float], most: Sequence[float], weights: Sequence[float], line: int) -> list[float]:
    """The needs and, by weight, the spare width of a line, with at most ``most`` for each."""
    widths, open_ones = list(needs), set(range(len(needs)))
    while open_ones:
        spare = line - sum(widths[at] for at in range(len(widths)) if at not in open_ones)
        spare = max(spare - sum(needs[at] for at in open_ones), 0) / sum(weights[at] for at in open_ones)
        full = {at for at in open_ones if needs[at] + spare * weights[at] >= most[at]}
        for at in full or open_ones:
            widths[at] = most[at] if full else needs[at] + spare * weights[at]
        open_ones -= full or open_ones
    return widths


def estimate_lines(blocks: Sequence[Block]) -> int:
    """The lines of the blocks with their headings, estimated."""
    return sum(map(_block_lines, blocks))


def _block_lines(block: Block) -> int:
    match block:
        case Paragraph():
            return _lines(one_text(block.text), LINE)
        case Bullets():
            return _lines(block.items, LINE)
        case Facts():
            return _record_lines("", block.facts)
        case Table():
            return HEADING_LINES + table_lines(block)
        case Records():
            return HEADING_LINES + sum(HEADING_LINES + _record_lines("", record.facts) for record in block.records)
        case Figure():
            found = _SIZE.search(block.picture.svg)
            return HEADING_LINES + math.ceil(float(found.group(2)) / POINTS_PER_LINE if found else 0)
        case Section():
            return HEADING_LINES + estimate_lines(block.blocks)


def tallest_cell(table: Table) -> int:
    """The lines of the table's tallest cell, estimated from the widths of its columns."""
    return max(_row_lines(table), default=0)


def table_lines(table: Table) -> int:
    """The lines of the table with the space between its rows, estimated. Up to ``WHOLE`` stay on one page."""
    return sum(_row_lines(table)) + len(table.rows)


def _row_lines(table: Table, line: int = LINE) -> list[int]:
    """The lines of each row, estimated from the widths of the columns, with so many characters in the page's width."""
    widths = list(column_widths(table, line))
    room = [line * width / sum(widths) - CELL_EDGE for width in widths]
    return [max(map(_lines, row, room), default=0) for row in table.rows]


def _record_lines(title: str, facts: Sequence[Fact]) -> int:
    """The lines of a record, estimated."""
    return math.ceil(len(title) / LINE) + sum(map(_fact_lines, facts))


def _fact_lines(fact: Fact) -> int:
    return max(math.ceil(len(fact.label) / LABEL_LINE), _lines(fact.texts, ANSWER_LINE))


def _ends(lines: Sequence[int]) -> tuple[int, int]:
    """How many rows stay together at the beginning and at the end, so that none is alone on a page."""
    if len(lines) <= FEW_ROWS:
        few = len(lines) if sum(lines) <= MOST_TOGETHER else 0
        return few, 0
    first, last = (len(rows) if sum(rows) <= MOST_TOGETHER else 0 for rows in (lines[:2], lines[-2:]))
    return first, last


def _lines(texts: Texts, width: float) -> int:
    return sum(math.ceil((len(line) or 1) / width) for version in texts for line in version.text.split("\n"))


def _longest_word(text: str) -> int:
    """The length of the longest word in characters. Very long words are broken (see ``_breakable``)."""
    lengths = (len(word) if len(word) < LONG_WORD else LONG_WORD_NEEDS for word in text.split())
    return max(lengths, default=1)


def _two_lines(head: str) -> int:
    """The length of the longer line of a head on two lines; 0 if it has a word that is broken (see ``_breakable``)."""
    words = head.split()
    if max(map(len, words), default=LONG_WORD) >= LONG_WORD:
        return 0
    return min(max(len(" ".join(words[:at])), len(" ".join(words[at:]))) for at in range(1, len(words) + 1))


def _weight(cells: Sequence[str]) -> float:
    """The share of the spare width that a column with this text gets."""
    typical = sum(map(len, cells)) / max(len(cells), 1)
    return float(min(max(typical**0.75, NARROWEST), WIDEST))
