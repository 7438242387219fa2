"""What can be wrong with content, said so that whoever wrote the file can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster_kit.errors import ClusterKitError
from cluster_kit.text import count_of


@dataclass(frozen=True)
class Problem:
    """One problem in a content file: where it is and how to fix it. ``line`` counts from 1."""

    file: str
    line: int
    key: str
    sentence: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where}: {self.key}: {self.sentence}" if self.key else f"{where}: {self.sentence}"


class ContentError(ClusterKitError, ValueError):
    """Content that cannot be used. ``problems`` has every problem found, in order of file and line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = count_of(count, "problem")
        super().__init__("\n".join([f"{head} in the content:", *map(str, self.problems)]))


@dataclass(frozen=True)
class CellProblem:
    """One thing wrong in a workbook. ``row`` counts from 1; ``column`` is its header, empty for a whole row."""

    sheet: str
    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        where = f"{self.sheet}, row {self.row}"
        return f"{where}, column {self.column}: {self.sentence}" if self.column else f"{where}: {self.sentence}"


class WorkbookError(ClusterKitError, ValueError):
    """A workbook that cannot be imported: with one reason why it is none, or with every problem in its cells."""

    def __init__(self, path: Path, reason: str = "", problems: Sequence[CellProblem] = ()) -> None:
        self.path, self.reason, self.problems = path, reason, tuple(problems)
        count = count_of(len(self.problems), "problem")
        said = f"{path} {reason}." if reason else f"{count} in {path}; nothing was changed:"
        super().__init__("\n".join([said, *map(str, self.problems)]))


class UnknownSeriesError(ClusterKitError, LookupError):
    """There is no series with that id."""

    def __init__(self, series: str, known: Sequence[str]) -> None:
        self.series, self.known = series, tuple(known)
        super().__init__(f"There is no series {series!r}. Known series: {', '.join(known) or 'none'}.")


class UnknownSessionError(ClusterKitError, LookupError):
    """The series has no session with that number."""

    def __init__(self, session: int, known: Sequence[int]) -> None:
        self.session, self.known = session, tuple(known)
        super().__init__(f"There is no session {session}. Sessions are {', '.join(map(str, known))}.")


class UnknownExerciseError(ClusterKitError, LookupError):
    """The session has no exercise with that id."""

    def __init__(self, exercise: str, known: Sequence[str]) -> None:
        self.exercise, self.known = exercise, tuple(known)
        super().__init__(f"There is no exercise {exercise!r} in this session. Its exercises: {', '.join(known)}.")


class UnknownJurisdictionError(ClusterKitError, LookupError):
    """There is no jurisdiction with that postal abbreviation."""

    def __init__(self, code: str, known: Sequence[str]) -> None:
        self.code, self.known = code, tuple(known)
        near = difflib.get_close_matches(code.strip().upper(), known, n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        super().__init__(
            f"{code!r} is not the postal code of a state, DC or territory (57 are known, for example OH or GU).{hint}"
        )
