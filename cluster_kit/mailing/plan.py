"""What a mailing would send: each person's message with its size, and why others do not get one."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import make_msgid
from enum import StrEnum

from cluster_kit.errors import UsageError
from cluster_kit.exports.message_email import RecipientError, estimate_size
from cluster_kit.exports.message_sheets import choose_previews, hide_link
from cluster_kit.exports.messages import AddressedMessage, MessageBatch, MessagePlan
from cluster_kit.mail_account import MailAccount, parse_mailbox
from cluster_kit.mail_log import MailEntry, MailLog, MailStatus
from cluster_kit.store import Person, Store
from cluster_kit.store.models import email_key
from cluster_kit.text import format_size

LOCAL_DOMAIN = "localhost"


class Delivery(StrEnum):
    """What is to happen, or has happened, to a message. ``UNCONFIRMED``: it may have arrived."""

    WAITING = "waiting"
    SENT = "sent"
    ALREADY_SENT = "already_sent"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"
    DEFERRED = "deferred"
    NOT_VALID = "not_valid"


@dataclass(frozen=True)
class PlannedEmail:
    """A message to one person. ``size`` is in bytes; ``message_id`` is the same if an attempt is repeated.

    ``detail`` says when it was sent, or why it is not.
    """

    message: AddressedMessage
    delivery: Delivery
    size: int = 0
    message_id: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Mailing:
    """A message to all its recipients on one day. ``name`` identifies it in the log."""

    name: str
    batch: MessageBatch
    emails: tuple[PlannedEmail, ...]

    @property
    def waiting(self) -> tuple[PlannedEmail, ...]:
        """The messages to send."""
        return tuple(email for email in self.emails if email.delivery is Delivery.WAITING)

    @property
    def shared_addresses(self) -> tuple[str, ...]:
        """The addresses to which messages to several people would go."""
        counts = Counter(email_key(one.message.person.email) for one in self.waiting)
        return tuple(sorted(address for address, count in counts.items() if count > 1))

    def count(self, delivery: Delivery) -> int:
        """How many messages have this state."""
        return sum(email.delivery is delivery for email in self.emails)


@dataclass(frozen=True)
class RepeatChoice:
    """Whether to send again to those who have the message (``sent``), or may have it (``unconfirmed``)."""

    sent: bool = False
    unconfirmed: bool = False


def choose_batch(plan: MessagePlan, day: dt.date | None) -> MessageBatch:
    """The messages for one day. Raises ``UsageError`` if there are several days and none is given."""
    days = ", ".join(batch.day.isoformat() for batch in plan.batches)
    if day is None and len(plan.batches) > 1:
        raise UsageError(f"The message is sent on {days}. Choose one with --send-on.")
    found = next((batch for batch in plan.batches if day in (None, batch.day)), None)
    if found is None:
        raise UsageError(f"The message is not sent on {day}. It is sent on {days}.")
    return found


def plan_mailing(
    batch: MessageBatch, account: MailAccount | None, log: MailLog, store: Store, repeat: RepeatChoice | None
) -> Mailing:
    """What would be sent now. Without an account, limits are the default ones. Nothing is changed."""
    past = _find_past(log, batch.name, store)
    emails = [_plan_email(message, batch.name, account, past, repeat or RepeatChoice()) for message in batch.messages]
    return Mailing(batch.name, batch, tuple(emails))


def plan_test(batch: MessageBatch, address: str, account: MailAccount | None) -> Mailing:
    """Up to three of the messages, all to one address of staff, without personal links. They are not logged.

    Raises ``UsageError`` if ``address`` is not an email address.
    """
    if parse_mailbox("", address) is None:
        raise UsageError(f"“{address}” is not an email address.")
    domain = account.sender.domain if account else LOCAL_DOMAIN
    emails = []
    for number, one in enumerate(choose_previews(batch.messages), start=1):
        written = hide_link(one.written)
        written = replace(written, subject=f"[Test, {one.state}] {written.subject}")
        person = Person(id=f"test-{number}", series=one.person.series, jurisdiction="", name="", email=address)
        message = replace(one, person=person, written=written)
        emails.append(PlannedEmail(message, Delivery.WAITING, estimate_size(message), make_msgid(domain=domain)))
    return Mailing(f"{batch.name}-test", batch, tuple(emails))


def _find_past(log: MailLog, mailing: str, store: Store) -> Mapping[str, Sequence[MailEntry]]:
    """The entries of a mailing by person. Those of an id that was merged count for the person who was kept."""
    found: dict[str, list[MailEntry]] = {}
    for entry in log.entries:
        if entry.mailing == mailing:
            kept = store.find_person(entry.person)
            found.setdefault(kept.id if kept else entry.person, []).append(entry)
    return found


def _plan_email(
    message: AddressedMessage,
    mailing: str,
    account: MailAccount | None,
    past: Mapping[str, Sequence[MailEntry]],
    repeat: RepeatChoice,
) -> PlannedEmail:
    entries = past.get(message.person.id, ())
    sent = [entry for entry in entries if entry.status is MailStatus.SENT]
    if sent and not repeat.sent:
        return PlannedEmail(message, Delivery.ALREADY_SENT, detail=f"sent {_format_time(sent[-1].at)}")
    if entries and entries[-1].status is MailStatus.SENDING and not (repeat.unconfirmed or repeat.sent):
        detail = f"may have arrived {_format_time(entries[-1].at)}, when a run was interrupted"
        return PlannedEmail(message, Delivery.UNCONFIRMED, detail=detail)
    try:
        size = estimate_size(message, account.sender if account else None)
    except RecipientError as error:
        return PlannedEmail(message, Delivery.NOT_VALID, detail=str(error))
    largest = account.largest if account else MailAccount.largest
    if size > largest:
        detail = f"{format_size(size)} is more than {format_size(largest)}."
        return PlannedEmail(message, Delivery.NOT_VALID, size, detail=detail)
    domain = account.sender.domain if account else LOCAL_DOMAIN
    return PlannedEmail(message, Delivery.WAITING, size, _message_id(mailing, message.person, sent, domain))


def _message_id(mailing: str, person: Person, sent: Collection[MailEntry], domain: str) -> str:
    """An id that stays the same until the message was sent, so that mail servers recognize a repeated attempt."""
    what = "\0".join((person.series, mailing, person.id, str(len(sent))))
    return f"<{hashlib.sha256(what.encode()).hexdigest()[:32]}@{domain}>"


def _format_time(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
