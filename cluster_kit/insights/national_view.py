"""National document for the staff of the series. It names states and is not for participants."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.content.models import Content, ItemsPrompt
from cluster_kit.content.rating_values import Mean, OffScale, format_mean
from cluster_kit.documents.model import Block, Figure, Paragraph, Picture, Section, Table, Texts, one_text
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.discuss import Topic
from cluster_kit.insights.national import Counts, National

if TYPE_CHECKING:
    from cluster_kit.content.models import PolicyArea

MOST_TOPICS, MOST_COLUMNS = 12, 5
NOTHING = "No state has rated anything yet."
NO_SCALE = "This instrument has no rating scale: its items are answered in words, and nothing is counted here."
VALUE = (
    "A state's value is its team rating; if there is none yet, the lower median of its people's ratings. "
    "A statement that does not apply to a state is in none of its means. Facilitators and staff see all of this. "
    "Participants see only counts of five or more states."
)


@dataclass(frozen=True)
class NationalPictures:
    """The charts of the document; None if no state has rated."""

    tiles: Picture
    areas: Picture | None


def rated_areas(content: Content, sessions: Sequence[int] | None) -> list[PolicyArea]:
    """The areas that these sessions ask to rate, in the instrument's order. None means all sessions."""
    asked = {area for _, _, prompt in prompts_of(content, ItemsPrompt, sessions) for area in prompt.areas}
    return [area for area in content.instrument.areas if area.id in asked]


def national_opening(content: Content, national: National) -> tuple[Block, ...]:
    """The number of states that have rated, and how to read the numbers."""
    rated = f"{len(national.states)} of {len(content.jurisdictions)} states have rated." if national.states else NOTHING
    lead, rule = Paragraph(rated, "lead"), content.instrument.rule
    if not content.instrument.scale:
        return lead, Paragraph(NO_SCALE)
    points = ", ".join(f"{anchor.value} {anchor.label}" for anchor in content.instrument.scale)
    opening: tuple[Block, ...] = (lead, Paragraph(f"The scale: {points}. {VALUE}"))
    return (*opening, Paragraph(rule, "quiet")) if rule else opening


def national_parts(
    content: Content,
    national: National,
    areas: Sequence[PolicyArea],
    topics: Sequence[Topic],
    pictures: NationalPictures,
) -> tuple[Section, ...]:
    """The sections of the document: current ratings, discussion priorities, and each item. Empty before the first
    rating."""
    if not national.states or pictures.areas is None:
        return ()
    where = (
        Section("On the map", (Figure(pictures.tiles),)),
        Section("By policy area", (Figure(pictures.areas), _counts_table(content, national, areas))),
        Section("State by state", tuple(_states_table(content, national, some) for some in _evenly(areas))),
    )
    statements = tuple(Section(area.title, (_items_table(content, area, national.items),)) for area in areas)
    return (
        Section("Where states stand", where),
        Section("What to discuss next", (Section("Where teams differ, and what many share", (_topics(topics),)),)),
        Section("Statement by statement", statements),
    )


def _counts_table(content: Content, national: National, areas: Sequence[PolicyArea]) -> Table:
    rows = tuple((one_text(area.title), *_cells(national.areas[area.id])) for area in areas)
    return Table("How many states have their mean nearest to each point", _columns(content, "Policy area"), rows)


def _items_table(content: Content, area: PolicyArea, items: Mapping[str, Counts]) -> Table:
    rows = tuple((one_text(item.label), *_cells(items[item.id])) for item in area.items)
    return Table("How many states are at each point", _columns(content, "Statement"), rows)


def _columns(content: Content, first: str) -> tuple[str, ...]:
    points = (f"{anchor.value} {anchor.label}" for anchor in content.instrument.scale)
    return (first, *points, *(choice.label for choice in OffScale), "States")


def _cells(counts: Counts) -> tuple[Texts, ...]:
    numbers = (*counts.points.values(), *counts.off_scale.values(), counts.states)
    return tuple(one_text(str(number)) for number in numbers)


def _topics(topics: Sequence[Topic]) -> Block:
    if not topics:
        return Paragraph("Teams agree, have team ratings, and are where they want to be.", "quiet")
    rows = tuple((one_text(topic.text), one_text(topic.reason)) for topic in topics[:MOST_TOPICS])
    return Table("The most pressing statements first", ("Statement", "Why"), rows)


def _states_table(content: Content, national: National, areas: Sequence[PolicyArea]) -> Table:
    names = content.jurisdiction_names
    rows = tuple(
        (one_text(names[code]), *(_mean(national.means[area.id], code) for area in areas)) for code in national.states
    )
    return Table("Mean of each state's values, by policy area", ("State", *(area.title for area in areas)), rows)


def _evenly(areas: Sequence[PolicyArea]) -> list[Sequence[PolicyArea]]:
    """Split the areas into the fewest tables that fit the page, of about equal width."""
    tables = math.ceil(len(areas) / MOST_COLUMNS)
    size = math.ceil(len(areas) / tables)
    return [areas[start : start + size] for start in range(0, len(areas), size)]


def _mean(means: Mapping[str, Mean], code: str) -> Texts:
    if code not in means:
        return ()
    mean = means[code]
    return one_text(mean.label if isinstance(mean, OffScale) else format_mean(mean))
