"""Options that several commands share, and functions that turn them into settings, a store, or a list."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.content import find_newest_series, list_series
from cluster_kit.errors import UsageError
from cluster_kit.settings import DEFAULT_HOME, SERIES_VARIABLE, Settings

if TYPE_CHECKING:
    from cluster_kit.store import Store

LOCAL_ADDRESS = "http://127.0.0.1:8866"

Home = Annotated[Path | None, typer.Option(help="The home folder.", show_default=DEFAULT_HOME)]
Db = Annotated[str | None, typer.Option(help="The store's URL, if the store is not in the home folder.")]
Series = Annotated[
    str | None, typer.Option(help="The series.", show_default="the configured series, or the newest one")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
JsonEvents = Annotated[bool, typer.Option("--json", help="Print events as they occur, one JSON object per line.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen, and change nothing.")]

# One jurisdiction; several or all; and several, where leaving the option out means all.
Jurisdiction = Annotated[str, typer.Option(help="The state's two-letter abbreviation.")]
Jurisdictions = Annotated[str, typer.Option(help="One state, several such as OH,GU, or all.")]
OnlyJurisdictions = Annotated[str, typer.Option(help="Only these states, such as OH or OH,GU.")]

SessionNumber = Annotated[int, typer.Option(min=1, help="The session's number.")]
OutFolder = Annotated[Path, typer.Option(help="The folder to write to. It is created if it does not exist.")]
Address = Annotated[str, typer.Option(help="The server's address, such as https://workshop.example.org.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port. If it is in use, the next free one is taken.")]


def read_settings(series: str | None, home: Path | None = None, db: str | None = None) -> tuple[Settings, str]:
    """Return the settings and the id of the series: the option's, else the configured one, else the newest.

    Raises ``UsageError`` if the configured series does not exist, or if none is configured and all are fictional.
    A series that the option names is not checked: loading it reports an unknown one.
    """
    settings = Settings.read(home, db, series)
    chosen = settings.series or find_newest_series(settings.content)
    if chosen is None:
        raise UsageError("All series are fictional. Choose one with --series, or with: cluster-kit series use.")
    known = list_series(settings.content)
    if not series and chosen not in known:
        source = SERIES_VARIABLE if os.environ.get(SERIES_VARIABLE) else settings.file
        raise UsageError(f"{source} sets the series {chosen!r}, which does not exist. Set one of: {', '.join(known)}.")
    return replace(settings, series=chosen), chosen


def open_store(settings: Settings) -> Store:
    """Open the deployment's store. The home folder is created if it does not exist."""
    from cluster_kit.store import Store

    settings.home.mkdir(parents=True, exist_ok=True)
    return Store.open(settings.db_url)


def split_list(text: str) -> list[str]:
    """Split ``OH, GU`` at its commas. Empty parts are left out."""
    return [part.strip() for part in text.split(",") if part.strip()]


def split_jurisdictions(text: str) -> list[str] | None:
    """The jurisdictions of a ``Jurisdictions`` option, as they were typed; None means all."""
    return None if text.strip().lower() == "all" else split_list(text)
