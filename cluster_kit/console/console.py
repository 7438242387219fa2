"""The public entry point of the console's notebook."""

from __future__ import annotations

import threading
import weakref
from contextlib import ExitStack

from cluster_kit.console import (
    announcements,
    attention,
    boards,
    breakouts,
    cues,
    discuss,
    examples,
    exercises,
    people,
    polls,
    prepared,
    questions,
    record,
    results,
    run_of_show,
    shared_screen,
)
from cluster_kit.console.command_handler import CommandHandler
from cluster_kit.console.panel import Panel, PanelKind
from cluster_kit.console.snapshot import Snapshot, SnapshotReader
from cluster_kit.content import Content, load_content
from cluster_kit.content.facilitation import Facilitation, find_facilitation
from cluster_kit.errors import ClusterKitError
from cluster_kit.polling import Poller
from cluster_kit.roster.people import ensure_person
from cluster_kit.settings import Settings, sqlite_url
from cluster_kit.store import Person, Store, StoreError
from cluster_kit.store.deployment import open_deployment_store
from cluster_kit.temporary_folders import temporary_folder

LIVE = "live"
INTERVAL_S = 1.0


class NotAFacilitatorError(ClusterKitError, PermissionError):
    """The user is not a facilitator and may not open the console."""

    def __init__(self) -> None:
        super().__init__("The console is for facilitators. Open the personal link that you were sent once more.")


class Console:
    """A session as facilitators see and run it. Create it with ``Console.open``.

    Its panels poll the session once a second and send changes. Each command re-checks the user's role in the store.
    """

    def __init__(
        self,
        content: Content,
        session: int,
        store: Store,
        person: Person,
        facilitation: Facilitation | None = None,
    ) -> None:
        self._snapshot_reader = SnapshotReader(
            content, content.get_session(session), store, facilitation=facilitation, viewer=person.id
        )
        self._commands = CommandHandler(store, self._snapshot_reader.session_log, person)
        self._lock = threading.Lock()
        self._panels: list[Panel] = []
        self._snapshot = self._snapshot_reader.read()
        self._is_fresh = True
        self._poller = Poller(
            self.update, name="cluster-kit-console", period_s=INTERVAL_S, failing="The console cannot be updated"
        )
        self._poller.start()

    @classmethod
    def open(cls, *, series: str, session: int, person: str, mode: str) -> Console:
        """The console that the notebook's parameters describe.

        ``mode`` ``live``: ``person`` is the id of a facilitator whom the server authenticated. Otherwise the notebook
        was opened locally on the machine with the kit's home, which only staff can access: ``person`` is their name.
        Without a name it is practice mode: everything works on an empty session, and nothing is stored.

        Raises ``NotAFacilitatorError``, ``UnknownSeriesError``, ``UnknownSessionError``, ``ContentError``, or
        ``StoreError``.
        """
        settings = Settings.read()
        content = load_content(series, overlay=settings.content)
        facilitation = find_facilitation(content, settings.content)
        if mode == LIVE:
            store = open_deployment_store(settings)
            found = store.find_person(person)
            if found is None or found.series != content.series.id or not found.is_facilitator:
                raise NotAFacilitatorError
            return cls(content, session, store, found, facilitation)
        if person.strip():
            store = open_deployment_store(settings)
            return cls(content, session, store, ensure_person(store, content.series.id, "", person), facilitation)
        return _practice(content, session, facilitation)

    # --- panels ---------------------------------------------------------------------------------------------

    def run_of_show(self) -> Panel:
        """The current segment, its clock, and controls for the next one."""
        return self._panel(run_of_show.KIND)

    def attention(self) -> Panel:
        """What was done last, and what needs attention in the other panels."""
        return self._panel(attention.KIND)

    def cues(self) -> Panel:
        """What to say and to listen for in the current exercise, and what helps a stuck team."""
        return self._panel(cues.KIND)

    def prepared(self) -> Panel:
        """The prepared messages of the current exercise, to send, edit, or skip."""
        return self._panel(prepared.KIND)

    def shared_screen(self) -> Panel:
        """The scene of the shared screen, and the words of its word cloud."""
        return self._panel(shared_screen.KIND)

    def people(self) -> Panel:
        """Presence by state, and states that may need help."""
        return self._panel(people.KIND)

    def exercises(self) -> Panel:
        """Each exercise's progress, with locks and reveals."""
        return self._panel(exercises.KIND)

    def discuss(self) -> Panel:
        """Discussion priorities with reasons."""
        return self._panel(discuss.KIND)

    def results(self) -> Panel:
        """Distribution of ratings by item, area, and state, and which charts participants see."""
        return self._panel(results.KIND)

    def announcements(self) -> Panel:
        """A message or a link to everyone, and the parking lot."""
        return self._panel(announcements.KIND)

    def boards(self) -> Panel:
        """States' posts on the boards, to hide or to feature."""
        return self._panel(boards.KIND)

    def questions(self) -> Panel:
        """Questions from the room, to post, answer, park, or remove."""
        return self._panel(questions.KIND)

    def polls(self) -> Panel:
        """A question to everyone with options or a rating, and its results."""
        return self._panel(polls.KIND)

    def examples(self) -> Panel:
        """Shared examples, to feature on every page."""
        return self._panel(examples.KIND)

    def breakouts(self) -> Panel:
        """Breakout groups: form, preview, adjust, show, and export to the video call."""
        return self._panel(breakouts.KIND)

    def record(self) -> Panel:
        """The session log, with undo."""
        return self._panel(record.KIND)

    # --- polling --------------------------------------------------------------------------------------------

    def update(self) -> None:
        """Read the session and update every panel; panels also show a failed read. Raises ``StoreError``."""
        with self._lock:
            try:
                self._snapshot = self._snapshot_reader.read()
            except StoreError:
                self._report_freshness(False)
                raise
            self._report_freshness(True)
            for panel in self._panels:
                panel.update(self._snapshot)

    def close(self) -> None:
        """Stop polling. In a notebook the console ends with the kernel."""
        self._poller.stop()

    def _report_freshness(self, is_fresh: bool) -> None:
        if is_fresh != self._is_fresh:
            self._is_fresh = is_fresh
            for panel in self._panels:
                panel.send_freshness(is_fresh)

    def _panel(self, kind: PanelKind) -> Panel:
        with self._lock:
            panel = Panel(kind, self._commands, self._get_snapshot, self._poller.wake)
            self._panels.append(panel)
        return panel

    def _get_snapshot(self) -> Snapshot:
        return self._snapshot


def _practice(content: Content, session: int, facilitation: Facilitation | None) -> Console:
    """A console over a temporary, empty store."""
    stack = ExitStack()
    folder = stack.enter_context(temporary_folder("practice"))
    store = Store.open(sqlite_url(folder / "practice.sqlite3"))
    console = Console(content, session, store, ensure_person(store, content.series.id, "", "Practice"), facilitation)
    weakref.finalize(console, stack.close)
    return console
