"""The help of every command fits a terminal of 80 columns, and names in the command line are unique."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import click
import pytest
import typer
from typer.testing import CliRunner

import cluster_kit
from cluster_kit.cli.app import COMMAND_GROUPS, app
from cluster_kit.cli.commands import register
from cluster_kit.errors import UsageError

register()
CLI = typer.main.get_command(app)  # built once, because that takes longer than a command's help
PACKAGE = Path(cluster_kit.__file__).parent
ENTRY_POINT = "main"
FUNCTION = re.compile(r"^def ([^\W_]\w*)", re.MULTILINE)  # a public function of a module; parsing them all takes long
WITHOUT_JSON = {
    ("serve",): "runs until it is stopped; its log can be JSON (--log json)",
    ("demo",): "runs a server until it is stopped",
    ("content", "edit"): "runs an editor until it is stopped",
}
METAVARS = ("[ARGS]...", "{paths}...", "paths...", "{people}...", "people...", "{ids}...", "ids...")


def _walk(command: click.Command, name: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield name
    for child, below in getattr(command, "commands", {}).items():
        yield from _walk(below, (*name, child))


def _find(name: tuple[str, ...]) -> Any:
    command: Any = CLI
    for word in name:
        command = command.commands[word]
    return command


commands = pytest.mark.parametrize("name", list(_walk(CLI)), ids=lambda name: " ".join(name) or "all")


@commands
def test_help_fits_80_columns_without_cutting_a_sentence(
    name: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as ended:
        CLI.main([*name, "--help"], prog_name="cluster-kit")
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert "Usage: cluster-kit" in shown
    assert [line for line in shown.splitlines() if len(line) > 80] == []
    for metavar in METAVARS:
        shown = shown.replace(metavar, "")
    assert [line for line in shown.splitlines() if "..." in line or "…" in line] == []


@commands
def test_a_command_and_each_of_its_options_have_help(name: tuple[str, ...]) -> None:
    command = CLI
    for word in name:
        command = command.commands[word]  # type: ignore[attr-defined]
    assert command.help
    hidden = {parameter.name for parameter in command.params if getattr(parameter, "hidden", False)}
    missing = [one.name for one in command.params if one.name not in hidden and not getattr(one, "help", None)]
    assert missing == []


@commands
def test_what_a_command_prints_can_be_read_by_a_program(name: tuple[str, ...]) -> None:
    command = CLI
    for word in name:
        command = command.commands[word]  # type: ignore[attr-defined]
    has_json = any("--json" in parameter.opts for parameter in command.params)
    is_group = hasattr(command, "commands")
    assert has_json != (is_group or name in WITHOUT_JSON)


def test_every_command_is_in_one_group_of_the_help() -> None:
    listed = [name for names in COMMAND_GROUPS.values() for name in names]
    assert sorted(listed) == sorted(CLI.commands)  # type: ignore[attr-defined]


def test_a_public_function_of_the_command_line_has_a_name_of_its_own() -> None:
    names = {path: _functions(path) for path in PACKAGE.rglob("*.py")}
    count = Counter(name for found in names.values() for name in found)
    ours = {name for path, found in names.items() if path.parent.name == "cli" for name in found}
    assert sorted(name for name in ours - {ENTRY_POINT} if count[name] > 1) == []


def _functions(path: Path) -> list[str]:
    return FUNCTION.findall(path.read_text(encoding="utf-8"))


def test_shared_options_are_declared_once() -> None:
    """A command that declares an option or an argument of its own must not repeat the help of another."""
    helps: Counter[str] = Counter()
    for path in (PACKAGE / "cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and ast.unparse(node.func) in ("typer.Option", "typer.Argument")
            ):
                helps.update(ast.unparse(word.value) for word in node.keywords if word.arg == "help")
    assert [text for text, count in helps.items() if count > 1] == []


VALUES = [
    (name, parameter)
    for name in _walk(CLI)
    for parameter in _find(name).params
    if getattr(getattr(parameter, "type_descriptor", None), "annotation", str) in (int, float)
    or issubclass(getattr(getattr(parameter, "type_descriptor", None), "annotation", str), Enum)
]


@pytest.mark.parametrize(
    ("name", "parameter"), VALUES, ids=lambda one: " ".join(one) if isinstance(one, tuple) else one.name
)
def test_a_value_that_is_no_number_or_choice_is_refused_in_one_sentence(name: tuple[str, ...], parameter: Any) -> None:
    others = [word for one in _find(name).params if one.required and one is not parameter for word in _give(one)]
    result = CliRunner().invoke(app, [*name, *others, *_give(parameter, "onee")])
    assert isinstance(result.exception, UsageError), result.output
    refused = str(result.exception)
    assert re.match(r"(--[a-z-]+|[A-Z]+) cannot be 'onee'[:;] (write a (whole )?number|it can be )", refused)
    assert "\n" not in refused
    assert "Input should" not in refused


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            "breakouts --session 1 --kind hom",
            "--kind cannot be 'hom'; it can be states, home, or trios. Did you mean home?",
        ),
        (
            "breakouts --session one",
            "--session cannot be 'one': write a whole number from 1, such as --session 1.",
        ),
        ("rehearse --people 99", "--people cannot be '99': write a whole number from 1 to 10, such as --people 10."),
        ("rehearse --people 0", "--people cannot be '0': write a whole number from 1 to 10, such as --people 1."),
        ("roster unmerge two", "NUMBER cannot be 'two': write a whole number from 0, such as 1."),
    ],
)
def test_a_refused_value_comes_with_a_suggestion(words: str, sentence: str) -> None:
    refused = CliRunner().invoke(app, words.split()).exception
    assert isinstance(refused, UsageError)
    assert str(refused) == sentence


def _give(parameter: Any, value: str = "1") -> list[str]:
    option = parameter.opts[0]
    return [option, value] if option.startswith("-") else [value]
