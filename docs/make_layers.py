"""Write the layers and packages into ``docs/explanation/architecture.md``: ``python -m docs.make_layers``.

What it writes is read from the code: imports, the first line of each docstring, and ``__all__``.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1] / "cluster_kit"
PAGE = Path(__file__).parent / "explanation" / "architecture.md"
BEGIN, END = "<!-- layers: written by docs/make_layers.py -->\n", "<!-- end of layers -->\n"
NOT_A_LAYER = {"__init__", "__main__"}


def find_imports(root: Path = ROOT) -> dict[str, set[str]]:
    """Each package or root module, and those of ours that it imports; the lowest first."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted(root.rglob("*.py")):
        layer = path.relative_to(root).parts[0].removesuffix(".py")
        if layer not in NOT_A_LAYER:
            found[layer] |= _imported(path) - {layer}
    levels = _sort(found)
    return {layer: found[layer] for level in levels for layer in level}


def _sort(imports: Mapping[str, set[str]]) -> list[list[str]]:
    """The layers by level: those of a level import only from earlier levels. ``graphlib.CycleError`` for a cycle."""
    sorter = TopologicalSorter(imports)
    sorter.prepare()
    levels = []
    while sorter.is_active():
        levels.append(sorted(sorter.get_ready()))
        sorter.done(*levels[-1])
    return levels


def write_layers() -> str:
    """The Markdown between the marks."""
    imports = find_imports()
    levels = "\n".join(f"{number}  {'  '.join(names)}" for number, names in enumerate(_sort(imports)))
    rows = [_row(layer, imports[layer]) for layer in imports]
    head = "| package or module | job | imports | public names |\n| --- | --- | --- | --- |"
    return f"```\n{levels}\n```\n\n" + "\n".join([head, *rows]) + "\n"


def _row(layer: str, used: set[str]) -> str:
    path = ROOT / layer / "__init__.py" if (ROOT / layer).is_dir() else ROOT / f"{layer}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    job = (ast.get_docstring(tree) or "").partition("\n")[0].rstrip(".").replace("|", "\\|")
    names = ", ".join(f"`{name}`" for name in _public_names(tree))
    return f"| `{layer}` | {job} | {', '.join(sorted(used))} | {names} |"


def _public_names(tree: ast.Module) -> list[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id == "__all__" for one in node.targets
        ):
            names: list[str] = ast.literal_eval(node.value)
            return names
    return []


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module == "cluster_kit":
            names |= {f"cluster_kit.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
    return {name.split(".")[1] for name in names if name.startswith("cluster_kit.")}


def main() -> None:
    """Replace the part of the page between the marks."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}{write_layers()}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
