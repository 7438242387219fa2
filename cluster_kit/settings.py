"""Where a deployment keeps what it owns. Read once from the command line or the environment."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from cluster_kit.errors import ClusterKitError
from cluster_kit.files import create_atomically

HOME_VARIABLE = "CLUSTER_KIT_HOME"
DB_VARIABLE = "CLUSTER_KIT_DB"
# Set for a kernel whose page brings the forms' JavaScript and CSS itself, so that no widget needs to carry them.
PAGE_VARIABLE = "CLUSTER_KIT_PAGE"
# The series that a server runs: its kernels' warm parent reads it once for all of them.
SERIES_VARIABLE = "CLUSTER_KIT_SERIES"
DEFAULT_HOME = "cluster-kit-home"
KEY_BYTES = 48
MIN_KEY_LENGTH = 32


@dataclass(frozen=True)
class Settings:
    """One folder for everything, and the database where it stands elsewhere.

    ``db`` is an SQLAlchemy URL; None means the embedded store in the home folder.
    """

    home: Path
    db: str | None = None

    @classmethod
    def read(cls, home: Path | str | None = None, db: str | None = None) -> Settings:
        """What the arguments say, else the environment, else the defaults."""
        chosen = home or os.environ.get(HOME_VARIABLE) or DEFAULT_HOME
        return cls(Path(chosen).expanduser().resolve(), db or os.environ.get(DB_VARIABLE) or None)

    @property
    def db_url(self) -> str:
        """The store's URL."""
        return self.db or sqlite_url(self.home / "responses.sqlite3")

    @property
    def content(self) -> Path:
        """The organization's own pack, laid over the shipped one. It need not exist."""
        return self.home / "content"

    @property
    def files(self) -> Path:
        """Where the files that states give are kept, by series and jurisdiction."""
        return self.home / "files"

    def environment(self) -> dict[str, str]:
        """What a child process needs to read the same settings."""
        return {HOME_VARIABLE: str(self.home), **({DB_VARIABLE: self.db} if self.db else {})}

    def secret(self) -> str:
        """The signing key; made on first use, readable by its owner alone.

        Processes that start at once get the same key. Raises ``SigningKeyError`` for a key that is damaged, and where
        it cannot be read or written: a link signed with an empty key could be forged.
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


def sqlite_url(path: Path) -> str:
    """The SQLAlchemy URL of an SQLite file, whatever characters its path holds."""
    return f"sqlite:///{quote(str(path))}"
