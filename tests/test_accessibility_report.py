"""The conformance report lists every criterion of WCAG 2.2 A and AA once, and the tests that it names exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
REPORT = (ROOT / "docs/reference/accessibility.md").read_text(encoding="utf-8")
LEVELS = {"A": 31, "AA": 24}


def test_the_report_lists_every_criterion_once() -> None:
    for level, count in LEVELS.items():
        table = REPORT.partition(f"## WCAG 2.2, level {level}\n")[2].partition("\n## ")[0]
        criteria = re.findall(r"^\| (\d\.\d\.\d+) ", table, re.MULTILINE)
        assert len(criteria) == len(set(criteria)) == count, level


def test_the_tests_that_the_report_names_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", REPORT)
    assert len(named) > 20
    for path, function in named:
        assert f"def {function}" in (ROOT / path).read_text(encoding="utf-8"), (path, function)
    supported = [line for line in REPORT.splitlines() if "| Supports |" in line]
    assert supported
    assert all("tests/" in line for line in supported)
