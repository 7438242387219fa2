"""``cluster-kit roster``: the people of the series, and their links and team codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import (
    LOCAL_ADDRESS,
    Address,
    Db,
    DryRun,
    Home,
    Json,
    OnlyJurisdictions,
    OutFolder,
    Series,
    open_store,
    read_settings,
    split_list,
)
from cluster_kit.content import Content, load_content
from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.roster.importing import RosterImport
    from cluster_kit.store import Person, Store

roster_app = typer.Typer(
    no_args_is_help=True, help="Manage the people of the series, and how they join.", rich_markup_mode=None
)
app.add_typer(roster_app, name="roster")

CODE_STAYS = "The team code still works for anyone who has it. To replace it: cluster-kit roster codes --new."


@roster_app.command("import")
def import_roster_command(
    file: Annotated[Path, typer.Argument(help="A CSV file: jurisdiction, name, email, role, sessions.")],
    *,
    dry_run: DryRun = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Import a list of people, or update them.

    Importing a list again applies only what has changed in it. Rows with problems are reported by line and skipped.
    The exit code is 1 if there are any.
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
    days: Annotated[int, typer.Option(min=1, help="The number of days that the links work.")] = 30,
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
    from cluster_kit.roster.people import invite
    from cluster_kit.server.auth.tokens import make_link

    _check_links(out, jurisdiction, name, role, facilitator)
    with _open(series, home, db) as (settings, content, store):
        if session is not None:
            content.get_session(session)

        def link_of(person: Person) -> str:
            return make_link(settings, person.id, address=address or LOCAL_ADDRESS, session=session, days=days)

        if out is None:
            person = invite(content, store, name=facilitator or name, jurisdiction=jurisdiction, role=role)
            link = link_of(person)
            typer.echo(json.dumps({"person": person.id, "name": person.name, "link": link}) if as_json else link)
            return
        people = _write_table(content, store, out, jurisdiction, address, link_of)
    typer.echo(json.dumps({"files": [str(out)], "people": len(people)}) if as_json else str(out))
    people_count = count_of(len(people), "person", "people")
    typer.echo(f"{people_count}, each with a link for {days} days. Only you can read the file.", err=True)


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


def _write_table(
    content: Content, store: Store, out: Path, jurisdiction: str, address: str, link_of: Callable[[Person], str]
) -> list[Person]:
    """Write the table for mail merge; the people in it are returned."""
    from cluster_kit.exports.mail_merge import write_mail_merge
    from cluster_kit.roster.codes import list_codes
    from cluster_kit.server.auth.tokens import join_page

    page = join_page(address)
    people = _choose(content, store, jurisdiction)
    codes = list_codes(store, content.series.id, _states_of(people))
    write_mail_merge(content, people, out, link_of=link_of, codes=codes, join_page=page)
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

    with _open(series, home, db) as (_, content, store):
        for state in _codes_of(content, new):
            renew_code(store, content.series.id, state)
        there = {code.jurisdiction for code in store.team_codes(content.series.id)}
        found = list_codes(store, content.series.id, there | _states_of(store.people(content.series.id)))
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    for state, code in found.items():
        typer.echo(f"{state}  {code}  {content.get_jurisdiction(state).name}")
    if not found:
        typer.echo("The roster is empty. To make a code for a state anyway, add --new OH.", err=True)


@roster_app.command("revoke")
def revoke_command(
    person: Annotated[str, typer.Argument(help="The person: an id, an email address, or a name.")] = "",
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
    from cluster_kit.store.models import now

    if bool(person) == bool(jurisdiction):
        raise UsageError("Name a person or --jurisdiction, and not both.")
    with _open(series, home, db) as (_, content, store):
        states = _codes_of(content, jurisdiction)
        people = [get_person(store, content.series.id, person)] if person else _choose(content, store, jurisdiction)
        if not dry_run:
            for state in states:
                renew_code(store, content.series.id, state)
            revoke_links(store, people, now())
    for one in people:
        typer.echo(f"{one.jurisdiction or '--'}  {one.name}  {one.id}")
    done = "would be revoked" if dry_run else "are revoked"
    replaced = "would be replaced" if dry_run else "is replaced"
    after = f"The team code {replaced}." if states else CODE_STAYS
    typer.echo(f"All links of {count_of(len(people), 'person', 'people')} {done}. {after}", err=True)


@roster_app.command("invitations")
def invitations_command(
    *,
    out: OutFolder,
    address: Address,
    jurisdiction: OnlyJurisdictions = "",
    series: Series = None,
    home: Home = None,
    db: Db = None,
) -> None:
    """Write a calendar file for each state and session.

    Times are in the state's own time zone. The files have no links and no codes.
    """
    from cluster_kit.exports.invitations import write_invitations
    from cluster_kit.server.auth.tokens import join_page

    door = join_page(address)
    with _open(series, home, db) as (_, content, store):
        people = store.people(content.series.id)
        states = _codes_of(content, jurisdiction) or _states_of(people)
    for path in write_invitations(content, people, states, door, out):
        typer.echo(str(path))
    if not states:
        typer.echo("The roster is empty. To name states anyway, add --jurisdiction OH,GU.", err=True)


@contextmanager
def _open(series: str | None, home: Path | None, db: str | None) -> Iterator[tuple[Settings, Content, Store]]:
    """Open the settings, the series, and its store until the block ends."""
    settings, chosen = read_settings(series, home, db)
    content = load_content(chosen, overlay=settings.content)
    with open_store(settings) as store:
        yield settings, content, store


def _codes_of(content: Content, named: str) -> list[str]:
    return [content.get_jurisdiction(part).code for part in split_list(named)]


def _states_of(people: Iterable[Person]) -> set[str]:
    return {person.jurisdiction for person in people if person.jurisdiction}


def _choose(content: Content, store: Store, jurisdiction: str) -> list[Person]:
    """The people of these states, or everyone, by state. ``UsageError`` if there are none."""
    states = _codes_of(content, jurisdiction)
    people = [one for one in store.people(content.series.id) if not states or one.jurisdiction in states]
    if not people:
        raise UsageError("The roster has no such people. Add people with: cluster-kit roster import.")
    return sorted(people, key=lambda person: (person.jurisdiction, person.name.casefold()))


def _show_imported(imported: RosterImport, *, dry_run: bool) -> None:
    for outcome in imported.outcomes:
        if outcome.status != "same":
            said = f": {'; '.join(outcome.changes)}" if outcome.changes else ""
            typer.echo(f"{outcome.status:8}{outcome.jurisdiction or '--'}  {outcome.name}{said}")
    for problem in imported.problems:
        typer.echo(f"line {problem.line}: {problem.sentence}", err=True)
    counts = ", ".join(f"{imported.count(status)} {status}" for status in ("new", "changed", "same"))
    skipped = f", {len(imported.problems)} skipped" if imported.problems else ""
    typer.echo(f"{counts}{skipped}.{' Nothing was changed.' if dry_run else ''}", err=True)
