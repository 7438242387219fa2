"""The documentation site builds without warnings, and none of its pages requests another host."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import cluster_kit

ROOT = Path(__file__).parents[1]
BUILD_S = 300
# What a browser requests when it shows a page, as opposed to a link that a reader follows.
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "object": "data"}
PACKAGE = Path(cluster_kit.__file__).parent
# The command line has a page of its own, and web is for the kit's own pages.
PACKAGES = sorted({path.parent.name for path in PACKAGE.glob("*/__init__.py")} - {"cli", "web"})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(out)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=BUILD_S
    )
    assert done.returncode == 0, done.stderr
    return out


def test_no_page_requests_another_host(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        loaded = [
            element[LOADED[element.name]]
            for element in soup.find_all(list(LOADED))
            if element.has_attr(LOADED[element.name])
        ]
        assert [address for address in loaded if "//" in address] == [], page
        assert not soup.select(".mermaid"), f"{page}: Mermaid diagrams are loaded from another host"
    for style in site.rglob("*.css"):
        assert "url(http" not in style.read_text(encoding="utf-8"), style


def test_every_public_name_is_in_the_api_reference(site: Path) -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in (site / "reference" / "api").glob("*.html"))
    for package in PACKAGES:
        for name in getattr(import_module(f"cluster_kit.{package}"), "__all__", ()):
            # A function is under its module where both have the same name.
            assert re.search(rf'id="cluster_kit\.{package}\.(?:{name}\.)?{name}"', pages), f"{package}.{name}"
