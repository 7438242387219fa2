"""The panels' JavaScript and CSS, joined for JupyterLab, where no page of ours brings them."""

from __future__ import annotations

from functools import cache

from cluster_kit.web import WEB
from cluster_kit.web.bundle import bundle_css, bundle_modules

CONSOLE = WEB / "console"


@cache
def bundle(module: str) -> tuple[str, str]:
    """The module of a panel with all that it imports, and the console's style sheet."""
    return bundle_modules(f"{module}.js", CONSOLE), bundle_css("console.css", CONSOLE)
