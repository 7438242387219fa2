"""Every package that the kit imports is declared, every declared one is used, and private parts have upper bounds."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PRIVATE_APIS = ROOT / "docs" / "reference" / "private-apis.md"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = {canonicalize_name(one.name): one for one in map(Requirement, PROJECT["dependencies"])}
# Extras that users install; the extras "docs" and "test" are for the repository only.
EXTRAS = {
    canonicalize_name(Requirement(line).name)
    for extra, lines in PROJECT["optional-dependencies"].items()
    if extra not in {"docs", "test"}
    for line in lines
}
# Runtime dependencies that no module imports, and why they are needed.
NOT_IMPORTED = {
    "jupyterlab": "opens the worksheets' notebooks",
    "tzdata": "read by zoneinfo where the system has no time zone database, as on Windows",
}
# | `file` | package | `name`, `name` | why | bound |
ROW = re.compile(r"^\| `(?P<file>[^`]+)` \| (?P<package>[\w-]+) \| (?P<used>[^|]+) \| [^|]+ \| `(?P<bound>[^`]+)` \|$")


def _read_imports(path: Path) -> Iterator[tuple[str, str]]:
    """Each imported module, and the name that is imported from it (empty for the module itself)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


@cache
def _foreign_imports() -> frozenset[tuple[str, str, str]]:
    """Each import of another project: the file, the module, and the name."""
    return frozenset(
        (str(path.relative_to(ROOT)), module, name)
        for path in (ROOT / "cluster_kit").rglob("*.py")
        for module, name in _read_imports(path)
        if module.split(".")[0] not in {*sys.stdlib_module_names, "cluster_kit"}
    )


@cache
def _imported_distributions() -> dict[str, set[str]]:
    """Each imported top-level module, and the distributions that provide it."""
    providers = packages_distributions()
    modules = {module.split(".")[0] for _, module, _ in _foreign_imports()}
    return {module: {canonicalize_name(one) for one in providers.get(module, [module])} for module in modules}


@cache
def _rows() -> list[re.Match[str]]:
    lines = PRIVATE_APIS.read_text(encoding="utf-8").splitlines()
    return [row for line in lines if (row := ROW.match(line))]


def test_every_import_is_declared() -> None:
    declared = {*RUNTIME, *EXTRAS}
    undeclared = {module: found for module, found in _imported_distributions().items() if not found & declared}
    assert undeclared == {}


def test_every_runtime_dependency_is_imported_or_justified() -> None:
    imported = set().union(*_imported_distributions().values())
    assert set(RUNTIME) - imported == set(NOT_IMPORTED)


def test_every_row_about_a_private_api_is_true() -> None:
    lines = PRIVATE_APIS.read_text(encoding="utf-8").splitlines()
    assert len(_rows()) == sum(line.startswith("| `") for line in lines)
    for row in _rows():
        code = (ROOT / row["file"]).read_text(encoding="utf-8")
        names = re.findall(r"`([^`]+)`", row["used"])
        assert names, row["file"]
        assert [name for name in names if not re.search(rf"\b{re.escape(name)}\b", code)] == [], row["file"]


@pytest.mark.parametrize("package", ["ipykernel", "jupyter-server", "matplotlib", "voila"])
def test_packages_whose_private_parts_are_used_are_listed(package: str) -> None:
    assert package in {row["package"] for row in _rows()}


def test_packages_with_private_uses_have_the_upper_bound_that_is_listed() -> None:
    for row in _rows():
        requirement = RUNTIME[canonicalize_name(row["package"])]
        assert row["bound"] in {str(one) for one in requirement.specifier}, row["package"]
        assert row["bound"].startswith("<"), row["package"]


def test_every_private_module_or_name_that_is_imported_is_listed() -> None:
    private = {
        (file, name)
        for file, module, name in _foreign_imports()
        if name.startswith("_") or any(part.startswith("_") for part in module.split("."))
    }
    listed = {(row["file"], name) for row in _rows() for name in re.findall(r"`([^`]+)`", row["used"])}
    assert private - listed == set()
