"""``cluster-kit instrument``: the Policy Tool's wording, out to a workbook and in again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.content import check_content, load_instrument, load_roles
from cluster_kit.content.folders import shown_path
from cluster_kit.settings import Settings

instrument_app = typer.Typer(
    no_args_is_help=True, help="Put your own wording of the Policy Tool in place.", rich_markup_mode=None
)
app.add_typer(instrument_app, name="instrument")

Home = Annotated[Path | None, typer.Option(help="The kit's home folder.")]


@instrument_app.command()
def template(out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="The new file.")], home: Home = None) -> None:
    """Write the instrument as it is now to a workbook, to edit and import."""
    from cluster_kit.content.workbook.template import write_template

    overlay = Settings.read(home).content
    instrument = load_instrument(overlay)
    write_template(instrument, load_roles(overlay).roles, out)
    typer.echo(f"{len(instrument.items)} items in {len(instrument.areas)} areas are in {out}")


@instrument_app.command(name="import")
def import_command(
    workbook: Annotated[Path, typer.Argument(metavar="IN.xlsx", help="The workbook.")],
    home: Home = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the workbook, and change nothing.")] = False,
) -> None:
    """Read a workbook and put its wording in place of the instrument, marked as official."""
    from cluster_kit.content.instrument_files import compare_ids, save_instrument
    from cluster_kit.content.workbook.reading import read_workbook

    overlay = Settings.read(home).content
    instrument = read_workbook(workbook, load_roles(overlay))
    counted = f"{len(instrument.items)} items in {len(instrument.areas)} areas"
    for said, ids in zip(("New", "No longer there"), compare_ids(instrument, overlay), strict=True):
        if ids:
            typer.echo(f"{said}: {', '.join(ids)}", err=True)
    if dry_run:
        typer.echo(f"{workbook} has no problems: {counted}. Nothing was changed.")
        return
    folder = save_instrument(instrument, overlay)
    typer.echo(f"{counted} are in {shown_path(folder)}")
    for problem in check_content(overlay):
        typer.echo(f"To mend: {problem}", err=True)
