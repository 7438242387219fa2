"""``cluster-kit messages send`` and ``sent``: send a message over a mail server, and list what was sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import print_json
from cluster_kit.cli.messages_common import (
    Calendar,
    FieldValues,
    MessageId,
    MessageOptions,
    PacketFormats,
    Packets,
    Zipped,
    messages_app,
    plan_from_options,
    read_pack_of,
    report_left_out,
    warn_of_past,
)
from cluster_kit.cli.options import (
    Address,
    CallReport,
    Db,
    Home,
    Json,
    LinkDays,
    OnlyJurisdictions,
    Series,
    SessionNumber,
    open_store,
    read_settings,
)
from cluster_kit.cli.results import print_object
from cluster_kit.settings import Settings, SettingsFileError
from cluster_kit.text import count_of, format_size

if TYPE_CHECKING:
    from cluster_kit.exports.messages import MessagePlan
    from cluster_kit.mail_account import MailAccount
    from cluster_kit.mailing.delivery import MailingResult
    from cluster_kit.mailing.plan import Delivery, Mailing, PlannedEmail

NOT_SET_UP = 'no mail server is set, so nothing is sent; write [mail] and, below it, server = "..." and from = "..."'
# In words, by the value of ``Delivery``.
_SHOWN = {
    "waiting": "to send",
    "sent": "sent",
    "already_sent": "has it",
    "unconfirmed": "unconfirmed",
    "refused": "refused",
    "deferred": "deferred",
    "not_valid": "not valid",
}


@messages_app.command("send")
def send_messages_command(  # noqa: PLR0913  (each is an option of the command)
    message: MessageId,
    *,
    session: SessionNumber,
    send: Annotated[
        bool, typer.Option("--send", help="Send the messages. Without it, nothing is sent: the command shows them.")
    ] = False,
    test_to: Annotated[str, typer.Option(help="Send up to three of the messages to this address of yours.")] = "",
    send_on: Annotated[
        str, typer.Option(help="The day, such as 2026-03-19, of a message that is sent on several days.")
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="Also send to people who have the message.")] = False,
    retry_unconfirmed: Annotated[
        bool, typer.Option("--retry-unconfirmed", help="Also send to people who may have the message.")
    ] = False,
    address: Address = "",
    field: FieldValues = None,
    jurisdiction: OnlyJurisdictions = "",
    packets: Packets = None,
    packet_formats: PacketFormats = "",
    calendar: Calendar = False,
    zipped: Zipped = False,
    days: LinkDays = None,
    call: CallReport = None,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Send a message to each recipient by email.

    Without --send, the command lists who would get what, and sends nothing. The mail server is in settings.toml. What
    was sent is recorded: a repeated command continues where the last one ended, and sends to no one twice. The exit
    code is 1 if someone did not get the message.
    """
    from cluster_kit.mail_log import MailLog
    from cluster_kit.mailing.delivery import hold_mailings, send_mailing
    from cluster_kit.mailing.plan import RepeatChoice, choose_batch, plan_mailing, plan_test

    settings, content, pack = read_pack_of(*read_settings(series, home, db))
    day = _read_day(send_on)
    account = settings.mail_account()
    is_sending = send or bool(test_to)
    if is_sending and account is None:
        raise SettingsFileError(settings.file, "mail", NOT_SET_UP)
    fields = tuple(field or ())
    options = MessageOptions(
        message, session, address, fields, jurisdiction, packets, packet_formats, calendar, zipped, days, call
    )
    with ExitStack() as stack:
        if is_sending:
            stack.enter_context(hold_mailings(settings.home))
        plan, history = plan_from_options(settings, content, pack, options)
        batch, log = choose_batch(plan, day), MailLog.load(settings.home, content.series.id)
        if test_to:
            mailing = plan_test(batch, test_to, account)
        else:
            with open_store(settings) as store:
                mailing = plan_mailing(batch, account, log, store, RepeatChoice(again, retry_unconfirmed))
        if not as_json:
            _show_plan(mailing, plan, account, is_sending=is_sending)
        warn_of_past(content, [batch])
        result = None
        if account and is_sending:
            if history and mailing.waiting:
                history.save()
            report = _Progress(len(mailing.waiting), account.per_minute)
            result = send_mailing(mailing, account, None if test_to else log, report)
    _finish(mailing, result, account, settings, as_json=as_json)


@messages_app.command("sent")
def list_sent_command(
    *,
    message: Annotated[str, typer.Option(help="Only this message, by its id.")] = "",
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """List what was sent to which person, and when."""
    from cluster_kit.mail_log import MailLog

    settings, chosen = read_settings(series, home, db)
    entries = MailLog.load(settings.home, chosen).entries
    found = [entry for entry in entries if not message or message in entry.mailing]
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    with open_store(settings) as store:
        for one in found:
            person = store.find_person(one.person)
            who = f"{one.state}  {person.name if person else one.person} <{one.to}>"
            when = one.at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
            typer.echo("  ".join((when, one.mailing, f"{one.status:8}", who, *filter(None, [one.detail]))))
    typer.echo(f"{count_of(len(found), 'entry', 'entries')}. Times are in UTC.", err=True)


def _read_day(text: str) -> dt.date | None:
    from cluster_kit.errors import UsageError

    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{text!r} is not a day. Write --send-on 2026-03-19.") from None


def _show_plan(mailing: Mailing, plan: MessagePlan, account: MailAccount | None, *, is_sending: bool) -> None:
    """What would be sent, to which people: lines on stdout, and the totals on stderr."""
    from cluster_kit.exports.message_fields import format_long_date, one_line

    for one in mailing.emails if not is_sending else ():
        person = one.message.person
        files = ", ".join(file.name for file in one.message.attachments)
        size = format_size(one.size) if one.size else ""
        who = f"{one_line(person.name)} <{one_line(person.email)}>"
        cells = (f"{_SHOWN[one.delivery]:11}", f"{person.jurisdiction:2}", who, size, files, one.detail)
        typer.echo("  ".join(cell for cell in cells if cell).rstrip())
    batch = mailing.batch
    typer.echo(f"{batch.message.title}, session {batch.session}, for {format_long_date(batch.day)}.", err=True)
    if account:
        typer.echo(f"From {account.sender}, over {account.server}:{account.port}.", err=True)
    waiting = mailing.waiting
    if waiting:
        total = format_size(sum(one.size for one in waiting))
        largest = format_size(max(one.size for one in waiting))
        typer.echo(f"To send: {count_of(len(waiting), 'message')}, {total}; the largest has {largest}.", err=True)
    for address in mailing.shared_addresses:
        typer.echo(f"Several people have the address {address}. Each of them gets a message.", err=True)
    report_left_out(plan)


def _finish(
    mailing: Mailing,
    result: MailingResult | None,
    account: MailAccount | None,
    settings: Settings,
    *,
    as_json: bool,
) -> None:
    """Print the result, and exit with 1 if someone did not get the message."""
    from cluster_kit.mailing.plan import Delivery

    now = result.mailing if result else mailing
    stopped = result.stopped if result else ""
    if as_json:
        print_object(_as_json(now, account, stopped, was_sent=result is not None), settings, settings.series)
    for kind in Delivery:
        if count := now.count(kind):
            typer.echo(f"{_SHOWN[kind]:11} {count:5}", err=True)
    for one in _missed(now.emails, Delivery):
        typer.echo(f"{_SHOWN[one.delivery]}: {_name(one)}{f': {one.detail}' if one.detail else ''}", err=True)
    if now.count(Delivery.UNCONFIRMED):
        typer.echo("To send to the unconfirmed ones as well, add --retry-unconfirmed.", err=True)
    if result is None:
        how = "To send, add --send." if account else f"{settings.file}: {NOT_SET_UP}."
        typer.echo(f"Nothing was sent. {how}", err=True)
        return
    if stopped:
        typer.echo(f"{stopped} To continue, repeat the command.", err=True)
    if any(now.count(kind) for kind in Delivery if kind not in (Delivery.SENT, Delivery.ALREADY_SENT)):
        raise typer.Exit(1)


def _missed(emails: Iterable[PlannedEmail], kinds: type[Delivery]) -> Sequence[PlannedEmail]:
    """Those who did not get the message, or may not have got it."""
    return [email for email in emails if email.delivery not in (kinds.SENT, kinds.ALREADY_SENT, kinds.WAITING)]


def _name(email: PlannedEmail) -> str:
    from cluster_kit.exports.message_fields import one_line

    person = email.message.person
    return f"{one_line(person.name) or one_line(person.email)} ({person.jurisdiction or 'test'})"


class _Progress:
    """A line on stderr for each message, with the time that is left."""

    def __init__(self, total: int, per_minute: int) -> None:
        self._total, self._per_minute, self._done = total, per_minute, 0

    def __call__(self, email: PlannedEmail) -> None:
        self._done += 1
        left = (self._total - self._done) // self._per_minute
        rest = f", about {left} min left" if left else ""
        typer.echo(f"{self._done}/{self._total}  {_SHOWN[email.delivery]}: {_name(email)}{rest}", err=True)


def _as_json(mailing: Mailing, account: MailAccount | None, stopped: str, *, was_sent: bool) -> dict[str, object]:
    people = [
        {
            "person": email.message.person.id,
            "jurisdiction": email.message.person.jurisdiction,
            "to": email.message.person.email.strip(),
            "status": str(email.delivery),
            "bytes": email.size,
            "attachments": [file.name for file in email.message.attachments],
            "detail": email.detail,
        }
        for email in mailing.emails
    ]
    return {
        "mailing": mailing.name,
        "send_on": mailing.batch.day.isoformat(),
        "from": str(account.sender) if account else "",
        "server": f"{account.server}:{account.port}" if account else "",
        "was_sent": was_sent,
        "stopped": stopped,
        "people": people,
    }
