"""Every chart equals its reference image."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from cluster_kit.insights import charts as pictures
from tests.insights.goldens import FOLDER, PICTURES, TOLERANCE, draw, worst_block


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_looks_as_it_did(name: str) -> None:
    kept, drawn = Image.open(FOLDER / f"{name}.png").convert("RGB"), draw(name)
    assert kept.size == drawn.size
    assert worst_block(kept, drawn) <= TOLERANCE, "look at it, then: python -m tests.insights.goldens"


def test_one_digit_more_is_a_difference_that_counts() -> None:
    one = draw("tiles")
    other = one.copy()
    ImageDraw.Draw(other).text((100, 100), "7", fill="black")
    assert worst_block(one, other) > TOLERANCE


def test_no_picture_goes_without() -> None:
    drawn = {name.removesuffix("_picture") for name in pictures.__all__ if name.endswith("_picture")}
    assert drawn == {name if name != "tiles" else "tile" for name in PICTURES}
