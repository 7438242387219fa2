"""Shipped reference data: the Framework, the jurisdictions, the 2026 dates. Counts come from public sources."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from cluster_kit.content import Content, load_content
from cluster_kit.exercises.plain_language import check_text


@pytest.fixture(scope="module")
def content() -> Content:
    return load_content("2026")


def test_the_framework_has_six_groupings_fourteen_clusters_and_three_that_cut_across(content: Content) -> None:
    clusters = content.framework.clusters
    cross_cutting = {cluster.title for cluster in clusters if cluster.cross_cutting}
    assert (len(content.framework.groupings), len(clusters)) == (6, 14)
    assert cross_cutting == {"Digital Technology", "Management & Entrepreneurship", "Marketing & Sales"}


def test_the_framework_lists_the_71_published_sub_clusters_and_says_that_72_are_counted(content: Content) -> None:
    ids = [sub.id for cluster in content.framework.clusters for sub in cluster.sub_clusters]
    assert len(ids) == len(set(ids)) == 71
    assert "71" in content.framework.note
    assert "72" in content.framework.note


def test_there_are_57_jurisdictions_of_four_kinds(content: Content) -> None:
    kinds = Counter(jurisdiction.kind for jurisdiction in content.jurisdictions)
    assert kinds == {"state": 50, "district": 1, "territory": 5, "freely_associated_state": 1}
    assert len({jurisdiction.code for jurisdiction in content.jurisdictions}) == 57


@pytest.mark.parametrize(
    ("code", "clock_times"),
    [
        ("OH", ["1:00"]),
        ("AZ", ["10:00", "11:00"]),  # Phoenix has no daylight saving time, the Navajo Nation has
        ("OR", ["10:00", "11:00"]),
        ("TN", ["12:00", "1:00"]),  # the zone of Nashville, the capital, comes first
        ("HI", ["7:00"]),
        ("GU", ["3:00"]),
        ("AS", ["6:00"]),
    ],
)
def test_session_3_starts_at_the_local_time_of_each_zone(content: Content, code: str, clock_times: list[str]) -> None:
    meeting = content.get_meeting(3)
    start = dt.datetime.combine(meeting.date, meeting.start, ZoneInfo(content.series.time_zone))
    zones = content.get_jurisdiction(code).time_zones
    assert [f"{start.astimezone(ZoneInfo(zone)):%I:%M}".lstrip("0") for zone in zones] == clock_times


def test_every_zone_is_known_to_the_time_zone_database(content: Content) -> None:
    for jurisdiction in content.jurisdictions:
        assert [ZoneInfo(zone).key for zone in jurisdiction.time_zones] == list(jurisdiction.time_zones)


def test_plainer_words_are_offered_for_at_least_sixty_terms_and_never_for_themselves(content: Content) -> None:
    terms = content.plain_language.terms
    assert len({term.term.casefold() for term in terms}) == len(terms) >= 60
    assert [term.term for term in terms if term.plain.casefold() == term.term.casefold()] == []


def test_jargon_is_pointed_out_and_a_plain_notice_is_left_alone(content: Content) -> None:
    jargon = "Stakeholders will leverage postsecondary outcomes."
    plain = (
        "Your course moves to a new Career Cluster in fall 2027. Your students keep all the credit they have earned."
    )
    assert {finding.kind for finding in check_text(jargon, content.plain_language)} == {"term"}
    assert check_text(plain, content.plain_language) == ()
