"""The account from which messages are sent, as ``[mail]`` in ``settings.toml`` sets it. Without it, nothing is sent."""

from __future__ import annotations

import os
import re
import stat
import sys
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import getaddresses
from pathlib import Path
from typing import Any, Literal

from cluster_kit.errors import ClusterKitError

PASSWORD_VARIABLE = "CLUSTER_KIT_MAIL_PASSWORD"  # noqa: S105  (the variable's name)
MOST_PER_MINUTE = 600
MOST_MEGABYTES = 100
PORTS = {"starttls": 587, "ssl": 465, "none": 25}
Security = Literal["starttls", "ssl", "none"]
_LOCAL = ("localhost", "127.0.0.1", "::1")
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_FORMS: dict[str, tuple[str, str]] = {
    "server": (r"[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,250}[A-Za-z0-9])?|::1", '"smtp.example.org"'),
    "security": ("|".join(PORTS), '"starttls", "ssl", or "none"'),
    "username": (r"[^\x00-\x1f\x7f]{1,200}", '"workshops@example.org"'),
    "password_file": (r"[^\x00-\x1f\x7f]{1,500}", '"mail-password"'),
    "from": (r"[^\x00-\x1f\x7f]{3,300}", '"Workshop team <workshops@example.org>"'),
    "reply_to": (r"[^\x00-\x1f\x7f]{3,300}", '"robin.sample@example.org"'),
}
_NUMBERS = {"port": 65_535, "per_minute": MOST_PER_MINUTE, "largest_mb": MOST_MEGABYTES}


class MailAccountError(ClusterKitError, ValueError):
    """A value of ``[mail]`` cannot be used. ``key`` is the setting."""

    def __init__(self, key: str, problem: str) -> None:
        self.key = key
        super().__init__(problem)


@dataclass(frozen=True)
class MailAccount:
    """A mail server, the login, and the sender.

    ``username`` empty: no login. ``reply_to`` None: replies go to the sender.
    ``per_minute`` is the most messages to send in a minute, ``largest`` the most bytes of one message.
    """

    server: str
    port: int
    security: Security
    sender: Address
    reply_to: Address | None = None
    username: str = ""
    password: str = field(default="", repr=False)
    per_minute: int = 30
    largest: int = 20_000_000


def parse_mailbox(name: str, address: str) -> Address | None:
    """The name and address for the header of a message; None if the address cannot receive mail.

    A domain with letters outside of ASCII is written in its ASCII form. The name must be one line.
    """
    local, at, domain = address.strip().rpartition("@")
    try:
        written = f"{local}{at}{domain.encode('idna').decode('ascii')}"
        return Address(name, addr_spec=written) if _MAILBOX.fullmatch(written) else None
    except (UnicodeError, ValueError, HeaderParseError):
        return None


def read_mail_account(table: object, home: Path) -> MailAccount | None:
    """The account of a ``[mail]`` table; None if it is empty. Raises ``MailAccountError``.

    The password is in the environment variable, else in the file that the table names, which only its owner can read.
    """
    if not isinstance(table, dict):
        raise MailAccountError("mail", 'mail is not a table; write [mail] and, below it, server = "smtp.example.org"')
    if not table:
        return None
    _check_values(table)
    server, security = table.get("server", ""), table.get("security", "starttls")
    if not server or "from" not in table:
        key = "from" if server else "server"
        raise MailAccountError(f"mail.{key}", f"[mail] has no {key}; write {key} = {_FORMS[key][1]}")
    username = table.get("username", "")
    if security == "none" and server not in _LOCAL:
        problem = "security none is for a mail server on this machine; write starttls or ssl for any other"
        raise MailAccountError("mail.security", problem)
    return MailAccount(
        server=server,
        port=table.get("port", PORTS[security]),
        security=security,
        sender=_parse_sender("from", table["from"]),
        reply_to=_parse_sender("reply_to", table["reply_to"]) if "reply_to" in table else None,
        username=username,
        password=_read_password(table, home) if username else "",
        per_minute=table.get("per_minute", MailAccount.per_minute),
        largest=table.get("largest_mb", MailAccount.largest // 1_000_000) * 1_000_000,
    )


def _check_values(table: dict[str, Any]) -> None:
    for key, value in table.items():
        if key in _NUMBERS:
            is_number = isinstance(value, int) and not isinstance(value, bool)
            if not is_number or not 1 <= value <= _NUMBERS[key]:
                raise MailAccountError(
                    f"mail.{key}", f"{key} in [mail] is not a whole number from 1 to {_NUMBERS[key]}"
                )
        elif key == "password":
            how = f"put it into the environment variable {PASSWORD_VARIABLE}, or into a file that password_file names"
            raise MailAccountError("mail.password", f"a password in [mail] could be read by others; {how}")
        elif key not in _FORMS:
            known = ", ".join([*_FORMS, *_NUMBERS])
            raise MailAccountError(f"mail.{key}", f"unknown key {key!r} in [mail]; it has {known} only")
        elif not isinstance(value, str) or not re.fullmatch(_FORMS[key][0], value):
            raise MailAccountError(f"mail.{key}", f"{key} in [mail] cannot be used; write {key} = {_FORMS[key][1]}")


def _parse_sender(key: str, text: str) -> Address:
    given = getaddresses([text])
    found = parse_mailbox(*given[0]) if len(given) == 1 else None
    if found is None:
        raise MailAccountError(f"mail.{key}", f"{key} in [mail] is not an address; write {key} = {_FORMS[key][1]}")
    return found


def _read_password(table: dict[str, Any], home: Path) -> str:
    if given := os.environ.get(PASSWORD_VARIABLE):
        return given
    named = str(table.get("password_file", ""))
    if not named:
        problem = f"the login has no password; set the environment variable {PASSWORD_VARIABLE}, or password_file"
        raise MailAccountError("mail.username", problem)
    path = home / named
    try:
        if sys.platform != "win32" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            problem = f"{path} can be read by others; restrict it with: chmod 600 {path}"
            raise MailAccountError("mail.password_file", problem)
        password = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise MailAccountError("mail.password_file", f"{path} cannot be read ({reason})") from error
    if not password:
        raise MailAccountError("mail.password_file", f"{path} is empty; write the password into it")
    return password
