"""A real mail server on this machine, which can refuse people, end connections, and ask for a login."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from cluster_kit.mail_account import MailAccount
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store

USERNAME, PASSWORD = "workshops@example.org", "correct-horse-battery"
SENDER = Address("Workshop team", addr_spec=USERNAME)
PEOPLE = (("p1", "GU", "Mora, Cy", "cy@guam.example"), ("p2", "OH", "Ana Ruiz", "ana@ohio.example"))
PEOPLE = (*PEOPLE, ("p3", "TN", "Zoë “Di” Neal", "di@tn.example"))


@dataclass
class MailServer:
    """The server's inbox, and how it misbehaves. ``drops`` and ``silences`` count down with each message.

    ``drops``: connections that end before a message is accepted. ``silences``: messages that are accepted without an
    answer. ``hold``: wait for ``released`` before a message is accepted.
    """

    port: int = 0
    inbox: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    logins: list[bytes] = field(default_factory=list)
    drops: int = 0
    silences: int = 0
    answers: list[str] = field(default_factory=list)
    on_data: Callable[[int], None] = lambda count: None

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.senders.append(address)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        if self.drops:
            self.drops -= 1
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        if self.answers:
            return self.answers.pop(0)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.inbox.append(message)
        self.raw.append(envelope.content)
        self.recipients += envelope.rcpt_tos
        self.on_data(len(self.inbox))
        if self.silences:
            self.silences -= 1
            server.transport.abort()
        return "250 OK"

    def login(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


Serve = Callable[..., MailServer]


@pytest.fixture
def serve(certificate: Path) -> Iterator[Serve]:
    """Start a mail server: ``serve("starttls")``, ``"ssl"``, or ``"none"``. It is stopped after the test."""
    started: list[Controller] = []

    def start(security: str = "none", port: int = 0) -> MailServer:
        server = MailServer(port or _free_port())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        options: dict[str, Any] = {"authenticator": server.login, "auth_required": security == "starttls"}
        if security == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        elif security == "ssl":
            options |= {"ssl_context": context, "auth_require_tls": False}
        controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
        controller.start()
        started.append(controller)
        return server

    yield start
    for controller in started:
        controller.stop()
    assert threading.active_count() < 20


def account_of(running: MailServer, **rest: Any) -> MailAccount:
    """The account for a server without a login, which sends as fast as it can."""
    given = {
        "server": "127.0.0.1",
        "port": running.port,
        "security": "none",
        "sender": SENDER,
        "per_minute": 60_000_000,
    }
    return MailAccount(**{**given, **rest})


def add_people(settings: Settings, people: tuple[tuple[str, str, str, str], ...] = PEOPLE) -> None:
    with Store.open(settings.db_url) as store:
        for number, code, name, email in people:
            store.add_person(Person(id=number, series="2026", jurisdiction=code, name=name, email=email))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
