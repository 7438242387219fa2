"""``cluster-kit worksheets``: a session's worksheet to fill out offline, for each state."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import (
    Db,
    Home,
    Json,
    Jurisdictions,
    OutFolder,
    Series,
    SessionNumber,
    read_settings,
    split_jurisdictions,
    split_list,
)
from cluster_kit.cli.results import CommandOutcome, print_result
from cluster_kit.content import load_content
from cluster_kit.content.models import Depth
from cluster_kit.text import count_of


@app.command("worksheets")
def worksheets_command(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    session: SessionNumber,
    jurisdiction: Jurisdictions,
    out: OutFolder,
    formats: Annotated[str, typer.Option(help="One or more of ipynb, docx, and pdf.")] = "ipynb,docx,pdf",
    depth: Annotated[Depth, typer.Option(help="How much the worksheet asks.")] = Depth.STANDARD,
    check_in: Annotated[
        int | None, typer.Option(help="Only the short check-in this many days after the session: 30, 60, or 90.")
    ] = None,
    person: Annotated[
        str, typer.Option(help="Only for this person of one state: an id, an email address, or a name.")
    ] = "",
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write a session's worksheet for each state.

    A worksheet contains what the state's team has answered so far, and a signature by which collect knows the
    state and, if it is one person's, the person.
    """
    from cluster_kit.worksheets.batch import WorksheetRequest, make_worksheets

    settings, chosen = read_settings(series, home, db)
    wanted = tuple(split_list(formats.lower()))
    request = WorksheetRequest(chosen, session, split_jurisdictions(jurisdiction), wanted, depth, check_in, person)
    content, only = load_content(chosen, overlay=settings.content), request.jurisdictions
    states = len(content.jurisdictions if only is None else {content.get_jurisdiction(code).code for code in only})
    began, files = time.monotonic(), []
    for number, path in enumerate(make_worksheets(settings, request, out, content), start=1):
        files.append(path)
        if not as_json:
            typer.echo(str(path))
        if states > 1 and number % len(wanted) == 0:
            typer.echo(_describe_progress(number // len(wanted), states, time.monotonic() - began), err=True)
    print_result(CommandOutcome(settings, chosen, files, {"states": states}, lines=()), as_json=as_json)


def _describe_progress(made: int, states: int, passed_s: float) -> str:
    """How many states have their worksheets, and how long the others will take."""
    left = ""
    if made < states:
        minutes = round(passed_s / made * (states - made) / 60)
        left = f", about {count_of(minutes, 'minute')} left" if minutes else ", less than a minute left"
    return f"{made} of {states} states{left}."
