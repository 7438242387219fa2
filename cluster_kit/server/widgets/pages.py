"""Pages with standard Jupyter widgets: front-end files, their addresses, and the content security policy.

The front end is Voilà's bundle and the installed lab extensions. The kit ships none of it, and a page without such
widgets loads none of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_path

from cluster_kit.errors import ClusterKitError
from cluster_kit.server.static_files import StaticFile
from cluster_kit.server.widgets.icons import write_icon_style
from cluster_kit.server.widgets.kernels import OwnedKernelManager
from cluster_kit.web import WEB

BASE_URL = "/widgets/"
MANAGER = "@jupyter-widgets/jupyterlab-manager"
OURS = "cluster-kit"
OUR_FILES = WEB / "widgets"
ICONS = "icons.css"
# A lab extension is a widget library if it depends on this; anywidget's package does not declare it.
WIDGET_BASE = "@jupyter-widgets/base"
WITHOUT_SAYING = {"anywidget"}
# Voilà's other files are for its own pages: the notebook list, slides, styles of whole notebooks.
OF_VOILA = ("voila.js", "*.voila.js", "*.LICENSE.txt", "*.woff2", "*.woff", "*.ttf", "*.svg")
OF_EXTENSION = (
    "*.js",
    "*.css",
    "*.LICENSE.txt",
    "third-party-licenses.json",
    "*.woff2",
    "*.woff",
    "*.ttf",
    "*.svg",
    "*.png",
)

# As on every page, plus: images drawn by widgets (blob:), icon fonts, and anywidget modules, which the browser imports
# as blobs. No 'unsafe-eval': the front end does not need it.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


class FrontEndMissingError(ClusterKitError, LookupError):
    """A part of the widget front end is not installed."""

    def __init__(self, what: str, package: str) -> None:
        self.what, self.package = what, package
        super().__init__(f"{what} is not installed, which pages with widgets need. Install {package}.")


@dataclass(frozen=True)
class LabExtension:
    """An installed lab extension. ``load`` and ``extension`` are its entry points, from package.json."""

    name: str
    folder: Path
    load: str
    extension: str

    def page_entry(self) -> dict[str, str]:
        """The extension's entry in the page configuration."""
        return {"name": self.name, "load": self.load, "extension": self.extension}


@dataclass(frozen=True)
class FrontEnd:
    """Voilà's bundle and the installed widget libraries."""

    voila: Path
    extensions: tuple[LabExtension, ...]
    _read: dict[str, StaticFile] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def find(cls, jupyter_folders: Iterable[str] | None = None) -> FrontEnd:
        """The installed front end. Raises ``FrontEndMissingError``."""
        folders = [Path(folder) for folder in jupyter_folders or [*jupyter_path(), *_beside_voila()]]
        bundles = [folder / "voila" / "templates" / "base" / "static" for folder in folders]
        voila = next((bundle for bundle in bundles if (bundle / "voila.js").is_file()), None)
        if voila is None:
            raise FrontEndMissingError("Voilà's front end", "voila")
        extensions = _find_extensions([folder / "labextensions" for folder in folders])
        if MANAGER not in extensions:
            raise FrontEndMissingError("Jupyter's widget manager", "jupyterlab_widgets")
        ours = LabExtension(OURS, OUR_FILES, "widgets.js", "./extension")
        return cls(voila, (*extensions.values(), ours))

    @cached_property
    def files(self) -> Mapping[str, Path]:
        """Every served file by its address below ``root``."""
        found = {f"voila/{path.name}": path for pattern in OF_VOILA for path in self.voila.glob(pattern)}
        for extension in self.extensions:
            folder = extension.folder if extension.name == OURS else extension.folder / "static"
            for path in _list_files(folder, OF_EXTENSION):
                found[f"extensions/{extension.name}/{path.relative_to(extension.folder).as_posix()}"] = path
        return found

    @cached_property
    def digest(self) -> str:
        """Digest of all files."""
        total = hashlib.sha256()
        for name, path in sorted(self.files.items()):
            total.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()[:16]

    @property
    def root(self) -> str:
        """Base address of the files, without a trailing slash."""
        return f"{BASE_URL}{self.digest}"

    @property
    def script(self) -> str:
        """Address of the entry script."""
        return f"{self.root}/voila/voila.js"

    @property
    def styles(self) -> tuple[str, ...]:
        """Addresses of the kit's style sheet for widgets, and of the icons."""
        return f"{self.root}/extensions/{OURS}/widgets.css", f"{self.root}/{ICONS}"

    def read(self, name: str) -> StaticFile | None:
        """A file by its address below ``root``, compressed on first use; None if there is none. May take 0.2 s."""
        if name in self._read:
            return self._read[name]
        if name == ICONS:
            file = StaticFile.make(write_icon_style(self.voila).encode(), "text/css")
        elif path := self.files.get(name):
            file = StaticFile.read(path)
        else:
            return None
        return self._read.setdefault(name, file)

    def page_config(self, kernel_id: str) -> dict[str, Any]:
        """The content of ``<script id="jupyter-config-data">``."""
        return {
            "baseUrl": BASE_URL,
            "kernelId": kernel_id,
            "fullStaticUrl": f"{self.root}/voila",
            "fullLabextensionsUrl": f"{self.root}/extensions",
            "federated_extensions": [extension.page_entry() for extension in self.extensions],
            # "null" for both makes Voilà use the bundled MathJax; otherwise it requests it from another host.
            "fullMathjaxUrl": "null",
            "mathjaxConfig": "null",
            "jupyterLabTheme": "light",
            "progressiveRendering": "false",
            "token": "",
        }

    def page_values(self, kernel_id: str) -> dict[str, Any]:
        """Template context of ``widgets.html.j2``."""
        return {"config": self.page_config(kernel_id), "script": self.script, "styles": self.styles}


class WidgetPages:
    """Kernels of pages with standard widgets, and the front end of those pages.

    The front end is located on first use, since other pages do not need it.
    """

    def __init__(self, kernels: OwnedKernelManager) -> None:
        self._kernels = kernels
        self._opened: set[str] = set()

    @cached_property
    def front_end(self) -> FrontEnd:
        """The front end. Raises ``FrontEndMissingError``."""
        return FrontEnd.find()

    def open(self, kernel_id: str) -> dict[str, Any]:
        """Allow the page to connect to this kernel, and return the template context of ``widgets.html.j2``.

        Raises ``FrontEndMissingError``. The first call is slow.
        """
        self._opened = {one for one in self._opened if one in self._kernels} | {kernel_id}
        return self.front_end.page_values(kernel_id)

    def is_open(self, kernel_id: str) -> bool:
        """True for the kernel of a page with standard widgets. (Not for a console's kernel.)"""
        return kernel_id in self._opened


def _beside_voila() -> list[str]:
    """Jupyter folders of the environment in which Voilà is installed, if it is a different one."""
    found = find_spec("voila")
    parents = Path(found.origin).resolve().parents if found and found.origin else ()
    return [str(folder / "share" / "jupyter") for folder in parents if (folder / "share" / "jupyter").is_dir()]


def _find_extensions(folders: Iterable[Path]) -> dict[str, LabExtension]:
    """Widget libraries by name, the manager first. The first of equal names is used, as in JupyterLab."""
    found: dict[str, LabExtension] = {}
    for folder in folders:
        for package in sorted([*folder.glob("*/package.json"), *folder.glob("@*/*/package.json")]):
            extension = _read_extension(package)
            if extension and extension.name not in found:
                found[extension.name] = extension
    return dict(sorted(found.items(), key=lambda item: item[0] != MANAGER))


def _read_extension(package: Path) -> LabExtension | None:
    """The extension of this package.json if it is a widget library, or None."""
    about = json.loads(package.read_text(encoding="utf-8"))
    name, lab = about.get("name", ""), about.get("jupyterlab", {})
    shared = {**about.get("dependencies", {}), **about.get("peerDependencies", {}), **lab.get("sharedPackages", {})}
    build = lab.get("_build", {})
    if not (WIDGET_BASE in shared or name in WITHOUT_SAYING) or not {"load", "extension"} <= build.keys():
        return None
    return LabExtension(name, package.parent, build["load"].removeprefix("./"), build["extension"])


def _list_files(folder: Path, patterns: Iterable[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in folder.rglob(pattern) if path.is_file()})
