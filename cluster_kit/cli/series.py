"""``cluster-kit series``: list the series, choose the one to use, and create the next one."""

from __future__ import annotations

import datetime as dt
import os
from typing import Annotated

import typer

from cluster_kit.cli.app import CommandGroup, app, print_json
from cluster_kit.cli.options import Home, Json, read_home_settings
from cluster_kit.cli.results import CommandOutcome, print_result
from cluster_kit.content import UnknownSeriesError, check_content, list_real_series, list_series, load_series
from cluster_kit.content.folders import shown_path
from cluster_kit.content.new_series import NewSeries, create_series, parse_dates, parse_times
from cluster_kit.settings import SERIES_VARIABLE, save_series
from cluster_kit.text import inflect

series_app = typer.Typer(
    cls=CommandGroup,
    no_args_is_help=True,
    help="List the series, choose one, or create the next one.",
    rich_markup_mode=None,
)
app.add_typer(series_app, name="series")


@series_app.command("list")
def list_series_command(home: Home = None, as_json: Json = False) -> None:
    """List the series with their dates.

    An asterisk marks the series that commands use.
    """
    settings = read_home_settings(home)
    overlay = settings.content
    used = settings.series or _only(list_real_series(overlay))
    found = [load_series(series, overlay) for series in list_series(overlay)]
    if as_json:
        shown = [{**series.model_dump(mode="json"), "used": series.id == used} for series in found]
        print_json(shown)
        return
    for series in found:
        dates = ", ".join(str(meeting.date) for meeting in series.schedule)
        title = f"{series.title}{' (fictional)' if series.fictional else ''}"
        typer.echo(f"{'*' if series.id == used else ' '} {series.id}  {title}: {dates}")


@series_app.command("use")
def use_series_command(
    series: Annotated[str, typer.Argument(metavar="ID", help="The series' id, such as 2027.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Set the series that commands use.

    The setting is in settings.toml in the home folder. A running server keeps its series until it is restarted.
    """
    settings = read_home_settings(home)
    known = list_series(settings.content)
    if series not in known:
        raise UnknownSeriesError(series, known)
    save_series(settings.file, series)
    other = os.environ.get(SERIES_VARIABLE, series)
    warnings = [f"{SERIES_VARIABLE} is set to {other}, and takes precedence."] if other not in ("", series) else []
    lines = [f"Commands now use series {series}. The setting is in {shown_path(settings.file)}"]
    print_result(CommandOutcome(settings, series, [settings.file], lines=lines, warnings=warnings), as_json=as_json)


@series_app.command("new")
def new_series_command(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    series: Annotated[str, typer.Argument(metavar="ID", help="The new series' id, such as 2027.")],
    source: Annotated[str, typer.Option("--from", help="The series to copy.")],
    dates: Annotated[str, typer.Option(help="The date of each session, such as 2027-02-16,2027-05-11.")],
    times: Annotated[
        str,
        typer.Option(
            help="The start and end of each session, such as 13:00-14:30,13:00-14:00.",
            show_default="those of the series that is copied",
        ),
    ] = "",
    title: Annotated[
        str | None, typer.Option(help="The new series' title.", show_default="that of the series that is copied")
    ] = None,
    fictional: Annotated[bool, typer.Option("--fictional", help="Label the series as fictional everywhere.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Copy a series' sessions to a new series.

    The new series has its own dates, and is in the content folder of the home folder.
    """
    days = parse_dates(dates)
    settings = read_home_settings(home)
    overlay = settings.content
    wanted = NewSeries(series, source, days, parse_times(times), title, fictional)
    folder = create_series(wanted, overlay)
    today = dt.datetime.now(dt.UTC).date()
    past = [str(day) for day in days if day < today]
    warnings = [f"{', '.join(past)} {inflect(len(past), 'is', 'are')} in the past."] if past else []
    used, summary = settings.series, ""
    if used is None and not fictional and not settings.store_file.exists():
        save_series(settings.file, series)  # a new home: nothing of another series can be meant
        used, summary = series, f"Commands use series {series}. To choose another: cluster-kit series use ID"
    elif used is None:
        summary = f"Commands need --series now. To choose this one for all: cluster-kit series use {series}"
    elif used != series:
        summary = f"Commands still use series {used}. To change: cluster-kit series use {series}"
    result = CommandOutcome(
        settings,
        series,
        [folder],
        {"used": used},
        lines=[f"Series {series} is in {shown_path(folder)}"],
        summary=summary,
        warnings=warnings,
        problems=check_content(overlay),
    )
    print_result(result, as_json=as_json)


def _only(series: list[str]) -> str | None:
    return series[0] if len(series) == 1 else None
