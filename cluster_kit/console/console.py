"""The one object that the console's notebook talks to."""

from __future__ import annotations

import tempfile
import threading
import weakref
from pathlib import Path

from cluster_kit.console import (
    announcements,
    boards,
    breakouts,
    discuss,
    examples,
    exercises,
    people,
    record,
    results,
    run_of_show,
)
from cluster_kit.console.command_handler import CommandHandler
from cluster_kit.console.panel import Panel, PanelKind
from cluster_kit.console.snapshot import Snapshot, SnapshotReader
from cluster_kit.content import Content, load_content
from cluster_kit.errors import ClusterKitError
from cluster_kit.polling import Poller
from cluster_kit.roster.people import ensure_person
from cluster_kit.settings import Settings, sqlite_url
from cluster_kit.store import Person, Store, StoreError

LIVE = "live"
INTERVAL_S = 1.0


class NotAFacilitatorError(ClusterKitError, PermissionError):
    """The console, asked for by somebody who does not run sessions."""

    def __init__(self) -> None:
        super().__init__("The console is for facilitators. Open the personal link that you were sent once more.")


class Console:
    """A session as its facilitators see and run it. Make it with ``Console.open``.

    Its panels look at the session once a second and say what has changed; each asks the store for itself whether who
    does something may do it.
    """

    def __init__(self, content: Content, session: int, store: Store, person: Person) -> None:
        self._lookout = SnapshotReader(content, content.get_session(session), store)
        self._commands = CommandHandler(store, self._lookout.journal, person)
        self._looking = threading.Lock()
        self._panels: list[Panel] = []
        self._sight = self._lookout.look()
        self._is_seen = True
        self._poller = Poller(
            self.look_once, name="cluster-kit-console", period_s=INTERVAL_S, failing="The console cannot be updated"
        )
        self._poller.start()

    @classmethod
    def open(cls, *, series: str, session: int, person: str, mode: str) -> Console:
        """The console that the notebook's parameters describe.

        ``mode`` ``live``: ``person`` is the id of a facilitator whom the server let in. Otherwise the notebook was
        opened by hand where the kit's home is, and who can do that is staff: ``person`` is their name. Without one
        it is practice: everything works on an empty session, and nothing is kept.

        Raises ``NotAFacilitatorError``, and what loading content and opening the store raise.
        """
        settings = Settings.read()
        content = load_content(series, overlay=settings.content)
        if mode == LIVE:
            store = Store.open(settings.db_url)
            found = store.find_person(person)
            if found is None or found.series != content.series.id or not found.is_facilitator:
                raise NotAFacilitatorError
            return cls(content, session, store, found)
        if person.strip():
            store = Store.open(settings.db_url)
            return cls(content, session, store, ensure_person(store, content.series.id, "", person))
        return _practice(content, session)

    # --- panels ---------------------------------------------------------------------------------------------

    def run_of_show(self) -> Panel:
        """The present segment, its clock, and the way to the next."""
        return self._panel(run_of_show.KIND)

    def people(self) -> Panel:
        """Who is here, state by state, and who may need help."""
        return self._panel(people.KIND)

    def exercises(self) -> Panel:
        """How far teams are in each exercise, with locks and reveals."""
        return self._panel(exercises.KIND)

    def discuss(self) -> Panel:
        """What to talk about next, and why."""
        return self._panel(discuss.KIND)

    def results(self) -> Panel:
        """How ratings are distributed, by item and by area and state, and what of it participants see."""
        return self._panel(results.KIND)

    def announcements(self) -> Panel:
        """A message or a link to everyone, and the parking lot."""
        return self._panel(announcements.KIND)

    def boards(self) -> Panel:
        """What states write on the boards, to hide or to put on top."""
        return self._panel(boards.KIND)

    def examples(self) -> Panel:
        """Examples that states share, to put on every page."""
        return self._panel(examples.KIND)

    def breakouts(self) -> Panel:
        """Breakout groups: form, look, adjust, show, hand to the video call."""
        return self._panel(breakouts.KIND)

    def record(self) -> Panel:
        """Everything that was done, and the way back."""
        return self._panel(record.KIND)

    # --- looking --------------------------------------------------------------------------------------------

    def look_once(self) -> None:
        """Look at the session, and tell every panel; also that nothing can be seen. Raises what the store raises."""
        with self._looking:
            try:
                self._sight = self._lookout.look()
            except StoreError:
                self._say_whether_seen(False)
                raise
            self._say_whether_seen(True)
            for panel in self._panels:
                panel.catch_up(self._sight)

    def close(self) -> None:
        """Look no more. In a notebook the console ends with the kernel."""
        self._poller.stop()

    def _say_whether_seen(self, is_seen: bool) -> None:
        if is_seen != self._is_seen:
            self._is_seen = is_seen
            for panel in self._panels:
                panel.say_whether_seen(is_seen)

    def _panel(self, kind: PanelKind) -> Panel:
        with self._looking:
            panel = Panel(kind, self._commands, self._get_sight, self._poller.wake)
            self._panels.append(panel)
        return panel

    def _get_sight(self) -> Snapshot:
        return self._sight


def _practice(content: Content, session: int) -> Console:
    """A console over an empty store that is gone when the console is."""
    folder = tempfile.TemporaryDirectory(prefix="cluster-kit-practice-")
    store = Store.open(sqlite_url(Path(folder.name) / "practice.sqlite3"))
    console = Console(content, session, store, ensure_person(store, content.series.id, "", "Practice"))
    weakref.finalize(console, folder.cleanup)
    return console
