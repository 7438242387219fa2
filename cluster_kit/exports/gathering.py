"""All answers that staff may see, one line per current answer, as text and as stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from cluster_kit.content.models import CellPrompt, Content, Exercise, Scope, TablePrompt
from cluster_kit.exercises.answers import Answers, is_empty
from cluster_kit.exercises.fields import PAGE_PROMPTS, Field, RowPresence, index_fields
from cluster_kit.exercises.labels import AnswerFormatter
from cluster_kit.exports.ladder import RowAddress, keep_for_staff, read_rungs, row_address
from cluster_kit.insights.replaced import ReplacedAnswer, find_replaced
from cluster_kit.store import Person, Response, Store


@dataclass(frozen=True)
class AnswerLine:
    """A current answer with its context.

    ``person`` is a number within the state, in the order of arrival, such as ``OH-2``: names are never exported beside
    answers. ``row_label`` is the row in words, or its position in the table. ``versions`` is the number of current
    answers in the same team field; more than one means that the team has not settled. ``may_share`` is empty outside of
    tables with a sharing ladder.
    """

    exercise: Exercise
    field: Field
    session: int
    prompt: str
    row: str
    row_label: str
    row_place: int
    jurisdiction: str
    state: str
    person: str
    role: str
    value: JsonValue
    text: str
    versions: int
    may_share: str
    answered_at: dt.datetime
    content_version: str

    @property
    def asks(self) -> CellPrompt:
        """The prompt, or the table's column."""
        assert not isinstance(self.field.asks, RowPresence)  # noqa: S101 - lines are made for answers only
        return self.field.asks

    @property
    def is_own(self) -> bool:
        """True if each person answers individually."""
        return self.field.scope is Scope.PERSON


def gather_answers(content: Content, store: Store, jurisdictions: Sequence[str] | None = None) -> list[AnswerLine]:
    """Every current answer that staff may see, by session, exercise, prompt, state, and row.

    ``jurisdictions`` None: all. Answers that were cleared, deleted, or restricted to a state's own team are left out.
    Raises ``StoreError``, and ``UnknownJurisdictionError``.
    """
    wanted = [content.get_jurisdiction(code).code for code in jurisdictions or ()]
    current = store.current(content.series.id)
    # Of all states: one that chose a rung shows that a table had a ladder.
    rungs = read_rungs(content, current, store.erased_choices(content.series.id))
    current = [r for r in current if not wanted or r.jurisdiction in wanted]
    lines: list[AnswerLine] = []
    for code in sorted({r.jurisdiction for r in current}):
        theirs = [r for r in current if r.jurisdiction == code]
        people = store.people(content.series.id, code)
        state = _State(content, code, Answers(theirs, people, store.history(content.series.id, code)), people, rungs)
        lines += state.lines(keep_for_staff(theirs, rungs))
    order = {
        (session.number, exercise.id, prompt): place
        for session in content.sessions
        for exercise in session.exercises
        for place, prompt in enumerate(index_fields(content, exercise))
    }
    exercises = {(s.number, e.id): place for s in content.sessions for place, e in enumerate(s.exercises)}
    return sorted(
        lines,
        key=lambda line: (
            line.session,
            exercises[line.session, line.exercise.id],
            order[line.session, line.exercise.id, line.prompt],
            line.state,
            line.row_place,
            line.answered_at,
        ),
    )


@dataclass(frozen=True)
class ReplacedLine:
    """A current answer to a question that the content no longer asks. ``person`` is as in ``AnswerLine``."""

    answer: ReplacedAnswer
    state: str
    person: str


def gather_replaced(content: Content, store: Store, jurisdictions: Sequence[str] | None) -> list[ReplacedLine]:
    """Every answer that staff may see to a question that was replaced, by session, state, and order of arrival.

    Raises as ``gather_answers`` does.
    """
    wanted = [content.get_jurisdiction(code).code for code in jurisdictions or ()]
    current = store.current(content.series.id)
    rungs = read_rungs(content, current, store.erased_choices(content.series.id))  # as above
    current = [r for r in current if not wanted or r.jurisdiction in wanted]
    found = find_replaced(content, keep_for_staff(current, rungs))
    names = {place.code: place.name for place in content.jurisdictions}
    people: dict[str, str] = {}
    for code in sorted({one.response.jurisdiction for one in found}):
        numbered = enumerate(store.people(content.series.id, code), start=1)
        people |= {person.id: f"{code}-{number}" for number, person in numbered}
    lines = [
        ReplacedLine(
            one,
            names.get(one.response.jurisdiction, one.response.jurisdiction),
            people.get(one.response.author, f"{one.response.jurisdiction}-?"),
        )
        for one in found
    ]
    return sorted(lines, key=lambda line: (line.answer.response.session, line.state, line.answer.response.seq))


class _State:
    """Converts one state's answers to lines."""

    def __init__(
        self, content: Content, code: str, answers: Answers, people: Sequence[Person], rungs: dict[RowAddress, str]
    ) -> None:
        self._content, self._code, self._answers, self._rungs = content, code, answers, rungs
        self._name = next((j.name for j in content.jurisdictions if j.code == code), code)
        self._numbers = {person.id: f"{code}-{number}" for number, person in enumerate(people, start=1)}
        titles = content.role_titles
        self._roles = {person.id: titles.get(person.role, person.role) for person in people}

    def lines(self, responses: Sequence[Response]) -> Iterator[AnswerLine]:
        fields = {
            (session.number, exercise.id, prompt): (exercise, field)
            for session in self._content.sessions
            for exercise in session.exercises
            for prompt, field in index_fields(self._content, exercise).items()
            if prompt not in PAGE_PROMPTS and not isinstance(field.asks, RowPresence)
        }
        for response in responses:
            found = fields.get((response.session, response.exercise, response.prompt))
            if found and not is_empty(response.value) and not self._is_removed(response):
                yield self._line(response, *found)

    def _is_removed(self, response: Response) -> bool:
        table = response.prompt.partition(".")[0]
        return self._answers.is_removed(response.session, response.exercise, table, response.row)

    def _line(self, response: Response, exercise: Exercise, field: Field) -> AnswerLine:
        asks, session = field.asks, response.session
        assert not isinstance(asks, RowPresence)  # noqa: S101
        row_label, place = self._row(response, field)
        beside = self._answers.at(session, exercise.id, response.prompt, response.row)
        return AnswerLine(
            exercise=exercise,
            field=field,
            session=session,
            prompt=response.prompt,
            row=response.row,
            row_label=row_label,
            row_place=place,
            jurisdiction=self._code,
            state=self._name,
            person=self._numbers.get(response.author, f"{self._code}-?"),
            role=self._roles.get(response.author, ""),
            value=response.value,
            text=AnswerFormatter(self._content, self._answers, session).format(asks, response.value),
            versions=sum(r.scope is Scope.TEAM for r in beside) if field.scope is Scope.TEAM else 1,
            may_share=self._rungs.get(row_address(response), ""),
            answered_at=response.at,
            content_version=response.content_version,
        )

    def _row(self, response: Response, field: Field) -> tuple[str, int]:
        """The row's label and position; rows that people add are numbered."""
        if field.rows == "none":
            return "", 0
        labels = self._labels(response, field)
        if response.row in labels:
            return labels[response.row], list(labels).index(response.row)
        rows = self._answers.row_ids(response.session, response.exercise, response.prompt.partition(".")[0])
        number = rows.index(response.row) + 1 if response.row in rows else len(rows) + 1
        name = field.table.row_name if field.table else "row"
        return f"{name.capitalize()} {number}", len(labels) + number

    def _labels(self, response: Response, field: Field) -> dict[str, str]:
        if isinstance(field.table, TablePrompt):
            return AnswerFormatter(self._content, self._answers, response.session).rows(field.table)
        instrument = self._content.instrument
        texts = {item.id: item.text for item in instrument.items}
        texts |= {question.id: question.text for question in (*instrument.goals, *instrument.plan)}
        return {row: text for row, text in texts.items() if row in field.row_ids}
