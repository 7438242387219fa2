"""The font in which people type into a PDF form: the text font's Western characters, embedded."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Pdf

from cluster_kit.documents.fonts import TEXT, load_fonts

_FIRST, _LAST = 32, 255
_NONSYMBOLIC = 32
_STEM = 80


def make_form_font(document: Pdf) -> Dictionary:
    """The font as a simple TrueType font with Windows-1252 encoding.

    Viewers use it for what is typed. For other scripts they choose a font of their own.
    """
    data, widths, descriptor = _subset()
    file = document.make_stream(data, Length1=len(data))
    described = Dictionary(Type=Name.FontDescriptor, FontName=Name.SourceSans3, FontFile2=file, **descriptor)
    described.FontBBox = Array(described.FontBBox)
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.TrueType,
        BaseFont=Name.SourceSans3,
        Encoding=Name.WinAnsiEncoding,
        FirstChar=_FIRST,
        LastChar=_LAST,
        Widths=Array(widths),
        FontDescriptor=document.make_indirect(described),
    )


@cache
def _subset() -> tuple[bytes, list[int], dict[str, Any]]:
    """The font file, the widths of its characters, and its descriptor's entries, in thousandths of the font size."""
    path = next(font.path for font in load_fonts().fonts() if font.family == TEXT and "Regular" in str(font.path))
    characters = [bytes([code]).decode("cp1252", "replace") for code in range(_FIRST, _LAST + 1)]
    with TTFont(path) as font:
        subsetter = subset.Subsetter(subset.Options(layout_features=[], notdef_outline=True, name_IDs=[1, 2, 6]))
        subsetter.populate(text="".join(characters))
        subsetter.subset(font)
        names, metrics, scale = font.getBestCmap(), font["hmtx"], 1000 / font["head"].unitsPerEm
        glyphs = [names.get(ord(character), ".notdef") for character in characters]
        widths = [round(metrics[glyph][0] * scale) for glyph in glyphs]
        head, os2 = font["head"], font["OS/2"]
        descriptor = {
            "Flags": _NONSYMBOLIC,
            "FontBBox": [round(edge * scale) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)],
            "ItalicAngle": 0,
            "Ascent": round(os2.sTypoAscender * scale),
            "Descent": round(os2.sTypoDescender * scale),
            "CapHeight": round(os2.sCapHeight * scale),
            "StemV": _STEM,
        }
        written = io.BytesIO()
        font.save(written)
    return written.getvalue(), widths, descriptor
