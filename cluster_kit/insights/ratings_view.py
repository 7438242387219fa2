"""Ratings of the instrument's items as tables and lists. Individual ratings are anonymous."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cluster_kit.content.models import Content, Exercise, ItemsPrompt
from cluster_kit.content.rating_values import OffScale, count_ratings, format_mean
from cluster_kit.documents.model import (
    Attributed,
    Block,
    Fact,
    Facts,
    Paragraph,
    Record,
    Records,
    Section,
    Table,
    Texts,
    one_text,
)
from cluster_kit.documents.typed_text import visible_text
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import AnswerFormatter
from cluster_kit.exercises.rows import field_texts
from cluster_kit.insights.ratings import AreaSummary, Rating, read_ratings
from cluster_kit.text import count_of, join_words

if TYPE_CHECKING:
    from cluster_kit.content.models import Item, PolicyArea

SETTLED = "Team rating"
STILL_TO_SETTLE = "No team rating yet"
ONE_VIEW_DIFFERS = "One view differs"
NO_MEAN = "None: one person’s ratings"
COLUMNS = ("Statement", "What people chose", SETTLED, "Evidence noted")


def ratings_blocks(
    content: Content, session: int, exercise: Exercise, prompt: ItemsPrompt, answers: Answers
) -> list[Block]:
    """For each area with ratings: its items with the number of ratings per point, and the notes."""
    if not content.instrument.scale:
        return _answer_blocks(content, session, exercise, prompt, answers)
    ratings = [r for r in read_ratings(content, answers, [session], exercise.id) if r.area in prompt.areas]
    together = _Together(content, session, exercise, prompt, answers)
    blocks: list[Block] = []
    for area in content.instrument.areas:
        of_area = [r for r in ratings if r.area == area.id]
        if of_area:
            blocks += _area_blocks(content, area, of_area, together)
    rule = [Paragraph(content.instrument.rule, "quiet")] if content.instrument.rule else []
    return [Paragraph(scale_sentence(content)), *rule, *blocks] if blocks else []


class _Together:
    """A team's consensus responses in one exercise, as text by item."""

    def __init__(
        self, content: Content, session: int, exercise: Exercise, prompt: ItemsPrompt, answers: Answers
    ) -> None:
        self._place, self._answers = (session, exercise.id, prompt.id), answers
        self._formatter = AnswerFormatter(content, answers, session)
        columns = prompt.as_columns(content.instrument.scale, prompt.scope or exercise.scope)
        self._columns = {column.id: column for column in columns}

    def texts(self, item: str, column: str) -> Texts:
        """The team's text in a column; several versions are attributed to their authors."""
        session, exercise, prompt = self._place
        asks = self._columns.get(column)
        responses = self._answers.at(session, exercise, f"{prompt}.{column}", item)
        return field_texts(self._formatter, self._answers, asks, responses) if asks else ()

    def settled(self, item: str, ratings: Sequence[Rating]) -> Texts:
        """The team's consensus, or that there is none; empty if fewer than two people have rated."""
        found = self.texts(item, "consensus")
        stances = next((r.stances for r in ratings if r.stances is not None), None)
        if len(found) == 1 and stances is not None:
            return one_text(f"{found[0].text} ({stances.describe()})")
        return found or (one_text(STILL_TO_SETTLE) if sum(r.answered for r in ratings) > 1 else ())

    def reasons(self, item: Item) -> list[Record]:
        """The item with the team's reason and the dissenting view, if there is either."""
        columns = (("consensus", "Team rating"), ("rationale", "Why"), ("dissent", ONE_VIEW_DIFFERS))
        written = {label: self.texts(item.id, column) for column, label in columns}
        facts = tuple(Fact(label, texts) for label, texts in written.items() if texts)
        return [Record(one_text(item.label), facts)] if written["Why"] or written[ONE_VIEW_DIFFERS] else []


def summary_table(content: Content, summaries: Sequence[AreaSummary]) -> Table:
    """One row per policy area: mean, range, number of ratings and people, and consensus."""
    highest = len(content.instrument.scale)
    columns = ["Policy area", f"Mean (1 to {highest})", "Range", "Given"]
    settled = any(s.settled for s in summaries)
    rows = []
    for s in summaries:
        mean = one_text(format_mean(s.team_mean) if s.team_mean is not None else _without_mean(s))
        given = one_text(count_of(s.n, "rating") + f" by {count_of(s.people, 'person', 'people')}")
        cells = (one_text(s.area.title), mean, one_text(_range(s)), given)
        alone = f", {s.by_one} as one person sees it" if s.by_one else ""
        share = f"{sum(s.settled.values())} of {count_of(s.items, 'statement')}{alone}"
        rows.append((*cells, one_text(share)) if settled else cells)
    return Table("Ratings by policy area", (*columns, *(("Team ratings",) if settled else ())), tuple(rows))


def _without_mean(summary: AreaSummary) -> str:
    return summary.without_mean.label if summary.mean is None else NO_MEAN


def scale_sentence(content: Content) -> str:
    """The meaning of each point of the scale, and the choices off the scale; empty without a scale."""
    points = ", ".join(f"{anchor.value} {anchor.label}" for anchor in content.instrument.scale)
    beside = join_words((f"“{choice.label}”" for choice in OffScale), "or")
    return f"The scale: {points}. Answers of {beside} are not part of any mean." if points else ""


def settled_sentence(summaries: Sequence[AreaSummary]) -> list[Block]:
    """The consensus that replaces individual ratings; empty if there is none."""
    text = "A team rating counts in place of each person's own."
    return [Paragraph(text, "quiet")] if any(s.settled for s in summaries) else []


def format_rating_counts(content: Content, ratings: Sequence[Rating]) -> Texts:
    """Number of ratings per point and choice off the scale: ``2 Started``, ``3 In place (2 people)``."""
    counted = count_ratings([r.chosen for r in ratings if r.chosen is not None], content.instrument.points)
    given = [(f"{a.value} {a.label}", counted.points[a.value]) for a in content.instrument.scale]
    given += [(choice.label, times) for choice, times in counted.off_scale.items()]
    return tuple(Attributed(label + (f" ({times} people)" if times > 1 else "")) for label, times in given if times)


def _area_blocks(content: Content, area: PolicyArea, ratings: Sequence[Rating], together: _Together) -> list[Block]:
    """The area's items, without empty columns, followed by the team's reasons."""
    rows = []
    for item in area.items:
        of_item = [r for r in ratings if r.item == item.id]
        if of_item:
            settled = together.settled(item.id, of_item)
            rows.append((one_text(item.label), format_rating_counts(content, of_item), settled, _notes(of_item)))
    shown = [at for at in range(len(COLUMNS)) if at < 2 or any(row[at] for row in rows)]
    cells = tuple(tuple(row[at] for at in shown) for row in rows)
    table = Table(area.title, tuple(COLUMNS[at] for at in shown), cells)
    reasons = tuple(record for item in area.items for record in together.reasons(item))
    return [table, Records(f"{area.title}: the team ratings, and why", "", reasons)] if reasons else [table]


def _answer_blocks(
    content: Content, session: int, exercise: Exercise, prompt: ItemsPrompt, answers: Answers
) -> list[Block]:
    """The answers in words to the items of an instrument without a scale, by area."""
    formatter = AnswerFormatter(content, answers, session)
    (column,) = prompt.as_columns((), prompt.scope or exercise.scope)
    blocks: list[Block] = []
    for area in content.instrument.areas:
        by_item = {
            item: answers.at(session, exercise.id, f"{prompt.id}.{column.id}", item.id)
            for item in (area.items if area.id in prompt.areas else ())
        }
        facts = tuple(
            Fact(i.label, field_texts(formatter, answers, column, given)) for i, given in by_item.items() if given
        )
        blocks += [Section(area.title, (Facts(facts),))] if facts else []
    return blocks


def _notes(ratings: Sequence[Rating]) -> Texts:
    """The notes in alphabetical order, which does not reveal their authors."""
    return tuple(Attributed(note) for note in sorted({visible_text(r.note) for r in ratings if r.note.strip()}))


def _range(summary: AreaSummary) -> str:
    if summary.lowest is None:
        return "–"
    return str(summary.lowest) if summary.lowest == summary.highest else f"{summary.lowest}–{summary.highest}"
