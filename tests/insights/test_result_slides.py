"""Published charts as slides: what they count, what they leave out, and which are not offered."""

from __future__ import annotations

import pytest

from cluster_kit.content import load_content
from cluster_kit.insights.national import survey_states
from cluster_kit.insights.result_slides import MERGED, NOT_COUNTED, make_result_slides, share_out
from cluster_kit.insights.suppression import (
    AREAS,
    TOO_FEW,
    Band,
    BarPart,
    BarRow,
    Published,
    publish_areas,
    publish_item,
)
from tests.insights.nation import stand_at

CONTENT = load_content("2026")
AREA = CONTENT.instrument.areas[0]
ITEM = AREA.items[0].id
CODES = [jurisdiction.code for jurisdiction in CONTENT.jurisdictions]


def publish(*counts: int) -> Published:
    views = dict(zip(CODES, stand_at(CONTENT, ITEM, counts).values(), strict=False))
    return publish_item(CONTENT, survey_states(CONTENT, views), ITEM)


def test_a_statement_is_one_slide_that_counts_states() -> None:
    (slide,) = make_result_slides(CONTENT, publish(6, 12, 20, 8, 9))
    assert [part.count for part in slide.parts] == [12, 20, 8, 9]
    assert sum(part.percent for part in slide.parts) == 100
    assert (slide.id, slide.unit, slide.basis, slide.reason) == (ITEM, "states", "49 states counted", "")
    assert slide.notes == (NOT_COUNTED,)
    assert "20 states, 41 percent" in slide.alt
    assert "49 states counted." in slide.alt


def test_it_says_so_when_points_are_merged_and_never_counts_fewer_than_five() -> None:
    (slide,) = make_result_slides(CONTENT, publish(1, 12, 20, 3, 9))
    assert MERGED in slide.notes
    assert min(part.count for part in slide.parts) >= 5


def test_without_enough_answers_there_is_no_slide_and_a_true_reason() -> None:
    (slide,) = make_result_slides(CONTENT, publish(0, 1, 2, 1, 0))
    assert (slide.parts, slide.reason) == ((), TOO_FEW)


def areas(counted: int) -> Published:
    """An area of which this many statements have enough states on both sides."""
    low, high = BarPart(label="low", count=10 * counted), BarPart(label="high", count=20 * counted)
    bands = {item.id: (Band(0, 2, 10), Band(3, 4, 20)) for item in AREA.items[:counted]}
    row = BarRow(id=AREA.id, label=AREA.title, parts=(low, high))
    return Published(subject=AREAS, title="Areas", counts="ratings", rows=(row,), bands=bands)


def test_an_area_says_how_many_ratings_of_how_many_statements_it_counts() -> None:
    counted = len(AREA.items) - 1
    (slide,) = make_result_slides(CONTENT, areas(counted))
    assert slide.id == f"{AREAS}/{AREA.id}"
    assert (
        slide.basis == f"{30 * counted} ratings: each state counts once for each of {counted} statements that it rated"
    )
    assert slide.notes[0].startswith(f"Left out: 1 of the area’s {len(AREA.items)} statements, because ")
    assert slide.reason == ""


@pytest.mark.parametrize("counted", range(1, len(AREA.items)))
def test_an_area_that_rests_on_few_of_its_statements_is_not_offered(counted: int) -> None:
    (slide,) = make_result_slides(CONTENT, areas(counted))
    assert bool(slide.reason) == (2 * counted < len(AREA.items))
    if slide.reason:
        assert f"{counted} of {len(AREA.items)} statements" in slide.reason


def test_what_is_published_of_areas_agrees_with_what_the_slides_count() -> None:
    views = dict(zip(CODES, stand_at(CONTENT, ITEM, (6, 12, 20, 8, 9)).values(), strict=False))
    published = publish_areas(CONTENT, survey_states(CONTENT, views), [AREA])
    (slide,) = make_result_slides(CONTENT, published)
    assert slide.basis == "49 ratings: each state counts once for one statement that it rated"
    assert published.rows[0].note.startswith(f"Rests on 1 of {len(AREA.items)} statements, rated by 49 states.")


@pytest.mark.parametrize("counts", [(1, 1, 1), (5, 6, 7, 5), (0, 0), (5,), (1000, 1, 1), (57, 57, 57, 57, 57, 57)])
def test_whole_percentages_add_up(counts: tuple[int, ...]) -> None:
    parts = share_out(tuple(BarPart(label=str(place), count=count) for place, count in enumerate(counts)))
    assert sum(part.percent for part in parts) == (100 if sum(counts) else 0)
    assert [part.count for part in parts] == list(counts)
