"""Detect changes on disk of the code that a process has imported."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

Fingerprint = frozenset[tuple[str, int, int]]


def loaded_files() -> frozenset[str]:
    """The files of all modules that this process has imported so far."""
    paths = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return frozenset(path for path in paths if isinstance(path, str))


def take_fingerprint(files: Iterable[str], packages: Iterable[str] = ()) -> Fingerprint:
    """The path, modification time, and size of these files, and of all current files of these packages.

    It reads no file content and takes a few milliseconds for a thousand files. Compare two with ``==``.
    """
    return frozenset(map(_describe, {*files, *(path for name in packages for path in _package_files(name))}))


def _package_files(name: str) -> Iterator[str]:
    spec = importlib.util.find_spec(name)
    for root in (spec and spec.submodule_search_locations) or ():
        for folder, folders, files in os.walk(root):
            folders[:] = [each for each in folders if each != "__pycache__"]
            yield from (str(Path(folder, file)) for file in files)


def _describe(path: str) -> tuple[str, int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return path, -1, -1
    return path, found.st_mtime_ns, found.st_size
