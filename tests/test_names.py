"""A public class or function has a unique name, so a search finds one definition."""

from __future__ import annotations

import ast
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cluster_kit

ROOT = Path(cluster_kit.__file__).parent
# Alembic calls these by name.
MIGRATIONS = ROOT / "store" / "migrations"
DOCS = ROOT.parent / "docs"
# Verbs for one deed: two modules of a folder that are named for it do not tell which of them does what.
DEEDS = (
    {"reading", "loading", "opening", "importing", "parsing"},
    {"making", "writing", "building", "exporting", "creating", "forming"},
    {"running", "executing", "working", "handling", "processing"},
    {"checking", "validating", "testing"},
)


def read_message_names(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields and the type of each message, after the message's model."""
    for model, definition in schema["$defs"].items():
        for field, value in definition.get("properties", {}).items():
            yield model, field
            if field == "type" and "const" in value:
                yield model, value["const"]


def test_no_public_class_or_function_name_is_defined_twice() -> None:
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(ROOT.rglob("*.py")):
        if not path.is_relative_to(MIGRATIONS):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    homes[node.name].append(str(path.relative_to(ROOT)))
    shared = {name: found for name, found in homes.items() if len(found) > 1 and not name.startswith("_")}
    assert shared == {}


def test_no_two_modules_of_a_folder_are_named_for_the_same_deed() -> None:
    modules: defaultdict[Path, set[str]] = defaultdict(set)
    for path in ROOT.rglob("*.py"):
        modules[path.parent].add(path.stem)
    pairs = [(str(folder.relative_to(ROOT)), names & deed) for folder, names in modules.items() for deed in DEEDS]
    assert [(folder, sorted(names)) for folder, names in pairs if len(names) > 1] == []


def test_no_message_has_a_private_name() -> None:
    private = tomllib.loads((DOCS / "language.toml").read_text(encoding="utf-8"))["messages"]
    schema = json.loads((DOCS / "messages.schema.json").read_text(encoding="utf-8"))
    names = list(read_message_names(schema))
    assert ("ExerciseState", "exercise_state") in names
    assert [f"{model}: {name}. Write: {private[name]}" for model, name in names if name in private] == []
