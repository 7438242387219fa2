"""The real LibreOffice, as a state's office may use it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

SOFFICE = shutil.which("soffice")
CALC = shutil.which("localc")
SECONDS = 180


def convert_all(paths: Sequence[Path], kind: str, folder: Path) -> list[Path]:
    """The files as LibreOffice saves them. ``kind`` is an extension, or one with a filter, such as ``csv:FILTER``."""
    assert SOFFICE
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    ending = kind.partition(":")[0]
    out = folder / ending
    command = [SOFFICE, profile, "--headless", "--convert-to", kind, "--outdir", str(out), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    return [out / f"{path.stem}.{ending}" for path in paths]


def convert(path: Path, kind: str, folder: Path) -> Path:
    """The file as LibreOffice saves it."""
    return convert_all([path], kind, folder)[0]
