"""How long links last, and what to check before they are sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from cluster_kit.content.models import Content
from cluster_kit.content.times import series_end
from cluster_kit.errors import UsageError
from cluster_kit.roster.names.similar_names import find_similar
from cluster_kit.roster.people import FACILITATOR, find_by_name, on_roster
from cluster_kit.store import Person, Store
from cluster_kit.text import count_of, join_words

DAYS_AFTER_SERIES, FEWEST_DAYS = 90, 30
MOST_NAMED = 5


def link_days(content: Content, now: dt.datetime) -> int:
    """The number of days until 90 days after the last session of the series, and at least 30."""
    last = max(meeting.date for meeting in content.series.schedule) + dt.timedelta(days=DAYS_AFTER_SERIES)
    return max((last - now.date()).days, FEWEST_DAYS)


def check_links(content: Content, days: int, now: dt.datetime) -> list[str]:
    """Warnings about links that are made now and work for this many days, each a sentence or two."""
    end, expires = series_end(content), now + dt.timedelta(days=days)
    if end <= now:
        return check_dates(content, now)
    if expires < end:
        needed = (end - now).days + 1
        return [
            f"The links end on {_day(expires)}, before the last session on {_day(end)}. To make them last: "
            f"--days {needed}, or leave --days out."
        ]
    return []


def check_dates(content: Content, now: dt.datetime) -> list[str]:
    """A warning if all sessions of the series are over; else none."""
    end = series_end(content)
    if end > now:
        return []
    return [f"All sessions of {content.series.id} are over: the last one was on {_day(end)}. Is it the right series?"]


def find_states_without_people(content: Content, people: Iterable[Person], wanted: Sequence[str]) -> list[str]:
    """The names of the states, of these or of all, that no one on the roster is from."""
    there = {person.jurisdiction for person in on_roster(people)}
    return [
        jurisdiction.name
        for jurisdiction in content.jurisdictions
        if jurisdiction.code not in there and (not wanted or jurisdiction.code in wanted)
    ]


def describe_states_without_people(names: Sequence[str]) -> str:
    """A sentence about states without people; an empty string if there are none."""
    if not names:
        return ""
    if len(names) > MOST_NAMED:
        return f"{count_of(len(names), 'state')} have no one on the roster."
    return f"No one on the roster is from {join_words(names, 'or')}."


def check_new_name(store: Store, series: str, jurisdiction: str, name: str) -> None:
    """Raise ``UsageError`` if this name is new in the team, or among the facilitators, and similar to one there."""
    team = store.people(series, jurisdiction)
    if find_by_name(team, name):
        return
    alike = find_similar(on_roster(team), name)
    if alike:
        where = f"in {jurisdiction}" if jurisdiction else f"a {FACILITATOR}"
        named = join_words((person.name for person in alike[:MOST_NAMED]), "or")
        raise UsageError(f"No one named {name!r} is {where}. Did you mean {named}? To add a new person, use --new.")


def _day(time: dt.datetime) -> str:
    return f"{time:%B} {time.day}, {time.year}"
