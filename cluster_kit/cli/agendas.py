"""``cluster-kit agendas``: agendas of the meetings between two sessions."""

from __future__ import annotations

from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import (
    Db,
    DocumentFormats,
    Home,
    Json,
    Jurisdictions,
    OutFolder,
    Series,
    read_settings,
    split_jurisdictions,
    split_list,
)
from cluster_kit.cli.results import BatchProgress, CommandOutcome, print_result
from cluster_kit.text import count_of


@app.command("agendas")
def agendas_command(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    after: Annotated[int, typer.Option(min=1, help="The number of the session that has just ended.")],
    out: OutFolder,
    jurisdiction: Jurisdictions = "all",
    formats: DocumentFormats = "docx,pdf",
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write agendas for the time between two sessions.

    Each state's team gets an agenda with its own open ratings, exercises, and next steps. With all states, the agenda
    of the community of practice is written, too: one for staff, and one that may be sent to states.
    """
    from cluster_kit.exports.agendas import write_agendas

    settings, chosen = read_settings(series, home, db)
    only = split_jurisdictions(jurisdiction)
    files = write_agendas(settings, chosen, after, out, only, split_list(formats), BatchProgress("agenda"))
    agendas = len({path.stem for path in files})
    summary = f"{count_of(agendas, 'agenda')} after session {after}."
    result = CommandOutcome(settings, chosen, files, {"agendas": agendas}, summary=summary)
    print_result(result, as_json=as_json)
