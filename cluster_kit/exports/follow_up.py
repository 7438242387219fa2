"""National summary of next steps for the staff of the series, and the list of steps to follow up on.

Counts include every state. Texts are included only from states that share them with staff.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cluster_kit.content import load_content
from cluster_kit.content.models import Content, TablePrompt
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.exercises.rows import read_answer_table
from cluster_kit.exports.ladder import FOR_STAFF, RowAddress, keep_for_staff, read_rungs
from cluster_kit.insights.plans import (
    EFFECT,
    EFFORT,
    STATUSES,
    Action,
    count_statuses,
    is_action_table,
    weights_of,
    worded_actions,
)
from cluster_kit.insights.progress import read_all_steps
from cluster_kit.insights.session_states import find_session_states
from cluster_kit.roster.people import find_all_by_name
from cluster_kit.sessions import SessionLog
from cluster_kit.settings import Settings
from cluster_kit.store import Person, Store
from cluster_kit.store.deployment import open_deployment_store
from cluster_kit.store.models import MAY_SHARE

CHECK_IN = "check_in"


@dataclass(frozen=True)
class StepWeights:
    """The options for effort and effect of next steps: labels by id, from little to much."""

    efforts: dict[str, str]
    effects: dict[str, str]


@dataclass(frozen=True)
class StateProgress:
    """One state's next steps by status, and the number of open ones past their due date.

    ``weighed`` counts the open steps that have both effort and effect: by effort, then by effect, as ids.
    """

    jurisdiction: str
    state: str
    counts: dict[str, int]
    overdue: int
    weighed: dict[str, dict[str, int]]

    @property
    def steps(self) -> int:
        """Total number of next steps."""
        return sum(self.counts.values())

    def weighing(self, effort: str, effect: str) -> int:
        """Number of open steps with this effort and effect."""
        return self.weighed.get(effort, {}).get(effect, 0)


@dataclass(frozen=True)
class Note:
    """A state's check-in note that it shares with staff. ``rung`` says how far it may be shared."""

    session: int
    state: str
    round: str
    rung: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StepToFollow:
    """A next step to follow up on. ``due`` is ``YYYY-MM-DD`` or empty.

    ``contact`` has the email addresses of the owners who are on the state's roster by that name, separated by
    semicolons; empty if there is none.
    """

    jurisdiction: str
    state: str
    session: int
    step: str
    owner: str
    due: str
    status: str
    overdue: bool
    contact: str


@dataclass(frozen=True)
class StateWithoutSteps:
    """A state without a next step. ``came``: it took part in a session; else it was invited."""

    jurisdiction: str
    state: str
    came: bool


@dataclass(frozen=True)
class FollowUp:
    """The national summary as of a date, by state name.

    ``sessions`` are those whose next steps are counted: of all sessions, those that have begun or have a next step.
    ``steps`` are by due date, those without one last. ``is_held``: one of the sessions has begun or has a next step;
    otherwise no state is ``without`` one. ``has_begun``: one of them has begun, or people came.
    """

    day: dt.date
    sessions: tuple[int, ...]
    standings: tuple[StateProgress, ...]
    notes: tuple[Note, ...]
    weights: StepWeights
    steps: tuple[StepToFollow, ...]
    without: tuple[StateWithoutSteps, ...]
    is_held: bool = True
    has_begun: bool = True

    @property
    def counts(self) -> dict[str, int]:
        """Number of steps by status in all states; every status is a key."""
        total: Counter[str] = Counter()
        for progress in self.standings:
            total.update(progress.counts)
        return {status: total[status] for status in STATUSES}


def follow_up(settings: Settings, series: str, session: int | None = None, today: dt.date | None = None) -> FollowUp:
    """Progress on the next steps of one session, or of all, as of a date (None: today).

    Raises ``UnknownSeriesError``, ``UnknownSessionError``, and ``StoreError``.
    """
    content = load_content(series, overlay=settings.content)
    numbers = [s.number for s in content.sessions] if session is None else [content.get_session(session).number]
    with open_deployment_store(settings) as store:
        reader = _Reader(content, store, numbers, today or dt.datetime.now(dt.UTC).date())
        for state in sorted(content.jurisdictions, key=lambda one: one.name):
            reader.read(state.code, state.name)
        return reader.result(is_chosen=session is not None)


class _Reader:
    """Collects the summary state by state."""

    def __init__(self, content: Content, store: Store, numbers: Sequence[int], day: dt.date) -> None:
        self._content, self._numbers, self._day = content, numbers, day
        self._weights = _find_weights(content)
        self._current = store.current(content.series.id)
        self._rungs = read_rungs(content, self._current, store.erased_choices(content.series.id))
        self._people = store.people(content.series.id)
        self._begun, self._has_begun = set[int](), False
        self._took_part: dict[int, frozenset[str]] = {}
        for number in numbers:
            state = SessionLog(store, content.series.id, content.get_session(number)).state()
            presence = store.presence(content.series.id, number)
            steps = read_all_steps(content, number, self._current)
            found = find_session_states(content, number, state, people=self._people, presence=presence, steps=steps)
            self._begun |= {number} if state.began_at else set()
            self._has_begun |= bool(state.began_at or found.came)
            self._took_part[number] = found.took_part
        self._standings: list[StateProgress] = []
        self._notes: list[Note] = []
        self._steps: list[StepToFollow] = []
        self._stepless: list[tuple[str, str]] = []
        self._with_steps: set[int] = set()

    def read(self, code: str, state: str) -> None:
        given = [response for response in self._current if response.jurisdiction == code]
        people = [person for person in self._people if person.jurisdiction == code]
        answers = Answers(given, people)
        actions = worded_actions(self._content, answers, self._numbers)
        if actions:
            late = sum(_is_overdue(action, self._day) for action in actions)
            weighed = _weigh(actions, self._weights)
            self._standings.append(StateProgress(code, state, count_statuses(actions), late, weighed))
            self._with_steps |= {action.session for action in actions}
        else:
            self._stepless.append((code, state))
        readable = Answers(keep_for_staff(given, self._rungs), people)
        for action in worded_actions(self._content, readable, self._numbers):
            self._steps.append(_step_to_follow((code, state), action, people, self._day))
        self._notes += _notes(self._content, self._numbers, (code, state), answers, self._rungs)

    def result(self, *, is_chosen: bool) -> FollowUp:
        held = sorted(self._begun | self._with_steps | {number for number, came in self._took_part.items() if came})
        return FollowUp(
            day=self._day,
            sessions=tuple(self._numbers if is_chosen else held),
            standings=tuple(self._standings),
            notes=tuple(self._notes),
            weights=self._weights,
            steps=tuple(sorted(self._steps, key=lambda one: (not one.due, one.due, one.state))),
            without=tuple(self._list_without(held)),
            is_held=bool(held),
            has_begun=self._has_begun,
        )

    def _list_without(self, held: Sequence[int]) -> Iterator[StateWithoutSteps]:
        """The states without a step that came to one of the sessions held, or were invited to one."""
        came = frozenset[str]().union(*(self._took_part[number] for number in held))
        invited = {p.jurisdiction for p in self._people if held and (not p.sessions or {*held} & {*p.sessions})}
        for code, state in self._stepless:
            if code in came | invited:
                yield StateWithoutSteps(code, state, code in came)


def _step_to_follow(place: tuple[str, str], action: Action, people: Sequence[Person], day: dt.date) -> StepToFollow:
    code, state = place
    return StepToFollow(
        jurisdiction=code,
        state=state,
        session=action.session,
        step=action.action,
        owner=action.lead,
        due=action.due,
        status=action.status_label or STATUSES[""],
        overdue=_is_overdue(action, day),
        contact="; ".join(_find_contacts(action, people)),
    )


def _find_contacts(action: Action, people: Sequence[Person]) -> list[str]:
    """The addresses of the step's owners. A name that several people of the roster share has no contact."""
    found: dict[str, None] = {}
    for responses in action.row.responses.values():
        for response in responses:
            name = response.value.get("name") if isinstance(response.value, dict) else None
            alike = find_all_by_name(people, str(name)) if name else []
            if len(alike) == 1 and alike[0].email:
                found[alike[0].email] = None
    return list(found)


def _find_weights(content: Content) -> StepWeights:
    """Effort and effect options of the series' first table of next steps that has both; empty if none has."""
    tables = (prompt for _, _, prompt in prompts_of(content, TablePrompt, None) if is_action_table(prompt))
    offered = (StepWeights(weights_of(table, EFFORT), weights_of(table, EFFECT)) for table in tables)
    return next((both for both in offered if both.efforts and both.effects), StepWeights({}, {}))


def _weigh(actions: Sequence[Action], weights: StepWeights) -> dict[str, dict[str, int]]:
    open_ones = [action for action in actions if action.is_open and action.effect in weights.effects]
    by_effort = {effort: Counter(a.effect for a in open_ones if a.effort == effort) for effort in weights.efforts}
    return {effort: dict(counts) for effort, counts in by_effort.items() if counts}


def _is_overdue(action: Action, day: dt.date) -> bool:
    return action.is_open and bool(action.due) and action.due < day.isoformat()


def _notes(
    content: Content, numbers: Sequence[int], place: tuple[str, str], answers: Answers, rungs: dict[RowAddress, str]
) -> Iterator[Note]:
    code, state = place
    for session, exercise, prompt in prompts_of(content, TablePrompt, numbers):
        if exercise.id != CHECK_IN or MAY_SHARE not in {column.id for column in prompt.columns}:
            continue
        for row in read_answer_table(content, session, exercise, prompt, answers):
            rung = rungs.get((code, session, exercise.id, prompt.id, row.id))
            written = [
                (c.label, " / ".join(v.text for v in row.texts[c.id])) for c in prompt.columns if c.id != MAY_SHARE
            ]
            if rung in FOR_STAFF and any(text for _, text in written):
                yield Note(session, state, row.label, rung, tuple(pair for pair in written if pair[1]))
