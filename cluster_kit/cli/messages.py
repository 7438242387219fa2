"""``cluster-kit messages list``, ``fields``, and ``write``: messages around a session, for other programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
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
    DryRun,
    Home,
    Json,
    LinkDays,
    OnlyJurisdictions,
    OutFolder,
    Series,
    SessionNumber,
    find_upcoming,
    read_content_settings,
    read_settings,
    split_list,
)
from cluster_kit.cli.results import print_object
from cluster_kit.content.messages import FIELDS
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.exports.messages import MessagePlan


@messages_app.command("list")
def list_messages_command(
    *,
    session: Annotated[
        int | None, typer.Option(min=1, help="The session to list messages for.", show_default="the next one")
    ] = None,
    series: Series = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """List the messages of a session, each with its day.

    A message that needs values from your organization says which: set them in message_values.yaml, or give them
    with --field when you write the message.
    """
    from cluster_kit.exports.messages import list_messages

    settings, content, pack = read_pack_of(*read_content_settings(series, home))
    number = session or find_upcoming(settings, content)
    listed = list_messages(content, pack, number)
    if as_json:
        print_json([asdict(one) for one in listed], default=str)
        return
    width = max(len(one.id) for one in listed)
    for one in listed:
        typer.echo(f"{one.days[0]}  {one.id:{width}}  {one.title}, to {one.to}")
        if len(one.days) > 1:
            typer.echo(f"{'':{width + 14}}also on {', '.join(map(str, one.days[1:]))}")
        if one.missing:
            typer.echo(f"{'':{width + 14}}needs {', '.join(one.missing)}")


@messages_app.command("fields")
def list_fields_command(*, series: Series = None, home: Home = None, as_json: Json = False) -> None:
    """List the fields that messages may contain, such as {first_name}.

    The first ones are filled in by the kit. The others are your organization's own.
    """
    settings, content, pack = read_pack_of(*read_content_settings(series, home))
    if as_json:
        own = [{**field.model_dump(), "value": pack.values.get(field.id, "")} for field in pack.fields]
        print_object({"kit": dict(FIELDS), "own": own}, settings, content.series.id)
        return
    for name, about in FIELDS.items():
        typer.echo(f"{{{name}}}: {about}")
    for one in pack.fields:
        value = pack.values.get(one.id) or ("optional, without a value" if one.optional else "without a value")
        typer.echo(f"{{{one.id}}}: {one.about} [{value}]")


@messages_app.command("write")
def write_messages_command(  # noqa: PLR0913  (each is an option of the command)
    message: MessageId,
    *,
    session: SessionNumber,
    out: OutFolder,
    address: Address = "",
    field: FieldValues = None,
    jurisdiction: OnlyJurisdictions = "",
    packets: Packets = None,
    packet_formats: PacketFormats = "",
    calendar: Calendar = False,
    zipped: Zipped = False,
    formats: Annotated[
        str, typer.Option(help="One or more of csv and xlsx, which are merge sheets, and eml, which are drafts.")
    ] = "csv,xlsx",
    days: LinkDays = None,
    call: CallReport = None,
    dry_run: DryRun = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write a message to each recipient, for mail merge or as drafts.

    The sheet has the address, subject, text, and HTML for each person, with times in the zones of the person's state.
    Up to three previews show what people receive. Sheets and drafts contain personal links: keep them safe. Nothing is
    sent.
    """
    from cluster_kit.exports.message_sheets import write_message_files

    settings, content, pack = read_pack_of(*read_settings(series, home, db))
    fields = tuple(field or ())
    options = MessageOptions(
        message, session, address, fields, jurisdiction, packets, packet_formats, calendar, zipped, days, call
    )
    plan, history = plan_from_options(settings, content, pack, options)
    files: list[Path] = []
    if not dry_run:
        account = settings.mail_account() if "eml" in formats.lower() else None
        files = write_message_files(plan.batches, out, split_list(formats.lower()), account.sender if account else None)
        if history:
            history.save()
    if as_json:
        print_object(_as_json(plan, files), settings, content.series.id, default=str)
    else:
        for path in files:
            typer.echo(str(path))
    _report(plan)
    warn_of_past(content, plan.batches)


def _as_json(plan: MessagePlan, files: Sequence[Path]) -> dict[str, object]:
    batches = [
        {"message": batch.message.id, "session": batch.session, "send_on": batch.day, "people": len(batch.messages)}
        for batch in plan.batches
    ]
    return {
        "files": [str(path) for path in files],
        "batches": batches,
        "without_email": plan.without_email,
        "states_without_recipients": plan.states_without,
    }


def _report(plan: MessagePlan) -> None:
    from cluster_kit.exports.message_fields import format_long_date

    today = dt.datetime.now(dt.UTC).date()
    for batch in plan.batches:
        past = " That day is past." if batch.day < today else ""
        people = count_of(len(batch.messages), "person", "people")
        typer.echo(f"{people}, to send on {format_long_date(batch.day)}.{past}", err=True)
    report_left_out(plan)


# Registers its commands, which --help lists after those above.
from cluster_kit.cli import messages_send  # noqa: E402, F401
