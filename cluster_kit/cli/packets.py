"""``cluster-kit packets``: documents for each state."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from cluster_kit.cli.app import app, refuse_choice
from cluster_kit.cli.options import (
    Db,
    Home,
    JsonEvents,
    Jurisdictions,
    OutFolder,
    Series,
    read_settings,
    split_jurisdictions,
    split_list,
)
from cluster_kit.cli.results import name_place
from cluster_kit.errors import UsageError

ALL = "all"
_Choice = TypeVar("_Choice", bound=StrEnum)


@app.command("packets")
def packets_command(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    jurisdiction: Jurisdictions,
    out: OutFolder,
    session: Annotated[str, typer.Option(help="A session's number, several such as 1,2, or all.")] = ALL,
    kind: Annotated[str, typer.Option(help="The kind of packet: prework, after, or series (all sessions).")] = "after",
    formats: Annotated[str, typer.Option(help="One or more of ipynb, html, pdf, and docx.")] = "ipynb,html",
    series: Series = None,
    workers: Annotated[
        int, typer.Option(help="Packets to make in parallel. 0 means one more than the number of processors.")
    ] = 0,
    scheduler: Annotated[
        str | None, typer.Option(help="The address of a Dask scheduler, such as tcp://host:8786.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also make packets that are up to date.")] = False,
    require_accessible: Annotated[
        bool, typer.Option("--require-accessible", help="Fail a packet that does not pass its accessibility check.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Check the accessibility of each page and PDF.")
    ] = True,
    home: Home = None,
    db: Db = None,
    as_json: JsonEvents = False,
) -> None:
    """Make a packet of answers for each state.

    A packet is an executed notebook, and a web page, a PDF, or a Word file that is made from it. Only packets that are
    missing or out of date are made. The files manifest.json and index.html in the folder list all packets.
    """
    from cluster_kit.packets.batch import BatchOptions, PacketRequest, make_packets
    from cluster_kit.packets.formats import PACKET_FORMATS
    from cluster_kit.packets.jobs import PacketKind
    from cluster_kit.packets.progress import choose_packet_progress, explain_interruption
    from cluster_kit.process_pool import default_workers

    sessions = None if session.strip().lower() == ALL else [_number(part) for part in split_list(session)]
    codes = split_jurisdictions(jurisdiction)
    wanted = tuple(part.lower() for part in split_list(formats))
    for form in wanted:
        PACKET_FORMATS.get(form)  # refuse an unknown one before anything is made
    of_kind = _choose(PacketKind, "--kind", kind)
    settings, chosen = read_settings(series, home, db)
    request = PacketRequest(chosen, sessions, codes, kind=of_kind, formats=wanted)
    options = BatchOptions(default_workers() if workers == 0 else workers, scheduler, force, require_accessible, check)
    place = name_place(settings, chosen)
    with choose_packet_progress(out, place, as_json=as_json) as shown, explain_interruption(shown) as report:
        manifest = make_packets(settings, request, out, options, report)
    if not as_json:
        for result in manifest.results:
            for file in result.files:
                typer.echo(str(out / file.name))
    if manifest.failed:
        raise typer.Exit(1)


def _number(part: str) -> int:
    if not part.isdecimal():
        raise UsageError(f"{part!r} is not a session's number. Write --session 1, --session 1,2 or --session all.")
    return int(part)


def _choose(kind: type[_Choice], option: str, part: str) -> _Choice:
    try:
        return kind(part.lower())
    except ValueError:
        raise refuse_choice(option, part, [*kind]) from None
