"""Write the commands with their options into ``docs/reference/cli.md``: ``python -m docs.make_command_list``."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path

import click
import typer

from cluster_kit.cli.app import COMMAND_GROUPS, app
from cluster_kit.cli.commands import register
from cluster_kit.content.run_of_show import markdown_table
from cluster_kit.text import join_words

PAGE = Path(__file__).parent / "reference" / "cli.md"
NUMBERS = ("session", "after")  # parameters whose value is a session's number
SHARED_BY = 10  # commands that have an option with the same help; the page describes it once, in its own table
BEGIN, END = "<!-- commands: written by docs/make_command_list.py -->\n", "<!-- end of commands -->\n"
WIDTH = 150  # characters of a line


def write_commands() -> str:
    """The Markdown between the marks: every command with its arguments and options, by when it is needed."""
    register()
    known: dict[str, click.Command] = vars(typer.main.get_command(app))["commands"]
    groups = {
        title: [leaf for name in names for leaf in _leaves(f"cluster-kit {name}", known[name])]
        for title, names in COMMAND_GROUPS.items()
    }
    parameters = [one for leaves in groups.values() for _, command in leaves for one in list_parameters(command)]
    counts = Counter(_meaning(one) for one in parameters if not one.required)
    shared = {meaning for meaning, count in counts.items() if count >= SHARED_BY}
    pieces = []
    for title, leaves in groups.items():
        rows = [[f"[`{name}`](#{name.replace(' ', '-')})", _paragraphs(command)[0]] for name, command in leaves]
        pieces += [f"## {title}", markdown_table(["Command", "What it does"], rows)]
        for name, command in leaves:
            pieces += _section(name, command, shared)
    names = [name for leaves in groups.values() for name, _ in leaves]
    return "\n" + _mark_commands("\n\n".join(pieces), names) + "\n\n"


def _leaves(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """A command with its whole name, or those below a group of commands."""
    below: dict[str, click.Command] = vars(command).get("commands", {})
    for child, inner in below.items():
        yield from _leaves(f"{name} {child}", inner)
    if not below:
        yield name, command


def list_parameters(command: click.Command) -> list[click.Parameter]:
    """The arguments and options of a command, without those that only the kit itself uses."""
    return [one for one in command.params if not vars(one).get("hidden")]


def _section(name: str, command: click.Command, shared: set[tuple[str, str]]) -> Iterator[str]:
    parameters = list_parameters(command)
    yield f"### `{name}`"
    typed = "".join(f" {_typed(one)}" for one in parameters if one.required or one.param_type_name == "argument")
    if typed:
        yield f"`{name}{typed}`"
    yield from (textwrap.fill(paragraph, WIDTH, break_on_hyphens=False) for paragraph in _paragraphs(command))
    own = [one for one in parameters if one.required or _meaning(one) not in shared]
    if own:
        heads, rows = ["Argument or option", "Meaning", "Default"], [_row(one) for one in own]
        if not any(default for _, _, default in rows):
            heads, rows = heads[:2], [row[:2] for row in rows]
        yield markdown_table(heads, rows)
    if others := [f"`{one.opts[0]}`" for one in parameters if one not in own]:
        yield f"{'Also' if own else 'Options:'} {join_words(others)}."


def _paragraphs(command: click.Command) -> list[str]:
    values = [value for one in command.params for value in _choices(one)]
    return [_mark_options(" ".join(text.split()), values) for text in (command.help or "").strip().split("\n\n")]


def _mark_options(text: str, values: Sequence[str] = ()) -> str:
    """A sentence as Markdown, its options as code, with their values: those named, or one that ends the sentence."""
    value = "|".join([*map(re.escape, values), r"[a-z]+(?=\.$|\. )"])
    return re.sub(rf"(?<![\w`-])--[a-z][a-z-]*(?: (?:{value})\b)?", r"`\g<0>`", text.replace("<", "&lt;"))


def _choices(parameter: click.Parameter) -> list[str]:
    """The values of an option that takes one of a few."""
    default = parameter.default
    return [str(one.value) for one in type(default)] if isinstance(default, Enum) else []


def _mark_commands(page: str, names: Sequence[str]) -> str:
    """The page with the commands that its sentences name as links to their sections."""
    found = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    name = rf"(?<![\w`/-])(?:{found.replace(chr(92) + ' ', chr(92) + 's')})(?![\w`-])"
    return re.sub(name, lambda one: f"[`{' '.join(one[0].split())}`](#{'-'.join(one[0].split())})", page)


def _meaning(parameter: click.Parameter) -> tuple[str, str]:
    return parameter.opts[0], _help(parameter)


def _help(parameter: click.Parameter) -> str:
    return str(vars(parameter).get("help") or "")


def _row(parameter: click.Parameter) -> list[str]:
    names = "`, `".join((_usage(parameter), *parameter.secondary_opts))
    about = _mark_options(_help(parameter))
    if choices := _choices(parameter):
        about += f" One of {join_words([f'`{one}`' for one in choices])}."
    return [f"`{names}`", about, _default(parameter)]


def _default(parameter: click.Parameter) -> str:
    """The default; empty for an option that is off or empty until it is given."""
    if parameter.required:
        return "required"
    shown, default = vars(parameter).get("show_default"), parameter.default
    if isinstance(shown, str):
        return shown
    if isinstance(default, bool) and parameter.secondary_opts:
        return f"`{(parameter.opts if default else parameter.secondary_opts)[0]}`"
    is_off = default is None or default is False or default == ""
    return "" if is_off else f"`{default}`"


def _typed(parameter: click.Parameter) -> str:
    """A parameter in the line that shows how a command is typed; in brackets if it may be left out."""
    return _usage(parameter) if parameter.required else f"[{_usage(parameter)}]"


def _usage(parameter: click.Parameter) -> str:
    """An argument or option, as it is typed."""
    value = "N" if parameter.name in NUMBERS else (parameter.name or "").upper()
    if parameter.param_type_name != "option":
        return f"{value}..." if parameter.nargs == -1 else value
    return parameter.opts[0] if vars(parameter)["is_flag"] else f"{parameter.opts[0]} {value}"


def render_page() -> str:
    """The page with its commands."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{write_commands()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(render_page(), encoding="utf-8")
