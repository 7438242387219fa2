"""``cluster-kit calendar``: the dates that states have set for themselves, as calendar files."""

from __future__ import annotations

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Db, Home, Jurisdictions, OutFolder, Series, read_settings, split_jurisdictions


@app.command("calendar")
def calendar_command(
    out: OutFolder,
    jurisdiction: Jurisdictions = "all",
    series: Series = None,
    home: Home = None,
    db: Db = None,
) -> None:
    """Write a calendar file of each state's own dates.

    The dates are those of open next steps, planned conversations, and check-ins after sessions. A state without any
    dates gets no file.
    """
    from cluster_kit.exports.calendars import write_calendars

    settings, chosen = read_settings(series, home, db)
    written = write_calendars(settings, chosen, out, split_jurisdictions(jurisdiction))
    for path in written:
        typer.echo(str(path))
    if not written:
        typer.echo("No state has set any dates yet. No file was written.", err=True)
