"""Tables of findings of audits name tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TABLES = sorted((ROOT / "docs/reference").glob("*-findings.md"))
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_each_finding_has_one_row_and_its_test_exists(table: Path) -> None:
    text = table.read_text(encoding="utf-8")
    findings = re.findall(r"^\| ([A-Z]*\d+[a-z]?) \|", text, re.MULTILINE)
    assert len(findings) == len(set(findings)) > 20
    named = TEST.findall(text)
    assert len(named) > 10
    rows = re.findall(r"^\| [A-Z]*\d+[a-z]? \|.*\| (.+) \|$", text, re.MULTILINE)
    assert len(rows) == len(findings)
    assert [row for row in rows if "`tests/" not in row and not row.startswith("none")] == []
    if table.stem == "accessibility-findings":
        assert [row for row in rows if row.startswith("none")] == []
    missing = [f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text("utf-8")]
    assert missing == []


def test_the_participant_review_has_all_of_its_findings() -> None:
    text = (ROOT / "docs/reference/participant-findings.md").read_text(encoding="utf-8")
    numbered = [f"{severity}{n}" for severity, count in (("H", 12), ("M", 21), ("L", 14)) for n in range(1, count + 1)]
    assert re.findall(r"^\| ([HML]\d+) \|", text, re.MULTILINE) == numbered


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_each_table_is_linked_from_the_reference_and_the_site(table: Path) -> None:
    assert f"]({table.name})" in (ROOT / "docs/reference/index.md").read_text(encoding="utf-8")
    assert f"- reference/{table.name}\n" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
