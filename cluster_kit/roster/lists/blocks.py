"""Several people in one row of a list, and several lists side by side on one sheet."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from cluster_kit.filetypes.headers import plain_header
from cluster_kit.roster.lists.columns import COLUMN_ALIASES, match_columns

NAMES = frozenset({"name", "first", "last"})
_OF_A_PERSON = ("name", "first", "last", "email", "role")
OF_THE_ROW = ("jurisdiction", "sessions", "status")
"""The columns that several people in one row share."""
_ALL_NAMES = frozenset(alias for role in NAMES for alias in COLUMN_ALIASES[role])
_NUMBER = re.compile(r"\d+")
# What a header may call a person, beside the number: Person 1 name, Email of team member #2.
_PERSON = re.compile(
    r"\b(person|participant|attendee|member|team|registrant|representative|rep|delegate|contact|invitee|colleague|guest"
    r"|staff|no|number|of|for|the|s)\b|#"
)


def find_people_columns(names: Sequence[str]) -> list[dict[str, int]]:
    """The columns of each person, if a row lists several: Person 1 name, Person 1 email, Person 2 name, and so on.

    The headers have numbers, or are the same for each person. Each person's columns include those of the row, such as
    the state. Empty if a row lists one person, or lists have a state of their own for each.
    """
    ways = (_group_by_number(names), _group_by_repeats(names))
    groups = max(ways, key=lambda groups: sum(map(len, filter(has_whole_name, groups))))
    people = [places for places in groups if has_whole_name(places)]
    if len(people) < 2:
        return []
    taken = {place for places in groups for place in places.values()}
    others = match_columns(["" if at in taken else name for at, name in enumerate(names)])
    shared = {role: place for role, place in others.items() if role in OF_THE_ROW}
    return [shared | places for places in people]


def has_whole_name(roles: Collection[str]) -> bool:
    """Whether these columns name a person."""
    return "name" in roles or {"first", "last"} <= {*roles}


def _group_by_number(names: Sequence[str]) -> list[dict[str, int]]:
    """The columns of each number in the headers. Without a number, a header is of the first person."""
    groups: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for at, name in enumerate(names):
        plain = _NUMBER.sub(lambda found: f" {found[0]} ", plain_header(name))
        numbers = _NUMBER.findall(plain)
        if not plain or len(numbers) > 1 or any(len(number) > 2 for number in numbers):
            continue
        words = " ".join(_PERSON.sub(" ", _NUMBER.sub(" ", plain)).split())
        role = _find_role(words, is_numbered=bool(numbers))
        if role:
            groups[int(numbers[0]) if numbers else 1].setdefault(role, at)
    return [groups[number] for number in sorted(groups)]


def _find_role(words: str, *, is_numbered: bool) -> str | None:
    if not words:
        return "name" if is_numbered else None
    squeezed = words.replace(" ", "")
    return next((role for role in _OF_A_PERSON if squeezed in COLUMN_ALIASES[role]), None)


def _group_by_repeats(names: Sequence[str]) -> list[dict[str, int]]:
    """The columns of each occurrence of the headers that occur most often; none if states are among them.

    A spreadsheet program numbers headers that are the same: Name, Email, Name2, Email3.
    """
    squeezed = [_NUMBER.sub("", plain_header(name)).replace(" ", "") for name in names]
    counts = Counter(filter(None, squeezed))
    times = max((counts[one] for one in _ALL_NAMES & counts.keys()), default=0)
    repeated = {one for one, count in counts.items() if count == times}
    if times < 2 or "jurisdiction" in match_columns(list(repeated)):
        return []
    groups: list[dict[str, int]] = [{} for _ in range(times)]
    seen: Counter[str] = Counter()
    for at, one in enumerate(squeezed):
        role = next((role for role in _OF_A_PERSON if one in COLUMN_ALIASES[role]), None)
        if one in repeated and role:
            groups[seen[one]].setdefault(role, at)
        seen[one] += 1
    return groups if len(groups[0]) > 1 else []


def find_lists_beside(
    names: Sequence[str], blocks: Sequence[range], match: Callable[[Sequence[str]], Mapping[str, int]]
) -> list[range]:
    """The blocks of columns that are lists of people of their own: each has a name and another column of a person."""
    found = []
    for block in blocks:
        roles = match([name if at in block else "" for at, name in enumerate(names)])
        if has_whole_name(roles) and len(roles) > 1:
            found.append(block)
    return found
