"""The log of sent messages: what went to which person, and when, in ``mailings/`` in the home folder.

Each series has a file of JSON lines, to which lines are only added. An entry ``sending`` is on disk before the mail
server is asked to accept a message, and its result after the answer. A message with ``sending`` as its last entry may
have arrived: the run ended in between.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from cluster_kit.errors import ClusterKitError
from cluster_kit.files import PRIVATE, make_private_folder, report_write_errors, write_atomically
from cluster_kit.models import FrozenModel

MAILINGS = "mailings"


class MailStatus(StrEnum):
    """What happened to a message. ``REFUSED`` by the server permanently, ``DEFERRED`` for now."""

    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    DEFERRED = "deferred"


class MailEntry(FrozenModel):
    """A line of the log. ``detail`` is the server's answer to a message that it did not accept."""

    at: dt.datetime
    mailing: str
    person: str
    state: str
    to: str
    status: MailStatus
    message_id: str
    detail: str = ""


class MailLogError(ClusterKitError, ValueError):
    """The log of sent messages cannot be read."""

    def __init__(self, path: Path, line: int) -> None:
        self.path, self.line = path, line
        super().__init__(
            f"{path}, line {line}, is damaged. The log says who has received a message: put a copy of it from a backup"
            " in its place, or correct the line."
        )


class MailLog:
    """The log of one series."""

    def __init__(self, path: Path, entries: Iterable[MailEntry]) -> None:
        self._path, self._entries = path, list(entries)

    @classmethod
    def load(cls, home: Path, series: str) -> Self:
        """The log of a series; empty if there is none. Raises ``MailLogError``.

        A last line without its end is left out: the machine stopped while it was written.
        """
        path = home / MAILINGS / f"{series}.jsonl"
        return cls(path, _read(path))

    @property
    def entries(self) -> tuple[MailEntry, ...]:
        """All entries, oldest first."""
        return tuple(self._entries)

    def add(self, entry: MailEntry) -> None:
        """Add an entry, which is on disk when this returns. Raises ``OutputError``."""
        with report_write_errors(self._path):
            make_private_folder(self._path.parent)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, PRIVATE)
            with os.fdopen(handle, "rb+") as file:
                if (end := file.seek(0, os.SEEK_END)) > 0:
                    file.seek(end - 1)
                    if file.read(1) != b"\n":  # what is left of a line whose writing was interrupted
                        file.truncate(_complete_size(self._path))
                file.write(entry.model_dump_json().encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        self._entries.append(entry)


def list_mail_logs(home: Path) -> list[str]:
    """The ids of the series that have a log."""
    return sorted(path.stem for path in (home / MAILINGS).glob("*.jsonl"))


def remove_mail_entries(home: Path, series: str, gone: Collection[MailEntry]) -> None:
    """Remove entries from a series' log, for an erasure. An empty log is deleted."""
    path = home / MAILINGS / f"{series}.jsonl"
    entries = _read(path)
    kept = [entry for entry in entries if entry not in gone]
    if not kept:
        path.unlink(missing_ok=True)
    elif len(kept) < len(entries):
        write_atomically(path, b"".join(one.model_dump_json().encode() + b"\n" for one in kept), mode=PRIVATE)


def _complete_size(path: Path) -> int:
    """The size of the file up to the end of its last complete line."""
    return path.read_bytes().rfind(b"\n") + 1


def _read(path: Path) -> list[MailEntry]:
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []
    entries = []
    for number, line in enumerate(lines, start=1):
        try:
            entries.append(MailEntry.model_validate_json(line))
        except ValidationError as error:
            raise MailLogError(path, number) from error
    return entries
