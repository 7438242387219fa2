"""``cluster-kit attendance``: who came to a session, and how much of it each state completed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import CallReport, Db, Home, Json, Series, SessionNumber, read_settings
from cluster_kit.cli.results import CommandOutcome, print_result
from cluster_kit.text import count_of


@app.command("attendance")
def attendance_command(  # noqa: PLR0913  (each is an option of the command)
    session: SessionNumber,
    *,
    call: CallReport = None,
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

    --call reads a report of Zoom, Teams, or Webex, and counts people who were only in the call. Nothing of it is kept.
    """
    from cluster_kit.documents.markdown import to_markdown
    from cluster_kit.exports.attendance import (
        ADD_GUESTS,
        attendance_json,
        describe_call,
        read_with_evaluations,
        show_attendance,
        write_attendance,
    )

    settings, chosen = read_settings(series, home, db)
    found, evaluations, in_call = read_with_evaluations(settings, chosen, session, call)
    files = write_attendance(found, evaluations, out, in_call) if out else ()
    if as_json:
        typer.echo(attendance_json(found, evaluations, in_call))
    elif files:
        came = sum(state.came for state in found.states)
        people = count_of(came, "person", "people")
        states = count_of(sum(state.came > 0 for state in found.states), "state")
        summary = f"{people} of {states} came to session {session}."
        if not came and found.began_at is None:
            summary = f"Session {session} has not begun, and no one has come yet."
        if in_call:
            way_out = ADD_GUESTS.format(file=in_call.file) if in_call.guests else ""
            summary += f" Of the video call, {describe_call(found, in_call)}. {way_out}".rstrip()
        print_result(CommandOutcome(settings, chosen, files, summary=summary), as_json=False)
    else:
        typer.echo(to_markdown(show_attendance(found, evaluations, in_call), level=1))
