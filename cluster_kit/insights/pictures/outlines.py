"""Matplotlib's paths as SVG writes them."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.path import Path

_COMMANDS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "Z"}


def outline(path: Path, scale: float = 1.0) -> str:
    """The path, ``scale`` times as large, as the value of the attribute ``d``."""
    steps = []
    for corners, code in path.iter_segments(simplify=False):
        command = _COMMANDS[code]
        steps.append(command if command == "Z" else command + numbers(corners * scale))
    return "".join(steps)


def numbers(values: Iterable[float]) -> str:
    """Numbers as SVG takes them, to a hundredth."""
    return " ".join(f"{round(float(value), 2):.7g}" for value in values)
