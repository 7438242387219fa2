"""A public class or function has a unique name, so a search finds one definition."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import cluster_kit

ROOT = Path(cluster_kit.__file__).parent
# Alembic calls these by name.
MIGRATIONS = ROOT / "store" / "migrations"
DOCS = ROOT.parent / "docs"
CONTRIBUTING = ROOT.parent / "CONTRIBUTING.md"
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


def test_the_present_names_on_the_page_of_old_names_exist() -> None:
    section, wrong = "", []
    for line in (DOCS / "reference" / "names.md").read_text(encoding="utf-8").splitlines():
        section = line if line.startswith("## ") else section
        cells = [re.findall(r"`([^`]+)`", cell) for cell in line.split(" | ")]
        if not line.startswith("| `") or "removed" in line:
            continue
        if section == "## Modules":
            wrong += [] if _module(cells[1][0]) else [line]
        elif section in ("## Classes", "## Attributes and functions"):
            code = "".join(_module(name) for name in cells[0])
            names = [re.findall(r"\w+", name.partition("(")[0])[-1] for name in cells[2]]
            wrong += [line] if not all(re.search(rf"\b{name}\b", code) for name in names) else []
    assert wrong == []


def _module(name: str) -> str:
    """The code of a module or of a package's modules, without ``cluster_kit.``; empty if there is none."""
    path = ROOT.joinpath(*name.split("."))
    files = sorted(path.glob("**/*.py")) if path.is_dir() else [path.with_suffix(".py")]
    return "".join(file.read_text(encoding="utf-8") for file in files if file.is_file()) or "# " * path.is_dir()


def test_files_and_attributes_that_the_explanation_names_exist() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (*DOCS.glob("explanation/*.md"), CONTRIBUTING)}
    spans = [(path.name, name) for path, text in texts.items() for name in re.findall(r"`([^`\n]+)`", text)]
    code = [path for folder in (ROOT, ROOT.parent / "tests", DOCS) for path in folder.rglob("*.*")]
    files = {f"/{path.relative_to(ROOT.parent)}" for path in code}
    named = [(page, name) for page, name in spans if re.fullmatch(r"[\w./-]+\.(?:py|js|css|j2)", name)]
    assert len(named) > 50
    missing = [one for one in named if not any(file.endswith(f"/{one[1]}") for file in files)]
    assert missing == [("CONTRIBUTING.md", "cluster_kit/cli/NAME.py")]
    attributes = [
        (page, *one.groups()) for page, name in spans if (one := re.match(r"([A-Z]\w+)\.(\w+)(?:\(|$)", name))
    ]
    assert len(attributes) > 5
    modules = [path.read_text(encoding="utf-8") for path in code if path.suffix == ".py" and path.is_relative_to(ROOT)]
    bodies = {name: _body(name, modules) for _, name, _ in attributes}
    wrong = [one for one in attributes if (body := bodies[one[1]]) and not re.search(rf"\b{one[2]}\b", body)]
    assert wrong == []


def _body(name: str, modules: Iterable[str]) -> str:
    """The code of a class; empty if the kit has no class of this name."""
    found = [re.search(rf"^class {name}\b.*\n(?:(?:[ )].*)?\n)*", code, re.MULTILINE) for code in modules]
    return next((match[0] for match in found if match), "")
