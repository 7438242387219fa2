"""The page's, the forms' and the documents' styles stand on one page and must not reach into each other."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

import cluster_kit
from cluster_kit.web.tokens import COLORS, TOKENS_CSS, tokens_css

ROOT = Path(cluster_kit.__file__).parent
SHEETS = {
    "page": ROOT / "web/session/page.css",
    "live session": ROOT / "web/session/live_session.css",
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


TEXTS = ("ink", "muted", "accent-dark", "accent", "good", "warn", "bad")
SURFACES = ("paper", "wash", "backdrop", "accent-wash", "warn-wash", "bad-wash")


def luminance(color: str) -> float:
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(COLORS[one]), luminance(COLORS[other])))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("text", TEXTS)
def test_every_color_of_text_can_be_read_on_every_surface(text: str, surface: str) -> None:
    assert contrast(text, surface) >= 4.5


@pytest.mark.parametrize("background", ["accent", "accent-dark", "good", "warn", "bad"])
def test_white_text_can_be_read_on_every_dark_color(background: str) -> None:
    assert contrast("paper", background) >= 4.5


def test_dark_text_can_be_read_on_the_darkest_shade_of_a_table() -> None:
    assert contrast("ink", "accent-mid") >= 4.5


@pytest.mark.parametrize("surface", ["paper", "wash"])
@pytest.mark.parametrize("line", ["edge", "focus"])
def test_borders_of_controls_and_the_focus_can_be_seen(line: str, surface: str) -> None:
    assert contrast(line, surface) >= 3


def test_colors_are_defined_once_and_nowhere_else() -> None:
    assert len(set(COLORS.values())) == len(COLORS)
    files = [path for kind in ("*.css", "*.typ", "*.py", "*.js") for path in ROOT.rglob(kind) if path != TOKENS_CSS]
    found = {path.name: re.findall(r"#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8")) for path in files}
    # Black and white words on a shade between them are computed.
    assert {name: colors for name, colors in found.items() if colors} == {"style.py": ["#000000", "#ffffff"]}


def test_every_token_that_a_style_sheet_uses_is_defined() -> None:
    defined = set(re.findall(r"(--ck-[\w-]+):", tokens_css()))
    for path in ROOT.rglob("*.css"):
        css = path.read_text(encoding="utf-8")
        own = set(re.findall(r"(--ck-[\w-]+):", css)) | {"--ck-depth", "--ck-column", "--ck-row"}
        assert set(re.findall(r"var\((--ck-[\w-]+)", css)) <= defined | own, path.name
