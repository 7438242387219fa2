"""``cluster-kit assistance``: a request for technical assistance, drafted from a state's answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Db, Home, Jurisdiction, Series, read_settings


@app.command("assistance")
def assistance_command(
    jurisdiction: Jurisdiction,
    out: Annotated[Path, typer.Option(help="The new file: .docx or .md.")],
    series: Series = None,
    home: Home = None,
    db: Db = None,
) -> None:
    """Draft a state's request for technical assistance.

    The draft is based on the state's answers. Its director edits it.
    """
    from cluster_kit.exports.request import write_request

    settings, chosen = read_settings(series, home, db)
    typer.echo(str(write_request(settings, chosen, jurisdiction, out)))
