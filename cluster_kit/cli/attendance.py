"""``cluster-kit attendance``: who came to a session, and how much of it each state completed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Db, Home, Json, Series, SessionNumber, read_settings
from cluster_kit.cli.results import CommandOutcome, print_result
from cluster_kit.text import count_of


@app.command("attendance")
def attendance_command(
    session: SessionNumber,
    *,
    out: Annotated[
        Path | None, typer.Option(help="The file to write: .xlsx or .csv.", show_default="print Markdown")
    ] = None,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """List who came to a session, and what is complete.

    People on the roster who did not come are listed, too. The files contain names and email addresses, so only you can
    read them. A .csv file has the people; the states and the facilitators are in files beside it.
    """
    from cluster_kit.documents.markdown import to_markdown
    from cluster_kit.exports.attendance import (
        attendance_json,
        read_with_evaluations,
        show_attendance,
        write_attendance,
    )

    settings, chosen = read_settings(series, home, db)
    found, evaluations = read_with_evaluations(settings, chosen, session)
    files = write_attendance(found, evaluations, out) if out else ()
    if as_json:
        typer.echo(attendance_json(found, evaluations))
    elif files:
        came = sum(state.came for state in found.states)
        people = count_of(came, "person", "people")
        states = count_of(sum(state.came > 0 for state in found.states), "state")
        summary = f"{people} of {states} came to session {session}."
        if not came and found.began_at is None:
            summary = f"Session {session} has not begun, and no one has come yet."
        print_result(CommandOutcome(settings, chosen, files, summary=summary), as_json=False)
    else:
        typer.echo(to_markdown(show_attendance(found, evaluations), level=1))
