"""A session's summary as a document: one page of essentials, then what does not fit on it."""

from __future__ import annotations

import datetime as dt
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from cluster_kit.content.models import Content, Jurisdiction
from cluster_kit.content.times import format_session_time
from cluster_kit.documents.identity import current_identity
from cluster_kit.documents.model import (
    NOT_DESCRIBED,
    Attributed,
    Block,
    Bullets,
    Document,
    Fact,
    Facts,
    Figure,
    Paragraph,
    Picture,
    Record,
    Records,
    Section,
    Table,
    one_text,
)
from cluster_kit.exercises.labels import format_date
from cluster_kit.insights.look_back import actions_table
from cluster_kit.insights.movement import Movement, build_movement
from cluster_kit.insights.plans import NOT_SETTLED, Action
from cluster_kit.insights.ratings import AreaSummary
from cluster_kit.insights.session_summary import SessionSummary, SettledItem
from cluster_kit.text import count_of

TITLE = "At a glance"
WHERE_WE_STAND = "Where we stand"
MEANS_CAPTION = "Mean rating in each policy area. A team rating counts in place of each person's own."
NOTHING_YET = "No one has answered yet. This document shows what the session asks, so that you can prepare."
NOTHING_IN_SERIES = (
    "No one has answered in this series yet. This document has a template for your roadmap, and examples from other"
    " states."
)
LITTLE = "Your team has begun, and has not yet written goals, next steps, or team ratings in this session."
MORE = "and {} more: see the following pages"
# The first page in points: what it holds, what its parts need besides their text, and a line of each part.
PAGE, TOP, HEADING, CHART, AREA, TABLE, MORE_LINE = 774.0, 208.0, 34.0, 62.0, 22.0, 22.0, 18.0
LOGO, NAME = 42.0, 22.0
GOAL_LINE, ROW_LINE, GOAL_GAP, ROW_GAP = 14.5, 13.5, 3.0, 11.0
LINE_CHARACTERS, CELL_CHARACTERS, LONGEST = 92, 48, 180
MOST_GOALS, MOST_SETTLED, MOST_STEPS = 5, 6, 7
FULL_PAGE = 2  # sections
FEWEST_SHOWN, MOST_TILES = 1, 3


@dataclass(frozen=True)
class SummaryCharts:
    """The functions that draw charts, passed in because drawing loads matplotlib."""

    means: Callable[[Content, Sequence[AreaSummary]], Picture]
    movement: Callable[[Content, Sequence[Movement]], Picture]


@dataclass(frozen=True)
class SummaryExtent:
    """How many goals, settled statements, and next steps the essentials have, and the characters of each."""

    goals: int
    settled: int
    steps: int
    characters: int


UNLIMITED = SummaryExtent(sys.maxsize, sys.maxsize, sys.maxsize, sys.maxsize)


def summary_document(
    content: Content, state: Jurisdiction, summary: SessionSummary, draw: SummaryCharts, notice: str
) -> Document:
    """The summary as a document of its own: the first page, then the rest."""
    session = summary.session
    extent = fit_page(summary)
    parts = tuple(summary_sections(content, summary, draw, extent))
    opening = build_essentials(content, summary, draw, extent).blocks
    today = format_date(dt.datetime.now(dt.UTC).date().isoformat())
    return Document(
        title=f"{state.name}: session {session.number} summary",
        heading=state.name,
        subtitle=f"What the team made in session {session.number}: {session.title}",
        series=content.series.title,
        when=f"{format_session_time(content, session.number, state)}. Answers as of {today}",
        notice=notice,
        opening=opening,
        parts=parts,
        about=(),
        own_page=bool(parts) and fills_page(opening),
    )


def fills_page(opening: Sequence[Block]) -> bool:
    """True if the essentials have a page of their own. If they are few, the record begins below them."""
    return sum(isinstance(block, Section) for block in opening) >= FULL_PAGE


def build_essentials(
    content: Content,
    summary: SessionSummary,
    draw: SummaryCharts,
    extent: SummaryExtent,
    nothing_yet: str = NOTHING_YET,
) -> Section:
    """Key facts, goals, mean ratings, what the team settled, and next steps; on paper, as much as fits on a page.

    Without any answer, one sentence says so: ``nothing_yet``.
    """
    if not summary.begun:
        return Section(TITLE, (Paragraph(nothing_yet),))
    blocks: list[Block] = [Facts(tuple(_key_facts(summary))[:MOST_TILES])]
    if summary.goals:
        blocks.append(Section("Our goals", tuple(_goals(summary.goals, extent))))
    if summary.areas:
        blocks.append(Section(WHERE_WE_STAND, (Figure(draw.means(content, summary.areas)),)))
    if summary.settled:
        blocks.append(Section(_settled_title(summary.settled), tuple(_settled(summary.settled, extent))))
    if summary.steps:
        blocks.append(Section("Next steps", tuple(_steps(summary.steps, extent))))
    if not summary.has_results:
        blocks.append(Paragraph(LITTLE, "quiet"))
    return Section(TITLE, tuple(blocks))


def summary_sections(
    content: Content, summary: SessionSummary, draw: SummaryCharts, extent: SummaryExtent
) -> Iterator[Section]:
    """What the essentials do not show: longer lists in full, changes, examples, questions, and the series so far."""
    number = summary.session.number
    if _is_cut(summary.goals, extent.goals, extent):
        yield Section("All goals", (Bullets(tuple(map(Attributed, summary.goals)), ordered=True),))
    reasons = tuple(_reason(item) for item in summary.settled if item.why or item.differs)
    rest = tuple(_reason(item) for item in summary.settled[extent.settled :] if not (item.why or item.differs))
    if reasons or rest:
        title = f"{_settled_title(summary.settled)}, and why"
        yield Section(title, (Records("Team ratings", "", (*reasons, *rest)),))
    if _is_cut([step.action for step in summary.steps], extent.steps, extent):
        yield _titled("All next steps", actions_table(list(summary.steps)))
    if number > 1:
        yield from _changes(content, summary, draw)
    if summary.examples:
        yield _titled("Examples that we wrote", _examples(summary))
    if summary.requests or summary.questions:
        yield Section("Open questions and requests", tuple(_open_questions(summary)))
    if len(summary.progress) > 1:
        yield _titled("The series so far", _progress(summary))


def _titled(title: str, table: Table) -> Section:
    """A section that is one table. Its title is the table's caption, which documents show once."""
    return Section(title, (replace(table, caption=title),))


def _changes(content: Content, summary: SessionSummary, draw: SummaryCharts) -> Iterator[Section]:
    changed = build_movement(content, summary.answers, summary.session.number, draw.movement)
    if any(not isinstance(block, Paragraph) for block in changed.blocks):
        yield replace(changed, title="What has changed since earlier sessions")
    if summary.earlier_steps:
        yield _titled("Next steps of earlier sessions that are open", actions_table(list(summary.earlier_steps)))


def _key_facts(summary: SessionSummary) -> Iterator[Fact]:
    yield Fact("Took part", summary.took_part)
    if summary.settled:
        differ = sum(bool(item.differs) for item in summary.settled)
        proposed = sum(item.is_proposal for item in summary.settled)
        settled = len(summary.settled) - proposed
        label = "Agreed together" if settled else "Proposed, not agreed"
        label = "Recorded as one person sees it" if all(i.is_by_one for i in summary.settled) else label
        words = count_of(settled or proposed, "rating")
        words += f", {proposed} more proposed" if settled and proposed else ""
        yield Fact(label, one_text(words + (f", {differ} with a different view" if differ else "")))
    dated = [step for step in summary.steps if step.is_open and step.due]
    if dated:
        yield Fact("First next step due", one_text(format_date(min(step.due for step in dated))))
    yield Fact("Complete", one_text(f"{summary.answered} of {count_of(summary.asked, 'exercise')}"))


def _goals(goals: Sequence[str], extent: SummaryExtent) -> Iterator[Block]:
    shown = tuple(Attributed(_shorten(goal, extent)) for goal in goals[: extent.goals])
    yield Bullets(shown, ordered=True)
    yield from _and_more(len(goals) - len(shown))


def _settled_title(settled: Sequence[SettledItem]) -> str:
    proposed = sum(item.is_proposal for item in settled)
    if proposed == len(settled):
        return "What is proposed"
    return "Our team ratings and proposals" if proposed else "Our team ratings"


def _settled(settled: Sequence[SettledItem], extent: SummaryExtent) -> Iterator[Block]:
    shown = settled[: extent.settled]
    rows = tuple((one_text(_shorten(item.statement, extent)), one_text(item.rating)) for item in shown)
    column = "Team rating or proposal" if any(item.is_proposal for item in settled) else "Team rating"
    yield Table(_settled_title(settled), ("Statement", column), rows, (72.0, 28.0))
    yield from _and_more(len(settled) - len(shown))


def _steps(steps: Sequence[Action], extent: SummaryExtent) -> Iterator[Block]:
    rows = tuple(
        (
            one_text(_shorten(step.action, extent) or NOT_DESCRIBED),
            one_text(_lead(step, extent)),
            one_text(format_date(step.due)) if step.due else one_text("No day yet"),
        )
        for step in steps[: extent.steps]
    )
    yield Table("Next steps", ("Next step", "Who leads", "By when"), rows, (54.0, 26.0, 20.0))
    yield from _and_more(len(steps) - len(rows))


def _lead(step: Action, extent: SummaryExtent) -> str:
    """Who leads the step, in few words: the record has the names if the team has not settled on one."""
    if len(step.leads) > 1:
        return f"{NOT_SETTLED}: {len(step.leads)} people named"
    return _shorten(step.lead, extent) or "No one yet"


def _and_more(left_out: int) -> Iterator[Block]:
    if left_out > 0:
        yield Paragraph(MORE.format(left_out), "quiet")


def _reason(item: SettledItem) -> Record:
    rating = ("Proposed" if item.is_proposal else "Team rating", item.rating)
    reasons = (rating, ("Why", item.why), ("One view differs", item.differs))
    return Record(one_text(item.statement), tuple(Fact(label, one_text(words)) for label, words in reasons if words))


def _examples(summary: SessionSummary) -> Table:
    rows = tuple(
        (
            one_text(example.title),
            one_text(example.rung or "Our team only, until it is decided"),
            one_text("Yes") if example.title in summary.featured else one_text("No"),
        )
        for example in summary.examples
    )
    return Table("Examples of this session", ("Example", "Who may see it", "Featured"), rows, (52.0, 32.0, 16.0))


def _open_questions(summary: SessionSummary) -> Iterator[Block]:
    if summary.questions:
        yield Bullets(tuple(map(Attributed, summary.questions)))
    if summary.requests:
        rows = tuple(
            (
                one_text(" ".join(filter(None, (request.need, f"({request.kind})" if request.kind else "")))),
                one_text(request.contact) if request.contact else (),
                one_text(format_date(request.by)) if request.by else (),
            )
            for request in summary.requests
        )
        yield Table("Requests for support", ("What we asked for", "Contact", "By when"), rows, (54.0, 26.0, 20.0))


def _progress(summary: SessionSummary) -> Table:
    rows = tuple(
        (
            one_text(f"Session {one.number}: {one.title}"),
            one_text(format_date(one.day.isoformat())),
            one_text(f"{one.answered} of {one.asked}"),
            one_text(str(one.settled)),
            one_text(f"{one.closed} of {one.steps} done or dropped" if one.steps else "None"),
        )
        for one in summary.progress
    )
    columns = ("Session", "Day", "Exercises answered", "Team ratings", "Next steps")
    return Table("Sessions of the series so far", columns, rows, (34.0, 18.0, 14.0, 14.0, 20.0))


def _is_cut(texts: Sequence[str], most: int, extent: SummaryExtent) -> bool:
    """True if the essentials show a list in part, or one of its texts shortened."""
    return len(texts) > most or any(len(" ".join(text.split())) > extent.characters for text in texts)


def _shorten(text: str, extent: SummaryExtent) -> str:
    """The text on one line, or its beginning up to a whole word."""
    line = " ".join(text.split())
    if len(line) <= extent.characters:
        return line
    return line[: extent.characters].rsplit(" ", 1)[0].rstrip(".,;:") + "…"


def fit_page(summary: SessionSummary) -> SummaryExtent:
    """The numbers that fit on one page. As long as they do not, the longest list is made shorter; next steps last."""
    extent = SummaryExtent(
        goals=min(len(summary.goals), MOST_GOALS),
        settled=min(len(summary.settled), MOST_SETTLED),
        steps=min(len(summary.steps), MOST_STEPS),
        characters=LONGEST,
    )
    while _height(summary, extent) > PAGE:
        weights = {"goals": extent.goals * 0.7, "settled": extent.settled * 1.2, "steps": extent.steps * 0.9}
        longest = max(weights, key=lambda name: weights[name])
        if getattr(extent, longest) <= FEWEST_SHOWN:
            break
        extent = replace(extent, **{longest: getattr(extent, longest) - 1})
    return extent


def _height(summary: SessionSummary, shown: SummaryExtent) -> float:
    """The estimated height of the first page, in points."""
    goals = [_lines(goal, LINE_CHARACTERS) * GOAL_LINE + GOAL_GAP for goal in summary.goals[: shown.goals]]
    settled = [_row((item.statement, 1.35)) for item in summary.settled[: shown.settled]]
    steps = [_row((step.action, 1.0), (step.lead, 0.42)) for step in summary.steps[: shown.steps]]
    height = TOP + (LOGO if current_identity().logo else NAME if current_identity().name else 0)
    height += HEADING + CHART + AREA * len(summary.areas) if summary.areas else 0
    for parts, total, fixed in (
        (goals, summary.goals, 0.0),
        (settled, summary.settled, TABLE),
        (steps, summary.steps, TABLE),
    ):
        height += HEADING + fixed + sum(parts) + (MORE_LINE if len(total) > len(parts) else 0) if parts else 0
    return height


def _row(*cells: tuple[str, float]) -> float:
    """The height of a table row from its texts, each with the width of its column relative to a next step's."""
    return max(_lines(text, int(CELL_CHARACTERS * width)) for text, width in cells) * ROW_LINE + ROW_GAP


def _lines(text: str, characters: int) -> int:
    return max(1, math.ceil(min(len(text), LONGEST) / characters))
