"""``cluster-kit roster links``, ``codes``, and ``revoke``: how people join."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from cluster_kit.cli.results import CommandOutcome, name_place, print_result
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
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.settings import Settings
    from cluster_kit.store import Person, Store

CODE_STAYS = "The team code still works for anyone who has it. To replace it: cluster-kit roster codes --new."


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
            result: dict[str, object] = {"person": person.id, "name": person.name, "link": text}
            if not address:
                warnings.append(LOCAL_LINK)
            done = f"The link works for {valid} days."
        else:
            people = _write_table(settings, content, store, out, jurisdiction, address, link_of)
            warnings += _warn_of_states(content, people, jurisdiction)
            text, result = str(out), {"files": [str(out)], "people": len(people)}
            count = count_of(len(people), "person", "people")
            done = f"{count}, each with a link for {valid} days. Only you can read the file."
    result |= {"days": valid, "warnings": warnings, **name_place(settings, content.series.id)}
    typer.echo(json.dumps(result, ensure_ascii=False) if as_json else text)
    typer.echo(done, err=True)
    print_warnings(warnings)


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
def revoke_command(  # noqa: PLR0913  (each is an option of the command)
    person: PersonName = "",
    *,
    jurisdiction: Annotated[str, typer.Option(help="Instead of a person, these states, such as OH or OH,GU.")] = "",
    dry_run: DryRun = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
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
    with open_roster(series, home, db) as (settings, content, store):
        states = codes_of(content, jurisdiction)
        people = (
            [get_person(store, content.series.id, person)] if person else choose_people(content, store, jurisdiction)
        )
        if not dry_run:
            for state in states:
                renew_code(store, content.series.id, state)
            record_changes(store, revoke_links(store, people, utc_now()), "revoked", BY_COMMAND)
    done = "would be revoked" if dry_run else "are revoked"
    replaced = "would be replaced" if dry_run else "is replaced"
    after = f"The team code {replaced}." if states else CODE_STAYS
    result = CommandOutcome(
        settings,
        content.series.id,
        facts={
            "dry_run": dry_run,
            "people": [
                {"person": person.id, "name": person.name, "jurisdiction": person.jurisdiction} for person in people
            ],
            "codes_replaced": states,
        },
        lines=[f"{person.jurisdiction or '--'}  {person.name}  {person.id}" for person in people],
        summary=f"All links of {count_of(len(people), 'person', 'people')} {done}. {after}",
    )
    print_result(result, as_json=as_json)
