"""``cluster-kit national``: the ratings of all states together, for the staff of the series."""

from __future__ import annotations

from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Db, Home, Json, OutFolder, Series, read_settings
from cluster_kit.cli.results import CommandOutcome, print_result
from cluster_kit.text import count_of, inflect


@app.command("national")
def national_command(
    out: OutFolder,
    session: Annotated[int | None, typer.Option(help="Only the policy areas that this session rates.")] = None,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write a report of all states' ratings, for staff only.

    It is a page with the ratings and what to discuss next, and the charts as files. You can run it during a session.
    """
    from cluster_kit.exports.national import write_national

    settings, chosen = read_settings(series, home, db)
    done = write_national(settings, chosen, out, session)
    summary = f"{count_of(done.states, 'state')} {inflect(done.states, 'has', 'have')} rated."
    result = CommandOutcome(settings, chosen, done.files, {"states": done.states}, summary=summary)
    print_result(result, as_json=as_json)
