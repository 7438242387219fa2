"""``cluster-kit agendas``: agendas of the meetings between two sessions."""

from __future__ import annotations

from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import (
    Db,
    DocumentFormats,
    Home,
    Jurisdictions,
    OutFolder,
    Series,
    read_settings,
    split_jurisdictions,
    split_list,
)


@app.command("agendas")
def agendas_command(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    after: Annotated[int, typer.Option(min=1, help="The number of the session that has just ended.")],
    out: OutFolder,
    jurisdiction: Jurisdictions = "all",
    formats: DocumentFormats = "docx,pdf",
    series: Series = None,
    home: Home = None,
    db: Db = None,
) -> None:
    """Write agendas for the time between two sessions.

    Each state's team gets an agenda with its own open ratings, exercises, and next steps. With all states, the agenda
    of the community of practice is written, too: one for staff, and one that may be sent to states.
    """
    from cluster_kit.exports.agendas import write_agendas

    settings, chosen = read_settings(series, home, db)
    only = split_jurisdictions(jurisdiction)
    for path in write_agendas(settings, chosen, after, out, only, split_list(formats)):
        typer.echo(str(path))
