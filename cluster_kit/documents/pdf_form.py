"""Turn the placeholders of a tagged PDF into form fields (AcroForm).

A template places each field as a link to ``field:<number>``, or ``field:<number>:<option's number>`` for the options of
a choice. Typst writes a link as an annotation with an element in the structure, so the fields keep the reading order,
which is also the order of the Tab key. Text inside a field is set by Typst, too: every script is shaped, and every font
embedded.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from cluster_kit.documents.form_font import make_form_font
from cluster_kit.documents.pdf import child_elements, list_children, structure_elements

SCHEME = "field:"
FONT_SIZE = 10.5
_PRINT = 4
_MULTILINE, _RADIO, _COMBO, _EDITABLE = 1 << 12, 1 << 15, 1 << 17, 1 << 18
_APPEARANCE = f"/Text {FONT_SIZE} Tf 0 g"
_CHECK = b"q 1.6 w 1 J 1 j %s RG 2.2 5.6 m 4.9 2.8 l 9.8 9.2 l S Q"
# A circle of radius 3.2 around (6, 6), in four curves.
_DOT = (
    b"q %s rg 9.2 6 m 9.2 7.77 7.77 9.2 6 9.2 c 4.23 9.2 2.8 7.77 2.8 6 c"
    b" 2.8 4.23 4.23 2.8 6 2.8 c 7.77 2.8 9.2 4.23 9.2 6 c f Q"
)
MARK_SIZE = 12
_INK = b"0.10 0.13 0.18"


@dataclass(frozen=True)
class PdfField:
    """A field. ``tooltip`` is its name for screen readers.

    ``options`` are the choices' export values and labels. ``value`` is the text, or the chosen option's export value;
    a check box has one option.
    """

    name: str
    tooltip: str
    kind: Literal["text", "lines", "check", "radio", "list", "open_list"]
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FieldPlace:
    """Where a field is on its page. ``option`` is set for the options of a choice."""

    field: int
    option: int | None
    annotation: Dictionary
    element: Dictionary

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        left, bottom, right, top = (float(edge) for edge in self.annotation.Rect)
        return right - left, top - bottom


def find_field_places(document: Pdf) -> list[FieldPlace]:
    """The placeholders, in reading order."""
    return [place for element in structure_elements(document) if (place := _find_field_place(element))]


def _find_field_place(element: Dictionary) -> FieldPlace | None:
    if element.get("/S") != Name.Link:
        return None
    for kid in list_children(element.get("/K")):
        annotation: Any = kid.get("/Obj")
        target = str(annotation.get("/A", Dictionary()).get("/URI", "")) if isinstance(annotation, Dictionary) else ""
        if target.startswith(SCHEME):
            field, _, option = target.removeprefix(SCHEME).partition(":")
            return FieldPlace(int(field), int(option) if option else None, annotation, element)
    return None


def add_form(pdf: bytes, name: str, fields: Sequence[PdfField], texts: bytes | None) -> bytes:
    """The PDF with a form. ``name`` is the parent of all fields, so the names that programs export begin with it.

    ``texts`` is a PDF with a page for each placement that shows text, in reading order (see ``list_texts``), or None.
    """
    with Pdf.open(io.BytesIO(pdf)) as document, Pdf.open(io.BytesIO(texts)) if texts else Pdf.new() as shown:
        _Form(document, name, fields, shown).build()
        written = io.BytesIO()
        document.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return written.getvalue()


def list_texts(pdf: bytes, fields: Sequence[PdfField]) -> list[tuple[float, float, PdfField]]:
    """Width, height, and field of each placement that shows text, in reading order."""
    with Pdf.open(io.BytesIO(pdf)) as document:
        return [
            (*place.size, fields[place.field])
            for place in find_field_places(document)
            if _shows_text(fields[place.field])
        ]


def _shows_text(field: PdfField) -> bool:
    return field.kind not in ("check", "radio") and bool(field.value)


@dataclass
class _Form:
    """Builds the form of one document."""

    document: Pdf
    name: str
    fields: Sequence[PdfField]
    shown: Pdf

    def build(self) -> None:
        document = self.document
        root = document.make_indirect(Dictionary(T=String(self.name), Kids=Array()))
        placements = find_field_places(document)
        pages = iter(self.shown.pages)
        grouped: defaultdict[int, list[FieldPlace]] = defaultdict(list)
        for place in placements:
            grouped[place.field].append(place)
            self._make_widget(place, pages)
        for number, places in grouped.items():
            root.Kids.append(self._field(self.fields[number], places, root))
        font = document.make_indirect(make_form_font(document))
        document.Root.AcroForm = document.make_indirect(
            Dictionary(
                Fields=Array([root]),
                DR=Dictionary(Font=Dictionary(Text=font)),
                DA=String(_APPEARANCE),
            )
        )

    def _field(self, field: PdfField, places: Sequence[FieldPlace], root: Dictionary) -> Dictionary:
        if field.kind == "radio":
            made = self.document.make_indirect(Dictionary(FT=Name.Btn, Ff=_RADIO, Kids=Array()))
            for place in places:
                place.annotation.Parent = made
                made.Kids.append(place.annotation)
        else:
            made = places[0].annotation
        made.T, made.TU, made.Parent = String(field.name), String(field.tooltip), root
        self._describe(made, field)
        return made

    def _describe(self, made: Dictionary, field: PdfField) -> None:
        """Set the field's type and value."""
        match field.kind:
            case "check" | "radio":
                made.FT = Name.Btn
                made.V = Name(f"/{field.value}") if field.value else Name.Off
                made.DV = Name.Off
            case "text" | "lines":
                made.FT, made.DA, made.V = Name.Tx, String(_APPEARANCE), String(field.value)
                if field.kind == "lines":
                    made.Ff = _MULTILINE
            case _:
                made.FT, made.DA, made.V = Name.Ch, String(_APPEARANCE), String(field.value)
                made.Ff = _COMBO | (_EDITABLE if field.kind == "open_list" else 0)
                made.Opt = Array([String(label) for _, label in field.options])

    def _make_widget(self, place: FieldPlace, pages: Iterator[pikepdf.Page]) -> None:
        widget, field = place.annotation, self.fields[place.field]
        for key in ("/A", "/Contents", "/Border"):
            if key in widget:
                del widget[key]
        widget.Subtype, widget.F = Name.Widget, _PRINT
        place.element.S = Name.Form
        if field.kind in ("check", "radio"):
            value, label = field.options[place.option or 0]
            place.element.Alt = String(f"{field.tooltip}: {label}" if field.kind == "radio" else field.tooltip)
            widget.TU = place.element.Alt
            widget.AS = Name(f"/{value}") if field.value == value else Name.Off
            widget.MK = Dictionary(CA=String("l" if field.kind == "radio" else "4"))
            widget.AP = Dictionary(N=self._states(value, _DOT if field.kind == "radio" else _CHECK))
        else:
            place.element.Alt = String(field.tooltip)
            widget.AP = Dictionary(N=self._text(place, next(pages) if _shows_text(field) else None))

    def _states(self, value: str, drawing: bytes) -> Dictionary:
        box = Array([0, 0, MARK_SIZE, MARK_SIZE])
        states = {f"/{value}": drawing % _INK, "/Off": b""}
        return Dictionary(
            {
                state: self.document.make_stream(drawn, Type=Name.XObject, Subtype=Name.Form, BBox=box)
                for state, drawn in states.items()
            }
        )

    def _text(self, place: FieldPlace, page: pikepdf.Page | None) -> Any:
        """The appearance of a text field: the page, as a form XObject with the marks that viewers look for."""
        width, height = place.size
        box = Array([0, 0, round(width, 3), round(height, 3)])
        outer = self.document.make_stream(b"/Tx BMC EMC", Type=Name.XObject, Subtype=Name.Form, BBox=box)
        if page is not None:
            inner = self.document.copy_foreign(page.as_form_xobject())
            outer.write(b"/Tx BMC q /Words Do Q EMC")
            outer.Resources = Dictionary(XObject=Dictionary(Words=inner))
        return outer


def has_form(element: Dictionary) -> bool:
    """True if the element is a form field's, and its only content is one widget."""
    kids = list_children(element.get("/K"))
    return element.get("/S") == Name.Form and len(kids) == 1 and not child_elements(element) and "/Obj" in kids[0]
