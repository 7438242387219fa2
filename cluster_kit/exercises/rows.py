"""Tables of answers, read row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_kit.content.models import AnswerSource, Content, Exercise, Scope, TablePrompt
from cluster_kit.documents.model import Attributed, Words
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import Speller, label_from_answer, source_sessions

if TYPE_CHECKING:
    from cluster_kit.content.models import CellPrompt
    from cluster_kit.store import Response

LOST_ROW = "A row that is no longer there"


@dataclass(frozen=True)
class TableRow:
    """A row with something in it, in words and as it was kept.

    ``label`` names a row that is fixed or comes from other answers; it is empty where people add rows. ``words`` and
    ``responses`` have an entry for every column, empty where nothing was answered.
    """

    id: str
    label: str
    words: Mapping[str, Words]
    responses: Mapping[str, tuple[Response, ...]]

    def value(self, column: str) -> object:
        """The newest value in a column, or None."""
        said = self.responses.get(column, ())
        return said[-1].value if said else None


def read_answer_table(
    content: Content, session: int, exercise: Exercise, prompt: TablePrompt, answers: Answers
) -> list[TableRow]:
    """The rows of a table that hold an answer, in order.

    Fixed rows and rows that come from other answers stand in the order of their source; a row whose source is gone
    stands last. Rows that people add stand in the order in which they were first answered; removed ones are left out.
    """
    speller = Speller(content, answers, session)
    labels = speller.rows(prompt)
    filled = answers.row_ids(session, exercise.id, prompt.id)
    if prompt.rows or prompt.rows_from is not None:
        gone = [row for row in filled if row not in labels]
        order = [row for row in labels if row in set(filled)] + gone
        labels |= {row: _lost_label(content, prompt, answers, session, row) for row in gone}
    else:
        order = filled
    rows = []
    for row in order:
        said = {c.id: answers.at(session, exercise.id, f"{prompt.id}.{c.id}", row) for c in prompt.columns}
        words = {c.id: words_of(speller, answers, c, said[c.id]) for c in prompt.columns}
        rows.append(TableRow(row, labels.get(row, ""), words, said))
    return rows


def words_of(speller: Speller, answers: Answers, prompt: CellPrompt, said: tuple[Response, ...]) -> Words:
    """What stands in one field, in words.

    Several versions of a team's answer each come with who gave them. Answers that people gave for themselves come
    without names, in alphabetical order, so that the order gives nobody away.
    """
    alone = sorted(speller.spell(prompt, r.value) for r in said if r.scope == Scope.PERSON)
    team: dict[str, list[str]] = {}
    for response in said:
        if response.scope == Scope.TEAM:
            team.setdefault(speller.spell(prompt, response.value), []).append(answers.name(response.author))
    if len(team) > 1:
        voices = [Attributed(words, ", ".join(dict.fromkeys(names))) for words, names in team.items()]
    else:
        voices = [Attributed(words) for words in team]
    return tuple(voices + [Attributed(words) for words in alone])


def _lost_label(content: Content, prompt: TablePrompt, answers: Answers, session: int, row: str) -> str:
    """What a row was called whose source was removed since."""
    if isinstance(prompt.rows_from, AnswerSource):
        for number in source_sessions(content, prompt.rows_from, session):
            if label := label_from_answer(answers, prompt.rows_from, number, row):
                return label
    return LOST_ROW
