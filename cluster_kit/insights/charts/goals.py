"""Goals in the order of their rank, with how each did in its tests."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.patches import Circle

from cluster_kit.documents.model import Picture
from cluster_kit.insights.charts import style
from cluster_kit.insights.charts.canvas import Canvas, Pen
from cluster_kit.insights.plans import Goal

TEXT_LEFT = 0.75
PAD = 0.14
CAPTION = "Goals in the order that the team gave them, with the answers to the questions that tested them."


def goals_picture(goals: Sequence[Goal]) -> Picture:
    """Goals from the first rank to the last, then those without a rank."""
    width = style.WIDTH - TEXT_LEFT - 0.15
    blocks = []
    for goal in goals:
        statement = style.wrap(goal.statement or "No words yet", width, max_lines=4)
        tested = [style.wrap(f"{q} {a}", width, size=style.SMALL, max_lines=2) for q, a in goal.tests]
        blocks.append((goal, statement, [line for lines in tested for line in lines]))
    heights = [_height(statement, tests) for _, statement, tests in blocks]
    canvas = Canvas(sum(heights) + PAD)
    top = sum(heights) + PAD / 2
    for (goal, lines, tests), height in zip(blocks, heights, strict=True):
        badge = (0.36, top - PAD - 0.16)
        filled = bool(goal.ranks)
        canvas.add(Circle(badge, 0.2, facecolor=style.ACCENT if filled else "white", edgecolor=style.ACCENT, lw=1.5))
        rank = "/".join(map(str, goal.ranks)) or "–"
        colour = "white" if filled else style.ACCENT
        style.write_lines(canvas, badge, [rank], size=style.BODY + 1, ha="center", color=colour)
        style.write_lines(canvas, (TEXT_LEFT, top - PAD), lines, va="top")
        below = top - PAD - style.line_height() * len(lines) - 0.03
        style.write_lines(canvas, (TEXT_LEFT, below), tests, size=style.SMALL, va="top", color=style.MUTED)
        top -= height
        if goal is not goals[-1]:
            canvas.line((TEXT_LEFT, top), (style.WIDTH - 0.1, top), Pen(style.LINE, 1))
    data = tuple({"goal": g.statement, "rank": "/".join(map(str, g.ranks)), **dict(g.tests)} for g in goals)
    return Picture(canvas.svg(), describe_goals(goals), CAPTION, data)


def describe_goals(goals: Sequence[Goal]) -> str:
    """What the picture shows, one sentence per goal."""
    count = len(goals)
    head = "1 goal." if count == 1 else f"{count} goals in order of rank."
    return " ".join([head, *map(_sentence, goals)])


def _sentence(goal: Goal) -> str:
    rank = f"Rank {' or '.join(map(str, goal.ranks))}" if goal.ranks else "Not ranked"
    return f"{rank}: {' '.join(goal.statement.split()).rstrip('.') or 'a goal without words'}."


def _height(statement: Sequence[str], tests: Sequence[str]) -> float:
    words = style.line_height() * len(statement) + style.line_height(style.SMALL) * len(tests)
    return max(words + 0.03, 0.4) + 2 * PAD
