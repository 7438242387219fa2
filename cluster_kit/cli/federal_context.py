"""``cluster-kit federal-context``: the federal context sheet of a session, for its facilitators."""

from __future__ import annotations

from cluster_kit.cli.app import app
from cluster_kit.cli.options import (
    DocumentFormats,
    Home,
    Json,
    OutFolder,
    Series,
    SessionNumber,
    read_content_settings,
    split_list,
)
from cluster_kit.cli.results import CommandOutcome, print_result
from cluster_kit.content import load_content


@app.command("federal-context")
def federal_context_command(
    session: SessionNumber,
    out: OutFolder,
    formats: DocumentFormats = "html,docx,pdf",
    series: Series = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Write the federal context sheet of a session.

    It has the questions that facilitators are asked (by when, must we adopt, is there money, what do ED and DOL say)
    with answers to say aloud, and each fact with its source, date, and owner.
    """
    from cluster_kit.exports.federal_context import write_federal_context

    settings, chosen = read_content_settings(series, home)
    content = load_content(chosen, overlay=settings.content)
    files = write_federal_context(content, session, out, split_list(formats))
    print_result(CommandOutcome(settings, chosen, files, {"session": session}), as_json=as_json)
