"""What each state needs and could offer, read from its answers.

- A policy area's mean rating: the lowest point is a whole need, the highest a whole strength, the middle is neither.
  Items that do not apply to the state, or that it is not sure of, are neither.
- An example that the state shares with other states (named or not) adds to its strength in the example's area.
- A next step that is open adds to its need in the step's area.

Need and strength in one area cancel: what remains is one or the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from cluster_kit.breakouts.models import WEIGHTS, State
from cluster_kit.content.models import ChoicePrompt, Content, TablePrompt
from cluster_kit.content.rating_values import format_mean
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.peers import ANONYMOUS, AREA, MAY_SHARE, NAMED, is_examples_table
from cluster_kit.insights.plans import read_actions
from cluster_kit.insights.ratings import latest_ratings, read_ratings, summarize_ratings

if TYPE_CHECKING:
    from cluster_kit.store import Person


def read_states(
    content: Content,
    answers: Mapping[str, Answers],
    people: Mapping[str, Iterable[Person]],
) -> list[State]:
    """The states that are present, with needs and strengths, ordered by postal code.

    ``people`` has the present people of each present state, by postal code. ``answers`` are by postal code; a state
    without any has neither needs nor strengths.
    """
    nothing = Answers(())
    return [_read(content, code, answers.get(code, nothing), people[code]) for code in sorted(people)]


def _read(content: Content, code: str, answers: Answers, people: Iterable[Person]) -> State:
    net: dict[str, float] = {}
    evidence: dict[str, list[str]] = {}
    for area, value, words in _list_evidence(content, answers):
        net[area] = net.get(area, 0.0) + value
        evidence.setdefault(area, []).append(words)
    return State(
        code=code,
        needs={area: min(-value, 1.0) for area, value in net.items() if value < 0},
        strengths={area: min(value, 1.0) for area, value in net.items() if value > 0},
        roles=frozenset(person.role for person in people if person.role),
        asks=frozenset(_wishes(content, answers)) - {code},
        evidence={area: ", ".join(words) for area, words in evidence.items()},
    )


def _list_evidence(content: Content, answers: Answers) -> Iterator[tuple[str, float, str]]:
    """Evidence by area: the area's id, the amount (positive: strength, negative: need), and its description."""
    values = content.instrument.points
    low, high = min(values, default=0), max(values, default=0)
    middle = (low + high) / 2
    for summary in summarize_ratings(content, latest_ratings(read_ratings(content, answers))):
        if summary.mean is not None:
            yield (
                summary.area.id,
                (summary.mean - middle) / (high - middle),
                f"rated {format_mean(summary.mean)} of {high}",
            )
    for area in dict.fromkeys(_shared_examples(content, answers)):
        yield area, WEIGHTS.example, "shares an example"
    for area in dict.fromkeys(_open_steps(content, answers)):
        yield area, -WEIGHTS.next_step, "an open next step"


def _shared_examples(content: Content, answers: Answers) -> Iterator[str]:
    for session, exercise, prompt in prompts_of(content, TablePrompt, None):
        if not is_examples_table(prompt):
            continue
        for row in answers.row_ids(session, exercise.id, prompt.id):
            rung, area = (
                _newest(answers, session, exercise.id, f"{prompt.id}.{column}", row) for column in (MAY_SHARE, AREA)
            )
            if rung in (ANONYMOUS, NAMED) and area:
                yield str(area)


def _open_steps(content: Content, answers: Answers) -> Iterator[str]:
    for action in read_actions(content, answers):
        area = action.row.value(AREA)
        if action.is_open and area:
            yield str(area)


def _wishes(content: Content, answers: Answers) -> Iterator[str]:
    """Postal codes of the states that a state would like to consult: choices among jurisdictions, outside of tables."""
    for session, exercise, prompt in prompts_of(content, ChoicePrompt, None):
        if prompt.options_from == "jurisdictions":
            for response in answers.at(session, exercise.id, prompt.id):
                chosen = response.value if isinstance(response.value, list) else [response.value]
                yield from map(str, chosen)


def _newest(answers: Answers, session: int, exercise: str, prompt: str, row: str) -> object:
    """The latest value, including a cleared one: a state that withdraws from sharing does so immediately."""
    responses = answers.ever(session, exercise, prompt, row)
    return responses[-1].value if responses else None
