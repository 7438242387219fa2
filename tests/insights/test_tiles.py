"""The tile map: a tile for every jurisdiction, with neighbors adjacent."""

from __future__ import annotations

from cluster_kit.content import load_content
from cluster_kit.insights.tiles import COLUMNS, tile_grid
from tests.samples import small_content


def test_each_of_the_57_jurisdictions_has_a_tile_of_its_own() -> None:
    tiles = tile_grid(load_content("2026"))
    assert len(tiles) == len(set(tiles.values())) == 57
    assert max(column for column, _ in tiles.values()) == COLUMNS - 1
    assert max(row for _, row in tiles.values()) == 8


def test_east_is_right_and_north_is_up() -> None:
    tiles = tile_grid(load_content("2026"))
    for pair in ("WA ME", "OR NV", "UT CO", "PA NJ", "HI AS", "PW GU", "FL PR", "PR VI"):
        west, east = pair.split()
        assert tiles[west][0] < tiles[east][0], pair
    for pair in ("ME VT", "WA OR", "OR CA", "MN IA", "OK TX", "HI GU", "GA FL"):
        north, south = pair.split()
        assert tiles[north][1] < tiles[south][1], pair


def test_a_jurisdiction_without_a_tile_stands_below_the_others() -> None:
    content = load_content("2026")
    without = [j.model_copy(update={"tile": None}) if j.code in ("OH", "GU") else j for j in content.jurisdictions]
    tiles = tile_grid(content.model_copy(update={"jurisdictions": tuple(without)}))
    assert (tiles["OH"], tiles["GU"]) == ((0, 10), (1, 10))
    assert tile_grid(small_content()) == {"OH": (0, 0), "GU": (1, 0)}
