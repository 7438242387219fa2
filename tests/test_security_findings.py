"""The table of security findings has all 57, and every test that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/reference/security-findings.md").read_text(encoding="utf-8")


def read_rows(number: str) -> list[list[str]]:
    """The cells of the rows whose number matches."""
    lines = [line for line in PAGE.splitlines() if re.match(rf"\| {number}", line)]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


ROWS, LATER = read_rows(r"\d"), read_rows(r"[A-Z]\d")


def test_every_finding_has_a_row_and_a_status() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 58))
    assert {row[3] for row in ROWS} <= {"fixed", "partly"}
    counts = [sum(row[3] == status for row in ROWS) for status in ("fixed", "partly")]
    assert " ".join(PAGE.split()).count("{} are fixed, and {} are fixed in part".format(*counts)) == 1


def test_every_test_that_is_named_exists() -> None:
    assert len(LATER) > 10
    for row in [*ROWS, *LATER]:
        named = re.fullmatch(r"`(tests/[\w/]+\.py)::(test_\w+)`", row[5])
        assert named, row
        assert f"def {named[2]}(" in (ROOT / named[1]).read_text(encoding="utf-8"), row
