"""``cluster-kit backup``: copy the store and the home."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Db, Home, Json, read_home_settings
from cluster_kit.cli.results import print_object
from cluster_kit.text import count_of, format_size


@app.command("backup")
def backup_command(
    folder: Annotated[Path, typer.Argument(help="The folder for backups, on another disk.")],
    *,
    keep_days: Annotated[
        int | None, typer.Option(min=1, help="Afterward, delete backups in the folder that are older.")
    ] = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Make a backup while the server runs, and verify it.

    It contains the store, the signing key, settings, the logo, your own content with its versions, uploaded files,
    imported crosswalks, the counts of briefs, and the record of erasures. Only you can read it. A PostgreSQL store
    is dumped with pg_dump.
    """
    from cluster_kit.maintenance.backup import back_up

    settings = read_home_settings(home, db, creates=False)
    made = back_up(settings, folder.expanduser().absolute(), keep_days)
    size = sum(file.size for file in made.manifest.files)
    if as_json:
        shown = {
            "folder": str(made.folder),
            "made_at": made.manifest.made_at.isoformat(),
            "files": len(made.manifest.files),
            "bytes": size,
            "counts": made.manifest.counts,
            "left_out": made.left_out,
            "removed": made.removed,
        }
        print_object(shown, settings, None)
        return
    typer.echo(made.folder)
    answers = count_of(made.manifest.counts.get("responses", 0), "answer")
    typer.echo(f"{count_of(len(made.manifest.files), 'file')}, {format_size(size)}, {answers}. Verified.", err=True)
    if made.left_out:
        typer.echo(f"Not part of a backup: {', '.join(made.left_out)}.", err=True)
    if made.removed:
        typer.echo(f"{count_of(made.removed, 'older backup')} deleted.", err=True)
