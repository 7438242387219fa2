"""Whether the code that a process has imported is still the code on disk."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

Fingerprint = frozenset[tuple[str, int, int]]


def take_fingerprint(watch: Iterable[str] = ()) -> Fingerprint:
    """Path, time of change and size of the files of all loaded modules, and of every file in the packages ``watch``.

    A few milliseconds: it reads no file. Compare two with ``==``.
    """
    paths = {*_module_files(), *(path for name in watch for path in _package_files(name))}
    return frozenset(_describe(path) for path in paths)


def _module_files() -> Iterator[str]:
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str):
            yield path


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
