"""Find an installed Chromium or Chrome for page tests and screenshots."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from cluster_kit.errors import ClusterKitError

BROWSER_VARIABLE = "CLUSTER_KIT_BROWSER"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The sandbox needs privileges that containers lack. The other options prevent requests to other hosts.
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCRIPT_BYTES = 4096
NO_BROWSER = (
    "No Chromium or Chrome was found: install one, name its program in CLUSTER_KIT_BROWSER, or run "
    "'python -m playwright install chromium'."
)


class NoBrowserError(ClusterKitError, LookupError):
    """No usable browser was found."""


def find_browser(playwright_download: str | Path) -> Path:
    """The browser's executable: from ``CLUSTER_KIT_BROWSER``, else an installed one, else Playwright's own.

    Snaps are skipped, because they cannot read the temporary folders that tests and packets use.

    Parameters
    ----------
    playwright_download
        Where Playwright keeps its own download, if there is one: ``playwright.chromium.executable_path``.

    Raises
    ------
    NoBrowserError
        There is none, or the named program does not exist.
    """
    if named := os.environ.get(BROWSER_VARIABLE):
        if program := shutil.which(named):
            return Path(program)
        raise NoBrowserError(f"{BROWSER_VARIABLE} names {named}, which is not a program that can be run.")
    for name in BROWSERS:
        if (program := shutil.which(name)) and not _is_snap(Path(program)):
            return Path(program)
    if Path(playwright_download).is_file():
        return Path(playwright_download)
    raise NoBrowserError(NO_BROWSER)


def _is_snap(program: Path) -> bool:
    """Whether this is a snap, or the script that Ubuntu installs in place of Chromium."""
    if program.resolve().name == "snap":
        return True
    with program.open("rb") as file:
        start = file.read(SCRIPT_BYTES)
    return start.startswith(b"#!") and b"/snap/bin/" in start


def print_browser() -> None:
    """Print the browser's executable, or exit with 1 and the reason. Used by deploy/fresh-machine.sh."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        try:
            print(find_browser(playwright.chromium.executable_path))
        except NoBrowserError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    print_browser()
