"""People in one row of a list, by headers that have the title of each: Data Lead Name, Data Lead Email."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from cluster_kit.filetypes.headers import plain_header
from cluster_kit.roster.lists.columns import match_columns

_FIELDS: Mapping[str, str] = {
    "name": r"(?:full )?name",
    "first": r"(?:first|given) name",
    "last": r"(?:last|family) name|surname",
    "email": r"(?:e ?)?mail(?: address)?",
}
_BEFORE = {field: re.compile(rf"(?P<title>.+?)(?: s)? (?:{words})") for field, words in _FIELDS.items()}
_AFTER = {
    field: re.compile(rf"(?:{words}) (?:of|for) (?:the |your )?(?P<title>.+)") for field, words in _FIELDS.items()
}
# What a title has that is of a person who may be invited, unless it is the title of a role.
_POSITION = re.compile(
    r"\b(director|deputy|lead|leader|coordinator|specialist|manager|officer|administrator|superintendent|representative"
    r"|analyst|liaison|counselor|chair|commissioner|consultant|facilitator|partner|expert|chief|head)\b"
)
_OF_SOMEONE_ELSE = re.compile(
    r"\b(supervisor|your|my|boss|assistant|emergency|buyer|billing|alternate|secondary contact|school|district|agency"
    r"|organization|company|office|department)\b"
)


def find_titled_columns(names: Sequence[str], is_role: Callable[[str], bool]) -> dict[str, dict[str, int]]:
    """The columns of each person by the title in their headers, such as ``Data Lead``, as the first header has it.

    A title is one of a position or of a role (``is_role``), with the name and the address of its person. Empty if a
    header without a title names a person: then the others are about someone else, such as a supervisor.
    """
    groups: defaultdict[str, dict[str, int]] = defaultdict(dict)
    shown: dict[str, str] = {}
    rest = [*names]
    for at, name in enumerate(names):
        field, title = _split(plain_header(name))
        if field and (is_role(title) or (_POSITION.search(title) and not _OF_SOMEONE_ELSE.search(title))):
            groups[title].setdefault(field, at)
            shown.setdefault(title, _as_written(name, title))
            rest[at] = ""
    people = {shown[title]: places for title, places in groups.items() if _is_person(places)}
    return {} if {"name", "first", "email"} & match_columns(rest).keys() else people


def _split(plain: str) -> tuple[str, str]:
    """The field and the title of a header; both empty if it has none."""
    for field in ("first", "last", "email", "name"):
        for pattern in (_BEFORE[field], _AFTER[field]):
            if found := pattern.fullmatch(plain):
                return field, found["title"]
    return "", ""


def _as_written(header: str, title: str) -> str:
    """The title as the header has it: its words in their capitals."""
    words = re.findall(r"\w+", header)
    wanted = title.split()
    for at in range(len(words)):
        if [word.casefold() for word in words[at : at + len(wanted)]] == wanted:
            return " ".join(words[at : at + len(wanted)])
    return title


def _is_person(places: Mapping[str, int]) -> bool:
    return "email" in places and ("name" in places or {"first", "last"} <= places.keys())
