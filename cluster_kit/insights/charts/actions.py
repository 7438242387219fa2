"""Next steps along the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cluster_kit.documents.model import Picture
from cluster_kit.documents.typed_text import clean
from cluster_kit.exercises.labels import spell_date
from cluster_kit.insights.charts import style
from cluster_kit.insights.charts.canvas import Canvas, Pen
from cluster_kit.insights.plans import CLOSED, Action

LEFT, RIGHT = 3.0, style.WIDTH - 0.45
ROW, TOP, BOTTOM = 0.55, 0.42, 0.15
CAPTION = "Next steps by the day on which they are due. A filled circle is open, a square is done or dropped."


def actions_picture(actions: Sequence[Action], since: dt.date) -> Picture | None:
    """Next steps with a day, earliest first, on a line that begins on ``since``. None where no step has a day."""
    dated = sorted(((day, a) for a in actions if (day := _day(a))), key=lambda pair: pair[0])
    if not dated:
        return None
    first, last = min(since, dated[0][0]), dated[-1][0]
    days = max((last - first).days, 1)
    height = TOP + ROW * len(dated) + BOTTOM
    canvas = Canvas(height)
    _draw_calendar(canvas, first, last, height)
    for number, (day, action) in enumerate(dated):
        y = height - TOP - ROW * (number + 0.5)
        x = LEFT + (RIGHT - LEFT) * (day - first).days / days
        lines = style.wrap(action.action or "No words yet", LEFT - 0.35, size=style.SMALL, max_lines=3)
        style.write_lines(canvas, (0.05, y), lines, size=style.SMALL)
        canvas.line((LEFT, y), (x, y), Pen(style.LINE, 1.5))
        marker, colour = ("o", style.ACCENT) if action.is_open else ("s", "white")
        canvas.mark((x, y), 70, colour, Pen(style.INK, zorder=3), marker)
        side = "right" if x > (LEFT + RIGHT) / 2 else "left"
        place = (x - 0.13 if side == "right" else x + 0.13, y + 0.01)
        label = f"{day:%b} {day.day}"
        style.write(canvas, place, label, size=style.SMALL, ha=side, va="center", back="white", zorder=2)
    data = tuple({"action": a.action, "due": a.due, "lead": a.lead, "status": a.status_label} for a in actions)
    return Picture(canvas.svg(), describe_actions(actions), CAPTION, data)


def describe_actions(actions: Sequence[Action]) -> str:
    """What the picture shows: each step with its day, earliest first, and how many have none."""
    dated = sorted((a for a in actions if _day(a)), key=lambda a: a.due)
    undated = len(actions) - len(dated)
    count = len(actions)
    sentences = ["1 next step." if count == 1 else f"{count} next steps.", *map(_sentence, dated)]
    if undated:
        sentences.append("1 step has no day yet." if undated == 1 else f"{undated} steps have no day yet.")
    return " ".join(sentences)


def _sentence(action: Action) -> str:
    words = " ".join(clean(action.action).split()).rstrip(".") or "A step without words"
    status = f" ({action.status_label.lower()})" if action.status in CLOSED else ""
    return f"By {spell_date(action.due)}: {words}{status}."


def _day(action: Action) -> dt.date | None:
    try:
        return dt.date.fromisoformat(action.due)
    except ValueError:
        return None


def _draw_calendar(canvas: Canvas, first: dt.date, last: dt.date, height: float) -> None:
    """The first and last day at the top, and a line down from each."""
    for x, day, side in ((LEFT, first, "left"), (RIGHT, last, "right")):
        canvas.line((x, BOTTOM), (x, height - TOP + 0.05), Pen(style.LINE, 1, zorder=0))
        words = f"{day:%b} {day.day}, {day.year}"
        style.write(canvas, (x, height - 0.1), words, size=style.SMALL, color=style.MUTED, ha=side)
