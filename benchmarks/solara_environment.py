"""Solara's environment: on top of the one that runs the benchmark, and outside of it.

Installed into the same environment, Solara would change what it is compared with: ipyvue and ipyvuetify bring lab
extensions that every stock Voilà page loads, and solara-ui enables a Jupyter server extension.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

PINS = Path(__file__).with_name("solara.txt")


def find_solara_python() -> Path:
    """The interpreter that has Solara; made on first use (about 20 s), then kept in the user's cache folder."""
    packages = sysconfig.get_path("purelib")
    version = hashlib.sha256(PINS.read_bytes() + packages.encode() + sys.version.encode()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "cluster-kit" / f"solara-{version}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _install(folder, python, packages)
        (folder / "complete").touch()
    return python


def _install(folder: Path, python: Path, packages: str) -> None:
    print(f"Installing Solara into {folder}", file=sys.stderr)
    venv.create(folder, symlinks=os.name != "nt")
    own = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    Path(own.stdout.strip(), "parent.pth").write_text(packages + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "--no-deps", "--requirement", str(PINS)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Solara could not be installed, and is needed for the comparison:\n{done.stderr}")
