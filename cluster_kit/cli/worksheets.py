"""``cluster-kit worksheets``: a session to fill in offline, for each state."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.content.models import Depth
from cluster_kit.settings import Settings

Home = Annotated[Path | None, typer.Option(help="The kit's home folder.")]
Db = Annotated[str | None, typer.Option(help="The store's URL, where it is not in the home.")]


@app.command()
def worksheets(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    session: Annotated[int, typer.Option(min=1, help="The session's number.")],
    jurisdiction: Annotated[str, typer.Option(help="A postal code, several as OH,GU, or all.")],
    out: Annotated[Path, typer.Option(help="The folder to write to. It is made where it is missing.")],
    formats: Annotated[str, typer.Option(help="Any of ipynb, docx and pdf, with commas.")] = "ipynb,docx,pdf",
    depth: Annotated[Depth, typer.Option(help="How much is asked.")] = Depth.STANDARD,
    check_in: Annotated[
        int | None, typer.Option(help="Only the short check-in, so many days after the session: 30, 60 or 90.")
    ] = None,
    series: Annotated[str, typer.Option(help="The series.")] = "2026",
    home: Home = None,
    db: Db = None,
) -> None:
    """Make a worksheet of a session for each state, with what its team has said so far."""
    from cluster_kit.worksheets.writing import WorksheetRequest, make_worksheets

    codes = None if jurisdiction.strip().lower() == "all" else _parts(jurisdiction)
    wanted = WorksheetRequest(series, session, codes, tuple(_parts(formats.lower())), depth, check_in)
    for path in make_worksheets(Settings.read(home, db), wanted, out):
        typer.echo(str(path))


def _parts(listed: str) -> list[str]:
    return [part.strip() for part in listed.split(",") if part.strip()]
