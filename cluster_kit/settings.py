"""A deployment's settings: its home folder, its store, and its series.

They come from the command line, else from the environment, else (the series) from ``settings.toml`` in the home folder.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from cluster_kit.errors import ClusterKitError
from cluster_kit.files import create_atomically, write_atomically

HOME_VARIABLE = "CLUSTER_KIT_HOME"
DB_VARIABLE = "CLUSTER_KIT_DB"
# Set for a kernel whose page brings the forms' JavaScript and CSS itself, so that no widget needs to carry them.
PAGE_VARIABLE = "CLUSTER_KIT_PAGE"
# The deployment's series. Servers and packets set it for their kernels, whose warm parent loads that series once.
SERIES_VARIABLE = "CLUSTER_KIT_SERIES"
SETTINGS_FILE = "settings.toml"
DEFAULT_HOME = "cluster-kit-home"
KEY_BYTES = 48
MIN_KEY_LENGTH = 32


@dataclass(frozen=True)
class Settings:
    """The home folder, which has everything that a deployment owns, its store, and its series.

    ``db`` is an SQLAlchemy URL; None means the SQLite file in the home folder. ``series`` is the id of a series,
    which need not exist; None means that none is set.
    """

    home: Path
    db: str | None = None
    series: str | None = None

    @classmethod
    def read(cls, home: Path | str | None = None, db: str | None = None, series: str | None = None) -> Settings:
        """Read each setting from the arguments, else from the environment, else (the series) from ``settings.toml``.

        Raises ``SettingsFileError`` if the file is needed and has a problem.
        """
        folder = Path(home or os.environ.get(HOME_VARIABLE) or DEFAULT_HOME).expanduser().resolve()
        chosen = series or os.environ.get(SERIES_VARIABLE) or read_series(folder / SETTINGS_FILE)
        return cls(folder, db or os.environ.get(DB_VARIABLE) or None, chosen)

    @property
    def db_url(self) -> str:
        """The store's URL."""
        return self.db or sqlite_url(self.home / "responses.sqlite3")

    @property
    def file(self) -> Path:
        """The file that sets the series. It need not exist."""
        return self.home / SETTINGS_FILE

    @property
    def content(self) -> Path:
        """The organization's own pack, an overlay over the shipped one. It need not exist."""
        return self.home / "content"

    @property
    def files(self) -> Path:
        """The folder of the files that states upload, by series and jurisdiction."""
        return self.home / "files"

    def environment(self) -> dict[str, str]:
        """The environment variables with which a child process reads the same settings."""
        optional = {DB_VARIABLE: self.db, SERIES_VARIABLE: self.series}
        return {HOME_VARIABLE: str(self.home), **{name: value for name, value in optional.items() if value}}

    def secret(self) -> str:
        """The signing key, created on first use and readable only by its owner.

        Processes that start at the same time get the same key. Raises ``SigningKeyError`` if the key is damaged, or
        cannot be read or written: a link signed with an empty key could be forged.
        """
        path = self.home / "secret"
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                create_atomically(path, secrets.token_urlsafe(KEY_BYTES).encode())
            key = path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise SigningKeyError(
                path, f"cannot be used: {reason}. Check the file, its disk and its permissions"
            ) from error
        if len(key) < MIN_KEY_LENGTH:
            raise SigningKeyError(path, "is damaged. Restore it from a backup; or delete it, and send new links")
        return key


class SigningKeyError(ClusterKitError, RuntimeError):
    """The signing key cannot be used."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(f"The signing key {path} {problem}.")


class SettingsFileError(ClusterKitError, ValueError):
    """The settings file has a problem. ``key`` is the setting; None means that the file cannot be parsed."""

    def __init__(self, path: Path, key: str | None, problem: str) -> None:
        self.path, self.key = path, key
        super().__init__(f"{path}: {problem}.")


def read_series(path: Path) -> str | None:
    """The series that a settings file sets; None if the file does not exist or does not set it.

    Raises ``SettingsFileError`` for a file that is not TOML, an unknown key, or a series that is not a string.
    """
    text = _read_text(path)
    return None if text is None else _parse_series(path, text)


def save_series(path: Path, series: str) -> None:
    """Set the series in a settings file, which is created if it does not exist. Comments are kept.

    Raises ``SettingsFileError`` if the file has a problem; then it is unchanged.
    """
    text = _read_text(path) or ""
    line = f"series = {json.dumps(series, ensure_ascii=False)}"
    if _parse_series(path, text) is None:
        changed = f"{text.rstrip()}\n{line}\n".lstrip()
    else:
        changed = re.sub(r"^[ \t]*series[ \t]*=.*$", lambda _: line, text, count=1, flags=re.MULTILINE)
    try:
        is_set = _parse_series(path, changed) == series
    except SettingsFileError:
        is_set = False
    if not is_set:  # the file had an unusual notation, such as a quoted key
        changed = f"{line}\n"
    write_atomically(path, changed.encode())


def _read_text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        raise SettingsFileError(path, None, "is not text in UTF-8; save it in that encoding") from error


def _parse_series(path: Path, text: str) -> str | None:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsFileError(
            path, None, f'is not valid TOML ({error}); write a line such as series = "2026"'
        ) from error
    for key in values:
        if key != "series":
            problem = f"unknown key {key!r}; remove it, because series is the only setting"
            raise SettingsFileError(path, key, problem)
    series = values.get("series")
    if series is not None and not (isinstance(series, str) and series):
        example = series if isinstance(series, int) and not isinstance(series, bool) else 2026
        raise SettingsFileError(path, "series", f'series is not a series id in quotes; write series = "{example}"')
    return series


def sqlite_url(path: Path) -> str:
    """The SQLAlchemy URL of an SQLite file, whose path may contain any characters."""
    return f"sqlite:///{quote(str(path))}"
