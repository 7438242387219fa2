"""Files of messages: a merge sheet for each day as CSV and Excel, drafts for a mail program, and previews to read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from email.headerregistry import Address
from html import escape
from pathlib import Path

import pandas as pd

from cluster_kit.documents.model import LANGUAGE
from cluster_kit.errors import UsageError
from cluster_kit.exports.invitations import name_slug
from cluster_kit.exports.message_attachments import Attachment
from cluster_kit.exports.message_email import RecipientError, make_draft
from cluster_kit.exports.message_fields import find_first_name, format_long_date, one_line
from cluster_kit.exports.message_text import WrittenMessage
from cluster_kit.exports.messages import AddressedMessage, MessageBatch
from cluster_kit.exports.tables import guard_formulas
from cluster_kit.files import PRIVATE, report_write_errors, write_atomically
from cluster_kit.spreadsheets import FittedWorkbook
from cluster_kit.web.tokens import COLORS

SHEET_FORMATS = ("csv", "xlsx", "eml")
FILES = "files"
PREVIEWS = 3
HIDDEN_LINK = "your-personal-link"
_COLUMNS = {
    "send_on": 12,
    "email": 30,
    "first_name": 16,
    "name": 24,
    "state": 20,
    "jurisdiction": 12,
    "subject": 40,
    "text": 60,
    "html": 60,
    "attachments": 40,
}
_TOKEN = re.compile(r"(?<=/join#)[\w.~-]+|(?<=/withdraw\?registration=)[\w.~-]+")
_LONGEST_CELL = 32_767


def write_message_files(
    batches: Sequence[MessageBatch], out: Path, formats: Sequence[str], sender: Address | None = None
) -> list[Path]:
    """Write the files of every day to the folder, and return the paths.

    A sheet has one row per person: when to send, the address, and the subject, text, and HTML of the message. No cell
    is read as a formula. A draft is an email to one person, with its files; a person with an address that cannot
    receive mail has none. Files that are made for the message are written beside the sheets. Sheets and drafts contain
    personal links, so only their owner can read them; previews contain none. Raises ``UsageError``.
    """
    for unknown in set(formats) - set(SHEET_FORMATS):
        raise UsageError(f"--formats cannot be {unknown!r}. It can be one or more of {', '.join(SHEET_FORMATS)}.")
    written = []
    for batch in batches:
        for name, data in _files(batch, out, formats, sender):
            with report_write_errors(out / name):
                write_atomically(out / name, data, mode=PRIVATE)
            written.append(out / name)
    return written


def _files(
    batch: MessageBatch, out: Path, formats: Sequence[str], sender: Address | None
) -> Iterator[tuple[str, bytes]]:
    """The name and content of each file of one day."""
    made = {file.name: file for message in batch.messages for file in message.attachments if file.path is None}
    yield from ((f"{FILES}/{file.name}", file.made) for file in made.values())
    rows = [_row(batch, message, out) for message in batch.messages]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS), dtype="string")
    if "csv" in formats:
        yield f"{batch.name}.csv", guard_formulas(frame).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
    if "xlsx" in formats:
        yield f"{batch.name}.xlsx", _workbook(frame)
    if "eml" in formats:
        yield from _drafts(batch, sender)
    for one in choose_previews(batch.messages):
        name = f"{batch.name}-preview-{one.person.jurisdiction}"
        yield f"{name}.txt", _hide(f"Subject: {one.written.subject}\n\n{one.written.text}").encode()
        yield f"{name}.html", _hide(_preview(batch, one)).encode()


def _drafts(batch: MessageBatch, sender: Address | None) -> Iterator[tuple[str, bytes]]:
    for message in batch.messages:
        person = message.person
        name = f"{batch.name}-drafts/{person.jurisdiction}-{name_slug(person.name)}-{person.id[-4:]}.eml"
        with suppress(RecipientError):
            yield name, make_draft(message, sender)


def hide_link(written: WrittenMessage) -> WrittenMessage:
    """The message without the token of the personal link, for someone else to read."""
    return WrittenMessage(written.subject, _hide(written.text), _hide(written.html))


def choose_previews(messages: Sequence[AddressedMessage]) -> list[AddressedMessage]:
    """The first message, and the next ones that say something else to another state, up to three."""
    chosen: dict[str, AddressedMessage] = {}
    for message in messages:
        chosen.setdefault(message.person.jurisdiction, message)
    first = list(chosen.values())
    step = max(len(first) / PREVIEWS, 1)
    return [first[int(place * step)] for place in range(min(PREVIEWS, len(first)))]


def _place(file: Attachment, out: Path) -> str:
    """Where the file is: a packet's own place, or beside the sheets."""
    return str(file.path or (out / FILES / file.name).resolve())


def _row(batch: MessageBatch, message: AddressedMessage, out: Path) -> dict[str, str]:
    name = one_line(message.person.name)
    return {
        "send_on": batch.day.isoformat(),
        "email": one_line(message.person.email),
        "first_name": find_first_name(name),
        "name": name,
        "state": message.state,
        "jurisdiction": message.person.jurisdiction,
        "subject": message.written.subject,
        "text": message.written.text,
        "html": message.written.html,
        "attachments": "; ".join(_place(file, out) for file in message.attachments),
    }


def _workbook(frame: pd.DataFrame) -> bytes:
    """The table as a workbook with filters, in which every cell is text."""
    written = io.BytesIO()
    with FittedWorkbook(written) as book:
        sheet = book.add_worksheet("Messages")
        head = book.add_format({"bold": True, "bg_color": COLORS["accent"], "font_color": COLORS["paper"]})
        cell = book.add_format({"valign": "top", "quote_prefix": True, "num_format": "@"})
        for column, (name, width) in enumerate(_COLUMNS.items()):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, head)
            for row, value in enumerate(frame[name], start=1):
                if len(value) > _LONGEST_CELL:
                    raise UsageError("A message is longer than a cell of a workbook. Shorten it, or use --formats csv.")
                if value:
                    sheet.write_string(row, column, value, cell)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(frame), 1), len(_COLUMNS) - 1)
    return written.getvalue()


def _preview(batch: MessageBatch, message: AddressedMessage) -> str:
    """A page with the message as one person receives it."""
    about = {"To": f"{one_line(message.person.name)}, {message.state}", "Send on": format_long_date(batch.day)}
    rows = "\n".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in about.items())
    style = (
        f"body {{ margin: 2rem auto; max-width: 42rem; padding: 0 1rem; font-family: Arial, Helvetica, sans-serif;"
        f" color: {COLORS['ink']}; background: {COLORS['paper']} }}"
        f" dl {{ border-bottom: 1px solid {COLORS['line']}; padding-bottom: 1rem }} dt {{ font-weight: bold }}"
        f" h1 {{ font-size: 1.4rem }} a {{ overflow-wrap: anywhere }}"
    )
    subject = escape(message.written.subject)
    return (
        f'<!doctype html>\n<html lang="{LANGUAGE}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{subject}</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{subject}</h1>\n<dl>\n{rows}\n</dl>\n"
        f"{message.written.html}\n</main>\n</body>\n</html>\n"
    )


def _hide(text: str) -> str:
    """The text without the tokens of personal links."""
    return _TOKEN.sub(HIDDEN_LINK, text)
