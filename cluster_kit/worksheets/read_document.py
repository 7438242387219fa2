"""A returned DOCX worksheet: what stands in its content controls. Macros, links and pictures are not looked at."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from cluster_kit.worksheets.errors import UnreadableWorksheetError
from cluster_kit.worksheets.marks import FieldToken, WorksheetId
from cluster_kit.worksheets.returned import FilledField, Submission
from cluster_kit.worksheets.values import OTHER_LABEL

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
OTHER_KEY = "+other"
_BODY = "word/document.xml"
_MOST_UNPACKED = 60_000_000
_BOX = re.compile(r"\+(?:other|[0-9a-f]{6})$")


def read_word_worksheet(name: str, raw: bytes) -> Submission:
    """What the document says. ``UnreadableWorksheetError`` where it is damaged or no worksheet of the kit."""
    body = _parse(name, _unpack(name, raw))
    controls = [(_tag(control), control) for control in body.iter(f"{W}sdt")]
    boxes: defaultdict[str, list[str]] = defaultdict(list)
    filled: list[FilledField] = []
    for tag, control in controls:
        mark = FieldToken.find(tag)
        if mark and (box := _BOX.search(tag)):
            boxes[str(mark)].append(_box_line(box[0], control))
        elif mark:
            filled.append(FilledField(mark, _text(control)))
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
    return Submission(head, tuple(filled))


def _unpack(name: str, raw: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open(_BODY) as file:
            body = file.read(_MOST_UNPACKED + 1)
    except Exception as error:  # whatever a damaged zip file makes the library raise
        raise UnreadableWorksheetError(name, "is damaged: it is not a whole DOCX file") from error
    if len(body) > _MOST_UNPACKED:
        raise UnreadableWorksheetError(name, "is far too large once unpacked: no worksheet is")
    return body


def _parse(name: str, body: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableWorksheetError(name, "is damaged: its text cannot be read") from error


def _tag(control: Any) -> str:
    tag = control.find(f"{W}sdtPr/{W}tag")
    return str(tag.get(f"{W}val", "")) if tag is not None else ""


def _box_line(key: str, control: Any) -> str:
    """A check box as a line: ``- [x] +<option's key>``; words of people's own as ``- [x] Other: words``."""
    if key == OTHER_KEY:
        words = " ".join(_text(control).split())
        return f"- [{'x' if words else ' '}] {OTHER_LABEL} {words}"
    checked = control.find(f"{W}sdtPr/{W14}checkbox/{W14}checked")
    ticked = checked is not None and checked.get(f"{W14}val") in ("1", "true", "on")
    return f"- [{'x' if ticked else ' '}] {key}"


def _text(control: Any) -> str:
    """The words in a control; empty while it shows its prompt. What was deleted under review is not among them."""
    content = control.find(f"{W}sdtContent")
    if content is None or control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
        return ""
    paragraphs = list(content.iter(f"{W}p"))
    return "\n".join(_line(p) for p in paragraphs) if paragraphs else _line(content)


def _line(element: Any) -> str:
    parts = []
    for node in element.iter(f"{W}t", f"{W}br", f"{W}cr", f"{W}tab", f"{W}noBreakHyphen"):
        kind = str(node.tag).removeprefix(W)
        parts.append((node.text or "") if kind == "t" else {"tab": "\t", "noBreakHyphen": "-"}.get(kind, "\n"))
    return "".join(parts)


def _paragraphs(body: Any) -> Iterator[str]:
    return (_line(paragraph) for paragraph in body.iter(f"{W}p"))
