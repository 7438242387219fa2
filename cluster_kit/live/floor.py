"""The floor of a live session: one look at the store for all pages that are open, and each page told what is new.

However many pages listen, a server asks the store twice a second for each running session whether anything happened.
Two servers on one database look at the same, so that their pages show the same.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from cluster_kit.content.models import Content, Session
from cluster_kit.live import floor_views as views
from cluster_kit.live.door import Clock, utc_now
from cluster_kit.live.presence import Attendance
from cluster_kit.meeting import Journal, Standing
from cluster_kit.meeting.standing import Post
from cluster_kit.responses import Person, Store, StoreError

LOOK_S = 0.5
# How many pages of one person are told at a time; the one that has listened longest gives way. Browsers keep few
# connections to one address, and pages need some for other things.
MOST_EACH = 3
# A page that takes in nothing for so long is let go; it asks again, and is told everything.
MOST_WAITING = 500

_log = logging.getLogger(__name__)


def event(name: str, said: str) -> str:
    """A server-sent event. ``said`` is JSON, which has no line breaks of its own."""
    return f"event: {name}\ndata: {said}\n\n"


def to_json(said: object) -> str:
    """JSON in one line."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


class Listener:
    """A page that listens, and what it is still to be told."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self._news: asyncio.Queue[str | None] = asyncio.Queue(MOST_WAITING)

    async def hear(self, patience_s: float) -> str | None:
        """The next event; "" when there is none for ``patience_s``; None at the end."""
        try:
            async with asyncio.timeout(patience_s):
                return await self._news.get()
        except TimeoutError:
            return ""

    def tell(self, *events: str) -> None:
        """Tell the page; one that takes in nothing is let go."""
        for one in events:
            if self._news.full():
                self.end()
                return
            self._news.put_nowait(one)

    def end(self, last: str = "") -> None:
        """Tell it a last thing, and no more. What it has not taken in yet is left out."""
        while not self._news.empty():
            self._news.get_nowait()
        if last:
            self._news.put_nowait(last)
        self._news.put_nowait(None)


@dataclass(frozen=True)
class _Look:
    """How a session stands, as pages see it: ready to be sent, but for what each person sees differently."""

    standing: Standing = field(default_factory=Standing)
    room: str = ""
    posts: dict[str, Post] = field(default_factory=dict)
    examples: str = "[]"
    pictures: str = "[]"
    names: dict[str, str] = field(default_factory=dict)  # of those who signed


class Floor:
    """One session's floor. ``journal`` is where people do things; ``look_soon`` then shows them to everybody."""

    def __init__(
        self, content: Content, store: Store, session: Session, pool: ThreadPoolExecutor, clock: Clock
    ) -> None:
        self.content, self.session = content, session
        self.journal = Journal(store, content.series.id, session)
        self._store, self._pool, self._clock = store, pool, clock
        self._listeners: list[Listener] = []
        self._last: _Look | None = None
        self._teams: dict[str, str] = {}
        self._pieces: dict[tuple[str, str], str] = {}  # a post as somebody sees it, or as everybody else does ("")
        self._soon = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    def listen(self, listener: Listener) -> None:
        """Tell this page how things stand, and what is new from now on."""
        self._listeners.append(listener)
        if self._looking is None or self._looking.done():
            self._last = None  # nobody has looked for a while
            self._looking = asyncio.create_task(self._look_on())
        if self._last:
            listener.tell(*self._everything(self._last, listener.person))

    def leave(self, listener: Listener) -> None:
        """The page has gone. When nobody listens any more, nobody looks."""
        self._listeners.remove(listener)
        if not self._listeners and self._looking:
            self._looking.cancel()

    def look_soon(self) -> None:
        """Something has been done: look at once."""
        self._soon.set()

    async def _look_on(self) -> None:
        well = True
        while True:
            self._soon.clear()
            try:
                look = await asyncio.get_running_loop().run_in_executor(self._pool, self._look, self._last)
                self._tell(look)
                well = True
            except StoreError as error:
                if well:
                    _log.warning("Session %s cannot be looked at: %s", self.session.number, error)
                well = False
            except Exception:  # the pages of everybody hang on this: it goes on, whatever happened
                if well:
                    _log.exception("Session %s cannot be shown", self.session.number)
                well = False
            await self._pause()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(LOOK_S):
                await self._soon.wait()
        except TimeoutError:
            pass

    # --- looking: in a thread of the pool -------------------------------------------------------------------

    def _look(self, last: _Look | None) -> _Look:
        standing = self.journal.standing()
        examples = self._examples(standing)
        if last and standing is last.standing:
            return last if examples == last.examples else _Look(**{**vars(last), "examples": examples})
        posts = views.seen_posts(standing)
        return _Look(
            standing=standing,
            room=to_json(views.room_view(self.session, standing, self._clock())),
            posts=posts,
            examples=examples,
            pictures=to_json(views.pictures_view(standing)),
            names=self._names(posts.values(), last.names if last else {}),
        )

    def _examples(self, standing: Standing) -> str:
        """Asked for anew each time: a state may step down its ladder at any moment."""
        found = views.featured_examples(self.content, self._store, standing.features)
        return to_json([views.example_view(self.content, one) for one in found])

    def _names(self, posts: Iterable[Post], known: dict[str, str]) -> dict[str, str]:
        signed = {post.author for post in posts if post.signed}
        people = (self._store.find_person(author) for author in signed - set(known))
        return {**known, **{person.id: person.name for person in people if person}}

    # --- telling ----------------------------------------------------------------------------------------------

    def _tell(self, look: _Look) -> None:
        last, self._last = self._last, look
        if look is last:
            return
        if last is None:
            for listener in self._listeners:
                listener.tell(*self._everything(look, listener.person))
            return
        changed = [post for key, post in look.posts.items() if post != last.posts.get(key)]
        gone = [key for key in last.posts if key not in look.posts]
        touched = {*gone, *(post.id for post in changed)}
        self._pieces = {key: piece for key, piece in self._pieces.items() if key[0] not in touched}
        teams, self._teams = self._teams, {}
        for listener in self._listeners:
            person = listener.person
            if look.room != last.room:
                listener.tell(self._room(look))
            if (team := self._team(look, person)) != teams.get(person.jurisdiction):
                listener.tell(event("team", team))
            for name in ("examples", "pictures"):
                if getattr(look, name) != getattr(last, name):
                    listener.tell(event(name, getattr(look, name)))
            if touched:
                listener.tell(self._board(look, person, changed, gone, whole=False))

    def _everything(self, look: _Look, person: Person) -> list[str]:
        return [
            self._room(look),
            event("team", self._team(look, person)),
            event("examples", look.examples),
            event("pictures", look.pictures),
            self._board(look, person, look.posts.values(), (), whole=True),
        ]

    def _room(self, look: _Look) -> str:
        """With the present time, by which pages set their clocks."""
        return event("room", f'{{"now":"{self._clock().isoformat()}",{look.room[1:]}')

    def _team(self, look: _Look, person: Person) -> str:
        state = person.jurisdiction
        if state not in self._teams:
            self._teams[state] = to_json(views.team_view(self.content, look.standing, state))
        return self._teams[state]

    def _board(self, look: _Look, person: Person, posts: Iterable[Post], gone: Iterable[str], *, whole: bool) -> str:
        pieces = ",".join(self._piece(look, post, person) for post in posts)
        return event("board", f'{{"whole":{to_json(whole)},"posts":[{pieces}],"gone":{to_json(list(gone))}}}')

    def _piece(self, look: _Look, post: Post, person: Person) -> str:
        seen_by = person.id if person.id in views.involved_in(post) else ""
        if (post.id, seen_by) not in self._pieces:
            signed = look.names.get(post.author) if post.signed else None
            said = views.post_view(self.content, post, signed, seen_by)
            self._pieces[post.id, seen_by] = to_json(said)
        return self._pieces[post.id, seen_by]


class Floors:
    """The floors of all sessions of a server, and who is on them."""

    def __init__(self, content: Content, store: Store, clock: Clock = utc_now) -> None:
        self.attendance = Attendance(store, content.series.id, clock)
        self._content, self._store, self._clock = content, store, clock
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="floor")
        self._floors: dict[int, Floor] = {}
        self._listeners: list[Listener] = []  # those who have listened longest first
        self._keeping: asyncio.Task[None] | None = None

    def floor(self, session: Session) -> Floor:
        """The session's floor."""
        if session.number not in self._floors:
            made = Floor(self._content, self._store, session, self._pool, self._clock)
            self._floors[session.number] = made
        return self._floors[session.number]

    def listen(self, session: Session, person: Person) -> Listener:
        """A page that listens from now on; call ``leave`` at its end."""
        if self._keeping is None:
            self._keeping = asyncio.create_task(self.attendance.keep())
        theirs = [one for one in self._listeners if one.person.id == person.id]
        for longest in theirs[: len(theirs) - MOST_EACH + 1]:
            longest.end(event("elsewhere", "{}"))
        listener = Listener(person)
        self._listeners.append(listener)
        self.floor(session).listen(listener)
        self.attendance.arrive(session.number, person)
        return listener

    def leave(self, session: Session, listener: Listener) -> None:
        """The page has gone."""
        self._listeners.remove(listener)
        self.floor(session).leave(listener)
        self.attendance.leave(session.number, listener.person)

    def close(self) -> None:
        """Let all pages go: the server ends."""
        for listener in self._listeners:
            listener.end()
        if self._keeping:
            self._keeping.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
