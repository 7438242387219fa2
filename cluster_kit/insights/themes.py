"""What states chose, question by question: the options of choices, counted by state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cluster_kit.content.models import AnswerSource, ChoicePrompt, Content, Exercise, TablePrompt
from cluster_kit.content.prompt_kinds import OTHER_PREFIX
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import AnswerFormatter
from cluster_kit.exercises.rows import read_answer_table
from cluster_kit.insights.assistance import EARLY_ADOPTION, is_requests_table
from cluster_kit.insights.peers import MAY_SHARE
from cluster_kit.insights.tallies import CategoryTally, count_members

IN_OWN_WORDS = "Another answer, in the team's own words"


@dataclass(frozen=True)
class Theme:
    """The options chosen for one question, in one tally; for a table with fixed rows, in one for each row."""

    exercise: str
    question: str
    tallies: tuple[CategoryTally, ...]


def read_themes(content: Content, session: int, answers: Mapping[str, Answers]) -> Iterator[Theme]:
    """The options that states chose, question by question. Policy areas, statuses, states, and requests are
    counted elsewhere, and tables with a sharing ladder are left out."""
    for exercise in content.get_session(session).exercises:
        for prompt in exercise.prompts:
            if isinstance(prompt, ChoicePrompt) and _is_theme(prompt):
                yield from _theme_of_prompt(content, session, exercise, prompt, answers)
            elif isinstance(prompt, TablePrompt) and not _is_left_out(prompt):
                for column in prompt.columns:
                    if isinstance(column, ChoicePrompt) and _is_theme(column):
                        yield from _theme_of_column(content, (session, exercise), prompt, column, answers)


def _is_left_out(table: TablePrompt) -> bool:
    return is_requests_table(table) or any(column.id == MAY_SHARE for column in table.columns)


def _is_theme(prompt: ChoicePrompt) -> bool:
    is_elsewhere = prompt.id in ("status", EARLY_ADOPTION) or prompt.options_from in ("areas", "items", "jurisdictions")
    return not is_elsewhere and not isinstance(prompt.options_from, AnswerSource)


def _theme_of_prompt(
    content: Content, session: int, exercise: Exercise, prompt: ChoicePrompt, answers: Mapping[str, Answers]
) -> Iterator[Theme]:
    options = AnswerFormatter(content, Answers(()), session).options(prompt)
    chosen = [
        (label, code)
        for code, of_state in answers.items()
        for response in of_state.at(session, exercise.id, prompt.id)
        for label in _labels(options, response.value)
    ]
    if chosen:
        members = count_members(chosen, options.values())
        tally = CategoryTally(f"theme.{exercise.id}.{prompt.id}", "", members)
        yield Theme(exercise.title, prompt.label, (tally,))


def _theme_of_column(
    content: Content,
    place: tuple[int, Exercise],
    table: TablePrompt,
    column: ChoicePrompt,
    answers: Mapping[str, Answers],
) -> Iterator[Theme]:
    """One tally for each fixed row, one for all rows that people add."""
    session, exercise = place
    options = AnswerFormatter(content, Answers(()), session).options(column)
    is_fixed = bool(table.rows) or isinstance(table.rows_from, str)
    chosen: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    order = list(AnswerFormatter(content, Answers(()), session).rows(table).values()) if is_fixed else [""]
    for code, of_state in answers.items():
        for row in read_answer_table(content, session, exercise, table, of_state):
            label = row.label if is_fixed else ""
            for response in row.responses[column.id]:
                chosen[label] += [(option, code) for option in _labels(options, response.value)]
    tallies = tuple(
        CategoryTally(
            f"theme.{exercise.id}.{table.id}.{column.id}.{label}", label, count_members(chosen[label], options.values())
        )
        for label in order
        if chosen.get(label)
    )
    if tallies:
        yield Theme(exercise.title, column.label, tallies)


def _labels(options: Mapping[str, str], value: object) -> list[str]:
    """The labels of the options in an answer. People's own words are counted as one option, and not repeated."""
    chosen = value if isinstance(value, list) else [value]
    known = [options[str(one)] for one in chosen if str(one) in options]
    own = [IN_OWN_WORDS for one in chosen if str(one).startswith(OTHER_PREFIX)]
    return known + own[:1]
