"""``cluster-kit export``: every answer that staff may see, as a workbook or a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Db, Home, Json, Jurisdictions, Series, read_settings, split_jurisdictions
from cluster_kit.cli.results import CommandOutcome, print_result
from cluster_kit.text import count_of, join_words


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
    With --since, the file is written beside --out, with a name such as answers-changes.csv.
    """
    from cluster_kit.exports import export_answers

    settings, chosen = read_settings(series, home, db)
    done = export_answers(settings, chosen, out, split_jurisdictions(jurisdiction), since)
    warnings = [] if done.answers else [_explain_none(jurisdiction, since)]
    facts = {"answers": done.answers, "states": done.states}
    summary = f"{count_of(done.answers, 'answer')} of {count_of(done.states, 'state')}."
    result = CommandOutcome(settings, chosen, done.files, facts, summary=summary, warnings=warnings)
    print_result(result, as_json=as_json)


def _explain_none(jurisdiction: str, since: str | None) -> str:
    """Why the table of answers is empty."""
    if since:
        return "No answer has changed since then. The table of answers is empty."
    states = split_jurisdictions(jurisdiction)
    where = f" from {join_words(states)}" if states else ""
    return f"There is no answer that staff may see{where} yet. The table of answers is empty."
