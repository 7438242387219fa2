"""Times in the reader's time zones."""

from __future__ import annotations

import datetime as dt

import pytest

from cluster_kit.content.models import Jurisdiction, Meeting
from cluster_kit.content.times import local_times
from tests.samples import small_content

CONTENT = small_content()  # its session: Tuesday, February 16, 2027, 1:00 to 2:30 p.m. in New York


def state(*zones: str) -> Jurisdiction:
    return Jurisdiction(code="XX", name="Somewhere", kind="state", time_zones=zones)


def times(*zones: str) -> list[str]:
    return [str(time) for time in local_times(CONTENT, 1, state(*zones))]


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("America/New_York", "Tuesday, February 16, 2027, 1:00 to 2:30 p.m. Eastern Standard Time"),
        ("America/Phoenix", "Tuesday, February 16, 2027, 11:00 a.m. to 12:30 p.m. Mountain Standard Time"),
        ("Pacific/Guam", "Wednesday, February 17, 2027, 4:00 to 5:30 a.m. Chamorro Standard Time"),
        ("America/Indiana/Indianapolis", "Tuesday, February 16, 2027, 1:00 to 2:30 p.m. Eastern Standard Time"),
        ("Pacific/Honolulu", "Tuesday, February 16, 2027, 8:00 to 9:30 a.m. Hawaii-Aleutian Standard Time"),
    ],
)
def test_a_meeting_in_the_words_of_a_zone(zone: str, text: str) -> None:
    assert times(zone) == [text]


def test_a_state_of_two_zones_sees_both_its_capital_first() -> None:
    assert [time.split("2027, ")[1] for time in times("America/Chicago", "America/Denver")] == [
        "12:00 to 1:30 p.m. Central Standard Time",
        "11:00 a.m. to 12:30 p.m. Mountain Standard Time",
    ]


def test_zones_whose_clocks_agree_that_day_are_said_once() -> None:
    assert len(times("America/Denver", "America/Phoenix")) == 1
    summer = Meeting(session=1, date=dt.date(2027, 7, 6), start=dt.time(13), end=dt.time(14))
    series = CONTENT.series.model_copy(update={"schedule": (summer,)})
    content = CONTENT.model_copy(update={"series": series})
    assert len(local_times(content, 1, state("America/Denver", "America/Phoenix"))) == 2
