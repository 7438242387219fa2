"""The commands: ``cluster-kit X`` is in ``X.py`` of this folder, and is registered when that module is imported."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

_NOT_COMMANDS = {
    *("__init__", "app", "commands", "options", "results"),
    *("messages_common", "messages_send", "roster_access", "roster_common", "roster_people"),
}


def register(arguments: Sequence[str] = ()) -> None:
    """Import the module of the command that a command line starts with; all of them if it starts with none."""
    known = {path.stem for path in Path(__file__).parent.glob("*.py")} - _NOT_COMMANDS
    wanted = arguments[0].replace("-", "_") if arguments else ""
    for name in [wanted] if wanted in known else sorted(known):
        import_module(f"cluster_kit.cli.{name}")
