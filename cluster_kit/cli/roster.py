"""``cluster-kit roster import``, ``merge``, ``unmerge``, and ``invitations``: lists of people, and calendar files."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import print_warnings
from cluster_kit.cli.options import (
    Address,
    Columns,
    Db,
    DryRun,
    Home,
    Json,
    OnlyJurisdictions,
    Organizer,
    OutFolder,
    Series,
    Sheet,
)
from cluster_kit.cli.results import CommandOutcome, print_object, print_result
from cluster_kit.cli.roster_common import (
    codes_of,
    open_roster,
    roster_app,
    states_of,
)
from cluster_kit.errors import UsageError
from cluster_kit.text import count_of, inflect

if TYPE_CHECKING:
    from cluster_kit.roster.importing import RosterImport
    from cluster_kit.store import Merge

MOST_NOTES = 10


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
        print_object({"dry_run": dry_run, **asdict(imported)}, settings, content.series.id)
    else:
        _show_imported(imported, dry_run=dry_run)
    if imported.problems:
        raise typer.Exit(1)


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

    with open_roster(series, home, db) as (settings, content, store):
        kept, merged = (get_person(store, content.series.id, name) for name in (keep, other))
        if kept.is_removed and not merged.is_removed:
            raise UsageError(f"{kept.name} ({kept.id}) is not on the roster. Name the record to keep first.")
        preview = store.preview_merge(kept.id, merged.id)
        merge = None if dry_run else store.merge_people(kept.id, merged.id, BY_COMMAND)
    if as_json:
        result = {"dry_run": dry_run, "kept": kept.id, "merged": merged.id, **preview.model_dump()}
        print_object(result | {"merge": merge.id if merge else None}, settings, content.series.id)
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
    number: Annotated[int, typer.Argument(min=0, help="The merge's number.", show_default="list all merges")] = 0,
    *,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Undo a merge: the two records are two people again.

    Each has the personal answers from before. What was answered since then stays with the person who was kept.
    """
    from cluster_kit.roster.record import BY_COMMAND

    with open_roster(series, home, db) as (settings, content, store):
        merges = [store.undo_merge(number, BY_COMMAND)] if number else store.merges(content.series.id)
    facts = {"undone": bool(number), "merges": [merge.model_dump(mode="json") for merge in merges]}
    if number:
        lines = [f"{merge.merged} and {merge.kept} are two people again." for merge in merges]
    else:
        lines = [_describe_merge(merge) for merge in merges]
    summary = "" if merges else "No people were merged in this series."
    result = CommandOutcome(settings, content.series.id, facts=facts, lines=lines, summary=summary)
    print_result(result, as_json=as_json)


def _describe_merge(merge: Merge) -> str:
    undone = f", undone by {merge.undone_by}" if merge.undone_at else ""
    return f"{merge.id}  {merge.jurisdiction}  {merge.merged} into {merge.kept} by {merge.asked_by}{undone}"


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
    also a meeting request for each person with an email address.
    """
    from cluster_kit.content.messages import find_call_link
    from cluster_kit.exports.invitations import InvitationOptions, write_invitations
    from cluster_kit.roster.links import check_dates
    from cluster_kit.roster.people import on_roster
    from cluster_kit.server.auth.tokens import join_page

    with open_roster(series, home, db) as (settings, content, store):
        people = on_roster(store.people(content.series.id))
        states = codes_of(content, jurisdiction) or states_of(people)
    warnings = check_dates(content, dt.datetime.now(dt.UTC))
    call_link = find_call_link(content.series.id, settings.content)
    options = InvitationOptions(join_page(address), organizer, tuple(cancel or ()), call_link)
    written = write_invitations(content, people, states, options, out, home=settings.home)
    if as_json:
        files = [str(path) for path in written]
        print_object({"files": files, "warnings": warnings}, settings, content.series.id)
    for path in [] if as_json else written:
        typer.echo(str(path))
    print_warnings(warnings)
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


# Registers their commands, which --help lists after those above.
from cluster_kit.cli import roster_people, roster_access  # noqa: E402, F401, I001
