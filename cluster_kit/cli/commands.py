"""The commands: ``cluster-kit X`` lives in ``X.py`` of this folder, which registers it when it is imported."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

_NOT_COMMANDS = {"__init__", "app", "commands"}


def register(words: Sequence[str] = ()) -> None:
    """Import the command that a command line begins with, so that no other costs time; without one, all of them."""
    known = {path.stem for path in Path(__file__).parent.glob("*.py")} - _NOT_COMMANDS
    wanted = words[0].replace("-", "_") if words else ""
    for name in [wanted] if wanted in known else sorted(known):
        import_module(f"cluster_kit.cli.{name}")
