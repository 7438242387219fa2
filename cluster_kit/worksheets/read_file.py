"""Reads a returned file by its type: a notebook, a DOCX or PDF file, or downloaded form answers."""

from __future__ import annotations

from cluster_kit.filetypes import FileKind, explain_kind, inspect_file
from cluster_kit.worksheets.databricks import find_databricks_notebook
from cluster_kit.worksheets.errors import UnreadableWorksheetError
from cluster_kit.worksheets.read_notebook import read_worksheet_notebook
from cluster_kit.worksheets.returned import Submission
from cluster_kit.worksheets.typed import ANSWERS_FILE, read_answers_file

_WANTED = "Send the worksheet itself: a notebook, a .docx file, or the filled-in PDF form"
_WITH_OWN_WAY_OUT = {FileKind.PROTECTED, FileKind.MESSAGE, FileKind.SHORTCUT, FileKind.ARCHIVE}
_REASONS = {
    FileKind.EMPTY: "is empty",
    FileKind.DOC: "is in the old Word format: save it as .docx",
    FileKind.RTF: "is in rich text format, which loses the answers' places: save it as .docx",
    FileKind.OPEN_DOCUMENT: "is an OpenDocument file: save it as .docx",
    FileKind.DATABASE: "is a database, not a worksheet: send the notebook that was beside it",
    FileKind.DAMAGED_ZIP: "is damaged: it is not a whole DOCX file",
}


def read_worksheet(name: str, raw: bytes) -> Submission:
    """The answers in a returned file, whose type is detected from its content rather than its name.

    Raises ``UnreadableWorksheetError`` with the reason why it cannot be read.
    """
    if raw.startswith(ANSWERS_FILE):
        return read_answers_file(name, raw)
    file = inspect_file(raw)
    if file.kind is FileKind.DOCX:
        from cluster_kit.worksheets.read_document import read_word_worksheet

        return read_word_worksheet(name, raw)
    if file.kind is FileKind.PDF:
        from cluster_kit.worksheets.read_pdf import read_pdf_worksheet

        return read_pdf_worksheet(name, raw)
    if file.text and (found := find_databricks_notebook(file.text.text)):
        return read_worksheet_notebook(name, found.encode())
    if file.kind in (FileKind.NOTEBOOK, FileKind.JSON) and file.text:
        return read_worksheet_notebook(name, file.text.text.encode())
    raise UnreadableWorksheetError(name, _REASONS.get(file.kind) or _explain(file.kind))


def _explain(kind: FileKind) -> str:
    what, _, way_out = explain_kind(kind, "").partition(". ")
    return f"{what}. {way_out.removesuffix('.') if kind in _WITH_OWN_WAY_OUT else _WANTED}"
