"""Tile map layout: every state is a square of equal size, so small states are as visible as large ones."""

from __future__ import annotations

from collections.abc import Mapping

from cluster_kit.content.models import Content

COLUMNS = 11


def tile_grid(content: Content) -> Mapping[str, tuple[int, int]]:
    """Column and row of every jurisdiction by postal code, both from 0, in the order of the jurisdictions.

    Jurisdictions without a tile in the content get extra rows below the others.
    """
    placed = [jurisdiction.tile for jurisdiction in content.jurisdictions if jurisdiction.tile]
    below = max((row for _, row in placed), default=-2) + 2
    width = max(COLUMNS, *(column + 1 for column, _ in placed), 0)
    left = iter(j.code for j in content.jurisdictions if j.tile is None)
    spare = {code: (place % width, below + place // width) for place, code in enumerate(left)}
    return {j.code: j.tile or spare[j.code] for j in content.jurisdictions}
