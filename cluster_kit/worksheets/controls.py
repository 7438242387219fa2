"""DOCX content controls: form fields that carry an answer's mark as their tag.

python-docx does not support them, so their XML is written here. The order of elements follows the format's schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml
from lxml import etree

from cluster_kit.worksheets.marks import normalize_text

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
HINT_STYLE, ANSWER_STYLE = "WorksheetHint", "WorksheetAnswer"
_TICKED, _EMPTY = "☒", "☐"


def text_control(tag: str, title: str, words: str, hint: str) -> Any:
    """A text control with a paragraph for each line; it shows ``hint`` while it is empty.

    It is a rich text control: LibreOffice loses line breaks in plain text controls.
    """
    return _block(tag, title, words, hint, _element("richText"))


def date_control(tag: str, title: str, words: str, hint: str) -> Any:
    """A date control with a calendar."""
    kind = _element("date")
    for name, value in (("dateFormat", "M/d/yyyy"), ("lid", "en-US"), ("storeMappedDataAs", "dateTime")):
        kind.append(_element(name, val=value))
    return _block(tag, title, words, hint, kind)


def list_control(tag: str, title: str, words: str, hint: str, options: Sequence[tuple[str, str]], free: bool) -> Any:
    """A dropdown of options (value and label each); ``free`` makes it a combo box that accepts other text."""
    kind = _element("comboBox" if free else "dropDownList")
    for value, label in options:
        kind.append(_element("listItem", displayText=_plain(label), value=value))
    return _block(tag, title, words, hint, kind)


def check_control(tag: str, title: str, ticked: bool) -> Any:
    """A check box, for use inside a paragraph."""
    box = etree.Element(f"{{{W14}}}checkbox", nsmap={"w14": W14})
    for name, value in (("checked", "1" if ticked else "0"), ("checkedState", "2612"), ("uncheckedState", "2610")):
        child = etree.SubElement(box, f"{{{W14}}}{name}")
        child.set(f"{{{W14}}}val", value)
        if name != "checked":
            child.set(f"{{{W14}}}font", "MS Gothic")
    control = _control(tag, title, False, box)
    content = _element("sdtContent")
    content.append(_run(_TICKED if ticked else _EMPTY))
    control.append(content)
    return control


def _block(tag: str, title: str, words: str, hint: str, kind: Any) -> Any:
    control = _control(tag, title, not words, kind)
    content = _element("sdtContent")
    for line in normalize_text(words).split("\n") if words else [hint]:
        paragraph, properties = _element("p"), _element("pPr")
        properties.append(_element("pStyle", val=ANSWER_STYLE))
        paragraph.append(properties)
        paragraph.append(_run(line, "" if words else HINT_STYLE))
        content.append(paragraph)
    control.append(content)
    return control


def _control(tag: str, title: str, is_empty: bool, kind: Any) -> Any:
    control, properties = _element("sdt"), _element("sdtPr")
    properties.append(_element("alias", val=_plain(title)))
    properties.append(_element("tag", val=tag))
    properties.append(_element("lock", val="sdtLocked"))
    if is_empty:
        properties.append(_element("showingPlcHdr"))
    properties.append(kind)
    control.append(properties)
    return control


def _run(words: str, style: str = "") -> Any:
    run = _element("r")
    if style:
        properties = _element("rPr")
        properties.append(_element("rStyle", val=style))
        run.append(properties)
    text = _element("t")
    text.text = words
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(text)
    return run


def _element(name: str, **attributes: str) -> Any:
    element = parse_xml(f"<w:{name} {nsdecls('w')}/>")
    for key, value in attributes.items():
        element.set(f"{{{W}}}{key}", value)
    return element


def _plain(words: str) -> str:
    return " ".join(normalize_text(words).split())
