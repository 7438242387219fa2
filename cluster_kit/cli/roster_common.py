"""What the commands of ``cluster-kit roster`` have in common: the group, the open store, and the choice of people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cluster_kit.cli.app import CommandGroup, app
from cluster_kit.cli.options import open_store, read_settings, split_list
from cluster_kit.content import Content, load_content
from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings
from cluster_kit.temporary_folders import temporary_folder

if TYPE_CHECKING:
    from cluster_kit.store import Person, Store

LOCAL_LINK = "The link is for a server on this computer. For other people, add --address."

roster_app = typer.Typer(
    cls=CommandGroup,
    no_args_is_help=True,
    help="Manage the people of the series, and how they join.",
    rich_markup_mode=None,
)
app.add_typer(roster_app, name="roster")


@contextmanager
def open_roster(
    series: str | None, home: Path | None, db: str | None, *, creates: bool = False, dry_run: bool = False
) -> Iterator[tuple[Settings, Content, Store]]:
    """Open the settings, the series, and its store until the block ends.

    A dry run of a command that creates a store gets a temporary one if there is none.
    """
    settings, chosen = read_settings(series, home, db, creates=creates)
    content = load_content(chosen, overlay=settings.content)
    with ExitStack() as stack:
        of_store = settings
        if dry_run and settings.db is None and not settings.store_file.is_file():
            of_store = replace(settings, home=stack.enter_context(temporary_folder("roster")))
        yield settings, content, stack.enter_context(open_store(of_store))


def codes_of(content: Content, named: str) -> list[str]:
    """The two-letter abbreviations of the states in an option. Raises ``UnknownJurisdictionError``."""
    return [content.get_jurisdiction(part).code for part in split_list(named)]


def states_of(people: Iterable[Person]) -> set[str]:
    """The two-letter abbreviations of these people's states, without those of facilitators."""
    return {person.jurisdiction for person in people if person.jurisdiction}


def choose_people(content: Content, store: Store, jurisdiction: str) -> list[Person]:
    """The people on the roster of these states, or everyone, by state. ``UsageError`` if there are none."""
    from cluster_kit.roster.people import on_roster

    states = codes_of(content, jurisdiction)
    people = [
        person for person in on_roster(store.people(content.series.id)) if not states or person.jurisdiction in states
    ]
    if not people:
        raise UsageError("The roster has no such people. Add people with: cluster-kit roster import.")
    return sorted(people, key=lambda person: (person.jurisdiction, person.name.casefold()))


def withdrawal_links(settings: Settings, content: Content, store: Store, address: str) -> Callable[[Person], str]:
    """By person, the link to withdraw their latest confirmed registration; an empty string if they did not register."""
    from cluster_kit.roster.registrations import latest_confirmed
    from cluster_kit.server.auth.tokens import make_withdrawal_link

    latest = latest_confirmed(store, content.series.id)

    def withdrawal_of(person: Person) -> str:
        registration = latest.get(person.id)
        return make_withdrawal_link(settings, registration, address=address) if registration else ""

    return withdrawal_of
