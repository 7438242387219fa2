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
_MOST_AROUND = 200  # cells of a row, and of tables that were pasted into it
MERGED = "Its cell was merged with another one, so it is unclear which words belong to it."
MOVED = "A column was added or removed, so it is unclear which cell has the answer."
_NAME = re.compile(r"_ck_([0-9a-f]{12})_((?:[0-9a-f]{8}){0,2})_(?:([0-9a-f]{6})|([0-9a-f])([0-9a-f])(o?))")
_START, _END = qn("w:bookmarkStart"), qn("w:bookmarkEnd")
_ROW, _CELL, _TEXT = qn("w:tr"), qn("w:tc"), qn("w:t")
_ID, _BOOKMARK_NAME, _VALUE = qn("w:id"), qn("w:name"), qn("w:val")
_SPAN, _VERTICAL_MERGE = f"{qn('w:tcPr')}/{qn('w:gridSpan')}", f"{qn('w:tcPr')}/{qn('w:vMerge')}"


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


@dataclass(frozen=True)
class MarkedAnswer:
    """The tag that an answer's control had, and the text in its cell. ``cell`` is None for a check box.

    ``problem``: why the text is not the answer, as a sentence; empty if it is.
    """

    tag: str
    words: str
    cell: Any | None = None
    problem: str = ""


def read_bookmarks(body: Any) -> list[MarkedAnswer]:
    """Each answer with a bookmark. Deleted text is left out.

    If its row has another number of cells than it had, or its cell is merged with another one, the answer has a
    problem, and its check boxes are left out. A cell is read for one answer only.
    """
    ends = {end.get(_ID): end for end in body.iter(_END)}
    answers: list[MarkedAnswer] = []
    read: set[Any] = set()
    for start in body.iter(_START):
        found = _NAME.fullmatch(start.get(_BOOKMARK_NAME, ""))
        if found is None:
            continue
        stamps = tuple(found[2][at : at + 8] for at in range(0, len(found[2]), 8))
        tag = str(FieldToken(found[1], stamps))
        if found[3]:
            if box := _first_words(start).strip():  # else it was deleted
                answers.append(MarkedAnswer(f"{tag}+{found[3]}", box))
            continue
        tag += OTHER_KEY if found[6] else ""
        cell, problem = _find_cell(start, int(found[4], 16), int(found[5], 16))
        is_own = cell is not None and next(start.iterancestors(_CELL), None) is cell
        words = "" if cell is None else read_words(cell, after=ends.get(start.get(_ID)) if is_own else None)
        answers.append(MarkedAnswer(tag, words, cell, problem or (MERGED if cell in read else "")))
        read.add(cell)
    unclear = {answer.tag.partition("+")[0] for answer in answers if answer.problem}
    return [answer for answer in answers if answer.problem or answer.tag.partition("+")[0] not in unclear]


def _find_cell(start: Any, place: int, count: int) -> tuple[Any | None, str]:
    """The cell with the answer of a bookmark, and why it cannot be read as that; an empty text if it can."""
    row = next(start.iterancestors(_ROW), None)
    around = [] if row is None else [*islice(row.iter(_CELL), _MOST_AROUND)]
    cells = [cell for cell in around if next(cell.iterancestors(_ROW)) is row]
    if len(cells) != count:
        cells = [cell for cell in cells for _ in range(_count_columns(cell))]
    if not len(cells) == count > place:
        return None, MOVED
    cell = cells[place]
    is_merged = cells.count(cell) > 1 or cell.find(_VERTICAL_MERGE) is not None
    return cell, MERGED if is_merged else ""


def _count_columns(cell: Any) -> int:
    """The number of columns over which the cell extends."""
    span = cell.find(_SPAN)
    columns = "" if span is None else span.get(_VALUE, "")
    return min(int(columns), _MOST_CELLS + 1) if columns.isdecimal() else 1


def _first_words(start: Any) -> str:
    """The first text within a check box's bookmark."""
    inside = takewhile(lambda node: node.tag != _END, islice(start.itersiblings(), _MOST_BESIDE))
    texts = (text.text or "" for node in inside for text in node.iter(_TEXT))
    return next((text for text in texts if text.strip()), "")
