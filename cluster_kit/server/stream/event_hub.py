"""Session events for open pages: one poller per session with open pages, which sends each page what is new.

Regardless of the number of open pages, a server polls the store twice a second for each session. Two servers on one
database poll alike, so their pages show the same.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from cluster_kit.content.models import Content, Session
from cluster_kit.log_limits import FailureLog
from cluster_kit.models import Json, Outgoing
from cluster_kit.polling import Poller, call_on_loop
from cluster_kit.server.auth.authenticator import Clock
from cluster_kit.server.store_calls import read_store
from cluster_kit.server.stream import event_views as views
from cluster_kit.server.stream.presence import PresenceTracker
from cluster_kit.sessions import SessionFeed, SessionLog, SessionState
from cluster_kit.sessions.board import seen_posts
from cluster_kit.sessions.state import Post
from cluster_kit.sessions.timeline import SeriesTimeline, build_timeline
from cluster_kit.store import Person, Store
from cluster_kit.store.models import utc_now

POLL_S = 0.5
TIMELINE_AGE_S = 2.0
"""How old the timeline on pages for everyone may be."""

_log = logging.getLogger(__name__)


def encode_frame(name: str, **values: object) -> str:
    """A frame of this type; ``RawJson`` values are JSON already."""
    pieces = (
        f'"{key}":{value if isinstance(value, RawJson) else encode_event(value)}' for key, value in values.items()
    )
    return "{" + ",".join([f'"type":"{name}"', *pieces]) + "}"


class RawJson(str):
    """JSON text."""


def encode_event(value: object) -> RawJson:
    """Encode as one line of JSON, including models."""
    return RawJson(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_dump))


def _dump(model: Outgoing) -> Json:
    return model.model_dump(mode="json")


def merge_changes(name: str, changes: str, **values: object) -> str:
    """A frame of this type with the keys of a JSON object, and these values."""
    head = encode_frame(name, **values)
    return head if changes == "{}" else f"{head[:-1]},{changes[1:]}"


@dataclass(frozen=True, eq=False)
class Subscriber:
    """A page that receives a session's events. ``send`` queues frames in order without waiting."""

    person: Person
    send: Callable[[str], None]


@dataclass(frozen=True)
class EventSnapshot:
    """A session as pages see it at one moment: as JSON, except for what differs by person."""

    session_state: SessionState = field(default_factory=SessionState)
    status: str = ""
    posts: dict[str, Post] = field(default_factory=dict)
    examples: str = "[]"
    pictures: str = "[]"
    names: dict[str, str] = field(default_factory=dict)  # names of people with signed posts
    here: dict[str, dict[str, str]] = field(default_factory=dict)  # by state: names of the people in the session, by id
    states: dict[str, str] = field(default_factory=dict)  # of the people in rooms, by id


class SessionEvents:
    """One session's events. ``session_log`` executes commands; ``poll_soon`` then sends the changes."""

    def __init__(self, content: Content, store: Store, session: Session, clock: Clock) -> None:
        self.content, self.session = content, session
        self.session_log = SessionLog(store, content.series.id, session)
        self._store, self._clock = store, clock
        self.feed = SessionFeed(store, self.session_log)
        self._subscribers: list[Subscriber] = []
        self._read: EventSnapshot | None = None  # set in the poller's thread
        self._last: EventSnapshot | None = None  # the snapshot that was sent last
        self._teams: dict[str, str] = {}
        self._known: dict[str, str] = {}  # names of people who have been here
        self._pieces: dict[tuple[str, str], str] = {}  # a post as seen by one person, or by everyone else ("")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poller = Poller(
            self._poll,
            name="session-events",
            period_s=POLL_S,
            failing=f"The events of session {session.number} cannot be read",
        )
        self._failures = FailureLog(_log, f"The events of session {session.number} cannot be sent")

    def subscribe(self, subscriber: Subscriber) -> None:
        """Send this page the session's state, and later changes. Call it on the event loop."""
        self._subscribers.append(subscriber)
        if len(self._subscribers) == 1:
            self._read = self._last = None  # stale: polling was paused
            self._loop = asyncio.get_running_loop()
            self._poller.start()
            self._poller.wake()
        if self._last:
            self._send(subscriber, self._everything(self._last, subscriber.person))

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Remove a page. Polling stops with the last one."""
        self._subscribers.remove(subscriber)
        if not self._subscribers:
            self.close()

    def poll_soon(self) -> None:
        """Poll now, because something changed."""
        self._poller.wake()

    def close(self) -> None:
        """Stop polling."""
        self._poller.stop()

    # --- reading, in the poller's thread -------------------------------------------------------------------

    def _poll(self) -> None:
        self._read = self._make_snapshot(self._read)
        if self._loop:
            call_on_loop(self._loop, self._publish_safely, self._read)

    def _publish_safely(self, snapshot: EventSnapshot) -> None:
        try:
            self._publish(snapshot)
        except Exception as error:  # polling must continue after any error
            self._failures.note(error)
        else:
            self._failures.clear()

    def _make_snapshot(self, last: EventSnapshot | None) -> EventSnapshot:
        session_state = self.feed.refresh()
        examples, here = self._examples(session_state), self._here()
        if last and session_state is last.session_state:
            if (examples, here) == (last.examples, last.here):
                return last
            return EventSnapshot(**{**vars(last), "examples": examples, "here": here})
        posts = seen_posts(session_state)
        return EventSnapshot(
            session_state=session_state,
            status=encode_event(views.status_view(self.session, session_state, self._clock())),
            posts=posts,
            examples=examples,
            pictures=encode_event(views.pictures_view(session_state)),
            names=self._names(posts.values(), last.names if last else {}),
            here=here,
            states=self._states(session_state, last),
        )

    def _states(self, session_state: SessionState, last: EventSnapshot | None) -> dict[str, str]:
        if last and last.session_state.seatings == session_state.seatings:
            return last.states
        return views.find_states(self._store, self.content, session_state)

    def _here(self) -> dict[str, dict[str, str]]:
        """The people in the session, of the states with open pages."""
        states = {subscriber.person.jurisdiction for subscriber in list(self._subscribers)} - {""}
        found = {state: self.feed.here(state) for state in states}
        for one in {one for people in found.values() for one in people} - set(self._known):
            person = self._store.find_person(one)
            self._known[one] = person.name if person else ""
        return {
            state: {one: self._known[one] for one in sorted(people) if self._known[one]}
            for state, people in found.items()
        }

    def _examples(self, session_state: SessionState) -> str:
        """Read on every poll, because a state may reduce its sharing at any time."""
        found = views.featured_examples(self.content, self._store, session_state.features)
        return encode_event([views.example_view(self.content, one) for one in found])

    def _names(self, posts: Iterable[Post], known: dict[str, str]) -> dict[str, str]:
        signed = {post.author for post in posts if post.signed}
        people = (self._store.find_person(author) for author in signed - set(known))
        return {**known, **{person.id: person.name for person in people if person}}

    # --- sending ----------------------------------------------------------------------------------------------

    def _publish(self, snapshot: EventSnapshot) -> None:
        last, self._last = self._last, snapshot
        if snapshot is last:
            return
        if last is None:
            self._teams, self._pieces = {}, {}  # of before polling was paused
            for subscriber in self._subscribers:
                self._send(subscriber, self._everything(snapshot, subscriber.person))
            return
        changed = [post for key, post in snapshot.posts.items() if post != last.posts.get(key)]
        gone = [key for key in last.posts if key not in snapshot.posts]
        touched = {*gone, *(post.id for post in changed)}
        self._pieces = {key: piece for key, piece in self._pieces.items() if key[0] not in touched}
        teams, self._teams = self._teams, {}
        for_all = self._for_all(snapshot, last)
        for subscriber in self._subscribers:
            person, frames = subscriber.person, list(for_all)
            if (team := self._team(snapshot, person)) != teams.get(person.id):
                frames.append(merge_changes("team", team))
            if snapshot.here.get(person.jurisdiction) != last.here.get(person.jurisdiction):
                frames.append(self._teammates(snapshot, person))
            if touched:
                frames.append(self._board(snapshot, person, changed, gone, whole=False))
            self._send(subscriber, frames)

    def _for_all(self, snapshot: EventSnapshot, last: EventSnapshot) -> list[str]:
        frames = [self._status(snapshot)] if snapshot.status != last.status else []
        for name in ("examples", "pictures"):
            if getattr(snapshot, name) != getattr(last, name):
                frames.append(encode_frame(name, items=RawJson(getattr(snapshot, name))))
        return frames

    def _send(self, subscriber: Subscriber, frames: Iterable[str]) -> None:
        for one in frames:
            subscriber.send(one)

    def _everything(self, snapshot: EventSnapshot, person: Person) -> list[str]:
        return [
            self._status(snapshot),
            merge_changes("team", self._team(snapshot, person)),
            self._teammates(snapshot, person),
            encode_frame("examples", items=RawJson(snapshot.examples)),
            encode_frame("pictures", items=RawJson(snapshot.pictures)),
            self._board(snapshot, person, snapshot.posts.values(), (), whole=True),
        ]

    def _status(self, snapshot: EventSnapshot) -> str:
        """With the current time, by which pages set their clocks."""
        return merge_changes("session_status", snapshot.status, now=self._clock().isoformat())

    def _teammates(self, snapshot: EventSnapshot, person: Person) -> str:
        here = snapshot.here.get(person.jurisdiction, {})
        return encode_frame("teammates", names=sorted(name for one, name in here.items() if one != person.id))

    def send_to_teammates(self, sender: Person, message: str) -> None:
        """Send a frame to the open pages of a person's teammates on this server. Call it on the event loop."""
        for subscriber in self._subscribers:
            person = subscriber.person
            if person.jurisdiction == sender.jurisdiction and person.id != sender.id:
                subscriber.send(message)

    def _team(self, snapshot: EventSnapshot, person: Person) -> str:
        if person.id not in self._teams:
            seen = views.team_view(
                self.content, snapshot.session_state, person.jurisdiction, person.id, snapshot.states
            )
            self._teams[person.id] = encode_event(seen)
        return self._teams[person.id]

    def _board(
        self, snapshot: EventSnapshot, person: Person, posts: Iterable[Post], gone: Iterable[str], *, whole: bool
    ) -> str:
        pieces = ",".join(self._piece(snapshot, post, person) for post in posts)
        return encode_frame("board", whole=whole, posts=RawJson(f"[{pieces}]"), gone=list(gone))

    def _piece(self, snapshot: EventSnapshot, post: Post, person: Person) -> str:
        seen_by = person.id if person.id in views.involved_in(post) else ""
        if (post.id, seen_by) not in self._pieces:
            signed = snapshot.names.get(post.author) if post.signed else None
            view = views.post_view(self.content, post, signed, seen_by)
            self._pieces[post.id, seen_by] = encode_event(view)
        return self._pieces[post.id, seen_by]


class EventHub:
    """Events of all sessions of a server, and the presence tracker."""

    def __init__(
        self, content: Content, store: Store, clock: Clock = utc_now, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.attendance = PresenceTracker(store, content.series.id, clock)
        self._content, self._store, self._clock = content, store, clock
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="session-command")
        self._sessions: dict[int, SessionEvents] = {}
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._reading_timeline: asyncio.Future[SeriesTimeline] | None = None
        self._timeline_read_at = 0.0

    def session(self, number: int) -> SessionEvents:
        """A session's events. Raises ``UnknownSessionError``. Call it from any thread."""
        with self._lock:
            if number not in self._sessions:
                session = self._content.get_session(number)
                self._sessions[number] = SessionEvents(self._content, self._store, session, self._clock)
            return self._sessions[number]

    def read_timeline(self) -> SeriesTimeline:
        """Which sessions are over, on, or ahead. Blocks. Raises ``StoreError``."""
        return build_timeline(self._content, lambda one: self.session(one).session_log.state(), self._clock())

    async def read_recent_timeline(self) -> SeriesTimeline:
        """As ``read_timeline``, at most ``TIMELINE_AGE_S`` old, for pages that anyone can open.

        The store is asked once for all requests of this time, also while it is slow.
        """
        now, reading = self._monotonic(), self._reading_timeline
        if reading is None or (reading.done() and now - self._timeline_read_at >= TIMELINE_AGE_S):
            self._timeline_read_at = now
            reading = self._reading_timeline = asyncio.ensure_future(read_store(self.read_timeline))
        return await asyncio.shield(reading)

    def plan_timeline(self) -> SeriesTimeline:
        """Which sessions are over, on, or ahead, as the schedule says."""
        return build_timeline(self._content, lambda _: SessionState(), self._clock())

    def subscribe(self, session: int, subscriber: Subscriber) -> None:
        """Add an open page; call ``unsubscribe`` when it closes."""
        self.attendance.start()
        self.session(session).subscribe(subscriber)
        self.attendance.arrive(session, subscriber.person)

    def unsubscribe(self, session: int, subscriber: Subscriber) -> None:
        """Remove a page."""
        self.session(session).unsubscribe(subscriber)
        self.attendance.leave(session, subscriber.person)

    async def run_command(self, number: int, job: Callable[[SessionLog], object]) -> None:
        """Run a session command in a thread, and send its changes. Raises the command's errors."""
        events = self.session(number)
        await asyncio.get_running_loop().run_in_executor(self._pool, job, events.session_log)
        events.poll_soon()

    def close(self) -> None:
        """Stop all polling at shutdown."""
        for events in self._sessions.values():
            events.close()
        self.attendance.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)
