"""What the checks across files share: a list of findings, and the few questions that all of them ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cluster_kit.content.documents import LocatedMapping, problem_at
from cluster_kit.content.errors import Problem
from cluster_kit.content.explain import did_you_mean

Path = tuple[str | int, ...]


class Findings:
    """The problems found so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, data: LocatedMapping, path: Path, sentence: str) -> None:
        """Keep a problem, at its place in its file."""
        self.problems.append(problem_at(data, path, sentence))

    def unique(self, data: LocatedMapping, entries: Iterable[tuple[Path, str]], noun: str) -> None:
        """Each word only once; ``entries`` say where each stands."""
        seen: set[str] = set()
        for path, word in entries:
            if word in seen:
                self.add(data, path, f"there is another {noun} {word!r} above: each needs its own")
            seen.add(word)

    def known(self, data: LocatedMapping, path: Path, words: Iterable[str], known: Collection[str], noun: str) -> None:
        """Each word of a list is among the known ones. Nothing is known where its file could not be read."""
        for index, word in enumerate(words):
            if known and word not in known:
                self.add(data, (*path, index), f"there is no {noun} {word!r}{did_you_mean(word, known)}")
        for word, count in Counter(words).items():
            if count > 1:
                self.add(data, path, f"{noun} {word!r} is listed {count} times: once is enough")

    def time_zone(self, data: LocatedMapping, path: Path, zone: str) -> None:
        """The zone has an IANA name."""
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.add(data, path, f"{zone!r} is not the name of a time zone, such as America/New_York or Pacific/Guam")
