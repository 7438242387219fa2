"""The fast paths for long lists give the same results as the general code, and are used."""

from __future__ import annotations

import string
from pathlib import Path

from cluster_kit.content import Content
from cluster_kit.roster.lists.columns import COLUMN_ALIASES, is_header_row, squeeze_header
from cluster_kit.roster.lists.staff_list import read_roster
from cluster_kit.roster.names.lookalikes import find_look
from cluster_kit.roster.people import clean_name

INVISIBLE = "\u200b"
ASCII = [f"A{chr(code)}  b{chr(code)}" for code in range(128)]


def test_ascii_text_is_compared_as_any_other_text() -> None:
    """An invisible character changes nothing about a name, and takes it off the fast path."""
    for text in ("", " ", *ASCII, "O'Neil", "Ana\t Reyes\r\n"):
        assert clean_name(text) == clean_name(text + INVISIBLE) == " ".join(clean_name(text).split()), text
        assert find_look(text) == find_look(text + INVISIBLE), text


def test_a_header_is_known_with_any_punctuation_and_case() -> None:
    for alias in (one for aliases in COLUMN_ALIASES.values() for one in aliases):
        for mark in (*string.punctuation, " ", "\u00a0", "\u2019"):
            written = f"{mark}{alias[:2].upper()}{mark}{alias[2:]}{mark}"
            assert is_header_row([written, "E-Mail"]), written
        assert not is_header_row([alias, "Ana Reyes", "ana@state.gov", "OH"])


def test_the_cells_of_a_long_list_are_not_each_taken_for_a_header(content: Content, tmp_path: Path) -> None:
    people = (f"OH,Ana {number},a{number}@example.org" for number in range(3_000))
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["State,Name,Email", *people]), "utf-8")
    squeeze_header.cache_clear()
    assert len(read_roster(content, path).rows) == 3_000
    assert squeeze_header.cache_info().misses < 300
