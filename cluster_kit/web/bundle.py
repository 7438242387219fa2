"""Bundle JavaScript modules into one, and style sheets into one: anywidget needs that, and pages load faster.

The modules follow these rules: every import is one line from ``"./name.js"``, or from another folder's
``"../shared/name.js"``, without renaming; every export is at the beginning of a declaration or is the entry's
``export default``, if it has one; no two modules have the same file name or declare the same name at their top level.
Comments that have their lines to themselves are left out: browsers need none. So a line within a template literal must
not begin with ``//`` or ``/**``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from cluster_kit.errors import ClusterKitError
from cluster_kit.web import WEB

FORMS = WEB / "forms"
KINDS = WEB / "kinds"  # a virtual folder, from which other packages' prompt kinds are imported
ENTRY = "form.js"
INSTALLED_KINDS = "installed_kinds.js"

_IMPORT = re.compile(r'^import \{[^}]*\} from "(?P<name>\./[\w-]+\.js|\.\./\w+/[\w-]+\.js)";\n', re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*\*(?:(?!\*/)[\s\S])*\*/)\n", re.MULTILINE)
_CSS_COMMENT = re.compile(r"^[ \t]*/\*(?:(?!\*/)[\s\S])*\*/\n", re.MULTILINE)
_CSS_IMPORT = re.compile(r'^@import "(?P<name>\.\.?/(?:\w+/)?[\w-]+\.css)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|class|const)", re.MULTILINE)
_DECLARATION = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) (?P<name>\w+)", re.MULTILINE)


class BundleError(ClusterKitError):
    """The modules violate a rule of the bundler."""


def bundle_css(entry: str = "form.css", folder: Path = FORMS) -> str:
    """The style sheet ``entry`` with its imports inlined, and without comments that have their lines to themselves."""
    source = _CSS_COMMENT.sub("", (folder / entry).read_text(encoding="utf-8"))
    return _CSS_IMPORT.sub(lambda match: bundle_css(match["name"], folder), source)


def write_installed_kinds(kinds: Mapping[str, Path]) -> str:
    """``installed_kinds.js`` for these modules by kind: each exports ``<kind>Kind``."""
    imports = "".join(f'import {{ {name}Kind }} from "../kinds/{name}_kind.js";\n' for name in kinds)
    entries = ", ".join(f"{name}: {name}Kind" for name in kinds)
    return f"{imports}export const INSTALLED = {{ {entries} }};\n"


def bundle_modules(entry: str = ENTRY, folder: Path = FORMS, kinds: Mapping[str, Path] | None = None) -> str:
    """A module with everything that ``entry`` imports, in dependency order.

    ``kinds`` are the modules of other packages' prompt kinds. Raises ``BundleError`` if two modules declare the
    same name, for circular imports, and for an import or export in an unsupported form.
    """
    known = {KINDS / f"{name}_kind.js": path.read_text(encoding="utf-8") for name, path in (kinds or {}).items()}
    if kinds:
        known[FORMS / INSTALLED_KINDS] = write_installed_kinds(kinds)
    sources: dict[str, str] = {}
    _collect(folder / entry, known, sources, ())
    _refuse_shared_names(sources)
    return "\n".join(_strip(name, source, entry) for name, source in sources.items())


def _collect(path: Path, known: Mapping[Path, str], sources: dict[str, str], importers: tuple[str, ...]) -> None:
    name = path.name
    if name in importers:
        raise BundleError(f"{' imports '.join([*importers, name])}: modules can not import each other in a circle.")
    if name in sources:
        return
    source = known[path] if path in known else path.read_text(encoding="utf-8")
    for match in _IMPORT.finditer(source):
        _collect((path.parent / match["name"]).resolve(), known, sources, (*importers, name))
    sources[name] = source


def _refuse_shared_names(sources: dict[str, str]) -> None:
    homes: dict[str, str] = {}
    for module, source in sources.items():
        for match in _DECLARATION.finditer(source):
            home = homes.setdefault(match["name"], module)
            if home != module:
                raise BundleError(f"{home} and {module} both declare {match['name']}: rename one of them.")


def _strip(name: str, source: str, entry: str) -> str:
    stripped = _EXPORT.sub("", _IMPORT.sub("", _COMMENT.sub("", source)))
    left = re.findall(r"^(?:import|export)\b.*", stripped, re.MULTILINE)
    allowed = 1 if name == entry else 0
    if len(left) > allowed or any(not line.startswith("export default ") for line in left):
        raise BundleError(f"{name}: {left} is written in a way that can not be joined. See bundle.py.")
    return f"// {name}\n{stripped}"
