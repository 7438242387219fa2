"""``cluster-kit packets``: a document for each state."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.errors import UsageError
from cluster_kit.packets.jobs import Result
from cluster_kit.settings import Settings

ALL = "all"


@app.command()
def packets(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    session: Annotated[str, typer.Option(help="A session's number, several as 1,2, or all.")],
    jurisdiction: Annotated[str, typer.Option(help="A postal code, several as OH,GU, or all.")],
    out: Annotated[Path, typer.Option(help="The folder to write to. It is made where it is missing.")],
    series: Annotated[str, typer.Option(help="The series.")] = "2026",
    home: Annotated[Path | None, typer.Option(help="The kit's home folder.")] = None,
    db: Annotated[str | None, typer.Option(help="The store's URL, where it is not in the home.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the result as JSON.")] = False,
) -> None:
    """Make a packet of a session for each state: the executed notebook, and one HTML file to read, print and file."""
    from cluster_kit.packets.making import Wanted, make_packets

    sessions = None if session.strip().lower() == ALL else [_number(part) for part in _parts(session)]
    codes = None if jurisdiction.strip().lower() == ALL else _parts(jurisdiction)
    manifest = make_packets(Settings.read(home, db), Wanted(series, sessions, codes), out, _report)
    if as_json:
        typer.echo(manifest.model_dump_json(indent=2))
    else:
        for result in manifest.results:
            for name in result.files:
                typer.echo(str(out / name))
    if manifest.failed:
        raise typer.Exit(1)


def _parts(listed: str) -> list[str]:
    return [part.strip() for part in listed.split(",") if part.strip()]


def _number(part: str) -> int:
    if not part.isdecimal():
        raise UsageError(f"{part!r} is not a session's number. Write --session 1, --session 1,2 or --session all.")
    return int(part)


def _report(result: Result) -> None:
    if result.status == "failed":
        typer.echo(f"{result.job.name}: FAILED. {result.error}", err=True)
    else:
        answered = "no answers yet" if not result.answered else f"{result.answered} exercise{'s' * (result.answered > 1)} answered"
        typer.echo(f"{result.job.name}: made in {result.seconds:.1f} s, {answered}", err=True)
