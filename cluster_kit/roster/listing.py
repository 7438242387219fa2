"""What the store knows about the people of a series: a list of all, and everything about one person."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from cluster_kit.content.models import Content, Scope
from cluster_kit.roster.people import find_role_title, fold_name
from cluster_kit.store import Merge, Person, Presence, Store

LINK, CODE, NOT_INVITED = "link", "code", "none"


@dataclass(frozen=True)
class RosterEntry:
    """A person on the roster. Text for people, except ``person`` (id), ``jurisdiction``, and times (UTC).

    ``invited``: ``link`` for people with an email address, to which their link can be sent; else ``code`` if their
    state has a team code; else ``none``. The store has no record of what was sent. ``last_seen``: None if the person
    was in no session.
    """

    person: str
    name: str
    jurisdiction: str
    state: str
    role: str
    email: str
    sessions: tuple[int, ...]
    invited: str
    last_seen: dt.datetime | None
    removed: bool


@dataclass(frozen=True)
class RosterFilter:
    """Which people to list: of these states (empty: all), with which other properties, and with which words."""

    states: Collection[str] = ()
    without_email: bool = False
    not_seen: bool = False
    removed: bool = False
    search: str = ""

    def includes(self, entry: RosterEntry) -> bool:
        """True if the entry has the properties, and the words of the search in its name, address, state, or role."""
        text = fold_name(f"{entry.name} {entry.email} {entry.jurisdiction} {entry.state} {entry.role}")
        is_found = all(word in text for word in fold_name(self.search).split())
        return is_found and not (self.without_email and entry.email) and not (self.not_seen and entry.last_seen)


@dataclass(frozen=True)
class SessionActivity:
    """What one person did in a session. ``own`` and ``team``: current answers, personal ones and the team's.

    ``posts``: events of the session that are theirs, such as posts on boards. Times are in UTC, None if the person was
    not there.
    """

    session: int
    title: str
    first_seen: dt.datetime | None
    last_seen: dt.datetime | None
    own: int
    team: int
    posts: int

    @property
    def is_nothing(self) -> bool:
        """True if the person was not in the session and has neither answers nor posts in it."""
        return not (self.first_seen or self.own or self.team or self.posts)


@dataclass(frozen=True)
class PersonRecord:
    """Everything about one person. Links made before ``links_since`` are void; None if none was ever revoked.

    ``depth`` is the depth that the person chose, or empty. ``merges`` are those in which this person took part, also
    those that were undone.
    """

    entry: RosterEntry
    added: dt.datetime
    depth: str
    links_since: dt.datetime | None
    activity: tuple[SessionActivity, ...]
    merges: tuple[Merge, ...]

    @property
    def answers(self) -> int:
        """The number of current answers of all sessions."""
        return sum(activity.own + activity.team for activity in self.activity)


def list_roster(content: Content, store: Store, wanted: RosterFilter) -> list[RosterEntry]:
    """The people of the series by the name of their state, then by name; facilitators come last."""
    series = content.series.id
    seen: dict[str, dt.datetime] = {}
    for session in content.sessions:
        for one in store.presence(series, session.number):
            seen[one.person] = max(one.seen_at, seen.get(one.person, one.seen_at))
    codes = {code.jurisdiction for code in store.team_codes(series)}
    entries = [
        _describe(content, person, codes, seen.get(person.id))
        for person in store.people(series)
        if person.is_removed == wanted.removed and (not wanted.states or person.jurisdiction in wanted.states)
    ]
    return sorted(
        filter(wanted.includes, entries),
        key=lambda one: (not one.jurisdiction, one.state.casefold(), one.name.casefold(), one.person),
    )


def read_person_record(content: Content, store: Store, person: Person) -> PersonRecord:
    """Everything that the store has about this person."""
    series = content.series.id
    answers = Counter(
        (response.session, response.scope is Scope.PERSON)
        for response in store.current(series)
        if response.author == person.id and response.value is not None
    )
    activity = []
    for session in content.sessions:
        number, title = session.number, session.title
        there = next((presence for presence in store.presence(series, number) if presence.person == person.id), None)
        posts = sum(event.author == person.id for event in store.events(series, number))
        own, team = answers[number, True], answers[number, False]
        activity.append(_describe_activity(number, title, there, own, team, posts))
    times = [one.last_seen for one in activity if one.last_seen]
    codes = {code.jurisdiction for code in store.team_codes(series)}
    return PersonRecord(
        entry=_describe(content, person, codes, max(times, default=None)),
        added=person.at,
        depth=person.depth,
        links_since=None if person.is_removed else person.links_since,
        activity=tuple(activity),
        merges=tuple(merge for merge in store.merges(series) if person.id in (merge.kept, merge.merged)),
    )


def _describe(content: Content, person: Person, codes: Collection[str], last_seen: dt.datetime | None) -> RosterEntry:
    return RosterEntry(
        person=person.id,
        name=person.name,
        jurisdiction=person.jurisdiction,
        state=content.get_jurisdiction(person.jurisdiction).name if person.jurisdiction else "",
        role=find_role_title(content, person),
        email=person.email,
        sessions=person.sessions,
        invited=LINK if person.email else CODE if person.jurisdiction in codes else NOT_INVITED,
        last_seen=last_seen,
        removed=person.is_removed,
    )


def _describe_activity(
    number: int, title: str, there: Presence | None, own: int, team: int, posts: int
) -> SessionActivity:
    first, last = (there.joined_at, there.seen_at) if there else (None, None)
    return SessionActivity(number, title, first, last, own, team, posts)
