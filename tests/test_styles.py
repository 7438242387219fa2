"""The page's, the forms' and the documents' styles stand on one page and must not reach into each other."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

import cluster_kit

ROOT = Path(cluster_kit.__file__).parent
SHEETS = {
    "page": ROOT / "web/session/page.css",
    "room": ROOT / "web/session/live_session.css",
    "gallery": ROOT / "web/session/gallery.css",
    "console": ROOT / "web/console/console.css",
    "console's panels": ROOT / "web/console/panels.css",
    "forms": ROOT / "web/forms/form.css",
    "documents": ROOT / "web/documents/view.css",
}


def unscoped_classes(sheet: Path, scope: str) -> set[str]:
    """The classes that a sheet styles outside its own scope."""
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = [part.strip() for block in re.findall(r"([^{}]+)\{", css) for part in block.split(",")]
    return {name for s in selectors if not s.startswith(scope) for name in re.findall(r"\.(ck-[a-z-]+)", s)}


@pytest.mark.parametrize(("one", "other"), list(combinations(SHEETS, 2)))
def test_no_class_is_styled_by_two_sheets_in_one_place(one: str, other: str) -> None:
    scopes = {"console": ".ck-panel", "console's panels": ".ck-panel", "forms": ".ck-form", "documents": ".ck-view"}
    reaching = unscoped_classes(SHEETS[one], scopes.get(one, "(nothing)"))
    used = set(re.findall(r"\.(ck-[a-z-]+)", SHEETS[other].read_text(encoding="utf-8")))
    assert reaching & used - {"ck-form", "ck-panel", "ck-view", "ck-widget"} == set()
