"""What pages are told of a live session: how it stands, in the words and numbers that the page's script shows.

Everything here is made to be seen by participants. Who may see what of another state is decided in
``insights.peers`` (examples) and where a national picture is released; nothing else of a state's answers comes here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping

from cluster_kit.content.models import Content, Session
from cluster_kit.exercises.labels import vocabulary
from cluster_kit.insights.peers import Example, read_shared_examples
from cluster_kit.insights.suppression import find_published
from cluster_kit.server.stream.event_models import (
    ExampleView,
    GroupView,
    LinkView,
    NextSegmentView,
    NoticeView,
    PictureView,
    PostView,
    ReactionView,
    RoomView,
    SegmentView,
    ShownPicture,
    StateName,
    TeamSessionView,
)
from cluster_kit.sessions import RunningSegment, RunOfShow, SessionState
from cluster_kit.sessions.board import Reaction
from cluster_kit.sessions.state import Notice, Post
from cluster_kit.store import Store

FACILITATOR = "Facilitator"
MOST_FEATURED = 5


def room_view(session: Session, standing: SessionState, now: dt.datetime) -> RoomView:
    """What everybody sees of the run of show, and what facilitators said to everybody.

    It stays the same until something happens: pages count the minutes themselves.
    """
    show = RunOfShow.of(session, standing, now)
    ahead = show.next if standing.is_on else None
    messages = [_notice(one) for one in standing.messages]
    return RoomView(
        segment=_present(show.now, standing) if show.now else None,
        next=NextSegmentView(kind=ahead.kind, title=ahead.title) if ahead else None,
        began=_time(standing.began_at),
        ended=_time(standing.ended_at),
        message=messages[-1] if messages else None,
        messages=messages,
        links=[LinkView(id=one.id, text=one.text, url=one.url) for one in standing.links],
        locked=sorted(standing.locked),
    )


def _present(part: RunningSegment, standing: SessionState) -> SegmentView:
    since, spent = standing.since, standing.spent.get(part.kind, dt.timedelta())
    ends_at = since + part.planned - spent if since else None
    return SegmentView(
        kind=part.kind,
        title=part.title,
        minutes=part.minutes,
        since=_time(since),
        ends_at=_time(ends_at),
    )


def team_view(content: Content, standing: SessionState, jurisdiction: str) -> TeamSessionView:
    """What one state's people see: which exercises are revealed to them, and their breakout group."""
    revealed = {exercise for exercise, to in standing.revealed if to in ("", jurisdiction)}
    return TeamSessionView(revealed=sorted(revealed), group=_group(content, standing, jurisdiction))


def _group(content: Content, standing: SessionState, jurisdiction: str) -> GroupView | None:
    round_ = standing.rounds[-1] if standing.rounds else None
    group = round_.find_group(jurisdiction) if round_ and jurisdiction else None
    if round_ is None or group is None:
        return None
    names = _names(content)
    return GroupView(
        round=len(standing.rounds),
        number=group.number,
        title=round_.title,
        area=vocabulary(content, "areas").get(group.area, group.area),
        reason=group.reason,
        states=[StateName(code=code, name=names.get(code, code)) for code in group.states],
    )


def seen_posts(standing: SessionState) -> dict[str, Post]:
    """By id, the posts that participants see: none that is hidden, and no reply to a hidden one.

    A reply stays when the post that it answers was taken back: those words are another state's.
    """
    posts = standing.posts
    return {
        post.id: post
        for post in posts.values()
        if not post.hidden and not (post.parent in posts and posts[post.parent].hidden)
    }


def post_view(content: Content, post: Post, signed: str | None, person: str) -> PostView:
    """A post as a person (by id) sees it; ``signed`` is its author's name, where they chose to show it."""
    return PostView(
        id=post.id,
        segment=post.segment,
        text=post.text,
        state=_names(content).get(post.jurisdiction, post.jurisdiction or FACILITATOR),
        who=signed,
        at=_time(post.at),
        parent=post.parent or None,
        mine=post.author == person,
        featured=post.featured,
        reactions={one.value: _reaction(post.reactions.get(one.value, set()), person) for one in Reaction},
    )


def _reaction(who: set[str], person: str) -> ReactionView:
    return ReactionView(count=len(who), mine=person in who)


def involved_in(post: Post) -> set[str]:
    """The ids of those who see the post differently from everybody else: its author, and who reacted to it."""
    return {post.author}.union(*post.reactions.values())


def featured_examples(content: Content, store: Store, features: Iterable[str]) -> list[Example]:
    """The featured examples that other states may see at this moment, the newest featured first.

    ``features`` are addresses (``state/exercise/row``), the newest last. A state that has stepped down the ladder, or
    taken its example away, is not among them.
    """
    newest = list(features)[: -MOST_FEATURED - 1 : -1]
    if not newest:
        return []
    series, places = content.series.id, dict.fromkeys((*key.split("/"), "")[:2] for key in newest)
    given = [said for code, exercise in places for said in store.current(series, code, exercise=exercise)]
    shared = read_shared_examples(content, given, store.people(series))
    by_key = {example.key: example for of in shared.values() for example in of}
    return [by_key[key] for key in newest if key in by_key]


def example_view(content: Content, example: Example) -> ExampleView:
    """A featured example. Its id tells nothing of the state."""
    return ExampleView(
        id=hashlib.sha256(example.key.encode()).hexdigest()[:16],
        state=example.state or None,
        title=example.title,
        area=vocabulary(content, "areas").get(example.area, ""),
        facts=list(example.facts),
    )


def pictures_view(standing: SessionState) -> list[ShownPicture]:
    """The national pictures that participants may see, as they were released when they were shown."""
    found = ((key, find_published(kept)) for key, kept in standing.pictures.items())
    views = ((key, PictureView.model_validate(picture.for_page())) for key, picture in found if picture)
    return [ShownPicture(id=key, picture=view) for key, view in views]


def _names(content: Content) -> Mapping[str, str]:
    return {one.code: one.name for one in content.jurisdictions}


def _notice(one: Notice) -> NoticeView:
    return NoticeView(id=one.id, text=one.text, at=_time(one.at))


def _time(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
