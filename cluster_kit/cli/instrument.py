"""``cluster-kit instrument``: the Policy Tool's wording, exported to a workbook and imported from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import CommandGroup, app
from cluster_kit.cli.options import DryRun, Home, Json, read_home_settings
from cluster_kit.cli.results import CommandOutcome, print_result
from cluster_kit.content import check_content, load_instrument, load_roles
from cluster_kit.content.folders import shown_path
from cluster_kit.content.models import Instrument

instrument_app = typer.Typer(
    cls=CommandGroup, no_args_is_help=True, help="Use your own wording of the Policy Tool.", rich_markup_mode=None
)
app.add_typer(instrument_app, name="instrument")


@instrument_app.command("template")
def write_template_command(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="The new file.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Write the current wording to a workbook to edit."""
    from cluster_kit.content.workbook.template import write_template

    settings = read_home_settings(home)
    instrument = load_instrument(settings.content)
    write_template(instrument, load_roles(settings.content).roles, out)
    lines = [f"{_count(instrument)} are in {out}"]
    print_result(CommandOutcome(settings, None, [out], _facts(instrument), lines=lines), as_json=as_json)


@instrument_app.command("import")
def import_instrument_command(
    workbook: Annotated[Path, typer.Argument(metavar="IN.xlsx", help="The workbook.")],
    home: Home = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import the wording of a workbook.

    It replaces the instrument's wording and is marked as official.
    """
    from cluster_kit.content.instrument_files import compare_ids, save_instrument
    from cluster_kit.content.workbook.reading import read_workbook

    settings = read_home_settings(home)
    overlay = settings.content
    instrument = read_workbook(workbook, load_roles(overlay))
    new, removed = compare_ids(instrument, overlay)
    changes = (("New", new), ("Removed", removed))
    summary = "\n".join(f"{heading}: {', '.join(ids)}" for heading, ids in changes if ids)
    facts = {**_facts(instrument), "new": [*new], "removed": [*removed], "dry_run": dry_run}
    if dry_run:
        lines = [f"{workbook} has no problems: {_count(instrument)}. Nothing was changed."]
        print_result(CommandOutcome(settings, None, (), facts, lines, summary), as_json=as_json)
        return
    folder = save_instrument(instrument, overlay)
    lines = [f"{_count(instrument)} are in {shown_path(folder)}"]
    problems = check_content(overlay)
    print_result(CommandOutcome(settings, None, [folder], facts, lines, summary, problems=problems), as_json=as_json)


def _facts(instrument: Instrument) -> dict[str, object]:
    return {"items": len(instrument.items), "areas": len(instrument.areas)}


def _count(instrument: Instrument) -> str:
    return f"{len(instrument.items)} items in {len(instrument.areas)} areas"
