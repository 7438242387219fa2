"""``cluster-kit content``: check the content files."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import CommandGroup, app, print_json, print_warnings
from cluster_kit.cli.options import (
    EDITOR_PORT,
    Db,
    EditorPort,
    Home,
    Json,
    Notebooks,
    Series,
    open_store,
    read_settings,
)
from cluster_kit.content import Problem, check_content, load_content
from cluster_kit.content.errors import group_notices
from cluster_kit.content.loading import find_content_notices, series_to_check
from cluster_kit.content.notebook_checks import NotebookNotice, check_notebooks
from cluster_kit.content.summary import ContentSummary, summarize_content
from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings
from cluster_kit.text import count_of

content_app = typer.Typer(
    cls=CommandGroup, no_args_is_help=True, help="Check or edit the content files.", rich_markup_mode=None
)
app.add_typer(content_app, name="content")


@content_app.callback()
def _content() -> None:
    """Check or edit the content files."""


@content_app.command("check")
def check_content_command(
    path: Annotated[
        Path | None, typer.Argument(help="Your own content folder.", show_default="content/ in the home folder")
    ] = None,
    notebooks: Notebooks = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Check all content and notebooks, and list the problems.

    A problem is listed with its file, line, and key. If your own content has series, those are checked. Otherwise the
    shipped series are.

    Notices are not errors. They list statements and published examples older than a year, references to something that
    does not exist, policy areas and levers without a published example, prework of more than 30 minutes, example
    questions on no slide, and cues with other words than the button that begins a session. Notices that say the same,
    such as statements from one source, are one line; with --json, each is listed.

    If the home folder has a store, questions that have answers and are not asked any more are listed as well. Their
    answers are kept.
    """
    if path is not None and not path.is_dir():
        raise UsageError(f"{path} is not a folder. Name the folder that holds your content files, such as content/.")
    settings = Settings.read(home)
    overlay = path or settings.content
    problems = check_content(overlay)
    summaries = (
        [] if problems else [summarize_content(load_content(series, overlay)) for series in series_to_check(overlay)]
    )
    notices = [] if problems else find_content_notices(dt.datetime.now().astimezone().date(), overlay)
    about_notebooks = find_notebook_notices(overlay, notebooks) if not problems else []
    replaced = [] if problems else find_replaced_questions(settings, overlay)
    if as_json:
        found = {
            "problems": [*map(asdict, problems)],
            "notices": [*map(asdict, notices)],
            "notebooks": [*map(asdict, about_notebooks)],
            "replaced": replaced,
            "series": [*map(asdict, summaries)],
        }
        print_json(found)
    else:
        _show(problems, summaries, notices)
        _show_notebooks(about_notebooks)
        _show_replaced(replaced)
    if problems or (notebooks and any(notice.is_error for notice in about_notebooks)):
        raise typer.Exit(1)


@content_app.command("edit")
def edit_content_command(
    *,
    series: Series = None,
    session: Annotated[int | None, typer.Option(min=1, help="The session to open first.")] = None,
    home: Home = None,
    db: Db = None,
    port: EditorPort = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
) -> None:
    """Edit sessions in the browser, with a preview and the time budget.

    The editor listens on this machine only, and its address has a random token. What you save is written to content/
    in the home folder; every version is kept. A running server shows it after a restart. Stop with Ctrl+C.
    """
    from cluster_kit.cli.serve import report_other_port, report_wait
    from cluster_kit.editor.server import run_editor
    from cluster_kit.server.listening import ServeOptions
    from cluster_kit.server.monitoring.logs import LogFormat

    settings, chosen = read_settings(series, home, db, creates=True)
    content = load_content(chosen, overlay=settings.content)
    first = f"session_{content.get_session(session).number}" if session else ""

    options = ServeOptions(
        port=EDITOR_PORT if port is None else port,
        is_fixed=port is not None,
        report_wait=partial(report_wait, LogFormat.PLAIN),
    )

    def announce(address: str) -> None:
        report_other_port(options.port, address)
        typer.echo(address)
        typer.echo("Keep the address to yourself: who has it can edit. Stop with Ctrl+C.", err=True)
        if browser:
            typer.launch(address)

    with open_store(settings) as store:
        run_editor(settings, chosen, store, options, first, announce)


def _show(problems: list[Problem], summaries: list[ContentSummary], notices: list[Problem]) -> None:
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        typer.echo(f"{count_of(len(problems), 'problem')}.", err=True)
    for summary in summaries:
        typer.echo(str(summary))
    lines = group_notices(notices)
    if notices:
        grouped = f" on {count_of(len(lines), 'line')}" if len(lines) < len(notices) else ""
        typer.echo(f"{count_of(len(notices), 'notice')} (not an error){grouped}:")
    for line in lines:
        typer.echo(f"  {line}")


def find_notebook_notices(overlay: Path, folder: Path | None) -> list[NotebookNotice]:
    """Notices about the notebooks of every series to check, each once."""
    if folder is not None and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder. Name the folder that holds your session notebooks.")
    found = [check_notebooks(load_content(series, overlay), folder) for series in series_to_check(overlay)]
    return list(dict.fromkeys(notice for notices in found for notice in notices))


def find_replaced_questions(settings: Settings, overlay: Path) -> list[str]:
    """The questions of each series to check that have answers in the store and are not asked any more.

    A store that cannot be read is a warning, because the content can be checked without it.
    """
    from cluster_kit.insights.replaced import describe_replaced
    from cluster_kit.store import StoreError

    if settings.db is None and not settings.store_file.is_file():
        return []
    try:
        with open_store(settings) as store:
            current = {series: store.current(series) for series in series_to_check(overlay)}
    except StoreError as error:
        print_warnings([f"Replaced questions are not listed. {error}"])
        return []
    return [
        f"Series {series}: {line}"
        for series, answers in current.items()
        for line in describe_replaced(load_content(series, overlay), answers)
    ]


def _show_replaced(lines: list[str]) -> None:
    if lines:
        typer.echo("Questions that have answers and are not asked any more (not an error; the answers are kept):")
    for line in lines:
        typer.echo(f"  {line}")


def _show_notebooks(notices: list[NotebookNotice]) -> None:
    if notices:
        typer.echo("The notebooks of the sessions:")
    for notice in notices:
        typer.echo(f"  {notice}")
