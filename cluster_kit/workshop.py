"""The one object that a notebook talks to.

A notebook says ``workshop = Workshop.open(...)`` and then, for each exercise, ``workshop.exercise("goals")``. What
comes back depends on the mode: the place of a form, which the session page attaches to the form service (``live``); the
form itself as a widget (``worksheet``); or what the state's team said, as text, tables and pictures (``packet``).
Without a state it is a preview of what will be asked.

In ``live`` mode the notebook runs once for all people of a state: nothing in it depends on who is looking, and what
it shows of earlier answers says which answers those are (``Reads``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cluster_kit.content import load_content
from cluster_kit.content.errors import UnknownExerciseError
from cluster_kit.content.models import Content, Depth, Exercise, ExtensionPrompt, Jurisdiction, Session
from cluster_kit.documents.model import Paragraph, Section
from cluster_kit.documents.view import EXERCISE_LEVEL, DocumentView
from cluster_kit.errors import UsageError
from cluster_kit.exercises.answers import Answers
from cluster_kit.insights import at_a_glance, look_back, render_exercise, welcome, what_is_asked
from cluster_kit.insights.look_back import actions_table
from cluster_kit.insights.movement import movement
from cluster_kit.insights.peers import Example, example_exercises, peers, read_shared_examples
from cluster_kit.insights.preparation import preparation
from cluster_kit.insights.roadmap import open_actions, roadmap
from cluster_kit.insights.thread import record, thread
from cluster_kit.roster.people import ensure_person
from cluster_kit.settings import Settings, sqlite_url
from cluster_kit.store import Person, Store

if TYPE_CHECKING:
    from cluster_kit.forms.placeholder import FormPlaceholder
    from cluster_kit.forms.widget import ExerciseForm
    from cluster_kit.insights.views import Illustrate
    from cluster_kit.store.files import FileStore

WORKSHEET_ANSWERS = "worksheet-answers.sqlite3"
WORKSHEET_FILES = "worksheet-files"
WORKSHEET_NAME = "Worksheet"

_Kind = TypeVar("_Kind", bound=StrEnum)


class Mode(StrEnum):
    """Who is looking: people in a live session, one person with a worksheet, or a document in the making."""

    LIVE = "live"
    WORKSHEET = "worksheet"
    PACKET = "packet"


class Reads(StrEnum):
    """The answers that a view is made from: it is out of date when they change."""

    EARLIER = "earlier"
    """The state's answers in earlier sessions."""
    STATE = "state"
    """All answers of the state in the series."""
    SERIES = "series"
    """The answers of every state."""


@dataclass(frozen=True)
class Workshop:
    """One session of a series, for one jurisdiction. Make it with ``Workshop.open``.

    ``jurisdiction`` and ``store`` are None in a preview; ``person`` is set on a worksheet only.
    """

    content: Content
    session: Session
    depth: Depth
    mode: Mode
    jurisdiction: Jurisdiction | None = None
    person: Person | None = None
    store: Store | None = None

    @classmethod
    def open(cls, *, series: str, session: int, jurisdiction: str, person: str, depth: str, mode: str) -> Workshop:
        """The workshop that the notebook's parameters describe.

        Raises
        ------
        ClusterKitError
            x
            content, or a store that cannot be opened.
        """
        settings = Settings.read()
        content = load_content(series, overlay=settings.content)
        chosen = _choose(Mode, "mode", mode)
        preview = cls(content, content.get_session(session), _choose(Depth, "depth", depth), chosen)
        if not jurisdiction.strip():
            return preview
        place = content.get_jurisdiction(jurisdiction)
        store = Store.open(_store_url(settings, chosen))
        who = None
        if chosen is Mode.WORKSHEET:
            who = ensure_person(store, content.series.id, place.code, person.strip() or WORKSHEET_NAME)
        return cls(content, preview.session, preview.depth, chosen, place, who, store)

    def welcome(self) -> DocumentView:
        """The session's question and what it is for; before anyone has answered, whom and what it needs as well."""
        section = welcome(self.content, self.session.number)
        if self.mode is Mode.PACKET and self._answers.has(self.session.number):
            section = Section(section.title, section.blocks[:1])
        return DocumentView(section, level=2)

    def look_back(self) -> DocumentView:
        """What the state said in earlier sessions that this one builds on, and next steps that are still open."""
        return self._show(look_back(self.content, self.session.number, self._answers), reads=Reads.EARLIER)

    def at_a_glance(self) -> DocumentView:
        """Where the team stands in this session, on half a page."""
        return self._show(at_a_glance(self.content, self.session.number, self._answers), level=2)

    def preparation(self) -> DocumentView:
        """When the session is on the state's clocks, who should come, what to bring, and what to do before.

        Raises ``UsageError`` in a preview: without a state there are no clocks.
        """
        if self.jurisdiction is None:
            raise UsageError("Say which state to prepare: set jurisdiction to a postal code such as OH.")
        place = (self.session.number, self.jurisdiction)
        return self._show(preparation(self.content, *place, self._answers), level=2)

    def thread(self) -> DocumentView:
        """The series so far: one line for each session."""
        return self._show(thread(self.content, self._answers), level=2)

    def record(self) -> DocumentView:
        """Everything that the team wrote in the series, session by session, with pictures."""
        from cluster_kit.insights.charts import illustrator

        def draw(number: int) -> Illustrate:
            return illustrator(self.content, self._answers, number)

        return self._show(record(self.content, self._answers, draw), level=2)

    def movement(self) -> DocumentView:
        """What has moved since earlier sessions: ratings given again, and next steps."""
        from cluster_kit.insights.charts import movement_picture

        return self._show(movement(self.content, self._answers, self.session.number, movement_picture))

    def roadmap(self) -> DocumentView:
        """The state's goals, and everything that it has set a day for, as a picture and a table."""
        from cluster_kit.insights.charts import roadmap_picture

        return self._show(roadmap(self.content, self._answers, roadmap_picture), level=2)

    def open_actions(self) -> DocumentView:
        """Every next step of the series that is still open, with who leads it and by when."""
        found = open_actions(self.content, self._answers)
        block = actions_table(found) if found else Paragraph("No next step is open.", "quiet")
        return self._show(Section("Next steps that are open", (block,)))

    def peers(self) -> DocumentView:
        """Examples of other states that fit what this state works on: only those that they share with other states."""
        code = self.jurisdiction.code if self.jurisdiction else ""
        return self._show(peers(self.content, self._answers, self._shared_examples(), code), reads=Reads.SERIES)

    def exercise(self, exercise_id: str) -> ExerciseForm | FormPlaceholder | DocumentView:
        """The exercise: a form to fill in, or its place (live), what the team said (packet), or a preview.

        Raises ``UnknownExerciseError``.
        """
        exercise = self.session.find_exercise(exercise_id)
        if exercise is None:
            raise UnknownExerciseError(exercise_id, [known.id for known in self.session.exercises])
        if self.store is None or self.jurisdiction is None:
            return DocumentView(what_is_asked(self.content, exercise))
        if self.mode is Mode.LIVE:
            from cluster_kit.forms.placeholder import FormPlaceholder

            return FormPlaceholder(exercise.id, exercise.title)
        if self.person is None:
            return DocumentView(self._said(exercise))
        from cluster_kit.exercises.context import FormContext
        from cluster_kit.exercises.extensions import extension_openers
        from cluster_kit.forms.widget import ExerciseForm

        files = self._shelf(self.jurisdiction)
        where = (self.content, self.store, self.session.number, self.jurisdiction.code, self.person, self.depth)
        return ExerciseForm(FormContext(*where, files=files, specialists=extension_openers()), exercise_id)

    def _show(self, section: Section, level: int = EXERCISE_LEVEL, reads: Reads = Reads.STATE) -> DocumentView:
        """A view of answers; on a page it says which ones."""
        return DocumentView(section, level, reads=reads if self.mode is Mode.LIVE and self.store else "")

    def _shelf(self, place: Jurisdiction) -> FileStore:
        """A worksheet keeps its files beside the notebook, as it does its answers."""
        from cluster_kit.store.files import find_shelf

        is_here = self.mode is Mode.WORKSHEET
        root = Path.cwd() / WORKSHEET_FILES if is_here else Settings.read().files
        return find_shelf(root, self.content.series.id, place.code)

    def _said(self, exercise: Exercise) -> Section:
        from cluster_kit.insights.charts import illustrator

        draw = illustrator(self.content, self._answers, self.session.number)
        said = render_exercise(self.content, self.session.number, exercise, self._answers, draw)
        reports = self._reports(exercise)
        return Section(said.title, (*said.blocks, *reports)) if reports else said

    def _reports(self, exercise: Exercise) -> list[Section]:
        """What the extensions that the exercise uses have to show."""
        kinds = [prompt.kind for prompt in exercise.prompts if isinstance(prompt, ExtensionPrompt)]
        if not kinds or self.store is None or self.jurisdiction is None:
            return []
        from cluster_kit.exercises.extensions import EXERCISE_EXTENSIONS

        files = self._shelf(self.jurisdiction)
        where = (self.content, self.store, self.session.number, self.jurisdiction.code, files)
        found = [EXERCISE_EXTENSIONS.get(kind).report(*where) for kind in dict.fromkeys(kinds)]
        return [report for report in found if report]

    def _shared_examples(self) -> dict[str, list[Example]]:
        if self.store is None:
            return {}
        series = self.content.series.id
        asked = example_exercises(self.content)
        given = [said for exercise in asked for said in self.store.current(series, exercise=exercise)]
        return read_shared_examples(self.content, given, self.store.people(series))

    @cached_property
    def _answers(self) -> Answers:
        """Everything that the jurisdiction's team has said in the series, read once."""
        if self.store is None or self.jurisdiction is None:
            return Answers(())
        where = (self.content.series.id, self.jurisdiction.code)
        return Answers(self.store.current(*where), self.store.people(*where), self.store.history(*where))


def _choose(kind: type[_Kind], name: str, value: str) -> _Kind:
    try:
        return kind(value)
    except ValueError:
        raise UsageError(f"{name} is {value!r}; it can be {', '.join(kind)}.") from None


def _store_url(settings: Settings, mode: Mode) -> str:
    """A worksheet keeps its answers in a file beside the notebook; everything else in the kit's store."""
    return sqlite_url(Path.cwd() / WORKSHEET_ANSWERS) if mode is Mode.WORKSHEET else settings.db_url
