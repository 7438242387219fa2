"""``cluster-kit export``: every answer that staff may take out, as a workbook or a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.settings import Settings


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="The file to write: .xlsx, .csv, .parquet or .jsonl.")],
    jurisdiction: Annotated[str, typer.Option(help="A postal code, several as OH,GU, or all.")] = "all",
    series: Annotated[str, typer.Option(help="The series.")] = "2026",
    home: Annotated[Path | None, typer.Option(help="The kit's home folder.")] = None,
    db: Annotated[str | None, typer.Option(help="The store's URL, where it is not in the home.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the result as JSON.")] = False,
) -> None:
    """Write every answer that staff may see to a file, with a codebook. What states keep for their team stays out.

    Works while sessions are under way.
    """
    from cluster_kit.exports import export as write

    everybody = jurisdiction.strip().lower() == "all"
    codes = None if everybody else [part.strip() for part in jurisdiction.split(",") if part.strip()]
    done = write(Settings.read(home, db), series, out, codes)
    if as_json:
        shown = {"files": [str(path) for path in done.files], "answers": done.answers, "states": done.states}
        typer.echo(json.dumps(shown, indent=2))
        return
    for path in done.files:
        typer.echo(str(path))
    typer.echo(f"{done.answers:,} answers of {done.states} states.", err=True)
