"""Links last for the series, and what is wrong about them is said before they are sent."""

from __future__ import annotations

import datetime as dt

import pytest

from cluster_kit.content import Content
from cluster_kit.content.times import series_end
from cluster_kit.errors import UsageError
from cluster_kit.roster.changes import remove_people
from cluster_kit.roster.links import (
    check_dates,
    check_links,
    check_new_name,
    describe_states_without_people,
    find_states_without_people,
    link_days,
)
from cluster_kit.roster.people import ensure_person
from cluster_kit.store import Store

BEFORE = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)


def test_links_work_until_90_days_after_the_series(content: Content) -> None:
    last = series_end(content)
    expires = BEFORE + dt.timedelta(days=link_days(content, BEFORE))
    assert expires.date() == last.date() + dt.timedelta(days=90)
    assert link_days(content, last + dt.timedelta(days=400)) == 30


def test_links_that_end_before_the_series_are_warned_about(content: Content) -> None:
    (warning,) = check_links(content, 30, BEFORE)
    assert "end on February 4, 2026, before the last session on" in warning
    needed = int(warning.partition("--days ")[2].partition(",")[0])
    assert check_links(content, needed, BEFORE) == []
    assert check_links(content, needed - 1, BEFORE) != []
    assert check_links(content, link_days(content, BEFORE), BEFORE) == []


def test_a_series_that_is_over_is_warned_about(content: Content) -> None:
    (warning,) = check_links(content, 30, series_end(content) + dt.timedelta(hours=1))
    assert "All sessions of 2026 are over" in warning
    assert check_dates(content, series_end(content) + dt.timedelta(hours=1)) == [warning]
    assert check_dates(content, BEFORE) == []


def test_states_without_people_are_named_or_counted(content: Content, store: Store) -> None:
    ohio = ensure_person(store, "2026", "OH", "Ana Reyes")
    found = find_states_without_people(content, store.people("2026"), ["OH", "GU"])
    assert describe_states_without_people(found) == "No one on the roster is from Guam."
    everywhere = find_states_without_people(content, store.people("2026"), [])
    count = len(content.jurisdictions) - 1
    assert describe_states_without_people(everywhere) == f"{count} states have no one on the roster."
    remove_people(store, [ohio])
    assert find_states_without_people(content, store.people("2026"), ["OH"]) == ["Ohio"]
    assert describe_states_without_people([]) == ""


def test_a_mistyped_name_is_asked_about(store: Store) -> None:
    ensure_person(store, "2026", "", "Robin Hall")
    with pytest.raises(UsageError, match=r"'Robin Hal' is a facilitator\. Did you mean Robin Hall\? .* use --new\."):
        check_new_name(store, "2026", "", "Robin Hal")
    with pytest.raises(UsageError, match="Did you mean Robin Hall"):
        check_new_name(store, "2026", "", "R. Hall")
    for name in ("robin hall", "Kim Sample"):
        check_new_name(store, "2026", "", name)
    check_new_name(store, "2026", "OH", "Robin Hal")
