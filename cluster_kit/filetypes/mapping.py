"""Which column of a table has which role: as named by the user, as remembered from an earlier file, or as found.

The commands that read tables share this step. A file of the same system has the same headers each time, so a choice
that was made once with ``--column`` applies to every later file with these headers.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.files import write_atomically
from cluster_kit.filetypes.headers import plain_header

MOST_REMEMBERED = 200
"""Sources that are remembered, by kind of table and scope."""
_LETTERS = re.compile(r"[A-Za-z]{1,3}")


@dataclass(frozen=True)
class SheetChoice:
    """A sheet of a workbook to choose. A hidden one is not shown by the spreadsheet program."""

    name: str
    is_hidden: bool = False

    @property
    def label(self) -> str:
        """The name, and whether the sheet is hidden."""
        return f"{self.name} (hidden)" if self.is_hidden else self.name


class UnclearColumnsError(ClusterKitError):
    """A table whose columns are not recognized.

    ``sentence`` says what is missing, without ``hint``, which says how to name a column on the command line.
    ``headers`` are those of the table, to choose from; empty if there is nothing to choose. ``sheets`` are those of a
    workbook with several, and ``sheet`` is the one that was asked for; readers set them.
    """

    sheet: str = ""
    sheets: tuple[SheetChoice, ...] = ()

    def __init__(self, sentence: str, hint: str = "", headers: Sequence[str] = ()) -> None:
        self.sentence = sentence
        self.headers = tuple(dict.fromkeys(filter(None, (name.strip() for name in headers))))
        super().__init__(f"{sentence} {hint}".rstrip())


@dataclass(frozen=True)
class ColumnMapping:
    """The header of each role's column, and the headers of the columns that are not read.

    ``remembered``: the roles whose columns were chosen with an earlier file of the same headers. ``sheets``: those of
    the file, if it has several; the table is on ``sheet``.
    """

    columns: Mapping[str, str]
    unread: tuple[str, ...] = ()
    remembered: tuple[str, ...] = ()
    sheet: str = ""
    sheets: tuple[SheetChoice, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """All headers to choose from: those that are read, and the others."""
        return tuple(dict.fromkeys((*self.columns.values(), *self.unread)))

    def describe(self) -> str:
        """One line for each fact, to show above the results."""
        found = ", ".join(f"{role} = {name!r}" for role, name in self.columns.items())
        role = next(iter(self.columns), "name")
        lines = [f"Columns: {found}. To correct one: --column {role}=HEADER; to read none: --column {role}=."]
        if self.sheets:
            others = ", ".join(_quote(one) for one in self.sheets if one.name != self.sheet)
            read = next((_quote(one) for one in self.sheets if one.name == self.sheet), repr(self.sheet))
            lines.insert(0, f"Sheet: {read}. Not read: {others}. To read another one: --sheet NAME.")
        if self.remembered:
            lines.append(f"As chosen for an earlier file with these headers: {', '.join(self.remembered)}.")
        if self.unread:
            more = f" and {len(self.unread) - 12} more" if len(self.unread) > 12 else ""
            lines.append(f"Columns not used: {', '.join(name[:40] for name in self.unread[:12])}{more}.")
        return "\n".join(lines)


def _quote(sheet: SheetChoice) -> str:
    return f"'{sheet.name}' (hidden)" if sheet.is_hidden else f"'{sheet.name}'"


def read_column_options(pairs: Sequence[str]) -> dict[str, str]:
    """The header or letter of each role, from options of the form ``cip=NAME``.

    The option ``cip=`` gives an empty name: no column is read for the role.

    Raises
    ------
    UsageError
        If an option has another form.
    """
    wanted = {}
    for pair in pairs:
        role, equals, name = pair.partition("=")
        if not equals or not role.strip():
            raise UsageError(f"--column {pair!r} is not of the form cip=NAME.")
        wanted[role.strip().lower()] = name.strip()
    return wanted


def find_named_columns(names: Sequence[str], wanted: Mapping[str, str]) -> dict[str, int]:
    """The column of each role that the user named by its header or by its letter; only those that exist.

    One column may have several roles. A role with an empty name has none.
    """
    wanted = {role: name for role, name in wanted.items() if name}
    if not wanted:
        return {}
    plain = [plain_header(name) for name in names]
    places: dict[str, int] = {}
    for role, name in wanted.items():
        exact = next((at for at, one in enumerate(names) if one.casefold() == name.casefold()), None)
        alike = plain.index(plain_header(name)) if plain_header(name) in plain else None
        place = exact if exact is not None else alike if plain_header(name) else None
        if place is None and _LETTERS.fullmatch(name) and (letter := _place_of_letter(name)) < len(names):
            place = letter if names[letter] else None
        if place is not None:
            places[role] = place
    return places


def _place_of_letter(letters: str) -> int:
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


@dataclass(frozen=True)
class ColumnMemory:
    """Choices of columns by kind of table and by headers, kept in one file.

    Without a path, nothing is remembered. Without ``keeps``, earlier choices apply and none is added. With a ``scope``,
    such as a state, choices are kept for it only, and win over those without a scope.
    """

    path: Path | None = None
    keeps: bool = True
    scope: str = ""

    @property
    def version(self) -> int:
        """A number that changes with each new choice in the file."""
        try:
            return self.path.stat().st_mtime_ns if self.path else 0
        except OSError:
            return 0

    def find(self, kind: str, names: Sequence[str]) -> dict[str, str]:
        """The chosen header of each role for a table of these headers; empty if none was chosen.

        An empty header means that no column is read for the role.
        """
        if not self._kept:
            return {}
        chosen = self._kept.get(_source(kind, names), {}) | self._kept.get(_source(self._place(kind), names), {})
        return {role: name for role, name in chosen.items() if not name or name in names}

    def find_skipped(self, kind: str, names: Sequence[str], wanted: Mapping[str, str]) -> frozenset[str]:
        """The roles for which no column is read, by the choices that were made now (``wanted``) or earlier."""
        return frozenset(role for role, name in {**self.find(kind, names), **wanted}.items() if not name)

    def remember(self, kind: str, names: Sequence[str], columns: Mapping[str, str]) -> None:
        """Keep these choices, added to earlier ones. Choices that cannot be written are not kept.

        A header that several columns have does not say which of them was chosen, so it is not kept either.
        """
        columns = {role: name for role, name in columns.items() if not name or [*names].count(name) == 1}
        if self.path is None or not self.keeps or not columns:
            return
        kept = dict(self._kept)
        source = _source(self._place(kind), names)
        kept[source] = {**kept.pop(source, {}), **columns}
        alike = [one for one in kept if one.rpartition("-")[0] == self._place(kind)]
        for oldest in alike[:-MOST_REMEMBERED]:
            del kept[oldest]
        with suppress(OSError):
            write_atomically(self.path, json.dumps(kept, indent=2, ensure_ascii=False).encode())
        self.__dict__.pop("_kept", None)

    def _place(self, kind: str) -> str:
        return f"{kind}-{self.scope}" if self.scope else kind

    @cached_property
    def _kept(self) -> dict[str, dict[str, str]]:
        if self.path is None or not self.path.is_file():
            return {}
        try:
            kept = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        entries = kept.items() if isinstance(kept, dict) else ()
        return {
            source: {role: name for role, name in chosen.items() if isinstance(name, str)}
            for source, chosen in entries
            if isinstance(chosen, dict)
        }


def _source(kind: str, names: Sequence[str]) -> str:
    """A source is a kind of table with these headers, in any order."""
    headers = "\n".join(sorted(filter(None, map(plain_header, names))))
    return f"{kind}-{hashlib.sha256(headers.encode()).hexdigest()[:16]}"
