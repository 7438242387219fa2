"""Bookmarks that say where the answers of a DOCX worksheet are, with their marks as names.

LibreOffice drops the tags of content controls, but keeps bookmarks, also by way of an ODT file. A bookmark is around
words that people do not change: the first cell of a row, or the label above a field. Its name says which cell of the
row has the answer, so an answer is found whatever becomes of its control, and also if its cell was emptied. A name has
at most 40 characters, and one that begins with an underscore is not listed in Word:

    _ck_<address: 12 hex digits>_<value hashes: 8 hex digits each>_<cell and number of cells: a hex digit each>[o]

The ``o`` is for words of one's own in a list of check boxes. A check box has a bookmark around itself, with the six hex
digits of its option in place of the cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any

from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml

from cluster_kit.worksheets.document_text import read_words
from cluster_kit.worksheets.marks import OTHER_KEY, FieldToken

_MOST_STAMPS = 2
_MOST_CELLS, _MOST_BESIDE = 15, 10
_NAME = re.compile(r"_ck_([0-9a-f]{12})_((?:[0-9a-f]{8}){0,2})_(?:([0-9a-f]{6})|([0-9a-f])([0-9a-f])(o?))")
_START, _END = qn("w:bookmarkStart"), qn("w:bookmarkEnd")
_ROW, _CELL, _TEXT = qn("w:tr"), qn("w:tc"), qn("w:t")
_ID, _BOOKMARK_NAME = qn("w:id"), qn("w:name")


@dataclass(frozen=True)
class CellPlace:
    """The place of a cell in its row, from 0, and the number of cells."""

    cell: int
    cells: int


def cell_bookmark(mark: FieldToken, place: CellPlace, number: int, *, is_other: bool = False) -> tuple[Any, Any]:
    """The start and the end of a bookmark for an answer in a cell of the bookmark's row.

    In the bookmark's own cell, the answer is what follows the bookmark.
    """
    assert place.cells <= _MOST_CELLS  # noqa: S101 - a page has no room for more
    return _make(mark, f"{place.cell:x}{place.cells:x}{'o' if is_other else ''}", number)


def check_bookmark(mark: FieldToken, option: str, number: int) -> tuple[Any, Any]:
    """The start and the end of a bookmark around a check box. ``option`` is the option's six hex digits."""
    return _make(mark, option, number)


def _make(mark: FieldToken, ending: str, number: int) -> tuple[Any, Any]:
    name = f"_ck_{mark.key}_{''.join(mark.stamps[-_MOST_STAMPS:])}_{ending}"
    start = parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="{name}"/>')
    return start, parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>')


def read_bookmarks(body: Any) -> list[tuple[str, str]]:
    """The tag that its control had, and the text, of each answer with a bookmark. Deleted text is left out.

    An answer, check boxes included, is left out if its row has another number of cells than it had. A cell is read for
    one answer only.
    """
    ends = {end.get(_ID): end for end in body.iter(_END)}
    answers: list[tuple[str, str]] = []
    lost: set[str] = set()
    read: set[Any] = set()
    for start in body.iter(_START):
        found = _NAME.fullmatch(start.get(_BOOKMARK_NAME, ""))
        if found is None:
            continue
        stamps = tuple(found[2][at : at + 8] for at in range(0, len(found[2]), 8))
        tag = str(FieldToken(found[1], stamps))
        if found[3]:
            if box := _first_words(start).strip():  # else it was deleted
                answers.append((f"{tag}+{found[3]}", box))
            continue
        cell = _find_cell(start, int(found[4], 16), int(found[5], 16))
        if cell is None or cell in read:
            lost.add(tag)
        else:
            read.add(cell)
            is_own = next(start.iterancestors(_CELL), None) is cell
            words = read_words(cell, after=ends.get(start.get(_ID)) if is_own else None)
            answers.append((f"{tag}{OTHER_KEY if found[6] else ''}", words))
    return [(tag, words) for tag, words in answers if tag.partition("+")[0] not in lost]


def _find_cell(start: Any, place: int, count: int) -> Any | None:
    row = next(start.iterancestors(_ROW), None)
    cells = [] if row is None else [*islice(row.iter(_CELL), _MOST_CELLS + 1)]
    return cells[place] if len(cells) == count > place else None


def _first_words(start: Any) -> str:
    """The first text within a check box's bookmark."""
    inside = takewhile(lambda node: node.tag != _END, islice(start.itersiblings(), _MOST_BESIDE))
    texts = (text.text or "" for node in inside for text in node.iter(_TEXT))
    return next((text for text in texts if text.strip()), "")
