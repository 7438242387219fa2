"""What the commands of ``cluster-kit messages`` share: their options, and the plan that is made from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import CommandGroup, app
from cluster_kit.cli.options import open_store, split_list
from cluster_kit.cli.roster_common import withdrawal_links
from cluster_kit.content import Content, load_content
from cluster_kit.content.messages import CALL_LINK, MessagePack, Recipients, load_messages
from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings

if TYPE_CHECKING:
    from cluster_kit.exports.message_fields import JoinDetails
    from cluster_kit.exports.messages import MessageBatch, MessagePlan
    from cluster_kit.insights.calendar_events import CalendarHistory
    from cluster_kit.store import Person, Store

messages_app = typer.Typer(
    cls=CommandGroup, no_args_is_help=True, help="Write or send the messages around a session.", rich_markup_mode=None
)
app.add_typer(messages_app, name="messages")

MessageId = Annotated[str, typer.Argument(help="The message's id, as listed by: cluster-kit messages list.")]
FieldValues = Annotated[
    list[str] | None, typer.Option(help="A value for one of your own fields, such as sender_name='Robin Hall'.")
]
Packets = Annotated[Path | None, typer.Option(help="A folder of packets. Each state's go with the message.")]
PacketFormats = Annotated[str, typer.Option(help="Only packets in these formats, such as pdf,docx.")]
Calendar = Annotated[bool, typer.Option("--calendar", help="Add the session's calendar file, in the state's time.")]
Zipped = Annotated[bool, typer.Option("--zip", help="Put the files into one .zip file for each state.")]


@dataclass(frozen=True)
class MessageOptions:
    """The options that say what a message is, and who gets it."""

    message: str
    session: int
    address: str = ""
    fields: tuple[str, ...] = ()
    jurisdiction: str = ""
    packets: Path | None = None
    packet_formats: str = ""
    calendar: bool = False
    zipped: bool = False
    days: int | None = None
    call: Path | None = None


def read_pack_of(settings: Settings, series: str) -> tuple[Settings, Content, MessagePack]:
    """The settings, the content of the series, and its messages."""
    return settings, load_content(series, overlay=settings.content), load_messages(series, settings.content)


def plan_from_options(
    settings: Settings, content: Content, pack: MessagePack, options: MessageOptions
) -> tuple[MessagePlan, CalendarHistory | None]:
    """The messages, and the numbers of calendar events, which are to be saved if the files go out."""
    from cluster_kit.exports.message_attachments import AttachmentChoice
    from cluster_kit.exports.messages import MessageRequest, get_message, needs_address, plan_messages
    from cluster_kit.insights.calendar_events import CalendarHistory
    from cluster_kit.roster.call_attendance import read_call_attendance
    from cluster_kit.server.auth.tokens import join_page

    content.get_session(options.session)
    wanted = get_message(pack, options.message)
    if options.call and wanted.to is not Recipients.ATTENDED:
        raise UsageError(
            f"--call is for messages to everyone who attended. {options.message} is not one: leave --call out."
        )
    if not options.address and (options.calendar or needs_address(pack, wanted)):
        what = "The calendar file" if options.calendar else f"The message {options.message}"
        raise UsageError(f"{what} has links. Add --address, such as https://workshop.example.org.")
    history = CalendarHistory.load(settings.home) if options.calendar else None
    formats = tuple(f".{one.lstrip('.')}" for one in split_list(options.packet_formats.lower()))
    page = join_page(options.address) if options.address else ""
    fields = _read_fields(options.fields)
    call = fields.get(CALL_LINK, pack.values.get(CALL_LINK, "")).strip()  # as the text of the message
    files = AttachmentChoice(options.packets, formats, history, page, options.zipped, call)
    states = tuple(content.get_jurisdiction(code).code for code in split_list(options.jurisdiction))
    with open_store(settings) as store:
        people = store.people(content.series.id)
        in_call = read_call_attendance(content, people, options.call).minutes if options.call else {}
        request = MessageRequest(options.message, options.session, fields, states, files, frozenset(in_call))
        join = _join(settings, content, store, options) if options.address else None
        return plan_messages(content, pack, store, request, settings.content, join), history


def warn_of_past(content: Content, batches: Iterable[MessageBatch]) -> None:
    """Print a warning for each message that is meant for a time before its session, if the session is over."""
    from cluster_kit.exports.message_fields import format_long_date
    from cluster_kit.exports.messages import is_too_late

    now = dt.datetime.now(dt.UTC)
    for batch in batches:
        if is_too_late(content, batch, now):
            day = format_long_date(content.get_meeting(batch.session).date)
            typer.echo(
                f"Warning: session {batch.session} is over: it was on {day}. “{batch.message.title}” is meant for "
                "before or on that day. Is it the right session, and the right series?",
                err=True,
            )


def report_left_out(plan: MessagePlan) -> None:
    """Print who is not among the recipients."""
    if plan.without_email:
        typer.echo(f"Not included, because they have no email address: {', '.join(plan.without_email)}.", err=True)
    if plan.states_without:
        typer.echo(f"States with no one to receive it: {', '.join(plan.states_without)}.", err=True)
    if plan.states_without_files:
        typer.echo(
            f"States without a packet, which get the message alone: {', '.join(plan.states_without_files)}.", err=True
        )


def _read_fields(given: Sequence[str]) -> dict[str, str]:
    values = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise UsageError(f"{one!r} is not a field and its value. Write --field sender_name='Robin Hall'.")
        values[name.strip().strip("{}")] = value
    return values


def _join(settings: Settings, content: Content, store: Store, options: MessageOptions) -> JoinDetails:
    from cluster_kit.content.handouts import find_primer, load_handouts
    from cluster_kit.exports.message_fields import JoinDetails
    from cluster_kit.roster.codes import list_codes
    from cluster_kit.roster.links import link_days
    from cluster_kit.server.auth.tokens import join_page, make_link

    address = options.address
    valid = options.days or link_days(content, dt.datetime.now(dt.UTC))

    def link_of(person: Person) -> str:
        return make_link(settings, person.id, address=address, days=valid, since=person.links_since)

    states = {person.jurisdiction for person in store.people(content.series.id) if person.jurisdiction}
    codes = list_codes(store, content.series.id, states)
    withdrawal_of = withdrawal_links(settings, content, store, address)
    site, primer = address.rstrip("/"), find_primer(load_handouts(settings.content))
    return JoinDetails(link_of, codes, site, join_page(address), withdrawal_of, f"{site}/primer" if primer else "")
