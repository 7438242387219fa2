"""Programs that are decided together: those with the same code and the same telling words in their titles."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from cluster_kit.crosswalk.inventory import Program
from cluster_kit.crosswalk.reference import Lookup, Reference
from cluster_kit.crosswalk.similarity import plain_title

NO_CODE = "no-code"
_LONGEST_TITLE = 40


@dataclass(frozen=True)
class ProgramGroup:
    """Programs that share a decision. ``titles_of_code``: how many groups of the list share its code."""

    lookup: Lookup
    title: str
    programs: tuple[Program, ...]
    titles_of_code: int
    formers: tuple[tuple[str, int], ...]

    @property
    def code(self) -> str:
        """The CIP code as it is today; empty where there is none."""
        return self.lookup.code

    @cached_property
    def own_key(self) -> str:
        """The key of this code and title: where a code is shared by several titles, decisions stand under it."""
        return decision_key(self.code, self.title)

    @property
    def key(self) -> str:
        """Where a decision about this group is kept: under the code, or the code and title where it is shared."""
        return self.code if self.code and self.titles_of_code == 1 else self.own_key

    @property
    def keys(self) -> tuple[str, ...]:
        """Where decisions are looked for, the closest first."""
        return (self.own_key, self.code) if self.code else (self.own_key,)

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of the programs."""
        return tuple(program.row for program in self.programs)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The titles as written, the most frequent first."""
        return tuple(title for title, _ in Counter(p.title for p in self.programs if p.title).most_common())


def decision_key(code: str, title: str) -> str:
    """A key that stays the same from year to year: ``52.0201/business administration``, at most 64 characters."""
    words = plain_title(title) or "no title"
    if len(words) > _LONGEST_TITLE:
        words = f"{words[:_LONGEST_TITLE].rstrip()}~{hashlib.sha256(words.encode()).hexdigest()[:8]}"
    return f"{code or NO_CODE}/{words}"


def group_programs(programs: Iterable[Program], reference: Reference) -> list[ProgramGroup]:
    """The programs in groups, in the order in which each first appears."""
    lookups: dict[str, Lookup] = {}
    members: defaultdict[tuple[str, str], list[Program]] = defaultdict(list)
    for program in programs:
        if program.code not in lookups:
            lookups[program.code] = reference.look_up(program.code) if program.code else Lookup("", "none")
        members[lookups[program.code].code, plain_title(program.title)].append(program)
    shared = Counter(code for code, _ in members)
    return [
        ProgramGroup(
            lookup=lookups[found[0].code],
            title=Counter(program.title for program in found).most_common(1)[0][0],
            programs=tuple(found),
            titles_of_code=shared[code],
            formers=_formers(found, reference),
        )
        for (code, _), found in members.items()
    ]


def _formers(programs: Iterable[Program], reference: Reference) -> tuple[tuple[str, int], ...]:
    """The former Clusters that are known, by id, with how many of the programs have each, most first."""
    written = Counter(program.former for program in programs if program.former)
    known: Counter[str] = Counter()
    for name, count in written.items():
        if found := reference.find_former(name):
            known[found] += count
    return tuple(known.most_common())
