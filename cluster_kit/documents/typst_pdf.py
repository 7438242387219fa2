"""Compile a Typst template to a tagged PDF (PDF/UA-1). Typst rejects violations of the standard."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import as_file
from importlib.resources.abc import Traversable

import typst

from cluster_kit.documents.errors import DocumentError
from cluster_kit.documents.fonts import TEXT, font_coverage, font_families, load_fonts, printable_text
from cluster_kit.documents.identity import current_identity

Show = Callable[[str], str]
END = "end"
"""The label of a template's metadata with the page and the position at which its text ends."""


@dataclass(frozen=True)
class TypesetPdf:
    """A PDF, its number of pages, and where the text of the last one ends, in points from its top.

    Both numbers are 0 for a template that does not say them (see ``packet.typ``).
    """

    pdf: bytes
    pages: int = 0
    end: float = 0


def compile_pdf(
    template: Traversable, name: str, make_data: Callable[[Show], Mapping[str, object]], *, is_part: bool = False
) -> bytes:
    """The template as PDF/UA-1, with its data as the input ``name``, the font families as its key ``fonts``.

    ``make_data`` receives a function that replaces characters without a glyph by code points. With ``is_part``, the
    result has no tags: its pages become parts of another document. Raises ``DocumentError``.
    """
    return typeset(template, name, make_data, is_part=is_part).pdf


def typeset(
    template: Traversable, name: str, make_data: Callable[[Show], Mapping[str, object]], *, is_part: bool = False
) -> TypesetPdf:
    """The same with the length of the text."""
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


def _compile(template: Traversable, inputs: Mapping[str, object], is_part: bool) -> TypesetPdf:
    encoded = {name: json.dumps(value) for name, value in inputs.items()}
    with as_file(template) as path:
        return _run(typst.Compiler(path, font_paths=load_fonts(), sys_inputs=encoded), is_part)


def _run(compiler: typst.Compiler, is_part: bool) -> TypesetPdf:
    standards = {"pdf_tags": False} if is_part else {"pdf_standards": ["ua-1"]}
    written = compiler.compile(format="pdf", **standards)
    if not isinstance(written, bytes):
        raise DocumentError("PDF", "Typst wrote several files")
    ends = json.loads(compiler.query(f"<{END}>", field="value"))
    return TypesetPdf(written, **ends[0]) if ends else TypesetPdf(written)
