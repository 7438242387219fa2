"""Builds a worksheet from a session's prompts and the team's answers to date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from cluster_kit.content.errors import UnknownExerciseError
from cluster_kit.content.models import (
    CellPrompt,
    Content,
    Depth,
    Exercise,
    Item,
    ItemsPrompt,
    Prompt,
    QuestionsPrompt,
    RatingPrompt,
    Scope,
    TablePrompt,
    TextPrompt,
    When,
)
from cluster_kit.content.prompts import ANSWER_WORDS, NOTE_WORDS
from cluster_kit.exercises.answers import is_empty
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.fields import select_areas, select_questions
from cluster_kit.exercises.published import cite_claim
from cluster_kit.exercises.sources import find_choices, find_removed, order_rows
from cluster_kit.exercises.typed_answers import WorksheetId
from cluster_kit.store import Response, Store
from cluster_kit.worksheets.field_addresses import list_options, reading_context
from cluster_kit.worksheets.marks import NAME, ROLE, FieldAddress, FieldToken
from cluster_kit.worksheets.sheet import Activity, Blank, Worksheet, WorksheetGroup, WorksheetPart
from cluster_kit.worksheets.values import write_value

FEWEST_EMPTY_ROWS = 1
NOTE_HELP = "If the statement does not apply here, say why."
ON_THE_PAGE = "This is done on your state's page, and cannot be done offline."


@dataclass(frozen=True)
class WorksheetOptions:
    """Scope of a worksheet: up to a depth, all exercises or one, all fixed rows of a table or one."""

    depth: Depth = Depth.STANDARD
    exercise: str = ""
    row: str = ""


def make_sheet(
    content: Content, store: Store, session: int, jurisdiction: str, asked: WorksheetOptions | None
) -> Worksheet:
    """The worksheet of one session for one jurisdiction, with the team's answers to date.

    Answers that people give individually are left out: each returned worksheet has those of the person who filled it
    out. ``asked`` None means every exercise at the standard depth.

    Raises
    ------
    UnknownSessionError, UnknownJurisdictionError, UnknownExerciseError
        If the series has no such session, jurisdiction, or exercise.
    StoreError
        If the store cannot be read.
    """
    asked = asked or WorksheetOptions()
    place, chosen = content.get_jurisdiction(jurisdiction), content.get_session(session)
    exercises = [e for e in chosen.exercises if asked.exercise in ("", e.id)]
    if not exercises:
        raise UnknownExerciseError(asked.exercise, [e.id for e in chosen.exercises])
    head = WorksheetId(content.series.id, session, place.code, store.latest_seq(content.series.id, place.code))
    maker = _Maker(reading_context(content, store, session, place.code), head, asked)
    return Worksheet(
        head=head,
        content_version=content.version,
        series_title=content.series.title,
        fictional=content.series.fictional,
        state=place.name,
        title=f"Session {session}: {chosen.title}",
        about=chosen.purpose,
        name=maker.about_them(NAME, "Your name", "Your ratings are kept under it. Spell it the same way each time."),
        role=maker.about_them(ROLE, "Your role", "What you do in your state, for example: State CTE Director."),
        activities=tuple(maker.activity(exercise) for exercise in exercises),
    )


@dataclass
class _Maker:
    """Builds the parts of one worksheet."""

    context: FormContext
    head: WorksheetId
    asked: WorksheetOptions
    _current: dict[str, list[Response]] = field(default_factory=dict)

    def about_them(self, address: FieldAddress, label: str, help_: str) -> Blank:
        asks = TextPrompt(kind="text", id=address.prompt, label=label, help=help_, words=5)
        return Blank(FieldToken.make(address, self.head, []), asks)

    def activity(self, exercise: Exercise) -> Activity:
        prompts = [p for p in exercise.prompts if self._is_asked(exercise, p)]
        return Activity(
            id=exercise.id,
            title=exercise.title,
            intent=exercise.intent,
            steps=exercise.steps,
            keeps=exercise.keeps,
            time=_time(exercise),
            parts=tuple(self._part(exercise, prompt) for prompt in prompts),
        )

    def _is_asked(self, exercise: Exercise, prompt: Prompt) -> bool:
        """True for prompts within the depth, and for those that already have an answer."""
        answered = {r.prompt.partition(".")[0] for r in self._responses(exercise.id) if not is_empty(r.value)}
        return self.asked.depth.includes(prompt.depth) or prompt.id in answered

    def _part(self, exercise: Exercise, prompt: Prompt) -> WorksheetPart:
        alone = (prompt.scope or exercise.scope) is Scope.PERSON
        match prompt:
            case ItemsPrompt():
                help_ = " ".join(filter(None, (prompt.help, self.context.content.instrument.rule)))
                return WorksheetPart(prompt.label, help_, tuple(self._items(exercise, prompt)), alone)
            case QuestionsPrompt():
                return WorksheetPart(prompt.label, prompt.help, tuple(self._questions(exercise, prompt)), alone)
            case TablePrompt():
                rows = tuple(self._rows(exercise, prompt))
                return WorksheetPart(prompt.label, prompt.help, rows, alone, prompt.row_name.capitalize())
            case CellPrompt() if prompt.offline:
                blank = self._blank(FieldAddress(exercise.id, prompt.id), prompt)
                return WorksheetPart("", "", (WorksheetGroup("", (blank,)),), alone)
            case _:
                return WorksheetPart(prompt.label, prompt.help, (), alone, nothing=ON_THE_PAGE)

    # --- prompts with rows --------------------------------------------------------------------------------------

    def _items(self, exercise: Exercise, prompt: ItemsPrompt) -> Iterator[WorksheetGroup]:
        for area in select_areas(self.context.content, prompt):
            for item in area.items:
                if self.asked.depth.includes(item.depth):
                    yield self._item(exercise, prompt, item)

    def _item(self, exercise: Exercise, prompt: ItemsPrompt, item: Item) -> WorksheetGroup:
        scale = self.context.content.instrument.scale
        asked: tuple[CellPrompt, ...] = (TextPrompt(kind="text", id="answer", label="Your answer", words=ANSWER_WORDS),)
        if scale:
            points, note = item.describe_points(scale), {"label": "What makes you say so", "help": NOTE_HELP}
            asked = (
                RatingPrompt(kind="rating", id="rating", label="Your rating", scale=points, because="note"),
                TextPrompt(kind="text", id="note", words=NOTE_WORDS, **note),
            )
        blanks = tuple(self._blank(FieldAddress(exercise.id, f"{prompt.id}.{ask.id}", item.id), ask) for ask in asked)
        beside = {"Think about": item.guiding_questions, "Strategies to consider": item.strategies}
        notes = [f"{title}: {' '.join(lines)}" for title, lines in beside.items() if lines]
        if sources := [cite_claim(claim) for claim in self.context.content.facts.of_item(item.id)]:
            notes.append(f"Sources: {'; '.join(sources)}.")
        return WorksheetGroup(item.label, blanks, tuple(notes))

    def _questions(self, exercise: Exercise, prompt: QuestionsPrompt) -> Iterator[WorksheetGroup]:
        for question in select_questions(self.context.content, prompt):
            if self.asked.depth.includes(question.depth):
                asks = TextPrompt(
                    kind="text", id="answer", label=question.text, help=question.help, words=question.words
                )
                yield WorksheetGroup(
                    "", (self._blank(FieldAddress(exercise.id, f"{prompt.id}.answer", question.id), asks),)
                )

    def _rows(self, exercise: Exercise, prompt: TablePrompt) -> Iterator[WorksheetGroup]:
        choices = find_choices(self.context, prompt)
        if choices is not None:
            rows = [(c.id, c.label, c.help) for c in choices if not c.gone]
            if any(row == self.asked.row for row, *_ in rows):
                rows = [row for row in rows if row[0] == self.asked.row]
        else:
            name = prompt.row_name.capitalize()
            rows = [(row, f"{name} {number}", "") for number, row in enumerate(self._added(exercise, prompt), 1)]
        columns = [c for c in prompt.columns if c.offline and self._is_column_asked(exercise, prompt, c, rows)]
        for row, title, help_ in rows:
            cells = [(FieldAddress(exercise.id, f"{prompt.id}.{column.id}", row), column) for column in columns]
            yield WorksheetGroup(title, tuple(self._blank(*cell) for cell in cells), (help_,) if help_ else ())

    def _is_column_asked(
        self, exercise: Exercise, prompt: TablePrompt, column: CellPrompt, rows: Sequence[tuple[str, str, str]]
    ) -> bool:
        """True for columns within the depth, and for those with an answer in a row."""
        addresses = (FieldAddress(exercise.id, f"{prompt.id}.{column.id}", row) for row, *_ in rows)
        return self.asked.depth.includes(column.depth) or any(map(self._values, addresses))

    def _added(self, exercise: Exercise, prompt: TablePrompt) -> list[str]:
        """Existing rows of a table to which people add rows, followed by empty ones."""
        history = self.context.history(self.head.session, exercise.id)
        removed = find_removed(self._responses(exercise.id), prompt.id)
        present = [row for row in order_rows(history, prompt.id) if row not in removed]
        empty = max(prompt.expected_rows - len(present), FEWEST_EMPTY_ROWS)
        return present + self.head.new_rows(max(0, min(empty, prompt.max_rows - len(present))))

    # --- individual answers ------------------------------------------------------------------------------------

    def _responses(self, exercise: str) -> list[Response]:
        if exercise not in self._current:
            self._current[exercise] = self.context.current(self.head.session, exercise)
        return self._current[exercise]

    def _values(self, address: FieldAddress) -> list[JsonValue]:
        return [
            r.value
            for r in self._responses(address.exercise)
            if (r.prompt, r.row) == (address.prompt, address.row) and not is_empty(r.value)
        ]

    def _blank(self, address: FieldAddress, asks: CellPrompt) -> Blank:
        values = self._values(address)
        choices = list_options(self.context, asks, values)
        mark = FieldToken.make(address, self.head, values)
        if len(mark.stamps) > 1:
            return Blank(mark, asks, None, tuple(write_value(asks, value, choices) for value in values), choices)
        return Blank(mark, asks, values[-1] if values else None, (), choices)


def _time(exercise: Exercise) -> str:
    match exercise.when:
        case When.PREWORK:
            return f"Before the session, about {exercise.about_minutes} minutes."
        case When.FOLLOW_UP:
            return f"After the session, about {exercise.about_minutes} minutes."
        case When.SESSION:
            talk = f", {exercise.talk_minutes} of them for talking" if exercise.talk_minutes else ""
            before = (
                f"Before the session, about {exercise.prework_minutes} minutes. " if exercise.prework_minutes else ""
            )
            return f"{before}In the session, {exercise.minutes} minutes{talk}."
