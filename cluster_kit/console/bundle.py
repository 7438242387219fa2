"""Bundles the panels' JavaScript and CSS for JupyterLab, which does not serve the kit's static files."""

from __future__ import annotations

from functools import cache

from cluster_kit.web import WEB
from cluster_kit.web.bundle import bundle_css, bundle_modules

CONSOLE = WEB / "console"


@cache
def bundle_panel(module: str) -> tuple[str, str]:
    """A panel's module with all of its imports, and the console's style sheet."""
    return bundle_modules(f"{module}.js", CONSOLE), bundle_css("console.css", CONSOLE)
