"""``cluster-kit erasures``: the record of erasures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cluster_kit.cli.app import app, print_json
from cluster_kit.cli.options import Db, Home, Json, OnlyJurisdictions, Series, open_store, read_settings, split_list
from cluster_kit.content import load_content
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.store import Erasure


@app.command("erasures")
def erasures_command(
    *,
    jurisdiction: OnlyJurisdictions = "",
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """List what was erased, when, and who asked for it.

    The oldest erasure is first.
    """
    settings, chosen = read_settings(series, home, db)
    content = load_content(chosen, overlay=settings.content)
    states = {content.get_jurisdiction(code).code for code in split_list(jurisdiction)}
    with open_store(settings) as store:
        found = [erasure for erasure in store.erasures(chosen) if not states or erasure.jurisdiction in states]
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        typer.echo(_line(one))
    if not found:
        typer.echo("There are no erasures.", err=True)


def _line(erasure: Erasure) -> str:
    parts = [
        f"session {erasure.session}" if erasure.session else "",
        erasure.exercise or "",
        erasure.prompt or "",
        erasure.row or "",
    ]
    what = ", ".join([f"person {erasure.person}" if erasure.person else "everyone", *filter(None, parts)])
    answers = count_of(erasure.count, "answer")
    when, reason = f"{erasure.at:%Y-%m-%d %H:%M} UTC", f"{erasure.asked_by}: {erasure.why}"
    return f"{erasure.id}  {when}  {erasure.jurisdiction}  {what}: {answers}. {reason}"
