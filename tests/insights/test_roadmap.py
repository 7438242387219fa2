"""The roadmap: everything with a date on one timeline."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from cluster_kit.content import load_content
from cluster_kit.documents import chart_style as style
from cluster_kit.documents.canvas import Canvas
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.insights.charts import roadmap_picture
from cluster_kit.insights.charts.roadmap import _draw_calendar, wrap_lane
from cluster_kit.insights.roadmap import MEETINGS, NO_DAYS, Milestone, build_roadmap, open_actions, read_milestones
from tests.insights.saying import Talk, three_goals
from tests.insights.test_documents import HOSTILE
from tests.samples import small_content

CONTENT = small_content()


def _plan() -> Talk:
    talk = three_goals()
    for row, words, due in (("x", "Late", "2028-05-01"), ("y", "Soon", "2027-03-05"), ("z", "Some day", "")):
        talk.say("next_steps.actions.action", words, row=row)
        talk.say("next_steps.actions.due", due, row=row)
    return talk.say("next_steps.actions.lead", {"name": "Dana", "role": "director"}, row="y")


def test_milestones_are_numbered_in_order_with_the_sessions_among_them() -> None:
    found = [(m.number, m.day.isoformat(), m.lane, m.what, m.lead) for m in read_milestones(CONTENT, _plan().answers)]
    assert found == [
        (1, "2027-02-16", MEETINGS, "Session 1: Systems Alignment", ""),
        (2, "2027-03-05", "Actions", "Soon", "Dana, State CTE Director"),
        (3, "2028-05-01", "Actions", "Late", ""),
    ]


def test_a_date_outside_a_table_is_named_by_the_words_beside_it() -> None:
    talk = Talk().say("local_announcement.changes", "New Cluster names", session=4)
    talk.say("local_announcement.effective", "2027-08-01", session=4)
    talk.say("local_announcement.helper", {"name": "Dana", "role": ""}, session=4)
    found = [m for m in read_milestones(load_content("2026"), talk.answers) if m.lane != MEETINGS]
    assert [(m.lane, m.what, m.lead) for m in found] == [
        ("A notice for local educators and administrators", "New Cluster names", "Dana")
    ]


def test_open_steps_stand_in_the_order_of_their_days_and_those_without_one_last() -> None:
    assert [action.action for action in open_actions(CONTENT, _plan().answers)] == ["Soon", "Late", "Some day"]


def test_the_roadmap_shows_goals_a_picture_and_the_days() -> None:
    shown = to_markdown(build_roadmap(CONTENT, _plan().answers, roadmap_picture))
    assert "1. One advising page" in shown
    assert "3 days from February 16, 2027 to May 1, 2028. Sessions of the series: 1; Actions: 2." in shown
    assert "The last one that is open is May 1, 2028: Late." in shown


@pytest.mark.parametrize("days", [20, 45, 100, 200, 260, 400, 900, 3000])
def test_months_of_the_chart_do_not_overlap(days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Earlier charts had up to eight months in a row, whatever their distance."""
    drawn: list[tuple[float, str]] = []
    monkeypatch.setattr(style, "draw_text", lambda _, place, text, **__: drawn.append((place[0], text)))
    first = dt.date(2026, 12, 8)
    _draw_calendar(Canvas(2), first, first + dt.timedelta(days=days), 2)
    assert len(drawn) > 1
    for (one, text), (other, following) in pairwise(drawn):
        half = (style.text_width(text, style.SMALL) + style.text_width(following, style.SMALL)) / 2
        assert other - one > half


def test_a_lane_is_as_high_as_its_whole_name() -> None:
    def lane(name: str) -> Milestone:
        return Milestone(dt.date(2027, 2, 1), name, "Change", number=1)

    names = {e.title for s in load_content("2026").sessions for e in s.exercises}
    assert all(not wrap_lane(name)[-1].endswith("…") for name in names)
    short, long = (roadmap_picture([lane("Steps"), lane(name)]).svg for name in ("Changes", max(names, key=len)))
    assert float(height_of(short)) < float(height_of(long))


def height_of(svg: str) -> str:
    return svg.partition('viewBox="0 0 468 ')[2].partition('"')[0]


def test_without_a_day_of_ones_own_there_is_no_picture() -> None:
    shown = to_markdown(build_roadmap(CONTENT, Talk().answers, roadmap_picture))
    assert NO_DAYS in shown
    assert "Picture" not in shown


def test_a_crowded_or_hostile_roadmap_is_drawn() -> None:
    talk = Talk()
    for number, typed in enumerate([*HOSTILE, *["Step"] * 40]):
        talk.say("next_steps.actions.action", typed or "x", row=f"r{number}")
        talk.say("next_steps.actions.due", f"2027-03-{1 + number % 28:02}", row=f"r{number}")
    talk.say("next_steps.actions.due", "2041-01-01", row="r0")
    picture = roadmap_picture(read_milestones(CONTENT, talk.answers))
    assert ET.fromstring(picture.svg).get("viewBox")
