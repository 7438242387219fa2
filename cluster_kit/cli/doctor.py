"""``cluster-kit doctor``: check the store, the home, and the machine."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app, print_json
from cluster_kit.cli.options import Db, Home, Json, read_home_settings

SIGNS = {"ok": "ok      ", "warning": "warning ", "error": "ERROR   "}


@app.command("doctor")
def doctor_command(
    *,
    backups: Annotated[Path | None, typer.Option(help="Also check the backups in this folder.")] = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Check the deployment, and say what to do.

    It checks permissions, settings, the signing key, the store, uploaded files, erasures, the clock, disk space, and
    content. It changes nothing, and can run beside the server. The exit code is 1 if there are errors.
    """
    from cluster_kit.maintenance.doctor import diagnose

    results = diagnose(read_home_settings(home, db), backups)
    if as_json:
        print_json([asdict(result) for result in results])
    else:
        for one in results:
            typer.echo(f"{SIGNS[one.status]}{one.check:9} {one.found}")
            if one.advice:
                typer.echo(f"{'':18}{one.advice}")
    if any(result.status == "error" for result in results):
        raise typer.Exit(1)
