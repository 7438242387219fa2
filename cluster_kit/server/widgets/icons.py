"""CSS for the icons of widgets (``Button(icon="plus")``, the toolbar of a figure), with the fonts in Voilà's bundle.

JupyterLab 3 included Font Awesome's style sheet, and widget libraries still depend on it. Voilà's bundle has the
fonts; the rules are generated from their glyph names.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fontTools.ttLib import TTFont

SOLID, REGULAR = "Font Awesome 5 Free Solid", "Font Awesome 5 Free Regular"
FAMILY = "Font Awesome 5 Free"
# Version 4 names that libraries still use. The suffix "-o" is the regular style.
OLDER = {
    "area-chart": "chart-area",
    "arrows": "arrows-alt",
    "bar-chart": "chart-bar",
    "close": "times",
    "exchange": "exchange-alt",
    "floppy-o": "save",
    "line-chart": "chart-line",
    "pencil": "pencil-alt",
    "pie-chart": "chart-pie",
    "refresh": "sync",
    "trash-o": "trash-alt",
}


def write_icon_style(folder: Path) -> str:
    """CSS for every icon of the fonts in Voilà's ``folder``; empty if the fonts are missing."""
    fonts = dict(_find_fonts(folder))
    if SOLID not in fonts:
        return ""
    rules = [
        f'.fa,.fas,.far{{display:inline-block;font:900 1em/1 "{FAMILY}";-webkit-font-smoothing:antialiased}}',
        ".far{font-weight:400}",
    ]
    for name, weight in ((SOLID, 900), (REGULAR, 400)):
        if name in fonts:
            path, icons = fonts[name]
            source = f'url("voila/{path.name}") format("woff2")'
            rules.append(f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-display:block;src:{source}}}')
            rules.extend(_write_rules(icons, weight))
    return "\n".join(rules) + "\n"


def _find_fonts(folder: Path) -> Iterator[tuple[str, tuple[Path, dict[str, int]]]]:
    """Full name of each font, its file, and the code points of its icons by name."""
    for path in sorted(folder.glob("*.woff2")):
        with TTFont(path) as font:
            yield str(font["name"].getDebugName(4)), (path, {name: code for code, name in font.getBestCmap().items()})


def _write_rules(icons: dict[str, int], weight: int) -> Iterator[str]:
    named = {older: icons[newer] for older, newer in OLDER.items() if newer in icons}
    if weight == 900:
        for name, code in {**icons, **named}.items():
            yield f'.fa-{name}::before{{content:"\\{code:x}"}}'
        return
    for name, code in icons.items():
        yield f'.fa-{name}-o{{font-weight:400}}.fa-{name}-o::before{{content:"\\{code:x}"}}'
