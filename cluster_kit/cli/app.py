"""The ``cluster-kit`` command. Exit codes: 0 for success, 1 for an error of ours, 2 for a usage error."""

from __future__ import annotations

import sys

import typer

from cluster_kit.errors import ClusterKitError

app = typer.Typer(
    name="cluster-kit",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


_last_lines: list[str] = []


@app.callback()
def cluster_kit(context: typer.Context) -> None:
    """Run live policy workshops for state CTE teams."""
    context.call_on_close(_print_last_lines)


def print_at_end(line: str) -> None:
    """Print a line on stderr after everything else that the command prints."""
    _last_lines.append(line)


def drop_lines_at_end() -> None:
    """Print nothing at the end, because a program reads stderr."""
    _last_lines.clear()


def _print_last_lines() -> None:
    while _last_lines:
        typer.echo(_last_lines.pop(0), err=True)


def main() -> None:
    """Run the command line. An error of ours, or of a file, is one plain message on stderr and exit code 1."""
    from cluster_kit.cli.commands import register

    register(sys.argv[1:])
    try:
        app()
    except ClusterKitError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    except OSError as error:
        if error.filename is None:
            raise
        typer.echo(f"{error.filename} cannot be read or written: {error.strerror}.", err=True)
        sys.exit(1)
