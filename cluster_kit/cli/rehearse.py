"""``cluster-kit rehearse``: a session on a real server, with fictional people from every state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import JsonEvents, Port, SessionNumber


@app.command("rehearse")
def rehearse_command(  # noqa: PLR0913  (each is an option of the command)
    *,
    session: SessionNumber = 1,
    speed: Annotated[
        str, typer.Option(help="How fast time passes: 1x is real time; at 20x an hour takes three minutes.")
    ] = "20x",
    states: Annotated[int | None, typer.Option(min=1, help="The number of states.", show_default="all")] = None,
    people: Annotated[int, typer.Option(min=1, max=10, help="The number of people from each state.")] = 3,
    seed: Annotated[int, typer.Option(help="The random seed. The same seed gives the same people and answers.")] = 2026,
    hands_on: Annotated[bool, typer.Option("--hands-on", help="Run the session yourself from the console.")] = False,
    kill_at: Annotated[
        float | None, typer.Option(help="Kill the server at this minute, to test that it restarts.")
    ] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the home folder in this new folder.")] = None,
    port: Port = None,
    as_json: JsonEvents = False,
) -> None:
    """Rehearse a session with fictional people.

    People from every state join, rate, write, and talk, on a separate server.
    """
    from cluster_kit.rehearsal import RehearsalPlan, parse_speed, rehearse
    from cluster_kit.rehearsal.progress import choose_rehearsal_progress

    plan = RehearsalPlan(session, parse_speed(speed), states, people, seed, hands_on, kill_at, port)
    with _home(keep) as home, choose_rehearsal_progress(as_json=as_json) as show:
        report = rehearse(plan, home, show)
    if keep and not as_json:
        typer.echo(f"To open it again: cluster-kit serve --series rehearsal --home {home}", err=True)
    if not report.is_good:
        raise typer.Exit(1)


@contextmanager
def _home(keep: Path | None) -> Iterator[Path]:
    """The folder to keep, or a temporary one."""
    if keep:
        yield keep.expanduser().resolve()
        return
    from cluster_kit.temporary_folders import temporary_folder

    with temporary_folder("rehearsal") as folder:
        yield folder / "home"
