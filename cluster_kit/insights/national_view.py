"""All states together as a document, for the staff of the series. It names states: it is not for participants."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.content.models import Content, ItemsPrompt
from cluster_kit.documents.model import Block, Figure, Paragraph, Picture, Section, Table, Words, text
from cluster_kit.exercises.labels import NOT_SURE_LABEL
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.discuss import Topic
from cluster_kit.insights.national import Counts, National

if TYPE_CHECKING:
    from cluster_kit.content.models import PolicyArea

MOST_TOPICS, MOST_COLUMNS = 12, 5
NOTHING = "No state has rated anything yet."
VALUE = (
    "A state stands where its team has settled; where it has not settled yet, at the lower middle of its people's "
    "ratings. Facilitators and staff see all of it. What participants see of other states are counts of five or more."
)


@dataclass(frozen=True)
class NationalPictures:
    """The pictures of the document; None where nobody has rated."""

    tiles: Picture
    areas: Picture | None


def rated_areas(content: Content, sessions: Sequence[int] | None = None) -> list[PolicyArea]:
    """The areas that these sessions (None: all) ask to rate, in the instrument's order."""
    asked = {area for _, _, prompt in prompts_of(content, ItemsPrompt, sessions) for area in prompt.areas}
    return [area for area in content.instrument.areas if area.id in asked]


def national_opening(content: Content, national: National) -> tuple[Block, ...]:
    """How many states have rated, and how to read the numbers."""
    rated = f"{len(national.states)} of {len(content.jurisdictions)} states have rated." if national.states else NOTHING
    points = ", ".join(f"{anchor.value} {anchor.label}" for anchor in content.instrument.scale)
    return Paragraph(rated, "lead"), Paragraph(f"The scale: {points}. {VALUE}")


def national_parts(
    content: Content,
    national: National,
    areas: Sequence[PolicyArea],
    topics: Sequence[Topic],
    pictures: NationalPictures,
) -> tuple[Section, ...]:
    """The parts of the document: where states stand, what to discuss, and each item. None before anybody has rated."""
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
    rows = tuple((text(area.title), *_cells(national.areas[area.id])) for area in areas)
    return Table("How many states have their mean nearest to each point", _columns(content, "Policy area"), rows)


def _items_table(content: Content, area: PolicyArea, items: Mapping[str, Counts]) -> Table:
    rows = tuple((text(item.text), *_cells(items[item.id])) for item in area.items)
    return Table("How many states stand at each point", _columns(content, "Statement"), rows)


def _columns(content: Content, first: str) -> tuple[str, ...]:
    points = (f"{anchor.value} {anchor.label}" for anchor in content.instrument.scale)
    return (first, *points, NOT_SURE_LABEL, "States")


def _cells(counts: Counts) -> tuple[Words, ...]:
    return tuple(text(str(number)) for number in (*counts.points.values(), counts.unsure, counts.states))


def _topics(topics: Sequence[Topic]) -> Block:
    if not topics:
        return Paragraph("Teams agree, have settled, and are where they want to be.", "quiet")
    rows = tuple((text(topic.text), text(topic.reason)) for topic in topics[:MOST_TOPICS])
    return Table("The most pressing statements first", ("Statement", "Why"), rows)


def _states_table(content: Content, national: National, areas: Sequence[PolicyArea]) -> Table:
    names = {jurisdiction.code: jurisdiction.name for jurisdiction in content.jurisdictions}
    rows = tuple(
        (text(names[code]), *(_mean(national.means[area.id], code) for area in areas)) for code in national.states
    )
    return Table("Mean of each state's values, by policy area", ("State", *(area.title for area in areas)), rows)


def _evenly(areas: Sequence[PolicyArea]) -> list[Sequence[PolicyArea]]:
    """The areas in as few tables as a page is wide enough for, each about as wide as the others."""
    tables = math.ceil(len(areas) / MOST_COLUMNS)
    size = math.ceil(len(areas) / tables)
    return [areas[start : start + size] for start in range(0, len(areas), size)]


def _mean(means: Mapping[str, float | None], code: str) -> Words:
    if code not in means:
        return ()
    mean = means[code]
    return text(NOT_SURE_LABEL if mean is None else f"{mean:.1f}")
