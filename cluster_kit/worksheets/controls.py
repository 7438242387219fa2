"""DOCX content controls: form fields that carry an answer's mark as their tag.

python-docx does not support them, so their XML is written here. The order of elements follows the format's schema. All
controls are within a paragraph: LibreOffice keeps tracked changes and line breaks in these, but not in controls around
paragraphs.
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
HINT_STYLE = "WorksheetHint"
_TICKED, _EMPTY = "☒", "☐"


def text_control(tag: str, title: str, text: str, hint: str) -> Any:
    """A text control with line breaks; it shows ``hint`` while it is empty."""
    return _control(tag, title, text, hint, _element("richText"))


def date_control(tag: str, title: str, text: str, hint: str) -> Any:
    """A date control with a calendar."""
    kind = _element("date")
    for name, value in (("dateFormat", "MMMM d, yyyy"), ("lid", "en-US"), ("storeMappedDataAs", "dateTime")):
        kind.append(_element(name, val=value))
    return _control(tag, title, text, hint, kind)


def list_control(tag: str, title: str, text: str, hint: str, options: Sequence[tuple[str, str]], free: bool) -> Any:
    """A dropdown of options (value and label each); ``free`` makes it a combo box that accepts other text."""
    kind = _element("comboBox" if free else "dropDownList")
    for value, label in options:
        kind.append(_element("listItem", displayText=_plain(label), value=value))
    return _control(tag, title, text, hint, kind)


def check_control(tag: str, title: str, ticked: bool) -> Any:
    """A check box."""
    box = etree.Element(f"{{{W14}}}checkbox", nsmap={"w14": W14})
    for name, value in (("checked", "1" if ticked else "0"), ("checkedState", "2612"), ("uncheckedState", "2610")):
        child = etree.SubElement(box, f"{{{W14}}}{name}")
        child.set(f"{{{W14}}}val", value)
        if name != "checked":
            child.set(f"{{{W14}}}font", "MS Gothic")
    return _control(tag, title, _TICKED if ticked else _EMPTY, "", box)


def _control(tag: str, title: str, text: str, hint: str, kind: Any) -> Any:
    control, properties, content = _element("sdt"), _element("sdtPr"), _element("sdtContent")
    properties.append(_element("alias", val=_plain(title)))
    properties.append(_element("tag", val=tag))
    properties.append(_element("lock", val="sdtLocked"))
    if not text:
        properties.append(_element("showingPlcHdr"))
    properties.append(kind)
    content.append(_run(normalize_text(text) or hint, "" if text else HINT_STYLE))
    control.append(properties)
    control.append(content)
    return control


def _run(words: str, style: str = "") -> Any:
    run = _element("r")
    if style:
        properties = _element("rPr")
        properties.append(_element("rStyle", val=style))
        run.append(properties)
    for number, line in enumerate(words.split("\n")):
        if number:
            run.append(_element("br"))
        text = _element("t")
        text.text = line
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(text)
    return run


def _element(name: str, **attributes: str) -> Any:
    element = parse_xml(f"<w:{name} {nsdecls('w')}/>")
    for key, value in attributes.items():
        element.set(f"{{{W}}}{key}", value)
    return element


def _plain(text: str) -> str:
    return " ".join(normalize_text(text).split())
