"""The ``cluster-kit`` command. Exit codes: 0 for success, 1 for a failure, 2 for arguments that are not valid."""

from __future__ import annotations

import errno
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib import metadata
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from cluster_kit.errors import ClusterKitError, UsageError
from cluster_kit.files import FULL_DISK, describe_write_error
from cluster_kit.text import join_words

_NUMBER_ERRORS = frozenset({"int_parsing", "float_parsing", "greater_than_equal", "less_than_equal"})
COMMAND_GROUPS: Mapping[str, Sequence[str]] = {
    "Set up a series": ("series", "roster", "registrations", "content", "instrument", "crosswalk", "examples"),
    "Before a session": (
        *(
            "messages",
            "handouts",
            "guide",
            "federal-context",
            "host-card",
            "breakouts",
            "worksheets",
            "demo",
            "rehearse",
        ),
    ),
    "During a session": ("serve",),
    "After a session": (
        *("attendance", "evaluation", "collect", "packets", "brief", "follow-up", "assistance", "calendar"),
        *("agendas", "national", "export"),
    ),
    "Records and maintenance": ("backup", "restore", "doctor", "erase", "erasures", "retention", "person"),
}


def refuse_choice(option: str, value: str, choices: Sequence[str]) -> UsageError:
    """The error for a value that an option does not have, with the choices and the most similar one."""
    near = get_close_matches(value.casefold(), choices, n=1)
    suggestion = f" Did you mean {near[0]}?" if near else ""
    return UsageError(f"{option} cannot be {value!r}; it can be {join_words(choices, 'or')}.{suggestion}")


def _explain_value(error: Exception) -> UsageError | None:
    """The error for a value that is no number or choice of its option, in our words; None for another error."""
    parameter, cause = getattr(error, "param", None), error.__cause__
    if parameter is None or not isinstance(cause, ValidationError):
        return None
    found = cause.errors(include_url=False)[0]
    value = str(found["input"])
    option = parameter.opts[0] if parameter.opts[0].startswith("-") else parameter.opts[0].upper()
    if choices := re.findall(r"'([^']*)'", found["msg"].partition(" is not one of ")[2]):
        return refuse_choice(option, value, choices)
    if found["type"] not in _NUMBER_ERRORS:
        return None
    least, most = parameter.min, parameter.max
    example = most if found["type"] == "less_than_equal" else least or 1
    kind = "number" if found["type"].startswith("float") else "whole number"
    limits = "" if least is None else f" from {least}"
    limits += "" if most is None else f" to {most}"
    such = f"{option} {example}" if option.startswith("-") else example
    return UsageError(f"{option} cannot be {value!r}: write a {kind}{limits}, such as {such}.")


class CommandGroup(TyperGroup):
    """A group whose commands have the options: one that is written before the command is refused with its place.

    A value that is no number or choice of its option is refused in one sentence.
    """

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Raises ``UsageError`` for a value that its option does not have."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            refused = _explain_value(error)
            if refused is None:
                raise
            raise refused from None

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words after the group's name. Raises ``UsageError`` for an option of a command."""
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            option = getattr(error, "option_name", "")
            named = _find_named(self, args)
            having = [named] if named else [[name] for name in self.commands]
            name = next((words for words in having if _has_option(_get_command(self, words), option)), None)
            if name is None:
                raise
            words = (*([ctx.info_name] if ctx.parent else []), *name, option)
            raise UsageError(f"Write {option} after the command, as in: cluster-kit {' '.join(words)}") from None


def _find_named(group: Any, args: Sequence[str]) -> list[str]:
    """The words that name a command of the group, or of a group in it; empty if there is none."""
    words: list[str] = []
    for word in args:
        if word in getattr(_get_command(group, words), "commands", {}):
            words.append(word)
    return words


def _get_command(group: Any, words: Iterable[str]) -> Any:
    for word in words:
        group = group.commands[word]
    return group


def _has_option(command: Any, option: str) -> bool:
    return any(option in parameter.opts for parameter in command.params)


class GroupedCommands(CommandGroup):
    """The commands of ``cluster-kit --help``, by when they are needed."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write each group with its commands. One that is in no group would be left out; a test finds it."""
        for title, names in COMMAND_GROUPS.items():
            known = [(name, self.commands[name]) for name in names if name in self.commands]
            if not known:
                continue
            width = formatter.width - 6 - max((len(name) for name, _ in known), default=0)
            with formatter.section(title):
                formatter.write_dl([(name, command.get_short_help_str(width)) for name, command in known])


app = typer.Typer(
    name="cluster-kit",
    cls=GroupedCommands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


_last_lines: list[str] = []


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"cluster-kit {metadata.version('cluster-kit')}")
        raise typer.Exit


@app.callback()
def cluster_kit(
    context: typer.Context,
    *,
    version: Annotated[  # noqa: ARG001  (its callback shows it)
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Run live policy workshops for state CTE teams."""
    drop_lines_at_end()  # those of a command that ended with an error, if this process runs several
    context.call_on_close(_end_command)


def print_json(data: object, default: Callable[[Any], object] | None = None) -> None:
    """Print the result of a command for other programs. ``default`` converts what JSON has no type for."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False, default=default))


def print_warnings(warnings: Iterable[str]) -> None:
    """Print each warning in a line on stderr."""
    for warning in warnings:
        typer.echo(f"Warning: {warning}", err=True)


def print_at_end(line: str) -> None:
    """Print a line on stderr after everything else that the command prints."""
    _last_lines.append(line)


def drop_lines_at_end() -> None:
    """Print nothing at the end, because a program reads stderr."""
    _last_lines.clear()


def _end_command() -> None:
    if not isinstance(sys.exc_info()[1], (ClusterKitError, OSError)):  # otherwise, ``main`` prints the error first
        _print_last_lines()


def _print_last_lines() -> None:
    while _last_lines:
        typer.echo(_last_lines.pop(0), err=True)


def main() -> None:
    """Run the command line. An error of ours, or of a file, is one plain message on stderr, with an exit code."""
    from cluster_kit.cli.commands import register

    register(sys.argv[1:])
    try:
        try:
            app()
        finally:
            sys.stdout.flush()  # here, where an error can still be a message
    except ClusterKitError as error:
        typer.echo(str(error), err=True)
        _print_last_lines()
        sys.exit(error.exit_code)
    except OSError as error:
        _report_file_error(error)
        if error.errno != errno.EPIPE:
            _print_last_lines()
        sys.exit(1)


def _report_file_error(error: OSError) -> None:
    """Print what is wrong with a file or a disk. Raises the error again if it is about neither."""
    if error.filename is None:
        with suppress(OSError):  # what is left for a full disk or a closed pipe is dropped, without another error
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.EPIPE:
        return
    if error.filename is None and error.errno not in FULL_DISK:
        raise error
    if error.errno in FULL_DISK:
        where = error.filename2 or error.filename  # of a copy, the new file is the second
        typer.echo(f"{where or 'The output'} cannot be written: {describe_write_error(error)}.", err=True)
    else:
        typer.echo(f"{error.filename} cannot be read or written: {error.strerror}.", err=True)
