"""``cluster-kit brief``: what happened in a session, for staff and for publication."""

from __future__ import annotations

from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import (
    CallReport,
    Db,
    DocumentFormats,
    Home,
    Json,
    OutFolder,
    Series,
    SessionNumber,
    read_settings,
    split_list,
)
from cluster_kit.cli.results import CommandOutcome, print_result
from cluster_kit.errors import UsageError
from cluster_kit.text import count_of, join_words

BOTH = "both"


@app.command("brief")
def brief_command(  # noqa: PLR0913, PLR0917  (each is an option of the command)
    session: SessionNumber,
    out: OutFolder,
    version: Annotated[str, typer.Option(help="The version: internal, publishable, or both.")] = BOTH,
    formats: DocumentFormats = "docx,html,pdf",
    call: CallReport = None,
    series: Series = None,
    home: Home = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write a brief of a session, for staff and for publication.

    The internal version is for staff only. In the publishable version, small counts are merged or withheld, and
    examples appear only as their states share them. --call counts the people of the video call as attendance does.
    """
    from cluster_kit.exports.brief import BriefVersion, write_brief

    settings, chosen = read_settings(series, home, db)
    wanted = version.strip().lower()
    if wanted not in (BOTH, *BriefVersion):
        raise UsageError(f"--version cannot be {version!r}; it can be {join_words([*BriefVersion, BOTH], 'or')}.")
    versions = tuple(BriefVersion) if wanted == BOTH else (BriefVersion(wanted),)
    done = write_brief(settings, chosen, session, out, versions, split_list(formats), call=call)
    summary = f"{count_of(done.states, 'state')} took part in session {session}."
    result = CommandOutcome(settings, chosen, done.files, {"states": done.states}, summary=summary)
    print_result(result, as_json=as_json)
