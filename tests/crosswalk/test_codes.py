from __future__ import annotations

import datetime as dt

import pytest

from cluster_kit.crosswalk.codes import read_cip, read_naics, read_soc
from cluster_kit.crosswalk.grids import Cell


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("01.0101", "01.0101"),
        ("01.0101 ", "01.0101"),
        ('"01.0101"', "01.0101"),
        ('="01.0101"', "01.0101"),
        ("10101", "01.0101"),
        (10101, "01.0101"),
        (1.0101, "01.0101"),
        ("1.0101", "01.0101"),
        (51.071, "51.0710"),
        ("510710", "51.0710"),
        ("01.0101*", "01.0101"),
        ("CIP 01.0101", "01.0101"),
        ("\u00a001.0101\u200b", "01.0101"),
        ("01.0101.00", "01.0101"),
        ("0101010000", "01.0101"),
        ("01.0101; 01.0102", "01.0101"),
        (1.01, "01.01"),
        ("1.01", "01.01"),
        (1.0, "01"),
    ],
)
def test_a_code_is_read_however_it_was_written(cell: Cell, code: str) -> None:
    assert read_cip(cell).code == code


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (dt.date(2024, 1, 1), "code_date"),
        ("1/1/2024", "code_date"),
        ("1-Jan", "code_date"),
        ("11-1011", "code_soc"),
        ("Nursing", "code_unreadable"),
        (True, "code_unreadable"),
        (-1.0, "code_unreadable"),
        (None, "code_missing"),
        ("n/a", "code_missing"),
    ],
)
def test_what_cannot_be_a_code_is_said_to_be_none(cell: Cell, kind: str) -> None:
    assert read_cip(cell).code == ""
    assert kind in read_cip(cell).kinds


def test_occupation_and_industry_codes_keep_their_spelling() -> None:
    assert read_soc("29-1141.00") == "29-1141"
    assert read_soc(291141.0) == "29-1141"
    assert read_naics("31-33") == "31-33"
    assert read_naics(62.0) == "62"
    assert read_naics("health") == ""
