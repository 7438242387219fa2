"""``cluster-kit national``: where all states stand, for the staff of the series."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.settings import Settings


@app.command()
def national(
    out: Annotated[Path, typer.Option(help="The folder to write to.")],
    session: Annotated[int | None, typer.Option(help="Only the policy areas that this session rates.")] = None,
    series: Annotated[str, typer.Option(help="The series.")] = "2026",
    home: Annotated[Path | None, typer.Option(help="The kit's home folder.")] = None,
    db: Annotated[str | None, typer.Option(help="The store's URL, where it is not in the home.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the result as JSON.")] = False,
) -> None:
    """Write a page with all states' ratings, what to discuss next, and the pictures as files. For staff only.

    Works while sessions are under way.
    """
    from cluster_kit.exports.national import write_national

    done = write_national(Settings.read(home, db), series, out, session)
    if as_json:
        typer.echo(json.dumps({"files": [str(path) for path in done.files], "states": done.states}, indent=2))
        return
    for path in done.files:
        typer.echo(str(path))
    typer.echo(f"{done.states} states have rated.", err=True)
