"""Send a mailing, one message after the other. The log is complete at each moment, so a run can be repeated."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from cluster_kit.exports.message_email import finish_email, make_email
from cluster_kit.files import hold_folder, make_private_folder, report_write_errors
from cluster_kit.mail_account import MailAccount
from cluster_kit.mail_log import MAILINGS, MailEntry, MailLog, MailStatus
from cluster_kit.mailing.connection import ConnectionLostError, MailConnection, MailServerError, ServerReply
from cluster_kit.mailing.plan import Delivery, Mailing, PlannedEmail

# The waits before the server is tried again, in seconds.
RETRY_WAITS_S = (2.0, 10.0, 30.0)
MOST_FAILURES = 10
"""After so many messages in a row that the server did not accept, something else is wrong."""
_NOT_ACCEPTED = (Delivery.REFUSED, Delivery.DEFERRED)
Report = Callable[[PlannedEmail], None]


@dataclass(frozen=True)
class MailingResult:
    """Every message as it is now. ``stopped`` says why the run ended early; empty if it did not."""

    mailing: Mailing
    stopped: str = ""


@contextmanager
def hold_mailings(home: Path) -> Iterator[None]:
    """Keep other commands from sending until the block ends. Raises ``OutputError`` if one does."""
    with report_write_errors(home / MAILINGS):
        make_private_folder(home / MAILINGS)
    with hold_folder(home / MAILINGS, "Wait until it has finished."):
        yield


def send_mailing(
    mailing: Mailing,
    account: MailAccount,
    log: MailLog | None,
    report: Report,
    wait: Callable[[float], None] = time.sleep,
) -> MailingResult:
    """Send the messages that are waiting, and return what happened to each. ``report`` gets each one.

    A message that the server does not accept does not stop the others. The run stops if the server cannot be used or
    stays away, or refuses ten messages in a row; the rest is still waiting. Without a ``log``, as for a test, nothing
    is recorded. Raises ``OutputError`` if the log cannot be written.
    """
    done, stopped, failures = [], "", 0
    with _Sender(account, log, wait) as sender:
        for email in mailing.emails:
            now = email
            if email.delivery is Delivery.WAITING and not stopped:
                try:
                    now = sender.send(mailing.name, email)
                except (MailServerError, ConnectionLostError) as error:
                    stopped = str(error)
                else:
                    report(now)
                    failures = failures + 1 if now.delivery in _NOT_ACCEPTED else 0
            if failures == MOST_FAILURES and not stopped:
                stopped = f"The server did not accept {failures} messages in a row. Its last answer: {now.detail}."
            done.append(now)
    return MailingResult(replace(mailing, emails=tuple(done)), stopped)


@dataclass
class _Sender:
    """Sends messages over a connection, which it opens again when it is lost, at the account's pace."""

    account: MailAccount
    log: MailLog | None
    wait: Callable[[float], None]
    _stack: ExitStack = field(default_factory=ExitStack)
    _connection: MailConnection | None = None
    _was_connected: bool = False
    _next_at: float = 0.0

    def __enter__(self) -> _Sender:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def send(self, mailing: str, one: PlannedEmail) -> PlannedEmail:
        """Send one message. If the connection is lost before the server has the message, connect again and repeat."""
        email = make_email(one.message, self.account.sender, self.account.reply_to)
        data = finish_email(email, one.message_id, dt.datetime.now(dt.UTC))
        to = email["To"].addresses[0].addr_spec
        self._keep_pace()
        pauses = iter(RETRY_WAITS_S)
        while True:
            try:
                reply = self._connect().send(to, data, lambda: self._note(mailing, one, MailStatus.SENDING))
            except ConnectionLostError as error:
                self._stack.close()
                self._connection = None
                if error.may_have_arrived:
                    return replace(one, delivery=Delivery.UNCONFIRMED, detail=str(error))
                pause = next(pauses, None)
                if pause is None or not self._was_connected:
                    raise
                self.wait(pause)
            else:
                return self._finish(mailing, one, reply)

    def _finish(self, mailing: str, email: PlannedEmail, reply: ServerReply) -> PlannedEmail:
        if reply.is_accepted:
            status = MailStatus.SENT
        else:
            status = MailStatus.DEFERRED if reply.is_temporary else MailStatus.REFUSED
        detail = "" if reply.is_accepted else reply.text
        self._note(mailing, email, status, detail)
        return replace(email, delivery=Delivery(status.value), detail=detail)

    def _connect(self) -> MailConnection:
        if self._connection is None:
            self._connection = self._stack.enter_context(MailConnection.open(self.account))
            self._was_connected = True
        return self._connection

    def _keep_pace(self) -> None:
        now = time.monotonic()
        if now < self._next_at:
            self.wait(self._next_at - now)
        self._next_at = max(now, self._next_at) + 60 / self.account.per_minute

    def _note(self, mailing: str, email: PlannedEmail, status: MailStatus, detail: str = "") -> None:
        if self.log is None:
            return
        person = email.message.person
        entry = MailEntry(
            at=dt.datetime.now(dt.UTC),
            mailing=mailing,
            person=person.id,
            state=person.jurisdiction,
            to=person.email.strip(),
            status=status,
            message_id=email.message_id,
            detail=detail,
        )
        self.log.add(entry)
