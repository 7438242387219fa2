"""``cluster-kit assistance``: states' requests for technical assistance, and a draft from a state's answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Db, Home, Json, Jurisdictions, Series, read_settings, split_jurisdictions
from cluster_kit.cli.results import CommandOutcome, print_result
from cluster_kit.content import load_content
from cluster_kit.errors import UsageError
from cluster_kit.text import count_of

DRAFTS = (".docx", ".md")


@app.command("assistance")
def assistance_command(
    jurisdiction: Jurisdictions = "all",
    out: Annotated[
        Path | None, typer.Option(help="The new file: .csv or .xlsx for the table, .docx or .md for a draft.")
    ] = None,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """List states' requests for assistance, or draft one.

    Without --out, the table of requests is printed. A .docx or .md file is a draft of one state's request, based on its
    answers; its director edits it.
    """
    from cluster_kit.documents.markdown import to_markdown
    from cluster_kit.exports.assistance import read_request_table, show_request_table, write_request_table
    from cluster_kit.exports.request import write_request

    settings, chosen = read_settings(series, home, db)
    only = split_jurisdictions(jurisdiction)
    if out is not None and out.suffix.lower() in DRAFTS:
        if only is None or len(only) != 1:
            raise UsageError(f"{out.name} is a draft for one state. Name the state, such as --jurisdiction OH.")
        draft = write_request(settings, chosen, only[0], out)
        print_result(CommandOutcome(settings, chosen, [draft]), as_json=as_json)
        return
    if out is not None and out.suffix.lower() not in (".csv", ".xlsx"):
        raise UsageError(f"{out.name} must end in .csv or .xlsx for the table, or .docx or .md for a draft.")
    found = read_request_table(settings, chosen, only)
    if out is not None:
        write_request_table(found, out)
        summary = f"{count_of(len(found), 'request')}."
        result = CommandOutcome(settings, chosen, [out], {"requests": len(found)}, summary=summary)
        print_result(result, as_json=as_json)
    elif as_json:
        typer.echo(found.to_json(orient="records", force_ascii=False, indent=2))
    else:
        title = load_content(chosen, overlay=settings.content).series.title
        typer.echo(to_markdown(show_request_table(found, title), level=1))
