"""Dependencies point one way: the list here is exactly what the code imports, and has no cycle."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import cluster_kit

ROOT = Path(cluster_kit.__file__).parent

# Each package or root module, and those of ours that it imports; the lowest first. docs/architecture.md draws it.
LISTED = """
errors:
files:
models:
startup:
text:
content: errors files models text
kernels: errors
settings: errors files
web: errors
documents: errors web
store: errors files models content
roster: errors content store
sessions: errors models text content store
exercises: errors models content documents store sessions
demo: content store exercises
forms: errors models content web store sessions exercises
insights: models content documents store sessions exercises
breakouts: errors text content documents store sessions exercises insights
crosswalk: errors files models text content settings documents store roster exercises insights
packets: errors files models startup text content kernels settings documents store exercises insights
console: errors models content settings web store roster sessions exercises insights breakouts
exports: errors files text content settings documents store sessions exercises insights breakouts packets
workshop: errors content settings documents store roster exercises forms insights crosswalk
server: errors models text content kernels settings web documents store roster sessions exercises forms insights
    workshop
worksheets: errors files models text content settings documents store roster exercises forms workshop
rehearsal: errors models text content settings store sessions exercises forms insights breakouts console server
cli: errors startup text content settings documents store roster demo breakouts crosswalk packets exports server
    worksheets rehearsal
"""
IMPORTS = {
    package: set(imported.split())
    for package, imported in (line.split(":") for line in LISTED.replace("\n    ", " ").strip().splitlines())
}


def _package(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module == "cluster_kit":
            names |= {f"cluster_kit.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
    packages = {name.split(".")[1] for name in names if name.startswith("cluster_kit.")}
    return packages - {_package(path)}


def _find_imports() -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in ROOT.rglob("*.py"):
        if _package(path) not in {"__init__", "__main__"}:
            found[_package(path)] |= _imported(path)
    return dict(found)


def test_the_list_is_what_the_code_imports() -> None:
    assert _find_imports() == IMPORTS


def test_every_package_imports_only_from_those_above_it_in_the_list() -> None:
    order = list(IMPORTS)
    below = {package: set(order[:number]) for number, package in enumerate(order)}
    assert {package: used - below[package] for package, used in IMPORTS.items() if used - below[package]} == {}


def test_importing_the_package_changes_nothing_in_the_process() -> None:
    code = """
import os, sys, warnings, logging
before = {name: id(module) for name, module in sys.modules.items()}, dict(os.environ), logging.root.handlers[:]
import cluster_kit
new = {name for name in sys.modules if name not in before[0]}
assert new == {"cluster_kit"}, new
assert (dict(os.environ), logging.root.handlers) == before[1:]
"""
    subprocess.run([sys.executable, "-c", code], check=True)
