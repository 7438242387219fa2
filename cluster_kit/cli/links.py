"""``cluster-kit links``: let people in."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.serve import Database, Home, open_store
from cluster_kit.content import load_content
from cluster_kit.errors import UsageError
from cluster_kit.roster.people import invite
from cluster_kit.server import make_link
from cluster_kit.server.auth.tokens import DEFAULT_DAYS
from cluster_kit.settings import Settings


@app.command()
def links(  # noqa: PLR0913  (each is an option of the command)
    *,
    jurisdiction: Annotated[str, typer.Option(help="The state's postal code.")] = "",
    name: Annotated[str, typer.Option(help="The person's name, as teammates see it.")] = "",
    facilitator: Annotated[str, typer.Option(help="The name of a facilitator, instead of a state and a name.")] = "",
    series: Annotated[str, typer.Option(help="The series.")] = "2026",
    role: Annotated[str, typer.Option(help="What the person does in the state: a role's id.")] = "",
    session: Annotated[int | None, typer.Option(help="The session that the link opens; else the next one.")] = None,
    days: Annotated[int, typer.Option(min=1, help="How long the link works.")] = DEFAULT_DAYS,
    address: Annotated[str, typer.Option(help="Where people find the server.")] = "http://127.0.0.1:8866",
    home: Home = None,
    db: Database = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the link that lets a person in. Somebody new is added to the series; the same name is the same person."""
    if bool(facilitator) == bool(jurisdiction and name) or (facilitator and (jurisdiction or name or role)):
        raise UsageError("Say who the link is for: --jurisdiction and --name, or --facilitator alone.")
    settings = Settings.read(home, db)
    content = load_content(series, overlay=settings.content)
    if session is not None:
        content.get_session(session)
    store = open_store(settings)
    try:
        person = invite(content, store, name=facilitator or name, jurisdiction=jurisdiction, role=role)
    finally:
        store.close()
    link = make_link(settings, person.id, address=address, session=session, days=days)
    typer.echo(json.dumps({"person": person.id, "name": person.name, "link": link}) if as_json else link)
