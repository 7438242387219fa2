"""Write the list of commands into ``docs/reference/cli.md``: ``python -m docs.make_command_list``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import typer

from cluster_kit.cli.app import COMMAND_GROUPS
from cluster_kit.content.run_of_show import markdown_table
from docs.command_line import app

PAGE = Path(__file__).parent / "reference" / "cli.md"
NUMBERS = ("session", "after")  # parameters whose value is a session's number
BEGIN, END = "<!-- list: written by docs/make_command_list.py -->\n", "<!-- end of list -->\n"


def write_list() -> str:
    """The Markdown between the marks: every command with what it needs and does, by when it is needed."""
    known: dict[str, click.Command] = vars(typer.main.get_command(app))["commands"]
    tables = []
    for title, names in COMMAND_GROUPS.items():
        rows = [row for name in names for row in _rows(f"cluster-kit {name}", known[name])]
        tables.append(f"\n**{title}**\n\n{markdown_table(['Command', 'What it does'], rows)}\n")
    return "".join(tables) + "\n"


def _rows(name: str, command: click.Command) -> Iterator[list[str]]:
    below: dict[str, click.Command] = vars(command).get("commands", {})
    for child, inner in below.items():
        yield from _rows(f"{name} {child}", inner)
    if not below:
        needed = "".join(f" {_usage(one)}" for one in command.params if one.required)
        yield [f"`{name}{needed}`", (command.help or "").strip().split("\n\n")[0]]


def _usage(parameter: click.Parameter) -> str:
    """A required argument or option, as it is typed."""
    value = "N" if parameter.name in NUMBERS else (parameter.name or "").upper()
    return f"{parameter.opts[0]} {value}" if parameter.param_type_name == "option" else value


def render_page() -> str:
    """The page with its list."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{write_list()}{END}{after}"


def main() -> None:
    """Replace the part of the page between the marks."""
    PAGE.write_text(render_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
