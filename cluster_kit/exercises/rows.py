"""Read the rows of answer tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.content.models import AnswerSource, Content, Exercise, Scope, TablePrompt
from cluster_kit.documents.model import Attributed, Texts
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import AnswerFormatter, label_from_answer, source_sessions

if TYPE_CHECKING:
    from cluster_kit.content.models import CellPrompt
    from cluster_kit.store import Response

LOST_ROW = "A row that was removed"


@dataclass(frozen=True)
class TableRow:
    """A row with at least one answer, as text and as stored.

    ``label`` is the name of a fixed row or a row from other answers; it is empty for rows that people add. ``texts``
    and ``responses`` have an entry for every column, empty without an answer.
    """

    id: str
    label: str
    texts: Mapping[str, Texts]
    responses: Mapping[str, tuple[Response, ...]]

    def value(self, column: str) -> object:
        """The newest value in a column, or None."""
        responses = self.responses.get(column, ())
        return responses[-1].value if responses else None

    def text(self, column: str) -> str:
        """A column's text, or empty. Several versions are separated by slashes."""
        return " / ".join(version.text for version in self.texts.get(column, ()))


def read_answer_table(
    content: Content, session: int, exercise: Exercise, prompt: TablePrompt, answers: Answers
) -> list[TableRow]:
    """The rows of a table with an answer, in order.

    Fixed rows and rows from other answers are in the order of their source; rows whose source was removed come last.
    Rows that people add are in the order of their first answer, without removed ones.
    """
    formatter = AnswerFormatter(content, answers, session)
    labels = formatter.rows(prompt)
    filled = answers.row_ids(session, exercise.id, prompt.id)
    if prompt.rows or prompt.rows_from is not None:
        gone = [row for row in filled if row not in labels]
        order = [row for row in labels if row in set(filled)] + gone
        labels |= {row: _lost_label(content, prompt, answers, session, row) for row in gone}
    else:
        order = filled
    rows = []
    for row in order:
        responses = {c.id: answers.at(session, exercise.id, f"{prompt.id}.{c.id}", row) for c in prompt.columns}
        texts = {c.id: field_texts(formatter, answers, c, responses[c.id]) for c in prompt.columns}
        rows.append(TableRow(row, labels.get(row, ""), texts, responses))
    return rows


def field_texts(
    formatter: AnswerFormatter, answers: Answers, prompt: CellPrompt, responses: tuple[Response, ...]
) -> Texts:
    """The answers of one field as text.

    Conflicting versions of a team's answer have their authors' names. Individual answers have no names and are in
    alphabetical order, which does not reveal their authors; equal ones are one text with the number of people.
    """
    alone = Counter(sorted(formatter.format(prompt, r.value) for r in responses if r.scope == Scope.PERSON))
    team: dict[str, list[str]] = {}
    for response in responses:
        if response.scope == Scope.TEAM:
            team.setdefault(formatter.format(prompt, response.value), []).append(answers.name(response.author))
    if len(team) > 1:
        versions = [Attributed(text, ", ".join(dict.fromkeys(names))) for text, names in team.items()]
    else:
        versions = [Attributed(text) for text in team]
    counted = (f"{text} ({people} people)" if people > 1 else text for text, people in alone.items())
    return (*versions, *map(Attributed, counted))


def _lost_label(content: Content, prompt: TablePrompt, answers: Answers, session: int, row: str) -> str:
    """The last label of a row whose source was removed."""
    if isinstance(prompt.rows_from, AnswerSource):
        for number in source_sessions(content, prompt.rows_from, session):
            if label := label_from_answer(answers, prompt.rows_from, number, row):
                return label
    return LOST_ROW
