"""Compile a Typst template to a tagged PDF (PDF/UA-1). Typst rejects violations of the standard."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from importlib.resources.abc import Traversable

import typst

from cluster_kit.documents.errors import DocumentError
from cluster_kit.documents.fonts import TEXT, font_coverage, font_families, load_fonts, printable_text
from cluster_kit.documents.identity import current_identity

Show = Callable[[str], str]


def compile_pdf(
    template: Traversable, name: str, make_data: Callable[[Show], Mapping[str, object]], *, is_part: bool = False
) -> bytes:
    """The template as PDF/UA-1, with its data as the input ``name``, the font families as its key ``fonts``.

    ``make_data`` receives a function that replaces characters without a glyph by code points. With ``is_part``, the
    result has no tags: its pages become parts of another document. Raises ``DocumentError``.
    """
    problem = ""
    for show in _fallbacks():
        try:
            data = {"fonts": font_families(), **make_data(show)}
            inputs = {name: data, "colors": dict(current_identity().colors), "organization": _organization()}
            return _compile(template, inputs, is_part)
        except typst.TypstError as error:
            problem = error.message
    raise DocumentError("PDF", problem)


def _fallbacks() -> Iterator[Show]:
    """The fallbacks for typed text: unchanged; without joined characters; in the text font only.

    The fonts may have a character but not its combination with others.
    """
    yield lambda words: printable_text(words, font_coverage())
    yield lambda words: printable_text(words, font_coverage(), frozenset())
    yield lambda words: printable_text(words, font_coverage(TEXT), frozenset())


def _organization() -> Mapping[str, object]:
    """The organization's name, and its logo as a list of bytes, which may be empty, with the format."""
    logo = current_identity().logo
    content = list(logo.content) if logo else []
    return {"name": current_identity().name, "logo": content, "format": logo.extension if logo else ""}


def _compile(template: Traversable, inputs: Mapping[str, object], is_part: bool) -> bytes:
    encoded = {name: json.dumps(value) for name, value in inputs.items()}
    compiler = typst.Compiler(template.read_bytes(), font_paths=load_fonts(), sys_inputs=encoded)
    standards = {"pdf_tags": False} if is_part else {"pdf_standards": ["ua-1"]}
    written = compiler.compile(format="pdf", **standards)
    if not isinstance(written, bytes):
        raise DocumentError("PDF", "Typst wrote several files")
    return written
