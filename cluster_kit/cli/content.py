"""``cluster-kit content``: check the content files."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Home, Json
from cluster_kit.content import Problem, check_content, load_content
from cluster_kit.content.loading import series_to_check
from cluster_kit.content.summary import ContentSummary, summarize_content
from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings
from cluster_kit.text import count_of

content_app = typer.Typer(no_args_is_help=True, help="Check the content files.", rich_markup_mode=None)
app.add_typer(content_app, name="content")


@content_app.callback()
def _content() -> None:
    """Check the content files."""


@content_app.command("check")
def check_content_command(
    path: Annotated[
        Path | None, typer.Argument(help="Your own content folder. Default: content/ in the home folder.")
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Check every content file, and list all problems.

    A problem is listed with its file, line, and key. If your own content has series, those are checked. Otherwise the
    shipped series are.
    """
    if path is not None and not path.is_dir():
        raise UsageError(f"{path} is not a folder. Name the folder that holds your content files, such as content/.")
    overlay = path or Settings.read(home).content
    problems = check_content(overlay)
    summaries = (
        [] if problems else [summarize_content(load_content(series, overlay)) for series in series_to_check(overlay)]
    )
    if as_json:
        typer.echo(json.dumps({"problems": [*map(asdict, problems)], "series": [*map(asdict, summaries)]}, indent=2))
    else:
        _show(problems, summaries)
    if problems:
        raise typer.Exit(1)


def _show(problems: list[Problem], summaries: list[ContentSummary]) -> None:
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        typer.echo(f"{count_of(len(problems), 'problem')}.", err=True)
    for summary in summaries:
        typer.echo(str(summary))
