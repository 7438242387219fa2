"""``cluster-kit roster``: who is invited, and what they come in by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.content import Content, load_content
from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.roster.importing import RosterImport
    from cluster_kit.store import Person, Store

roster_app = typer.Typer(no_args_is_help=True, help="Who is invited, and what they come in by.", rich_markup_mode=None)
app.add_typer(roster_app, name="roster")

CODE_STAYS = "A team's code still lets anybody into the team; cluster-kit roster codes --new makes another."
Series = Annotated[str, typer.Option(help="The series.")]
Home = Annotated[Path | None, typer.Option(help="The kit's home folder.", show_default="cluster-kit-home")]
Db = Annotated[str | None, typer.Option(help="The store's URL, where it is not in the home.")]
Json = Annotated[bool, typer.Option("--json", help="Write the result as JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")]
States = Annotated[str, typer.Option(help="Only these states: a postal code, or several as OH,GU.")]
Address = Annotated[str, typer.Option(help="Where people find the server, such as https://workshop.example.org.")]


@roster_app.command(name="import")
def import_command(
    file: Annotated[Path, typer.Argument(help="A CSV file: jurisdiction, name, email, role, sessions.")],
    *,
    dry_run: DryRun = False,
    series: Series = "2026",
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Put the people of a list into the series; the same list again changes nothing, a changed one what has changed.

    Good rows are taken, bad ones reported by line: exit code 1 where there are any.
    """
    from cluster_kit.roster.importing import import_roster
    from cluster_kit.roster.reading import read_roster

    with _open(series, home, db) as (_, content, store):
        imported = import_roster(content, store, read_roster(content, file), dry_run=dry_run)
    if as_json:
        typer.echo(json.dumps({"dry_run": dry_run, **asdict(imported)}, indent=2, ensure_ascii=False))
    else:
        _show_imported(imported, dry_run=dry_run)
    if imported.problems:
        raise typer.Exit(1)


@roster_app.command()
def links(  # noqa: PLR0913  (each is an option of the command)
    *,
    out: Annotated[Path, typer.Option(help="The CSV file to write. Keep it safe: its links let people in.")],
    address: Address,
    jurisdiction: States = "",
    session: Annotated[int | None, typer.Option(help="The session that the links open; else the next one.")] = None,
    days: Annotated[int, typer.Option(min=1, help="How long the links work.")] = 30,
    series: Series = "2026",
    home: Home = None,
    db: Db = None,
) -> None:
    """Write a table for mail merge: a personal link for everybody, the team's code, and local times."""
    from cluster_kit.exports.mail_merge import write_mail_merge
    from cluster_kit.roster.codes import list_codes
    from cluster_kit.server.auth.tokens import join_page, make_link

    door = join_page(address)
    with _open(series, home, db) as (settings, content, store):
        if session is not None:
            content.get_session(session)
        people = _choose(content, store, jurisdiction)
        codes = list_codes(store, content.series.id, _states_of(people))
    write_mail_merge(
        content,
        people,
        out,
        link_of=lambda person: make_link(settings, person.id, address=address, session=session, days=days),
        codes=codes,
        join_page=door,
    )
    typer.echo(str(out))
    typer.echo(
        f"{count_of(len(people), 'person', 'people')}, each with a link for {days} days. Only you can read the file.",
        err=True,
    )


@roster_app.command()
def codes(
    *,
    new: Annotated[str, typer.Option(help="States to give a new code, as OH,GU; their old ones open nothing.")] = "",
    series: Series = "2026",
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Print the team code of each state that has people. A state that has none yet gets one."""
    from cluster_kit.roster.codes import list_codes, renew_code

    with _open(series, home, db) as (_, content, store):
        for state in _states(content, new):
            renew_code(store, content.series.id, state)
        there = {code.jurisdiction for code in store.team_codes(content.series.id)}
        found = list_codes(store, content.series.id, there | _states_of(store.people(content.series.id)))
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    for state, code in found.items():
        typer.echo(f"{state}  {code}  {content.get_jurisdiction(state).name}")
    if not found:
        typer.echo("Nobody is on the roster yet. To make a code for a state all the same: --new OH.", err=True)


@roster_app.command()
def revoke(
    person: Annotated[str, typer.Argument(help="Whose: an id, an email address or a name.")] = "",
    *,
    jurisdiction: States = "",
    dry_run: DryRun = False,
    series: Series = "2026",
    home: Home = None,
    db: Db = None,
) -> None:
    """Make all links of a person void, or of a whole state, with its code. Open pages end within seconds.

    What they have written stays. New links, made afterwards, let them in again.
    """
    from cluster_kit.roster.codes import renew_code
    from cluster_kit.roster.people import get_person, revoke_links
    from cluster_kit.store.models import now

    if bool(person) == bool(jurisdiction):
        raise UsageError("Say whose links are to be void: a person, or --jurisdiction.")
    with _open(series, home, db) as (_, content, store):
        states = _states(content, jurisdiction)
        people = [get_person(store, content.series.id, person)] if person else _choose(content, store, jurisdiction)
        if not dry_run:
            for state in states:
                renew_code(store, content.series.id, state)
            revoke_links(store, people, now())
    for one in people:
        typer.echo(f"{one.jurisdiction or '--'}  {one.name}  {one.id}")
    done = "would be void" if dry_run else "are void"
    after = "A new team code takes the place of the old one." if states else CODE_STAYS
    typer.echo(f"All links of {count_of(len(people), 'person', 'people')} {done}. {after}", err=True)


@roster_app.command()
def invitations(
    *,
    out: Annotated[Path, typer.Option(help="The folder to write to. It is made where it is missing.")],
    address: Address,
    jurisdiction: States = "",
    series: Series = "2026",
    home: Home = None,
    db: Db = None,
) -> None:
    """Make a calendar file for each state and session, in the state's own time; without links or codes."""
    from cluster_kit.exports.invitations import write_invitations
    from cluster_kit.server.auth.tokens import join_page

    door = join_page(address)
    with _open(series, home, db) as (_, content, store):
        people = store.people(content.series.id)
        states = _states(content, jurisdiction) or _states_of(people)
    for path in write_invitations(content, people, states, door, out):
        typer.echo(str(path))
    if not states:
        typer.echo("Nobody is on the roster yet. To name states all the same: --jurisdiction OH,GU.", err=True)


@contextmanager
def _open(series: str, home: Path | None, db: str | None) -> Iterator[tuple[Settings, Content, Store]]:
    """The settings, the series and its store, until the block ends."""
    from cluster_kit.cli.serve import open_store

    settings = Settings.read(home, db)
    content = load_content(series, overlay=settings.content)
    with open_store(settings) as store:
        yield settings, content, store


def _states(content: Content, named: str) -> list[str]:
    return [content.get_jurisdiction(part).code for part in named.split(",") if part.strip()]


def _states_of(people: Iterable[Person]) -> set[str]:
    return {person.jurisdiction for person in people if person.jurisdiction}


def _choose(content: Content, store: Store, jurisdiction: str) -> list[Person]:
    """The people of these states, or everybody, by state; nobody is an error."""
    states = _states(content, jurisdiction)
    people = [one for one in store.people(content.series.id) if not states or one.jurisdiction in states]
    if not people:
        raise UsageError("There is nobody to do this for. Put people on the roster with: cluster-kit roster import.")
    return sorted(people, key=lambda person: (person.jurisdiction, person.name.casefold()))


def _show_imported(imported: RosterImport, *, dry_run: bool) -> None:
    for outcome in imported.outcomes:
        if outcome.status != "same":
            said = f": {'; '.join(outcome.changes)}" if outcome.changes else ""
            typer.echo(f"{outcome.status:8}{outcome.jurisdiction or '--'}  {outcome.name}{said}")
    for problem in imported.problems:
        typer.echo(f"line {problem.line}: {problem.sentence}", err=True)
    counts = ", ".join(f"{imported.count(status)} {status}" for status in ("new", "changed", "same"))
    not_taken = f", {len(imported.problems)} not taken" if imported.problems else ""
    typer.echo(f"{counts}{not_taken}.{' Nothing was changed.' if dry_run else ''}", err=True)
