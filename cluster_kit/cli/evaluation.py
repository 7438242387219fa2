"""``cluster-kit evaluation``: what participants said about a session, anonymously."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import CommandGroup, app
from cluster_kit.cli.options import Db, Home, Json, Series, SessionNumber, open_store, read_settings
from cluster_kit.cli.results import print_object
from cluster_kit.content import load_content

evaluation_app = typer.Typer(
    cls=CommandGroup, no_args_is_help=True, help="Report the anonymous evaluations of sessions.", rich_markup_mode=None
)
app.add_typer(evaluation_app, name="evaluation")


@evaluation_app.command("summary")
def evaluation_summary_command(  # noqa: PLR0913  (each is an option of the command)
    session: SessionNumber,
    *,
    out: Annotated[
        Path | None, typer.Option(help="Write HTML, Word, and PDF to this folder.", show_default="print Markdown")
    ] = None,
    publishable: Annotated[
        bool, typer.Option("--publishable", help="Leave out comments, for a funder or the public.")
    ] = False,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Summarize the evaluations of a session.

    Nothing is reported for fewer than five people. You can run it at any time; the results change until the
    evaluation closes.
    """
    from cluster_kit.documents.markdown import to_markdown
    from cluster_kit.exports.evaluation import as_section, read_summaries, without_comments, write_evaluation_summary

    settings, chosen = read_settings(series, home, db)
    files = write_evaluation_summary(settings, chosen, session, out, publishable=publishable) if out else ()
    if files and not as_json:
        for path in files:
            typer.echo(str(path))
        return
    content, store = load_content(chosen, overlay=settings.content), open_store(settings)
    try:
        [summary] = read_summaries(settings, content, store, session)
    finally:
        store.close()
    if as_json:
        shown = asdict(without_comments(summary) if publishable else summary)
        print_object({"files": [str(path) for path in files], **shown}, settings, chosen)
        return
    typer.echo(to_markdown(as_section(content, summary, publishable=publishable), level=1))
