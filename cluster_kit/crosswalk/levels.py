"""The level at which a program is taught, from a state's own words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Level = Literal["secondary", "postsecondary", "adult", "both", "other", ""]
LEVELS: dict[Level, str] = {
    "secondary": "Secondary",
    "postsecondary": "Postsecondary",
    "adult": "Adult",
    "both": "Secondary and postsecondary",
    "other": "Other",
    "": "Level not given",
}


@lru_cache(maxsize=2_000)
def read_level(text: str) -> Level:
    """The level for a state's term: ``HS``, ``Postsecondary``, ``9-12``, ``CC``, and so on."""
    plain = re.sub(r"[^a-z0-9]+", " ", text.casefold()).strip()
    if not plain:
        return ""
    after = bool(
        re.search(r"post ?sec|college|cc\b|^ps\b|associate|certificate|tech(nical)? (center|college)|13", plain)
    )
    before = bool(re.search(r"(?<!post)(?<!post )secondary|high school|^hs\b|^sec\b|9 ?12|grades?|middle|^s$", plain))
    if after and before:
        return "both"
    if after or before:
        return "postsecondary" if after else "secondary"
    return "adult" if "adult" in plain else "other"
