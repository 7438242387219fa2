"""An exercise as a document: the team's answers, or the prompts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cluster_kit.content.models import (
    ChoicePrompt,
    Content,
    Depth,
    Exercise,
    ExtensionPrompt,
    ItemsPrompt,
    PersonPrompt,
    QuestionsPrompt,
    TablePrompt,
    TextPrompt,
)
from cluster_kit.documents.model import (
    Attributed,
    Block,
    Bullets,
    Fact,
    Facts,
    Figure,
    Paragraph,
    Picture,
    Record,
    Records,
    Section,
    Table,
    Texts,
)
from cluster_kit.documents.typst_data import tallest_cell
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import AnswerFormatter
from cluster_kit.exercises.rows import TableRow, field_texts, read_answer_table
from cluster_kit.insights.ratings_view import ratings_blocks

if TYPE_CHECKING:
    from cluster_kit.content.models import CellPrompt, Prompt

NOT_ANSWERED = "Not answered yet."
MISSING = "Not answered yet: "
"""How the line begins that names the prompts of an exercise without an answer."""
UNSETTLED = "Where names follow an answer, the team has given several versions and not chosen one yet."
WIDEST_TABLE = 10
TALLEST_CELL = 9  # lines
LONG_TEXT_WORDS = 10
VOCABULARY_HEADS = {
    "clusters": "Cluster",
    "cross_cutting_clusters": "Cluster",
    "groupings": "Grouping",
    "sub_clusters": "Sub-Cluster",
    "audiences": "Audience",
    "roles": "Role",
    "areas": "Policy area",
    "items": "Statement",
    "jurisdictions": "State",
}

Illustrate = Callable[[Exercise, "Prompt"], Sequence[Picture]]
"""Draws the charts for the answers to a prompt."""


def no_pictures(exercise: Exercise, prompt: Prompt) -> Sequence[Picture]:  # noqa: ARG001
    """Draws nothing."""
    return ()


def render_exercise(
    content: Content, session: int, exercise: Exercise, answers: Answers, illustrate: Illustrate = no_pictures
) -> Section:
    """The team's answers to an exercise, under its title.

    Without answers, one line says so; if the team has not answered anything in the whole session, the section says
    what is asked, so that the document serves as preparation. ``illustrate`` adds charts (see ``charts.illustrator``).
    """
    if not answers.has(session, exercise.id):
        if not answers.has(session):
            return what_is_asked(content, exercise)
        return Section(exercise.title, (Paragraph(NOT_ANSWERED, "quiet"),))
    reader = _Reader(content, session, exercise, answers, illustrate)
    return Section(exercise.title, tuple(reader.blocks()))


def what_is_asked(content: Content, exercise: Exercise) -> Section:
    """The exercise's intent and everything that it asks, for preparation."""
    return Section(exercise.title, tuple(_what_is_asked(content, exercise)))


def table_block(
    prompt: TablePrompt, rows: Sequence[TableRow], columns: Sequence[CellPrompt], *, numbered: bool = False
) -> Block:
    """Rows as a table, or as records where a table would be too wide to read or its rows too tall.

    With ``numbered``, rows that people add are records, which have numbers.
    """
    named = bool(rows and rows[0].label)
    others = columns if named else columns[1:]
    heads = [(Attributed(row.label),) if named else row.texts[columns[0].id] for row in rows]
    cells = tuple((title, *(row.texts[c.id] for c in others)) for title, row in zip(heads, rows, strict=True))
    head = row_head(prompt) if named else columns[0].label
    table = Table(prompt.label, (head, *(column.label for column in others)), cells)
    row_name = "" if named else prompt.row_name
    if (named or not numbered) and sum(map(_weight, columns)) + (2 if named else 0) <= WIDEST_TABLE:
        return table_or_records(table, row_name)
    return _as_records(table, row_name)


def table_or_records(table: Table, row_name: str) -> Table | Records:
    """The table, or its rows as records, numbered with ``row_name``, where one would be too tall to read."""
    return table if tallest_cell(table) <= TALLEST_CELL else _as_records(table, row_name)


def _as_records(table: Table, row_name: str) -> Records:
    """Each row as a record under its first cell, with the columns that have words in it."""
    records = []
    for row in table.rows:
        facts = zip(table.columns[1:], row[1:], strict=True)
        records.append(Record(row[0], tuple(Fact(label, texts) for label, texts in facts if texts)))
    return Records(table.caption, row_name, tuple(records))


def row_head(prompt: TablePrompt) -> str:
    """Heading for rows that are fixed or come from other answers, for example ``Policy area``."""
    return VOCABULARY_HEADS.get(str(prompt.rows_from), prompt.row_name.capitalize())


class _Reader:
    """Reads one answered exercise, prompt by prompt."""

    def __init__(
        self, content: Content, session: int, exercise: Exercise, answers: Answers, illustrate: Illustrate
    ) -> None:
        self._content, self._session, self._exercise = content, session, exercise
        self._answers, self._illustrate = answers, illustrate
        self._formatter = AnswerFormatter(content, answers, session)

    def blocks(self) -> list[Block]:
        blocks: list[Block] = []
        facts: list[Fact] = []
        missing: list[str] = []
        for prompt in self._exercise.prompts:
            if not isinstance(prompt, ItemsPrompt | QuestionsPrompt | ExtensionPrompt | TablePrompt):
                if texts := self._texts(prompt):
                    facts.append(Fact(prompt.label, texts))
                elif prompt.depth == Depth.ESSENTIAL:
                    missing.append(prompt.label)
                continue
            if self._many(prompt, ()):
                pictures = self._illustrate(self._exercise, prompt)
                blocks += [*_flush(facts), *map(Figure, pictures), *self._many(prompt, pictures)]
            elif prompt.depth == Depth.ESSENTIAL:
                missing.append(prompt.label)
        blocks += _flush(facts)
        if _is_unsettled(blocks):
            blocks.append(Paragraph(UNSETTLED, "quiet"))
        if missing:
            blocks.append(Paragraph(MISSING + "; ".join(missing), "quiet"))
        return blocks

    def _texts(self, prompt: CellPrompt) -> Texts:
        responses = self._answers.at(self._session, self._exercise.id, prompt.id)
        return field_texts(self._formatter, self._answers, prompt, responses)

    def _many(
        self,
        prompt: ItemsPrompt | QuestionsPrompt | ExtensionPrompt | TablePrompt,
        pictures: Sequence[Picture],
    ) -> list[Block]:
        """The blocks of a prompt with many answers, without the table columns that a picture beside them covers."""
        match prompt:
            case ItemsPrompt():
                return ratings_blocks(self._content, self._session, self._exercise, prompt, self._answers)
            case QuestionsPrompt():
                return self._questions(prompt)
            case ExtensionPrompt():
                return self._extension(prompt)
            case TablePrompt():
                return self._table(prompt, pictures)

    def _extension(self, prompt: ExtensionPrompt) -> list[Block]:
        """The number of answers; the extension's own report has the rest."""
        place = (self._session, self._exercise.id)
        rows = self._answers.row_ids(*place, prompt.id)
        first = prompt.as_table().columns[0].id
        decided = sum(bool(self._answers.at(*place, f"{prompt.id}.{first}", row)) for row in rows)
        return [Facts((Fact(prompt.label, (Attributed(prompt.count_answers(decided)),)),))] if decided else []

    def _questions(self, prompt: QuestionsPrompt) -> list[Block]:
        part = self._content.instrument.goals if prompt.part == "goals" else self._content.instrument.plan
        answer = TextPrompt(kind="text", id="answer", label=prompt.label)
        facts = []
        for question in part:
            if question.id not in prompt.questions:
                continue
            responses = self._answers.at(self._session, self._exercise.id, f"{prompt.id}.answer", question.id)
            if responses:
                facts.append(Fact(question.text, field_texts(self._formatter, self._answers, answer, responses)))
        return [Facts(tuple(facts))] if facts else []

    def _table(self, prompt: TablePrompt, pictures: Sequence[Picture]) -> list[Block]:
        rows = read_answer_table(self._content, self._session, self._exercise, prompt, self._answers)
        if not rows:
            return []
        covered = {column for picture in pictures for column in picture.covers}
        columns = [
            column
            for place, column in enumerate(prompt.columns)
            if column.id not in covered
            if place == 0 or column.depth == Depth.ESSENTIAL or any(row.texts[column.id] for row in rows)
        ]
        numbered = any(picture.numbers_rows for picture in pictures)
        return [table_block(prompt, rows, columns, numbered=numbered)]


def _flush(facts: list[Fact]) -> list[Block]:
    """Return the collected facts as one block and clear the list."""
    block: list[Block] = [Facts(tuple(facts))] if facts else []
    facts.clear()
    return block


def _weight(column: CellPrompt) -> int:
    """Approximate share of the page width that a column needs."""
    if isinstance(column, TextPrompt):
        return 3 if column.words > LONG_TEXT_WORDS else 2
    if isinstance(column, PersonPrompt) or (isinstance(column, ChoicePrompt) and column.many):
        return 2
    return 1


def _is_unsettled(blocks: Sequence[Block]) -> bool:
    return any(version.who for block in blocks for texts in _list_texts(block) for version in texts)


def _list_texts(block: Block) -> list[Texts]:
    match block:
        case Facts():
            return [fact.texts for fact in block.facts]
        case Table():
            return [texts for row in block.rows for texts in row]
        case Records():
            titles = [record.title for record in block.records]
            return titles + [fact.texts for record in block.records for fact in record.facts]
        case Section():
            return [texts for inner in block.blocks for texts in _list_texts(inner)]
        case _:
            return []


def _what_is_asked(content: Content, exercise: Exercise) -> list[Block]:
    asked: list[str] = []
    for prompt in exercise.prompts:
        match prompt:
            case ItemsPrompt():
                areas = [area.title for area in content.instrument.areas if area.id in prompt.areas]
                asked.append(f"{prompt.label}: {'; '.join(areas)}")
            case QuestionsPrompt():
                part = content.instrument.goals if prompt.part == "goals" else content.instrument.plan
                asked += [question.text for question in part if question.id in prompt.questions]
            case TablePrompt():
                asked.append(f"{prompt.label}: {'; '.join(column.label for column in prompt.columns)}")
            case ExtensionPrompt():
                columns = prompt.as_table().columns
                asked.append(f"{prompt.label}: {'; '.join(column.label for column in columns)}")
            case _:
                asked.append(prompt.label)
    return [Paragraph(exercise.intent, "lead"), Bullets(tuple(Attributed(line) for line in asked))]
