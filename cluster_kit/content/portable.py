"""The content of a series as data, to load it where its files are not: in the notebook of a worksheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from cluster_kit.content.folders import Folders
from cluster_kit.content.loading import load_content
from cluster_kit.content.models import Content
from cluster_kit.content.pack_reader import Reader, read_content_parts
from cluster_kit.errors import UsageError
from cluster_kit.temporary_folders import temporary_folder

_PATH = re.compile(r"(?:[\w-]+/){0,4}[\w-]+\.yaml")


def read_own_files(series: str, overlay: Path | None) -> dict[str, str]:
    """The files of the organization's own pack that a series is made from: their text by relative path.

    Empty if the series is made from shipped files alone.
    """
    folders = Folders.over_shipped(overlay)
    reader = Reader(folders)
    read_content_parts(reader, series)
    own = Folders(folders.layers[:-1])
    found = {relative: own.find(relative) for relative in sorted(reader.used)}
    return {relative: path.read_text("utf-8") for relative, path in found.items() if path}


def load_carried_content(series: str, files: Mapping[str, str]) -> Content:
    """The content of a series from the files of ``read_own_files`` and the shipped ones.

    Raises ``UsageError`` for a file of any other name, and what ``load_content`` raises.
    """
    if unusual := next((name for name in files if not _PATH.fullmatch(name)), None):
        raise UsageError(f"{unusual!r} is no content file. Ask for the worksheet again.")
    with temporary_folder("content") as folder:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return load_content(series, overlay=folder if files else None)
