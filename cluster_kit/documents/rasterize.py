"""Rasterize the kit's drawings, for formats without vector graphics."""

from __future__ import annotations

import json

import typst

from cluster_kit.documents.errors import DocumentError

PIXELS_PER_INCH = 160
# The height is a whole number of pixels, because Typst would otherwise scale the drawing and lose a row.
_TEMPLATE = b"""
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#let draw = image.with(bytes(json(bytes(sys.inputs.drawing))), format: "svg", width: 6.5in)
#let pixel = 1in / int(sys.inputs.density)
#context draw(height: calc.ceil(measure(draw()).height / pixel) * pixel, fit: "stretch")
"""
_NO_FONTS = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)


def to_png(svg: str, density: int = PIXELS_PER_INCH, font_paths: typst.Fonts = _NO_FONTS) -> bytes:
    """The drawing as a PNG, 6.5 inches wide, with ``density`` pixels per inch. Raises ``DocumentError``.

    Its text must be outlines, unless ``font_paths`` are given.
    """
    inputs = {"drawing": json.dumps(svg), "density": str(density)}
    try:
        compiler = typst.Compiler(_TEMPLATE, font_paths=font_paths, sys_inputs=inputs)
        written = compiler.compile(format="png", ppi=density)
    except typst.TypstError as error:
        raise DocumentError("DOCX", f"a picture could not be drawn ({error.message})") from error
    if not isinstance(written, bytes):
        raise DocumentError("DOCX", "a picture came out as several pages")
    return written
