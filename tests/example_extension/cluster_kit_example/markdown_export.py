"""Every answer as a Markdown table, for example for a wiki."""

from __future__ import annotations

from pathlib import Path

from cluster_kit.exports import ExportData

COLUMNS = ("jurisdiction", "session", "question", "words")


def write_markdown(data: ExportData, out: Path) -> None:
    """Write one table. Text that people typed is escaped, so that none of it is markup."""
    answers = data.answers
    rows = [" | ".join(map(_cell, row)) for row in answers[list(COLUMNS)].itertuples(index=False)]
    lines = [" | ".join(COLUMNS), " | ".join("---" for _ in COLUMNS), *rows]
    out.write_text("".join(f"| {line} |\n" for line in lines), encoding="utf-8")


def _cell(value: object) -> str:
    text = " ".join(str(value).split())
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>()#+-.!|" else letter for letter in text)
