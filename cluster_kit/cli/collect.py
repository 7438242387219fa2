"""``cluster-kit collect``: read returned worksheets into the store."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import app, print_json
from cluster_kit.cli.options import Db, DryRun, Home, Json, read_home_settings
from cluster_kit.cli.results import BatchProgress
from cluster_kit.files import report_write_errors
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.worksheets.receipts import FileReceipt

PROGRESS_S = 10.0


@app.command("collect")
def collect_command(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    paths: Annotated[
        list[Path], typer.Argument(help="Returned notebooks, DOCX and PDF files, folders, and ZIP files.")
    ],
    dry_run: DryRun = False,
    receipts: Annotated[
        Path | None, typer.Option(help="A folder for a text file with the receipt of each file.")
    ] = None,
    jurisdiction: Annotated[
        str, typer.Option(help="The state that sent all files. Takes files without a valid signature as that state's.")
    ] = "",
    person: Annotated[
        str, typer.Option(help="The person who sent all files, by name, email address, or id, whatever the files say.")
    ] = "",
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Read returned worksheets and give a receipt for each.

    Files are read and never run. The exit code is 1 if a file could not be read, or an answer could not be saved.

    A file must have the signature with which the worksheets command made it. Other files are refused unless you say
    which state sent them.
    """
    from cluster_kit.worksheets.collecting import collect
    from cluster_kit.worksheets.files import count_found
    from cluster_kit.worksheets.receipts import count_files, write_receipts
    from cluster_kit.worksheets.senders import Sender

    settings = read_home_settings(home, db, creates=False)
    found: list[FileReceipt] = []
    sender = Sender(jurisdiction.strip().upper(), person.strip())
    if receipts is not None:
        with report_write_errors(receipts):  # before anything is saved
            receipts.mkdir(parents=True, exist_ok=True)
    total, progress = count_found(paths), BatchProgress("file", every_s=PROGRESS_S)
    try:
        for receipt in collect(settings, paths, dry_run=dry_run, sender=sender):
            found.append(receipt)
            if not as_json:
                typer.echo(f"{receipt}\n")
            progress(len(found), max(total, len(found)))
    except KeyboardInterrupt:
        again = "" if dry_run else " Their answers are saved. To collect the others, run the same command again."
        typer.echo(f"Stopped after {len(found)} of {count_of(max(total, len(found)), 'file')}.{again}", err=True)
        raise
    finally:
        if receipts is not None and found:
            write_receipts(found, receipts)
    if as_json:
        print_json([{**asdict(receipt), "counts": receipt.counts} for receipt in found])
    typer.echo(count_files(found), err=True)
    if any(receipt.status == "unreadable" or "refused" in receipt.counts for receipt in found):
        raise typer.Exit(1)
