"""Change since earlier sessions: repeated ratings, and next steps."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from cluster_kit.content.models import Content, ItemsPrompt
from cluster_kit.content.rating_values import OffScale, format_mean, read_rating
from cluster_kit.documents.model import Block, Fact, Facts, Figure, Paragraph, Picture, Section, Table, one_text
from cluster_kit.exercises.answers import Answers, is_empty
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.plans import read_actions
from cluster_kit.text import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cluster_kit.content.models import PolicyArea
    from cluster_kit.store import Response

TITLE = "What has moved"
NOTHING = "No statement has been rated again, and no next step has been reviewed yet."
NOT_REVIEWED = "not reviewed yet"
TRANSITION_TITLE = "Transition items"
TRANSITION_NOTE = (
    "These apply only while the state moves to the modernized Clusters. They are reported separately, because "
    "they no longer apply once the move is complete."
)
SITTING = dt.timedelta(days=1)


@dataclass(frozen=True)
class Movement:
    """Change of one area's ratings, over the people and items that were rated more than once.

    Either of its transition items, which apply only while the state moves to the modernized Clusters, or of the others.

    ``before`` and ``now`` are the averages of the first and the latest ratings of the ``pairs`` that were given twice;
    ``up`` and ``down`` count those that rose or fell. They compare these pairs, and are not the area's mean.
    """

    area: PolicyArea
    before: float
    now: float
    pairs: int
    up: int
    down: int


def read_movement(content: Content, answers: Answers, *, transition: bool = False) -> list[Movement]:
    """One entry per area in which a person or the team rated an item again, in the instrument's order.

    ``transition``: the change of the transition items, which is kept apart, instead of that of all others.

    If the team reached a new consensus on an item, it replaces the ratings of its people. The last rating within a day
    of the first one counts as the first; any later one, in the form of the same session or of another, is a repeated
    rating. A choice off the scale is not a rating, and an item that no longer applies has not moved.
    """
    points = content.instrument.points
    given: defaultdict[tuple[str, str], list[Response]] = defaultdict(list)
    for session, exercise, prompt in prompts_of(content, ItemsPrompt, None) if points else ():
        for item in (i for area in content.instrument.areas if area.id in prompt.areas for i in area.items):
            place = (session, exercise.id)
            for response in (
                r for c in ("rating", "consensus") for r in answers.ever(*place, f"{prompt.id}.{c}", item.id)
            ):
                person = response.author if response.scope == "person" else ""
                if not is_empty(response.value):
                    given[item.id, person].append(response)
    again = {key: pairs for key, responses in given.items() if (pairs := _first_and_latest(responses, points))}
    moved = []
    for area in content.instrument.areas:
        items = {item.id for item in area.items if item.transition is transition}
        counted = [key for key in again if key[0] in items and (key[1] == "" or (key[0], "") not in again)]
        pairs = [pair for key in counted for pair in again[key]]
        if pairs:
            before, now = zip(*pairs, strict=True)
            up, down = sum(b < n for b, n in pairs), sum(b > n for b, n in pairs)
            moved.append(Movement(area, statistics.fmean(before), statistics.fmean(now), len(pairs), up, down))
    return moved


def build_movement(
    content: Content, answers: Answers, session: int, draw: Callable[[Content, Sequence[Movement]], Picture]
) -> Section:
    """Repeated ratings with a chart, and the outcome of next steps from earlier sessions."""
    blocks: list[Block] = []
    moved = read_movement(content, answers)
    if moved:
        blocks.append(Section("Ratings", (Figure(replace(draw(content, moved), table=movement_table(moved))),)))
    if apart := read_movement(content, answers, transition=True):
        blocks.append(Section(TRANSITION_TITLE, (Paragraph(TRANSITION_NOTE), movement_table(apart))))
    steps = _steps(content, answers, session)
    if steps:
        blocks.append(Section("Next steps of earlier sessions", (Facts(tuple(steps)),)))
    return Section(TITLE, tuple(blocks) or (Paragraph(NOTHING, "quiet"),))


def movement_table(moved: Sequence[Movement]) -> Table:
    """One row per area: first mean, current mean, and how many ratings rose or fell."""
    rows = tuple(
        (
            one_text(m.area.title),
            one_text(format_mean(m.before)),
            one_text(format_mean(m.now)),
            one_text(f"{m.up} up, {m.down} down, {m.pairs - m.up - m.down} as before"),
        )
        for m in moved
    )
    return Table(
        "Ratings that were given again", ("Policy area", "On average at first", "On average now", "Ratings"), rows
    )


def _first_and_latest(responses: Sequence[Response], points: Sequence[int]) -> list[tuple[int, int]]:
    """The first and the latest point, if a point was given after the first day; else empty."""
    every = sorted(responses, key=lambda response: (response.session, response.seq))
    inorder = [response for response in every if not isinstance(read_rating(response.value, points), OffScale)]
    if not inorder or read_rating(every[-1].value, points) is OffScale.DOES_NOT_APPLY:
        return []
    first_day = [r for r in inorder if r.session == inorder[0].session and r.at - inorder[0].at <= SITTING]
    if len(first_day) == len(inorder):
        return []
    return [(cast(int, first_day[-1].value), cast(int, inorder[-1].value))]


def _steps(content: Content, answers: Answers, session: int) -> list[Fact]:
    facts = []
    for number in (s.number for s in content.sessions if s.number < session):
        actions = read_actions(content, answers, [number])
        if actions:
            statuses = Counter(action.status_label.lower() or NOT_REVIEWED for action in actions)
            words = ", ".join(f"{times} {status}" for status, times in statuses.items())
            facts.append(Fact(f"Session {number}", one_text(f"{count_of(len(actions), 'next step')}: {words}")))
    return facts
