"""Team codes: short, with one normal form, tolerant of typing, and valid until replaced."""

from __future__ import annotations

import re

import pytest

from cluster_kit.roster.codes import EXAMPLE, find_team, list_codes, make_code, normalize_code, renew_code
from cluster_kit.store import Store


def test_a_code_has_no_letter_or_digit_that_looks_or_sounds_like_another() -> None:
    codes = {make_code() for _ in range(500)}
    assert len(codes) > 490
    assert all(re.fullmatch(r"[DFHJKLMQRWX]{3}-[2-9]{4}", code) for code in codes)


@pytest.mark.parametrize("typed", ["KDR-4927", "kdr4927", " K D R 4 9 2 7 ", "kdr – 4927", "kdr_49.27"])
def test_case_spaces_and_hyphens_are_free(typed: str) -> None:
    assert normalize_code(typed) == EXAMPLE == "KDR-4927"


@pytest.mark.parametrize("typed", ["", "KDR", "KDR-492", "KDR-49271", "ABC-4927", "KDR-1027", "4927-KDR", "K" * 10_000])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert normalize_code(typed) is None


def test_a_state_keeps_its_code_until_it_gets_a_new_one(store: Store) -> None:
    first = list_codes(store, "2026", {"OH", "GU"})
    assert list_codes(store, "2026", {"OH", "GU"}) == first
    assert find_team(store, "2026", first["OH"]) == "OH"
    new = renew_code(store, "2026", "OH").code
    assert find_team(store, "2026", first["OH"]) is None
    assert find_team(store, "2026", new) == "OH"
    assert list_codes(store, "2026", {"OH", "GU"}) == {"OH": new, "GU": first["GU"]}


def test_a_code_of_another_series_opens_nothing(store: Store) -> None:
    assert find_team(store, "2026", renew_code(store, "2025", "OH").code) is None
    assert find_team(store, "2026", "KDR-4927") is None
