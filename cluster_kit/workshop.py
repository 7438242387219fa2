"""The object that notebooks use.

A notebook calls ``workshop = Workshop.open(...)`` and then, for each exercise, ``workshop.exercise("goals")``. The
result depends on the mode: a placeholder, which the session page attaches to the form service (``live``); the form as a
widget (``worksheet``); or the team's answers as text, tables, and charts (``packet``). Without a jurisdiction it is a
preview of what will be asked.

In ``live`` mode the notebook runs once for all people of a state. Nothing in it depends on the visitor, and each view
of earlier answers declares which answers it shows (``Reads``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cluster_kit.content import load_content
from cluster_kit.content.errors import UnknownExerciseError
from cluster_kit.content.messages import find_call_link
from cluster_kit.content.models import Content, Depth, Exercise, ExtensionPrompt, Jurisdiction, Session
from cluster_kit.documents.identity import use_identity
from cluster_kit.documents.model import Paragraph, Section
from cluster_kit.documents.view import EXERCISE_LEVEL, DocumentView
from cluster_kit.errors import UsageError
from cluster_kit.exercises.answers import Answers
from cluster_kit.insights import build_look_back, build_welcome, render_exercise, what_is_asked
from cluster_kit.insights.look_back import actions_table
from cluster_kit.insights.movement import build_movement
from cluster_kit.insights.peers import Example, build_peers, example_exercises, read_shared_examples
from cluster_kit.insights.preparation import MeetingPlace, build_preparation
from cluster_kit.insights.replaced import build_replaced, build_series_replaced
from cluster_kit.insights.roadmap import build_roadmap, build_roadmap_template, open_actions
from cluster_kit.insights.series_record import build_series_answers, build_series_overview
from cluster_kit.insights.session_summary import TeamAnswers, read_series_summary, read_summary
from cluster_kit.insights.summary_view import NOTHING_IN_SERIES, SummaryCharts, build_essentials, fit_page
from cluster_kit.roster.people import ensure_person
from cluster_kit.settings import Settings, sqlite_url
from cluster_kit.store import Person, Store
from cluster_kit.store.deployment import open_deployment_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cluster_kit.forms.placeholder import FormPlaceholder
    from cluster_kit.forms.widget import ExerciseForm
    from cluster_kit.insights.views import Illustrate
    from cluster_kit.store import Response
    from cluster_kit.store.files import FileStore

WORKSHEET_ANSWERS = "worksheet-answers.sqlite3"
WORKSHEET_FILES = "worksheet-files"
WORKSHEET_NAME = "Worksheet"

_Kind = TypeVar("_Kind", bound=StrEnum)


class Mode(StrEnum):
    """The use of a notebook: a live session, one person's worksheet, or a packet."""

    LIVE = "live"
    WORKSHEET = "worksheet"
    PACKET = "packet"


class Reads(StrEnum):
    """The answers that a view shows. The view is out of date when they change."""

    EARLIER = "earlier"
    """The state's answers in earlier sessions."""
    STATE = "state"
    """All answers of the state in the series."""
    SERIES = "series"
    """The answers of every state."""


@dataclass(frozen=True)
class Workshop:
    """One session of a series, for one jurisdiction. Create it with ``Workshop.open``.

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

        Parameters
        ----------
        series
            The series' id, such as ``"2026"``.
        session
            The session's number, from 1.
        jurisdiction
            A postal abbreviation such as ``"OH"``. Empty means a preview without answers.
        person
            The name of the person who fills out a worksheet. Ignored in the other modes.
        depth
            ``essential``, ``standard``, or ``full``.
        mode
            ``live``, ``worksheet``, or ``packet``.

        Raises
        ------
        ClusterKitError
            For an unknown series, session, jurisdiction, depth, or mode; for content with problems; and for a store
            that cannot be opened.
        """
        settings = Settings.read()
        content = load_content(series, overlay=settings.content)
        chosen = _choose(Mode, "mode", mode)
        if chosen is Mode.PACKET:
            use_identity(settings.organization())
        preview = cls(content, content.get_session(session), _choose(Depth, "depth", depth), chosen)
        if not jurisdiction.strip():
            return preview
        place = content.get_jurisdiction(jurisdiction)
        store = _open_store(settings, chosen)
        author = None
        if chosen is Mode.WORKSHEET:
            author = ensure_person(store, content.series.id, place.code, person.strip() or WORKSHEET_NAME)
        return cls(content, preview.session, preview.depth, chosen, place, author, store)

    def welcome(self) -> DocumentView:
        """The session's question and purpose; if no one has answered yet, also who should attend and what to bring."""
        section = build_welcome(self.content, self.session.number)
        if self.mode is Mode.PACKET and self._answers.has(self.session.number):
            section = Section(section.title, section.blocks[:1])
        return DocumentView(section, level=2)

    def look_back(self) -> DocumentView:
        """The state's earlier answers that this session builds on, and next steps that are still open."""
        return self._show(build_look_back(self.content, self.session.number, self._answers), reads=Reads.EARLIER)

    def at_a_glance(self) -> DocumentView:
        """The team's results of this session, on one page."""
        from cluster_kit.insights.charts import means_picture, movement_picture

        record = TeamAnswers(self.jurisdiction.code if self.jurisdiction else "", *self._record)
        summary = read_summary(self.content, self.session.number, record)
        draw = SummaryCharts(means_picture, movement_picture)
        return self._show(build_essentials(self.content, summary, draw, fit_page(summary)), level=2)

    def series_at_a_glance(self) -> DocumentView:
        """The team's results of the whole series, on one page."""
        from cluster_kit.insights.charts import means_picture, movement_picture

        record = TeamAnswers(self.jurisdiction.code if self.jurisdiction else "", *self._record)
        summary = read_series_summary(self.content, record)
        draw = SummaryCharts(means_picture, movement_picture)
        extent = fit_page(summary)
        return self._show(build_essentials(self.content, summary, draw, extent, NOTHING_IN_SERIES), level=2)

    def preparation(self) -> DocumentView:
        """When the session is in the state's time zones, who should attend, what to bring, and what to do before.

        Raises ``UsageError`` in a preview, because there is no state.
        """
        if self.jurisdiction is None:
            raise UsageError("Say which state to prepare: set jurisdiction to its two-letter abbreviation, such as OH.")
        settings, series = Settings.read(), self.content.series.id
        place = MeetingPlace(
            f"{settings.address()}/join" if settings.address() else "",
            find_call_link(series, settings.content),
            tuple(self.store.people(series, self.jurisdiction.code)) if self.store else (),
        )
        state = (self.session.number, self.jurisdiction)
        return self._show(build_preparation(self.content, *state, self._answers, place), level=2)

    def series_overview(self) -> DocumentView:
        """The series so far: one line for each session."""
        return self._show(build_series_overview(self.content, self._answers), level=2)

    def record(self) -> DocumentView:
        """Everything that the team wrote in the series, session by session, with charts.

        Answers to questions that are not asked any more come last.
        """
        from cluster_kit.insights.charts import make_illustrator

        def draw(number: int) -> Illustrate:
            return make_illustrator(self.content, self._answers, number)

        section = build_series_answers(self.content, self._answers, draw)
        replaced = build_series_replaced(self.content, self._answers, self._record[0])
        if replaced.blocks:
            section = Section(section.title, (*section.blocks, replaced))
        return self._show(section, level=2)

    def movement(self) -> DocumentView:
        """What has moved since earlier sessions: repeated ratings, and next steps."""
        from cluster_kit.insights.charts import movement_picture

        return self._show(build_movement(self.content, self._answers, self.session.number, movement_picture))

    def roadmap(self) -> DocumentView:
        """The state's goals, and everything with a date, as a chart and a table."""
        from cluster_kit.insights.charts import roadmap_picture

        return self._show(build_roadmap(self.content, self._answers, roadmap_picture), level=2)

    def roadmap_template(self) -> DocumentView:
        """A table to plan adoption by policy area, filled with what the state has recorded."""
        return self._show(build_roadmap_template(self.content, self._answers), level=2)

    def open_actions(self) -> DocumentView:
        """Every open next step of the series, with its lead and its date."""
        found = open_actions(self.content, self._answers)
        block = actions_table(found) if found else Paragraph("No next step is open.", "quiet")
        return self._show(Section("Next steps that are open", (block,)))

    def earlier_actions(self) -> DocumentView:
        """Every open next step of earlier sessions; those of this session are in its own exercises."""
        found = [step for step in open_actions(self.content, self._answers) if step.session < self.session.number]
        block = actions_table(found) if found else Paragraph("No next step of an earlier session is open.", "quiet")
        return self._show(Section("Next steps of earlier sessions that are open", (block,)))

    def peers(self) -> DocumentView:
        """Other states' examples for this state's needs: only those that they share with other states."""
        code = self.jurisdiction.code if self.jurisdiction else ""
        return self._show(build_peers(self.content, self._answers, self._shared_examples(), code), reads=Reads.SERIES)

    def replaced_answers(self) -> DocumentView:
        """What the team wrote in this session for questions that are not asked any more; in most series nothing."""
        section = build_replaced(self.content, self._answers, self._record[0], self.session.number)
        return self._show(section if section.blocks else Section(section.title, (Paragraph("None.", "quiet"),)))

    def exercise(self, exercise_id: str) -> ExerciseForm | FormPlaceholder | DocumentView:
        """The exercise as the mode displays it: a placeholder (live), a form (worksheet), the team's answers (packet).

        Without a jurisdiction it is a preview of what is asked. Raises ``UnknownExerciseError``.
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
            return DocumentView(self._render(exercise))
        from cluster_kit.exercises.context import FormContext
        from cluster_kit.exercises.extensions import extension_openers
        from cluster_kit.forms.widget import ExerciseForm
        from cluster_kit.insights.saved_form import saved_form

        files = self._file_store(self.jurisdiction)
        where = (self.content, self.store, self.session.number, self.jurisdiction.code, self.person, self.depth)
        context = FormContext(*where, files=files, extensions=extension_openers())
        return ExerciseForm(context, exercise_id, partial(saved_form, context, exercise))

    def _show(self, section: Section, level: int = EXERCISE_LEVEL, reads: Reads = Reads.STATE) -> DocumentView:
        """A view of answers. In live mode it declares which answers it reads."""
        return DocumentView(section, level, reads=reads if self.mode is Mode.LIVE and self.store else "")

    def _file_store(self, place: Jurisdiction) -> FileStore:
        """The file store. In worksheet mode it is beside the notebook, as are the answers."""
        from cluster_kit.store.files import open_file_store

        is_here = self.mode is Mode.WORKSHEET
        root = Path.cwd() / WORKSHEET_FILES if is_here else Settings.read().files
        return open_file_store(root, self.content.series.id, place.code)

    def _render(self, exercise: Exercise) -> Section:
        from cluster_kit.insights.charts import make_illustrator

        draw = make_illustrator(self.content, self._answers, self.session.number)
        section = render_exercise(self.content, self.session.number, exercise, self._answers, draw)
        reports = self._reports(exercise)
        return Section(section.title, (*section.blocks, *reports)) if reports else section

    def _reports(self, exercise: Exercise) -> list[Section]:
        """The report sections of the extensions that the exercise uses."""
        kinds = [prompt.kind for prompt in exercise.prompts if isinstance(prompt, ExtensionPrompt)]
        if not kinds or self.store is None or self.jurisdiction is None:
            return []
        from cluster_kit.exercises.extensions import EXERCISE_EXTENSIONS

        files = self._file_store(self.jurisdiction)
        where = (self.content, self.store, self.session.number, self.jurisdiction.code, files)
        found = [EXERCISE_EXTENSIONS.get(kind).report(*where) for kind in dict.fromkeys(kinds)]
        return [report for report in found if report]

    def _shared_examples(self) -> dict[str, list[Example]]:
        if self.store is None:
            return {}
        series = self.content.series.id
        exercises = example_exercises(self.content)
        responses = [response for exercise in exercises for response in self.store.current(series, exercise=exercise)]
        return read_shared_examples(self.content, responses, self.store.people(series))

    @cached_property
    def _answers(self) -> Answers:
        """All answers of the jurisdiction's team in the series."""
        return Answers(*self._record)

    @cached_property
    def _record(self) -> tuple[Sequence[Response], Sequence[Person], Sequence[Response]]:
        """Current answers, people, and history of the jurisdiction's team in the series, read once."""
        if self.store is None or self.jurisdiction is None:
            return (), (), ()
        where = (self.content.series.id, self.jurisdiction.code)
        return self.store.current(*where), self.store.people(*where), self.store.history(*where)


def _choose(kind: type[_Kind], name: str, value: str) -> _Kind:
    try:
        return kind(value)
    except ValueError:
        raise UsageError(f"{name} is {value!r}; it can be {', '.join(kind)}.") from None


def _open_store(settings: Settings, mode: Mode) -> Store:
    """The store: a file beside the notebook in worksheet mode, else the kit's."""
    if mode is Mode.WORKSHEET:
        return Store.open(sqlite_url(Path.cwd() / WORKSHEET_ANSWERS))
    return open_deployment_store(settings)
