"""Static files under content-hashed addresses, so that browsers can cache them permanently.

They are few and small: they are read and compressed once at startup, and served from memory.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import brotli
from tornado import web

from cluster_kit.server.security_headers import SecurityHeadersMixin
from cluster_kit.web import WEB
from cluster_kit.web.bundle import bundle_css, bundle_modules

FOLDERS = {name: WEB / name for name in ("console", "documents", "forms", "present", "session", "shared")}
A_YEAR_S = 365 * 24 * 3600
COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg+xml", "font/ttf")
LARGE_BYTES = 500_000
# Served with everything that they import. A session page would otherwise make forty requests before its first field.
BUNDLED = ("session/page.js", "forms/form.js", "forms/form.css")
# Scripts outside of its own folder that the console page loads.
OF_CONSOLE_TOO = {
    "session/console.js",
    "session/kernel_models.js",
    "session/kernel_connection.js",
    "session/join_requests.js",
    "session/reconnect.js",
    "session/request_polling.js",
    "shared/dom.js",
}


@dataclass(frozen=True)
class StaticFile:
    """A file ready to send. ``forms`` are its bytes by encoding, best first, "" uncompressed; ``tag`` is for all."""

    kind: str
    tag: str
    forms: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """Digest of its bytes."""
        return self.tag.removeprefix('W/"').rstrip('"')

    @classmethod
    def read(cls, path: Path) -> StaticFile:
        """Read a file and encode it."""
        return cls.make(path.read_bytes(), kind_of(path.name))

    @classmethod
    def make(cls, plain: bytes, kind: str) -> StaticFile:
        """Encode these bytes in every encoding. Fonts and pictures are compressed already."""
        forms = {"": plain}
        if kind.startswith(COMPRESSIBLE):
            forms = {**_compress(plain), **forms}
        tag = f'W/"{hashlib.sha256(plain).hexdigest()[:16]}"'
        return cls(f"{kind}; charset=UTF-8" if kind.startswith("text/") else kind, tag, forms)


@dataclass(frozen=True)
class StaticFiles:
    """Files by folder and name, for example ``session/page.js``, and the digest of all of them.

    ``root`` is their base address.
    """

    files: Mapping[str, StaticFile]
    digest: str

    @classmethod
    def read(cls, folders: Mapping[str, Path] | None = None, kinds: Mapping[str, Path] | None = None) -> StaticFiles:
        """Read, compress, and hash the folders' files and names. Forms include other packages' prompt kinds."""
        files = {
            f"{name}/{path.relative_to(folder).as_posix()}": StaticFile.read(path)
            for name, folder in sorted((folders or FOLDERS).items())
            for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.endswith(".d.ts"))
        }
        files |= {name: _bundle(name, kinds) for name in BUNDLED if name in files}
        total = hashlib.sha256()
        for name, file in files.items():
            total.update(f"{name}\0".encode() + file.forms[""])
        return cls(files, total.hexdigest()[:16])

    @property
    def root(self) -> str:
        """Base address of the files, without a trailing slash."""
        return f"/static/{self.digest}"

    def console_modules(self) -> list[str]:
        """Addresses of every script of the console page, for preloading."""
        scripts = (name for name in self.files if name.endswith(".js"))
        return [f"{self.root}/{name}" for name in scripts if name in OF_CONSOLE_TOO or name.startswith("console/")]

    def routes(self) -> list[tuple[Any, ...]]:
        """The route for all of them."""
        return [(rf"{self.root}/(.*)", LastingFileHandler, {"files": self.files})]


@cache
def _compress(plain: bytes) -> Mapping[str, bytes]:
    quality = 9 if len(plain) < LARGE_BYTES else 7
    return {"br": brotli.compress(plain, quality=quality), "gzip": gzip.compress(plain, mtime=0)}


def kind_of(name: str) -> str:
    """The MIME type of a file, by its name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _bundle(name: str, kinds: Mapping[str, Path] | None) -> StaticFile:
    folder, _, entry = name.partition("/")
    is_style = name.endswith(".css")
    bundle = bundle_css(entry, WEB / folder) if is_style else bundle_modules(entry, WEB / folder, kinds)
    return StaticFile.make(bundle.encode(), kind_of(name))


class LastingFileHandler(SecurityHeadersMixin):
    """An immutable file."""

    def initialize(self, files: Mapping[str, StaticFile]) -> None:
        """Store the files by name."""
        self.files = files

    def compute_etag(self) -> str | None:
        """The same tag for all encodings."""
        return self.files[self.path_args[0]].tag

    def get(self, name: str) -> None:
        """The file in the best accepted encoding, with immutable caching and without content sniffing."""
        file = self.files.get(name)
        if file is None:
            raise web.HTTPError(404)
        send_file(self, file)

    head = get


def send_file(handler: web.RequestHandler, file: StaticFile, *, private: bool = False) -> None:
    """Send the file in the best accepted encoding, cacheable by the browser. ``private``: not by proxies."""
    accepted = {one.partition(";")[0].strip() for one in handler.request.headers.get("Accept-Encoding", "").split(",")}
    encoding = next((one for one in file.forms if one in accepted), "")
    if encoding:
        handler.set_header("Content-Encoding", encoding)
    handler.set_header("Vary", "Accept-Encoding")
    handler.set_header("Content-Type", file.kind)
    handler.set_header("Cache-Control", f"{'private' if private else 'public'}, max-age={A_YEAR_S}, immutable")
    handler.finish(file.forms[encoding])
