"""The panels' JavaScript and CSS, joined for JupyterLab, where no page of ours brings them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cluster_kit.forms.bundle import bundle_css, bundle_modules

STATIC = Path(__file__).parent / "static"


@cache
def bundle(module: str) -> tuple[str, str]:
    """The module of a panel with all that it imports, and the console's style sheet."""
    return bundle_modules(f"{module}.js", STATIC), bundle_css("console.css", STATIC)
