"""A team's plans: next steps, goals, and transition points.

Tables are recognized by their shape, not by their exercise, so a new exercise needs no code:

- next steps: the table ``actions``, with text, a person, and a date; ``effort`` and ``effect`` are choices whose
  options go from little to much;
- their status: a table whose rows come from next steps, with a choice ``status`` (``done`` and ``dropped`` close it);
- goals: text first, and a number ``rank``;
- transition points: text first, then ``from_system`` and ``to_system``; ``strength`` is a rating of how well it works.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cluster_kit.content.models import (
    AnswerSource,
    ChoicePrompt,
    Content,
    DatePrompt,
    Exercise,
    PersonPrompt,
    RatingPrompt,
    TablePrompt,
    TextPrompt,
)
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.exercises.rows import TableRow, read_answer_table

ACTIONS = "actions"
STATUS_COLUMN = "status"
NOT_SETTLED = "Not settled"
CLOSED = ("done", "dropped")
STATUSES = {"done": "Done", "moving": "In progress", "stuck": "Stuck", "dropped": "Discontinued", "": "Not reviewed"}
EFFORT, EFFECT = "effort", "effect"
RANK, FROM, TO, STRENGTH = "rank", "from_system", "to_system", "strength"


@dataclass(frozen=True)
class Action:
    """A team's next step with its latest status. ``due`` is ``YYYY-MM-DD`` or empty.

    ``effort`` and ``effect`` are the ids of the options chosen, or empty. ``leads`` are the people of ``lead``: several
    if the team has not settled on one.
    """

    session: int
    row: TableRow
    action: str
    lead: str
    due: str
    status: str
    status_label: str
    effort: str = ""
    effect: str = ""
    leads: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """True unless the team has marked it done or dropped."""
        return self.status not in CLOSED


@dataclass(frozen=True)
class Goal:
    """A goal as the team worded it. ``ranks`` has several entries if the team has not agreed on one.

    ``tests`` are the chosen options of the table's single choices: question label, answer label.
    """

    row: str
    statement: str
    ranks: tuple[int, ...]
    tests: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Transition:
    """A point where learners move between systems. ``strength`` is None if not rated or not sure."""

    row: str
    point: str
    origin: str
    target: str
    strength: int | None
    strength_label: str


def read_actions(content: Content, answers: Answers, sessions: Sequence[int] | None = None) -> list[Action]:
    """Every next step with its latest status, in the order of sessions and rows.

    The status comes from the latest response in a table that draws its rows from next steps and has a ``status``
    column.
    """
    statuses = _statuses(content, answers)
    actions = []
    for number, exercise, prompt in prompts_of(content, TablePrompt, sessions):
        if not is_action_table(prompt):
            continue
        for row in read_answer_table(content, number, exercise, prompt, answers):
            name, lead, due = (_first(prompt, kind) for kind in (TextPrompt, PersonPrompt, DatePrompt))
            status, label = statuses.get(row.id, ("", ""))
            text, leads = row.text(name), tuple(version.text for version in row.texts.get(lead, ()))
            leader = f"{NOT_SETTLED}: {'; '.join(leads)}" if len(leads) > 1 else "".join(leads)
            day, effort, effect = (str(row.value(column) or "") for column in (due, EFFORT, EFFECT))
            actions.append(Action(number, row, text, leader, day, status, label, effort, effect, leads))
    return actions


def worded_actions(content: Content, answers: Answers, sessions: Sequence[int] | None) -> list[Action]:
    """The next steps that have words or a due date: those that reports count."""
    return [action for action in read_actions(content, answers, sessions) if action.action or action.due]


def count_statuses(actions: Sequence[Action]) -> dict[str, int]:
    """The number of next steps by status (an id of ``STATUSES``), without statuses that none has."""
    return dict(Counter(action.status if action.status in STATUSES else "" for action in actions))


def is_action_table(prompt: TablePrompt) -> bool:
    """True for a table of next steps: its id is ``actions``, and it has text, a lead, and a date."""
    kinds = {type(column) for column in prompt.columns}
    return prompt.id == ACTIONS and {TextPrompt, PersonPrompt, DatePrompt} <= kinds


def weights_of(prompt: TablePrompt, column: str) -> dict[str, str]:
    """Options of ``effort`` or ``effect`` by id, from little to much; empty if the table lacks the column."""
    found = next((c for c in prompt.columns if c.id == column), None)
    return {option.id: option.label for option in found.options} if isinstance(found, ChoicePrompt) else {}


def _statuses(content: Content, answers: Answers) -> dict[str, tuple[str, str]]:
    """By row id of the next step: its latest status, as an id and as a label."""
    statuses: dict[str, tuple[int, str, str]] = {}
    for number, exercise, prompt in prompts_of(content, TablePrompt, None):
        source = prompt.rows_from
        if not isinstance(source, AnswerSource) or source.prompt != ACTIONS:
            continue
        if STATUS_COLUMN not in {column.id for column in prompt.columns}:
            continue
        for row in read_answer_table(content, number, exercise, prompt, answers):
            responses = row.responses[STATUS_COLUMN]
            if responses and responses[-1].seq > statuses.get(row.id, (0, "", ""))[0]:
                statuses[row.id] = (responses[-1].seq, str(responses[-1].value), row.texts[STATUS_COLUMN][-1].text)
    return {row: (status, label) for row, (_, status, label) in statuses.items()}


def is_goals_table(prompt: TablePrompt) -> bool:
    """True for a table that ranks people's own entries: text first, and a ``rank`` column."""
    return isinstance(prompt.columns[0], TextPrompt) and RANK in _ids(prompt)


def is_transitions_table(prompt: TablePrompt) -> bool:
    """True for a table of transition points: text first, then the systems that it connects."""
    return isinstance(prompt.columns[0], TextPrompt) and {FROM, TO} <= _ids(prompt)


def read_goals(content: Content, session: int, exercise: Exercise, prompt: TablePrompt, answers: Answers) -> list[Goal]:
    """The goals of a table, best rank first, unranked ones last in row order."""
    choices = [c for c in prompt.columns if isinstance(c, ChoicePrompt) and not c.many]
    goals = [
        Goal(
            row=row.id,
            statement=row.text(prompt.columns[0].id),
            ranks=tuple(sorted({int(r.value) for r in row.responses[RANK] if isinstance(r.value, int | float)})),
            tests=tuple((c.label, row.text(c.id)) for c in choices if row.texts[c.id]),
        )
        for row in read_answer_table(content, session, exercise, prompt, answers)
    ]
    return sorted(goals, key=lambda goal: (not goal.ranks, goal.ranks))


def read_transitions(
    content: Content, session: int, exercise: Exercise, prompt: TablePrompt, answers: Answers
) -> list[Transition]:
    """The transition points of a table, in row order."""
    transitions = []
    for row in read_answer_table(content, session, exercise, prompt, answers):
        strength = row.value(STRENGTH)
        transitions.append(
            Transition(
                row=row.id,
                point=row.text(prompt.columns[0].id),
                origin=row.text(FROM),
                target=row.text(TO),
                strength=strength if isinstance(strength, int) else None,
                strength_label=row.text(STRENGTH),
            )
        )
    return transitions


def strength_scale(prompt: TablePrompt) -> dict[int, str]:
    """Labels of the strength column's scale by point; empty if the table has no such column."""
    column = next((c for c in prompt.columns if c.id == STRENGTH), None)
    return {a.value: a.label for a in column.scale} if isinstance(column, RatingPrompt) else {}


def _ids(prompt: TablePrompt) -> set[str]:
    return {column.id for column in prompt.columns}


def _first(prompt: TablePrompt, kind: type[object]) -> str:
    return next((column.id for column in prompt.columns if isinstance(column, kind)), "")
