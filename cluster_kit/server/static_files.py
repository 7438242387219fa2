"""The files that pages load: their address changes when any of them does, so browsers may keep them for good.

They are few and small: they are read and compressed once, when the server starts, and served from memory.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
from tornado import web

from cluster_kit.web import WEB
from cluster_kit.web.bundle import INSTALLED_KINDS, write_installed_kinds

FOLDERS = {name: WEB / name for name in ("console", "documents", "forms", "session", "shared")}
A_YEAR_S = 365 * 24 * 3600
COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg+xml", "font/ttf")
LARGE_BYTES = 500_000
# Scripts of pages that are not a session's, besides the console's panels.
OF_OTHER_PAGES = {
    "session/join.js",
    "session/waiting.js",
    "session/console.js",
    "session/kernel_connection.js",
    "session/kernel_models.js",
}
# What the console's page loads of the session page's scripts.
OF_CONSOLE_TOO = {
    "session/console.js",
    "session/kernel_models.js",
    "session/kernel_connection.js",
    "session/reconnect.js",
    "shared/dom.js",
}


@dataclass(frozen=True)
class StaticFile:
    """A file as it is sent. ``forms`` are its bytes by encoding, the best first, "" the plain; ``tag`` is for all."""

    kind: str
    tag: str
    forms: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """The digest of its bytes."""
        return self.tag.removeprefix('W/"').rstrip('"')

    @classmethod
    def read(cls, path: Path) -> StaticFile:
        """The file in every encoding."""
        return cls.make(path.read_bytes(), mimetypes.guess_type(path.name)[0] or "application/octet-stream")

    @classmethod
    def make(cls, plain: bytes, kind: str) -> StaticFile:
        """These bytes in every encoding. Fonts and pictures are compressed already."""
        forms = {"": plain}
        if kind.startswith(COMPRESSIBLE):
            quality = 9 if len(plain) < LARGE_BYTES else 7
            forms = {"br": brotli.compress(plain, quality=quality), "gzip": gzip.compress(plain, mtime=0), **forms}
        tag = f'W/"{hashlib.sha256(plain).hexdigest()[:16]}"'
        return cls(f"{kind}; charset=UTF-8" if kind.startswith("text/") else kind, tag, forms)


@dataclass(frozen=True)
class Statics:
    """Files by folder and name, ``session/page.js`` for example, and the digest of everything in them.

    ``root`` is the address that they stand under.
    """

    files: Mapping[str, StaticFile]
    digest: str

    @classmethod
    def read(cls, folders: Mapping[str, Path] | None = None, kinds: Mapping[str, Path] | None = None) -> Statics:
        """Read, compress and digest the folders' files, names included, and the modules of other packages' kinds."""
        files = {
            f"{name}/{path.relative_to(folder).as_posix()}": StaticFile.read(path)
            for name, folder in sorted((folders or FOLDERS).items())
            for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.endswith(".d.ts"))
        }
        if kinds:
            script = "text/javascript"
            files |= {f"kinds/{name}_kind.js": StaticFile.read(path) for name, path in kinds.items()}
            files[f"forms/{INSTALLED_KINDS}"] = StaticFile.make(write_installed_kinds(kinds).encode(), script)
        total = hashlib.sha256()
        for name, file in files.items():
            total.update(f"{name}\0".encode() + file.forms[""])
        return cls(files, total.hexdigest()[:16])

    @property
    def root(self) -> str:
        """Where the files stand on the server, without a slash at the end."""
        return f"/static/{self.digest}"

    def modules(self) -> list[str]:
        """The addresses of every script that a session's page loads, so that it can ask for all of them at once."""
        return self._addresses(lambda name: name not in OF_OTHER_PAGES and not name.startswith("console/"))

    def console_modules(self) -> list[str]:
        """The addresses of every script that the console's page loads."""
        return self._addresses(lambda name: name in OF_CONSOLE_TOO or name.startswith("console/"))

    def _addresses(self, wanted: Callable[[str], bool]) -> list[str]:
        return [f"{self.root}/{name}" for name in self.files if name.endswith(".js") and wanted(name)]

    def routes(self) -> list[tuple[Any, ...]]:
        """The route that serves them all."""
        return [(rf"{self.root}/(.*)", LastingFileHandler, {"files": self.files})]


class LastingFileHandler(web.RequestHandler):
    """A file that will never change under its address."""

    def initialize(self, files: Mapping[str, StaticFile]) -> None:
        """Take the files by name."""
        self.files = files

    def compute_etag(self) -> str | None:
        """The same whatever the encoding."""
        return self.files[self.path_args[0]].tag

    def get(self, name: str) -> None:
        """The file in the best encoding that the browser takes; kept for good, never taken for another kind of file."""
        file = self.files.get(name)
        if file is None:
            raise web.HTTPError(404)
        send_file(self, file)

    head = get


def send_file(handler: web.RequestHandler, file: StaticFile, *, private: bool = False) -> None:
    """Answer with the file in the best encoding that the browser takes; it may keep it. ``private``: no proxy may."""
    accepted = {one.partition(";")[0].strip() for one in handler.request.headers.get("Accept-Encoding", "").split(",")}
    encoding = next((one for one in file.forms if one in accepted), "")
    if encoding:
        handler.set_header("Content-Encoding", encoding)
    handler.set_header("Vary", "Accept-Encoding")
    handler.set_header("Content-Type", file.kind)
    handler.set_header("Cache-Control", f"{'private' if private else 'public'}, max-age={A_YEAR_S}, immutable")
    handler.set_header("X-Content-Type-Options", "nosniff")
    handler.finish(file.forms[encoding])
