"""A public class or function has a name of its own, so a search finds one thing."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import cluster_kit

ROOT = Path(cluster_kit.__file__).parent
# Alembic calls these by name.
MIGRATIONS = ROOT / "store" / "migrations"


def test_no_public_class_or_function_name_is_defined_twice() -> None:
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(ROOT.rglob("*.py")):
        if not path.is_relative_to(MIGRATIONS):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    homes[node.name].append(str(path.relative_to(ROOT)))
    shared = {name: found for name, found in homes.items() if len(found) > 1 and not name.startswith("_")}
    assert shared == {}
