"""Ratings of the instrument's items as tables and lists. People rate alone, so nobody is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cluster_kit.content.models import Content, Exercise, ItemsPrompt
from cluster_kit.documents.model import Attributed, Block, Fact, Paragraph, Record, Records, Table, Words, text
from cluster_kit.documents.typed_text import clean
from cluster_kit.exercises.answers import Answers
from cluster_kit.exercises.labels import NOT_SURE_LABEL, Speller
from cluster_kit.exercises.rows import words_of
from cluster_kit.insights.ratings import AreaSummary, Rating, read_ratings

if TYPE_CHECKING:
    from cluster_kit.content.models import Item, PolicyArea

SETTLED = "Team settled on"
STILL_TO_SETTLE = "Still to settle"
ONE_VIEW_DIFFERS = "One view differs"
COLUMNS = ("Statement", "What people chose", SETTLED, "Evidence noted")


def ratings_blocks(
    content: Content, session: int, exercise: Exercise, prompt: ItemsPrompt, answers: Answers
) -> list[Block]:
    """For each area that was rated, its items with how often each point was given, and the notes beside them."""
    ratings = [r for r in read_ratings(content, answers, [session], exercise.id) if r.area in prompt.areas]
    together = _Together(content, session, exercise, prompt, answers)
    blocks: list[Block] = []
    for area in content.instrument.areas:
        of_area = [r for r in ratings if r.area == area.id]
        if of_area:
            blocks += _area_blocks(content, area, of_area, together)
    return [Paragraph(scale_sentence(content)), *blocks] if blocks else []


class _Together:
    """What a team has settled on in one exercise, in words, item by item."""

    def __init__(
        self, content: Content, session: int, exercise: Exercise, prompt: ItemsPrompt, answers: Answers
    ) -> None:
        self._place, self._answers = (session, exercise.id, prompt.id), answers
        self._speller = Speller(content, answers, session)
        columns = prompt.as_columns(content.instrument.scale, prompt.scope or exercise.scope)
        self._columns = {column.id: column for column in columns}

    def words(self, item: str, column: str) -> Words:
        """What stands in a column of the team; several versions come with who gave them."""
        session, exercise, prompt = self._place
        asks = self._columns.get(column)
        said = self._answers.at(session, exercise, f"{prompt}.{column}", item)
        return words_of(self._speller, self._answers, asks, said) if asks else ()

    def settled(self, item: str, ratings: Sequence[Rating]) -> Words:
        """What the team has settled on, or that it has not; nothing where fewer than two people have rated."""
        found = self.words(item, "consensus")
        return found or (text(STILL_TO_SETTLE) if sum(r.answered for r in ratings) > 1 else ())

    def reasons(self, item: Item) -> list[Record]:
        """The item with the team's reason and the view that differs, where there is either."""
        columns = (("consensus", "Settled on"), ("rationale", "Why"), ("dissent", ONE_VIEW_DIFFERS))
        said = {label: self.words(item.id, column) for column, label in columns}
        facts = tuple(Fact(label, words) for label, words in said.items() if words)
        return [Record(text(item.text), facts)] if said["Why"] or said[ONE_VIEW_DIFFERS] else []


def summary_table(content: Content, summaries: Sequence[AreaSummary]) -> Table:
    """One row per policy area: mean, lowest to highest, how many ratings by how many people, and what is settled."""
    highest = len(content.instrument.scale)
    columns = ["Policy area", f"Mean, of {highest}", "From–to", "Given"]
    settled = any(s.settled for s in summaries)
    rows = []
    for s in summaries:
        mean = text(f"{s.mean:.1f}" if s.mean is not None else NOT_SURE_LABEL)
        given = text(count(s.n, "rating") + f" by {count_people(s.people)}")
        cells = (text(s.area.title), mean, text(_range(s)), given)
        rows.append((*cells, text(f"{sum(s.settled.values())} of {count(s.items, 'statement')}")) if settled else cells)
    return Table("Ratings by policy area", (*columns, *(("Settled",) if settled else ())), tuple(rows))


def scale_sentence(content: Content) -> str:
    """What the points of the scale mean."""
    points = ", ".join(f"{anchor.value} {anchor.label}" for anchor in content.instrument.scale)
    return f"The scale: {points}."


def settled_sentence(summaries: Sequence[AreaSummary]) -> list[Block]:
    """What stands in for people's ratings where the team has settled; nothing where it has not."""
    words = "Where your team has settled on a rating, it counts in place of each person's own."
    return [Paragraph(words, "quiet")] if any(s.settled for s in summaries) else []


def spread_words(content: Content, ratings: Sequence[Rating]) -> Words:
    """How often each point was given, for example ``2 Started`` and ``3 In place (2 people)``."""
    given = [(f"{a.value} {a.label}", sum(r.rating == a.value for r in ratings)) for a in content.instrument.scale]
    given.append((NOT_SURE_LABEL, sum(r.answered and r.rating is None for r in ratings)))
    return tuple(Attributed(label + (f" ({times} people)" if times > 1 else "")) for label, times in given if times)


def count(number: int, noun: str) -> str:
    """``1 rating``, ``2 ratings``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def count_people(number: int) -> str:
    """``1 person``, ``2 people``."""
    return "1 person" if number == 1 else f"{number} people"


def _area_blocks(content: Content, area: PolicyArea, ratings: Sequence[Rating], together: _Together) -> list[Block]:
    """The area's items, without columns in which nothing stands; then the team's reasons."""
    rows = []
    for item in area.items:
        of_item = [r for r in ratings if r.item == item.id]
        if of_item:
            settled = together.settled(item.id, of_item)
            rows.append((text(item.text), spread_words(content, of_item), settled, _notes(of_item)))
    shown = [at for at in range(len(COLUMNS)) if at < 2 or any(row[at] for row in rows)]
    cells = tuple(tuple(row[at] for at in shown) for row in rows)
    table = Table(area.title, tuple(COLUMNS[at] for at in shown), cells)
    reasons = tuple(record for item in area.items for record in together.reasons(item))
    return [table, Records(f"{area.title}: what the team settled, and why", "", reasons)] if reasons else [table]


def _notes(ratings: Sequence[Rating]) -> Words:
    """The notes in alphabetical order, so that the order gives nobody away."""
    return tuple(Attributed(note) for note in sorted({clean(r.note) for r in ratings if r.note.strip()}))


def _range(summary: AreaSummary) -> str:
    if summary.lowest is None:
        return "–"
    return str(summary.lowest) if summary.lowest == summary.highest else f"{summary.lowest}–{summary.highest}"
