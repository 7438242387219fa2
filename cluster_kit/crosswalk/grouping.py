"""Groups of programs that share a decision: the same code and the same key words in their titles."""

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
    """Programs that share a decision. ``titles_of_code``: the number of groups in the list that share its code."""

    lookup: Lookup
    title: str
    programs: tuple[Program, ...]
    titles_of_code: int
    formers: tuple[tuple[str, int], ...]

    @property
    def code(self) -> str:
        """The current CIP code; empty if there is none."""
        return self.lookup.code

    @cached_property
    def own_key(self) -> str:
        """The key of this code and title, under which decisions are stored if several titles share the code."""
        return decision_key(self.code, self.title)

    @property
    def key(self) -> str:
        """The key of stored decisions: the code, or the code and title if several titles share the code."""
        return self.code if self.code and self.titles_of_code == 1 else self.own_key

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys under which decisions are looked up, most specific first."""
        return (self.own_key, self.code) if self.code else (self.own_key,)

    @property
    def rows(self) -> tuple[int, ...]:
        """Row numbers of the programs."""
        return tuple(program.row for program in self.programs)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The titles as written, most frequent first."""
        return tuple(title for title, _ in Counter(p.title for p in self.programs if p.title).most_common())


def decision_key(code: str, title: str) -> str:
    """A key that is stable from year to year: ``52.0201/business administration``, at most 64 characters."""
    words = plain_title(title) or "no title"
    if len(words) > _LONGEST_TITLE:
        words = f"{words[:_LONGEST_TITLE].rstrip()}~{hashlib.sha256(words.encode()).hexdigest()[:8]}"
    return f"{code or NO_CODE}/{words}"


def group_programs(programs: Iterable[Program], reference: Reference) -> list[ProgramGroup]:
    """The programs in groups, in order of first appearance."""
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
    """Recognized former Clusters by id, with the number of programs in each, most frequent first."""
    written = Counter(program.former for program in programs if program.former)
    known: Counter[str] = Counter()
    for name, count in written.items():
        if found := reference.find_former(name):
            known[found] += count
    return tuple(known.most_common())
