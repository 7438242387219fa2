"""The result of a command: lines for people, or one JSON object for programs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cluster_kit.cli.app import print_json, print_warnings
from cluster_kit.settings import Settings
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from cluster_kit.content import Problem


@dataclass(frozen=True)
class CommandOutcome:
    """What a command did.

    ``series`` None: the command is about no series. ``facts`` has counts and other results by their key in JSON.
    ``lines`` are for stdout, by default the names of the files. ``summary``, ``warnings``, and ``problems`` of the
    content are for stderr; in JSON, problems are warnings, too.
    """

    settings: Settings
    series: str | None
    files: Sequence[Path] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    lines: Sequence[str] | None = None
    summary: str = ""
    warnings: Sequence[str] = ()
    problems: Sequence[Problem] = ()


def print_result(result: CommandOutcome, *, as_json: bool) -> None:
    """Print what a command did. The JSON object has ``files``, the facts, ``warnings``, ``home``, and ``series``."""
    files = [str(path) for path in result.files]
    if as_json:
        warnings = [*result.warnings, *map(str, result.problems)]
        print_object({"files": files, **result.facts, "warnings": warnings}, result.settings, result.series)
        return
    for line in files if result.lines is None else result.lines:
        typer.echo(line)
    if result.summary:
        typer.echo(result.summary, err=True)
    print_warnings(result.warnings)
    for problem in result.problems:
        typer.echo(f"To fix: {problem}", err=True)


def print_object(
    facts: Mapping[str, object],
    settings: Settings,
    series: str | None,
    default: Callable[[Any], object] | None = None,
) -> None:
    """Print the facts as one JSON object, with ``home`` and ``series``. ``default`` is that of ``print_json``."""
    print_json({**facts, **name_place(settings, series)}, default)


class BatchProgress:
    """Says on stderr how many of a batch are made, and about how long the others will take; once in ``every_s``."""

    def __init__(self, noun: str, every_s: float = 2.0) -> None:
        self._noun, self._every_s = noun, every_s
        self._began = self._printed_at = time.monotonic()

    def __call__(self, made: int, total: int) -> None:
        """Note that ``made`` of ``total`` are made."""
        now = time.monotonic()
        if total > 1 and now - self._printed_at >= self._every_s:
            self._printed_at = now
            typer.echo(self._describe(made, total, now - self._began), err=True)

    def _describe(self, made: int, total: int, passed_s: float) -> str:
        left = ""
        if made < total:
            minutes = round(passed_s / made * (total - made) / 60)
            left = f", about {count_of(minutes, 'minute')} left" if minutes else ", less than a minute left"
        return f"{made} of {count_of(total, self._noun)}{left}."


def name_place(settings: Settings, series: str | None) -> dict[str, str | None]:
    """The keys that say where a command worked. ``series`` None: the command is about no series."""
    return {"home": str(settings.home), "series": series}
