"""The errors of content. Their messages tell the file's author what to correct."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.text import count_of, join_words


@dataclass(frozen=True)
class Problem:
    """A problem in a content file, with its location and correction.

    ``line`` counts from 1. ``key`` is the path of the key, such as ``prompts.goals.label``, or empty.
    """

    file: str
    line: int
    key: str
    sentence: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where}: {self.key}: {self.sentence}" if self.key else f"{where}: {self.sentence}"


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """The problems by file and line, without duplicates."""
    return sorted(set(problems), key=lambda p: (p.file, p.line, p.key, p.sentence))


def group_notices(notices: Iterable[Problem]) -> list[str]:
    """One line for each sentence, at its first place and with the number of further places, in order."""
    places: dict[str, list[Problem]] = {}
    for notice in notices:
        places.setdefault(notice.sentence, []).append(notice)
    lines = []
    for sentence, (first, *others) in places.items():
        more = f" and {len(others)} more" if others else ""
        lines.append(str(Problem(first.file, first.line, f"{first.key}{more}", sentence)))
    return lines


class ContentError(ClusterKitError, ValueError):
    """Content that cannot be used. ``problems`` has every problem found, in order of file and line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = count_of(count, "problem")
        super().__init__("\n".join([f"{head} in the content:", *map(str, self.problems)]))


@dataclass(frozen=True)
class CellProblem:
    """A problem in a workbook. ``row`` counts from 1; ``column`` is its header, empty for a whole row."""

    sheet: str
    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        where = f"{self.sheet}, row {self.row}"
        return f"{where}, column {self.column}: {self.sentence}" if self.column else f"{where}: {self.sentence}"


class WorkbookError(ClusterKitError, ValueError):
    """A workbook that cannot be imported: the file is not a workbook, or its cells have problems."""

    def __init__(self, path: Path, reason: str = "", problems: Sequence[CellProblem] = ()) -> None:
        self.path, self.reason, self.problems = path, reason, tuple(problems)
        count = count_of(len(self.problems), "problem")
        summary = f"{path} {reason}." if reason else f"{count} in {path}; nothing was changed:"
        super().__init__("\n".join([summary, *map(str, self.problems)]))


class UnknownSeriesError(ClusterKitError, LookupError):
    """There is no series with that id."""

    exit_code = UsageError.exit_code

    def __init__(self, series: str, known: Sequence[str]) -> None:
        self.series, self.known = series, tuple(known)
        super().__init__(f"There is no series {series!r}. Known series: {', '.join(known) or 'none'}.")


class UnknownSessionError(ClusterKitError, LookupError):
    """The series has no session with that number."""

    exit_code = UsageError.exit_code

    def __init__(self, session: int, known: Sequence[int]) -> None:
        self.session, self.known = session, tuple(known)
        super().__init__(f"There is no session {session}. Sessions are {', '.join(map(str, known))}.")


class UnknownExerciseError(ClusterKitError, LookupError):
    """The session has no exercise with that id."""

    def __init__(self, exercise: str, known: Sequence[str]) -> None:
        self.exercise, self.known = exercise, tuple(known)
        super().__init__(f"There is no exercise {exercise!r} in this session. Its exercises: {', '.join(known)}.")


class UnknownJurisdictionError(ClusterKitError, LookupError):
    """There is no jurisdiction with that postal abbreviation. ``known``: names by abbreviation."""

    exit_code = UsageError.exit_code

    def __init__(self, code: str, known: Mapping[str, str]) -> None:
        self.code, self.known = code, tuple(known)
        meant = code.strip().casefold()
        named = [one for one, name in known.items() if name.casefold() == meant]
        near = named or difflib.get_close_matches(code.strip().upper(), known, n=3, cutoff=0.5)
        hint = f" Did you mean {join_words(near, 'or')}?" if near else ""
        super().__init__(
            f"{code!r} is not the two-letter abbreviation of a state, DC, or a territory, such as OH or GU.{hint}"
        )
