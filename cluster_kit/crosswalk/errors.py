"""Crosswalk errors, with messages for the person who maintains a state's program list."""

from __future__ import annotations

from cluster_kit.errors import ClusterKitError
from cluster_kit.filetypes import UnclearColumnsError
from cluster_kit.text import count_of


class CrosswalkError(ClusterKitError):
    """The root of the crosswalk's errors."""


class UnreadableListError(CrosswalkError, ValueError):
    """The file cannot be read: empty, protected, damaged, of an unknown type, or too large."""

    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"{file} {reason}")


class NoTableError(CrosswalkError, UnclearColumnsError, LookupError):
    """No sheet of the file has the required columns, or the requested sheet or column does not exist."""


class StudentDataError(CrosswalkError, ValueError):
    """The file has data about individual students, which the kit rejects. Nothing of it was stored."""

    def __init__(self, file: str, sheet: str, column: str, why: str) -> None:
        self.file, self.sheet, self.column = file, sheet, column
        where = f"{file}, sheet '{sheet}'" if sheet else file
        super().__init__(
            f"{where}: the column {column!r} {why}, and this tool takes lists of programs only. Nothing was kept. "
            "Remove every column about individual students, bring counts for each program instead, and try again."
        )


class ReviewError(CrosswalkError, ValueError):
    """Review columns that cannot be read. ``problems`` has one sentence per row in error; nothing was stored."""

    def __init__(self, file: str, problems: tuple[str, ...]) -> None:
        self.file, self.problems = file, problems
        count = count_of(len(problems), "problem")
        super().__init__("\n".join([f"{file}: {count} in the review columns. No decision was kept.", *problems]))
