"""A connection to a mail server, which says for each message whether the server accepted it.

``smtplib.SMTP.sendmail`` does not tell a connection that was lost before the server could accept a message from one
that was lost after it may have. Here the end of the message is sent separately, after ``before_end`` was called.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from cluster_kit.errors import ClusterKitError
from cluster_kit.exports.message_fields import one_line
from cluster_kit.mail_account import MailAccount
from cluster_kit.text import format_size

TIMEOUT_S = 60.0
LONGEST_REPLY = 300
_CLOSING = 421
_CONTINUE = 354


class MailServerError(ClusterKitError, RuntimeError):
    """The mail server cannot be used: wrong address, certificate, or login, or it refuses the sender."""


class ConnectionLostError(ClusterKitError, ConnectionError):
    """The connection ended. ``may_have_arrived``: the server had the whole message, and did not answer."""

    def __init__(self, reason: str, *, may_have_arrived: bool = False) -> None:
        self.may_have_arrived = may_have_arrived
        super().__init__(reason)


@dataclass(frozen=True)
class ServerReply:
    """The server's answer to a message."""

    code: int
    text: str

    @property
    def is_accepted(self) -> bool:
        """True if the server took the message."""
        return 200 <= self.code < 300

    @property
    def is_temporary(self) -> bool:
        """True if the same message may be accepted later."""
        return 400 <= self.code < 500


class MailConnection:
    """An open connection, logged in. Use it with ``with``."""

    def __init__(self, smtp: smtplib.SMTP, account: MailAccount) -> None:
        self._smtp, self._account = smtp, account
        self._is_idle = True

    @classmethod
    def open(cls, account: MailAccount, timeout_s: float = TIMEOUT_S) -> Self:
        """Connect and log in. Never without encryption, unless the account says so.

        Raises ``MailServerError``, and ``ConnectionLostError`` if the server cannot be reached now.
        """
        where = f"{account.server}:{account.port}"
        try:
            return cls(_connect(account, timeout_s), account)
        except ssl.SSLError as error:
            reason = getattr(error, "verify_message", "") or error.reason or error
            raise MailServerError(f"{where} cannot be used over TLS: {one_line(str(reason))}.") from error
        except smtplib.SMTPServerDisconnected as error:
            raise ConnectionLostError(f"{where} ended the connection: {_explain(error)}.") from error
        except smtplib.SMTPAuthenticationError as error:
            raise MailServerError(f"{where} refuses the login: {_explain(error)}.") from error
        except smtplib.SMTPException as error:
            if isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < 500:
                raise ConnectionLostError(f"{where} is not available: {_explain(error)}.") from error
            raise MailServerError(f"{where} cannot be used as [mail] says: {_explain(error)}.") from error
        except OSError as error:
            raise ConnectionLostError(f"{where} cannot be reached: {_explain(error)}.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # which smtplib's exceptions are
            if self._is_idle:  # within a message, QUIT would be a line of it
                self._smtp.quit()
        self._smtp.close()

    def send(self, recipient: str, data: bytes, before_end: Callable[[], None]) -> ServerReply:
        """Send one message, and return the server's answer. ``before_end`` is called before it can be accepted.

        Raises ``ConnectionLostError``, and ``MailServerError`` if the server refuses the sender.
        """
        limit = int(self._smtp.esmtp_features.get("size") or 0)
        if 0 < limit < len(data):
            return ServerReply(
                552, f"The message has {format_size(len(data))}; the server accepts {format_size(limit)}"
            )
        self._is_idle = False
        try:
            refused = self._begin(recipient)
            if refused is None:
                self._smtp.send(_stuff_dots(data))
        except OSError as error:
            raise ConnectionLostError(f"The connection was lost: {_explain(error)}.") from error
        if refused is not None:
            return refused
        before_end()
        try:
            self._smtp.send(b".\r\n")
            code, text = self._smtp.getreply()
        except OSError as error:
            raise ConnectionLostError(f"The connection was lost: {_explain(error)}.", may_have_arrived=True) from error
        self._is_idle = True
        return ServerReply(code, _read(code, text))

    def _begin(self, recipient: str) -> ServerReply | None:
        """Announce a message. None if the server waits for it, else why not."""
        sender = self._account.sender.addr_spec
        code, text = self._smtp.mail(sender)
        if 500 <= code < 600:
            raise MailServerError(f"The mail server refuses the sender {sender}: {_read(code, text)}.")
        if code < 300:
            code, text = self._smtp.rcpt(recipient)
        if code < 300:
            code, text = self._smtp.docmd("DATA")
        if code == _CONTINUE:
            return None
        if code == _CLOSING:
            raise ConnectionLostError(f"The server ended the connection: {_read(code, text)}.")
        with suppress(OSError):  # the next message finds that the connection is lost
            self._smtp.rset()
            self._is_idle = True
        return ServerReply(code, _read(code, text))


def _connect(account: MailAccount, timeout_s: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if account.security == "ssl":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(account.server, account.port, timeout=timeout_s, context=context)
    else:
        smtp = smtplib.SMTP(account.server, account.port, timeout=timeout_s)
    try:
        if account.security == "starttls":
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if account.username:
            smtp.login(account.username, account.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _stuff_dots(data: bytes) -> bytes:
    """The message with a dot before each line that begins with one (RFC 5321, 4.5.2), ending in a line's end."""
    text = data.replace(b"\r\n.", b"\r\n..")
    text = b"." + text if text.startswith(b".") else text
    return text if text.endswith(b"\r\n") else text + b"\r\n"


def _read(code: int, text: bytes | str) -> str:
    """The server's answer in one line."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {one_line(words)[:LONGEST_REPLY]}".rstrip(".")


def _explain(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _read(error.smtp_code, error.smtp_error)
    known = error.strerror if isinstance(error, OSError) else None
    return one_line(known or str(error) or type(error).__name__).rstrip(".")
