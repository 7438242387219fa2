"""A returned file, whatever it is called: a notebook, a DOCX file, answers from a page of forms, or none of these."""

from __future__ import annotations

from cluster_kit.filetypes import FileKind, explain_kind, inspect_file
from cluster_kit.worksheets.errors import UnreadableWorksheetError
from cluster_kit.worksheets.read_notebook import read_worksheet_notebook
from cluster_kit.worksheets.returned import Submission
from cluster_kit.worksheets.typed import ANSWERS_FILE, read_answers_file

_WANTED = "a notebook or a .docx file"
_REASONS = {
    FileKind.EMPTY: "is empty",
    FileKind.PDF: "is a PDF file: answers on paper or in a PDF have to be typed into the session's page",
    FileKind.DOC: "is in the old Word format: save it as .docx",
    FileKind.RTF: "is in rich text format, which loses the answers' places: save it as .docx",
    FileKind.OPEN_DOCUMENT: "is an OpenDocument file: save it as .docx",
    FileKind.DATABASE: "is a database, not a worksheet: send the notebook that stood beside it",
    FileKind.DAMAGED_ZIP: "is damaged: it is not a whole DOCX file",
}


def read_worksheet(name: str, raw: bytes) -> Submission:
    """What a returned file says, told by its content and not by its name.

    Raises ``UnreadableWorksheetError`` with the reason why it cannot be read.
    """
    if raw.startswith(ANSWERS_FILE):
        return read_answers_file(name, raw)
    file = inspect_file(raw)
    if file.kind is FileKind.DOCX:
        from cluster_kit.worksheets.read_document import read_word_worksheet

        return read_word_worksheet(name, raw)
    if file.kind in (FileKind.NOTEBOOK, FileKind.JSON) and file.text:
        return read_worksheet_notebook(name, file.text.text.encode())
    reason = _REASONS.get(file.kind) or explain_kind(file.kind, _WANTED).removesuffix(".")
    raise UnreadableWorksheetError(name, reason)
