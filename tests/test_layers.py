"""Dependencies point one way: a room imports only from rooms below it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import cluster_kit

ROOT = Path(cluster_kit.__file__).parent

# Each room, and the rooms of ours that it may import from.
BASE = {"errors", "files", "models", "startup", "text", "settings", "notebooks_path"}
MAY_IMPORT = {
    "errors": set(),
    "files": set(),
    "models": set(),
    "startup": set(),
    "text": set(),
    "settings": {"errors", "files"},
    "notebooks_path": {"errors"},
    "kernels": {"errors", "settings"},
    "content": BASE,
    "responses": BASE | {"content"},
    "roster": BASE | {"content", "responses"},
    "meeting": BASE | {"content", "responses"},
    "forms": BASE | {"content", "responses", "meeting"},
    "insights": BASE | {"content", "responses", "meeting"},
    "crosswalk": BASE | {"content", "responses", "roster", "insights"},
    "programs": BASE | {"content", "responses", "forms", "insights", "crosswalk"},
    "workshop": BASE | {"content", "responses", "roster", "meeting", "forms", "insights", "crosswalk", "programs"},
    "console": BASE | {"content", "responses", "roster", "meeting", "forms", "insights", "workshop"},
    "live": BASE | {"kernels", "content", "responses", "roster", "meeting", "forms", "insights", "workshop"},
    "rehearsal": BASE | {"content", "responses", "meeting", "forms", "insights", "console", "live"},
    "packets": BASE | {"kernels", "content", "responses", "forms", "insights", "workshop"},
    "exports": BASE | {"content", "responses", "meeting", "forms", "insights", "workshop", "packets"},
    "worksheets": BASE | {"content", "responses", "roster", "forms", "insights", "workshop", "packets"},
    "cli": BASE
    | {
        "content",
        "responses",
        "forms",
        "insights",
        "workshop",
        "crosswalk",
        "meeting",
        "roster",
        "live",
        "rehearsal",
        "packets",
        "exports",
        "worksheets",
    },
}


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def _modules() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if _room(path) not in {"__init__", "__main__"})


def _rooms_imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    ours = (name.split(".") for name in names if name.startswith("cluster_kit."))
    return {parts[1] for parts in ours} & set(MAY_IMPORT)


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_the_rooms_below(path: Path) -> None:
    room = _room(path)
    assert room in MAY_IMPORT, f"{room} is a new room: say in this test what it may import"
    assert _rooms_imported(path) - MAY_IMPORT[room] <= {room}


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
