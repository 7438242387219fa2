"""Options that several commands share, and functions that turn them into settings, a store, or a list."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cluster_kit.cli.app import print_at_end
from cluster_kit.content import list_real_series, list_series
from cluster_kit.content.folders import shown_path
from cluster_kit.documents.identity import use_identity
from cluster_kit.errors import UsageError
from cluster_kit.home_record import had_store
from cluster_kit.settings import DEFAULT_HOME, SERIES_VARIABLE, STORE_FILE, Settings
from cluster_kit.text import join_words

if TYPE_CHECKING:
    from cluster_kit.content import Content
    from cluster_kit.store import Store

MOST_SUGGESTED = 3
LOCAL_ADDRESS = "http://127.0.0.1:8866"
EDITOR_PORT = 8868

Home = Annotated[Path | None, typer.Option(help="The home folder.", show_default=DEFAULT_HOME)]
Db = Annotated[str | None, typer.Option(help="The store's URL, if the store is not in the home folder.")]
Series = Annotated[str | None, typer.Option(help="The series.", show_default="the configured series, or the only one")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
JsonEvents = Annotated[bool, typer.Option("--json", help="Print events as they occur, one JSON object per line.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen, and change nothing.")]

# One jurisdiction; several or all; and several, where leaving the option out means all.
Jurisdiction = Annotated[str, typer.Option(help="The state's two-letter abbreviation.")]
Jurisdictions = Annotated[str, typer.Option(help="One state, several such as OH,GU, or all.")]
OnlyJurisdictions = Annotated[str, typer.Option(help="Only these states, such as OH or OH,GU.")]

DocumentFormats = Annotated[str, typer.Option(help="One or more of docx, html, and pdf.")]
PersonName = Annotated[str, typer.Argument(help="The person: an id, an email address, or a name.")]
SessionNumber = Annotated[int, typer.Option(min=1, help="The session's number.")]
OutFolder = Annotated[Path, typer.Option(help="The folder to write to. It is created if it does not exist.")]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", help="A column to correct, such as name=HEADER, or name= to read none. May be repeated."),
]
Sheet = Annotated[str, typer.Option(help="The sheet to read.", show_default="the best match")]
CallReport = Annotated[
    Path | None, typer.Option("--call", help="The video call's report of participants. People in it count as attended.")
]
Notebooks = Annotated[Path | None, typer.Option(help="A folder with your own session notebooks.")]
Address = Annotated[str, typer.Option(help="The server's address, such as https://workshop.example.org.")]
Organizer = Annotated[str, typer.Option(help="Who sends the calendar files, such as “Robin Hall <robin@example.org>”.")]
LinkDays = Annotated[
    int | None,
    typer.Option(min=1, help="The number of days that links work.", show_default="until 90 days after the series"),
]
Port = Annotated[
    int | None, typer.Option(min=0, max=65535, help="The port.", show_default="8866, or the next one that is free")
]
EditorPort = Annotated[
    int | None,
    typer.Option(
        min=0, max=65535, help="The editor's port.", show_default=f"{EDITOR_PORT}, or the next one that is free"
    ),
]


def read_settings(
    series: str | None, home: Path | None, db: str | None = None, *, creates: bool = False
) -> tuple[Settings, str]:
    """Return the settings and the id of the series: the option's, else the configured one, else the only one.

    A command that reads needs a home with a store: a mistyped folder would otherwise look like an empty series. Only
    commands that add people or answers create one (``creates``). The command ends with a line on stderr that names the
    home and the series.

    Raises ``UsageError`` if the home has no store, and otherwise as ``read_content_settings``.
    """
    settings, chosen = _choose_series(Settings.read(home, db, series), series)
    if not creates:
        require_store(settings)
    print_at_end(f"Series {chosen}, {_name_home(settings)}.")
    return settings, chosen


def read_home_settings(home: Path | None, db: str | None = None, *, creates: bool = True) -> Settings:
    """The same for a command that is about no series, or about several. Its last line names the home."""
    settings = Settings.read(home, db)
    if not creates:
        require_store(settings)
    name = _name_home(settings)
    print_at_end(f"{name[0].upper()}{name[1:]}.")
    return settings


def _name_home(settings: Settings) -> str:
    where = "" if settings.db is None else " with a database of its own"
    return f"home {shown_path(settings.home)}{where}"


def read_content_settings(series: str | None, home: Path | None = None) -> tuple[Settings, str]:
    """The same for a command that reads only content, and needs no store.

    Its last line names the home, whose content folder it reads, and the series.

    Raises ``UsageError`` if the home that was named does not exist, if the configured series does not exist, if there
    is more than one series and none is configured, or if all series are fictional. A series that the option names is
    not checked: loading it reports an unknown one.
    """
    settings = Settings.read(home, None, series)
    if home is not None and not settings.home.is_dir():
        raise UsageError(f"There is no folder {shown_path(settings.home)}.{_suggest_homes(settings.home)}")
    settings, chosen = _choose_series(settings, series)
    print_at_end(f"Series {chosen}, {_name_home(settings)}.")
    return settings, chosen


def require_store(settings: Settings) -> None:
    """Raise ``UsageError`` if the home has no store and never had one; it names homes nearby that have one.

    A store that the home had and that is missing is reported when it is opened.
    """
    if settings.db is None and not settings.store_file.is_file() and not had_store(settings.home, settings.store_file):
        raise UsageError(
            f"There is no store in {shown_path(settings.home)}.{_suggest_homes(settings.home)} To start a new one: "
            "cluster-kit roster import, serve, or demo."
        )


def _choose_series(settings: Settings, series: str | None) -> tuple[Settings, str]:
    known = list_series(settings.content)
    real = list_real_series(settings.content)
    if settings.series is None and len(real) > 1:
        raise UsageError(
            f"There is more than one series: {', '.join(real)}. Choose one with --series, or once with: "
            "cluster-kit series use ID."
        )
    chosen = settings.series or next(iter(real), None)
    if chosen is None:
        raise UsageError("All series are fictional. Choose one with --series, or with: cluster-kit series use.")
    if not series and chosen not in known:
        source = SERIES_VARIABLE if os.environ.get(SERIES_VARIABLE) else settings.file
        raise UsageError(f"{source} sets the series {chosen!r}, which does not exist. Set one of: {', '.join(known)}.")
    use_identity(settings.organization())
    return replace(settings, series=chosen), chosen


def _suggest_homes(home: Path) -> str:
    """The homes with a store in the folders above and beside ``home``, and in and below the working folder."""
    here = Path.cwd()
    folders = dict.fromkeys([home.parent, *_subfolders(home), *_subfolders(home.parent), here, *_subfolders(here)])
    found = [f"--home {shown_path(folder)}" for folder in folders if (folder / STORE_FILE).is_file()][:MOST_SUGGESTED]
    return f" Did you mean {join_words(found, 'or')}?" if found else ""


def _subfolders(folder: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if path.is_dir())
    return []


def open_store(settings: Settings) -> Store:
    """Open the deployment's store. The home folder is created if it does not exist."""
    from cluster_kit.store.deployment import open_deployment_store

    return open_deployment_store(settings)


def find_upcoming(settings: Settings, content: Content) -> int:
    """The session that is on, otherwise the next one; without a store that can be read, as the schedule says."""
    from cluster_kit.sessions import read_timeline
    from cluster_kit.store import StoreError

    now = dt.datetime.now(dt.UTC)
    if settings.db is not None or settings.store_file.is_file():
        with suppress(StoreError), open_store(settings) as store:
            return read_timeline(content, store, now).upcoming
    return read_timeline(content, None, now).upcoming


def split_list(text: str) -> list[str]:
    """Split ``OH, GU`` at its commas. Empty parts are left out."""
    return [part.strip() for part in text.split(",") if part.strip()]


def split_jurisdictions(text: str) -> list[str] | None:
    """The jurisdictions of a ``Jurisdictions`` option, as they were typed; None means all."""
    return None if text.strip().lower() == "all" else split_list(text)
