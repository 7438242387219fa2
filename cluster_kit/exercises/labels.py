"""Labels of ids: the options of a choice and the rows of a table, from any source."""

from __future__ import annotations

import re
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
from cluster_kit.content.prompt_kinds import OTHER_PREFIX, format_day, name_lost_choice
from cluster_kit.content.rating_values import OffScale
from cluster_kit.content.vocabularies import list_entries
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.exercises.answers import Answers

if TYPE_CHECKING:
    from cluster_kit.content.models import CellPrompt

LOST_ENTRY = "an entry that was removed"
_ID = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")


def labels_of(content: Content, answers: Answers, source: Source, session: int) -> dict[str, str]:
    """The labels of a source's ids, in its order, without removed rows."""
    if isinstance(source, AnswerSource):
        return _labels_from_answers(content, answers, source, session)
    return vocabulary_labels(content, source)


def vocabulary_labels(content: Content, name: Vocabulary) -> dict[str, str]:
    """The labels of a vocabulary's ids, in its order."""
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
    """The label of a source's row: conflicting versions are joined, and it is empty without a name."""
    responses = answers.at(session, source.exercise, f"{source.prompt}.{source.column}", row)
    return " / ".join(dict.fromkeys(visible_text(str(response.value)) for response in responses))


class AnswerFormatter:
    """Formats the values of answers as text, for the prompts of one session."""

    def __init__(self, content: Content, answers: Answers, session: int) -> None:
        self._content, self._answers, self._session = content, answers, session

    def format(self, prompt: CellPrompt, value: JsonValue) -> str:
        """The value as text. A choice that the prompt no longer offers is marked as an earlier one, in words."""
        match prompt:
            case ChoicePrompt():
                labels = self.options(prompt)
                chosen = value if isinstance(value, list) else [value]
                return "; ".join(labels.get(str(option)) or self._format_other(prompt, option) for option in chosen)
            case RatingPrompt():
                return format_rating({anchor.value: anchor.label for anchor in prompt.scale}, value)
            case PersonPrompt():
                return _format_person(value, vocabulary_labels(self._content, "roles"))
            case _:
                return visible_text(prompt.format_value(value))

    def _format_other(self, prompt: ChoicePrompt, option: object) -> str:
        """An option in people's own words, of a removed entry, or that is not offered any more."""
        if isinstance(option, str) and option.startswith(OTHER_PREFIX):
            return visible_text(option.removeprefix(OTHER_PREFIX))
        if isinstance(source := prompt.options_from, AnswerSource):
            numbers = source_sessions(self._content, source, self._session)
            labels = (label_from_answer(self._answers, source, number, str(option)) for number in numbers)
            return next(filter(None, labels), LOST_ENTRY)
        return visible_text(prompt.name_earlier(str(option)))

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


def format_rating(scale: dict[int, str], value: object) -> str:
    """A point of a scale with its label, for example ``2 Started``."""
    if isinstance(value, str) and value in tuple(OffScale):
        return OffScale(value).label
    if isinstance(value, int) and value in scale:
        return f"{value} {scale[value]}"
    return visible_text(name_lost_choice(value))


def format_date(value: str) -> str:
    """``2027-03-05`` as ``March 5, 2027``; other text unchanged."""
    return visible_text(format_day(value))


def _line(value: object) -> str:
    """A name or a role on one line: with line breaks, it could be taken for lines of a message or a calendar."""
    return " ".join(visible_text(str(value)).split())


def _format_person(value: object, roles: dict[str, str]) -> str:
    if not isinstance(value, dict):
        return _line(value)
    name, role = _line(value.get("name") or ""), _line(value.get("role") or "")
    role = roles.get(role) or (role.replace("_", " ") if _ID.fullmatch(role) else role)
    return f"{name}, {role}" if name and role else name or role
