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
    missing = [f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text("utf-8")]
    assert missing == []
