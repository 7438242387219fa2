"""``cluster-kit examples``: published examples of state practice."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import CommandGroup, app, print_json
from cluster_kit.cli.options import Columns, DryRun, Home, Json, Series, read_content_settings, read_home_settings
from cluster_kit.cli.results import CommandOutcome, print_result
from cluster_kit.content import Depth, load_content
from cluster_kit.content.claims import format_as_of
from cluster_kit.content.folders import shown_path
from cluster_kit.errors import UsageError
from cluster_kit.text import count_of, join_words

examples_app = typer.Typer(
    cls=CommandGroup, no_args_is_help=True, help="Published examples of state practice.", rich_markup_mode=None
)
app.add_typer(examples_app, name="examples")


@examples_app.command("list")
def list_examples_command(
    area: Annotated[str, typer.Option(help="Only this policy area, by its id.")] = "",
    series: Series = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """List the published examples, with their addresses."""
    settings, chosen = read_content_settings(series, home)
    content = load_content(chosen, overlay=settings.content)
    known = [area.id for area in content.instrument.areas]
    if area and area not in known:
        raise UsageError(f"There is no policy area {area!r}. The areas are {', '.join(known)}.")
    found = [example for example in content.examples if not area or area in example.areas]
    if as_json:
        print_json([example.model_dump(mode="json") for example in found])
        return
    for example in found:
        typer.echo(f"{', '.join(example.states)}: {example.title} ({format_as_of(example.as_of)})")
        label = f"; {example.label.lower()}" if example.label else ""
        typer.echo(f"    {example.id}; {', '.join((*example.areas, *example.levers))}{label}")
        for source in example.sources:
            typer.echo(f"    {source.address}")
    typer.echo(f"{count_of(len(found), 'example')}.", err=True)
    shown = {code for example in found for code in example.states}
    without = [one.name for one in content.jurisdictions if one.code not in shown]
    if without and not area:
        typer.echo(f"None from {join_words(without)}.", err=True)
    about = {item for example in found if not example.transfers for item in example.items}
    essential = [item.id for one in content.instrument.areas for item in one.items if item.depth is Depth.ESSENTIAL]
    missing = [item for item in essential if item not in about]
    if missing and not area:
        counted = f"{len(missing)} of {count_of(len(essential), 'essential statement')}"
        typer.echo(f"None about the modernized Framework for {counted}: {join_words(missing)}.", err=True)


@examples_app.command("import")
def import_examples_command(
    table: Annotated[Path, typer.Argument(metavar="FILE", help="The table: a .csv or .xlsx file.")],
    name: Annotated[str, typer.Option(help="The name of the new file in examples/.")] = "imported",
    columns: Columns = None,
    home: Home = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import published examples from a table.

    They are added to the shipped ones, in a file of your own content folder. An earlier import under the same name is
    replaced. If a row has a problem, nothing is changed.
    """
    from cluster_kit.content.example_import import read_example_table, save_examples
    from cluster_kit.filetypes import ColumnMemory, read_column_options

    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", name):
        raise UsageError(
            f"{name!r} is not a file name: use up to 60 lowercase letters, digits, - and _, such as our-examples."
        )
    settings = read_home_settings(home)
    overlay, memory = settings.content, ColumnMemory(settings.columns, keeps=not dry_run)
    found = read_example_table(table, overlay, name, columns=read_column_options(columns or []), memory=memory)
    typer.echo(found.mapping.describe(), err=True)
    counted = count_of(len(found.examples), "example")
    files = [] if dry_run else [save_examples(found, overlay, name)]
    lines = [f"{counted} written to {shown_path(path)}" for path in files]
    lines = lines or [f"{table} has no problems: {counted}. Nothing was changed."]
    facts = {"examples": len(found.examples), "dry_run": dry_run}
    print_result(CommandOutcome(settings, None, files, facts, lines=lines), as_json=as_json)
