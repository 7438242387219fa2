"""``cluster-kit follow-up``: the progress of the states' next steps, for the staff of the series."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Db, Home, Json, Series, read_settings
from cluster_kit.cli.results import print_object
from cluster_kit.content import load_content
from cluster_kit.text import count_of


@app.command("follow-up")
def follow_up_command(
    session: Annotated[int | None, typer.Option(help="Only the next steps of this session.")] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the steps to this .xlsx or .csv file, too.", show_default="print the report only"),
    ] = None,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Report the states' next steps and check-ins as Markdown.

    Next steps are counted by status, and listed by date with owner and contact. States without a next step are named.
    Of the check-ins, the report has what states share with staff.
    """
    from cluster_kit.documents.markdown import to_markdown
    from cluster_kit.exports.follow_up import follow_up
    from cluster_kit.exports.follow_up_report import show_follow_up
    from cluster_kit.exports.step_tables import write_steps

    settings, chosen = read_settings(series, home, db)
    content = load_content(chosen, overlay=settings.content)
    found = follow_up(settings, chosen, session)
    if out:
        for path in write_steps(content, found, out):
            typer.echo(str(path), err=True)
        states = count_of(len({step.jurisdiction for step in found.steps}), "state")
        typer.echo(f"{count_of(len(found.steps), 'next step')} of {states}.", err=True)
    if as_json:
        shown = {**asdict(found), "day": found.day.isoformat(), "counts": found.counts}
        print_object(shown, settings, chosen)
        return
    typer.echo(to_markdown(show_follow_up(content, found), level=1))
