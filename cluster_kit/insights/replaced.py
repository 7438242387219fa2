"""Answers to questions that the content no longer asks. They stay on record, and are shown apart from the others.

The wording of such a question is not stored with its answers, so it is named by its id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cluster_kit.content.models import Content, Exercise, Scope
from cluster_kit.content.prompt_kinds import OTHER_PREFIX
from cluster_kit.documents.model import Fact, Facts, Section, one_text
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.exercises.answers import Answers, is_empty, is_row_presence, is_row_removal
from cluster_kit.exercises.fields import PAGE_PROMPTS, Field, RowPresence, index_fields
from cluster_kit.store import Response
from cluster_kit.text import count_of

TITLE = "Earlier answers to questions that were replaced"


@dataclass(frozen=True)
class ReplacedAnswer:
    """A current answer to a question that is not asked any more, with names for its exercise and question."""

    response: Response
    exercise: str
    question: str
    text: str


class _Fields:
    """What the content asks, by session and exercise."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._exercises = {(s.number, e.id): e for s in content.sessions for e in s.exercises}
        self._known: dict[tuple[int, str], dict[str, Field]] = {}

    def find_exercise(self, response: Response) -> Exercise | None:
        return self._exercises.get((response.session, response.exercise))

    def asks(self, response: Response) -> bool:
        """Whether the content still has the answer's question and row."""
        exercise = self.find_exercise(response)
        if exercise is None:
            return False
        place = (response.session, exercise.id)  # sessions share exercises, with prompts of their own
        if place not in self._known:
            self._known[place] = index_fields(self._content, exercise)
        field = self._known[place].get(response.prompt)
        if field is None or isinstance(field.asks, RowPresence):
            return field is not None
        if field.rows == "none":
            return not response.row
        rows = {row.id for row in field.table.rows} if field.rows == "table" and field.table else field.row_ids
        return not rows or response.row in rows


def find_replaced(content: Content, current: Iterable[Response]) -> list[ReplacedAnswer]:
    """The current answers to questions that are not asked any more, in order of arrival, without removed rows."""
    fields, current = _Fields(content), list(current)
    removed = {_table_row(response) for response in current if is_row_removal(response)}
    found = []
    for one in sorted(current, key=lambda response: response.seq):
        is_answer = not is_empty(one.value) and not is_row_presence(one) and one.prompt not in PAGE_PROMPTS
        if is_answer and _table_row(one) not in removed and not fields.asks(one):
            exercise = fields.find_exercise(one)
            title = exercise.title if exercise else _name(one.exercise)
            found.append(ReplacedAnswer(one, title, _name(one.prompt), _in_words(one.value)))
    return found


def build_replaced(content: Content, answers: Answers, current: Iterable[Response], session: int) -> Section:
    """What a team wrote in a session for questions that were replaced; without individual answers.

    A section without blocks if there is nothing.
    """
    team = [answer for answer in find_replaced(content, current) if answer.response.scope is Scope.TEAM]
    by_exercise: defaultdict[str, list[ReplacedAnswer]] = defaultdict(list)
    for answer in team:
        if answer.response.session == session:
            by_exercise[answer.exercise].append(answer)
    return Section(TITLE, tuple(_section(title, found, answers) for title, found in by_exercise.items()))


def build_series_replaced(content: Content, answers: Answers, current: Sequence[Response]) -> Section:
    """What a team wrote in the series for questions that were replaced, session by session.

    Without individual answers; a section without blocks if there is nothing.
    """
    titles = {session.number: f"Session {session.number}: {session.title}" for session in content.sessions}
    numbers = sorted({response.session for response in current})
    found = {number: build_replaced(content, answers, current, number).blocks for number in numbers}
    sections = (Section(titles.get(number, f"Session {number}"), blocks) for number, blocks in found.items() if blocks)
    return Section(TITLE, tuple(sections))


def describe_replaced(content: Content, current: Iterable[Response]) -> list[str]:
    """A line for each question that was replaced, such as ``Session 1, “Goals”, Why now: 3 answers from 2 states``."""
    states: defaultdict[tuple[int, str, str], list[str]] = defaultdict(list)
    for answer in find_replaced(content, current):
        states[answer.response.session, answer.exercise, answer.question].append(answer.response.jurisdiction)
    return [
        f"Session {session}, “{exercise}”, {question}: "
        f"{count_of(len(found), 'answer')} from {count_of(len(set(found)), 'state')}"
        for (session, exercise, question), found in sorted(states.items())
    ]


def _section(title: str, found: list[ReplacedAnswer], answers: Answers) -> Section:
    return Section(title, (Facts(tuple(_facts(found, answers))),))


def _facts(found: list[ReplacedAnswer], answers: Answers) -> Iterator[Fact]:
    """A fact for each field. Rows are numbered, and versions on which the team has not settled have names."""
    rows = list(dict.fromkeys(one.response.row for one in found if one.response.row))
    fields: defaultdict[tuple[str, str], list[ReplacedAnswer]] = defaultdict(list)
    for one in found:
        fields[one.response.row, one.question].append(one)
    for (row, question), versions in sorted(
        fields.items(), key=lambda field: rows.index(field[0][0]) if field[0][0] else -1
    ):
        label = f"{question} ({rows.index(row) + 1})" if row and len(rows) > 1 else question
        several = len(versions) > 1
        yield Fact(
            label,
            tuple(
                text
                for version in versions
                for text in one_text(version.text, answers.name(version.response.author) if several else "")
            ),
        )


def _table_row(response: Response) -> tuple[str, int, str, str, str]:
    table = response.prompt.partition(".")[0]
    return response.jurisdiction, response.session, response.exercise, table, response.row


def _name(address: str) -> str:
    """An id in words: ``goals.first_step`` is ``Goals, first step``."""
    return address.replace(".", ", ").replace("_", " ").capitalize()


def _in_words(value: object) -> str:
    """A value as it was stored. Ids of options are written as words, because their labels are gone."""
    match value:
        case list():
            return "; ".join(_in_words(one) for one in value)
        case {"name": str(name), "sha256": _}:  # a file
            return visible_text(name)
        case dict():
            return ", ".join(text for part in value.values() if (text := _in_words(part)))
        case str():
            return visible_text(value.removeprefix(OTHER_PREFIX))
        case _:
            return "" if value is None else str(value)
