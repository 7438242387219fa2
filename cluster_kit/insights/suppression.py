"""Disclosure control: participants see national counts of five or more only, and cannot derive smaller ones.

The method is the one that statistical agencies recommend for small tables of counts with ordered categories: adjacent
categories are merged until each holds enough (Federal Committee on Statistical Methodology, Working Paper 22, 2005;
NCES 2011-603). A suppressed cell can be derived from a total; a merged one cannot. ``docs/explanation/national.md``
gives the reasons.

- States that are not sure, or to which an item does not apply, are left out like those that have not answered. No
  reader can tell them apart.
- A zero is a small count like any other: publishing it would disclose every state's absence from that category.
- An area's numbers are sums of numbers that its items may publish by themselves: they disclose nothing new.
- Published numbers persist. They change only if every difference from what was published before is zero or at least
  ``FEWEST``, and only to categories that contain, or divide, those published before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import ValidationError

from cluster_kit.content.models import Content, PolicyArea
from cluster_kit.content.rating_values import OffScale
from cluster_kit.insights.national import Counts, National
from cluster_kit.models import FrozenModel
from cluster_kit.text import count_of, inflect, join_words

if TYPE_CHECKING:
    from cluster_kit.store import Event

FEWEST = 5
POINTS_FROM = 1
"""The first point of the scale in a table of ratings: category 0, "not sure yet", is not published."""
AREAS, SHOW, PICTURE = "areas", "show", "picture"
TITLE = "Where states stand, by policy area"
TOO_FEW = "Fewer than five states have answered so far."
TOO_CLOSE = "Not shown: the answers lie so close together that fewer than five states would show."
AS_IT_WAS = "An earlier count: too few states have answered since then."


class Band(NamedTuple):
    """Adjacent categories merged: ``low`` to ``high``, and the number of states in them. Of ratings, 0 is "not sure
    yet", which only charts of earlier versions have."""

    low: int
    high: int
    states: int


Bands = tuple[Band, ...]
"""A whole table: contiguous bands that cover every category, or of ratings every point."""


class BarPart(FrozenModel):
    """A part of a bar: its label and its count."""

    label: str
    count: int


class BarRow(FrozenModel):
    """A bar. ``id`` is an item's or an area's; ``note`` says what is left out, or why there are no parts."""

    id: str
    label: str
    parts: tuple[BarPart, ...] = ()
    note: str = ""


class Published(FrozenModel):
    """A chart as participants see it. ``subject`` is an item's id, ``areas``, or ``poll-`` and a poll's id.

    ``counts`` is the unit: states, in areas ratings (one for each state and item), or in polls people.
    ``bands`` has the published bands by item, as input for later releases; ``for_page`` omits it.
    """

    subject: str
    title: str
    counts: Literal["states", "ratings", "people"]
    rows: tuple[BarRow, ...]
    bands: dict[str, Bands]

    def for_page(self) -> dict[str, Any]:
        """JSON data for a participant's page, with the text alternative in ``alt``."""
        return {**self.model_dump(mode="json", exclude={"bands"}), "alt": describe_bands(self)}


def publish_item(content: Content, national: National, item_id: str, earlier: Iterable[Published] = ()) -> Published:
    """The distribution of states on one item, as participants may see it now.

    ``earlier``: everything that participants have seen before, including what was hidden since (``read_published``). If
    too few states have answered since, the last published version is returned, and says so.
    """
    counts = count_by_category(national.items[item_id])
    bands = release_counts(counts, _given(item_id, list(earlier)), POINTS_FROM)
    text = next(item.text for item in content.instrument.items if item.id == item_id)
    parts = tuple(BarPart(label=_label(content, band), count=band.states) for band in bands)
    row = BarRow(id=item_id, label=text, parts=parts, note=_note(counts, bands))
    given = {item_id: bands} if bands else {}
    return Published(subject=item_id, title=text, counts="states", rows=(row,), bands=given)


def publish_areas(
    content: Content, national: National, areas: Sequence[PolicyArea], earlier: Iterable[Published] = ()
) -> Published:
    """For each area, the number of ratings in each half of the scale, as participants may see it now.

    The sum of what its items publish, over those with enough states in both halves; the note says how many items that
    are, and how many states each counts. ``earlier`` as in ``publish_item``; an item that too few states have
    answered since counts as last published.
    """
    seen = list(earlier)
    given: dict[str, Bands] = {}
    for item in (item for area in areas for item in area.items):
        counts = count_by_category(national.items[item.id])
        if bands := release_counts(counts, _given(item.id, seen), POINTS_FROM):
            given[item.id] = bands
    rows = tuple(_area_row(content, area, given) for area in areas)
    return Published(subject=AREAS, title=TITLE, counts="ratings", rows=rows, bands=given)


def read_published(record: Iterable[Event]) -> list[Published]:
    """Everything that participants were shown in a session, from ``SessionState.record``, oldest first.

    Includes what was hidden or undone since: participants have seen it.
    """
    values = [event.value for event in record if event.kind == SHOW]
    found = (find_published(value.get(PICTURE)) for value in values if isinstance(value, dict))
    return [one for one in found if one is not None]


def find_published(value: object) -> Published | None:
    """A chart from the output of its ``model_dump(mode="json")``; None for anything else."""
    try:
        return Published.model_validate(value)
    except ValidationError:
        return None


def describe_bands(picture: Published) -> str:
    """Text alternative of the chart."""
    sentences = [end_sentence(picture.title)]
    for row in picture.rows:
        parts = "; ".join(f"{part.label}: {part.count} {picture.counts}" for part in row.parts)
        name = "" if row.id == picture.subject else f"{row.label}: "
        sentences += [f"{name}{parts}."] if parts else []
        sentences += [f"{'' if parts else name}{row.note}"] if row.note else []
    return " ".join(sentences)


def end_sentence(text: str) -> str:
    """The text with a period, unless it ends with a mark already."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def count_by_category(counts: Counts) -> list[int]:
    """Counts by category, in order: "not sure yet", then each point of the scale. "Does not apply" is in none."""
    return [counts.unsure, *counts.points.values()]


def release_counts(counts: Sequence[int], given: Sequence[Bands], start: int = 0) -> Bands:
    """The bands of a table that may be published now, given those published before, oldest first; may be empty.

    ``counts`` and ``start``: as for ``merge_small_counts``. If an update is not permitted, the last published bands are
    returned.
    """
    now = merge_small_counts(counts, start)
    if given and not (now and all(_may_follow(now, before) for before in given)):
        return given[-1]
    return now


def merge_small_counts(counts: Sequence[int], start: int = 0) -> Bands:
    """The counts in at least two bands of ``FEWEST`` or more; empty if that is impossible.

    Categories before ``start`` are in no band: with ``POINTS_FROM``, a table as from ``count_by_category`` is published
    without "not sure yet".

    The scale is cut in the middle, then each half again, while both sides hold enough. If a cut is not possible, the
    next one is tried, always in the same order. A band that is not divided therefore discloses only that one of its
    parts is small, not which or how small.
    """
    cuts = _divide(counts, start, len(counts))
    return cut_bands(counts, cuts, start) if cuts else ()


def middle_of(categories: int) -> int:
    """First category of the upper half of the scale, with "not sure yet" as category 0: 3 on a scale of 1 to 4."""
    return 1 + (categories - 1) // 2


def cut_bands(counts: Sequence[int], cuts: Iterable[int], start: int = 0) -> Bands:
    """The counts from ``start`` as bands, with a new band at each cut."""
    places = pairwise([start, *sorted(cuts), len(counts)])
    return tuple(Band(low, high - 1, sum(counts[low:high])) for low, high in places)


def _divide(counts: Sequence[int], low: int, high: int) -> list[int]:
    """The cuts within the categories from ``low`` up to, but not including, ``high``."""
    middle = middle_of(len(counts))
    for place in sorted(range(low + 1, high), key=lambda place: (abs(place - middle), place)):
        if sum(counts[low:place]) >= FEWEST and sum(counts[place:high]) >= FEWEST:
            return [*_divide(counts, low, place), place, *_divide(counts, place, high)]
    return []


def _may_follow(bands: Bands, before: Bands) -> bool:
    """True if one table divides the other, and every difference is zero or large enough, but not all are zero.

    A band of ``before`` with states that are not sure only, from a chart of an earlier version, is not compared.
    """
    before = tuple(band for band in before if band.high >= bands[0].low)
    now, then = _cuts(bands), _cuts(before)
    if not (now <= then or then <= now):
        return False
    pairs = zip(_join(bands, then), _join(before, now), strict=True)
    differences = {abs(new.states - old.states) for new, old in pairs}
    return differences != {0} and all(difference == 0 or difference >= FEWEST for difference in differences)


def _cuts(bands: Bands) -> frozenset[int]:
    return frozenset(band.low for band in bands[1:])


def _join(bands: Bands, cuts: frozenset[int]) -> Bands:
    """Merge the bands, keeping only their cuts that are in ``cuts``."""
    joined: list[Band] = []
    for band in bands:
        if joined and band.low not in cuts:
            joined[-1] = Band(joined[-1].low, band.high, joined[-1].states + band.states)
        else:
            joined.append(band)
    return tuple(joined)


def _given(item: str, seen: Sequence[Published]) -> list[Bands]:
    return [one.bands[item] for one in seen if item in one.bands]


def _area_row(content: Content, area: PolicyArea, given: dict[str, Bands]) -> BarRow:
    middle = middle_of(len(content.instrument.scale) + 1)
    tables = [given[item.id] for item in area.items if item.id in given]
    halves = [_join(bands, frozenset({middle})) for bands in tables if middle in _cuts(bands)]
    if not halves:
        return BarRow(id=area.id, label=area.title, note=TOO_CLOSE)
    parts = tuple(
        BarPart(label=_label(content, half[0]), count=sum(band.states for band in half))
        for half in zip(*halves, strict=True)
    )
    note = _basis([sum(band.states for band in half) for half in halves], len(area.items))
    return BarRow(id=area.id, label=area.title, parts=parts, note=note)


def _basis(states: Sequence[int], statements: int) -> str:
    """What an area's numbers rest on. ``states``: how many the published table of each statement counts."""
    fewest, most = min(states), max(states)
    how_many = f"{fewest} to {most} states" if fewest < most else count_of(most, "state")
    left_out = statements - len(states)
    if not left_out:
        which = "all its statements" if statements > 1 else "its one statement"
    else:
        which = f"{len(states)} of {count_of(statements, 'statement')}"
    rests = f"Rests on {which}, rated by {how_many}{' each' if len(states) > 1 else ''}."
    if not left_out:
        return rests
    verb = inflect(left_out, "is", "are")
    return f"{rests} {left_out} {verb} left out: fewer than five states would show on one side."


def _note(counts: Sequence[int], bands: Bands) -> str:
    if not bands:
        return TOO_FEW if sum(counts[POINTS_FROM:]) < FEWEST else TOO_CLOSE
    return "" if bands == merge_small_counts(counts, POINTS_FROM) else AS_IT_WAS


def _label(content: Content, band: Band) -> str:
    """For example ``1 Not yet or 2 Taking shape``."""
    names = [OffScale.NOT_SURE.label, *(f"{anchor.value} {anchor.label}" for anchor in content.instrument.scale)]
    *first, last = names[band.low : band.high + 1]
    return join_words([*first, last], "or")
