"""The kit's own drawings as pixels, for formats that cannot show them as they are."""

from __future__ import annotations

import json

import typst

from cluster_kit.documents.errors import DocumentError

PIXELS_PER_INCH = 160
# The height is a whole number of pixels: Typst would scale the drawing to the nearest one and so lose a row of it.
_TEMPLATE = f"""
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#let draw = image.with(bytes(json(bytes(sys.inputs.drawing))), format: "svg", width: 6.5in)
#let pixel = 1in / {PIXELS_PER_INCH}
#context draw(height: calc.ceil(measure(draw()).height / pixel) * pixel, fit: "stretch")
""".encode()
_NO_FONTS = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)


def to_png(svg: str) -> bytes:
    """The drawing, 6.5 inches wide, as a PNG file. Its words must be outlines. Raises ``DocumentError``."""
    try:
        compiler = typst.Compiler(_TEMPLATE, font_paths=_NO_FONTS, sys_inputs={"drawing": json.dumps(svg)})
        written = compiler.compile(format="png", ppi=PIXELS_PER_INCH)
    except typst.TypstError as error:
        raise DocumentError("DOCX", f"a picture could not be drawn ({error.message})") from error
    if not isinstance(written, bytes):
        raise DocumentError("DOCX", "a picture came out as several pages")
    return written
