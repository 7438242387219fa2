"""The shared screens of a server: one poller per session with an open screen, which sends each screen what is new."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from cluster_kit.content.models import Content
from cluster_kit.content.times import meeting_span
from cluster_kit.insights.poll_results import describe_answered_roughly
from cluster_kit.insights.result_slides import make_result_slides
from cluster_kit.insights.session_states import list_here
from cluster_kit.insights.suppression import find_published
from cluster_kit.polling import Poller, call_on_loop
from cluster_kit.server.present.scenes import ParticipantViews, ScreenState, build_screen
from cluster_kit.server.present.screen_models import ScreenEvent, ScreenPresence, ScreenRoom, ScreenRooms
from cluster_kit.server.stream import event_views as views
from cluster_kit.server.stream.event_hub import POLL_S, EventHub, SessionEvents
from cluster_kit.sessions import RunOfShow, SessionState
from cluster_kit.sessions.board import seen_posts
from cluster_kit.sessions.polls import newest_poll
from cluster_kit.sessions.scenes import plan_exercises, suggest_scene
from cluster_kit.store import Store
from cluster_kit.store.models import Presence

Clock = Callable[[], dt.datetime]
Send = Callable[[str], None]
PRESENCE_S = 2.0
ROOM_TITLES = {"home": "Home rooms", "trios": "Trios"}


def read_participant_views(
    content: Content, store: Store, events: SessionEvents, session_state: SessionState, now: dt.datetime
) -> ParticipantViews:
    """What participants' pages receive now, from the functions that make it for them, except for examples."""
    charts = [chart for chart in map(find_published, session_state.pictures.values()) if chart]
    return ParticipantViews(
        room=views.status_view(events.session, session_state, now),
        posts=tuple(views.post_view(content, post, None, "") for post in seen_posts(session_state).values()),
        slides=tuple(slide for chart in charts for slide in make_result_slides(content, chart)),
        rooms=read_rooms(content, session_state, views.find_states(store, content, session_state)),
    )


def read_rooms(content: Content, session_state: SessionState, states: Mapping[str, str]) -> tuple[ScreenRooms, ...]:
    """The newest breakout groups and the rooms of people as participants see them, without names; shown last, first."""
    names = content.jurisdiction_names
    groups, title = {}, ""
    for code in sorted(_grouped(session_state)):
        if group := views.team_view(content, session_state, code).group:
            title = group.title
            groups[group.number] = ScreenRoom(
                number=group.number, name="", states=[state.name for state in group.states]
            )
    found = [ScreenRooms(use="groups", title=title, rooms=[groups[one] for one in sorted(groups)])] if groups else []
    every = (*found, *_people_rooms(content, session_state, states, names))
    shown = {use.value: seating.at for use, seating in session_state.seatings.items()}
    if session_state.rounds:
        shown["groups"] = session_state.rounds[-1].at
    return tuple(sorted(every, key=lambda one: shown[one.use], reverse=True))


def _grouped(session_state: SessionState) -> set[str]:
    return {code for round_ in session_state.rounds[-1:] for group in round_.groups for code in group.states}


def _people_rooms(
    content: Content, session_state: SessionState, states: Mapping[str, str], names: Mapping[str, str]
) -> Iterable[ScreenRooms]:
    seated: defaultdict[str, dict[tuple[int, str], set[str]]] = defaultdict(dict)
    people = {person for one in session_state.seatings.values() for room in one.rooms for person in room.people}
    for person in people & states.keys():
        for room in views.team_view(content, session_state, states[person], person).rooms:
            seated[room.use].setdefault((room.number, room.name), set()).add(names.get(states[person], states[person]))
    for use in ("home", "trios"):
        rooms = [ScreenRoom(number=key[0], name=key[1], states=sorted(of)) for key, of in sorted(seated[use].items())]
        if rooms:
            yield ScreenRooms(use=use, title=ROOM_TITLES[use], rooms=rooms)


def count_present(presence: Iterable[Presence], now: dt.datetime) -> ScreenPresence:
    """How many people, and of how many states, are here at ``now``. Facilitators are not counted."""
    here = list_here(presence, now)
    return ScreenPresence(people=len(here), states=len({one.jurisdiction for one in here}))


class SessionScreens:
    """The open screens of one session."""

    def __init__(self, content: Content, store: Store, events: SessionEvents, clock: Clock) -> None:
        self._content, self._store, self._events, self._clock = content, store, events, clock
        self._starts_at = meeting_span(content, events.session.number)[0]
        self._screens: list[Send] = []
        self._last: ScreenEvent | None = None  # what the screens show
        self._read: tuple[SessionState, ParticipantViews] | None = None  # what participants see in the newest state
        self._presence: list[Presence] = []
        self._presence_at: dt.datetime | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poller = Poller(
            self._poll,
            name="shared-screen",
            period_s=POLL_S,
            failing=f"The shared screen of session {events.session.number} cannot be read",
        )

    def subscribe(self, send: Send) -> None:
        """Send this screen what it shows, and later changes. Call it on the event loop."""
        self._screens.append(send)
        self._loop = asyncio.get_running_loop()
        if len(self._screens) == 1:
            self._last = None  # stale: polling was paused
            self._poller.start()
            self._poller.wake()
        elif self._last:
            send(self._last.model_copy(update={"now": self._clock().isoformat()}).model_dump_json())

    def unsubscribe(self, send: Send) -> None:
        """Remove a screen. Polling stops with the last one."""
        self._screens.remove(send)
        if not self._screens:
            self.close()

    def poll_soon(self) -> None:
        """Poll now, because something changed."""
        self._poller.wake()

    def close(self) -> None:
        """Stop polling."""
        self._poller.stop()

    def read(self) -> ScreenEvent:
        """What the screens show now. Raises ``StoreError``."""
        now, session = self._clock(), self._events.session
        session_state = self._events.feed.refresh()
        slots = plan_exercises(session, session_state)
        state = ScreenState(
            show=RunOfShow.of(session, session_state, now),
            slots=slots,
            suggested=suggest_scene(session, session_state, now),
            chosen=session_state.scene,
            words=session_state.words,
            statuses=session_state.questions,
            here=self._count(now),
            answered=describe_answered_roughly(poll) if (poll := newest_poll(session_state)) else "",
            starts_at=self._starts_at,
        )
        return build_screen(session, self._see(session_state, now), state, now)

    def _see(self, session_state: SessionState, now: dt.datetime) -> ParticipantViews:
        """What participants see. Examples are read on every poll: a state may reduce its sharing at any time."""
        if self._read is None or self._read[0] is not session_state:
            self._read = (
                session_state,
                read_participant_views(self._content, self._store, self._events, session_state, now),
            )
        found = views.featured_examples(self._content, self._store, session_state.features)
        return replace(self._read[1], examples=tuple(views.example_view(self._content, one) for one in found))

    def _count(self, now: dt.datetime) -> ScreenPresence:
        if self._presence_at is None or (now - self._presence_at).total_seconds() >= PRESENCE_S:
            self._presence = self._store.presence(self._content.series.id, self._events.session.number)
            self._presence_at = now
        return count_present(self._presence, now)

    def _poll(self) -> None:
        screen = self.read()
        if self._loop:
            call_on_loop(self._loop, self._publish, screen)

    def _publish(self, screen: ScreenEvent) -> None:
        last, self._last = self._last, screen
        if last is None or last.model_copy(update={"now": screen.now}) != screen:
            text = screen.model_dump_json()
            for send in self._screens:
                send(text)


class ScreenHub:
    """The shared screens of all sessions of a server."""

    def __init__(self, content: Content, store: Store, events: EventHub, clock: Clock) -> None:
        self._content, self._store, self._events, self._clock = content, store, events, clock
        self._sessions: dict[int, SessionScreens] = {}
        self._lock = threading.Lock()

    def session(self, number: int) -> SessionScreens:
        """A session's screens. Raises ``UnknownSessionError``."""
        with self._lock:
            if number not in self._sessions:
                events = self._events.session(number)
                self._sessions[number] = SessionScreens(self._content, self._store, events, self._clock)
            return self._sessions[number]

    def close(self) -> None:
        """Stop all polling at shutdown."""
        for screens in self._sessions.values():
            screens.close()
