"""Charts of a session's evaluation: the options that people chose, and confidence before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.patches import Rectangle

from cluster_kit.documents import chart_style as style
from cluster_kit.documents.canvas import Canvas, Pen
from cluster_kit.documents.model import Picture, Scalar
from cluster_kit.insights.charts.changes import ChangeLayout, ChangeRow, draw_changes
from cluster_kit.insights.evaluation import ChoiceResult, ConfidenceResult, LabelCount, OutcomeResult

LABELS, BARS = 2.35, 5.35
BAR, BAR_ROW = 0.22, 0.35
TOP = 0.12
CONFIDENCE = ChangeLayout(left=3.35, right=5.75, row=0.5, top=TOP, label=0.78, gap=0.25, same="no change")


def choice_picture(result: ChoiceResult) -> Picture:
    """A bar for each option, as in ``result.ordered``. ``result.answered`` must not be None."""
    answered = result.answered or 0
    height = TOP * 2 + BAR_ROW * len(result.counts)
    canvas = Canvas(height)
    most = max([*(count.count for count in result.counts), 1])
    for number, one in enumerate(result.ordered):
        y = height - TOP - BAR_ROW * (number + 0.5)
        lines = style.wrap_text(one.label, LABELS - 0.2, size=style.SMALL, max_lines=2)
        style.write_lines(canvas, (0.05, y), lines, size=style.SMALL)
        wide = (BARS - LABELS) * one.count / most
        canvas.add(Rectangle((LABELS, y - BAR / 2), wide, BAR, facecolor=style.ACCENT, edgecolor="none"))
        text = f"{one.count} ({format_share(one.count, answered)})"
        style.write_lines(canvas, (LABELS + wide + 0.1, y), [text], size=style.SMALL, color=style.MUTED)
    canvas.line((LABELS, TOP), (LABELS, height - TOP), Pen(style.MUTED, 1))
    return Picture(canvas.svg(), describe_choices(result), _caption(result), tuple(map(_option_row, result.ordered)))


def _option_row(count: LabelCount) -> Mapping[str, Scalar]:
    return {"answer": count.label, "people": count.count}


def describe_choices(result: ChoiceResult) -> str:
    """Text alternative: the number of people for each option."""
    answered = result.answered or 0
    parts = [f"{count.label}: {count.count} ({format_share(count.count, answered)})" for count in result.ordered]
    return f"{result.short}, {answered} people. {'; '.join(parts)}."


def _caption(result: ChoiceResult) -> str:
    several = ", who could choose several" if result.many else ""
    return f"Answers of {result.answered} people{several}."


def format_share(count: int, answered: int) -> str:
    """A share as a whole percentage."""
    return f"{round(100 * count / answered)}%"


def confidence_picture(result: ConfidenceResult) -> Picture:
    """The mean before and now of each outcome with enough answers, on the scale."""
    shown = [outcome for outcome in result.outcomes if outcome.answered is not None]
    titles = (style.wrap_text(one.text, CONFIDENCE.left - 0.4, size=style.SMALL, max_lines=3) for one in shown)
    rows = [
        ChangeRow(title, style.SMALL, one.mean_before, one.mean_now) for title, one in zip(titles, shown, strict=True)
    ]
    caption = (
        "Mean confidence by learning outcome. An open circle is before the session, a filled one is now; the number "
        "at the right is the change."
    )
    svg = draw_changes(CONFIDENCE, result.scale, rows)
    return Picture(svg, describe_confidence(result, shown), caption, tuple(map(_outcome_row, shown)))


def _outcome_row(result: OutcomeResult) -> Mapping[str, Scalar]:
    return {"outcome": result.text, "before": round(result.mean_before, 2), "now": round(result.mean_now, 2)}


def describe_confidence(result: ConfidenceResult, shown: Sequence[OutcomeResult]) -> str:
    """Text alternative: one sentence for each outcome."""
    most = max(point for point, _ in result.scale)
    return " ".join([f"Mean confidence on a scale of 1 to {most}, before the session and now.", *map(_sentence, shown)])


def _sentence(result: OutcomeResult) -> str:
    means = f"from {result.mean_before:.1f} to {result.mean_now:.1f}"
    return f"{result.text.rstrip('.')}: {means}, {result.answered} people."
