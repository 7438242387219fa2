"""Shared helpers of the checks across files: a list of problems, and common checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cluster_kit.content.documents import LocatedMapping, problem_at
from cluster_kit.content.errors import Problem
from cluster_kit.content.validation_errors import did_you_mean

Path = tuple[str | int, ...]


class Findings:
    """The problems found so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, data: LocatedMapping, path: Path, sentence: str) -> None:
        """Add a problem with its location."""
        self.problems.append(problem_at(data, path, sentence))

    def unique(self, data: LocatedMapping, entries: Iterable[tuple[Path, str]], noun: str) -> None:
        """Add a problem for each duplicate. ``entries`` are pairs of path and word."""
        seen: set[str] = set()
        for path, word in entries:
            if word in seen:
                self.add(data, path, f"there is another {noun} {word!r} above: each needs its own")
            seen.add(word)

    def known(self, data: LocatedMapping, path: Path, words: Iterable[str], known: Collection[str], noun: str) -> None:
        """Add a problem for each unknown or repeated word. ``known`` is empty if its file could not be read."""
        for index, word in enumerate(words):
            if known and word not in known:
                self.add(data, (*path, index), f"there is no {noun} {word!r}{did_you_mean(word, known)}")
        for word, count in Counter(words).items():
            if count > 1:
                self.add(data, path, f"{noun} {word!r} is listed {count} times: once is enough")

    def time_zone(self, data: LocatedMapping, path: Path, zone: str) -> None:
        """Add a problem if the zone is not an IANA name."""
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.add(data, path, f"{zone!r} is not the name of a time zone, such as America/New_York or Pacific/Guam")
