"""``cluster-kit roster``: the people of the series, and their links and team codes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli import roster_people  # noqa: F401  (registers its commands)
from cluster_kit.cli.app import print_json
from cluster_kit.cli.options import (
    LOCAL_ADDRESS,
    Address,
    Columns,
    Db,
    DryRun,
    Home,
    Json,
    LinkDays,
    OnlyJurisdictions,
    Organizer,
    OutFolder,
    PersonName,
    Series,
    Sheet,
)
from cluster_kit.cli.roster_common import (
    LOCAL_LINK,
    choose_people,
    codes_of,
    open_roster,
    roster_app,
    states_of,
    withdrawal_links,
)
from cluster_kit.content import Content
from cluster_kit.errors import UsageError
from cluster_kit.text import count_of, inflect

if TYPE_CHECKING:
    from cluster_kit.roster.importing import RosterImport
    from cluster_kit.settings import Settings
    from cluster_kit.store import Person, Store

MOST_NOTES = 10
CODE_STAYS = "The team code still works for anyone who has it. To replace it: cluster-kit roster codes --new."


@roster_app.command("import")
def import_roster_command(  # noqa: PLR0913  (each is an option of the command)
    file: Annotated[Path, typer.Argument(help="The list of people, such as a .csv or .xlsx file.")],
    *,
    columns: Columns = None,
    sheet: Sheet = "",
    jurisdiction: Annotated[
        str, typer.Option(help="The two-letter abbreviation of the state of people without one in the list.")
    ] = "",
    dry_run: DryRun = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Import a list of people, or update them.

    It can be your own list, or an export of Zoom, Teams, Webex, Eventbrite, Outlook, or Google Contacts. Importing a
    list again applies only what has changed in it. Rows with problems are reported by line and skipped.
    The exit code is 1 if there are any. The command also says which columns it used and which not, which names it read
    in another way, and how many people have no email address.
    """
    from cluster_kit.filetypes import ColumnMemory, read_column_options
    from cluster_kit.roster.importing import import_roster
    from cluster_kit.roster.lists.staff_list import read_roster

    chosen_columns = read_column_options(columns or [])
    with open_roster(series, home, db, creates=True, dry_run=dry_run) as (settings, content, store):
        memory = ColumnMemory(settings.columns, keeps=not dry_run)
        roster = read_roster(
            content, file, columns=chosen_columns, sheet=sheet, memory=memory, jurisdiction=jurisdiction
        )
        imported = import_roster(content, store, roster, dry_run=dry_run)
    if as_json:
        print_json({"dry_run": dry_run, **asdict(imported)})
    else:
        _show_imported(imported, dry_run=dry_run)
    if imported.problems:
        raise typer.Exit(1)


@roster_app.command("links")
def make_links_command(  # noqa: PLR0913  (each is an option of the command)
    *,
    out: Annotated[Path | None, typer.Option(help="Write this CSV file for mail merge. Keep it safe.")] = None,
    jurisdiction: OnlyJurisdictions = "",
    name: Annotated[str, typer.Option(help="Print the link of this person of the state.")] = "",
    role: Annotated[str, typer.Option(help="With --name, the id of the person's role.")] = "",
    facilitator: Annotated[str, typer.Option(help="Print the link of this facilitator.")] = "",
    address: Address = "",
    session: Annotated[
        int | None, typer.Option(help="The session that the links open.", show_default="the next one")
    ] = None,
    days: LinkDays = None,
    new: Annotated[
        bool, typer.Option("--new", help="Add the person even if someone there has a similar name.")
    ] = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Make the links that people join with.

    With --out, the command writes a table for mail merge: each person's link and team code, and the local times of
    the sessions. With --jurisdiction and --name, or with --facilitator, it prints the link of one person, who is added
    to the roster if necessary. Without --address, that link is for a server on this computer.
    """
    from cluster_kit.roster.links import check_links, link_days
    from cluster_kit.server.auth.tokens import make_link

    _check_links(out, jurisdiction, name, role, facilitator)
    with open_roster(series, home, db, creates=bool(name or facilitator)) as (settings, content, store):
        if session is not None:
            content.get_session(session)
        now = dt.datetime.now(dt.UTC)
        valid = days or link_days(content, now)
        warnings = check_links(content, valid, now)

        def link_of(person: Person) -> str:
            site, since = address or LOCAL_ADDRESS, person.links_since
            return make_link(settings, person.id, address=site, session=session, days=valid, since=since)

        if out is None:
            person = _find_or_add(content, store, facilitator or name, jurisdiction, role, is_new=new)
            text = link_of(person)
            told: dict[str, object] = {"person": person.id, "name": person.name, "link": text}
            if not address:
                warnings.append(LOCAL_LINK)
            done = f"The link works for {valid} days."
        else:
            people = _write_table(settings, content, store, out, jurisdiction, address, link_of)
            warnings += _warn_of_states(content, people, jurisdiction)
            text, told = str(out), {"files": [str(out)], "people": len(people)}
            count = count_of(len(people), "person", "people")
            done = f"{count}, each with a link for {valid} days. Only you can read the file."
    typer.echo(json.dumps(told | {"days": valid, "warnings": warnings}, ensure_ascii=False) if as_json else text)
    typer.echo(done, err=True)
    for warning in warnings:
        typer.echo(f"Warning: {warning}", err=True)


def _find_or_add(content: Content, store: Store, name: str, jurisdiction: str, role: str, *, is_new: bool) -> Person:
    """The person whose link is wanted. Someone who was removed from the roster is back on it."""
    from cluster_kit.roster.changes import restore_person
    from cluster_kit.roster.links import check_new_name
    from cluster_kit.roster.people import invite
    from cluster_kit.store.models import utc_now

    state = content.get_jurisdiction(jurisdiction).code if jurisdiction else ""
    if not is_new:
        check_new_name(store, content.series.id, state, name)
    person = invite(content, store, name=name, jurisdiction=state, role=role)
    if not person.is_removed:
        return person
    typer.echo(f"{person.name} is back on the roster.", err=True)
    return restore_person(store, person, utc_now())


def _warn_of_states(content: Content, people: list[Person], jurisdiction: str) -> list[str]:
    from cluster_kit.roster.links import describe_states_without_people, find_states_without_people

    sentence = describe_states_without_people(
        find_states_without_people(content, people, codes_of(content, jurisdiction))
    )
    return [sentence] if sentence else []


def _check_links(out: Path | None, jurisdiction: str, name: str, role: str, facilitator: str) -> None:
    """Raise ``UsageError`` unless the options ask for a table, for a state's person, or for a facilitator."""
    if out is not None:
        is_good = not (name or role or facilitator)
    elif facilitator:
        is_good = not (jurisdiction or name or role)
    else:
        is_good = bool(jurisdiction and name)
    if not is_good:
        raise UsageError("Choose one: --out for a table, --jurisdiction and --name for a person, or --facilitator.")


def _write_table(  # noqa: PLR0913, PLR0917  (what a table is made of)
    settings: Settings,
    content: Content,
    store: Store,
    out: Path,
    jurisdiction: str,
    address: str,
    link_of: Callable[[Person], str],
) -> list[Person]:
    """Write the table for mail merge; the people in it are returned."""
    from cluster_kit.exports.mail_merge import MailMergeSources, write_mail_merge
    from cluster_kit.roster.codes import list_codes
    from cluster_kit.roster.registrations import confirmation_days
    from cluster_kit.server.auth.tokens import join_page

    page = join_page(address)
    people = choose_people(content, store, jurisdiction)
    codes = list_codes(store, content.series.id, states_of(people))
    withdrawal_of = withdrawal_links(settings, content, store, address)
    sources = MailMergeSources(link_of, page, codes, confirmation_days(content, store), withdrawal_of)
    write_mail_merge(content, people, out, sources)
    return people


@roster_app.command("codes")
def team_codes_command(
    *,
    new: Annotated[
        str, typer.Option(help="States to give a new code, such as OH,GU. Their old codes stop working.")
    ] = "",
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Print the team code of each state that has people.

    A state without a code gets one.
    """
    from cluster_kit.roster.codes import list_codes, renew_code
    from cluster_kit.roster.people import on_roster

    with open_roster(series, home, db) as (_, content, store):
        for state in codes_of(content, new):
            renew_code(store, content.series.id, state)
        there = {code.jurisdiction for code in store.team_codes(content.series.id)}
        found = list_codes(store, content.series.id, there | states_of(on_roster(store.people(content.series.id))))
    if as_json:
        print_json(found)
        return
    for state, code in found.items():
        typer.echo(f"{state}  {code}  {content.get_jurisdiction(state).name}")
    if not found:
        typer.echo("The roster is empty. To make a code for a state anyway, add --new OH.", err=True)


@roster_app.command("revoke")
def revoke_command(
    person: PersonName = "",
    *,
    jurisdiction: OnlyJurisdictions = "",
    dry_run: DryRun = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
) -> None:
    """Revoke all links of a person or a state.

    For a state, its team code is replaced as well. Open pages end within seconds. Answers are kept. Links that are
    made afterward work.
    """
    from cluster_kit.roster.codes import renew_code
    from cluster_kit.roster.people import get_person, revoke_links
    from cluster_kit.roster.record import BY_COMMAND, record_changes
    from cluster_kit.store.models import utc_now

    if bool(person) == bool(jurisdiction):
        raise UsageError("Name a person or --jurisdiction, and not both.")
    with open_roster(series, home, db) as (_, content, store):
        states = codes_of(content, jurisdiction)
        people = (
            [get_person(store, content.series.id, person)] if person else choose_people(content, store, jurisdiction)
        )
        if not dry_run:
            for state in states:
                renew_code(store, content.series.id, state)
            record_changes(store, revoke_links(store, people, utc_now()), "revoked", BY_COMMAND)
    for one in people:
        typer.echo(f"{one.jurisdiction or '--'}  {one.name}  {one.id}")
    done = "would be revoked" if dry_run else "are revoked"
    replaced = "would be replaced" if dry_run else "is replaced"
    after = f"The team code {replaced}." if states else CODE_STAYS
    typer.echo(f"All links of {count_of(len(people), 'person', 'people')} {done}. {after}", err=True)


@roster_app.command("merge")
def merge_people_command(  # noqa: PLR0913  (each is an option of the command)
    keep: Annotated[str, typer.Argument(help="The person to keep: an id, an email address, or a name.")],
    other: Annotated[str, typer.Argument(help="The other record of the same person.")],
    *,
    dry_run: DryRun = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Merge two records of one person of a team.

    Each rating and other personal answer counts once: the newer one of the two that is not empty. The other one stays
    in the history. Team answers, posts, presence, links, and open pages of the other record are the kept person's
    from then on. Nothing is deleted, and the command prints the number with which to undo it.
    """
    from cluster_kit.roster.people import get_person
    from cluster_kit.roster.record import BY_COMMAND

    with open_roster(series, home, db) as (_, content, store):
        kept, merged = (get_person(store, content.series.id, name) for name in (keep, other))
        if kept.is_removed and not merged.is_removed:
            raise UsageError(f"{kept.name} ({kept.id}) is not on the roster. Name the record to keep first.")
        preview = store.preview_merge(kept.id, merged.id)
        merge = None if dry_run else store.merge_people(kept.id, merged.id, BY_COMMAND)
    if as_json:
        told = {"dry_run": dry_run, "kept": kept.id, "merged": merged.id, **preview.model_dump()}
        print_json(told | {"merge": merge.id if merge else None})
        return
    typer.echo(f"{merged.name} ({merged.id}) becomes {kept.name} ({kept.id}), {kept.jurisdiction}.")
    for count, what in (
        (preview.moved, "that only the other record has: counted for the kept person"),
        (preview.newer, "of both, different: the other record's is newer, and counts"),
        (preview.older, "of both, different: the kept person's is newer, or the only one not empty, and counts"),
        (preview.same, "of both, the same"),
    ):
        if count:
            typer.echo(f"{count_of(count, 'answer')} {what}")
    typer.echo(f"{count_of(preview.written, 'team answer')} and {count_of(preview.posts, 'session event')} follow.")
    undo = "Nothing was changed." if merge is None else f"To undo it: cluster-kit roster unmerge {merge.id}"
    typer.echo(undo, err=True)


@roster_app.command("unmerge")
def unmerge_command(
    number: Annotated[int, typer.Argument(min=0, help="The merge's number. Without one, list all merges.")] = 0,
    *,
    series: Series = None,
    home: Home = None,
    db: Db = None,
) -> None:
    """Undo a merge: the two records are two people again.

    Each has the personal answers from before. What was answered since then stays with the person who was kept.
    """
    from cluster_kit.roster.record import BY_COMMAND

    with open_roster(series, home, db) as (_, content, store):
        if number:
            merge = store.undo_merge(number, BY_COMMAND)
            typer.echo(f"{merge.merged} and {merge.kept} are two people again.")
            return
        merges = store.merges(content.series.id)
    for one in merges:
        undone = f", undone by {one.undone_by}" if one.undone_at else ""
        typer.echo(f"{one.id}  {one.jurisdiction}  {one.merged} into {one.kept} by {one.asked_by}{undone}")
    if not merges:
        typer.echo("No people were merged in this series.", err=True)


@roster_app.command("invitations")
def invitations_command(  # noqa: PLR0913  (each is an option of the command)
    *,
    out: OutFolder,
    address: Address,
    jurisdiction: OnlyJurisdictions = "",
    organizer: Organizer = "",
    cancel: Annotated[
        list[int] | None, typer.Option(help="A session that does not take place: its files cancel the event.")
    ] = None,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write a calendar file for each state and session.

    Calendars show the times in their user's own zone. The files have no links and no codes. With --organizer, there is
    also a meeting request for each person with an e-mail address.
    """
    from cluster_kit.exports.invitations import InvitationOptions, write_invitations
    from cluster_kit.roster.links import check_dates
    from cluster_kit.roster.people import on_roster
    from cluster_kit.server.auth.tokens import join_page

    with open_roster(series, home, db) as (settings, content, store):
        people = on_roster(store.people(content.series.id))
        states = codes_of(content, jurisdiction) or states_of(people)
    warnings = check_dates(content, dt.datetime.now(dt.UTC))
    options = InvitationOptions(join_page(address), organizer, tuple(cancel or ()))
    written = write_invitations(content, people, states, options, out, home=settings.home)
    if as_json:
        print_json({"files": [str(path) for path in written], "warnings": warnings})
    for path in [] if as_json else written:
        typer.echo(str(path))
    for warning in warnings:
        typer.echo(f"Warning: {warning}", err=True)
    if not states:
        typer.echo("The roster is empty. To name states anyway, add --jurisdiction OH,GU.", err=True)


def _show_imported(imported: RosterImport, *, dry_run: bool) -> None:
    typer.echo(imported.mapping.describe(), err=True)
    for outcome in imported.outcomes:
        if outcome.status != "same":
            details = f": {'; '.join(outcome.changes)}" if outcome.changes else ""
            typer.echo(f"{outcome.status:8}{outcome.jurisdiction or '--'}  {outcome.name}{details}")
    for problem in imported.problems:
        typer.echo(f"line {problem.line}: {problem.sentence}", err=True)
    for note in imported.notes[:MOST_NOTES]:
        typer.echo(f"line {note.line}: {note.sentence}", err=True)
    if len(imported.notes) > MOST_NOTES:
        typer.echo(f"{count_of(len(imported.notes) - MOST_NOTES, 'more note')} like these: see --json.", err=True)
    if imported.without_email:
        has = inflect(imported.without_email, "has", "have")
        typer.echo(f"{count_of(imported.without_email, 'person', 'people')} {has} no email address.", err=True)
    counts = ", ".join(f"{imported.count(status)} {status}" for status in ("new", "changed", "same"))
    skipped = f", {len(imported.problems)} skipped" if imported.problems else ""
    typer.echo(f"{counts}{skipped}.{' Nothing was changed.' if dry_run else ''}", err=True)
