"""The files that pages load: their address changes when any of them does, so browsers may keep them for good."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tornado.web import StaticFileHandler

import cluster_kit

_PACKAGE = Path(cluster_kit.__file__).parent
FOLDERS = {
    "live": _PACKAGE / "live" / "static",
    "forms": _PACKAGE / "forms" / "static",
    "insights": _PACKAGE / "insights" / "static",
}
A_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True)
class Statics:
    """Folders of files and the digest of everything in them. ``root`` is the address that they stand under."""

    folders: dict[str, Path]
    digest: str

    @classmethod
    def read(cls, folders: dict[str, Path] | None = None) -> Statics:
        """Digest the folders' files, names included."""
        chosen = folders or FOLDERS
        total = hashlib.sha256()
        for name, folder in sorted(chosen.items()):
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                total.update(f"{name}/{path.relative_to(folder).as_posix()}\0".encode())
                total.update(path.read_bytes())
        return cls(chosen, total.hexdigest()[:16])

    @property
    def root(self) -> str:
        """Where the folders stand on the server, without a slash at the end."""
        return f"/static/{self.digest}"

    def modules(self) -> list[str]:
        """The addresses of every script, so that a page can ask for all of them at once. The door's is its own."""
        return [
            f"{self.root}/{name}/{path.name}"
            for name, folder in self.folders.items()
            for path in sorted(folder.glob("*.js"))
            if path.name != "join.js"
        ]

    def routes(self) -> list[tuple[Any, ...]]:
        """A route for each folder."""
        return [
            (rf"{self.root}/{name}/(.*)", LastingFileHandler, {"path": str(folder)})
            for name, folder in self.folders.items()
        ]


class LastingFileHandler(StaticFileHandler):
    """A file that will never change under its address."""

    def set_extra_headers(self, path: str) -> None:  # noqa: ARG002
        """Kept for good, and never taken for another kind of file."""
        self.set_header("Cache-Control", f"public, max-age={A_YEAR_S}, immutable")
        self.set_header("X-Content-Type-Options", "nosniff")
