"""Whether an exercise is answered: one rule for the page, the console, packets, agendas, and exports.

An exercise is answered when everything that it asks at a depth is answered:

- a prompt with one value: its answer says something (``is_given``);
- an item: it is rated, which includes the choices off the scale; a note alone is no rating;
- a question: it has an answer in words;
- a table with fixed rows, or rows from other answers: each row is complete;
- a table to which people add rows: each row that has an answer is complete, and there are ``expected_rows`` of them.

A row that the content or another answer gives is complete when its required columns are answered: those of the table's
own depth that are not ``optional``. A row that people add is complete when its essential cell is answered: the first
required column with text (the goal, the action), or the first required column of a table without one. Its other columns
describe it, and may follow later.

Optional prompts, and the decisions of prompt extensions (they take weeks), are not counted.
``web/forms/completeness.js`` applies the same rule to what is on the page; ``tests/answered_cases.json`` and
``tests/forms/test_completeness.py`` hold both to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cluster_kit.content.models import (
    CellPrompt,
    ChoicePrompt,
    Content,
    Depth,
    Exercise,
    ExtensionPrompt,
    ItemsPrompt,
    PersonPrompt,
    Prompt,
    QuestionsPrompt,
    Scope,
    TablePrompt,
    TextPrompt,
)
from cluster_kit.content.prompt_kinds import OTHER_PREFIX
from cluster_kit.exercises.answers import Answers, is_empty
from cluster_kit.exercises.applicability import is_asked
from cluster_kit.exercises.fields import DEPTH_PROMPT, select_areas, select_questions
from cluster_kit.exercises.labels import labels_of
from cluster_kit.store import Response


@dataclass(frozen=True)
class Completeness:
    """How many of the questions that an exercise asks are answered. A table counts its rows."""

    asked: int = 0
    answered: int = 0

    @property
    def is_complete(self) -> bool:
        """True if it asks something, and all of it is answered."""
        return self.asked > 0 and self.answered == self.asked


def is_given(asks: CellPrompt, value: object) -> bool:
    """Whether a value answers a prompt: a person has a name, and words of one's own are there."""
    if is_empty(value):
        return False
    if isinstance(asks, PersonPrompt):
        return isinstance(value, dict) and not is_empty(value.get("name"))
    if isinstance(asks, ChoicePrompt):
        chosen = value if isinstance(value, list) else [value]
        return all(str(one).removeprefix(OTHER_PREFIX).strip() for one in chosen)
    return True


def required_columns(table: TablePrompt) -> tuple[CellPrompt, ...]:
    """The columns without which a row is not complete; of rows that people add, the essential one."""
    columns = tuple(column for column in table.columns if not column.optional and table.depth.includes(column.depth))
    if table.rows or table.rows_from is not None:
        return columns
    return tuple(column for column in columns if isinstance(column, TextPrompt))[:1] or columns[:1]


def measure_exercise(content: Content, session: int, exercise: Exercise, answers: Answers) -> Completeness:
    """How much of what an exercise asks at essential depth a state has answered."""
    reader = _Counter(content, session, exercise, answers)
    marks = [mark for prompt in exercise.prompts for mark in reader.mark(prompt)]
    return Completeness(len(marks), sum(marks))


def list_complete(content: Content, session: int, answers: Answers) -> list[Exercise]:
    """The session's exercises of which a state has answered everything essential, in order."""
    exercises = content.get_session(session).exercises
    return [exercise for exercise in exercises if measure_exercise(content, session, exercise, answers).is_complete]


@dataclass(frozen=True)
class _Counter:
    """Lists what an exercise asks as booleans: whether it is answered."""

    content: Content
    session: int
    exercise: Exercise
    answers: Answers

    def mark(self, prompt: Prompt) -> Iterator[bool]:
        if prompt.optional or not Depth.ESSENTIAL.includes(prompt.depth):
            return
        match prompt:
            case ExtensionPrompt():
                return
            case ItemsPrompt():
                column = "rating" if self.content.instrument.scale else "answer"
                for area in select_areas(self.content, prompt):
                    yield from (
                        self._is_answered(f"{prompt.id}.{column}", item.id)
                        for item in area.items
                        if Depth.ESSENTIAL.includes(item.depth)
                    )
            case QuestionsPrompt():
                questions = select_questions(self.content, prompt)
                yield from (
                    self._is_answered(f"{prompt.id}.answer", q.id)
                    for q in questions
                    if Depth.ESSENTIAL.includes(q.depth)
                )
            case TablePrompt():
                yield from self._mark_rows(prompt)
            case CellPrompt():
                given = self._is_cell_given(prompt, prompt.id)
                if given or is_asked(self.content, self.session, prompt, self.answers):
                    yield given

    def _mark_rows(self, table: TablePrompt) -> Iterator[bool]:
        begun = self.answers.row_ids(self.session, self.exercise.id, table.id)
        if table.rows:
            rows = [row.id for row in table.rows]
        elif table.rows_from is not None:
            rows = list(labels_of(self.content, self.answers, table.rows_from, self.session))
        else:
            rows = begun
            yield from [False] * (table.expected_rows - len(begun))
        required = required_columns(table)
        for row in rows:
            yield row in begun and all(self._is_cell_given(c, f"{table.id}.{c.id}", row) for c in required)

    def _is_cell_given(self, asks: CellPrompt, prompt: str, row: str = "") -> bool:
        responses = self.answers.at(self.session, self.exercise.id, prompt, row)
        return any(is_given(asks, response.value) for response in responses)

    def _is_answered(self, prompt: str, row: str) -> bool:
        return bool(self.answers.at(self.session, self.exercise.id, prompt, row))


# --- people who rate ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RaterProgress:
    """What one person has rated in an exercise, by prompt and item. ``depth`` None: not chosen in the exercise."""

    rated: frozenset[tuple[str, str]] = frozenset()
    depth: Depth | None = None


def read_raters(prompts: frozenset[str], current: Sequence[Response]) -> dict[str, RaterProgress]:
    """By person: what they have rated in these prompts, from all current answers of the exercise."""
    rated: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    depths: dict[str, Depth] = {}
    for response in current:
        prompt, _, column = response.prompt.partition(".")
        if response.scope is not Scope.PERSON or is_empty(response.value):
            continue
        if response.prompt == DEPTH_PROMPT and response.value in tuple(Depth):
            depths[response.author] = Depth(str(response.value))
        elif prompt in prompts and column == "rating":
            rated[response.author].add((prompt, response.row))
    return {author: RaterProgress(frozenset(places), depths.get(author)) for author, places in rated.items()}


def statements_by_depth(content: Content, prompts: Iterable[ItemsPrompt]) -> Mapping[Depth, frozenset[tuple[str, str]]]:
    """By depth: the items that a person rates at it, each with its prompt."""
    items = [(p, item) for p in prompts for area in select_areas(content, p) for item in area.items]
    return {
        depth: frozenset((p.id, i.id) for p, i in items if depth.includes(p.depth) and depth.includes(i.depth))
        for depth in Depth
    }
