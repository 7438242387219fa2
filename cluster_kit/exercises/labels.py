"""What ids are called: the options of a choice and the rows of a table, wherever they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import JsonValue

from cluster_kit.content.models import (
    AnswerSource,
    ChoicePrompt,
    Content,
    PersonPrompt,
    RatingPrompt,
    Source,
    TablePrompt,
    Vocabulary,
)
from cluster_kit.content.prompt_kinds import NOT_SURE, spell_day
from cluster_kit.content.vocabularies import list_entries
from cluster_kit.documents.typed_text import clean
from cluster_kit.exercises.answers import Answers

if TYPE_CHECKING:
    from cluster_kit.content.models import CellPrompt

NOT_SURE_LABEL = "Not sure yet"
_OTHER = "other:"


def labels_of(content: Content, answers: Answers, source: Source, session: int) -> dict[str, str]:
    """What a source's ids are called, in its order. Rows that were removed are left out."""
    if isinstance(source, AnswerSource):
        return _labels_from_answers(content, answers, source, session)
    return vocabulary(content, source)


def vocabulary(content: Content, name: Vocabulary) -> dict[str, str]:
    """What the ids of a vocabulary are called, in its order."""
    return {entry.id: entry.label for entry in list_entries(content, name)}


def source_sessions(content: Content, source: AnswerSource, session: int) -> list[int]:
    """The numbers of the sessions that a source draws from, in order."""
    if source.session == "this":
        return [session]
    if source.session == "earlier":
        return [s.number for s in content.sessions if s.number < session]
    return [source.session]


def _labels_from_answers(content: Content, answers: Answers, source: AnswerSource, session: int) -> dict[str, str]:
    labels: dict[str, str] = {}
    for number in source_sessions(content, source, session):
        for row in answers.row_ids(number, source.exercise, source.prompt):
            label = label_from_answer(answers, source, number, row)
            if label:
                labels[row] = label
    return labels


def label_from_answer(answers: Answers, source: AnswerSource, session: int, row: str) -> str:
    """What a source's row is called; several versions stand side by side. Empty where it has no name."""
    said = answers.at(session, source.exercise, f"{source.prompt}.{source.column}", row)
    return " / ".join(dict.fromkeys(clean(str(response.value)) for response in said))


class Speller:
    """Says an answer's value in words, for one session's prompts."""

    def __init__(self, content: Content, answers: Answers, session: int) -> None:
        self._content, self._answers, self._session = content, answers, session

    def spell(self, prompt: CellPrompt, value: JsonValue) -> str:
        """The value in words. A value that the prompt no longer knows is shown as it was kept."""
        match prompt:
            case ChoicePrompt():
                labels = self.options(prompt)
                chosen = value if isinstance(value, list) else [value]
                return "; ".join(_spell_option(labels, option) for option in chosen)
            case RatingPrompt():
                return spell_rating({anchor.value: anchor.label for anchor in prompt.scale}, value)
            case PersonPrompt():
                return _spell_person(value, vocabulary(self._content, "roles"))
            case _:
                return clean(prompt.spell(value))

    def options(self, prompt: ChoicePrompt) -> dict[str, str]:
        """The labels of a choice's options by id, in order."""
        if prompt.options_from is None:
            return {option.id: option.label for option in prompt.options}
        return labels_of(self._content, self._answers, prompt.options_from, self._session)

    def rows(self, prompt: TablePrompt) -> dict[str, str]:
        """The labels of a table's rows by id, in order, where they are fixed or come from a source."""
        if prompt.rows_from is None:
            return {option.id: option.label for option in prompt.rows}
        return labels_of(self._content, self._answers, prompt.rows_from, self._session)


def spell_rating(scale: dict[int, str], value: object) -> str:
    """A point of a scale with its label, for example ``2 Started``."""
    if value == NOT_SURE:
        return NOT_SURE_LABEL
    if isinstance(value, int) and value in scale:
        return f"{value} {scale[value]}"
    return clean(str(value))


def spell_date(value: str) -> str:
    """``2027-03-05`` as ``March 5, 2027``; anything else as it is."""
    return clean(spell_day(value))


def _spell_option(labels: dict[str, str], option: object) -> str:
    if isinstance(option, str) and option.startswith(_OTHER):
        return clean(option.removeprefix(_OTHER))
    return labels.get(str(option), clean(str(option)))


def _spell_person(value: object, roles: dict[str, str]) -> str:
    if not isinstance(value, dict):
        return clean(str(value))
    name, role = clean(str(value.get("name") or "")), clean(str(value.get("role") or ""))
    role = roles.get(role, role)
    return f"{name}, {role}" if name and role else name or role
