"""What became of the states' next steps, all over the country, for the staff of the series.

Counts hold every state. Words are there only from states that let staff see them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cluster_kit.content import load_content
from cluster_kit.content.models import Content, TablePrompt
from cluster_kit.documents.model import Attributed, Block, Fact, Paragraph, Record, Records, Section, Table, text
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.exercises.rows import read_answer_table
from cluster_kit.exports.ladder import FOR_STAFF, MAY_SHARE, RowAddress, read_rungs
from cluster_kit.insights.plans import CLOSED, EFFECT, EFFORT, Action, is_action_table, read_actions, weights_of
from cluster_kit.settings import Settings
from cluster_kit.store import Store
from cluster_kit.text import count_of

CHECK_IN = "check_in"
STATUSES = {"done": "Done", "moving": "Moving", "stuck": "Stuck", "dropped": "Dropped", "": "Not reviewed"}
RUNGS = {"team": "Staff only", "anonymous": "To other states, without the name", "named": "To other states"}


@dataclass(frozen=True)
class StepWeights:
    """What next steps may be said to be: how much work, and how much they change. Labels by id, from little to much."""

    efforts: dict[str, str]
    effects: dict[str, str]


@dataclass(frozen=True)
class StateProgress:
    """One state's next steps: how many have each status, and how many are open after their day.

    ``weighed`` counts the open ones that say both how much work they are and how much they change: by effort, then by
    effect, in ids.
    """

    jurisdiction: str
    state: str
    counts: dict[str, int]
    overdue: int
    weighed: dict[str, dict[str, int]]

    @property
    def steps(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    def weighing(self, effort: str, effect: str) -> int:
        """How many open ones are so much work and change so much."""
        return self.weighed.get(effort, {}).get(effect, 0)


@dataclass(frozen=True)
class Note:
    """What a state wrote at a check-in and lets staff see. ``rung`` says how far it may travel from there."""

    session: int
    state: str
    round: str
    rung: str
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FollowUp:
    """The whole picture, for a day. ``sessions`` are those whose next steps are counted."""

    day: dt.date
    sessions: tuple[int, ...]
    standings: tuple[StateProgress, ...]
    notes: tuple[Note, ...]
    weights: StepWeights

    @property
    def counts(self) -> dict[str, int]:
        """How many steps have each status in all states together; every status is there."""
        total: Counter[str] = Counter()
        for standing in self.standings:
            total.update(standing.counts)
        return {status: total[status] for status in STATUSES}


def follow_up(settings: Settings, series: str, session: int | None = None, today: dt.date | None = None) -> FollowUp:
    """Where the next steps of one session, or of all, stand on a day (None: today).

    Raises ``UnknownSeriesError``, ``UnknownSessionError``, and what the store raises.
    """
    content = load_content(series, overlay=settings.content)
    weights = _find_weights(content)
    numbers = [s.number for s in content.sessions] if session is None else [content.get_session(session).number]
    day = today or dt.datetime.now(dt.UTC).date()
    standings: list[StateProgress] = []
    notes: list[Note] = []
    with Store.open(settings.db_url) as store:
        current = store.current(series)
        rungs = read_rungs(content, current)
        for code in sorted({response.jurisdiction for response in current}):
            answers = Answers([r for r in current if r.jurisdiction == code], store.people(series, code))
            state = next((j.name for j in content.jurisdictions if j.code == code), code)
            actions = [a for a in read_actions(content, answers, numbers) if a.action or a.due]
            if actions:
                late = sum(_is_overdue(action, day) for action in actions)
                standings.append(StateProgress(code, state, _count(actions), late, _weigh(actions, weights)))
            notes += _notes(content, numbers, (code, state), answers, rungs)
    return FollowUp(day, tuple(numbers), tuple(standings), tuple(notes), weights)


def _count(actions: Sequence[Action]) -> dict[str, int]:
    return dict(Counter(action.status if action.status in STATUSES else "" for action in actions))


def _find_weights(content: Content) -> StepWeights:
    """What the series' first table of next steps offers; nothing where none asks for both."""
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
            said = [(c.label, " / ".join(v.text for v in row.words[c.id])) for c in prompt.columns if c.id != MAY_SHARE]
            if rung in FOR_STAFF and any(words for _, words in said):
                yield Note(session, state, row.label, rung, tuple(pair for pair in said if pair[1]))


def show_follow_up(content: Content, found: FollowUp) -> Section:
    """The summary as a document."""
    blocks: list[Block] = []
    if content.series.fictional:
        blocks.append(Paragraph("Everything in this document is made up.", "lead"))
    sessions = ", ".join(map(str, found.sessions))
    states = len(found.standings)
    blocks.append(
        Paragraph(
            f"Next steps of session{'s' * (len(found.sessions) > 1)} {sessions} as of {found.day.isoformat()}, from"
            f" {count_of(states, 'state')}. For the staff of the series: counts hold every state; words are"
            " there only where the state lets staff see them."
        )
    )
    if found.standings:
        closed = sum(found.counts[status] for status in CLOSED)
        blocks += [_table(found), Paragraph(f"{closed} of {sum(found.counts.values())} steps are closed.")]
        blocks += _weighed(found)
    if found.notes:
        blocks.append(Records("What states let us see", "", tuple(map(_record, found.notes))))
    return Section(f"Follow-up: {content.series.title}", tuple(blocks))


def _table(found: FollowUp) -> Table:
    """A row for each state, and one for all of them."""
    rows = [(s.state, s.counts, s.overdue) for s in found.standings]
    rows.append(("All states", found.counts, sum(s.overdue for s in found.standings)))
    cells = tuple(
        (text(state), *(text(str(counts.get(status, 0))) for status in STATUSES), text(str(late)))
        for state, counts, late in rows
    )
    return Table("Where next steps stand", ("State", *STATUSES.values(), "Open after its day"), cells)


def _weighed(found: FollowUp) -> list[Block]:
    """How much work the open steps are and how much they change; nothing where no step says so."""
    efforts, effects = found.weights.efforts, found.weights.effects
    total = {(a, b): sum(s.weighing(a, b) for s in found.standings) for a in efforts for b in effects}
    weighed = sum(total.values())
    if not weighed:
        return []
    cells = tuple(
        (text(label), *(text(str(total[effort, effect])) for effort in efforts)) for effect, label in effects.items()
    )
    head = ("How much they change for learners", *efforts.values())
    open_ones = sum(count for status, count in found.counts.items() if status not in CLOSED)
    said = f"{weighed} of {open_ones} open steps say how much work they are and how much they change."
    return [Table("How much work the open steps are", head, cells), Paragraph(f"{said} {_first_ones(found)}")]


def _first_ones(found: FollowUp) -> str:
    """Where the steps are that change most with least work: those to ask after first."""
    least, most = next(iter(found.weights.efforts)), list(found.weights.effects)[-1]
    there = [(s.state, s.weighing(least, most)) for s in found.standings if s.weighing(least, most)]
    if not there:
        return "None of them changes most with least work."
    states = ", ".join(f"{state} ({count})" for state, count in there)
    return f"Most change with least work, so those to ask after first: {states}."


def _record(note: Note) -> Record:
    title = f"{note.state}, session {note.session}, {note.round.lower()}"
    said = (Fact(label, text(words)) for label, words in note.said)
    return Record((Attributed(title),), (*said, Fact("May travel", text(RUNGS[note.rung]))))
