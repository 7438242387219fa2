"""``cluster-kit breakouts``: breakout groups, and the file of rooms for the video call."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Db, DryRun, Home, Json, Series, SessionNumber, read_settings, split_list
from cluster_kit.cli.results import print_object
from cluster_kit.content import Content, load_content
from cluster_kit.errors import UsageError
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cluster_kit.exports.breakouts import BreakoutPlan, SeatingPlan


class RoomKind(StrEnum):
    """What the rooms are made of."""

    STATES = "states"
    HOME = "home"
    TRIOS = "trios"


@app.command("breakouts")
def breakouts_command(  # noqa: PLR0913  (each is an option of the command)
    *,
    session: SessionNumber,
    present: Annotated[
        str, typer.Option(help="The states, such as OH,GU.", show_default="those in the session, or else those invited")
    ] = "",
    size: Annotated[
        str, typer.Option(help="The number of states in a group, such as 3-5.", show_default="the session's own")
    ] = "",
    shown: Annotated[bool, typer.Option("--shown", help="Use the groups that participants see now.")] = False,
    kind: Annotated[
        RoomKind, typer.Option(help="Groups of states, home rooms with tables for people alone, or trios of people.")
    ] = RoomKind.STATES,
    as_list: Annotated[
        bool, typer.Option("--list", help="Print rooms and people to read out, for Teams and Webex.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="The file of rooms to write for the video call (.csv).")] = None,
    dry_run: DryRun = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Form breakout groups from answers, and explain them.

    With --out, the command also writes the file of rooms that the video call imports. The result is for facilitators:
    it names what states have rated. Participants see groups only after a facilitator shows them on the console.
    --kind home and --kind trios form rooms of people instead, from the roster and attendance alone.
    """
    from cluster_kit.exports.breakouts import BreakoutRequest, plan_breakouts, plan_seating, plan_shown, write_rooms
    from cluster_kit.sessions.seating import RoomUse
    from cluster_kit.store.deployment import open_deployment_store

    settings, chosen = read_settings(series, home, db)
    content = load_content(chosen, overlay=settings.content)
    codes = tuple(split_list(present)) or None
    wanted = BreakoutRequest(session, codes, _read_size(size) if size else None)
    now = dt.datetime.now(dt.UTC)
    if kind is not RoomKind.STATES:
        if shown:
            raise UsageError("--shown is for groups of states: leave it out with --kind home or --kind trios.")
        with open_deployment_store(settings) as store:
            seated = plan_seating(content, store, wanted, RoomUse(kind.value), now)
        room_files = write_rooms(seated.rooms, out) if out and not dry_run else ()
        if as_json:
            print_object(_seating_as_json(seated, room_files), settings, chosen)
        else:
            _show_seating(content, seated, room_files, as_list=as_list)
        return
    with open_deployment_store(settings) as store:
        planned = plan_shown(content, store, session, now) if shown else plan_breakouts(content, store, wanted, now)
    files = write_rooms(planned.rooms, out) if out and not dry_run else ()
    if as_json:
        print_object({"files": [str(path) for path in files], **asdict(planned)}, settings, chosen)
        return
    _show(content, planned, as_list=as_list)
    for path in files:
        typer.echo(f"Written: {path}", err=True)


def _seating_as_json(planned: SeatingPlan, files: Sequence[Path]) -> dict[str, object]:
    from cluster_kit.breakouts.seating import name_people_room

    rooms = [{"room": name_people_room(r), "people": [p.name for p in r.people]} for r in planned.seating.rooms]
    return {"files": [str(path) for path in files], "rooms": rooms}


def _show_seating(content: Content, planned: SeatingPlan, files: Sequence[Path], *, as_list: bool) -> None:
    from cluster_kit.breakouts.seating import list_rooms
    from cluster_kit.documents.typed_text import visible_text

    if as_list or not files:
        typer.echo(visible_text(list_rooms(content, planned.seating)))
    typer.echo(f"{planned.seating.sentence} People who are {planned.who}.", err=True)
    for person in planned.rooms.left_out:
        typer.echo(
            f"Admit by hand: {visible_text(person.name)} of {person.state} ({person.room}). {person.why}", err=True
        )
    for path in files:
        typer.echo(f"Written: {path}", err=True)


def _read_size(size: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)(?:-(\d+))?", size.strip())
    if not found:
        raise UsageError(f"{size!r} is not a group size. Write 3-5 or 4.")
    return int(found[1]), int(found[2] or found[1])


def _show(content: Content, planned: BreakoutPlan, *, as_list: bool) -> None:
    from cluster_kit.breakouts.rooms import name_room
    from cluster_kit.breakouts.wording import NameLookup
    from cluster_kit.documents.typed_text import visible_text

    namer = NameLookup(content)
    if as_list:
        typer.echo(visible_text(planned.room_list))
    for group in planned.proposal.groups if not as_list else ():
        states = ", ".join(sorted(map(namer.state, group.states)))
        typer.echo(f"{name_room(content, group)}\n  {states}\n  {group.why}\n")
    typer.echo(planned.proposal.sentence, err=True)
    with_email = count_of(len(planned.rooms.rows), "person", "people")
    typer.echo(
        f"These are the states that are {planned.who}. The file lists {with_email} with an email address.", err=True
    )
    for person in planned.rooms.left_out:
        typer.echo(
            f"Admit by hand: {visible_text(person.name)} of {person.state} ({person.room}). {person.why}", err=True
        )
