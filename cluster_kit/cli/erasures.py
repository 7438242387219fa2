"""``cluster-kit erasures``: the record of what was removed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.content import load_content
from cluster_kit.settings import Settings
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.store import Erasure


@app.command()
def erasures(
    *,
    jurisdiction: Annotated[str, typer.Option(help="Only this state: its postal code.")] = "",
    series: Annotated[str, typer.Option(help="The series.")] = "2026",
    home: Annotated[Path | None, typer.Option(help="The kit's home folder.", show_default="cluster-kit-home")] = None,
    db: Annotated[str | None, typer.Option(help="The store's URL, where it is not in the home.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the result as JSON.")] = False,
) -> None:
    """Print what was removed for good, when, and who asked for it, the oldest first."""
    from cluster_kit.cli.serve import open_store

    settings = Settings.read(home, db)
    content = load_content(series, overlay=settings.content)
    state = content.get_jurisdiction(jurisdiction).code if jurisdiction else None
    with open_store(settings) as store:
        found = store.erasures(series, state)
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in found], indent=2, ensure_ascii=False))
        return
    for one in found:
        typer.echo(_line(one))
    if not found:
        typer.echo("Nothing was ever removed.", err=True)


def _line(one: Erasure) -> str:
    parts = [f"session {one.session}" if one.session else "", one.exercise or "", one.prompt or "", one.row or ""]
    what = ", ".join([f"person {one.person}" if one.person else "everybody", *filter(None, parts)])
    answers = count_of(one.count, "answer")
    return f"{one.id}  {one.at:%Y-%m-%d %H:%M} UTC  {one.jurisdiction}  {what}: {answers}. {one.asked_by}: {one.why}"
