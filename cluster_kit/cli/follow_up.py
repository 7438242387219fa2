"""``cluster-kit follow-up``: what became of the states' next steps, for the staff of the series."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.content import load_content
from cluster_kit.settings import Settings


@app.command(name="follow-up")
def follow_up_command(
    session: Annotated[int | None, typer.Option(help="Only the next steps of this session.")] = None,
    series: Annotated[str, typer.Option(help="The series.")] = "2026",
    home: Annotated[Path | None, typer.Option(help="The kit's home folder.")] = None,
    db: Annotated[str | None, typer.Option(help="The store's URL, where it is not in the home.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the result as JSON.")] = False,
) -> None:
    """Count the states' next steps by status, and show what states let staff see of their check-ins, as Markdown."""
    from cluster_kit.documents.markdown import to_markdown
    from cluster_kit.exports.follow_up import follow_up, show_follow_up

    settings = Settings.read(home, db)
    found = follow_up(settings, series, session)
    if as_json:
        shown = {**asdict(found), "day": found.day.isoformat(), "counts": found.counts}
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    typer.echo(to_markdown(show_follow_up(load_content(series, overlay=settings.content), found), level=1))
