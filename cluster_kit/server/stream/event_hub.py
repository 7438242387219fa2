"""Session events for all open pages: one poller for each session that is being watched, and each page sent what is new.

However many pages are open, a server asks the store twice a second for each session whether anything happened.
Two servers on one database poll the same, so that their pages show the same.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from cluster_kit.content.models import Content, Session
from cluster_kit.log_limits import FailureLog
from cluster_kit.models import Json, Outgoing
from cluster_kit.polling import Poller, call_on_loop
from cluster_kit.server.auth.authenticator import Clock, utc_now
from cluster_kit.server.stream import event_views as views
from cluster_kit.server.stream.presence import PresenceTracker
from cluster_kit.sessions import SessionFeed, SessionLog, SessionState
from cluster_kit.sessions.state import Post
from cluster_kit.store import Person, Store

POLL_S = 0.5

_log = logging.getLogger(__name__)


def frame(name: str, **values: object) -> str:
    """A frame of this type; a value that is a ``Raw`` is JSON already."""
    pieces = (f'"{key}":{value if isinstance(value, Raw) else encode_event(value)}' for key, value in values.items())
    return "{" + ",".join([f'"type":"{name}"', *pieces]) + "}"


class Raw(str):
    """Text that is JSON."""


def encode_event(said: object) -> Raw:
    """JSON in one line, of models too."""
    return Raw(json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=_dump))


def _dump(model: Outgoing) -> Json:
    return model.model_dump(mode="json")


def merge_changes(name: str, said: str, **values: object) -> str:
    """A frame of this type with the keys of a JSON object, and these values."""
    head = frame(name, **values)
    return head if said == "{}" else f"{head[:-1]},{said[1:]}"


@dataclass(frozen=True, eq=False)
class Subscriber:
    """A page that gets a session's events. ``send`` takes frames in order and does not wait."""

    person: Person
    send: Callable[[str], None]


@dataclass(frozen=True)
class EventSnapshot:
    """A session as pages see it at one moment: as JSON, but for what each person sees differently."""

    standing: SessionState = field(default_factory=SessionState)
    room: str = ""
    posts: dict[str, Post] = field(default_factory=dict)
    examples: str = "[]"
    pictures: str = "[]"
    names: dict[str, str] = field(default_factory=dict)  # of those who signed


class SessionEvents:
    """One session's events. ``journal`` takes commands; ``poll_soon`` then sends what they changed."""

    def __init__(self, content: Content, store: Store, session: Session, clock: Clock) -> None:
        self.content, self.session = content, session
        self.journal = SessionLog(store, content.series.id, session)
        self._store, self._clock = store, clock
        self.feed = SessionFeed(store, self.journal)
        self._subscribers: list[Subscriber] = []
        self._read: EventSnapshot | None = None  # by the poller's thread
        self._last: EventSnapshot | None = None  # sent
        self._teams: dict[str, str] = {}
        self._pieces: dict[tuple[str, str], str] = {}  # a post as somebody sees it, or as everybody else does ("")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poller = Poller(
            self._poll,
            name="session-events",
            period_s=POLL_S,
            failing=f"The events of session {session.number} cannot be read",
        )
        self._failures = FailureLog(_log, f"The events of session {session.number} cannot be sent")

    def subscribe(self, subscriber: Subscriber) -> None:
        """Send this page the session's state, and what is new from now on. Call it on the event loop."""
        self._subscribers.append(subscriber)
        if len(self._subscribers) == 1:
            self._read = self._last = None  # nothing was read for a while
            self._loop = asyncio.get_running_loop()
            self._poller.start()
            self._poller.wake()
        if self._last:
            self._send(subscriber, self._everything(self._last, subscriber.person))

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """The page is gone. With the last one, polling ends."""
        self._subscribers.remove(subscriber)
        if not self._subscribers:
            self.close()

    def poll_soon(self) -> None:
        """Something has happened: poll now."""
        self._poller.wake()

    def close(self) -> None:
        """End polling."""
        self._poller.stop()

    # --- reading: in the poller's thread --------------------------------------------------------------------

    def _poll(self) -> None:
        self._read = self._make_snapshot(self._read)
        if self._loop:
            call_on_loop(self._loop, self._publish_safely, self._read)

    def _publish_safely(self, snapshot: EventSnapshot) -> None:
        try:
            self._publish(snapshot)
        except Exception as error:  # every page depends on this: it goes on, whatever happened
            self._failures.note(error)
        else:
            self._failures.clear()

    def _make_snapshot(self, last: EventSnapshot | None) -> EventSnapshot:
        standing = self.feed.refresh()
        examples = self._examples(standing)
        if last and standing is last.standing:
            return last if examples == last.examples else EventSnapshot(**{**vars(last), "examples": examples})
        posts = views.seen_posts(standing)
        return EventSnapshot(
            standing=standing,
            room=encode_event(views.room_view(self.session, standing, self._clock())),
            posts=posts,
            examples=examples,
            pictures=encode_event(views.pictures_view(standing)),
            names=self._names(posts.values(), last.names if last else {}),
        )

    def _examples(self, standing: SessionState) -> str:
        """Read each time: a state may step down its ladder at any moment."""
        found = views.featured_examples(self.content, self._store, standing.features)
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
            if (team := self._team(snapshot, person)) != teams.get(person.jurisdiction):
                frames.append(merge_changes("team", team))
            if touched:
                frames.append(self._board(snapshot, person, changed, gone, whole=False))
            self._send(subscriber, frames)

    def _for_all(self, snapshot: EventSnapshot, last: EventSnapshot) -> list[str]:
        frames = [self._room(snapshot)] if snapshot.room != last.room else []
        for name in ("examples", "pictures"):
            if getattr(snapshot, name) != getattr(last, name):
                frames.append(frame(name, items=Raw(getattr(snapshot, name))))
        return frames

    def _send(self, subscriber: Subscriber, frames: Iterable[str]) -> None:
        for one in frames:
            subscriber.send(one)

    def _everything(self, snapshot: EventSnapshot, person: Person) -> list[str]:
        return [
            self._room(snapshot),
            merge_changes("team", self._team(snapshot, person)),
            frame("examples", items=Raw(snapshot.examples)),
            frame("pictures", items=Raw(snapshot.pictures)),
            self._board(snapshot, person, snapshot.posts.values(), (), whole=True),
        ]

    def _room(self, snapshot: EventSnapshot) -> str:
        """With the present time, by which pages set their clocks."""
        return merge_changes("room", snapshot.room, now=self._clock().isoformat())

    def _team(self, snapshot: EventSnapshot, person: Person) -> str:
        state = person.jurisdiction
        if state not in self._teams:
            self._teams[state] = encode_event(views.team_view(self.content, snapshot.standing, state))
        return self._teams[state]

    def _board(
        self, snapshot: EventSnapshot, person: Person, posts: Iterable[Post], gone: Iterable[str], *, whole: bool
    ) -> str:
        pieces = ",".join(self._piece(snapshot, post, person) for post in posts)
        return frame("board", whole=whole, posts=Raw(f"[{pieces}]"), gone=list(gone))

    def _piece(self, snapshot: EventSnapshot, post: Post, person: Person) -> str:
        seen_by = person.id if person.id in views.involved_in(post) else ""
        if (post.id, seen_by) not in self._pieces:
            signed = snapshot.names.get(post.author) if post.signed else None
            said = views.post_view(self.content, post, signed, seen_by)
            self._pieces[post.id, seen_by] = encode_event(said)
        return self._pieces[post.id, seen_by]


class EventHub:
    """The events of all sessions of a server, and who is present in them."""

    def __init__(self, content: Content, store: Store, clock: Clock = utc_now) -> None:
        self.attendance = PresenceTracker(store, content.series.id, clock)
        self._content, self._store, self._clock = content, store, clock
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="session-command")
        self._sessions: dict[int, SessionEvents] = {}
        self._lock = threading.Lock()

    def session(self, number: int) -> SessionEvents:
        """A session's events. Raises ``UnknownSessionError``. Call it from any thread."""
        with self._lock:
            if number not in self._sessions:
                session = self._content.get_session(number)
                self._sessions[number] = SessionEvents(self._content, self._store, session, self._clock)
            return self._sessions[number]

    def subscribe(self, session: int, subscriber: Subscriber) -> None:
        """A page that is open from now on; call ``unsubscribe`` at its end."""
        self.attendance.start()
        self.session(session).subscribe(subscriber)
        self.attendance.arrive(session, subscriber.person)

    def unsubscribe(self, session: int, subscriber: Subscriber) -> None:
        """The page is gone."""
        self.session(session).unsubscribe(subscriber)
        self.attendance.leave(session, subscriber.person)

    async def run_command(self, number: int, job: Callable[[SessionLog], object]) -> None:
        """Run a command of a session in a thread, and send what it changed. Raises what the command raises."""
        events = self.session(number)
        await asyncio.get_running_loop().run_in_executor(self._pool, job, events.journal)
        events.poll_soon()

    def close(self) -> None:
        """End all polling: the server ends."""
        for events in self._sessions.values():
            events.close()
        self.attendance.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)
