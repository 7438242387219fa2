"""How a worksheet's parts are arranged, on paper and in Word: single prompts together, scales side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from cluster_kit.content.models import ChoicePrompt, DatePrompt, RatingPrompt
from cluster_kit.content.rating_values import OffScale
from cluster_kit.exercises.sources import SourceChoice
from cluster_kit.worksheets.sheet import Blank, WorksheetGroup, WorksheetPart

MOST_POINTS = 5
NARROWEST_SHARE = 0.75  # of the equal share of a scale's points


def join_plain_parts(parts: Sequence[WorksheetPart]) -> Iterator[WorksheetPart]:
    """The parts, with neighbors that are single prompts as one, so that they can be side by side or in one table."""
    for (is_plain, alone), group in groupby(parts, lambda part: (_is_plain(part), part.alone)):
        if is_plain:
            blanks = tuple(blank for part in group for one in part.groups for blank in one.blanks)
            yield WorksheetPart("", "", (WorksheetGroup("", blanks),), alone)
        else:
            yield from group


def _is_plain(part: WorksheetPart) -> bool:
    return bool(part.groups) and not part.title and not part.help and not any(g.title or g.notes for g in part.groups)


def has_scale(group: WorksheetGroup) -> bool:
    """True for a statement with a described scale that fits side by side, and with notes."""
    first = group.blanks[0] if group.blanks else None
    if first is None or not isinstance(first.asks, RatingPrompt) or not first.is_list or first.versions:
        return False
    points = [is_point(choice) for choice in first.choices]
    described = sum(points)
    return 0 < described <= MOST_POINTS and all(points[:described]) and len(group.blanks) > 1


def is_point(choice: SourceChoice) -> bool:
    """True for a described point of a scale, and false for a choice off the scale, such as "Not sure yet"."""
    return bool(choice.help) and choice.id not in tuple(OffScale)


def share_scale(groups: Sequence[WorksheetGroup]) -> list[float]:
    """The columns of the scales in a part, as wide as their descriptions are long, so that all rows are low."""
    scales = [
        [choice.help for choice in group.blanks[0].choices if is_point(choice)] for group in groups if has_scale(group)
    ]
    if not scales or len({len(scale) for scale in scales}) > 1:
        return []
    lengths = [sum(map(len, column)) for column in zip(*scales, strict=True)]
    return [max(length / sum(lengths), NARROWEST_SHARE / len(lengths)) for length in lengths]


def field_hint(blank: Blank) -> str:
    """What belongs into a field on paper, in parentheses; empty if that is clear."""
    match blank.asks:
        case DatePrompt():
            return "(month/day/year, such as 03/15/2027)"
        case ChoicePrompt(many=True):
            return "(every one that fits)" if blank.is_list else "(their names, one on each line)"
        case ChoicePrompt() | RatingPrompt():
            return "(one)"
        case _:
            return f"({blank.asks.hint})" if blank.asks.hint else ""
