"""Compare and merge versions of a file's data. Entries of lists are matched by id: moving one does not edit it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cluster_kit.editor.yaml_edits import entry_name, names_of
from cluster_kit.editor.yaml_values import Tree
from cluster_kit.models import FrozenModel

ORDER = "(order)"
SHOWN_CHARACTERS = 160
# Lists whose entries are named anyway.
_LISTS = ("exercises", "segments", "prompts", "columns", "options", "rows", "scale")
_Absent = type("_Absent", (), {"__repr__": lambda _self: "absent"})
ABSENT = _Absent()


class Change(FrozenModel):
    """A difference between two versions. ``key``: its path by ids. ``before``, ``after``: texts; None if absent."""

    key: str
    where: str
    before: str | None
    after: str | None


class Collision(FrozenModel):
    """A value that two editors changed differently: what it was, and what each made of it. None means removed."""

    key: str
    where: str
    before: str | None
    mine: str | None
    theirs: str | None


def list_changes(old: Tree, new: Tree) -> list[Change]:
    """The differences, in the order of the new version."""
    return [
        Change(
            key=".".join(place.keys),
            where=" › ".join(place.names),
            before=describe_value(before),
            after=describe_value(after),
        )
        for place, before, after in _differences(_Place(), old, new)
    ]


@dataclass(frozen=True)
class _Place:
    """A path: its keys, and what people call its parts."""

    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def within(self, key: str, *sides: object) -> _Place:
        entry = next((side for side in sides if isinstance(side, dict)), None)
        name = next((text for k in ("title", "label") if entry and isinstance(text := entry.get(k), str)), None)
        names = () if key in _LISTS else (name or key.replace("_", " "),)
        return _Place((*self.keys, key), (*self.names, *names))


def _differences(place: _Place, old: object, new: object) -> Iterator[tuple[_Place, object, object]]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*new, *(key for key in old if key not in new)]:
            before, after = old.get(key, ABSENT), new.get(key, ABSENT)
            yield from _differences(place.within(key), before, after)
        return
    before_entries, after_entries = _named(old), _named(new)
    if before_entries is not None and after_entries is not None:
        for name in [*after_entries, *(name for name in before_entries if name not in after_entries)]:
            before, after = before_entries.get(name, ABSENT), after_entries.get(name, ABSENT)
            yield from _differences(place.within(name, after, before), before, after)
        kept = [name for name in before_entries if name in after_entries]
        if kept != [name for name in after_entries if name in before_entries]:
            yield place.within(ORDER), kept, [name for name in after_entries if name in before_entries]
        return
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new) and _are_texts(old) and _are_texts(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True), start=1):
            yield from _differences(place.within(str(number)), before, after)
        return
    yield place, old, new


def describe_value(value: object) -> str | None:
    """A value in words, for a list of changes; None if it is absent."""
    match value:
        case str():
            text = value
        case list():
            text = ", ".join(str(entry_title(entry)) for entry in value)
        case dict():
            text = entry_title(value)
        case None:
            text = ""
        case _:
            return None
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def entry_title(entry: object) -> str:
    """What people call an entry: its title or label, else its id."""
    if not isinstance(entry, dict):
        return str(entry)
    text = entry.get("title") or entry.get("label") or entry_name(entry)
    return text if isinstance(text, str) else ""


def _named(entries: object) -> dict[str, Tree] | None:
    if not isinstance(entries, list):
        return None
    names = names_of(entries)
    return None if names is None else dict(zip(names, entries, strict=True))


def _are_texts(entries: Sequence[object]) -> bool:
    return all(isinstance(entry, str) for entry in entries)


# --- merging --------------------------------------------------------------------------------------------------

Side = Literal["mine", "theirs"]


@dataclass
class TreeMerge:
    """The three-way merge of two versions with a common base.

    ``choices``: by a collision's key, whose value to take. A collision without a choice is in ``collisions``, and the
    merged data has their value there, which is in the file already.
    """

    choices: Mapping[str, Side] = field(default_factory=dict)
    collisions: list[Collision] = field(default_factory=list)

    def merge(self, base: dict[str, Tree], mine: dict[str, Tree], theirs: dict[str, Tree]) -> dict[str, Tree]:
        """The data with the changes of both."""
        merged = self._merge(_Place(), base, mine, theirs)
        assert isinstance(merged, dict)  # noqa: S101  (for the type checker)
        return merged

    def _merge(self, place: _Place, base: object, mine: object, theirs: object) -> object:
        if mine in (base, theirs):
            return theirs
        if theirs == base:
            return mine
        if isinstance(mine, dict) and isinstance(theirs, dict):
            return self._merge_mappings(place, base if isinstance(base, dict) else {}, mine, theirs)
        named = _named(mine), _named(theirs), _named(base if isinstance(base, list) else [])
        if isinstance(mine, list) and isinstance(theirs, list):
            if all(one is not None for one in named):
                return self._merge_entries(place, named[2] or {}, named[0] or {}, named[1] or {})
            if isinstance(base, list) and len(base) == len(mine) == len(theirs) and _are_texts([*base, *mine, *theirs]):
                return [
                    self._merge(place.within(str(number)), *sides)
                    for number, sides in enumerate(zip(base, mine, theirs, strict=True), start=1)
                ]
        return self._collide(place, base, mine, theirs)

    def _merge_mappings(
        self, place: _Place, base: Mapping[str, Tree], mine: Mapping[str, Tree], theirs: Mapping[str, Tree]
    ) -> dict[str, object]:
        merged: dict[str, object] = {}
        for key in [*theirs, *(key for key in mine if key not in theirs)]:
            sides = base.get(key, ABSENT), mine.get(key, ABSENT), theirs.get(key, ABSENT)
            value = self._merge(place.within(key, *sides[1:]), *sides)
            if value is not ABSENT:
                merged[key] = value
        return merged

    def _merge_entries(
        self, place: _Place, base: dict[str, Tree], mine: dict[str, Tree], theirs: dict[str, Tree]
    ) -> list[object]:
        entries = self._merge_mappings(place, base, mine, theirs)
        order = self._merge_order(place, list(base), list(mine), list(theirs))
        return [entries[name] for name in order if name in entries]

    def _merge_order(self, place: _Place, base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
        """Their order or, if only this editor moved entries, this one's, with what the other side added."""
        common = [name for name in mine if name in theirs and name in base]
        by_base, by_theirs = ([name for name in one if name in common] for one in (base, theirs))
        leading, other = theirs, mine
        if common != by_base:
            is_mine = by_theirs in (by_base, common)
            if not is_mine:
                chosen = self._collide(place.within(ORDER), by_base, common, by_theirs)
                is_mine = chosen is common
            if is_mine:
                leading, other = mine, theirs
        order = list(leading)
        for at, name in enumerate(other):
            if name not in order:
                before = next((one for one in reversed(other[:at]) if one in order), None)
                order.insert(order.index(before) + 1 if before else 0, name)
        return order

    def _collide(self, place: _Place, base: object, mine: object, theirs: object) -> object:
        key = ".".join(place.keys)
        if key in self.choices:
            return mine if self.choices[key] == "mine" else theirs
        self.collisions.append(
            Collision(
                key=key,
                where=" › ".join(place.names),
                before=describe_value(base),
                mine=describe_value(mine),
                theirs=describe_value(theirs),
            )
        )
        return theirs
