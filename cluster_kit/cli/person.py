"""``cluster-kit person export``: everything that is held about one person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import CommandGroup, app
from cluster_kit.cli.options import Db, Home, Json, PersonName, Series, open_store, read_settings
from cluster_kit.cli.results import print_object
from cluster_kit.content import load_content
from cluster_kit.text import count_of

person_app = typer.Typer(
    cls=CommandGroup, no_args_is_help=True, help="Answer requests of one person.", rich_markup_mode=None
)
app.add_typer(person_app, name="person")


@person_app.callback()
def person_commands() -> None:
    """Answer requests of one person."""


@person_app.command("export")
def export_person_command(
    person: PersonName,
    *,
    out: Annotated[Path, typer.Option(help="The .zip file to write.")],
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write everything that is held about a person to one .zip file.

    It has a page to read, the same data as JSON, and the person's uploaded files: their answers with earlier versions,
    posts, attendance, and where others name them. Evaluations are anonymous, and cannot be part of it.
    """
    from cluster_kit.exports.person_record import export_person
    from cluster_kit.roster.people import get_person

    settings, chosen = read_settings(series, home, db)
    content = load_content(chosen, overlay=settings.content)
    with open_store(settings) as store:
        found = get_person(store, chosen, person)
        done = export_person(settings, content, store, found, out)
    if as_json:
        shown = {"file": str(done.path), "person": found.id, "rows": done.rows, "mentions": done.mentions}
        shown |= {"files": done.files, "missing_files": list(done.missing_files)}
        print_object(shown, settings, chosen)
        return
    typer.echo(str(done.path))
    what = (
        count_of(done.rows["responses"], "answer"),
        count_of(done.rows["events"], "action") + " in sessions",
        count_of(done.files, "file"),
        count_of(done.mentions, "mention") + " by others",
    )
    typer.echo(
        f"{found.name} ({found.id}): {', '.join(what)}. Read it before you send it: others may be named.", err=True
    )
