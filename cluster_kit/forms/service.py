"""The form service: all open forms of a process, over one store, independent of the transport.

Its threads: the **writer** (``writer``) validates and commits saves. The **poller** runs once a second, after each
commit, and after each session event from a feed. It reads new answers, erasures, and session events, including those
of other processes, and sends the changes to pages. A few **readers** open forms, receive files, and pass questions to
prompt extensions.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cluster_kit.content.handouts import Glossary
from cluster_kit.content.models import Content, Depth
from cluster_kit.exercises.answer_cache import AnswerCache, Update, Watermark
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.extensions import PromptExtension
from cluster_kit.forms.connection import FormConnection, Send
from cluster_kit.forms.definitions import Definitions
from cluster_kit.forms.readers import FormReaders
from cluster_kit.forms.writer import PendingSave, SaveObserver, SaveWriter
from cluster_kit.polling import Poller
from cluster_kit.sessions import SessionFeed
from cluster_kit.store import NewResponse, Person, Receipt, Store
from cluster_kit.store.files import FileStore
from cluster_kit.store.save_quota import SaveQuota
from cluster_kit.store.upload_quota import UploadQuota

log = logging.getLogger(__name__)

INTERVAL_S = 1.0
# Saves within this time are sent to teammates together.
COALESCE_S = 0.2
# The maximum time between reads of answers that receipts have already added.
CONFIRM_S = 1.0
# The time to wait for a running poll on close, because the store may be unavailable.
LAST_POLL_S = 60.0


@dataclass(frozen=True)
class FormEnvironment:
    """The services of forms besides content and store.

    ``files``: a jurisdiction's file store, or None if files are not accepted. ``extensions``: prompt extensions by
    the kind of prompt. ``feed``: a session's live state, or None outside of live sessions (then ``live`` is False).
    ``feed_age_s``: the maximum age of a feed's state for the poller; above 0 if feeds are refreshed elsewhere.
    ``glossary``: terms to explain.
    """

    files: Callable[[str], FileStore | None] = lambda _jurisdiction: None
    extensions: Mapping[str, Callable[[FormContext], PromptExtension]] = field(default_factory=dict)
    feed: Callable[[int], SessionFeed | None] = lambda _session: None
    live: bool = False
    feed_age_s: float = 0.0
    glossary: Glossary | None = None
    upload_quota: UploadQuota = field(default_factory=UploadQuota)
    save_quota: SaveQuota = field(default_factory=SaveQuota)


class FormService:
    """Serves the forms of one series. Thread-safe. ``close`` ends its threads.

    All open pages of a jurisdiction share one cache of its answers.
    """

    def __init__(
        self,
        content: Content,
        store: Store,
        environment: FormEnvironment | None = None,
        *,
        observer: SaveObserver | None = None,
        interval_s: float = INTERVAL_S,
    ) -> None:
        self.content, self.store, self.environment = content, store, environment or FormEnvironment()
        self.definitions = Definitions(content, live=self.environment.live, glossary=self.environment.glossary)
        self._writer = SaveWriter(store, self._refresh_feeds, self._apply_saved, observer)
        self._readers = FormReaders()
        self._lock = threading.Lock()
        self._connections: dict[str, list[FormConnection]] = {}  # by jurisdiction, as the caches are
        self._caches: dict[str, AnswerCache] = {}
        self._updates: defaultdict[str, list[Update]] = defaultdict(list)  # in memory, not yet sent
        self._refreshed: dict[str, float] = {}
        self._session_seqs: dict[int, int] = {}
        self._people_versions: dict[tuple[int, str], int] = {}
        self._subscribed: set[int] = set()  # the sessions whose feeds wake the poller
        self._is_closing = False
        self._poller = Poller(
            self.poll,
            name="form-poller",
            period_s=interval_s,
            failing="New answers and session events cannot be read",
            coalesce_s=min(COALESCE_S, interval_s),
        )

    # --- connections ----------------------------------------------------------------------------------------

    def connect(self, person: Person, session: int, send: Send, depth: Depth = Depth.ESSENTIAL) -> FormConnection:
        """A connection for one person's page. Call its ``close`` when it ends. Raises ``UnknownSessionError``."""
        self.content.get_session(session)
        state, given = person.jurisdiction, self.environment
        with self._lock:
            cache = self._caches.get(state) or AnswerCache(self.store, self.content.series.id, state)
            feed = given.feed(session)
            context = FormContext(
                self.content,
                self.store,
                session,
                state,
                person,
                depth,
                files=given.files(state),
                upload_quota=given.upload_quota,
                save_quota=given.save_quota,
                extensions=given.extensions,
                session_log=feed,
                answers=cache,
            )
            self._caches[state] = cache
            connection = FormConnection(self, context, send)
            self._connections.setdefault(state, []).append(connection)
            if feed and session not in self._subscribed:
                self._subscribed.add(session)
                feed.subscribe(self.wake)
            if not self._is_closing:
                self._poller.start()
        return connection

    def disconnect(self, connection: FormConnection) -> None:
        """Unregister a page. The last page of a jurisdiction releases its cache."""
        state = connection.context.jurisdiction
        with self._lock:
            theirs = self._connections.get(state, [])
            if connection in theirs:
                theirs.remove(connection)
            if not theirs:
                for known in (self._connections, self._caches, self._updates):
                    known.pop(state, None)
            if not self._connections:
                self._poller.stop()

    def read(self, job: Callable[[], None]) -> None:
        """Run a job in a reader thread."""
        self._readers.submit(job)

    def read_slowly(self, person: str, job: Callable[[], None]) -> None:
        """Run a job that may take minutes in a thread, after those of the same person."""
        self._readers.submit_slow(person, job)

    def enqueue(self, pending: PendingSave) -> None:
        """Queue a save for the writer, after the jurisdiction's earlier saves."""
        self._writer.enqueue(pending)

    def wake(self) -> None:
        """Poll now."""
        self._poller.wake()

    def close(self) -> None:
        """Commit the queued saves, and end the threads."""
        self._is_closing = True
        self._writer.close()
        self._readers.close()
        self._poller.stop(LAST_POLL_S)

    # --- changes --------------------------------------------------------------------------------------------

    def _refresh_feeds(self, batch: Sequence[PendingSave]) -> None:
        """Refresh the sessions' feeds before a batch is validated, because an exercise may have been locked."""
        for session in {pending.handler.context.session for pending in batch}:
            if feed := self.environment.feed(session):
                feed.refresh()

    def _apply_saved(self, pending: PendingSave, responses: Sequence[NewResponse], receipts: Sequence[Receipt]) -> None:
        """Add committed answers to the cache before the next save is validated. The poller sends them."""
        if isinstance(cache := pending.handler.context.answers, AnswerCache):
            self._note(cache, cache.apply_saved(responses, receipts))
        self.wake()

    def _refresh(self, cache: AnswerCache, mark: Watermark | None) -> None:
        """Read a jurisdiction's new answers into memory; the poller sends them."""
        try:
            update = cache.refresh(mark)
        except Exception:
            log.warning("new answers cannot be read; trying again", exc_info=True)
            return
        self._refreshed[cache.jurisdiction] = time.monotonic()
        self._note(cache, update)

    def _note(self, cache: AnswerCache, update: Update) -> None:
        """Queue an update for the poller to send."""
        with self._lock:
            if (update.new or update.whole) and self._caches.get(cache.jurisdiction) is cache:
                self._updates[cache.jurisdiction].append(update)

    def poll(self) -> None:
        """Read changes, and send them. Raises ``StoreError``."""
        with self._lock:
            caches = dict(self._caches)
            sessions = {one.context.session for theirs in self._connections.values() for one in theirs}
        if not caches:
            return
        changed = self._changed_sessions(sessions)
        marks = self.store.watermarks(self.content.series.id, list(caches))
        for state, cache in caches.items():
            mark = Watermark(*marks.get(state, (0, 0)))
            if cache.mark() != mark and (not cache.is_ahead(mark) or self._is_due(state)):
                self._refresh(cache, mark)
            self._send_updates(state, changed | self._changed_people(state, sessions))

    def _is_due(self, state: str) -> bool:
        """Whether a jurisdiction whose new answers all came from receipts is due for a read."""
        return time.monotonic() - self._refreshed.get(state, 0.0) >= CONFIRM_S

    def _changed_sessions(self, sessions: Iterable[int]) -> set[int]:
        """The sessions with new events since the last call."""
        changed = set()
        for session in sessions:
            feed = self.environment.feed(session)
            seq = feed.refresh(self.environment.feed_age_s).seq if feed else 0
            if self._session_seqs.setdefault(session, 0) != seq:
                self._session_seqs[session] = seq
                changed.add(session)
        return changed

    def _changed_people(self, state: str, sessions: Iterable[int]) -> set[int]:
        """The sessions in which other people of the state are present than at the last call."""
        changed = set()
        for session in sessions:
            feed = self.environment.feed(session)
            version = feed.people_version(state) if feed else 0
            if self._people_versions.setdefault((session, state), version) != version:
                self._people_versions[session, state] = version
                changed.add(session)
        return changed

    def _send_updates(self, state: str, changed_sessions: set[int]) -> None:
        with self._lock:
            updates = self._updates.pop(state, [])
            connections = list(self._connections.get(state, ()))
        for connection in connections:
            connection.retry()
        if not updates and not changed_sessions:
            return
        new = tuple(response for update in updates for response in update.new)
        whole = any(update.whole for update in updates)
        for connection in connections:
            is_changed = connection.context.session in changed_sessions
            connection.catch_up(Update(new, whole), session_changed=is_changed)
