"""The roadmap: everything with a date on one timeline."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from cluster_kit.content import load_content
from cluster_kit.documents.markdown import to_markdown
from cluster_kit.insights.charts import roadmap_picture
from cluster_kit.insights.roadmap import MEETINGS, NO_DAYS, build_roadmap, open_actions, read_milestones
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
