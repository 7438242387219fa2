"""``cluster-kit instrument``: the Policy Tool's wording, exported to a workbook and imported from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import DryRun, Home, read_home_settings
from cluster_kit.content import check_content, load_instrument, load_roles
from cluster_kit.content.folders import shown_path

instrument_app = typer.Typer(
    no_args_is_help=True, help="Use your own wording of the Policy Tool.", rich_markup_mode=None
)
app.add_typer(instrument_app, name="instrument")


@instrument_app.command("template")
def write_template_command(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="The new file.")], home: Home = None
) -> None:
    """Write the current wording to a workbook to edit."""
    from cluster_kit.content.workbook.template import write_template

    overlay = read_home_settings(home).content
    instrument = load_instrument(overlay)
    write_template(instrument, load_roles(overlay).roles, out)
    typer.echo(f"{len(instrument.items)} items in {len(instrument.areas)} areas are in {out}")


@instrument_app.command("import")
def import_instrument_command(
    workbook: Annotated[Path, typer.Argument(metavar="IN.xlsx", help="The workbook.")],
    home: Home = None,
    dry_run: DryRun = False,
) -> None:
    """Import the wording of a workbook.

    It replaces the instrument's wording and is marked as official.
    """
    from cluster_kit.content.instrument_files import compare_ids, save_instrument
    from cluster_kit.content.workbook.reading import read_workbook

    overlay = read_home_settings(home).content
    instrument = read_workbook(workbook, load_roles(overlay))
    counted = f"{len(instrument.items)} items in {len(instrument.areas)} areas"
    for heading, ids in zip(("New", "Removed"), compare_ids(instrument, overlay), strict=True):
        if ids:
            typer.echo(f"{heading}: {', '.join(ids)}", err=True)
    if dry_run:
        typer.echo(f"{workbook} has no problems: {counted}. Nothing was changed.")
        return
    folder = save_instrument(instrument, overlay)
    typer.echo(f"{counted} are in {shown_path(folder)}")
    for problem in check_content(overlay):
        typer.echo(f"To fix: {problem}", err=True)
