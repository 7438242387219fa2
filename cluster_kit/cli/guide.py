"""``cluster-kit guide``: the tables in the facilitator guide and the docs, generated from the content."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Home, Series, read_settings
from cluster_kit.content import Content, load_content
from cluster_kit.content.run_of_show import outcomes_table, replace_block, run_of_show, series_table
from cluster_kit.errors import UsageError


@app.command("guide")
def guide_command(
    folder: Annotated[Path, typer.Argument(help="The folder with the Markdown files that have the markers.")],
    series: Series = None,
    home: Home = None,
) -> None:
    """Update the tables between markers in Markdown files.

    There are tables of the series, of each session's run of show, and of the outcomes.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder. Name the one that holds the Markdown files: facilitator_guide.")
    settings, chosen = read_settings(series, home)
    content = load_content(chosen, overlay=settings.content)
    changed = [path for path in sorted(folder.glob("*.md")) if write_blocks(path, content)]
    typer.echo(f"{len(changed)} file(s) changed." + "".join(f"\n{path}" for path in changed), err=True)


def make_blocks(content: Content) -> dict[str, str]:
    """Every table that can be between markers, by the markers' name."""
    shows = {f"run-of-show {s.number}": run_of_show(content, s.number) for s in content.sessions}
    return {"series": series_table(content), "outcomes": outcomes_table(content), **shows}


def write_blocks(path: Path, content: Content) -> bool:
    """Update every marked table of the file; True if that changed it."""
    before = path.read_text(encoding="utf-8")
    after = before
    for name, block in make_blocks(content).items():
        if f"<!-- {name} -->" in before:
            after = replace_block(after, name, block)
    if after != before:
        try:
            path.write_text(after, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{path} could not be written: {error.strerror}.") from error
    return after != before
