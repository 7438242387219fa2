"""The whole command line, for ``typer docs.command_line utils docs``: the package registers commands on demand."""

from cluster_kit.cli.app import app
from cluster_kit.cli.commands import register

__all__ = ["app"]

register()
