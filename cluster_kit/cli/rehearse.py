"""``cluster-kit rehearse``: a fictional national roster plays a session against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.serve import Port


@app.command()
def rehearse(  # noqa: PLR0913  (each is an option of the command)
    *,
    session: Annotated[int, typer.Option(help="The session to rehearse.")] = 1,
    speed: Annotated[str, typer.Option(help="How fast time goes: 1x as on the day, 20x for an hour in three.")] = "20x",
    states: Annotated[int | None, typer.Option(min=1, help="How many states come.", show_default="all")] = None,
    people: Annotated[int, typer.Option(min=1, max=10, help="How many people of each state are invited.")] = 3,
    seed: Annotated[int, typer.Option(help="The same number plays the same people, who say the same.")] = 2026,
    hands_on: Annotated[bool, typer.Option("--hands-on", help="You run the session from the console.")] = False,
    kill_at: Annotated[float | None, typer.Option(help="Kill the server at this minute; it starts again.")] = None,
    keep: Annotated[Path | None, typer.Option(help="A new folder for the home, kept afterwards.")] = None,
    port: Port = 8866,
    as_json: Annotated[bool, typer.Option("--json", help="Write events as they happen, as lines of JSON.")] = False,
) -> None:
    """Rehearse a session: made-up people of every state join, rate, write and talk, on a server of its own."""
    from cluster_kit.rehearsal import Plan, parse_speed
    from cluster_kit.rehearsal import rehearse as play
    from cluster_kit.rehearsal.progress import choose_progress

    plan = Plan(session, parse_speed(speed), states, people, seed, hands_on, kill_at, port)
    with _home(keep) as home, choose_progress(as_json=as_json) as say:
        report = play(plan, home, say)
    if keep and not as_json:
        typer.echo(f"Look at it again: cluster-kit serve --series rehearsal --home {home}", err=True)
    if not report.is_good:
        raise typer.Exit(1)


@contextmanager
def _home(keep: Path | None) -> Iterator[Path]:
    """The folder to keep, or one that is gone afterwards."""
    if keep:
        yield keep.expanduser().resolve()
        return
    from cluster_kit.rehearsal.home import temporary_home

    with temporary_home() as home:
        yield home
