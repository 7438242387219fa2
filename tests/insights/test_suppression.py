"""No published data disclose a count of fewer than five states."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from cluster_kit.insights.national import StateViews, TeamView, survey_states
from cluster_kit.insights.suppression import (
    AS_IT_WAS,
    FEWEST,
    TOO_CLOSE,
    TOO_FEW,
    Band,
    Bands,
    Published,
    describe_bands,
    find_published,
    merge_small_counts,
    publish_areas,
    publish_item,
    read_published,
)
from cluster_kit.store import Event
from tests.insights.nation import MOMENT, stand_at
from tests.samples import small_content

CONTENT = small_content()
ITEM = "definitions"
CATEGORIES = 5


def publish(*counts: int, earlier: Sequence[Published] = ()) -> Published:
    """The chart of one item with these numbers of states not sure, at 1, at 2, at 3, and at 4."""
    return publish_item(CONTENT, national(*counts), ITEM, earlier)


def national(*counts: int):  # type: ignore[no-untyped-def]
    states = stand_at(CONTENT, ITEM, counts)
    places = [CONTENT.jurisdictions[0].model_copy(update={"code": code}) for code in states]
    return survey_states(CONTENT.model_copy(update={"jurisdictions": tuple(places)}), states)


def parts(picture: Published) -> list[tuple[str, int]]:
    return [(part.label, part.count) for part in picture.rows[0].parts]


def test_counts_that_are_large_enough_are_shown_as_they_are() -> None:
    assert parts(publish(5, 6, 7, 8, 9)) == [
        ("1 Not yet", 6),
        ("2 Started", 7),
        ("3 In place", 8),
        ("4 Sustained", 9),
    ]


def test_small_counts_and_zeros_are_merged_with_their_neighbours() -> None:
    assert parts(publish(0, 12, 20, 8, 2)) == [
        ("1 Not yet", 12),
        ("2 Started", 20),
        ("3 In place or 4 Sustained", 10),
    ]
    assert parts(publish(0, 2, 20, 8, 2))[0] == ("1 Not yet or 2 Started", 22)


def test_states_that_are_not_sure_are_in_no_published_count_however_many_they_are() -> None:
    assert {tuple(parts(publish(unsure, 12, 20, 8, 2))) for unsure in (0, 1, 4, 5, 30)} == {
        (("1 Not yet", 12), ("2 Started", 20), ("3 In place or 4 Sustained", 10))
    }
    assert publish(30, 0, 1, 2, 1).rows[0].note == TOO_FEW


def test_the_two_halves_of_the_scale_come_first_and_where_one_is_too_small_the_nearest_other_cut() -> None:
    assert [band[:2] for band in merge_small_counts((0, 4, 4, 4, 4))] == [(0, 2), (3, 4)]
    assert merge_small_counts((0, 25, 28, 4, 0)) == (Band(0, 1, 25), Band(2, 4, 32))
    assert merge_small_counts((0, 1, 2, 20, 30)) == (Band(0, 3, 23), Band(4, 4, 30))


def test_where_nothing_may_be_shown_a_sentence_says_why() -> None:
    for counts, note in (((0, 1, 1, 1, 1), TOO_FEW), ((0, 57, 0, 0, 0), TOO_CLOSE), ((0, 40, 0, 0, 4), TOO_CLOSE)):
        picture = publish(*counts)
        assert (picture.rows[0].parts, picture.rows[0].note, picture.bands) == ((), note, {})


def test_every_shown_count_is_large_enough_and_together_they_are_all_states() -> None:
    for counts in random_tables(2000):
        bands = merge_small_counts(counts)
        assert all(band.states >= FEWEST for band in bands)
        assert [band.low for band in bands[1:]] == [band.high + 1 for band in bands[:-1]]
        if bands:
            assert sum(band.states for band in bands) == sum(counts)


def test_who_knows_the_method_learns_no_small_count_from_any_table_of_up_to_twenty_three_states() -> None:
    """For every table: what is published fits other tables, in which each small count has five values or more."""
    fits: defaultdict[Bands, list[set[int]]] = defaultdict(lambda: [set() for _ in range(CATEGORIES)])
    for counts in all_tables(23):
        for seen, count in zip(fits[merge_small_counts(counts)], counts, strict=True):
            seen.add(count)
    for shown, possible in fits.items():
        for counts in possible if shown else []:
            assert min(counts) >= FEWEST or len(counts) >= FEWEST, shown


def test_a_picture_that_is_shown_again_after_one_state_has_changed_stays_as_it_was() -> None:
    first = publish(0, 12, 20, 8, 9)
    again = publish(0, 11, 21, 8, 9, earlier=[first])
    assert parts(again) == parts(first)
    assert again.rows[0].note == AS_IT_WAS
    assert again.bands == first.bands


def test_it_changes_when_five_have_come_or_moved_and_may_become_finer() -> None:
    first = publish(0, 6, 0, 6, 0)
    assert len(parts(first)) == 2
    again = publish(0, 6, 5, 6, 5, earlier=[first])
    assert [count for _, count in parts(again)] == [6, 5, 6, 5]


def test_where_one_number_would_change_by_less_than_five_all_stay_as_they_were() -> None:
    first = publish(0, 10, 10, 10, 10)
    again = publish(0, 10, 19, 11, 14, earlier=[first])
    assert (parts(again), again.rows[0].note) == (parts(first), AS_IT_WAS)


def test_a_change_since_a_chart_that_showed_who_is_not_sure_is_measured_without_them() -> None:
    """Charts of earlier versions have that band. Readers can leave it out, too."""
    bands = (Band(0, 0, 5), Band(1, 2, 6), Band(3, 4, 7))
    first = publish(0, 6, 0, 7, 0).model_copy(update={"bands": {ITEM: bands}})
    assert publish(0, 5, 0, 7, 0, earlier=[first]).bands[ITEM] == bands
    assert publish(0, 11, 0, 7, 0, earlier=[first]).bands[ITEM] == (Band(1, 2, 11), Band(3, 4, 7))


def test_categories_that_cross_those_that_were_shown_are_not_shown() -> None:
    first = publish(0, 25, 28, 4, 0)
    again = publish(0, 3, 60, 40, 0, earlier=[first])
    assert merge_small_counts((0, 3, 60, 40, 0)) == (Band(0, 2, 63), Band(3, 4, 40))
    assert again.bands == first.bands


def test_an_item_shown_after_the_areas_is_as_it_was_then_unless_five_have_answered_since() -> None:
    areas = publish_areas(CONTENT, national(0, 10, 10, 10, 10), CONTENT.instrument.areas)
    item = publish(0, 10, 11, 9, 10, earlier=[areas])
    assert ([count for _, count in parts(item)], item.rows[0].note) == ([10, 10, 10, 10], AS_IT_WAS)
    assert [count for _, count in parts(publish(0, 10, 15, 10, 10, earlier=[areas]))] == [10, 15, 10, 10]


def test_an_area_sums_up_what_its_items_may_show_and_says_what_is_left_out() -> None:
    states: dict[str, StateViews] = {}
    for number, (code, one) in enumerate(stand_at(CONTENT, "shared_vision", (0, 5, 3, 7, 0)).items()):
        states[code] = {**one, "joint_planning": TeamView((1 if number < 13 else 4,))}
    places = [CONTENT.jurisdictions[0].model_copy(update={"code": code}) for code in states]
    found = survey_states(CONTENT.model_copy(update={"jurisdictions": tuple(places)}), states)
    picture = publish_areas(CONTENT, found, CONTENT.instrument.areas)
    alignment, data = picture.rows
    assert [(part.label, part.count) for part in alignment.parts] == [
        ("1 Not yet or 2 Started", 8),
        ("3 In place or 4 Sustained", 7),
    ]
    basis = (
        "Rests on 1 of 2 statements, rated by 15 states. 1 is left out: fewer than five states would show on one side."
    )
    assert alignment.note == basis
    assert (data.parts, data.note) == ((), TOO_CLOSE)
    assert describe_bands(picture) == (
        "Where states stand, by policy area. Systems alignment: 1 Not yet or 2 Started: 8 ratings; "
        f"3 In place or 4 Sustained: 7 ratings. {basis} Data: {TOO_CLOSE}"
    )


def test_the_areas_stay_as_they_were_item_by_item() -> None:
    first = publish_areas(CONTENT, national(0, 10, 10, 10, 10), CONTENT.instrument.areas)
    again = publish_areas(CONTENT, national(0, 10, 11, 9, 10), CONTENT.instrument.areas, [first])
    assert again == first


def test_what_was_shown_is_read_back_from_the_record_even_if_it_was_hidden_or_undone() -> None:
    picture = publish(0, 12, 20, 8, 9)
    values = [{"shown": True, "picture": picture.model_dump(mode="json")}, {"shown": False}, {"shown": True}, None]
    record = [
        Event(id=f"e{n}", series="s", session=1, kind="show", subject=ITEM, author="f", value=value, seq=n, at=MOMENT)
        for n, value in enumerate(values)
    ]
    assert read_published(record) == [picture]
    assert find_published({"subject": ITEM}) is None


def test_a_page_gets_the_words_and_not_what_is_kept_for_the_next_decision() -> None:
    sent = publish(0, 12, 20, 8, 9).for_page()
    assert set(sent) == {"subject", "title", "counts", "rows", "alt"}
    assert sent["alt"].startswith("Terms are defined once. 1 Not yet: 12 states; ")


@pytest.mark.parametrize("seed", range(60))
def test_no_series_of_pictures_lets_one_work_out_a_count_of_one_to_four(seed: int) -> None:
    """States join, change their ratings, and leave; charts are published at any time.

    The attacker has seen all of them, assumes that no state moved where a number is unchanged, and tries every sum and
    every difference.
    """
    chance = random.Random(seed)
    counts = [chance.randrange(0, 20) for _ in range(CATEGORIES)]
    seen: list[Published] = []
    for _ in range(6):
        found = national(*counts)
        everything = chance.random() < 0.4
        seen.append(
            publish_areas(CONTENT, found, CONTENT.instrument.areas, seen)
            if everything
            else publish_item(CONTENT, found, ITEM, seen)
        )
        counts = move(chance, counts)
    tables = list(dict.fromkeys(one.bands[ITEM] for one in seen if ITEM in one.bands))
    for value in derivable(tables):
        assert value == 0 or abs(value) >= FEWEST, (tables, value)


def move(chance: random.Random, counts: Sequence[int]) -> list[int]:
    """Change the ratings of a few states, or of many."""
    after = list(counts)
    for _ in range(chance.choice((1, 1, 2, 6, 25))):
        after[chance.randrange(CATEGORIES)] += 1
        place = chance.randrange(CATEGORIES)
        if chance.random() < 0.6 and after[place]:
            after[place] -= 1
    return after


def derivable(tables: Sequence[Bands]) -> Iterator[int]:
    """Every number of states derivable from the tables: of any categories at one time, or between two times."""
    unknowns = CATEGORIES * len(tables)
    rows, sums = [], []
    for time, bands in enumerate(tables):
        for band in bands:
            rows.append(indicator(unknowns, time, range(band.low, band.high + 1)))
            sums.append(band.states)
    rows += list(nobody_moved(tables, unknowns))
    sums += [0] * (len(rows) - len(sums))
    matrix = np.array(rows)
    rank = np.linalg.matrix_rank(matrix) if rows else 0
    for asked in questions(len(tables), unknowns):
        if np.linalg.matrix_rank(np.vstack([matrix, asked])) == rank:
            weights = np.linalg.lstsq(matrix.T, asked, rcond=None)[0]
            yield round(float(weights @ np.array(sums)))


def indicator(unknowns: int, time: int, categories: Sequence[int]) -> np.ndarray:
    row = np.zeros(unknowns)
    row[[time * CATEGORIES + category for category in categories]] = 1
    return row


def nobody_moved(tables: Sequence[Bands], unknowns: int) -> Iterator[np.ndarray]:
    """If a band has equal counts at two times, assume that each of its categories has, too."""
    for (first, one), (second, other) in itertools.combinations(enumerate(tables), 2):
        same = {(band.low, band.high) for band in one if band in other}
        for low, high in same:
            for category in range(low, high + 1):
                yield indicator(unknowns, first, [category]) - indicator(unknowns, second, [category])


def questions(times: int, unknowns: int) -> Iterator[np.ndarray]:
    subsets = [s for n in range(1, CATEGORIES + 1) for s in itertools.combinations(range(CATEGORIES), n)]
    for time in range(times):
        yield from (indicator(unknowns, time, subset) for subset in subsets)
    for first, second in itertools.combinations(range(times), 2):
        yield from (indicator(unknowns, second, s) - indicator(unknowns, first, s) for s in subsets)


def all_tables(most: int) -> Iterator[tuple[int, ...]]:
    for bars in itertools.combinations(range(most + CATEGORIES), CATEGORIES):
        edges = (-1, *bars)
        yield tuple(b - a - 1 for a, b in itertools.pairwise(edges))


def random_tables(many: int) -> Iterator[list[int]]:
    chance = random.Random(7)
    for _ in range(many):
        yield [chance.choice((0, 0, 1, 3, 5, 9, 20)) for _ in range(CATEGORIES)]


def test_an_area_says_how_many_statements_and_states_its_numbers_rest_on() -> None:
    states: dict[str, StateViews] = {}
    for number, (code, one) in enumerate(stand_at(CONTENT, "shared_vision", (0, 5, 5, 7, 0)).items()):
        states[code] = {**one, "joint_planning": TeamView((2 if number < 6 else 3,))} if number < 12 else one
    places = [CONTENT.jurisdictions[0].model_copy(update={"code": code}) for code in states]
    found = survey_states(CONTENT.model_copy(update={"jurisdictions": tuple(places)}), states)
    alignment = publish_areas(CONTENT, found, CONTENT.instrument.areas).rows[0]
    assert sum(part.count for part in alignment.parts) == 17 + 12
    assert alignment.note == "Rests on all its statements, rated by 12 to 17 states each."
