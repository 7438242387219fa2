"""``cluster-kit crosswalk``: a state's programs in the modernized Framework."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings

if TYPE_CHECKING:
    from cluster_kit.crosswalk.importing import CrosswalkImport
    from cluster_kit.crosswalk.running import CrosswalkResult

crosswalk_app = typer.Typer(
    no_args_is_help=True, help="Bring a state's programs into the modernized Framework.", rich_markup_mode=None
)
app.add_typer(crosswalk_app, name="crosswalk")

Home = Annotated[Path | None, typer.Option(help="The kit's home folder.")]
Db = Annotated[str | None, typer.Option(help="The store's URL, where it is not in the home.")]
Json = Annotated[bool, typer.Option("--json", help="Write the result as JSON.")]
State = Annotated[str, typer.Option(help="The state's postal code.")]
Series = Annotated[str, typer.Option(help="The series that decisions are kept in.")]


@crosswalk_app.command(name="import")
def import_command(
    file: Annotated[Path, typer.Argument(help="A published crosswalk workbook.")],
    sheet: Annotated[str, typer.Option(help="Read this sheet alone.")] = "",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Read a published crosswalk (CIP, SOC, NAICS, or CIP 2010 to 2020) and use it from now on."""
    from cluster_kit.crosswalk.running import import_crosswalk

    imported = import_crosswalk(Settings.read(home), file, sheet)
    if as_json:
        shown = asdict(imported)
        del shown["tables"]
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        _show_imported(imported)


@crosswalk_app.command()
def run(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    file: Annotated[Path, typer.Argument(help="The list of programs: .xlsx, .csv and others.")],
    jurisdiction: State,
    out: Annotated[Path, typer.Option(help="The folder to write to. It is made where it is missing.")],
    series: Series = "2026",
    sheet: Annotated[str, typer.Option(help="The sheet to read. Default: the one that fits best.")] = "",
    column: Annotated[
        list[str] | None, typer.Option(help="A column that is not found by itself: cip=NAME. May be repeated.")
    ] = None,
    smallest: Annotated[int, typer.Option(min=2, help="Withhold numbers of learners below this.")] = 10,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Code a list of programs: proposals with reasons, a workbook to review, a codebook, a change log, a report."""
    from cluster_kit.crosswalk.running import CrosswalkRequest, run_crosswalk

    wanted = CrosswalkRequest(file, jurisdiction, out, series, sheet, _columns(column or []), smallest)
    result = run_crosswalk(Settings.read(home, db), wanted)
    if as_json:
        typer.echo(json.dumps(_as_data(result), indent=2, ensure_ascii=False))
    else:
        _show_result(result)


@crosswalk_app.command()
def decide(
    file: Annotated[Path, typer.Argument(help="The workbook whose review columns were filled.")],
    jurisdiction: State,
    by: Annotated[str, typer.Option(help="Whose name the decisions are kept under.")] = "Review workbook",
    series: Series = "2026",
    home: Home = None,
    db: Db = None,
) -> None:
    """Take back the decisions that people wrote into the review columns."""
    from cluster_kit.crosswalk.running import decide

    count = decide(Settings.read(home, db), file, jurisdiction, series, by)
    typer.echo("No new decision." if not count else f"{count} new decision{'' if count == 1 else 's'} kept.")


@crosswalk_app.command()
def sample(
    file: Annotated[Path, typer.Argument(help="The workbook to write.")],
    home: Home = None,
) -> None:
    """Write the kit's own small sample crosswalk as a workbook, to try the import with."""
    from cluster_kit.crosswalk.running import write_sample

    write_sample(Settings.read(home), file)
    typer.echo(str(file))


def _columns(pairs: list[str]) -> dict[str, str]:
    wanted = {}
    for pair in pairs:
        role, equals, name = pair.partition("=")
        if not equals or not role.strip() or not name.strip():
            raise UsageError(f"--column {pair!r} is not of the form cip=NAME.")
        wanted[role.strip().lower()] = name.strip()
    return wanted


def _show_imported(imported: CrosswalkImport) -> None:
    for table in imported.reports:
        placed = (
            f"{table.clusters} Clusters, {table.sub_clusters} Sub-Clusters, {table.several:,} codes in several Clusters"
        )
        typer.echo(f"{table.kind}: {table.rows:,} rows, {table.codes:,} codes, {placed}")
    for name in imported.normalizations:
        typer.echo(f"Read {name.written!r} as {name.read_as!r} in {name.rows:,} rows", err=True)
    for problem in imported.problems:
        typer.echo(f"To mend: {problem}", err=True)
    if imported.passed_over:
        typer.echo(f"Passed over: {', '.join(imported.passed_over)}", err=True)


def _show_result(result: CrosswalkResult) -> None:
    if result.taken_back:
        typer.echo(
            f"{result.taken_back} decisions were taken from the review columns of the earlier workbook.", err=True
        )
    for finding in result.proposals.findings:
        typer.echo(finding.sentence, err=True)
    summary = result.summary
    settled = summary.programs - summary.open_programs
    typer.echo(f"{summary.programs:,} programs: {settled:,} coded, {summary.open_programs:,} to review.", err=True)
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
        "findings": [asdict(finding) for finding in result.proposals.findings],
        "questions": list(result.summary.questions),
    }
