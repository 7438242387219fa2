"""What participants may see of all states: only counts of five or more, and nothing to derive fewer from.

The method is the one that statistics offices recommend for small tables of counts with ordered categories: neighbours
are merged until each category holds enough (Federal Committee on Statistical Methodology, Working Paper 22, 2005; NCES
2011-603). A cell that is left out can be worked out from a total; a merged one cannot. The reasons are in
``docs/explanation/national.md``.

- "Not sure yet" stands below the scale as a category of its own, so that every answer is in the table.
- A zero is a small count like any other: shown, it would say of every state that it is not there.
- An area's numbers are sums of numbers that its items may show by themselves: they tell nothing new.
- What is shown stays as it was. Shown again, it changes only where every difference to what was shown before is zero
  or at least ``FEWEST``, and only to categories that contain, or divide, those that were shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import ValidationError

from cluster_kit.content.models import Content, PolicyArea
from cluster_kit.exercises.labels import NOT_SURE_LABEL
from cluster_kit.insights.national import Counts, National
from cluster_kit.models import FrozenModel

if TYPE_CHECKING:
    from cluster_kit.store import Event

FEWEST = 5
AREAS, SHOW, PICTURE = "areas", "show", "picture"
TITLE = "Where states stand, by policy area"
TOO_FEW = "Fewer than five states have answered so far."
TOO_CLOSE = "Not shown: the answers lie so close together that fewer than five states would show."
AS_IT_WAS = "As it was a while ago: too few states have answered since."


class Band(NamedTuple):
    """Neighbouring categories as one: ``low`` to ``high`` (0 is "not sure yet"), and how many states stand there."""

    low: int
    high: int
    states: int


Bands = tuple[Band, ...]
"""A whole table. Its bands follow on one another and hold every category."""


class BarPart(FrozenModel):
    """A piece of a bar: what it stands for, in words, and how many."""

    label: str
    count: int


class BarRow(FrozenModel):
    """A bar. ``id`` is an item's or an area's; ``note`` says what is left out, or why there are no parts."""

    id: str
    label: str
    parts: tuple[BarPart, ...] = ()
    note: str = ""


class Published(FrozenModel):
    """A picture as participants see it. ``subject`` is an item's id, or ``areas``.

    ``counts`` is what the numbers count: states, or in areas ratings (one for each state and item). ``bands`` holds by
    item what was given out, for whoever decides what may be given out next; ``for_page`` leaves it away.
    """

    subject: str
    title: str
    counts: Literal["states", "ratings"]
    rows: tuple[BarRow, ...]
    bands: dict[str, Bands]

    def for_page(self) -> dict[str, Any]:
        """What a participant's page gets, as JSON data, with ``alt``: the picture in words."""
        return {**self.model_dump(mode="json", exclude={"bands"}), "alt": describe_bands(self)}


def publish_item(content: Content, national: National, item_id: str, earlier: Iterable[Published] = ()) -> Published:
    """How many states stand where with one item, as participants may see it now.

    ``earlier``: all that participants have seen before, whether it was taken down or not (``read_published``). Where
    too few states have answered since, what was given out of the item last comes back, and says so.
    """
    counts = line_up(national.items[item_id])
    bands = release(counts, _given(item_id, list(earlier)))
    text = next(item.text for item in content.instrument.items if item.id == item_id)
    parts = tuple(BarPart(label=_label(content, band), count=band.states) for band in bands)
    row = BarRow(id=item_id, label=text, parts=parts, note=_note(counts, bands))
    given = {item_id: bands} if bands else {}
    return Published(subject=item_id, title=text, counts="states", rows=(row,), bands=given)


def publish_areas(
    content: Content, national: National, areas: Sequence[PolicyArea], earlier: Iterable[Published] = ()
) -> Published:
    """For each area how many ratings lie in each half of the scale, as participants may see it now.

    The sum of what its items give out, of those where both halves hold enough states by themselves. ``earlier`` as in
    ``publish_item``; an item of which too few states have answered since counts as it was.
    """
    seen = list(earlier)
    given: dict[str, Bands] = {}
    for item in (item for area in areas for item in area.items):
        if bands := release(line_up(national.items[item.id]), _given(item.id, seen)):
            given[item.id] = bands
    rows = tuple(_area_row(content, area, given) for area in areas)
    return Published(subject=AREAS, title=TITLE, counts="ratings", rows=rows, bands=given)


def read_published(record: Iterable[Event]) -> list[Published]:
    """Everything that participants were ever shown in a session, from ``Standing.record``, the oldest first.

    What was hidden or undone since is there as well: it has been seen.
    """
    values = [event.value for event in record if event.kind == SHOW]
    found = (find_published(value.get(PICTURE)) for value in values if isinstance(value, dict))
    return [one for one in found if one is not None]


def find_published(value: object) -> Published | None:
    """A picture from what its ``model_dump(mode="json")`` wrote; None where it is something else."""
    try:
        return Published.model_validate(value)
    except ValidationError:
        return None


def describe_bands(picture: Published) -> str:
    """The picture in words, for those who do not see it."""
    sentences = [f"{picture.title.rstrip('.')}."]
    for row in picture.rows:
        parts = "; ".join(f"{part.label}: {part.count} {picture.counts}" for part in row.parts)
        name = "" if row.id == picture.subject else f"{row.label}: "
        sentences += [f"{name}{parts}."] if parts else []
        sentences += [f"{'' if parts else name}{row.note}"] if row.note else []
    return " ".join(sentences)


def line_up(counts: Counts) -> list[int]:
    """The categories in order: "not sure yet", then each point of the scale."""
    return [counts.unsure, *counts.points.values()]


def release(counts: Sequence[int], given: Sequence[Bands] = ()) -> Bands:
    """What may be given out of a table now, after what was given out of it before, the oldest first; it may be none.

    ``counts`` as ``line_up`` gives them. What may not follow on something given before leaves the last as it was.
    """
    now = merge_small_counts(counts)
    if given and not (now and all(_may_follow(now, before) for before in given)):
        return given[-1]
    return now


def merge_small_counts(counts: Sequence[int]) -> Bands:
    """The counts in bands of ``FEWEST`` or more, at least two; none where that cannot be.

    The scale is cut in the middle, then each half again, as long as both sides hold enough. Where a cut cannot be made,
    the next one is tried, always in the same order: so a band that stays whole says of its parts only that one is
    small, and not which, and not how small.
    """
    cuts = _divide(counts, 0, len(counts))
    return cut(counts, cuts) if cuts else ()


def middle_of(categories: int) -> int:
    """Where the upper half of the scale begins, "not sure yet" being category 0: at 3 on a scale of 1 to 4."""
    return 1 + (categories - 1) // 2


def cut(counts: Sequence[int], cuts: Iterable[int]) -> Bands:
    """The counts as bands, a new one beginning at each cut."""
    places = pairwise([0, *sorted(cuts), len(counts)])
    return tuple(Band(low, high - 1, sum(counts[low:high])) for low, high in places)


def _divide(counts: Sequence[int], low: int, high: int) -> list[int]:
    """Where the categories from ``low`` to before ``high`` are cut."""
    middle = middle_of(len(counts))
    for place in sorted(range(low + 1, high), key=lambda place: (abs(place - middle), place)):
        if sum(counts[low:place]) >= FEWEST and sum(counts[place:high]) >= FEWEST:
            return [*_divide(counts, low, place), place, *_divide(counts, place, high)]
    return []


def _may_follow(bands: Bands, before: Bands) -> bool:
    """One table divides the other; between them lies nothing, or enough, and somewhere enough."""
    now, then = _cuts(bands), _cuts(before)
    if not (now <= then or then <= now):
        return False
    pairs = zip(_join(bands, then), _join(before, now), strict=True)
    differences = {abs(new.states - old.states) for new, old in pairs}
    return differences != {0} and all(difference == 0 or difference >= FEWEST for difference in differences)


def _cuts(bands: Bands) -> frozenset[int]:
    return frozenset(band.low for band in bands[1:])


def _join(bands: Bands, cuts: frozenset[int]) -> Bands:
    """The bands without those of their own cuts that are not among these."""
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
    left_out, all_items = len(area.items) - len(halves), len(area.items)
    note = f"{left_out} of {all_items} statements are left out: too few states stand apart." if left_out else ""
    return BarRow(id=area.id, label=area.title, parts=parts, note=note)


def _note(counts: Sequence[int], bands: Bands) -> str:
    if not bands:
        return TOO_FEW if sum(counts) < FEWEST else TOO_CLOSE
    return "" if bands == merge_small_counts(counts) else AS_IT_WAS


def _label(content: Content, band: Band) -> str:
    """For example ``Not sure yet or 1 Not yet``."""
    names = [NOT_SURE_LABEL, *(f"{anchor.value} {anchor.label}" for anchor in content.instrument.scale)]
    *first, last = names[band.low : band.high + 1]
    return f"{', '.join(first)} or {last}" if first else last
