"""A returned file, whatever it is called: a notebook, a DOCX file, answers from a page of forms, or none of these."""

from __future__ import annotations

from cluster_kit.worksheets.errors import UnreadableWorksheetError
from cluster_kit.worksheets.read_notebook import read_worksheet_notebook
from cluster_kit.worksheets.returned import Submission
from cluster_kit.worksheets.typed import ANSWERS_FILE, read_answers_file

_KNOWN = (
    (b"%PDF", "is a PDF file: answers on paper or in a PDF have to be typed into the session's page"),
    (b"\xd0\xcf\x11\xe0", "is in the old Word format, or is protected with a password: save it as .docx, without one"),
    (b"SQLite format 3", "is a database, not a worksheet: send the notebook that stood beside it"),
    (b"{\\rtf", "is in rich text format, which loses the answers' places: save it as .docx"),
)


def read_worksheet(name: str, raw: bytes) -> Submission:
    """What a returned file says, told by its content and not by its name.

    Raises ``UnreadableWorksheetError`` with the reason why it cannot be read.
    """
    if not raw.strip():
        raise UnreadableWorksheetError(name, "is empty")
    for begins, reason in _KNOWN:
        if raw.startswith(begins):
            raise UnreadableWorksheetError(name, reason)
    if raw.startswith(b"PK"):
        from cluster_kit.worksheets.read_document import read_word_worksheet

        return read_word_worksheet(name, raw)
    if raw.startswith(ANSWERS_FILE):
        return read_answers_file(name, raw)
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return read_worksheet_notebook(name, raw)
    raise UnreadableWorksheetError(name, "is neither a notebook nor a DOCX file")
