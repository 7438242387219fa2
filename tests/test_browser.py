"""Selection of the browser: a named one, an installed one, Playwright's own, and never a snap. Rules in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from cluster_kit.documents.browser import BROWSER_VARIABLE, NO_BROWSER, NoBrowserError, find_browser
from tests.browser import AXE, find_tree_faults, find_violations, load_axe

SNAP_STUB = '#!/bin/sh\nif ! [ -x /snap/bin/chromium ]; then\n  echo "requires the chromium snap"\nfi\n'

HIDDEN = "".join(
    f"{opening}<p>Said</p><div style='overflow: auto; height: 9px'><input><button><img src=x></button></div>"
    f"<p style='visibility: visible; opacity: 1; color: #888'>Seen</p><a href=x style='color: #999'>Link</a>{closing}"
    for opening, closing in (
        ("<details><summary><h2>One</h2></summary>", "</details>"),
        ("<details><summary>Two</summary><details open><summary>Three</summary>", "</details></details>"),
        ("<details open><summary>Four</summary>", "</details>"),
        *(
            (f"<section {how}>", "</section>")
            for how in (
                *("hidden", "inert", "aria-hidden=true", "style='visibility: hidden'", "style='opacity: 0'"),
                *(
                    "style='display: contents'",
                    "style='content-visibility: hidden'",
                    "style='position: fixed; top: -99px'",
                ),
                "style='position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden'",
            )
        ),
        ("<map name=m hidden><area href=x>", "</map><img usemap=#m alt=M src=x><map name=n><area href=x></map>"),
    )
)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(BROWSER_VARIABLE, raising=False)
    return tmp_path


def _install(folder: Path, name: str, text: str = "#!/bin/sh\n") -> Path:
    program = folder / name
    program.write_text(text)
    program.chmod(0o755)
    return program


def test_the_named_browser_comes_first(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(programs, "chromium")
    named = _install(programs, "my-chrome")
    for value in ("my-chrome", str(named)):
        monkeypatch.setenv(BROWSER_VARIABLE, value)
        assert find_browser("") == named


def test_a_named_browser_that_does_not_exist_is_an_error(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(programs, "chromium")
    monkeypatch.setenv(BROWSER_VARIABLE, "/nowhere/chrome")
    with pytest.raises(NoBrowserError, match="/nowhere/chrome"):
        find_browser("")


def test_installed_browsers_are_found_by_name_before_the_download(programs: Path) -> None:
    download = _install(programs, "download")
    for name in ("google-chrome-stable", "google-chrome", "chromium-browser", "chromium"):
        installed = _install(programs, name)
        assert find_browser(download) == installed


def test_a_snap_is_passed_over(programs: Path) -> None:
    _install(programs, "chromium-browser", SNAP_STUB)
    (programs / "chromium").symlink_to(_install(programs, "snap"))
    assert find_browser(download := _install(programs, "download")) == download


def test_where_there_is_none_the_error_says_what_to_do(programs: Path) -> None:
    with pytest.raises(NoBrowserError) as raised:
        find_browser(programs / "missing")
    assert str(raised.value) == NO_BROWSER


def test_a_page_is_judged_as_by_axe_core_itself(context: BrowserContext) -> None:
    colors = ("#222", "#888", "rgba(0, 0, 0, 0.4)", "oklch(60% 0.1 200)", "hsl(0.2turn 50% 50%)", "transparent")
    backgrounds = ("#fff", "rgba(0, 0, 0, 0.1)", "color(display-p3 0.8 0.8 0.9)", "linear-gradient(red, blue)")
    judged: list[dict[str, Any]] = []
    for load in (load_axe, lambda page: page.evaluate(AXE.read_text(encoding="utf-8"))):
        page = context.new_page()
        page.set_content(
            "<h1>Colors</h1><label for=one>One</label><input id=one><input><img src=x><ul><p role=listitem></p></ul>"
            + "".join(
                f"<div style='background: {behind}; opacity: 0.9'><p style='color: {color}'>{color}</p></div>"
                for behind in backgrounds
                for color in colors
            )
            + HIDDEN
        )
        page.evaluate(
            "[...document.body.querySelectorAll('*')].forEach((el, number) => { el.setAttribute('number', number); })"
        )
        load(page)
        judged.append(page.evaluate("() => axe.run({ preload: false })"))
    for kind in ("violations", "passes", "incomplete"):
        assert judged[0][kind]
        assert judged[0][kind] == judged[1][kind]


def test_colors_are_judged_once_for_elements_of_one_kind(context: BrowserContext) -> None:
    page = context.new_page()
    pale = "<li class=pale style='color: #ccc'>One</li>"
    page.set_content(f"<html lang=en><title>T</title><main><h1>T</h1><ul>{pale * 3}</ul><ol>{pale}</ol></main>")
    assert [one.split(":")[0] for one in find_violations(page)] == ["color-contrast"] * 2
    page.add_style_tag(content=".pale { color: #222 !important; }")
    assert [one for one in find_violations(page) if "contrast" in one] == []


def test_a_target_is_judged_where_no_header_covers_it(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_content(
        "<html lang=en><title>T</title><style>nav { position: sticky; top: 0; z-index: 2; height: 90px }"
        "body { height: 3000px } button { height: 30px; width: 60px; display: block }</style><main><h1>T</h1>"
        "<nav><button style='height: 90px; width: 200px'>Clock</button></nav><p style='height: 300px'></p>"
        "<button>Large</button><button>Near</button></main>"
    )
    page.evaluate("scrollTo(0, document.querySelector('p + button').offsetTop - 75)")
    load_axe(page)
    run = "() => axe.run({ runOnly: ['target-size'] }).then(({ violations }) => violations.length)"
    assert page.evaluate(run) == 1
    place = page.evaluate("scrollY")
    assert place > 0
    assert find_violations(page) == []
    assert page.evaluate("scrollY") == place
    page.evaluate("scrollTo(0, 0)")
    page.add_style_tag(content="main > button { height: 12px; width: 12px; padding: 0; margin: 0; overflow: hidden }")
    assert [one.split(":")[0] for one in find_violations(page)] == ["target-size"] * 2


def test_faults_of_the_tree_are_found_where_they_are(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_content(
        "<title>T</title><h1>One</h1><div><h2>Two</h2></div><h4>Four</h4><details><summary><h2>Fold</h2></summary></details>"
        "<div role=group aria-label='. Statement'><input></div>"
    )
    assert find_tree_faults(page) == [
        "level 4 after 2: Four",
        "in a disclosure button: Fold",
        "begins with a sign: group . Statement",
        "no name: textbox",
    ]
