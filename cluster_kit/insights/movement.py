"""What has moved since earlier sessions: ratings that were given again, and next steps."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from cluster_kit.content.models import Content, ItemsPrompt
from cluster_kit.documents.model import Block, Fact, Facts, Figure, Paragraph, Picture, Section, Table, text
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.prompts import prompts_of
from cluster_kit.insights.plans import read_actions
from cluster_kit.insights.ratings_view import count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cluster_kit.content.models import PolicyArea
    from cluster_kit.store import Response

TITLE = "What has moved"
NOTHING = "Nothing that was said earlier has been rated again, and no next step has been reviewed yet."
NOT_REVIEWED = "not reviewed yet"
SITTING = dt.timedelta(days=1)


@dataclass(frozen=True)
class Movement:
    """How the ratings of one area moved, over the people and items that were rated more than once.

    ``before`` and ``now`` are means of each one's first and latest rating; ``pairs`` is how many there are, of which
    ``up`` went up and ``down`` went down.
    """

    area: PolicyArea
    before: float
    now: float
    pairs: int
    up: int
    down: int


def read_movement(content: Content, answers: Answers) -> list[Movement]:
    """One entry per area in which a person (or the team) rated an item again, in the instrument's order.

    Where the team has settled on an item again, that counts in place of its people's ratings.
    What somebody settled on within a day of the first rating is the first one; any later one, in the same session's
    form or another's, is rating it again. "Not sure yet" is no rating.
    """
    given: defaultdict[tuple[str, str], list[Response]] = defaultdict(list)
    for session, exercise, prompt in prompts_of(content, ItemsPrompt, None):
        for item in (i for area in content.instrument.areas if area.id in prompt.areas for i in area.items):
            place = (session, exercise.id)
            for said in (r for c in ("rating", "consensus") for r in answers.ever(*place, f"{prompt.id}.{c}", item.id)):
                person = said.author if said.scope == "person" else ""
                if isinstance(said.value, int):
                    given[item.id, person].append(said)
    again = {key: pairs for key, said in given.items() if (pairs := _first_and_latest(said))}
    moved = []
    for area in content.instrument.areas:
        items = {item.id for item in area.items}
        counted = [key for key in again if key[0] in items and (key[1] == "" or (key[0], "") not in again)]
        pairs = [pair for key in counted for pair in again[key]]
        if pairs:
            before, now = zip(*pairs, strict=True)
            up, down = sum(b < n for b, n in pairs), sum(b > n for b, n in pairs)
            moved.append(Movement(area, statistics.fmean(before), statistics.fmean(now), len(pairs), up, down))
    return moved


def movement(
    content: Content, answers: Answers, session: int, draw: Callable[[Content, Sequence[Movement]], Picture]
) -> Section:
    """Ratings that were given again, with a picture, and what became of the next steps of sessions before this one."""
    blocks: list[Block] = []
    moved = read_movement(content, answers)
    if moved:
        blocks.append(Section("Ratings", (Figure(draw(content, moved)), movement_table(moved))))
    steps = _steps(content, answers, session)
    if steps:
        blocks.append(Section("Next steps of earlier sessions", (Facts(tuple(steps)),)))
    return Section(TITLE, tuple(blocks) or (Paragraph(NOTHING, "quiet"),))


def movement_table(moved: Sequence[Movement]) -> Table:
    """One row per area: the mean at first, the mean now, and how many went up or down."""
    rows = tuple(
        (
            text(m.area.title),
            text(f"{m.before:.1f}"),
            text(f"{m.now:.1f}"),
            text(f"{m.up} up, {m.down} down, {m.pairs - m.up - m.down} as before"),
        )
        for m in moved
    )
    return Table("Ratings that were given again", ("Policy area", "Mean at first", "Mean now", "Ratings"), rows)


def _first_and_latest(said: Sequence[Response]) -> list[tuple[int, int]]:
    """The first and the latest rating, where there is a later one than those of the first day."""
    inorder = sorted(said, key=lambda response: (response.session, response.seq))
    first_day = [r for r in inorder if r.session == inorder[0].session and r.at - inorder[0].at <= SITTING]
    if len(first_day) == len(inorder):
        return []
    return [(cast(int, first_day[-1].value), cast(int, inorder[-1].value))]


def _steps(content: Content, answers: Answers, session: int) -> list[Fact]:
    facts = []
    for number in (s.number for s in content.sessions if s.number < session):
        actions = read_actions(content, answers, [number])
        if actions:
            told = Counter(action.status_label.lower() or NOT_REVIEWED for action in actions)
            words = ", ".join(f"{times} {status}" for status, times in told.items())
            facts.append(Fact(f"Session {number}", text(f"{count(len(actions), 'next step')}: {words}")))
    return facts
