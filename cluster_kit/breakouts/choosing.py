"""Choose among possible groups so that each state is in exactly one: a set partitioning problem, solved by HiGHS."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

Column = tuple[int, ...]
"""A possible group: the numbers of the states in it."""

_HALF = 0.5
_NONE = np.array([], np.int32), np.array([], np.float64)


@dataclass(frozen=True)
class Stop:
    """When to stop choosing: out of time, when the worth reaches ``target``, after so many ``nodes`` of the search."""

    time_s: float
    target: int | None = None
    nodes: int | None = None


@dataclass(frozen=True)
class Choice:
    """What was chosen (places of columns, ascending), what it is worth, and what no choice is worth more than."""

    places: tuple[int, ...]
    worth: int
    bound: int


class Model:
    """Columns with a worth each, of which every one of ``rows`` states is to be in exactly one. Grows by ``add``.

    One thread and one seed: the same columns in the same order give the same choice, unless time runs out.
    """

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._worths: list[int] = []
        self._sizes: list[int] = []
        self._highs: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1)):
            self._highs.setOptionValue(option, value)
        self._highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        for _ in range(rows):
            self._highs.addRow(1.0, 1.0, 0, *_NONE)

    def add(self, columns: Sequence[Column], worths: Sequence[int]) -> None:
        """More columns to choose from."""
        if not columns:
            return
        starts = np.cumsum([0, *map(len, columns)])[:-1].astype(np.int32)
        rows = np.array([row for column in columns for row in column], np.int32)
        count, ones = len(columns), np.ones(rows.size)
        lower, upper = np.zeros(count), np.full(count, highspy.kHighsInf)
        self._highs.addCols(count, np.array(worths, float), lower, upper, rows.size, starts, rows, ones)
        self._worths += worths
        self._sizes += map(len, columns)

    def limit(self, costs: Sequence[int], most: int) -> None:
        """Let the chosen columns cost at most so much together; ``costs`` has an entry for each column."""
        places = np.flatnonzero(costs).astype(np.int32)
        self._highs.addRow(-highspy.kHighsInf, float(most), places.size, places, np.array(costs, float)[places])

    def price(self, time_s: float) -> NDArray[np.float64] | None:
        """What each state adds when columns may be chosen in parts; None where time ran out."""
        self._run(time_s)
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(self._highs.getSolution().row_dual)[: self._rows]

    def choose(self, stop: Stop, start: Sequence[int] = ()) -> Choice | None:
        """The best choice of whole columns, or the best that was found; None where none was. Asked once, at the end.

        ``start``: the places of a choice to begin with.
        """
        self._count_sizes()
        count = self._highs.getNumCol()
        whole = np.full(count, highspy.HighsVarType.kInteger)
        self._highs.changeColsIntegrality(count, np.arange(count, dtype=np.int32), whole)
        options = {
            "mip_rel_gap": 0.0,
            "mip_abs_gap": _HALF,
            "mip_max_nodes": stop.nodes,
            "objective_target": stop.target,
        }
        for option, value in options.items():
            if value is not None:
                self._highs.setOptionValue(option, value)
        if start:
            begin = np.array(start, np.int32)
            self._highs.setSolution(begin.size, begin, np.ones(begin.size))
        self._run(stop.time_s)
        if self._highs.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
            return None
        values = np.array(self._highs.getSolution().col_value)[: len(self._worths)]
        places = tuple(np.flatnonzero(values > _HALF).tolist())
        worth = sum(self._worths[place] for place in places)
        return Choice(places, worth, max(whole_below(self._highs.getInfo().mip_dual_bound), worth))

    def _count_sizes(self) -> None:
        """Say how many columns of each size are chosen: whole numbers, on which HiGHS does well to branch first."""
        for size in sorted(set(self._sizes)):
            places = np.flatnonzero(np.array(self._sizes) == size).astype(np.int32)
            self._highs.addRow(0.0, 0.0, places.size, places, np.ones(places.size))
            row = np.array([self._highs.getNumRow() - 1], np.int32)
            self._highs.addCol(0.0, 0.0, highspy.kHighsInf, 1, row, -np.ones(1))

    def _run(self, time_s: float) -> None:
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + max(time_s, 0.01))
        self._highs.run()


def whole_below(bound: float) -> int:
    """A bound on whole numbers as a whole number; what the solver's arithmetic may be off by is allowed for."""
    return math.floor(bound + 1e-6 * max(1.0, abs(bound))) if math.isfinite(bound) else 2**62
