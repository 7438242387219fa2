"""Write one document to one file, in the format that the ending of its name selects."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cluster_kit.documents.model import Document
from cluster_kit.errors import UsageError
from cluster_kit.files import report_write_errors, write_atomically
from cluster_kit.text import join_words

PDF, DOCX, HTML = ".pdf", ".docx", ".html"


def write_document_file(document: Document, path: Path, endings: Sequence[str] = (PDF, DOCX, HTML)) -> None:
    """Write the document. Raises ``UsageError`` for another ending, or if the file cannot be written."""
    ending = path.suffix.lower()
    if ending not in endings:
        raise UsageError(f"{path} must end in {join_words(endings, 'or')}.")
    with report_write_errors(path):
        write_atomically(path, _encode(document, ending))


def _encode(document: Document, ending: str) -> bytes:
    """The document's bytes. Writers are imported on first use: fonts and libraries are slow to load."""
    if ending == PDF:
        from cluster_kit.documents.pdf import write_pdf

        return write_pdf(document)
    if ending == DOCX:
        from cluster_kit.documents.docx import write_docx

        return write_docx(document)
    from cluster_kit.documents.page import write_page

    return write_page(document).encode()
