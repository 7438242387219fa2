"""``cluster-kit export``: every answer that staff may see, as a workbook or a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app, print_json
from cluster_kit.cli.options import Db, Home, Json, Jurisdictions, Series, read_settings, split_jurisdictions


@app.command("export")
def export_command(  # noqa: PLR0913  (each is an option of the command)
    *,
    out: Annotated[Path, typer.Option(help="The file to write: .xlsx, .csv, .parquet, or .jsonl.")],
    jurisdiction: Jurisdictions = "all",
    since: Annotated[
        str | None,
        typer.Option(help="Only what has changed since a date, a time in UTC, or the last export to --out (last)."),
    ] = None,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write every answer that staff may see to a file.

    A codebook is included. Answers that states keep for their own team are left out. You can run it during a session.
    """
    from cluster_kit.exports import export_answers

    settings, chosen = read_settings(series, home, db)
    done = export_answers(settings, chosen, out, split_jurisdictions(jurisdiction), since)
    if as_json:
        shown = {"files": [str(path) for path in done.files], "answers": done.answers, "states": done.states}
        print_json(shown)
        return
    for path in done.files:
        typer.echo(str(path))
    typer.echo(f"{done.answers:,} answers of {done.states} states.", err=True)
