"""Messages as emails (RFC 5322): for a mail program to open as a draft, and for a mail server."""

from __future__ import annotations

import datetime as dt
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from cluster_kit.documents.model import LANGUAGE
from cluster_kit.errors import ClusterKitError
from cluster_kit.exports.message_attachments import Attachment
from cluster_kit.exports.message_fields import one_line
from cluster_kit.exports.messages import AddressedMessage
from cluster_kit.mail_account import parse_mailbox

# Every server accepts lines of ASCII; not every one accepts others.
_POLICY = SMTP.clone(cte_type="7bit")
_HEADERS_OF_A_FILE = 300
_LINE, _ENCODED_LINE = 57, 78  # bytes of a file, and those that they become in base64, with the end of the line


class RecipientError(ClusterKitError, ValueError):
    """A person's address cannot receive mail."""

    def __init__(self, address: str) -> None:
        self.address = one_line(address)
        super().__init__(f"“{self.address}” is not an email address.")


class EmailHeaderError(ClusterKitError, ValueError):
    """A name or a subject would have added a header."""

    def __init__(self, to: str) -> None:
        super().__init__(f"The headers of the email to {one_line(to)} are not valid. Change the name or the subject.")


def make_email(
    message: AddressedMessage, sender: Address | None, reply_to: Address | None = None, *, has_files: bool = True
) -> EmailMessage:
    """The message as an email with text, HTML, and files, without a date and an id. Raises ``RecipientError``.

    No text from people can add a header: each is one line without encoded words (RFC 2047), whose line breaks some
    versions of the library write as they are.
    """
    to = parse_mailbox(_header_text(message.person.name), message.person.email)
    if to is None:
        raise RecipientError(message.person.email)
    email = EmailMessage(policy=_POLICY)
    if sender:
        email["From"] = sender
    if reply_to:
        email["Reply-To"] = reply_to
    email["To"] = to
    email["Subject"] = _header_text(message.written.subject)
    email.set_content(message.written.text)
    page = f'<!doctype html>\n<html lang="{LANGUAGE}">\n<head><meta charset="utf-8"></head>\n'
    email.add_alternative(f"{page}<body>\n{message.written.html}\n</body>\n</html>\n", subtype="html")
    for file in message.attachments if has_files else ():
        _attach(email, file)
    email["Content-Language"] = LANGUAGE  # last: the methods above move it into a part
    return email


def make_draft(message: AddressedMessage, sender: Address | None) -> bytes:
    """The message as an ``.eml`` file, which Outlook and Thunderbird open for sending. Raises ``RecipientError``."""
    email = make_email(message, sender)
    email["X-Unsent"] = "1"
    return _to_bytes(email)


def finish_email(email: EmailMessage, message_id: str, now: dt.datetime) -> bytes:
    """The email for a mail server, with its id and date."""
    email["Message-ID"] = message_id
    email["Date"] = format_datetime(now)
    return _to_bytes(email)


def estimate_size(message: AddressedMessage, sender: Address | None = None) -> int:
    """The bytes of the email, within a few hundred per file. Files are not read. Raises ``RecipientError``."""
    files = (-(-file.size // _LINE) * _ENCODED_LINE + _HEADERS_OF_A_FILE for file in message.attachments)
    return len(make_email(message, sender, has_files=False).as_bytes()) + sum(files)


def _header_text(typed: str) -> str:
    """Typed text for a header: one line that cannot be read as encoded words."""
    return one_line(typed).replace("=?", "= ?")


def _to_bytes(email: EmailMessage) -> bytes:
    """The email as it is sent. Raises ``EmailHeaderError`` if it has more headers than were set."""
    data = email.as_bytes()
    lines = data.partition(b"\r\n\r\n")[0].split(b"\r\n")
    if sum(not line.startswith((b" ", b"\t")) for line in lines) != len(email.keys()):
        raise EmailHeaderError(str(email["To"]))
    return data


def _attach(email: EmailMessage, file: Attachment) -> None:
    main, _, sub = file.kind.partition("/")
    params = {"method": "PUBLISH", "charset": "utf-8"} if file.kind == "text/calendar" else None
    email.add_attachment(file.read(), maintype=main, subtype=sub, filename=file.name, params=params)
