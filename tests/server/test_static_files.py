"""Static files: what pages load, in few requests."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster_kit.server.static_files import BUNDLED, StaticFiles
from cluster_kit.web.bundle import BundleError

TIME_KIND = 'import { h } from "../shared/dom.js";\nexport const timeKind = { build: () => h("input") };\n'


def text(statics: StaticFiles, name: str) -> str:
    return statics.files[name].forms[""].decode()


def test_what_a_session_page_loads_imports_nothing_more() -> None:
    statics = StaticFiles.read()
    for name in BUNDLED:
        lines = text(statics, name).splitlines()
        assert [line for line in lines if line.startswith(("import ", "@import "))] == []
    assert "class FormModels" in text(statics, "session/page.js")
    assert "class FormStore" in text(statics, "forms/form.js")
    assert ".ck-rows" in text(statics, "forms/form.css")


def test_another_packages_prompt_kind_is_part_of_the_forms_and_of_their_address(tmp_path: Path) -> None:
    module = tmp_path / "time.js"
    module.write_text(TIME_KIND, encoding="utf-8")
    statics = StaticFiles.read(kinds={"time": module})
    assert "const timeKind = " in text(statics, "forms/form.js")
    assert "INSTALLED = { time: timeKind }" in text(statics, "forms/form.js")
    assert statics.root != StaticFiles.read().root


def test_a_name_that_two_modules_declare_is_refused(tmp_path: Path) -> None:
    module = tmp_path / "time.js"
    module.write_text(f"{TIME_KIND}class FormStore {{}}\n", encoding="utf-8")
    with pytest.raises(BundleError, match="both declare FormStore: rename one of them"):
        StaticFiles.read(kinds={"time": module})
