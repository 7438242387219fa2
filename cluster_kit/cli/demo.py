"""``cluster-kit demo``: a server with a fictional series, its people, answers of one team, and links to join."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Port, open_store
from cluster_kit.cli.serve import report_other_port, report_wait
from cluster_kit.content import Content, find_newest_series, list_series, load_content, load_series
from cluster_kit.content.evaluation import load_evaluation
from cluster_kit.content.new_series import copy_as_fictional, create_series
from cluster_kit.demo.sample_answers import add_sample_answers
from cluster_kit.demo.sample_evaluations import add_sample_evaluations
from cluster_kit.files import make_private_folder
from cluster_kit.roster.codes import list_codes
from cluster_kit.server import make_link
from cluster_kit.server.monitoring.logs import LogFormat
from cluster_kit.settings import Settings, save_series
from cluster_kit.store import Person, Store

SERIES = "demo"
EVALUATED = 1  # the session that fictional participants have evaluated
DAYS_AHEAD, TUESDAY = 3, 1
VALUES_FILE = "message_values.yaml"
MESSAGE_VALUES = """\
# Fictional values of the fields in messages.
schema_version: 1
values:
  organization: Sample Association
  sender_name: Robin Sample
  contact_email: robin.sample@example.org
  access_contact: access@example.org
  call_link: https://call.example.org/1234
"""
AFTERWARDS = """\
To see a team at work, open two links in two browsers, or one in a private window. Robin's link opens the consoles.
Guam has already answered session 1, and its session 2 looks back on that. To make Guam's packet:

  {program} packets --series demo --session 1 --jurisdiction GU --home {home} --out packets-out

Fictional participants have evaluated session 1. To see the summary:

  {program} evaluation summary --series demo --session 1 --home {home} --out evaluation-out

To see a message to the fictional participants, whose addresses reach no one:

  {program} messages write two_day_reminder --series demo --session 1 --home {home} --out messages-out \\
    --address {address}

Answers are saved in {home}. Stop with Ctrl+C. Run the command again to continue."""


@dataclass(frozen=True)
class DemoPerson:
    """A fictional person."""

    id: str
    name: str
    jurisdiction: str
    role: str = ""

    @property
    def email(self) -> str:
        """An address at example.org, which is reserved for examples: no message can reach anyone."""
        return f"{self.id.removeprefix('demo-')}.sample@example.org"


RETURNING = "demo-tasi"  # whose team has already answered session 1
PEOPLE = (
    DemoPerson("demo-avery", "Avery Sample (fictional)", "OH", "state_director"),
    DemoPerson("demo-jordan", "Jordan Sample (fictional)", "OH", "data"),
    DemoPerson(RETURNING, "Tasi Sample (fictional)", "GU", "state_director"),
    DemoPerson("demo-robin", "Robin Sample (fictional)", ""),  # without a state: the facilitator
)


@app.command("demo")
def demo_command(
    *,
    home: Annotated[Path, typer.Option(help="The folder for the series and its answers.")] = Path(".demo"),
    port: Port = None,
) -> None:
    """Start a fictional series, with links to join it.

    Answers are saved. When you run the command again, it continues where it stopped.
    """
    from cluster_kit.server.app import serve
    from cluster_kit.server.listening import ServeOptions
    from cluster_kit.server.ports import DEFAULT_PORT

    # Always the embedded store and the demo's own series: a demonstration must not write into a real one.
    settings = Settings(Settings.read(home, series=SERIES).home, series=SERIES)
    content = prepare_demo(settings)
    add_message_values(settings)
    store = open_store(settings)
    try:
        add_demo_people(store, content)
        add_sample_evaluations(store, content, load_evaluation(settings.content), EVALUATED)
        codes = list_codes(store, content.series.id, {person.jurisdiction for person in PEOPLE if person.jurisdiction})
        options = ServeOptions(
            port=DEFAULT_PORT if port is None else port,
            is_fixed=port is not None,
            report_wait=partial(report_wait, LogFormat.PLAIN),
        )
        serve(settings, content, store, options, partial(_print_links, settings, content, codes, options.port))
    finally:
        store.close()


def prepare_demo(settings: Settings) -> Content:
    """Load the fictional series. The first run creates it from the shipped sessions, the first on a Tuesday soon."""
    if SERIES not in list_series(settings.content):
        soon = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=DAYS_AHEAD)
        first = soon + dt.timedelta(days=(TUESDAY - soon.weekday()) % 7)
        source = load_series(find_newest_series())
        make_private_folder(settings.content)
        opening = source.schedule[0].session
        create_series(copy_as_fictional(source, SERIES, "demonstration", opening, first), settings.content)
        save_series(settings.file, SERIES)
    return load_content(SERIES, overlay=settings.content)


def add_message_values(settings: Settings) -> None:
    """Add fictional values of the fields in messages, unless the home has values."""
    path = settings.content / VALUES_FILE
    if not path.exists():
        path.write_text(MESSAGE_VALUES, encoding="utf-8")


def add_demo_people(store: Store, content: Content) -> None:
    """Add the fictional people, and on the first run the answers of the returning one.

    People who are already in the store, and their answers, are not changed.
    """
    now = dt.datetime.now(dt.UTC)
    for one in PEOPLE:
        person = Person(
            id=one.id,
            series=content.series.id,
            jurisdiction=one.jurisdiction,
            name=one.name,
            role=one.role,
            email=one.email,
            at=now,
            depth="essential",
        )
        store.add_person(person)
        if one.id == RETURNING and not store.latest_seq(person.series, person.jurisdiction):
            add_sample_answers(store, content, person)


def _print_links(settings: Settings, content: Content, codes: dict[str, str], port: int, address: str) -> None:
    report_other_port(port, address)
    typer.echo(f"{content.series.title}: everything in it is fictional.\n\nOpen one of these links in a browser:\n")
    for person in PEOPLE:
        place = content.get_jurisdiction(person.jurisdiction).name if person.jurisdiction else "facilitator"
        session = 1 if person.jurisdiction else None
        typer.echo(f"  {person.name}, {place}\n  {make_link(settings, person.id, address=address, session=session)}\n")
    typer.echo(f"Or join at {address}/join with a team code:\n")
    for code, opens in codes.items():
        typer.echo(f"  {opens}  {content.get_jurisdiction(code).name}")
    typer.echo()
    program = sys.argv[0] if Path(sys.argv[0]).stem == "cluster-kit" else "cluster-kit"
    typer.echo(AFTERWARDS.format(program=shlex.quote(program), home=shlex.quote(str(settings.home)), address=address))
