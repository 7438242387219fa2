"""Reads a returned PDF worksheet from its form fields."""

from __future__ import annotations

import re
from collections import defaultdict

from cluster_kit.content.prompt_kinds import NAME_LABEL, ROLE_LABEL
from cluster_kit.documents.form_values import UnreadableFormError, read_form_values
from cluster_kit.exercises.typed_answers import WorksheetId
from cluster_kit.worksheets.errors import UnreadableWorksheetError
from cluster_kit.worksheets.marks import OTHER_KEY, FieldToken
from cluster_kit.worksheets.pdf_fields import NAME_KEY, ROLE_KEY
from cluster_kit.worksheets.returned import FilledField, Submission
from cluster_kit.worksheets.values import OTHER_LABEL

_OPTION = re.compile("o[0-9a-f]{6}")
_NO_FORM = (
    "is a PDF without form fields: it was printed, scanned, flattened, or saved by LibreOffice. Send the file that was"
    " saved from the form, or type the answers into your state's page"
)


def read_pdf_worksheet(name: str, raw: bytes) -> Submission:
    """The answers in the form. Raises ``UnreadableWorksheetError`` if it is damaged or not a worksheet."""
    try:
        values = read_form_values(raw)
    except UnreadableFormError as error:
        raise UnreadableWorksheetError(name, error.reason) from None
    if not values:
        raise UnreadableWorksheetError(name, _NO_FORM)
    head = next(filter(None, (WorksheetId.find(field) for field, _ in values)), None)
    if head is None:
        raise UnreadableWorksheetError(name, "is a PDF form, but no worksheet of this kit")
    return Submission(head, tuple(_join(values)))


def _join(values: list[tuple[str, str]]) -> list[FilledField]:
    """The fields of each answer as one text, in the form's order."""
    lines: defaultdict[FieldToken, list[str]] = defaultdict(list)
    for field, value in values:
        own = field.rpartition(".")[2].replace("_", ".")
        if mark := FieldToken.find(own):
            lines[mark].append(_line(own.partition("+")[2], value))
    return [FilledField(mark, "\n".join(filter(None, texts))) for mark, texts in lines.items()]


def _line(part: str, value: str) -> str:
    """A field's value as in the other formats: a line with a box for a choice, a label for a name."""
    part, text = f"+{part}", " ".join(value.split())
    if part in (NAME_KEY, ROLE_KEY):
        return f"{NAME_LABEL if part == NAME_KEY else ROLE_LABEL} {text}" if text else ""
    if part == OTHER_KEY:
        return f"- [x] {OTHER_LABEL} {text}" if text else ""
    if part != "+":
        return f"- [{'x' if value else ' '}] {part}"
    return f"- [x] +{value[1:]}" if _OPTION.fullmatch(value) else value
