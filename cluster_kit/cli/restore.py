"""``cluster-kit restore``: restore a backup into a new home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Db, DryRun, Home, Json, read_home_settings
from cluster_kit.cli.results import print_object
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.maintenance.manifest import BackupManifest
    from cluster_kit.maintenance.restore import Restored


@app.command("restore")
def restore_command(
    backup: Annotated[Path, typer.Argument(help="The folder of one backup.")],
    *,
    erasures: Annotated[
        list[Path] | None,
        typer.Option(help="An erasures.json, or the home or backup that has it. Can be given several times."),
    ] = None,
    dry_run: DryRun = False,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Restore a backup into a home that does not exist yet.

    Stop the servers first, and move the old home away. A backup that is incomplete or was changed is refused. Erasures
    that were made after the backup are carried out again. They are read from the backup, from a record that is left in
    the home, and from --erasures. With --dry-run, the backup is only verified.
    """
    from cluster_kit.maintenance.manifest import verify_backup
    from cluster_kit.maintenance.restore import restore_backup

    settings = read_home_settings(home, db)
    if dry_run:
        manifest, restored = verify_backup(backup), None
    else:
        restored = restore_backup(backup, settings, erasures or [])
        manifest = restored.manifest
    if as_json:
        print_object(_as_json(manifest, restored), settings, None)
        return
    typer.echo(settings.home if restored else backup)
    rows = count_of(manifest.counts.get("responses", 0), "answer")
    typer.echo(f"The backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC is complete: {rows}.", err=True)
    if restored:
        typer.echo(_describe_erasures(restored), err=True)
        typer.echo("Check the home with cluster-kit doctor. Then start the servers.", err=True)


def _describe_erasures(restored: Restored) -> str:
    if restored.erasures:
        return f"{count_of(len(restored.erasures), 'erasure')} made after the backup: carried out again."
    newest = restored.newest_erasure
    known = f"the newest known erasure is of {newest:%Y-%m-%d %H:%M} UTC" if newest else "no erasure is recorded"
    return (
        f"No erasure was carried out again: {known}. If someone asked for one after the backup was made, and you have a"
        " newer erasures.json, restore again with --erasures. Otherwise repeat it with cluster-kit erase."
    )


def _as_json(manifest: BackupManifest, restored: Restored | None) -> dict[str, object]:
    return {
        "restored": restored is not None,
        "made_at": manifest.made_at.isoformat(),
        "counts": manifest.counts,
        "erasures_applied": [erasure.model_dump(mode="json") for erasure in restored.erasures] if restored else [],
        "newest_erasure": restored.newest_erasure.isoformat() if restored and restored.newest_erasure else None,
    }
