"""``cluster-kit crosswalk``: a state's programs in the modernized Framework."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import CommandGroup, app
from cluster_kit.cli.options import (
    Columns,
    Db,
    Home,
    Json,
    Jurisdiction,
    OutFolder,
    Series,
    Sheet,
    read_home_settings,
    read_settings,
)
from cluster_kit.cli.results import CommandOutcome, print_object, print_result
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.crosswalk.importing import CrosswalkImport
    from cluster_kit.programs.pipeline import CrosswalkResult

crosswalk_app = typer.Typer(
    cls=CommandGroup,
    no_args_is_help=True,
    help="Place a state's programs in the modernized Framework.",
    rich_markup_mode=None,
)
app.add_typer(crosswalk_app, name="crosswalk")


@crosswalk_app.command("import")
def import_crosswalk_command(
    file: Annotated[Path, typer.Argument(help="A published crosswalk workbook.")],
    sheet: Annotated[str, typer.Option(help="Read only this sheet.")] = "",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Import a published crosswalk workbook.

    It can contain CIP, SOC, or NAICS codes, the CIP codes of SCED courses, or the changes from CIP 2010 to CIP 2020.
    Later runs use it.
    """
    from cluster_kit.crosswalk.importing import import_crosswalk

    settings = read_home_settings(home)
    imported = import_crosswalk(settings.crosswalk, file, sheet, settings.content)
    if as_json:
        shown = asdict(imported)
        del shown["tables"]
        print_object(shown, settings, None)
    else:
        _show_imported(imported)


@crosswalk_app.command("run")
def run_crosswalk_command(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    file: Annotated[Path, typer.Argument(help="The list of programs, such as a .xlsx or .csv file.")],
    jurisdiction: Jurisdiction,
    out: OutFolder,
    series: Series = None,
    sheet: Sheet = "",
    columns: Columns = None,
    smallest: Annotated[int, typer.Option(min=2, help="Withhold learner counts below this number.")] = 10,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Code a list of programs, with reasons.

    The command writes a workbook to review, a codebook, a change log, and a report. Decisions are saved in the series.
    """
    from cluster_kit.filetypes import read_column_options
    from cluster_kit.programs.pipeline import CrosswalkRequest, run_crosswalk

    settings, chosen = read_settings(series, home, db, creates=True)
    request = CrosswalkRequest(file, jurisdiction, out, chosen, sheet, read_column_options(columns or []), smallest)
    result = run_crosswalk(settings, request)
    if as_json:
        print_object(_as_data(result), settings, chosen)
    else:
        _show_result(result)


@crosswalk_app.command("decide")
def decide_command(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    file: Annotated[Path, typer.Argument(help="The reviewed workbook.")],
    jurisdiction: Jurisdiction,
    by: Annotated[str, typer.Option(help="The name to save the decisions under.")] = "Review workbook",
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Save the decisions in a workbook's review columns."""
    from cluster_kit.programs.pipeline import import_decisions

    settings, chosen = read_settings(series, home, db, creates=True)
    count = import_decisions(settings, file, jurisdiction, chosen, by)
    lines = [f"Saved {count_of(count, 'new decision')}." if count else "No new decisions."]
    print_result(CommandOutcome(settings, chosen, facts={"decisions": count}, lines=lines), as_json=as_json)


@crosswalk_app.command("sample")
def write_sample_command(
    file: Annotated[Path, typer.Argument(help="The workbook to write.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Write a small sample workbook, to try the import."""
    from cluster_kit.crosswalk.sample import write_sample

    settings = read_home_settings(home)
    write_sample(file, settings.content)
    print_result(CommandOutcome(settings, None, [file]), as_json=as_json)


def _show_imported(imported: CrosswalkImport) -> None:
    for table in imported.reports:
        counts = f"{table.kind}: {table.rows:,} rows, {table.codes:,} codes"
        if table.clusters:  # a table of courses or of codes that moved has none
            counts += f", {table.clusters} Clusters, {table.sub_clusters} Sub-Clusters"
            counts += f", {table.several:,} codes in several Clusters"
        typer.echo(counts)
    for name in imported.normalizations:
        typer.echo(f"Read {name.written!r} as {name.read_as!r} in {name.rows:,} rows", err=True)
    for problem in imported.problems:
        typer.echo(f"To fix: {problem}", err=True)
    if imported.passed_over:
        typer.echo(f"Skipped: {', '.join(imported.passed_over)}", err=True)


def _show_result(result: CrosswalkResult) -> None:
    if result.taken_back:
        read = count_of(result.taken_back, "decision")
        typer.echo(f"Read {read} from the review columns of the earlier workbook.", err=True)
    typer.echo(result.proposals.inventory.mapping.describe(), err=True)
    for finding in result.proposals.findings:
        typer.echo(finding.sentence, err=True)
    summary = result.summary
    settled = summary.programs - summary.open_programs
    typer.echo(
        f"{count_of(summary.programs, 'program')}: {settled:,} coded, {summary.open_programs:,} to review.", err=True
    )
    for path in result.files:
        typer.echo(str(path))


def _as_data(result: CrosswalkResult) -> dict[str, object]:
    return {
        "files": [str(path) for path in result.files],
        "programs": result.summary.programs,
        "status": result.proposals.counts,
        "taken_back": result.taken_back,
        "changes": result.changes,
        "columns": dict(result.proposals.inventory.columns),
        "not_read": list(result.proposals.inventory.mapping.unread),
        "findings": [asdict(finding) for finding in result.proposals.findings],
        "questions": list(result.summary.questions),
    }
