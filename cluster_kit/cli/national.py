"""``cluster-kit national``: the ratings of all states together, for the staff of the series."""

from __future__ import annotations

from typing import Annotated

import typer

from cluster_kit.cli.app import app, print_json
from cluster_kit.cli.options import Db, Home, Json, OutFolder, Series, read_settings


@app.command("national")
def national_command(
    out: OutFolder,
    session: Annotated[int | None, typer.Option(help="Only the policy areas that this session rates.")] = None,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write a report of all states' ratings, for staff only.

    It is a page with the ratings and what to discuss next, and the charts as files. You can run it during a session.
    """
    from cluster_kit.exports.national import write_national

    settings, chosen = read_settings(series, home, db)
    done = write_national(settings, chosen, out, session)
    if as_json:
        print_json({"files": [str(path) for path in done.files], "states": done.states})
        return
    for path in done.files:
        typer.echo(str(path))
    typer.echo(f"{done.states} states have rated.", err=True)
