"""The text inside the filled fields of a PDF form, set by Typst."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from cluster_kit.documents.pdf_form import FONT_SIZE, PdfField, add_form, list_texts
from cluster_kit.documents.typst_pdf import Show, compile_pdf


def make_fillable(pdf: bytes, name: str, fields: Sequence[PdfField]) -> bytes:
    """The tagged PDF with its placeholders as form fields, filled with their values. Raises ``DocumentError``."""
    return add_form(pdf, name, fields, _show_texts(list_texts(pdf, fields)))


def _show_texts(texts: Sequence[tuple[float, float, PdfField]]) -> bytes | None:
    """A PDF with a page for each text, of its field's size; None if there are none."""
    if not texts:
        return None

    def make_data(show: Show) -> dict[str, object]:
        shown = [
            {"width": width, "height": height, "lines": field.kind == "lines", "words": show(field.value)}
            for width, height, field in texts
        ]
        return {"size": FONT_SIZE, "texts": shown}

    template = files("cluster_kit.documents").joinpath("form_texts.typ")
    return compile_pdf(template, "fields", make_data, is_part=True)
