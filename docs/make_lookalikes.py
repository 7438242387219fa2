"""Write ``cluster_kit/roster/names/lookalikes.json``: the letters of every script that look like a Latin letter.

``python -m docs.make_lookalikes``; a test compares the file. The source is Unicode's ``confusables.txt`` (UTS #39), as
the package ``confusable-homoglyphs`` has it.
"""

from __future__ import annotations

import json
import re
import string
import unicodedata
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

PACKAGE = "confusable-homoglyphs"
FILE = Path(__file__).parent.parent / "cluster_kit" / "roster" / "names" / "lookalikes.json"
# Kra and the turned w: what Unicode compares the Cyrillic, Greek, and Cherokee letters with that look like k and m.
BETWEEN = {"\u0138": "k", "\u028d": "m"}
SMALL_CAPITAL = re.compile("LATIN LETTER SMALL CAPITAL ([A-Z])")
# Small letters that Unicode's data leaves out, although it has their capitals, or a letter of the same form.
ADDED = {"\u0185": "b", "\u044c": "b", "\u03dd": "f", "\u03c7": "x"}


def find_lookalikes() -> dict[str, str]:
    """By Latin letter: the letters that look like it. Those that NFKC turns into another letter are left out."""
    data = json.loads((files(PACKAGE.replace("-", "_")) / "confusables.json").read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for char in sorted({*data, *ADDED}):
        latin = _find_latin(char, [entry["c"] for entry in data.get(char, ())])
        if latin and unicodedata.normalize("NFKC", char) == char:
            found[latin] = found.get(latin, "") + char
    return {latin: found[latin] for latin in sorted(found)}


def _find_latin(char: str, others: list[str]) -> str:
    """The Latin letter that a character looks like; empty for none, and for what is no letter."""
    if len(char) > 1 or char.isascii() or not unicodedata.category(char).startswith("L"):
        return ""
    for other in (char, *(one.strip("\u200e\u200f") for one in others)):
        if other in string.ascii_letters:
            return other
        if len(other) == 1 and (small := _find_small(other)):
            return small
    return ADDED.get(char, "")


def _find_small(char: str) -> str:
    named = SMALL_CAPITAL.fullmatch(unicodedata.name(char, ""))
    return named[1] if named else BETWEEN.get(char, "")


def make_file() -> str:
    """The file's text, with its source."""
    return json.dumps({"source": f"{PACKAGE} {version(PACKAGE)}", "letters": find_lookalikes()}, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(make_file(), encoding="ascii")
