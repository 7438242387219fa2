"""What people put into a cell of a DOCX worksheet beside its controls: words, and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from docx.oxml.ns import qn

from cluster_kit.worksheets.document_text import read_words

PICTURE = "A picture in its cell was not read. Write what it shows."
PICTURE_ELSEWHERE = "(a picture)"
_CELL, _PARAGRAPH, _CONTROL, _TEXT = qn("w:tc"), qn("w:p"), qn("w:sdt"), qn("w:t")
_PICTURES, _DELETED = (qn("w:drawing"), qn("w:pict"), qn("w:object")), (qn("w:del"), qn("w:moveFrom"))
_STYLE, _VALUE = f"{qn('w:pPr')}/{qn('w:pStyle')}", qn("w:val")
_OWN_STYLES = ("worksheetcell", "worksheetcellhead")


def find_cell(control: Any) -> Any | None:
    """The cell of the table that a control is in."""
    return next(control.iterancestors(_CELL), None)


def has_picture(part: Any) -> bool:
    """Whether there is a picture in this part of the document."""
    return any(True for _ in _find_pictures(part))


def has_picture_elsewhere(body: Any, cells: Iterable[Any | None]) -> bool:
    """Whether there is a picture that is in none of these cells."""
    known = set(cells)
    return any(not any(around in known for around in one.iterancestors(_CELL)) for one in _find_pictures(body))


def _find_pictures(part: Any) -> Iterator[Any]:
    return (one for one in part.iter(*_PICTURES) if next(one.iterancestors(*_DELETED), None) is None)


def read_words_beside(cell: Any, labeled: Sequence[Any]) -> str:
    """The words in a cell that are in no control. The worksheet's own words are left out.

    ``labeled`` are controls with words of the worksheet in their paragraph, such as check boxes.
    """
    own = {next(control.iterancestors(_PARAGRAPH), None) for control in labeled}
    found = []
    for paragraph in cell.iter(_PARAGRAPH):
        style = paragraph.find(_STYLE)
        name = "" if style is None else style.get(_VALUE, "").replace(" ", "").casefold()
        if paragraph not in own and name not in _OWN_STYLES:
            outside = [part for part in paragraph if part.tag != _CONTROL and any(True for _ in part.iter(_TEXT))]
            found.append("".join(read_words(part) for part in outside))
    return "\n".join(filter(str.strip, found)).strip()
