"""What a team made in one session, and what it has carried along from earlier sessions: the data of its summary.

Nothing here is computed that another insight computes: goals, next steps, ratings, movement, requests, and examples
come from their own modules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from cluster_kit.content.models import Content, Exercise, ItemsPrompt, Scope, Session, TablePrompt, TextPrompt
from cluster_kit.content.rating_values import OffScale, RatingValue
from cluster_kit.documents.model import Texts
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.applicability import asks_anything
from cluster_kit.exercises.completeness import list_complete
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.assistance import AssistanceRequest, read_requests
from cluster_kit.insights.participation import took_part
from cluster_kit.insights.peers import OwnExample, read_own_examples
from cluster_kit.insights.plans import Action, is_goals_table, read_actions, read_goals, worded_actions
from cluster_kit.insights.ratings import AreaSummary, latest_ratings, read_ratings, summarize_ratings
from cluster_kit.insights.roadmap import open_actions
from cluster_kit.store import Person, Response

QUESTION = "question"
"""The id of a text prompt that asks for an open question."""


@dataclass(frozen=True)
class TeamAnswers:
    """Everything that one state's team has answered in a series."""

    jurisdiction: str
    current: Sequence[Response] = ()
    people: Sequence[Person] = ()
    history: Sequence[Response] = ()


@dataclass(frozen=True)
class SummaryAccess:
    """What a reader of the summary may see besides the team's answers.

    ``shows_ratings`` says whether the ratings of an exercise of this session may be shown: before a team has seen them
    together, they are each person's own. ``parked`` are the team's items in the parking lot that are still open;
    ``featured`` are the addresses of examples that facilitators featured. ``withheld`` are the items of this session,
    by exercise, prompt, and row, whose answers this reader may not see before they have rated them.
    """

    shows_ratings: Callable[[str], bool] = lambda _: True
    parked: tuple[str, ...] = ()
    featured: Collection[str] = ()
    withheld: Collection[tuple[str, str, str]] = ()


@dataclass(frozen=True)
class SettledItem:
    """A statement that the team settled or one of it proposes: the rating, the reason, and the view that differs.

    ``is_by_one`` means that one person recorded it alone, ``is_proposal`` that no teammate has answered yet.
    """

    statement: str
    rating: str
    why: str
    differs: str
    is_by_one: bool = False
    is_proposal: bool = False


@dataclass(frozen=True)
class SessionProgress:
    """One session of the series so far. ``closed`` of ``steps`` next steps are done or dropped."""

    number: int
    title: str
    day: dt.date
    answered: int
    asked: int
    settled: int
    steps: int
    closed: int


@dataclass(frozen=True)
class SessionSummary:
    """A team's summary of a session.

    ``begun`` exercises have an answer; in ``answered`` of them everything that is asked is answered.
    ``areas`` are the ratings that may be shown: of the areas that the session asks for, else of all to date.
    ``steps`` are the next steps of this session, ``earlier_steps`` those of earlier sessions that are still open.
    ``upcoming`` is the first exercise of the session without an answer. ``answers`` are those up to this session,
    without ratings that may not be shown yet.
    """

    session: Session
    took_part: Texts
    begun: int
    answered: int
    asked: int
    goals: tuple[str, ...]
    areas: tuple[AreaSummary, ...]
    settled: tuple[SettledItem, ...]
    steps: tuple[Action, ...]
    earlier_steps: tuple[Action, ...]
    requests: tuple[AssistanceRequest, ...]
    questions: tuple[str, ...]
    examples: tuple[OwnExample, ...]
    featured: frozenset[str]
    progress: tuple[SessionProgress, ...]
    upcoming: Exercise | None
    answers: Answers

    @property
    def has_results(self) -> bool:
        """True if there is more to show than how many exercises are answered."""
        lists = (self.goals, self.areas, self.settled, self.steps, self.requests, self.questions, self.examples)
        return any(lists)


def read_summary(
    content: Content, number: int, record: TeamAnswers, reach: SummaryAccess | None = None
) -> SessionSummary:
    """The summary of a session for one state's team, with what it has made up to this session.

    Raises ``UnknownSessionError``.
    """
    session, reach = content.get_session(number), reach or SummaryAccess()
    every = Answers(record.current, record.people, record.history)
    answers = _up_to(record, number, reach)
    progress = tuple(
        _progress(content, session, every, answers) for session in content.sessions if session.number <= number
    )
    asked = _asked(content, session, every)
    return SessionSummary(
        session=session,
        took_part=took_part(content, [number], every) if every.has(number) else (),
        begun=sum(every.has(number, exercise.id) for exercise in asked),
        answered=progress[-1].answered,
        asked=progress[-1].asked,
        goals=tuple(_goals(content, number, answers)),
        areas=tuple(_areas(content, number, answers, every.is_by_one(range(1, number + 1)))),
        settled=tuple(_settled(content, number, every, answers)),
        steps=tuple(worded_actions(content, every, [number])),
        earlier_steps=tuple(_earlier_steps(content, number, every)),
        requests=tuple(read_requests(content, every, [number])),
        questions=(*_questions(content, number, answers), *reach.parked),
        examples=tuple(example for example in read_own_examples(content, record.current) if example.session == number),
        featured=frozenset(_featured_titles(content, record, reach)),
        progress=progress,
        upcoming=next((exercise for exercise in asked if not every.has(number, exercise.id)), None),
        answers=answers,
    )


def read_series_summary(content: Content, record: TeamAnswers) -> SessionSummary:
    """The summary of the whole series, as that of its last session with what earlier ones made.

    Of the goals and ratings, the latest count. ``steps`` are those that are open, the first due first.
    """
    numbers = [session.number for session in content.sessions]
    summary, answers = (
        read_summary(content, numbers[-1], record),
        Answers(record.current, record.people, record.history),
    )
    latest = latest_ratings(read_ratings(content, answers, numbers))
    summaries = summarize_ratings(content, latest, is_alone=answers.is_by_one(numbers))
    return replace(
        summary,
        took_part=took_part(content, numbers, answers),
        begun=sum(answers.has(session.number, one.id) for session in content.sessions for one in session.exercises),
        answered=sum(one.answered for one in summary.progress),
        asked=sum(one.asked for one in summary.progress),
        areas=tuple(one for one in summaries if one.team_mean is not None),
        settled=tuple(_latest_settled(content, numbers, answers)),
        steps=tuple(step for step in open_actions(content, answers) if step.action or step.due),
        requests=(),
        questions=(),
        examples=(),
        answers=answers,
    )


def _latest_settled(content: Content, numbers: Sequence[int], answers: Answers) -> Iterator[SettledItem]:
    """What the team settled in the series: of a statement, the latest."""
    found: dict[str, SettledItem] = {}
    for number in numbers:
        for item in _settled(content, number, answers, answers):
            found.pop(item.statement, None)
            found[item.statement] = item
    yield from found.values()


def _up_to(record: TeamAnswers, number: int, reach: SummaryAccess) -> Answers:
    """The answers up to a session, without ratings of the session that the team has not seen together."""

    def may_show(response: Response) -> bool:
        if response.session < number:
            return True
        item = (response.exercise, response.prompt.partition(".")[0], response.row)
        if response.session == number and item in reach.withheld:
            return False
        is_personal = response.scope is Scope.PERSON
        return response.session == number and (not is_personal or reach.shows_ratings(response.exercise))

    current, history = ([r for r in of if may_show(r)] for of in (record.current, record.history))
    return Answers(current, record.people, history)


def _asked(content: Content, session: Session, answers: Answers) -> list[Exercise]:
    return [exercise for exercise in session.exercises if asks_anything(content, session.number, exercise, answers)]


def _progress(content: Content, session: Session, every: Answers, answers: Answers) -> SessionProgress:
    number, asked = session.number, _asked(content, session, every)
    steps = worded_actions(content, every, [number])
    complete = {exercise.id for exercise in list_complete(content, number, every)}
    return SessionProgress(
        number=number,
        title=session.title,
        day=content.get_meeting(number).date,
        answered=sum(exercise.id in complete for exercise in asked),
        asked=len(asked),
        settled=sum(not item.is_proposal for item in _settled(content, number, every, answers)),
        steps=len(steps),
        closed=sum(not step.is_open for step in steps),
    )


def _goals(content: Content, number: int, answers: Answers) -> list[str]:
    """The goals of the latest session that has any, in the team's order."""
    found: list[str] = []
    latest = 0
    for session, exercise, prompt in prompts_of(content, TablePrompt, range(1, number + 1)):
        goals = read_goals(content, session, exercise, prompt, answers) if is_goals_table(prompt) else []
        worded = [_line(goal.statement) for goal in goals if goal.statement.strip()]
        if worded:
            found = [*found, *worded] if session == latest else worded
            latest = session
    return found


def _areas(content: Content, number: int, answers: Answers, is_alone: bool) -> Iterator[AreaSummary]:
    """The ratings of the areas with a mean that may be shown."""
    now = {rating.area for rating in read_ratings(content, answers, [number]) if rating.answered or rating.settled}
    latest = latest_ratings(read_ratings(content, answers, range(1, number + 1)))
    for summary in summarize_ratings(content, latest, is_alone=is_alone):
        if summary.team_mean is not None and (not now or summary.area.id in now):
            yield summary


def _settled(content: Content, number: int, every: Answers, answers: Answers) -> Iterator[SettledItem]:
    """What the team settled or proposed, of what ``answers`` shows. Who was asked is counted in ``every`` answer."""
    labels = {item.id: item.label for item in content.instrument.items}
    ratings = read_ratings(content, every, [number])
    agreed = {r.item: (r, v) for r in ratings if (v := r.proposed if r.agreed is None else r.agreed) is not None}
    for session, exercise, prompt in prompts_of(content, ItemsPrompt, [number]):
        for item, (rating, value) in agreed.items():
            place = (session, exercise.id)
            if answers.at(*place, f"{prompt.id}.consensus", item):
                why, differs = (_latest(answers, (*place, f"{prompt.id}.{c}"), item) for c in ("rationale", "dissent"))
                words = _in_words(content, value)
                stance = f" ({rating.stances.describe()})" if rating.stances else ""
                by_one = rating.stances is not None and rating.stances.by_one
                yield SettledItem(labels[item], f"{words}{stance}", why, differs, by_one, not rating.settled)


def _in_words(content: Content, value: RatingValue) -> str:
    if isinstance(value, OffScale):
        return value.label
    return next((f"{a.value} {a.label}" for a in content.instrument.scale if a.value == value), str(value))


def _latest(answers: Answers, place: tuple[int, str, str], row: str) -> str:
    session, exercise, prompt = place
    given = answers.at(session, exercise, prompt, row)
    return _line(str(given[-1].value)) if given else ""


def _earlier_steps(content: Content, number: int, every: Answers) -> list[Action]:
    found = read_actions(content, every, range(1, number)) if number > 1 else []
    is_open = [step for step in found if step.is_open and (step.action or step.due)]
    return sorted(is_open, key=lambda step: (not step.due, step.due))


def _questions(content: Content, number: int, answers: Answers) -> Iterator[str]:
    for session, exercise, prompt in prompts_of(content, TextPrompt, [number]):
        if prompt.id == QUESTION and exercise.scope is Scope.TEAM:
            yield from (_line(str(r.value)) for r in answers.at(session, exercise.id, prompt.id))


def _featured_titles(content: Content, record: TeamAnswers, reach: SummaryAccess) -> Iterator[str]:
    """The titles of the team's examples that facilitators featured."""
    answers = Answers(record.current, record.people)
    for address in reach.featured:
        code, _, place = address.partition("/")
        exercise, _, row = place.partition("/")
        if code != record.jurisdiction:
            continue
        for session, one, prompt in prompts_of(content, TablePrompt, None):
            if one.id == exercise:
                first = prompt.columns[0].id
                yield from (str(r.value).strip() for r in answers.at(session, one.id, f"{prompt.id}.{first}", row))


def _line(text: str) -> str:
    return " ".join(visible_text(text).split())
