"""Published charts as slides with one idea each, and why a slide that would mislead is not offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cluster_kit.content.models import Content
from cluster_kit.insights.suppression import (
    AREAS,
    TOO_CLOSE,
    TOO_FEW,
    Bands,
    BarPart,
    BarRow,
    Published,
    end_sentence,
    middle_of,
)
from cluster_kit.text import count_of

MERGED = "Neighboring points are shown together where fewer than five states chose one of them."
POLL_BASIS = "Percentages are of the people who chose the options shown. Each person answered once."
NOT_COUNTED = "States that have not rated this statement, are not sure, or to which it does not apply, are not counted."


@dataclass(frozen=True)
class SlidePart:
    """A dot row or a bar: its label, its count, and its share of the slide's total in percent."""

    label: str
    count: int
    percent: int


@dataclass(frozen=True)
class ResultSlide:
    """A full-screen chart. ``unit``: what is counted. ``basis`` and ``notes`` say what is counted and what is left out.

    ``reason``: why it is not offered; empty if it is. ``alt`` is its description in words.
    """

    id: str
    title: str
    unit: Literal["states", "ratings", "people"]
    parts: tuple[SlidePart, ...]
    total: int
    basis: str
    notes: tuple[str, ...]
    reason: str
    alt: str


def make_result_slides(content: Content, published: Published) -> list[ResultSlide]:
    """The slides of a chart that participants were shown, in its order: one, or one for each area.

    An area's slide is offered only if it rests on at least half of the area's statements.
    """
    if published.counts == "people":
        return [_poll_slide(row) for row in published.rows]
    if published.subject != AREAS:
        return [_item_slide(row, published) for row in published.rows]
    return [_area_slide(content, row, published) for row in published.rows]


def explain_withheld_chart(content: Content, published: Published) -> str:
    """Why a chart must not be shown to participants; empty if it may.

    It would have no number; or, by area, every area's numbers rest on fewer than half of the area's statements.
    """
    slides = make_result_slides(content, published)
    if any(not slide.reason for slide in slides):
        return ""
    if not any(slide.parts for slide in slides):
        return next((slide.reason for slide in slides), TOO_FEW)
    return next(slide.reason for slide in slides if slide.parts)


def _item_slide(row: BarRow, published: Published) -> ResultSlide:
    is_merged = any(band.low < band.high for band in published.bands.get(row.id, ()))
    notes = tuple(note for note in (row.note, MERGED if is_merged else "", NOT_COUNTED) if note) if row.parts else ()
    total = sum(part.count for part in row.parts)
    basis = f"{count_of(total, 'state')} counted"
    return _slide(row.id, row, "states", basis, notes, "" if row.parts else row.note or TOO_CLOSE)


def _poll_slide(row: BarRow) -> ResultSlide:
    notes = (row.note,) if row.note else ()
    return _slide(row.id, row, "people", POLL_BASIS.rstrip("."), notes, "" if row.parts else TOO_CLOSE)


def _area_slide(content: Content, row: BarRow, published: Published) -> ResultSlide:
    area = next((area for area in content.instrument.areas if area.id == row.id), None)
    items = [item.id for item in area.items] if area else []
    middle = middle_of(len(content.instrument.scale) + 1)
    counted = sum(_is_cut_at(published.bands.get(item, ()), middle) for item in items)
    total = sum(part.count for part in row.parts)
    each = f"each of {count_of(counted, 'statement')}" if counted > 1 else "one statement"
    basis = f"{count_of(total, 'rating')}: each state counts once for {each} that it rated"
    left_out = len(items) - counted
    note = (
        f"Left out: {left_out} of the area’s {count_of(len(items), 'statement')}, because fewer than five states would"
        " show on one side."
        if left_out
        else ""
    )
    reason = _explain_area(row, counted, len(items))
    return _slide(f"{AREAS}/{row.id}", row, "ratings", basis, tuple(one for one in (note,) if one), reason)


def _explain_area(row: BarRow, counted: int, items: int) -> str:
    if not row.parts:
        return row.note or TOO_CLOSE
    if 2 * counted < items:
        return f"It would rest on {counted} of {items} statements, too few to represent the whole area."
    return ""


def _is_cut_at(bands: Bands, middle: int) -> bool:
    return any(band.low == middle for band in bands)


def _slide(
    key: str,
    row: BarRow,
    unit: Literal["states", "ratings", "people"],
    basis: str,
    notes: tuple[str, ...],
    reason: str,
) -> ResultSlide:
    parts, total = share_out(row.parts), sum(part.count for part in row.parts)
    one = "person" if unit == "people" else unit[:-1]
    text = "; ".join(f"{part.label}: {count_of(part.count, one, unit)}, {part.percent} percent" for part in parts)
    alt = f"{end_sentence(row.label)} {text}. {basis}. {' '.join(notes)}".strip()
    return ResultSlide(key, row.label, unit, parts, total, basis, notes, reason, alt)


def share_out(parts: tuple[BarPart, ...]) -> tuple[SlidePart, ...]:
    """The parts with whole percentages that add up to 100, by the method of the largest remainder."""
    total = sum(part.count for part in parts)
    if not total:
        return tuple(SlidePart(part.label, part.count, 0) for part in parts)
    exact = [100 * part.count / total for part in parts]
    whole = [int(one) for one in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: (whole[place] - exact[place], place))
    for place in by_remainder[: 100 - sum(whole)]:
        whole[place] += 1
    return tuple(SlidePart(part.label, part.count, percent) for part, percent in zip(parts, whole, strict=True))
