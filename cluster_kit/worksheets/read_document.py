"""Reads a returned DOCX worksheet from its content controls. Macros and links are ignored."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from cluster_kit.exercises.typed_answers import WorksheetId
from cluster_kit.worksheets.beside_controls import (
    PICTURE,
    PICTURE_ELSEWHERE,
    find_cell,
    has_picture,
    has_picture_elsewhere,
    read_words_beside,
)
from cluster_kit.worksheets.bookmarks import MarkedAnswer, read_bookmarks
from cluster_kit.worksheets.document_text import W, read_words
from cluster_kit.worksheets.errors import UnreadableWorksheetError
from cluster_kit.worksheets.marks import OTHER_KEY, FieldToken
from cluster_kit.worksheets.returned import FilledField, Submission
from cluster_kit.worksheets.values import OTHER_LABEL

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_HINT = re.compile(
    r"\A\s*\[(?:Type|Choose|Something else)\b[^\]\n]{0,300}\]|\[(?:Type|Choose|Something else)\b[^\]\n]{0,300}\]\s*\Z"
)
_TICKS = frozenset("☑☒✓✔✗✘")
_BODY = "word/document.xml"
_MOST_UNPACKED = 60_000_000
_MOST_TAGS = 1_000_000
_BOX = re.compile(r"\+(?:other|[0-9a-f]{6})$")


def read_word_worksheet(name: str, raw: bytes) -> Submission:
    """The answers in the document. Raises ``UnreadableWorksheetError`` if it is damaged or not a worksheet."""
    body = _parse(name, _unpack(name, raw))
    controls = [(_tag(control), control) for control in body.iter(f"{W}sdt")]
    marked = read_bookmarks(body)
    boxes: defaultdict[str, list[str]] = defaultdict(list)
    filled: list[FilledField] = []
    for answer in _answers(controls, marked):
        mark = FieldToken.find(answer.tag)
        if mark and answer.problem:
            filled.append(FilledField(mark, answer.text, answer.problem))
        elif mark and (box := _BOX.search(answer.tag)):
            boxes[str(mark)].append(_box_line(box[0], answer.text, answer.is_ticked))
        elif mark:
            filled.append(FilledField(mark, answer.text))
    filled += [FilledField(mark, "\n".join(lines)) for tag, lines in boxes.items() if (mark := FieldToken.find(tag))]
    head = next(
        filter(None, (WorksheetId.find(text) for text in [*(tag for tag, _ in controls), *_paragraphs(body)])), None
    )
    if head is None:
        raise UnreadableWorksheetError(name, "is a document, but no worksheet of this kit")
    if not filled:
        raise UnreadableWorksheetError(
            name,
            "has lost its answer boxes: it was saved by a program that does not keep them. Copy the answers into"
            " a new copy of the worksheet with Word or LibreOffice",
        )
    cells = (*(find_cell(control) for _, control in controls), *(one.cell for one in marked))
    unread = (*_notes_beside(controls), *([PICTURE_ELSEWHERE] if has_picture_elsewhere(body, cells) else []))
    return Submission(head, tuple(filled), unread=unread)


def _unpack(name: str, raw: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open(_BODY) as file:
            body = file.read(_MOST_UNPACKED + 1)
    except Exception as error:  # a damaged zip file can raise any exception in the library
        raise UnreadableWorksheetError(name, "is damaged: it is not a whole DOCX file") from error
    if len(body) > _MOST_UNPACKED:
        raise UnreadableWorksheetError(name, "is far too large once unpacked: no worksheet is")
    return body


def _parse(name: str, body: bytes) -> Any:
    from lxml import etree

    if b"<!DOCTYPE" in body or b"<!ENTITY" in body or "<!DOCTYPE".encode("utf-16-le") in body:
        raise UnreadableWorksheetError(name, "was changed by hand: it refers to files of another computer")
    if body.count(b"<") > _MOST_TAGS:
        raise UnreadableWorksheetError(name, "is far more complicated than any worksheet")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableWorksheetError(name, "is damaged: its text cannot be read") from error


def _tag(control: Any) -> str:
    tag = control.find(f"{W}sdtPr/{W}tag")
    return str(tag.get(f"{W}val", "")) if tag is not None else ""


class _Answer(NamedTuple):
    """An answer's tag, its text and check mark, and why it cannot be taken, as a sentence."""

    tag: str
    text: str
    is_ticked: bool = False
    problem: str = ""


def _answers(controls: list[tuple[str, Any]], marked: list[MarkedAnswer]) -> Iterator[_Answer]:
    """Each answer of its content control, or of its bookmark if the tag was dropped; then what cannot be read."""
    tagged = {_key(tag) for tag, _ in controls}
    cells = {_key(one.tag): one for one in marked if one.cell is not None and not one.problem}
    alone = Counter(find_cell(control) for tag, control in controls if FieldToken.find(tag))
    pictured: dict[Any, str] = {}
    for tag, control in controls:
        text, cell = _without_hint(_text(control)), find_cell(control)
        if alone[cell] == 1 and (whole := cells.get(_key(tag))) and whole.cell is cell:
            typed = _without_hint(whole.words)
            text = typed if _is_for_text(control) or not text else text
        yield _Answer(tag, text, _is_ticked(control))
        if cell is not None and FieldToken.find(tag):
            pictured.setdefault(cell, tag)
    for one in marked:
        if one.cell is not None:
            pictured.setdefault(one.cell, one.tag)
    if len(tagged) >= 2 or any(one.words.strip() for one in marked):
        # else the controls were deleted with all that was in them, also the hints of empty ones
        for one in marked:
            if _key(one.tag) not in tagged:
                yield _Answer(one.tag, _without_hint(one.words), one.words.strip()[:1] in _TICKS, one.problem)
    yield from (_Answer(tag, "", problem=PICTURE) for cell, tag in pictured.items() if has_picture(cell))


def _notes_beside(controls: list[tuple[str, Any]]) -> Iterator[str]:
    """Words that were typed beside the controls of a cell, and were not read as an answer."""
    inside: defaultdict[Any, list[tuple[str, Any]]] = defaultdict(list)
    for tag, control in controls:
        if FieldToken.find(tag) and (cell := find_cell(control)) is not None:
            inside[cell].append((tag, control))
    for cell, those in inside.items():
        is_read = len(those) == 1 and (_is_for_text(those[0][1]) or not _without_hint(_text(those[0][1])))
        if not is_read and (words := read_words_beside(cell, [one for tag, one in those if _BOX.search(tag)])):
            yield words


def _key(tag: str) -> tuple[str, str]:
    """The answer's address, and its option."""
    mark = FieldToken.find(tag)
    return (mark.key if mark else "", tag.partition("+")[2])


def _without_hint(text: str) -> str:
    """The text without the hint of an empty box, which stays beside what people type in some programs."""
    return _HINT.sub("", text)


def _is_for_text(control: Any) -> bool:
    """Whether people type into the control, and choose nothing from a list or a calendar."""
    return not any(control.find(f"{W}sdtPr/{W}{kind}") is not None for kind in ("comboBox", "dropDownList", "date"))


def _is_ticked(control: Any) -> bool:
    checked = control.find(f"{W}sdtPr/{W14}checkbox/{W14}checked")
    return checked is not None and checked.get(f"{W14}val") in ("1", "true", "on")


def _box_line(key: str, text: str, is_ticked: bool) -> str:
    """A check box as a line: ``- [x] +<option's key>``, or ``- [x] Other: text`` for free text."""
    if key == OTHER_KEY:
        words = " ".join(text.split())
        return f"- [{'x' if words else ' '}] {OTHER_LABEL} {words}"
    return f"- [{'x' if is_ticked else ' '}] {key}"


def _text(control: Any) -> str:
    """The text in a control; empty while it shows its placeholder. Tracked deletions are left out."""
    content = control.find(f"{W}sdtContent")
    if content is None or control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
        return ""
    return read_words(content)


def _paragraphs(body: Any) -> Iterator[str]:
    return (read_words(paragraph) for paragraph in body.iter(f"{W}p"))
