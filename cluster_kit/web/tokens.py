"""The design tokens of ``shared/tokens.css`` for output without CSS: charts, PDF, Word, and Excel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from cluster_kit.web import WEB

TOKENS_CSS = WEB / "shared" / "tokens.css"
THEMES_CSS = WEB / "shared" / "themes.css"
_COLOR = re.compile(r"^ +--ck-(?P<name>[\w-]+): (?P<value>#[0-9a-f]{6});", re.MULTILINE)
_DARK_BLOCK = re.compile(r':root\[data-theme="dark"\] \{\n(?P<tokens>[^}]*)\}')


def tokens_css() -> str:
    """The style sheet that defines the tokens, in their light values."""
    return TOKENS_CSS.read_text("utf-8")


def dark_tokens() -> str:
    """The declarations of the dark theme, for a scope other than a page of the kit."""
    found = _DARK_BLOCK.search(THEMES_CSS.read_text("utf-8"))
    if found is None:
        raise AssertionError(f"{THEMES_CSS} defines the dark theme")
    return found["tokens"]


COLORS: Mapping[str, str] = MappingProxyType(dict(_COLOR.findall(tokens_css())))
"""The colors by name, such as ``accent``, each as ``#rrggbb``. Documents use these, whatever the reader's theme is."""

DARK_COLORS: Mapping[str, str] = MappingProxyType({**COLORS, **dict(_COLOR.findall(dark_tokens()))})
"""The colors of dark pages, by the same names."""
