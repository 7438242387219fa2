"""Run Orca with a speech server that writes what Orca says to a file: ``python3 orca_process.py FOLDER``.

Orca runs in the interpreter of the system, for which its package is installed. It imports this file as the module of
its speech server. Each line of ``FOLDER/speech`` is one utterance as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from orca import settings, speechserver

FOLDER = Path(sys.argv[1])


class SpeechServer(speechserver.SpeechServer):  # type: ignore[misc]
    """A voice that writes instead of speaking. The other methods of the base class do nothing."""

    @staticmethod
    def getFactoryName() -> str:
        return "A file"

    @staticmethod
    def getSpeechServer(info: object = None) -> SpeechServer:
        return SpeechServer()

    def getInfo(self) -> list[str]:
        return ["A file", "file"]

    def speak(self, text: str | None = None, acss: object = None, interrupt: bool = True) -> None:
        if text:
            with (FOLDER / "speech").open("a", encoding="utf-8") as speech:
                speech.write(json.dumps({"at": time.monotonic(), "text": text}) + "\n")

    def speakCharacter(self, character: str, acss: object = None) -> None:
        self.speak(character)

    def sayAll(self, utteranceIterator: Any, progressCallback: object) -> None:
        for context, _ in utteranceIterator:
            self.speak(context.utterance)


def run() -> int:
    """Run Orca until it is terminated."""
    from orca import orca

    options = {
        "speechServerFactory": Path(__file__).stem,
        "enableBraille": False,
        "enableSound": False,
        "enableKeyEcho": False,
        "enableEchoByWord": False,
        "sayAllOnLoad": False,
    }
    settings.speechFactoryModules = [Path(__file__).stem]
    manager = orca.getSettingsManager()
    manager.activate(str(FOLDER / "preferences"), options)
    return int(orca.main())


if __name__ == "__main__":
    sys.exit(run())
