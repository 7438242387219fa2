"""``cluster-kit host-card``: the card for the hosts of breakout rooms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cluster_kit.cli.app import app
from cluster_kit.cli.options import Home, Json, Series, SessionNumber, read_content_settings
from cluster_kit.cli.results import CommandOutcome, print_result
from cluster_kit.content import load_content


@app.command("host-card")
def host_card_command(
    session: SessionNumber,
    out: Annotated[Path, typer.Option(help="The new file: .pdf, .docx, or .html.")],
    series: Series = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Write the card for room hosts, on one page.

    It has the roles in a room, what a host does, and what to listen for and ask in each exercise of the session.
    """
    from cluster_kit.exports.host_card import write_host_card

    settings, chosen = read_content_settings(series, home)
    file = write_host_card(load_content(chosen, overlay=settings.content), session, out)
    print_result(CommandOutcome(settings, chosen, [file], {"session": session}), as_json=as_json)
