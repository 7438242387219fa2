"""The modules bundled for anywidget."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pygments.lexers.javascript import JavascriptLexer
from pygments.token import Comment

from cluster_kit.web import WEB
from cluster_kit.web.bundle import FORMS, BundleError, bundle_css, bundle_modules

SVG_NAMESPACE = "http://www.w3.org/2000/svg"  # a name, not an address that anything loads


def write(folder: Path, **modules: str) -> Path:
    for name, source in modules.items():
        (folder / f"{name}.js").write_text(source, encoding="utf-8")
    return folder


def test_the_shipped_modules_become_one_that_a_browser_loads(browser: Browser) -> None:
    source = bundle_modules()
    assert 'from "./' not in source
    page = browser.new_page()
    loaded = page.evaluate(
        """async (source) => {
            const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
            return typeof (await import(url)).default.render;
        }""",
        source,
    )
    page.close()
    assert loaded == "function"


def test_every_shipped_module_is_reached_from_the_entry() -> None:
    source = bundle_modules()
    assert {path.name for path in FORMS.glob("*.js")} | {"dom.js"} == {
        line.removeprefix("// ") for line in source.splitlines() if line.startswith("// ") and line.endswith(".js")
    }


def test_the_style_sheets_become_one(tmp_path: Path) -> None:
    (tmp_path / "form.css").write_text('@import "./rows.css";\na {}\n', encoding="utf-8")
    (tmp_path / "rows.css").write_text("b {}\n", encoding="utf-8")
    assert bundle_css("form.css", tmp_path) == "b {}\na {}\n"
    assert "@import" not in bundle_css()


def test_no_module_asks_another_host_for_anything() -> None:
    for path in FORMS.iterdir():
        code = path.read_text(encoding="utf-8").replace(SVG_NAMESPACE, "")
        assert "//" not in code.replace("// ", "").replace("//\n", ""), path.name


def test_what_is_imported_comes_first_and_only_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        form='import { a } from "./a.js";\nimport { b } from "./b.js";\nexport default { a, b };\n',
        a='import { b } from "./b.js";\nexport function a() {\n  return b();\n}\n',
        b="export function b() {}\n",
    )
    modules = bundle_modules("form.js", tmp_path).split("\n\n")
    assert modules == [
        "// b.js\nfunction b() {}",
        "// a.js\nfunction a() {\n  return b();\n}",
        "// form.js\nexport default { a, b };\n",
    ]


@pytest.mark.parametrize(("entry", "folder"), [("form.js", FORMS), ("page.js", WEB / "session")])
def test_comments_are_left_out_and_nothing_else(monkeypatch: pytest.MonkeyPatch, entry: str, folder: Path) -> None:
    bundled = bundle_modules(entry, folder)
    assert all(re.fullmatch(r"// [\w-]+\.js", line) for line in bundled.splitlines() if line.lstrip().startswith("//"))
    assert not re.search(r"^\s*/\*\*.*\*/$", bundled, re.MULTILINE)
    monkeypatch.setattr("cluster_kit.web.bundle._COMMENT", re.compile(r"^/\*\* @import .* \*/\n", re.MULTILINE))
    assert read_code(bundled) == read_code(bundle_modules(entry, folder))


def read_code(source: str) -> list[str]:
    """The tokens that are neither comments nor white space."""
    tokens = JavascriptLexer().get_tokens(source)
    return [text for kind, text in tokens if kind not in Comment and text.strip()]


@pytest.mark.parametrize(
    ("modules", "words"),
    [
        (
            {"form": 'import { a } from "./a.js";\nexport default a;\n', "a": 'import { f } from "./form.js";\n'},
            "circle",
        ),
        (
            {"form": 'import { a } from "./a.js";\nconst b = 1;\nexport default a;\n', "a": "const b = 2;\n"},
            "both declare b",
        ),
        ({"form": 'import * as a from "./a.js";\nexport default a;\n'}, "can not be joined"),
        ({"form": "export { a };\nexport default a;\n"}, "can not be joined"),
    ],
)
def test_modules_that_break_the_rule_are_refused(tmp_path: Path, modules: dict[str, str], words: str) -> None:
    with pytest.raises(BundleError, match=words):
        bundle_modules("form.js", write(tmp_path, **modules))
