"""Chart of repeated ratings: change by policy area."""

from __future__ import annotations

from collections.abc import Sequence

from cluster_kit.content.models import Content
from cluster_kit.content.rating_values import format_mean
from cluster_kit.documents import chart_style as style
from cluster_kit.documents.model import Picture
from cluster_kit.insights.charts.changes import SAME, ChangeLayout, ChangeRow, draw_changes
from cluster_kit.insights.movement import Movement
from cluster_kit.text import count_of

LAYOUT = ChangeLayout(left=2.1, right=5.3, row=0.5, top=0.15, label=1.0, gap=0.4, same="as before")
CAPTION = (
    "Mean ratings by policy area, of what was rated again. An open circle is the first rating, a filled one the "
    "latest; the line between them is how far it moved."
)


def movement_picture(content: Content, moved: Sequence[Movement]) -> Picture:
    """Change of each area's ratings on the scale. Rows are areas, in the order given."""
    scale = [(anchor.value, anchor.label) for anchor in content.instrument.scale]
    rows = [
        ChangeRow(style.wrap_text(one.area.title, LAYOUT.left - 0.5, max_lines=2), style.BODY, one.before, one.now)
        for one in moved
    ]
    data = tuple(map(_row, moved))
    return Picture(draw_changes(LAYOUT, scale, rows), describe_movement(content, moved), CAPTION, data)


def describe_movement(content: Content, moved: Sequence[Movement]) -> str:
    """Text alternative: one sentence per area."""
    most = max(anchor.value for anchor in content.instrument.scale)
    return " ".join([f"Mean ratings on a scale of 1 to {most}, first and latest.", *map(_sentence, moved)])


def _sentence(movement: Movement) -> str:
    given = count_of(movement.pairs, "rating")
    if abs(movement.now - movement.before) < SAME:
        return f"{movement.area.title}: {format_mean(movement.now)} as before, {given}."
    way = "up" if movement.now > movement.before else "down"
    return f"{movement.area.title}: {way} from {format_mean(movement.before)} to {format_mean(movement.now)}, {given}."


def _row(movement: Movement) -> dict[str, str | int | float | None]:
    means = {"before": round(movement.before, 2), "now": round(movement.now, 2)}
    return {"area": movement.area.title, **means, "up": movement.up, "down": movement.down}
