"""``cluster-kit series``: what series there are, and the next one."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.content import check_content, list_series, load_series
from cluster_kit.content.folders import shown_path
from cluster_kit.content.new_series import NewSeries, create_series, parse_dates, parse_times
from cluster_kit.settings import Settings

series_app = typer.Typer(no_args_is_help=True, help="List the series, or make the next one.", rich_markup_mode=None)
app.add_typer(series_app, name="series")

Home = Annotated[Path | None, typer.Option(help="The kit's home folder.")]


@series_app.command(name="list")
def list_command(
    home: Home = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the result as JSON.")] = False,
) -> None:
    """List the series with their dates."""
    overlay = Settings.read(home).content
    found = [load_series(series, overlay) for series in list_series(overlay)]
    if as_json:
        typer.echo(json.dumps([series.model_dump(mode="json") for series in found], indent=2, ensure_ascii=False))
        return
    for series in found:
        dates = ", ".join(str(meeting.date) for meeting in series.schedule)
        typer.echo(f"{series.id}  {series.title}{' (fictional)' if series.fictional else ''}: {dates}")


@series_app.command()
def new(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    series: Annotated[str, typer.Argument(metavar="ID", help="The new series' id, such as 2027.")],
    source: Annotated[str, typer.Option("--from", help="The series to copy.")],
    dates: Annotated[str, typer.Option(help="A day for each session: 2027-02-16,2027-05-11,...")],
    times: Annotated[
        str, typer.Option(help="Start and end of each: 13:00-14:30,13:00-14:00,... Default: as before.")
    ] = "",
    title: Annotated[str | None, typer.Option(help="The new series' title. Default: as before.")] = None,
    fictional: Annotated[bool, typer.Option("--fictional", help="Say everywhere that this series is made up.")] = False,
    home: Home = None,
) -> None:
    """Copy a series' sessions to a new one with new dates, in the home's content folder."""
    days = parse_dates(dates)
    overlay = Settings.read(home).content
    wanted = NewSeries(series, source, days, parse_times(times), title, fictional)
    folder = create_series(wanted, overlay)
    typer.echo(f"Series {series} is in {shown_path(folder)}")
    today = dt.datetime.now(dt.UTC).date()
    if past := [str(day) for day in days if day < today]:
        typer.echo(f"Note: {', '.join(past)} {'is' if len(past) == 1 else 'are'} in the past.", err=True)
    for problem in check_content(overlay):
        typer.echo(f"To mend: {problem}", err=True)
