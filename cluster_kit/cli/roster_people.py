"""``cluster-kit roster list``, ``show``, ``remove``, ``replace``, and ``export``: who is on the roster."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from cluster_kit.cli.app import print_json, print_warnings
from cluster_kit.cli.options import (
    LOCAL_ADDRESS,
    Address,
    Db,
    DryRun,
    Home,
    Json,
    LinkDays,
    OnlyJurisdictions,
    PersonName,
    Series,
)
from cluster_kit.cli.results import print_object
from cluster_kit.cli.roster_common import LOCAL_LINK, choose_people, codes_of, open_roster, roster_app
from cluster_kit.content import Content
from cluster_kit.text import count_of, inflect

if TYPE_CHECKING:
    from cluster_kit.roster.listing import PersonRecord, RosterEntry, SessionActivity

HEADINGS = ("state", "name", "role", "email", "joins with", "last seen")
ERASE_HINT = "To remove answers as well: cluster-kit erase."


@roster_app.command("list")
def list_roster_command(  # noqa: PLR0913  (each is an option of the command)
    *,
    jurisdiction: OnlyJurisdictions = "",
    without_email: Annotated[bool, typer.Option("--without-email", help="Only people without an address.")] = False,
    not_seen: Annotated[bool, typer.Option("--not-seen", help="Only people who were in no session yet.")] = False,
    search: Annotated[str, typer.Option(help="Only people with these words in name, address, state, or role.")] = "",
    removed: Annotated[bool, typer.Option("--removed", help="The people who were removed instead.")] = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """List the people on the roster, by state.

    People with an address join with a link, and others with the code of their team. Last seen is the last day on which
    they were in a session. The list has no links and no codes.
    """
    from cluster_kit.roster.listing import RosterFilter, list_roster

    with open_roster(series, home, db) as (_, content, store):
        wanted = RosterFilter(codes_of(content, jurisdiction), without_email, not_seen, removed, search)
        entries = list_roster(content, store, wanted)
    if as_json:
        print_json([asdict(entry) for entry in entries], default=_as_time)
        return
    zone = ZoneInfo(content.series.time_zone)
    if entries:
        _show_table([HEADINGS, *(_row(entry, zone) for entry in entries)])
    states = len({entry.jurisdiction for entry in entries if entry.jurisdiction})
    typer.echo(f"{count_of(len(entries), 'person', 'people')}, {count_of(states, 'state')}.", err=True)


@roster_app.command("show")
def show_person_command(
    person: PersonName,
    *,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Show what the store has about a person.

    That is how they join, their sessions, the numbers of their answers, and merges.

    Links are signed and not stored, so the store cannot list them: it has only the time since which they work.
    """
    from cluster_kit.roster.listing import read_person_record
    from cluster_kit.roster.people import get_person

    with open_roster(series, home, db) as (_, content, store):
        found = read_person_record(content, store, get_person(store, content.series.id, person))
    if as_json:
        shown = {**asdict(found), "answers": found.answers}
        shown["merges"] = [merge.model_dump(mode="json") for merge in found.merges]
        print_json(shown, default=_as_time)
        return
    for line in _record_lines(content, found):
        typer.echo(line)


@roster_app.command("remove")
def remove_people_command(
    people: Annotated[list[str], typer.Argument(help="People: their ids, email addresses, or names.")],
    *,
    dry_run: DryRun = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Take people off the roster.

    Their links and open pages stop working within seconds, and they get no messages, links, or calendar files. What
    they wrote stays, with their names. To undo it, import them again: they are the same persons, and need new links.
    """
    from cluster_kit.roster.changes import remove_people
    from cluster_kit.roster.listing import read_person_record
    from cluster_kit.roster.people import get_person

    with open_roster(series, home, db) as (settings, content, store):
        chosen = {one.id: one for one in (get_person(store, content.series.id, named) for named in people)}
        records = [read_person_record(content, store, one) for one in chosen.values()]
        if not dry_run:
            remove_people(store, list(chosen.values()))
    if as_json:
        removed = [
            {"person": record.entry.person, "name": record.entry.name, "answers": record.answers} for record in records
        ]
        print_object({"dry_run": dry_run, "removed": removed}, settings, content.series.id)
        return
    for one in records:
        stays = f"{count_of(one.answers, 'answer')} {inflect(one.answers, 'stays', 'stay')}"
        typer.echo(f"{one.entry.jurisdiction or '--'}  {one.entry.name}  {one.entry.person}  {stays}")
    done = "would be taken" if dry_run else "taken"
    after = "Nothing was changed." if dry_run else "The team codes still work for anyone who has them."
    typer.echo(f"{count_of(len(records), 'person', 'people')} {done} off the roster. {after} {ERASE_HINT}", err=True)


@roster_app.command("replace")
def replace_person_command(  # noqa: PLR0913  (each is an option of the command)
    person: Annotated[str, typer.Argument(help="The person who leaves: an id, an email address, or a name.")],
    *,
    name: Annotated[str, typer.Option(help="The colleague's name.")],
    email: Annotated[str, typer.Option(help="The colleague's email address.")],
    role: Annotated[
        str, typer.Option(help="The id of the colleague's role.", show_default="the role of the person who leaves")
    ] = "",
    address: Address = "",
    days: LinkDays = None,
    dry_run: DryRun = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Put a colleague in a person's place.

    The command prints the colleague's link. The colleague is a new person of the same team, invited to the same
    sessions. The person who leaves is taken off the roster, so their links stop working. Answers stay with the person
    who wrote them.
    """
    from cluster_kit.roster.changes import plan_replacement, replace_person
    from cluster_kit.roster.links import check_links, link_days
    from cluster_kit.roster.people import get_person
    from cluster_kit.server.auth.tokens import join_page, make_link

    join_page(address or LOCAL_ADDRESS)
    with open_roster(series, home, db) as (settings, content, store):
        leaving = get_person(store, content.series.id, person)
        colleague = plan_replacement(content, store, leaving, name=name, email=email, role=role)
        now, link = dt.datetime.now(dt.UTC), ""
        valid = days or link_days(content, now)
        if not dry_run:
            replace_person(store, leaving, colleague)
            link = make_link(settings, colleague.id, address=address or LOCAL_ADDRESS, days=valid)
    result = {"dry_run": dry_run, "removed": leaving.id, "added": colleague.id, "name": colleague.name, "link": link}
    if as_json:
        print_object(result, settings, content.series.id)
    elif link:
        typer.echo(link)
    place = leaving.jurisdiction or "the facilitators"
    takes = "would take" if dry_run else "takes"
    after = "Nothing was changed." if dry_run else f"The link works for {valid} days."
    typer.echo(f"{colleague.name} {takes} the place of {leaving.name}, {place}. {after}", err=True)
    local = [LOCAL_LINK] if link and not address else []
    print_warnings([*check_links(content, valid, now), *local])


@roster_app.command("export")
def export_roster_command(
    *,
    out: Annotated[Path, typer.Option(help="The file to write: people.csv, or people.xlsx.")],
    jurisdiction: OnlyJurisdictions = "",
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write the roster as a table to edit and import again.

    It has no links and no codes. Importing it unchanged changes nothing. Keep the column person: it says which person a
    row is about, also after the name or the address has changed.
    """
    from cluster_kit.exports.roster_files import write_roster_file

    with open_roster(series, home, db) as (_, content, store):
        people = choose_people(content, store, jurisdiction)
        write_roster_file(content, people, out)
    typer.echo(json.dumps({"files": [str(out)], "people": len(people)}) if as_json else str(out))
    typer.echo(f"{count_of(len(people), 'person', 'people')}. Only you can read the file.", err=True)


def _row(entry: RosterEntry, zone: ZoneInfo) -> tuple[str, ...]:
    seen = entry.last_seen.astimezone(zone).date().isoformat() if entry.last_seen else "-"
    state = entry.state or "(facilitator)"
    return state, entry.name, (entry.state and entry.role) or "-", entry.email or "-", entry.invited, seen


def _show_table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [text.ljust(width) for text, width in zip(row, widths, strict=True)]
        typer.echo("  ".join(cells).rstrip())


def _record_lines(content: Content, record: PersonRecord) -> list[str]:
    entry, zone = record.entry, ZoneInfo(content.series.time_zone)
    invited = ", ".join(map(str, entry.sessions)) or "all"
    status = "removed" if entry.removed else "on the roster"
    links = "no link works" if entry.removed else _since(record.links_since, zone)
    known = [
        ("state", entry.state),
        ("role", entry.role),
        ("email", entry.email),
        ("joins with", entry.invited),
        ("status", f"{status}, added {_minute(record.added, zone)}"),
        ("links", links),
        ("sessions", invited),
        ("depth", record.depth),
    ]
    lines = [f"{entry.name} ({entry.person})"]
    lines += [f"  {label:12}{text or '-'}" for label, text in known]
    lines += [_activity_line(activity, zone) for activity in record.activity if not activity.is_nothing]
    for merge in record.merges:
        undone = f", undone {_minute(merge.undone_at, zone)}" if merge.undone_at else ""
        lines.append(f"  merge {merge.id}: {merge.merged} into {merge.kept}, {_minute(merge.at, zone)}{undone}")
    return lines


def _activity_line(activity: SessionActivity, zone: ZoneInfo) -> str:
    span = f"from {_minute(activity.first_seen, zone)} to {_minute(activity.last_seen, zone)}"
    there = f"there {span}" if activity.first_seen else "not there"
    counts = f"{count_of(activity.own, 'personal answer')}, {count_of(activity.team, 'team answer')}"
    return f"  session {activity.session}: {there}; {counts}, {count_of(activity.posts, 'session event')}"


def _since(since: dt.datetime | None, zone: ZoneInfo) -> str:
    return f"those made since {_minute(since, zone)} work, until they expire" if since else "all work until they expire"


def _minute(time: dt.datetime | None, zone: ZoneInfo) -> str:
    return f"{time.astimezone(zone):%Y-%m-%d %H:%M}" if time else "-"


def _as_time(value: object) -> str:
    """A time for JSON."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} is not a time")
