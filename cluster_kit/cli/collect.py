"""``cluster-kit collect``: returned worksheets, back into the store."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.settings import Settings


@app.command()
def collect(
    paths: Annotated[list[Path], typer.Argument(help="Returned notebooks, DOCX files, folders and zip files.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")] = False,
    receipts: Annotated[
        Path | None, typer.Option(help="A folder for a text file with the receipt of each file.")
    ] = None,
    home: Annotated[Path | None, typer.Option(help="The kit's home folder.")] = None,
    db: Annotated[str | None, typer.Option(help="The store's URL, where it is not in the home.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the result as JSON.")] = False,
) -> None:
    """Take returned worksheets in, and give a receipt for each. Files are read and never run.

    Exit code 1 where a file could not be read, or an answer could not be kept.
    """
    from cluster_kit.worksheets.collecting import collect as collect_files
    from cluster_kit.worksheets.receipts import count_files, write_receipts

    found = []
    for receipt in collect_files(Settings.read(home, db), paths, dry_run=dry_run):
        found.append(receipt)
        if not as_json:
            typer.echo(f"{receipt}\n")
    if as_json:
        shown = [{**asdict(receipt), "counts": receipt.counts} for receipt in found]
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    if receipts is not None:
        write_receipts(found, receipts)
    typer.echo(count_files(found), err=True)
    if any(receipt.status == "unreadable" or "refused" in receipt.counts for receipt in found):
        raise typer.Exit(1)
