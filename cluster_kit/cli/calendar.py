"""``cluster-kit calendar``: the dates that states have set for themselves, as calendar files."""

from __future__ import annotations

from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import (
    Db,
    Home,
    Json,
    Jurisdictions,
    Organizer,
    OutFolder,
    Series,
    read_settings,
    split_jurisdictions,
)
from cluster_kit.cli.results import CommandOutcome, print_result
from cluster_kit.text import count_of, join_words


@app.command("calendar")
def calendar_command(  # noqa: PLR0913  (each is an option of the command)
    *,
    out: OutFolder,
    jurisdiction: Jurisdictions = "all",
    organizer: Organizer = "",
    separate: Annotated[bool, typer.Option("--separate", help="One file for each date, for Outlook.")] = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write a calendar file of each state's own dates.

    For invitations to the sessions, use cluster-kit roster invitations instead.

    The dates are those of open next steps, planned conversations, and check-ins after sessions. A state without any
    dates gets no file. A date that was in an earlier file and is gone gets a file that cancels it.
    """
    from cluster_kit.exports.calendars import write_calendars

    settings, chosen = read_settings(series, home, db)
    states = split_jurisdictions(jurisdiction)
    files = write_calendars(settings, chosen, out, states, organizer=organizer, separate=separate)
    where = f" in {join_words(states)}" if states else ""
    warnings = [] if files else [f"No dates are set yet{where}. No file was written."]
    summary = f"{count_of(len(files), 'calendar file')}." if files else ""
    facts = {"calendar_files": len(files)}
    print_result(CommandOutcome(settings, chosen, files, facts, summary=summary, warnings=warnings), as_json=as_json)
