"""Ratings of the instrument's items as tables and lists. People rate alone, so nobody is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cluster_kit.content.models import Content, Exercise, ItemsPrompt
from cluster_kit.insights.answers import Answers
from cluster_kit.insights.document import Block, Paragraph, Table, Voice, Words, text
from cluster_kit.insights.labels import NOT_SURE_LABEL
from cluster_kit.insights.ratings import AreaSummary, Rating, read_ratings
from cluster_kit.insights.typed import clean

if TYPE_CHECKING:
    from cluster_kit.content.models import PolicyArea


def ratings_blocks(
    content: Content, session: int, exercise: Exercise, prompt: ItemsPrompt, answers: Answers
) -> list[Block]:
    """For each area that was rated, its items with how often each point was given, and the notes beside them."""
    ratings = [r for r in read_ratings(content, answers, [session], exercise.id) if r.area in prompt.areas]
    blocks: list[Block] = []
    for area in content.instrument.areas:
        of_area = [r for r in ratings if r.area == area.id]
        if of_area:
            blocks += _area_blocks(content, area, of_area)
    return [Paragraph(scale_sentence(content)), *blocks] if blocks else []


def summary_table(content: Content, summaries: Sequence[AreaSummary]) -> Table:
    """One row per policy area: mean, lowest to highest, how many ratings by how many people."""
    rows = tuple(
        (
            text(s.area.title),
            text(f"{s.mean:.1f}" if s.mean is not None else NOT_SURE_LABEL),
            text(_range(s)),
            text(count(s.n, "rating") + f" by {count_people(s.people)}"),
        )
        for s in summaries
    )
    highest = len(content.instrument.scale)
    return Table("Ratings by policy area", ("Policy area", f"Mean, of {highest}", "From–to", "Given"), rows)


def scale_sentence(content: Content) -> str:
    """What the points of the scale mean."""
    points = ", ".join(f"{anchor.value} {anchor.label}" for anchor in content.instrument.scale)
    return f"The scale: {points}."


def spread_words(content: Content, ratings: Sequence[Rating]) -> Words:
    """How often each point was given, for example ``2 Started`` and ``3 In place (2 people)``."""
    given = [(f"{a.value} {a.label}", sum(r.rating == a.value for r in ratings)) for a in content.instrument.scale]
    given.append((NOT_SURE_LABEL, sum(r.answered and r.rating is None for r in ratings)))
    return tuple(Voice(label + (f" ({times} people)" if times > 1 else "")) for label, times in given if times)


def count(number: int, noun: str) -> str:
    """``1 rating``, ``2 ratings``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def count_people(number: int) -> str:
    """``1 person``, ``2 people``."""
    return "1 person" if number == 1 else f"{number} people"


def _area_blocks(content: Content, area: PolicyArea, ratings: Sequence[Rating]) -> list[Block]:
    rows = []
    for item in area.items:
        of_item = [r for r in ratings if r.item == item.id]
        if of_item:
            rows.append((text(item.text), spread_words(content, of_item), _notes(of_item)))
    noted = any(row[2] for row in rows)
    columns = ("Statement", "What people chose", *(("Evidence noted",) if noted else ()))
    return [Table(area.title, columns, tuple(row if noted else row[:2] for row in rows))]


def _notes(ratings: Sequence[Rating]) -> Words:
    """The notes in alphabetical order, so that the order gives nobody away."""
    return tuple(Voice(note) for note in sorted({clean(r.note) for r in ratings if r.note.strip()}))


def _range(summary: AreaSummary) -> str:
    if summary.lowest is None:
        return "–"
    return str(summary.lowest) if summary.lowest == summary.highest else f"{summary.lowest}–{summary.highest}"
