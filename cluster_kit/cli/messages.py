"""``cluster-kit messages``: the messages around a session, filled in for mail merge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import app, print_json
from cluster_kit.cli.options import (
    Address,
    Db,
    DryRun,
    Home,
    Json,
    LinkDays,
    OnlyJurisdictions,
    OutFolder,
    Series,
    SessionNumber,
    open_store,
    read_content_settings,
    read_settings,
    split_list,
)
from cluster_kit.content import Content, load_content
from cluster_kit.content.messages import FIELDS, MessagePack, load_messages
from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.exports.message_fields import JoinDetails
    from cluster_kit.exports.messages import MessagePlan
    from cluster_kit.store import Person, Store


messages_app = typer.Typer(
    no_args_is_help=True, help="Write the messages around a session, for mail merge.", rich_markup_mode=None
)
app.add_typer(messages_app, name="messages")


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
    from cluster_kit.content.times import next_session
    from cluster_kit.exports.messages import list_messages

    _, content, pack = _read(*read_content_settings(series, home))
    number = session or next_session(content, dt.datetime.now(dt.UTC))
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
    _, _, pack = _read(*read_content_settings(series, home))
    if as_json:
        print_json(
            {
                "kit": dict(FIELDS),
                "own": [{**one.model_dump(), "value": pack.values.get(one.id, "")} for one in pack.fields],
            }
        )
        return
    for name, about in FIELDS.items():
        typer.echo(f"{{{name}}}: {about}")
    for one in pack.fields:
        value = pack.values.get(one.id) or ("optional, without a value" if one.optional else "without a value")
        typer.echo(f"{{{one.id}}}: {one.about} [{value}]")


@messages_app.command("write")
def write_messages_command(  # noqa: PLR0913  (each is an option of the command)
    message: Annotated[str, typer.Argument(help="The message's id, as listed by: cluster-kit messages list.")],
    *,
    session: SessionNumber,
    out: OutFolder,
    address: Address = "",
    field: Annotated[
        list[str] | None, typer.Option(help="A value for one of your own fields, such as sender_name='Robin Hall'.")
    ] = None,
    jurisdiction: OnlyJurisdictions = "",
    packets: Annotated[Path | None, typer.Option(help="A folder of packets to name in the column attachments.")] = None,
    formats: Annotated[str, typer.Option(help="The formats of the sheet: csv, xlsx, or both.")] = "csv,xlsx",
    days: LinkDays = None,
    dry_run: DryRun = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write a message to each recipient, for mail merge.

    The sheet has the address, subject, text, and HTML for each person, with times in the zones of the person's state.
    Up to three previews show what people receive. Sheets contain personal links: keep them safe. Nothing is sent.
    """
    from cluster_kit.exports.message_sheets import write_message_files
    from cluster_kit.exports.messages import MessageRequest, get_message, needs_address, plan_messages

    settings, content, pack = _read(*read_settings(series, home, db))
    content.get_session(session)
    wanted = get_message(pack, message)
    if needs_address(pack, wanted) and not address:
        raise UsageError(f"The message {message} has links. Add --address, such as https://workshop.example.org.")
    states = tuple(content.get_jurisdiction(code).code for code in split_list(jurisdiction))
    request = MessageRequest(message, session, _read_fields(field or ()), states, packets)
    with open_store(settings) as store:
        join = _join(settings, content, store, address, days) if address else None
        plan = plan_messages(content, pack, store, request, settings.content, join)
    files = [] if dry_run else write_message_files(plan.batches, out, split_list(formats.lower()))
    if as_json:
        print_json(_as_json(plan, files), default=str)
    else:
        for path in files:
            typer.echo(str(path))
    _report(plan)


def _read(settings: Settings, series: str) -> tuple[Settings, Content, MessagePack]:
    return settings, load_content(series, overlay=settings.content), load_messages(series, settings.content)


def _read_fields(given: Sequence[str]) -> dict[str, str]:
    values = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise UsageError(f"{one!r} is not a field and its value. Write --field sender_name='Robin Hall'.")
        values[name.strip().strip("{}")] = value
    return values


def _join(settings: Settings, content: Content, store: Store, address: str, days: int | None) -> JoinDetails:
    from cluster_kit.exports.message_fields import JoinDetails
    from cluster_kit.roster.codes import list_codes
    from cluster_kit.roster.links import link_days
    from cluster_kit.server.auth.tokens import join_page, make_link

    page = join_page(address)
    valid = days or link_days(content, dt.datetime.now(dt.UTC))

    def link_of(person: Person) -> str:
        return make_link(settings, person.id, address=address, days=valid)

    states = {person.jurisdiction for person in store.people(content.series.id) if person.jurisdiction}
    return JoinDetails(link_of, list_codes(store, content.series.id, states), address.rstrip("/"), page)


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
    if plan.without_email:
        typer.echo(f"Not included, because they have no email address: {', '.join(plan.without_email)}.", err=True)
    if plan.states_without:
        typer.echo(f"States with no one to receive it: {', '.join(plan.states_without)}.", err=True)
