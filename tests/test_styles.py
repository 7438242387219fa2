"""Styles of pages, forms, and documents share one page and must not affect each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path

import pytest

import cluster_kit
from cluster_kit.documents.html import view_css
from cluster_kit.web.palette import contrast_ratio
from cluster_kit.web.tokens import COLORS, DARK_COLORS, THEMES_CSS, TOKENS_CSS, dark_tokens, tokens_css

ROOT = Path(cluster_kit.__file__).parent
SHEETS = {
    "page": ROOT / "web/session/page.css",
    "live session": ROOT / "web/session/live_session.css",
    "focus view": ROOT / "web/session/focus_view.css",
    "summary": ROOT / "web/session/summary.css",
    "gallery": ROOT / "web/session/gallery.css",
    "console": ROOT / "web/console/console.css",
    "console's panels": ROOT / "web/console/panels.css",
    "forms": ROOT / "web/forms/form.css",
    "documents": ROOT / "web/documents/view.css",
}
OUTSIDE_PARENTHESES = re.compile(r",(?![^()]*\))")  # commas between selectors, but not those of :is()


def unscoped_classes(sheet: Path, scope: str) -> set[str]:
    """The classes that a sheet styles outside of its own scope."""
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = [part.strip() for block in re.findall(r"([^{}]+)\{", css) for part in OUTSIDE_PARENTHESES.split(block)]
    return {name for s in selectors if not s.startswith(scope) for name in re.findall(r"\.(ck-[a-z-]+)", s)}


@pytest.mark.parametrize(("one", "other"), list(combinations(SHEETS, 2)))
def test_no_class_is_styled_by_two_sheets_in_one_place(one: str, other: str) -> None:
    scopes = {
        "console": ".ck-panel",
        "console's panels": ".ck-panel",
        "forms": ".ck-form",
        "documents": ".ck-view",
        "summary": ".ck-summary",
    }
    reaching = unscoped_classes(SHEETS[one], scopes.get(one, "(nothing)"))
    used = set(re.findall(r"\.(ck-[a-z-]+)", SHEETS[other].read_text(encoding="utf-8")))
    assert reaching & used - {"ck-form", "ck-panel", "ck-view", "ck-widget"} == set()


@pytest.mark.parametrize("sheet", sorted(ROOT.glob("web/**/*.css")), ids=lambda path: path.name)
def test_no_text_fades_out(sheet: Path) -> None:
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"mask(?:-image)?:[^;]*gradient", css) == []
    assert re.findall(r"linear-gradient\([^;]*transparent", css) == [], "a gradient over text hides it in part"


TEXTS = ("ink", "muted", "accent-dark", "accent", "live", "good", "warn", "bad")
SURFACES = ("paper", "wash", "backdrop", "accent-wash", "live-wash", "good-wash", "warn-wash", "bad-wash")
THEMES = {"light": COLORS, "dark": DARK_COLORS}


@pytest.fixture(params=THEMES)
def colors(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """The colors of each theme."""
    return THEMES[request.param]


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("text", TEXTS)
def test_every_color_of_text_can_be_read_on_every_surface(colors: Mapping[str, str], text: str, surface: str) -> None:
    assert contrast_ratio(colors[text], colors[surface]) >= 4.5


@pytest.mark.parametrize("background", ["accent", "accent-dark", "live", "good", "warn", "bad"])
def test_the_color_of_paper_can_be_read_on_every_strong_color(colors: Mapping[str, str], background: str) -> None:
    assert contrast_ratio(colors["paper"], colors[background]) >= 4.5


@pytest.mark.parametrize("shade", ["accent-mid", "accent-soft"])
def test_text_can_be_read_on_every_shade_of_a_table(colors: Mapping[str, str], shade: str) -> None:
    assert contrast_ratio(colors["ink"], colors[shade]) >= 4.5


@pytest.mark.parametrize("surface", ["paper", "wash", "backdrop"])
@pytest.mark.parametrize("line", ["edge", "focus"])
def test_borders_of_controls_and_the_focus_can_be_seen(colors: Mapping[str, str], line: str, surface: str) -> None:
    assert contrast_ratio(colors[line], colors[surface]) >= 3


@pytest.mark.parametrize(("theme", "brand"), [("light", "accent-dark"), ("dark", "accent-wash")])
def test_the_text_of_the_header_can_be_read(theme: str, brand: str) -> None:
    sheet = tokens_css() if theme == "light" else dark_tokens()
    assert f"--ck-brand: var(--ck-{brand});" in sheet
    assert "--ck-brand-ink: white;" in tokens_css()
    assert contrast_ratio("#ffffff", THEMES[theme][brand]) >= 4.5


def test_the_dark_theme_is_the_same_by_preference_and_by_choice() -> None:
    sheet = THEMES_CSS.read_text(encoding="utf-8")
    by_preference, by_choice = (
        re.findall(r"--ck-[\w-]+: [^;]+;", block) for block in re.findall(r"data-theme=[^{]+\{([^}]+)\}", sheet)
    )
    assert by_preference == by_choice
    assert len(by_choice) > 20


def test_the_dark_theme_changes_tokens_and_adds_none() -> None:
    changed = set(re.findall(r"(--ck-[\w-]+):", THEMES_CSS.read_text(encoding="utf-8")))
    assert changed <= set(re.findall(r"(--ck-[\w-]+):", tokens_css()))
    kept = {name for name in COLORS if not name.startswith("chart-") and COLORS[name] == DARK_COLORS[name]}
    assert kept == set(), "a color that is the same in both themes is one that was forgotten"


def test_documents_are_light_in_every_theme() -> None:
    for mark in ("prefers-color-scheme", "data-theme", DARK_COLORS["paper"]):
        assert mark not in view_css()


def test_colors_are_defined_once_and_nowhere_else() -> None:
    assert len(set(COLORS.values())) == len(COLORS)
    tokens = (TOKENS_CSS, THEMES_CSS)
    files = [path for kind in ("*.css", "*.typ", "*.py", "*.js") for path in ROOT.rglob(kind) if path not in tokens]
    found = {path.name: re.findall(r"#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8")) for path in files}
    # Black and white text on a computed shade between them.
    # Black and white, too, where an organization's colors are darkened or lightened.
    assert {name: colors for name, colors in found.items() if colors} == {
        "chart_style.py": ["#000000", "#ffffff"],
        "palette.py": ["#ffffff", "#000000"],
    }


def test_every_token_that_a_style_sheet_uses_is_defined() -> None:
    defined = set(re.findall(r"(--ck-[\w-]+):", tokens_css()))
    for path in ROOT.rglob("*.css"):
        css = path.read_text(encoding="utf-8")
        of_scripts = {
            *("--ck-depth", "--ck-column", "--ck-row", "--ck-panel-height", "--ck-header-height", "--ck-steps"),
            *("--ck-clock-height", "--ck-from", "--ck-columns", "--ck-stops", "--ck-order"),
        }
        own = set(re.findall(r"(--ck-[\w-]+):", css)) | of_scripts
        assert set(re.findall(r"var\((--ck-[\w-]+)", css)) <= defined | own, path.name


LAYERS = ("raised", "heading", "status", "suggestions", "bar", "menu", "notice", "skip")


def test_what_overlaps_is_on_one_ordered_scale_of_layers() -> None:
    order = dict(re.findall(r"--ck-layer-(\w+): (\d+);", tokens_css()))
    assert tuple(sorted(order, key=lambda name: int(order[name]))) == LAYERS
    assert len(set(order.values())) == len(LAYERS)
    used: dict[str, set[str]] = {}
    for path in ROOT.rglob("*.css"):
        for block, declarations in re.findall(r"([^{}]+)\{([^{}]*)\}", path.read_text(encoding="utf-8")):
            for value in re.findall(r"z-index: ([^;]+);", declarations):
                used.setdefault(value, set()).add(block.strip().splitlines()[-1])
    assert set(used) == {f"var(--ck-layer-{name})" for name in LAYERS}
    assert used["var(--ck-layer-notice)"] == {".ck-disconnected .ck-header"}


def test_no_sheet_asks_what_the_whole_page_has() -> None:
    """``:root:has(…)`` is asked again, for every element of the page, with each change of any element."""
    css = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "web").rglob("*.css"))}
    assert len(css) > 20
    found = [
        (path.name, rule)
        for path, text in css.items()
        for rule in re.findall(r"(?:\broot|\bhtml|\bbody)\S*:has\(.*", text)
    ]
    assert found == []


def declaration_blocks(css: str, context: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """Each rule's declarations, with the at-rules that they are in."""
    for match in re.finditer(r"([^{};]+)\{((?:[^{}]|\{[^{}]*\})*)\}", css):
        head, body = match[1].strip(), match[2]
        if "{" in body:
            yield from declaration_blocks(body, f"{context} {head}")
        else:
            yield context, frozenset(line.strip() for line in body.split(";") if line.strip())


def test_participant_pages_and_forms_repeat_no_declarations() -> None:
    found: dict[tuple[str, frozenset[str]], list[str]] = {}
    for folder in ("session", "forms", "shared"):
        for sheet in sorted((ROOT / "web" / folder).glob("*.css")):
            css = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
            for context, block in declaration_blocks(css):
                if len(block) >= 5:
                    found.setdefault((context, block), []).append(sheet.name)
    assert len(found) > 100
    assert [names for names in found.values() if len(names) > 1] == []
