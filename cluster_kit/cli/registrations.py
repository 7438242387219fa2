"""``cluster-kit registrations``: what people filled out on the public registration page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from cluster_kit.cli.app import CommandGroup, app, print_json, print_warnings
from cluster_kit.cli.options import LOCAL_ADDRESS, Address, Db, DryRun, Home, Json, LinkDays, Series
from cluster_kit.cli.results import print_object
from cluster_kit.cli.roster_common import LOCAL_LINK, open_roster
from cluster_kit.errors import UsageError
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.content import Content
    from cluster_kit.roster.registrations import RegistrationEntry
    from cluster_kit.settings import Settings
    from cluster_kit.store import Person, Registration, Store

STATUSES = ("pending", "confirmed", "withdrawn")
Ids = Annotated[list[str], typer.Argument(help="The ids of registrations, as listed.")]

registrations_app = typer.Typer(
    cls=CommandGroup,
    no_args_is_help=True,
    help="Approve and decline registrations of the public page.",
    rich_markup_mode=None,
)
app.add_typer(registrations_app, name="registrations")


@registrations_app.command("list")
def list_registrations_command(
    *,
    status: Annotated[str, typer.Option(help="Only these: pending, confirmed, or withdrawn.")] = "",
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """List the registrations, pending ones first.

    It shows what people need to take part, and which people a registration may duplicate. Withdrawn are those that
    people have withdrawn, those that were declined, and those of people who were taken off the roster.
    """
    from cluster_kit.roster.registrations import list_registrations

    if status and status not in STATUSES:
        raise UsageError(f"--status is pending, confirmed, or withdrawn, not {status!r}.")
    with open_roster(series, home, db) as (_, content, store):
        entries = list_registrations(content, store, status)
    if as_json:
        print_json([_as_json(entry) for entry in entries])
        return
    for one in entries:
        for line in _lines(one, ZoneInfo(content.series.time_zone)):
            typer.echo(line)
    pending = sum(entry.status == "pending" for entry in entries)
    typer.echo(f"{count_of(len(entries), 'registration')}, {pending} pending.", err=True)


@registrations_app.command("approve")
def approve_registrations_command(  # noqa: PLR0913  (each is an option of the command)
    ids: Ids,
    *,
    person: Annotated[str, typer.Option(help="The id of the person on the roster that it is.")] = "",
    new: Annotated[bool, typer.Option("--new", help="It is a new person, although the name is similar.")] = False,
    calendar: Annotated[Path | None, typer.Option(help="Write calendar files to this folder.")] = None,
    address: Address = "",
    days: LinkDays = None,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Confirm registrations, and print a personal link for each person.

    The people are added to the roster, or updated. Nothing is sent: cluster-kit messages has a message for that, called
    confirmation. If a registration may be of someone who is known already, add --person or --new.
    """
    from cluster_kit.roster.links import check_links, link_days
    from cluster_kit.roster.registrations import NEW, approve_registration
    from cluster_kit.server.auth.tokens import join_page, make_link, make_withdrawal_link

    if (person or new) and (len(ids) > 1 or (person and new)):
        raise UsageError("Name one registration with --person or --new, and not both.")
    site = address or LOCAL_ADDRESS
    page = join_page(site)
    with open_roster(series, home, db) as (settings, content, store):
        chosen = [_get_registration(content, store, one) for one in dict.fromkeys(ids)]
        now = dt.datetime.now(dt.UTC)
        valid = days or link_days(content, now)
        confirmed, files = [], []
        for one in chosen:
            who = approve_registration(content, store, one, who=NEW if new else person)
            link = make_link(settings, who.id, address=site, days=valid, since=who.links_since)
            withdraw = make_withdrawal_link(settings, one.id, address=site)
            about = {"registration": one.id, "person": who.id, "name": who.name}
            confirmed.append({**about, "link": link, "withdraw_link": withdraw})
            if not as_json:
                typer.echo(f"{who.jurisdiction}  {who.name}  {link}")
        if calendar:
            ids_there = {one["person"] for one in confirmed}
            people = [person for person in store.people(content.series.id) if person.id in ids_there]
            files = _write_calendar(settings, content, people, page, calendar)
    if as_json:
        print_object({"confirmed": confirmed, "files": files, "days": valid}, settings, content.series.id)
    for path in [] if as_json else files:
        typer.echo(path)
    typer.echo(f"{count_of(len(confirmed), 'registration')} confirmed. The links work for {valid} days.", err=True)
    print_warnings([*check_links(content, valid, now), *([] if address else [LOCAL_LINK])])


@registrations_app.command("decline")
def decline_registrations_command(
    ids: Ids,
    *,
    dry_run: DryRun = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Decline registrations that are pending.

    Nothing is sent. What the people need to take part is deleted at once, and the rest after 30 days.
    """
    from cluster_kit.roster.registrations import decline_registration

    with open_roster(series, home, db) as (settings, content, store):
        chosen = [_get_registration(content, store, one) for one in dict.fromkeys(ids)]
        for one in [] if dry_run else chosen:
            decline_registration(store, one)
    if as_json:
        declined = [{"registration": one.id, "name": one.name} for one in chosen]
        print_object({"dry_run": dry_run, "declined": declined}, settings, content.series.id)
        return
    for one in chosen:
        typer.echo(f"{one.jurisdiction}  {one.name}  {one.id}")
    done = "would be declined. Nothing was changed." if dry_run else "declined."
    typer.echo(f"{count_of(len(chosen), 'registration')} {done}", err=True)


def _get_registration(content: Content, store: Store, registration_id: str) -> Registration:
    """The registration with this id. Raises ``UsageError`` for none of this series, or one that is not pending."""
    found = store.find_registration(registration_id)
    if found is None or found.series != content.series.id:
        raise UsageError(
            f"There is no registration {registration_id!r} in this series. See: cluster-kit registrations list."
        )
    if found.status != "pending":
        raise UsageError(f"The registration of {found.name} is {found.status} already.")
    return found


def _write_calendar(settings: Settings, content: Content, people: list[Person], page: str, out: Path) -> list[str]:
    """Write the calendar files of these people's states, and return their paths."""
    from cluster_kit.content.messages import find_call_link
    from cluster_kit.exports.invitations import InvitationOptions, write_invitations

    options = InvitationOptions(page, call_link=find_call_link(content.series.id, settings.content))
    states = {person.jurisdiction for person in people}
    return [str(one) for one in write_invitations(content, people, states, options, out, home=settings.home)]


def _lines(entry: RegistrationEntry, zone: ZoneInfo) -> list[str]:
    it = entry.registration
    sessions = ", ".join(map(str, it.sessions)) or "all"
    lines = [f"{it.id}  {entry.status:9}  {it.jurisdiction}  {it.name} <{it.email}>"]
    decided = f", {entry.decision} {it.decided_at.astimezone(zone):%Y-%m-%d %H:%M}" if it.decided_at else ""
    role = f"{entry.role}, " if entry.role else ""
    lines.append(f"  {role}sessions: {sessions}, received {it.at.astimezone(zone):%Y-%m-%d %H:%M}{decided}")
    if it.needs:
        lines.append(f"  needs: {it.needs}")
    if entry.known:
        lines.append(f"  may be: {'; '.join(f'{known.name} ({known.id})' for known in entry.known)}")
    return lines


def _as_json(entry: RegistrationEntry) -> dict[str, object]:
    known = [{"person": person.id, "name": person.name, "email": person.email} for person in entry.known]
    return {**entry.registration.model_dump(mode="json"), "status": entry.status, "known": known}
