"""Files from paths, folders, and zip files, one by one. Nothing is unpacked to disk or executed."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cluster_kit.documents.typed_text import visible_text
from cluster_kit.filetypes import FileKind, inspect_file
from cluster_kit.worksheets.errors import UnreadableWorksheetError

MOST_BYTES = 30_000_000
MOST_UNPACKED = 300_000_000
MOST_ENTRIES = 5_000
MOST_SIGNATURES = 100_000
_ENTRY = b"PK\x01\x02"
_LEFT_BY_PROGRAMS = {"__MACOSX", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class FoundFile:
    """A file with its bytes, or with the reason why it could not be read. ``name`` is for display."""

    name: str
    raw: bytes = b""
    trouble: UnreadableWorksheetError | None = None


def find_files(paths: Iterable[Path]) -> Iterator[FoundFile]:
    """Every file under the paths, including the members of zip files; oldest first within a folder.

    Hidden files, checkpoints, and lock files are skipped. A folder without other files is reported.
    """
    for path in paths:
        if path.is_dir():
            files = _in_folder(path)
            if not files:
                yield _trouble(visible_text(path.resolve().name), "is a folder without files")
            for file in files:
                yield from _open(file, visible_text(str(file.relative_to(path))))
        else:
            yield from _open(path, visible_text(path.name))


def count_found(paths: Iterable[Path]) -> int:
    """The number of files under the paths. A zip file counts as one, although its members are read one by one."""
    return sum(len(_in_folder(path)) if path.is_dir() else 1 for path in paths)


def _in_folder(folder: Path) -> list[Path]:
    found: list[tuple[int, str]] = []
    for top, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not _is_noise(name)]
        for name in files:
            path = Path(top) / name
            if not _is_noise(name) and path.is_file() and not path.is_symlink():
                found.append((path.stat().st_mtime_ns, str(path)))
    return [Path(path) for _, path in sorted(found)]


def _is_noise(name: str) -> bool:
    return name.startswith((".", "~$")) or name in _LEFT_BY_PROGRAMS


def _open(path: Path, name: str) -> Iterator[FoundFile]:
    try:
        if not path.is_file():  # reading a pipe could wait without end
            yield _trouble(name, "is not a regular file")
            return
        size = path.stat().st_size
        if size > MOST_UNPACKED:
            yield _trouble(name, "is larger than 300 MB: no worksheet is")
            return
        raw = path.read_bytes()
    except OSError as error:
        yield _trouble(name, f"cannot be read: {error.strerror}")
        return
    if raw.count(_ENTRY) > MOST_SIGNATURES:
        yield _trouble(name, f"holds more than {MOST_ENTRIES:,} files, which are the most that are read at once")
    elif inspect_file(raw).kind is FileKind.ZIP or path.suffix.lower() == ".zip":
        yield from _unzip(name, raw)
    elif size > MOST_BYTES:
        yield _trouble(name, "is larger than 30 MB: no worksheet is")
    else:
        yield FoundFile(name, raw)


def _unzip(name: str, raw: bytes) -> Iterator[FoundFile]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, ValueError, OSError):
        yield _trouble(name, "is damaged: it is not a whole zip file")
        return
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_hidden(entry.filename)]
        if len(entries) > MOST_ENTRIES:
            yield _trouble(
                name, f"holds {len(entries):,} files, and {MOST_ENTRIES:,} are the most that are read at once"
            )
            return
        left = MOST_UNPACKED
        for entry in entries:
            if left <= 0:
                yield _trouble(name, "is far too large once unpacked: the rest of its files were passed over")
                return
            found, unpacked = _read_entry(name, archive, entry)
            left -= unpacked
            yield found


def _read_entry(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[FoundFile, int]:
    """The entry as a file, and how many bytes were unpacked, also for an entry that is too large."""
    shown = f"{name}: {visible_text(entry.filename)}"
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.parts or path.parts[0].endswith(":"):
        return _trouble(shown, "was passed over: its path leads out of the zip file"), 0
    if entry.flag_bits & 1:
        return _trouble(shown, "is protected with a password: send it without one"), 0
    if path.suffix.lower() == ".zip":
        return _trouble(shown, "is a zip file within a zip file: unpack it first"), 0
    try:
        with archive.open(entry) as file:
            raw = file.read(MOST_BYTES + 1)
    except Exception:  # a damaged entry can raise any exception in the library
        return _trouble(shown, "is damaged: it cannot be unpacked"), 0
    if len(raw) > MOST_BYTES:
        return _trouble(shown, "is far too large once unpacked: no worksheet is"), len(raw)
    return FoundFile(shown, raw), len(raw)


def _is_hidden(path: str) -> bool:
    return any(_is_noise(part) and part not in (".", "..") for part in PurePosixPath(path.replace("\\", "/")).parts)


def _trouble(name: str, reason: str) -> FoundFile:
    return FoundFile(name, trouble=UnreadableWorksheetError(name, reason))
