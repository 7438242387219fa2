"""``cluster-kit worksheets``: a session's worksheet to fill out offline, for each state."""

from __future__ import annotations

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
from cluster_kit.cli.results import BatchProgress, CommandOutcome, print_result
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
    workers: Annotated[
        int, typer.Option(min=0, help="States to write in parallel. 0 means one more than the number of processors.")
    ] = 0,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write a session's worksheet for each state.

    A worksheet contains what the state's team has answered so far, and a signature by which collect knows the
    state and, if it is one person's, the person.
    """
    from cluster_kit.process_pool import default_workers
    from cluster_kit.worksheets.batch import WorksheetRequest, list_states, make_worksheets

    settings, chosen = read_settings(series, home, db)
    wanted = tuple(dict.fromkeys(split_list(formats.lower())))
    request = WorksheetRequest(chosen, session, split_jurisdictions(jurisdiction), wanted, depth, check_in, person)
    states = len(list_states(load_content(chosen, overlay=settings.content), request))
    files, progress = [], BatchProgress("state", every_s=0)
    if states > 1:
        typer.echo(f"Writing the worksheets of {states} states. Each takes several seconds.", err=True)
    try:
        for number, path in enumerate(make_worksheets(settings, request, out, workers or default_workers()), start=1):
            files.append(path)
            if not as_json:
                typer.echo(str(path))
            if number % len(wanted) == 0:
                progress(number // len(wanted), states)
    except KeyboardInterrupt:
        stopped = f"Stopped with the worksheets of {len(files) // len(wanted)} of {count_of(states, 'state')} written."
        typer.echo(f"{stopped} To write all, run the same command again.", err=True)
        raise
    print_result(CommandOutcome(settings, chosen, sorted(files), {"states": states}, lines=()), as_json=as_json)
