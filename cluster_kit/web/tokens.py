"""The design tokens of ``shared/tokens.css``, for what is not styled by CSS: charts, PDF, Word, and Excel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from cluster_kit.web import WEB

TOKENS_CSS = WEB / "shared" / "tokens.css"
_COLOR = re.compile(r"^ +--ck-(?P<name>[\w-]+): (?P<value>#[0-9a-f]{6});", re.MULTILINE)


def tokens_css() -> str:
    """The style sheet that defines the tokens."""
    return TOKENS_CSS.read_text("utf-8")


COLORS: Mapping[str, str] = MappingProxyType(dict(_COLOR.findall(tokens_css())))
"""The colors by name, such as ``accent``, each as ``#rrggbb``."""
