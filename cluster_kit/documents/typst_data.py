"""A packet as data for the Typst template: every word stands in it as data, so that nothing typed is markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from cluster_kit.documents.model import Block, Bullets, Facts, Figure, Paragraph, Records, Section, Table, Words
from cluster_kit.documents.typed_text import split_links

DEEPEST_HEADING = 6
NO_ANSWER = "no answer"
NO_WORDS = "no words"
LONG_WORD, BREAK_AFTER, MAY_BREAK = 25, 12, "\u200b"
NARROWEST, WIDEST = 7, 45
Print = Callable[[str], str]


class TypstData:
    """Turns blocks into dictionaries. ``show`` makes text fit for the fonts at hand."""

    def __init__(self, show: Print) -> None:
        self._show = show

    def blocks(self, blocks: tuple[Block, ...], level: int) -> list[dict[str, Any]]:
        """One dictionary for each block; the headings of sections among them are of this level."""
        return [self._block(block, level) for block in blocks]

    def text(self, typed: str, who: str = "") -> dict[str, Any]:
        """Lines of runs, each run some text and the address that it links to; and which way the text runs."""
        said = f"{typed} ({who})" if who else typed
        lines = [[self._run(*piece) for piece in split_links(line)] for line in said.split("\n")]
        return {"lines": lines, "rtl": is_right_to_left(said)}

    def heading(self, typed: str) -> dict[str, Any]:
        """The same for a heading, which must never be empty."""
        return self.text(typed if has_words(typed) else NO_WORDS)

    def _run(self, piece: str, is_link: bool) -> dict[str, str]:
        shown = "".join(_breakable(self._show(piece)))
        return {"text": shown, "url": piece} if is_link else {"text": shown}

    def _words(self, words: Words) -> list[dict[str, Any]]:
        return [self.text(voice.text, voice.who) for voice in words]

    def _block(self, block: Block, level: int) -> dict[str, Any]:
        data: dict[str, Any]
        match block:
            case Paragraph():
                data = {"tone": block.tone, "text": self.text(block.text)}
            case Bullets():
                data = {"ordered": block.ordered, "items": self._words(block.items)}
            case Facts():
                data = self._facts(block)
            case Table():
                rows = [[self._words(words) for words in row] for row in block.rows]
                heads = [self.text(column) for column in block.columns]
                widths = list(column_widths(block))
                data = {"caption": self.text(block.caption), "heads": heads, "rows": rows, "widths": widths}
            case Records():
                data = self._records(block, level)
            case Figure():
                picture = block.picture
                data = {"svg": picture.svg, "alt": picture.alt, "caption": self.text(picture.caption)}
            case Section():
                inner = self.blocks(block.blocks, level + 1)
                data = {"level": min(level, DEEPEST_HEADING), "title": self.heading(block.title), "blocks": inner}
        return {"kind": block.kind, **data}

    def _facts(self, block: Facts) -> dict[str, Any]:
        return {"facts": [{"label": self.text(f.label), "words": self._words(f.words)} for f in block.facts]}

    def _records(self, block: Records, level: int) -> dict[str, Any]:
        records = []
        for number, record in enumerate(block.records, start=1):
            mark = f"{block.row_name.capitalize()} {number}. " if block.row_name else ""
            title = "; ".join(voice.text for voice in record.title) or "no name yet"
            records.append({"title": self.heading(mark + title), **self._facts(Facts(record.facts))})
        levels = {"level": min(level, DEEPEST_HEADING), "deeper": min(level + 1, DEEPEST_HEADING)}
        return {**levels, "caption": self.heading(block.caption), "records": records}


def has_words(typed: str) -> bool:
    """True when there is anything to see or to say in it."""
    return any(unicodedata.category(char)[0] not in "ZC" for char in typed)


def is_right_to_left(words: str) -> bool:
    """True when the first letter with a direction runs from right to left."""
    strong = (unicodedata.bidirectional(char) for char in words)
    return next((way != "L" for way in strong if way in ("L", "R", "AL")), False)


def _breakable(words: str) -> Iterator[str]:
    """The words, with places to break in those that are too long for a narrow column."""
    for number, word in enumerate(words.split(" ")):
        yield " " if number else ""
        if len(word) < LONG_WORD:
            yield word
        else:
            yield MAY_BREAK.join(word[at : at + BREAK_AFTER] for at in range(0, len(word), BREAK_AFTER))


def column_widths(table: Table) -> Iterator[float]:
    """What share of the page each column takes: the longest word fits, and much text gets more room than little."""
    for at, column in enumerate(table.columns):
        cells = [" ".join(voice.text for voice in row[at]) for row in table.rows]
        longest = max((len(word) for cell in [column, *cells] for word in cell.split()), default=1)
        typical = sum(map(len, cells)) / max(len(cells), 1)
        yield round(min(max(longest + 2, typical**0.75, NARROWEST), WIDEST), 1)
