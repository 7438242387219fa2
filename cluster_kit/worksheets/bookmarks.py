"""Bookmarks around the answers of a DOCX worksheet, with their marks as names.

LibreOffice drops the tags of content controls, but keeps bookmarks, also by way of an ODT file. A name has at most 40
characters, and one that begins with an underscore is not listed in Word:

    _ck_<address: 12 hex digits>_<value hashes: 8 hex digits each>[_<option: 6 hex digits, or "other">]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml

from cluster_kit.worksheets.marks import FieldToken

_MOST_STAMPS = 2
_NAME = re.compile(r"_ck_([0-9a-f]{12})_((?:[0-9a-f]{8}){0,2})(?:_(other|[0-9a-f]{6}))?")
_START, _END, _PARAGRAPH = qn("w:bookmarkStart"), qn("w:bookmarkEnd"), qn("w:p")
_CONTROL = qn("w:sdt")
_TEXT, _BREAKS = qn("w:t"), {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}
_FIELD, _FIELD_CODE, _FIELD_KIND = qn("w:fldChar"), qn("w:instrText"), qn("w:fldCharType")
_ID, _BOOKMARK_NAME = qn("w:id"), qn("w:name")


def make_bookmark(mark: FieldToken, part: str, number: int) -> tuple[Any, Any]:
    """The start and the end of an answer's bookmark. ``part`` is empty, or the option's part of the tag."""
    stamps = "".join(mark.stamps[-_MOST_STAMPS:])
    name = f"_ck_{mark.key}_{stamps}{part.replace('+', '_')}"
    start = parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="{name}"/>')
    return start, parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>')


def read_bookmarks(body: Any) -> Iterator[tuple[str, str]]:
    """The tag and the text of each answer's bookmark. Deleted text is left out."""
    _drop_repeats(body)
    open_marks: dict[str, tuple[str, list[str]]] = {}
    for node in body.iter(_START, _END, _PARAGRAPH, _TEXT, *_BREAKS):
        if node.tag == _START:
            if tag := _find_tag(node.get(_BOOKMARK_NAME, "")):
                open_marks[node.get(_ID, "")] = (tag, [])
        elif node.tag == _END:
            if found := open_marks.pop(node.get(_ID, ""), None):
                yield found[0], "".join(found[1]).strip("\n")
        else:
            words = "\n" if node.tag == _PARAGRAPH else _BREAKS.get(node.tag, node.text or "")
            for _, pieces in open_marks.values():
                pieces.append(words)


def _drop_repeats(body: Any) -> None:
    """Remove controls and input fields that repeat the text of the first one in their paragraph.

    LibreOffice 7.4 writes a control again, with all of its text, for each change of font or script within it.
    """
    for paragraph in body.iter(_PARAGRAPH):
        controls = paragraph.findall(_CONTROL)
        texts = ["".join(text.text or "" for text in control.iter(_TEXT)) for control in controls]
        for control, text in list(zip(controls, texts, strict=True))[1:]:
            if texts[0] and texts[0] in text:
                paragraph.remove(control)
        _drop_repeated_fields(paragraph)


def _drop_repeated_fields(paragraph: Any) -> None:
    """Empty the text that repeats the paragraph's first input field, or the next paragraph, if the field is repeated.

    By way of an ODT file, LibreOffice 7.4 writes a control as an input field with the whole line, and for each change
    of script once more, with the words beside it. Its last repetition is followed by the next line's words.
    """
    fields: list[list[Any]] = []
    outside: list[Any] = []
    is_inside = False
    for node in paragraph.iter(_FIELD, _FIELD_CODE, _TEXT):
        if node.tag == _FIELD_CODE:
            if "FILLIN" not in (node.text or ""):
                return
        elif node.tag == _TEXT:
            (fields[-1] if is_inside else outside).append(node)
        elif (kind := node.get(_FIELD_KIND)) == "begin":
            fields.append([])
            is_inside = True
        elif kind == "end":
            is_inside = False
    lines = ["".join(text.text or "" for text in field) for field in fields]
    if len(lines) > 1 and len(set(lines)) == 1:
        following = paragraph.getnext()
        next_line = "".join(text.text or "" for text in following.iter(_TEXT)) if following is not None else ""
        repeated = [text for text in outside if (words := (text.text or "").strip()) in lines[0] or words == next_line]
        for text in [*repeated, *(text for field in fields[1:] for text in field)]:
            text.text = ""


def _find_tag(name: str) -> str:
    """The tag that a content control would have; empty if the bookmark is not ours."""
    found = _NAME.fullmatch(name)
    if not found:
        return ""
    stamps = tuple(found[2][at : at + 8] for at in range(0, len(found[2]), 8))
    return f"{FieldToken(found[1], stamps)}{f'+{found[3]}' if found[3] else ''}"
