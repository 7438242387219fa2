"""Orca, a screen reader, beside a browser on a display of its own: what it says, in order.

Needs the packages that ``deploy/fresh-machine.sh screenreader`` installs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from cluster_kit.documents.browser import BROWSER_ARGUMENTS, find_browser
from tests.commands import UNTIL_PARENT_ENDS
from tests.serving import wait_until

SYSTEM_PYTHON = "/usr/bin/python3"
PROGRAMS = ("orca", "Xvfb", "dbus-daemon")
IS_INSTALLED = all(map(shutil.which, PROGRAMS))
HERE = Path(__file__).parent


@dataclass(frozen=True)
class ScreenReader:
    """A running Orca with its browser."""

    browser: Browser
    speech: Path

    @property
    def said(self) -> list[str]:
        """Everything that Orca has said, one utterance each."""
        return [str(json.loads(line)["text"]) for line in self.speech.read_text(encoding="utf-8").splitlines()]

    def wait_for(self, words: str, after: int = 0) -> None:
        """Return once Orca has said these words, not counting the first ``after`` utterances."""
        wait_until(lambda: any(words in one for one in self.said[after:]), f"Orca says “{words}”; it said {self.said}")


@contextmanager
def run_screen_reader(headless: Browser) -> Iterator[ScreenReader]:
    """Orca and a second browser of the same kind, with a window, on a display and a message bus of their own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="orca-")))  # short: it holds sockets
        environment = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(folder),
            "GSETTINGS_BACKEND": "memory",
            "ACCESSIBILITY_ENABLED": "1",
            "NO_AT_BRIDGE": "",
            "LC_ALL": "C.UTF-8",
        }

        def start(*command: str, log: str) -> subprocess.Popen[str]:
            with (folder / log).open("wb") as errors:
                process = subprocess.Popen(
                    [*UNTIL_PARENT_ENDS, *command],
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=environment,
                    text=True,
                    cwd=folder,
                )
            stack.callback(_end, process)
            return process

        display = start("Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", log="xvfb")
        environment["DISPLAY"] = f":{_first_line(display)}"
        bus = start("dbus-daemon", "--session", "--nofork", "--print-address=1", log="bus")
        environment["DBUS_SESSION_BUS_ADDRESS"] = _first_line(bus)
        (folder / "speech").touch()
        start(SYSTEM_PYTHON, str(HERE / "orca_process.py"), str(folder), log="orca")
        program = find_browser(headless.browser_type.executable_path)
        browser = headless.browser_type.launch(
            executable_path=program,
            headless=False,
            args=[*BROWSER_ARGUMENTS, "--force-renderer-accessibility"],
            env=environment,
        )
        stack.callback(browser.close)
        yield ScreenReader(browser, folder / "speech")


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    line = process.stdout.readline().strip()
    assert line, process.args
    return line


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()  # Orca waits for a desktop that is not there when it is asked to end
    process.wait()
    assert process.stdout
    process.stdout.close()
