"""``cluster-kit calendar``: the days that states have set themselves, for their calendars."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.settings import Settings


@app.command()
def calendar(
    out: Annotated[Path, typer.Option(help="The folder to write to. It is made where it is missing.")],
    jurisdiction: Annotated[str, typer.Option(help="A postal code, several as OH,GU, or all.")] = "all",
    series: Annotated[str, typer.Option(help="The series.")] = "2026",
    home: Annotated[Path | None, typer.Option(help="The kit's home folder.")] = None,
    db: Annotated[str | None, typer.Option(help="The store's URL, where it is not in the home.")] = None,
) -> None:
    """Make a calendar file for each state: open next steps, planned conversations, and check-ins after sessions.

    A state without any day gets no file.
    """
    from cluster_kit.exports.calendars import write_calendars

    everybody = jurisdiction.strip().lower() == "all"
    codes = None if everybody else [part.strip() for part in jurisdiction.split(",") if part.strip()]
    written = write_calendars(Settings.read(home, db), series, out, codes)
    for path in written:
        typer.echo(str(path))
    if not written:
        typer.echo("No state has set itself a day yet: nothing was written.", err=True)
