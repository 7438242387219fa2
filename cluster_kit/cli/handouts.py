"""``cluster-kit handouts``: short documents for people around the series."""

from __future__ import annotations

from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import DocumentFormats, Home, Json, OutFolder, Series, read_content_settings, split_list
from cluster_kit.cli.results import BatchProgress, CommandOutcome, print_result
from cluster_kit.content import load_content
from cluster_kit.text import count_of


@app.command("handouts")
def handouts_command(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    out: OutFolder,
    only: Annotated[str, typer.Option(help="The ids of the handouts, such as primer,leadership.")] = "",
    session: Annotated[
        int | None, typer.Option(min=1, help="For handouts on a session: only this one.", show_default="all")
    ] = None,
    language: Annotated[str, typer.Option(help="A language other than English, such as es.")] = "",
    formats: DocumentFormats = "html,docx,pdf",
    series: Series = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Write the handouts of the series.

    They are a primer on the Framework, a page for leadership, a plan for each session that a state works through by
    itself, a glossary, and letters to families and employers. Letters are also in Spanish, with --language es.
    """
    from cluster_kit.content.handouts import load_glossary, load_handouts
    from cluster_kit.exports.handouts import HandoutRequest, make_handouts, write_handouts

    settings, chosen = read_content_settings(series, home)
    content = load_content(chosen, overlay=settings.content)
    pack, glossary = load_handouts(settings.content, language), load_glossary(settings.content)
    request = HandoutRequest(tuple(split_list(only)), session, language)
    handouts = make_handouts(content, pack, glossary, request)
    files = write_handouts(handouts, out, split_list(formats), BatchProgress("handout"))
    summary = f"{count_of(len(handouts), 'handout')}."
    print_result(CommandOutcome(settings, chosen, files, {"handouts": len(handouts)}, summary=summary), as_json=as_json)
