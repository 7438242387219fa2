"""``cluster-kit breakouts``: breakout groups, and the video call's file of rooms."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.content import Content, load_content
from cluster_kit.errors import UsageError
from cluster_kit.settings import Settings

if TYPE_CHECKING:
    from cluster_kit.exports.breakouts import BreakoutPlan


@app.command()
def breakouts(  # noqa: PLR0913  (each is an option of the command)
    *,
    session: Annotated[int, typer.Option(help="The session.")],
    present: Annotated[
        str, typer.Option(help="The states: OH,GU,… Else who is in the session, else who is invited.")
    ] = "",
    size: Annotated[str, typer.Option(help="How many states are in a group.")] = "3-5",
    shown: Annotated[bool, typer.Option("--shown", help="The groups that participants see now, not new ones.")] = False,
    out: Annotated[Path | None, typer.Option(help="The file of rooms for the video call to write (.csv).")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write no file.")] = False,
    series: Annotated[str, typer.Option(help="The series.")] = "2026",
    home: Annotated[Path | None, typer.Option(help="The kit's home folder.")] = None,
    db: Annotated[str | None, typer.Option(help="The store's URL, where it is not in the home.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the result as JSON.")] = False,
) -> None:
    """Form breakout groups from answers, say why, and write the file that the video call takes.

    For facilitators: it names what states have rated. Nothing is shown to participants; that is done on the console.
    """
    from cluster_kit.exports.breakouts import BreakoutRequest, plan_breakouts, plan_shown, write_rooms
    from cluster_kit.store import Store

    settings = Settings.read(home, db)
    content = load_content(series, overlay=settings.content)
    codes = tuple(part.strip() for part in present.split(",") if part.strip()) or None
    wanted = BreakoutRequest(session, codes, _read_size(size))
    now = dt.datetime.now(dt.UTC)
    with Store.open(settings.db_url) as store:
        planned = plan_shown(content, store, session, now) if shown else plan_breakouts(content, store, wanted, now)
    files = write_rooms(planned.rooms, out) if out and not dry_run else ()
    if as_json:
        written = {"files": [str(path) for path in files], **asdict(planned)}
        typer.echo(json.dumps(written, indent=2, ensure_ascii=False))
        return
    _show(content, planned)
    for path in files:
        typer.echo(f"Written: {path}", err=True)


def _read_size(size: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)(?:-(\d+))?", size.strip())
    if not found:
        raise UsageError(f"{size!r} is not a size of groups. Write it as 3-5, or as 4.")
    return int(found[1]), int(found[2] or found[1])


def _show(content: Content, planned: BreakoutPlan) -> None:
    from cluster_kit.breakouts.rooms import name_room
    from cluster_kit.breakouts.wording import Namer
    from cluster_kit.documents.typed_text import clean

    namer = Namer(content)
    for group in planned.proposal.groups:
        states = ", ".join(sorted(map(namer.state, group.states)))
        typer.echo(f"{name_room(content, group)}\n  {states}\n  {group.why}\n")
    typer.echo(planned.proposal.sentence, err=True)
    typer.echo(f"States that are {planned.who}; {len(planned.rooms.rows)} people with an email address.", err=True)
    for person in planned.rooms.left_out:
        typer.echo(
            f"To be let in by hand: {clean(person.name)} of {person.state} ({person.room}). {person.why}", err=True
        )
