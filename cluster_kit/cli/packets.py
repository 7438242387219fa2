"""``cluster-kit packets``: documents for each state."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from cluster_kit.cli.app import app
from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings

ALL = "all"
_Choice = TypeVar("_Choice", bound=StrEnum)


@app.command()
def packets(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    jurisdiction: Annotated[str, typer.Option(help="A postal code, several as OH,GU, or all.")],
    out: Annotated[Path, typer.Option(help="The folder to write to. It is made where it is missing.")],
    session: Annotated[str, typer.Option(help="A session's number, several as 1,2, or all.")] = ALL,
    kind: Annotated[str, typer.Option(help="What for: prework, after, or series (the whole of it).")] = "after",
    formats: Annotated[str, typer.Option(help="Which of ipynb, html, pdf and docx, with commas.")] = "ipynb,html",
    series: Annotated[str, typer.Option(help="The series.")] = "2026",
    workers: Annotated[int, typer.Option(help="How many at a time; 0: one more than there are processors.")] = 0,
    scheduler: Annotated[str | None, typer.Option(help="A Dask scheduler's address, such as tcp://host:8786.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Make packets again that are up to date.")] = False,
    require_accessible: Annotated[
        bool, typer.Option("--require-accessible", help="A packet that does not pass its accessibility check fails.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Check each page and PDF for accessibility.")
    ] = True,
    home: Annotated[Path | None, typer.Option(help="The kit's home folder.")] = None,
    db: Annotated[str | None, typer.Option(help="The store's URL, where it is not in the home.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write events as they happen, as lines of JSON.")] = False,
) -> None:
    """Make packets for states: a notebook run for each, and from it a page, a PDF and a Word file.

    Only what is missing or out of date is made. The folder's manifest.json and index.html list every packet.
    """
    from cluster_kit.packets.batch import BatchOptions, PacketRequest, default_workers, make_packets
    from cluster_kit.packets.jobs import Format, PacketKind
    from cluster_kit.packets.progress import choose_progress

    sessions = None if session.strip().lower() == ALL else [_number(part) for part in _parts(session)]
    codes = None if jurisdiction.strip().lower() == ALL else _parts(jurisdiction)
    chosen = tuple(_choose(Format, "--formats", part) for part in _parts(formats))
    wanted = PacketRequest(series, sessions, codes, kind=_choose(PacketKind, "--kind", kind), formats=chosen)
    how = BatchOptions(default_workers() if workers == 0 else workers, scheduler, force, require_accessible, check)
    with choose_progress(out, as_json=as_json) as report:
        manifest = make_packets(Settings.read(home, db), wanted, out, how, report)
    if not as_json:
        for result in manifest.results:
            for file in result.files:
                typer.echo(str(out / file.name))
    if manifest.failed:
        raise typer.Exit(1)


def _parts(listed: str) -> list[str]:
    return [part.strip() for part in listed.split(",") if part.strip()]


def _number(part: str) -> int:
    if not part.isdecimal():
        raise UsageError(f"{part!r} is not a session's number. Write --session 1, --session 1,2 or --session all.")
    return int(part)


def _choose(kind: type[_Choice], option: str, part: str) -> _Choice:
    try:
        return kind(part.lower())
    except ValueError:
        raise UsageError(f"{option} cannot be {part!r}; it can be {', '.join(kind)}.") from None
