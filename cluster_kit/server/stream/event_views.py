"""Converts the state of a live session to the event data that pages receive.

Everything here is for participants. What they may see of other states is decided in ``insights.peers`` (examples) and
when a national chart is released; no other answers are included.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from cluster_kit.content.models import Content, Session
from cluster_kit.content.session_models import SegmentKind
from cluster_kit.exercises.labels import vocabulary_labels
from cluster_kit.insights.peers import Example, read_shared_examples
from cluster_kit.insights.suppression import find_published
from cluster_kit.server.stream.event_models import (
    CurrentExerciseView,
    ExampleView,
    GroupView,
    LinkView,
    NextSegmentView,
    NoticeView,
    PictureView,
    PollView,
    PostView,
    ReactionView,
    RoomOfPersonView,
    SegmentView,
    SessionStatusView,
    ShownPicture,
    StateName,
    TeamSessionView,
    WaitingPostView,
)
from cluster_kit.sessions import RunningSegment, RunOfShow, SessionState
from cluster_kit.sessions.board import Reaction
from cluster_kit.sessions.exercise_clock import find_current_clock
from cluster_kit.sessions.polls import newest_poll
from cluster_kit.sessions.seating import RoomUse, ShownRoom
from cluster_kit.sessions.state import Notice, Poll, Post
from cluster_kit.store import Store

FACILITATOR = "Facilitator"
MOST_FEATURED = 5
AFTER_PEERS = {SegmentKind.STATE_EXAMPLES.value, SegmentKind.NEXT_STEPS.value}
NO_STATES: Mapping[str, str] = MappingProxyType({})


def status_view(session: Session, session_state: SessionState, now: dt.datetime) -> SessionStatusView:
    """The run of show and the facilitators' messages, for all participants.

    It changes only with an event: pages update their clocks themselves.
    """
    show = RunOfShow.of(session, session_state, now)
    ahead = show.next if session_state.is_on else None
    messages = [_notice(one) for one in session_state.messages if one.is_for_all]
    return SessionStatusView(
        segment=_present(session, show.now, session_state) if show.now else None,
        next=NextSegmentView(kind=ahead.kind, title=ahead.title) if ahead else None,
        began=_time(session_state.began_at),
        ended=_time(session_state.ended_at),
        message=messages[-1] if messages else None,
        messages=messages,
        links=[LinkView(id=one.id, text=one.text, url=one.url) for one in session_state.links],
        locked=sorted(session_state.locked),
        poll=_poll(newest_poll(session_state)),
        holds_questions=session_state.holds_questions,
        speed=session_state.speed,
    )


def _poll(poll: Poll | None) -> PollView | None:
    if poll is None:
        return None
    is_open = poll.closed_at is None
    return PollView(id=poll.id, text=poll.text, options=list(poll.options), is_rating=poll.is_rating, is_open=is_open)


def _present(session: Session, part: RunningSegment, session_state: SessionState) -> SegmentView:
    since, spent = session_state.since, session_state.spent.get(part.kind, dt.timedelta())
    ends_at = since + (part.planned - spent) / session_state.speed if since else None
    return SegmentView(
        kind=part.kind,
        title=part.title,
        minutes=part.minutes,
        since=_time(since),
        ends_at=_time(ends_at),
        exercise=_present_exercise(session, session_state),
    )


def _present_exercise(session: Session, session_state: SessionState) -> CurrentExerciseView | None:
    since = session_state.exercise_since
    exercise = session.find_exercise(session_state.exercise) if session_state.exercise else None
    clock = find_current_clock(session, session_state, since) if since else None
    if exercise is None or clock is None or since is None:
        return None
    return CurrentExerciseView(
        id=exercise.id,
        title=exercise.title,
        minutes=clock.minutes,
        since=since.isoformat(),
        ends_at=clock.ends_at.isoformat(),
    )


def find_states(store: Store, content: Content, session_state: SessionState) -> dict[str, str]:
    """By id, the states of the people in rooms."""
    if not session_state.seatings:
        return {}
    return {person.id: person.jurisdiction for person in store.people(content.series.id)}


def team_view(
    content: Content,
    session_state: SessionState,
    jurisdiction: str,
    person: str = "",
    states: Mapping[str, str] = NO_STATES,
) -> TeamSessionView:
    """The team's view: revealed exercises and its breakout group; and what belongs to the person with this id.

    ``states`` are as of ``find_states``. Trios and groups are shown until the discussion among peers is over.
    """
    revealed = {exercise for exercise, to in session_state.revealed if to in ("", jurisdiction)}
    seatings = sorted(session_state.seatings.values(), key=lambda one: one.at, reverse=True)
    current = [one for one in seatings if one.use is RoomUse.HOME or not _is_over(one.segment, session_state)]
    seated = [(seating.use, seating.find_room(person)) for seating in current]
    rooms = [
        RoomOfPersonView(use=use.value, number=room.number, name=room.name, states=_states_in(content, room, states))
        for use, room in seated
        if room
    ]
    own = [one for one in session_state.messages if not one.is_for_all and one.is_for(jurisdiction)]
    poll = newest_poll(session_state)
    vote = poll.votes.get(person) if poll else None
    return TeamSessionView(
        revealed=sorted(revealed),
        group=_group(content, session_state, jurisdiction),
        rooms=rooms,
        messages=[_notice(one) for one in own],
        waiting=_waiting(session_state, person),
        choice=vote.choice if vote else None,
        asked_time=person in session_state.time_requests,
    )


def _is_over(segment: str, session_state: SessionState) -> bool:
    """Whether the part is over for which groups were formed: of those shown by then, the discussion among peers."""
    if session_state.ended_at:
        return True
    return session_state.segment in AFTER_PEERS and segment not in AFTER_PEERS


def _states_in(content: Content, room: ShownRoom, states: Mapping[str, str]) -> list[str]:
    codes = {states[person] for person in room.people if person in states}
    return sorted(content.jurisdiction_names.get(code, code) for code in codes)


def _waiting(session_state: SessionState, person: str) -> list[WaitingPostView]:
    own = (post for post in session_state.posts.values() if post.waiting and not post.hidden and post.author == person)
    return [WaitingPostView(id=post.id, text=post.text, at=post.at.isoformat()) for post in own]


def _group(content: Content, session_state: SessionState, jurisdiction: str) -> GroupView | None:
    round_ = session_state.rounds[-1] if session_state.rounds else None
    group = round_.find_group(jurisdiction) if round_ and jurisdiction else None
    if round_ is None or group is None or _is_over(round_.segment, session_state):
        return None
    names = content.jurisdiction_names
    return GroupView(
        round=len(session_state.rounds),
        number=group.number,
        title=round_.title,
        states=[StateName(code=code, name=names.get(code, code)) for code in group.states],
    )


def post_view(content: Content, post: Post, signed: str | None, person: str) -> PostView:
    """A post as a person (by id) sees it; ``signed`` is its author's name, if they chose to show it."""
    return PostView(
        id=post.id,
        segment=post.segment,
        text=post.text,
        state=content.jurisdiction_names.get(post.jurisdiction, post.jurisdiction or FACILITATOR),
        who=signed,
        at=_time(post.at),
        parent=post.parent or None,
        mine=post.author == person,
        featured=post.featured,
        status=post.status,
        reactions={one.value: _reaction(post.reactions.get(one.value, frozenset()), person) for one in Reaction},
    )


def _reaction(who: frozenset[str], person: str) -> ReactionView:
    return ReactionView(count=len(who), mine=person in who)


def involved_in(post: Post) -> set[str]:
    """Ids of people who see the post differently: its author, and those who reacted to it."""
    return {post.author}.union(*post.reactions.values())


def featured_examples(content: Content, store: Store, features: Iterable[str]) -> list[Example]:
    """Featured examples that are currently shared with other states, latest featured first.

    ``features`` are addresses (``state/exercise/row``), latest last. Examples that their state no longer shares, or has
    deleted, are omitted.
    """
    newest = list(features)[: -MOST_FEATURED - 1 : -1]
    if not newest:
        return []
    series, places = content.series.id, dict.fromkeys((*key.split("/"), "")[:2] for key in newest)
    given = [response for code, exercise in places for response in store.current(series, code, exercise=exercise)]
    shared = read_shared_examples(content, given, store.people(series))
    by_key = {example.key: example for of in shared.values() for example in of}
    return [by_key[key] for key in newest if key in by_key]


def example_view(content: Content, example: Example) -> ExampleView:
    """A featured example. Its id does not disclose the state."""
    return ExampleView(
        id=hashlib.sha256(example.key.encode()).hexdigest()[:16],
        state=example.state or None,
        title=example.title,
        area=vocabulary_labels(content, "areas").get(example.area, ""),
        facts=list(example.facts),
    )


def pictures_view(session_state: SessionState) -> list[ShownPicture]:
    """National charts that participants may see, as released when they were shown."""
    found = ((key, find_published(kept)) for key, kept in session_state.pictures.items())
    views = ((key, PictureView.model_validate(picture.for_page())) for key, picture in found if picture)
    return [ShownPicture(id=key, picture=view) for key, view in views]


def _notice(one: Notice) -> NoticeView:
    return NoticeView(id=one.id, text=one.text, at=_time(one.at))


def _time(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
