"""One word for one thing, in everything that people read: a team agrees on a rating, and people meet on a platform."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KIT = ROOT / "cluster_kit"
SERIES = KIT / "content" / "packs" / "series" / "2026"
FOLDERS = ("console", "server", "insights", "forms", "exercises", "content", "packets", "materials", "breakouts")
READ = (
    *(ROOT / "facilitator_guide").glob("*.md"),
    *(ROOT / "notebooks").glob("*.ipynb"),
    *SERIES.glob("*.yaml"),
    *(KIT / "content" / "packs").glob("*.yaml"),
    *(path for folder in FOLDERS for path in (KIT / folder).rglob("*.py")),
    *(KIT / "web").rglob("*.js"),
    *(KIT / "server" / "templates").glob("*.j2"),
)
# A definition is settled, and what several agencies may settle or publish; so are questions. Ratings are agreed on.
AVOID = {
    r"(?<!un)(?<!-)\bsettl(?:es?|ed|ing)\b(?![-=])": "agree on a team rating",
    r"\b(?:the|your|this|another) call\b|\bcall's\b|\bof the call\b": "the meeting, or your meeting platform",
}
# What is known of a law may not be settled, either (content/claims.py).
ALLOWED = re.compile(r"definition|question|settle or publish|[Nn]ot settled")


def _sentences(path: Path) -> Iterator[str]:
    """The texts of a file that people read: without comments, names in code, and docstrings."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        tree = ast.parse(text)
        documented = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        found = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in documented)
        texts = [node.value for node in found if isinstance(node.value, str) and " " in node.value]
    elif path.suffix == ".js":
        text = re.sub(r"^\s*//.*$|/\*.*?\*/", "", text, flags=re.MULTILINE | re.DOTALL)
        texts = [one for one in re.findall(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`', text) if " " in one]
        texts = [re.sub(r"\$\{[^}]*\}", "", one) for one in texts if not one.startswith('"ck-')]
    else:
        text = re.sub(r"<!--.*?-->|\{[#%].*?[#%]\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
        texts = [re.sub(r"^\s*#[^\n]*$" if path.suffix == ".yaml" else r"\A\b\B", "", text, flags=re.MULTILINE)]
    for one in texts:
        yield from re.split(r"(?<=[.?!|>])\s|\n\n", " ".join(one.split()) if path.suffix != ".md" else one)


@pytest.mark.parametrize(("pattern", "instead"), AVOID.items())
def test_texts_that_people_read_use_the_standard_words(pattern: str, instead: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {' '.join(sentence.split())[:120]}"
        for path in READ
        for sentence in _sentences(path)
        if re.search(pattern, sentence) and not ALLOWED.search(sentence)
    ]
    assert found == [], f"write: {instead}"


@pytest.mark.parametrize("sentence", ["Now settle that statement, and give the reason.", "If the call's rooms close."])
def test_words_to_avoid_are_noticed(sentence: str) -> None:
    assert any(re.search(pattern, sentence) for pattern in AVOID)
