"""``cluster-kit worksheets``: a session's worksheet to fill out offline, for each state."""

from __future__ import annotations

from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import (
    Db,
    Home,
    Jurisdictions,
    OutFolder,
    Series,
    SessionNumber,
    read_settings,
    split_jurisdictions,
    split_list,
)
from cluster_kit.content.models import Depth


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
) -> None:
    """Write a session's worksheet for each state.

    A worksheet contains what the state's team has answered so far, and a signature by which collect knows the
    state and, if it is one person's, the person.
    """
    from cluster_kit.worksheets.batch import WorksheetRequest, make_worksheets

    settings, chosen = read_settings(series, home, db)
    wanted = tuple(split_list(formats.lower()))
    request = WorksheetRequest(chosen, session, split_jurisdictions(jurisdiction), wanted, depth, check_in, person)
    for path in make_worksheets(settings, request, out):
        typer.echo(str(path))
