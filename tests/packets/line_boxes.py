"""The boxes of the lines of a PDF's text, as poppler's ``pdftotext`` finds them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

import pikepdf
from lxml import etree

from cluster_kit.documents.pdf import body_rows, structure_elements

# Fonts reach above and below what they draw: in Source Sans a fifth of a line's box is empty. In the tables of compact
# documents, boxes of lines that follow each other share an eighth.
ALLOWED = 0.16
FOOT = 735  # points from the top of a page, where the line at its lower edge begins


@dataclass(frozen=True)
class LineBox:
    """A line of text with its box, in points from the upper left corner of its page."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    words: str

    def covers(self, other: LineBox) -> bool:
        """True if the two boxes overlap by more than what fonts reach."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        smaller = min(self.bottom - self.top, other.bottom - other.top)
        return across > 1 and down > ALLOWED * smaller


@cache
def read_lines(path: Path) -> list[list[LineBox]]:
    """The lines of each page of a file that does not change."""
    found = subprocess.run(["pdftotext", "-bbox-layout", str(path), "-"], check=True, capture_output=True).stdout
    boxes = etree.fromstring(found, etree.XMLParser(recover=True))
    return [list(_lines(number, page)) for number, page in enumerate(boxes.iter("{*}page"), start=1)]


def find_overlaps(path: Path) -> list[str]:
    """A sentence for each two lines of a page that are printed over each other."""
    return [
        f"page {one.page}: {one.words!r} and {other.words!r}"
        for page in read_lines(path)
        for one, other in combinations(page, 2)
        if one.covers(other)
    ]


def empty_shares(path: Path) -> list[float]:
    """The share of each page below its last line of text, without the line at its lower edge."""
    shares = []
    for page in read_lines(path):
        body = [line.bottom for line in page if line.bottom < FOOT]
        shares.append(1 - max(body, default=0.0) / FOOT)
    return shares


def find_stranded_headings(path: Path) -> list[int]:
    """The pages whose last content is a heading, so that what it heads begins on the next page."""
    with pikepdf.open(path) as pdf:
        headings = {mark for e in structure_elements(pdf) if re.fullmatch("/H[1-6]", str(e.S)) for mark in _marks(e)}
        return [
            number
            for number, page in enumerate(pdf.pages, start=1)
            if any((page.objgen, mark) in headings for mark in _tagged_content(page)[-1:])
        ]


def find_lone_rows(path: Path) -> list[tuple[int, int]]:
    """Page and table, by numbers, of each row that is alone on a page while other rows of its table are elsewhere."""
    with pikepdf.open(path) as pdf:
        pages = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        tables = [e for e in structure_elements(pdf) if pikepdf.Name.Table == e.S]
        rows = [[min(pages[page] for page, _ in _marks(row)) for row in body_rows(table)] for table in tables]
    return [
        (page, number)
        for number, on in enumerate(rows, start=1)
        for page in sorted(set(on))
        if on.count(page) == 1 < len(on)
    ]


def _marks(element: pikepdf.Dictionary) -> Iterator[tuple[tuple[int, int], int]]:
    """Page and number of each piece of marked content in an element."""
    kids = element.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            yield element.Pg.objgen, kid
        elif isinstance(kid, pikepdf.Dictionary) and "/MCID" in kid:
            yield kid.get("/Pg", element.get("/Pg")).objgen, int(kid.MCID)
        elif isinstance(kid, pikepdf.Dictionary):
            yield from _marks(kid)


def _tagged_content(page: pikepdf.Page) -> list[int]:
    about = [one.operands[1] for one in pikepdf.parse_content_stream(page, "BDC") if len(one.operands) > 1]
    return [int(one.MCID) for one in about if isinstance(one, pikepdf.Dictionary) and "/MCID" in one]


def _lines(number: int, page: etree._Element) -> Iterator[LineBox]:
    for line in page.iter("{*}line"):
        words = " ".join(word.text or "" for word in line.iter("{*}word"))
        left, top, right, bottom = (float(line.get(name)) for name in ("xMin", "yMin", "xMax", "yMax"))
        yield LineBox(number, left, top, right, bottom, words)
