"""``cluster-kit assistance``: a request for technical assistance, drafted from a state's own answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.settings import Settings


@app.command()
def assistance(
    jurisdiction: Annotated[str, typer.Option(help="The state's postal code.")],
    out: Annotated[Path, typer.Option(help="The new file: .docx or .md.")],
    series: Annotated[str, typer.Option(help="The series.")] = "2026",
    home: Annotated[Path | None, typer.Option(help="The kit's home folder.")] = None,
    db: Annotated[str | None, typer.Option(help="The store's URL, where it is not in the home.")] = None,
) -> None:
    """Draft a request for technical assistance from what a state has said, for its director to edit."""
    from cluster_kit.exports.request import write_request

    typer.echo(str(write_request(Settings.read(home, db), series, jurisdiction, out)))
