"""The brief as a document: what its two versions share.

Both have the same figures, and read them through a ``TallyReader``, which decides what a version shows of a count.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from cluster_kit.documents.model import Block, Fact, Facts, Paragraph, Section, Table, Texts, one_text
from cluster_kit.insights.brief import SessionBrief
from cluster_kit.insights.tally_readers import WITHHELD, TallyReader
from cluster_kit.text import count_of

MOST_STATEMENTS, MOST_OPTIONS, MOST_NEEDS = 10, 3, 3


class BriefView(ABC):
    """What both versions of the brief share. ``opening`` is the first page, complete in itself."""

    def __init__(self, brief: SessionBrief, reader: TallyReader) -> None:
        self._brief, self._reader = brief, reader
        self._session = brief.content.get_session(brief.session)

    def sections(self) -> tuple[Section, ...]:
        """The sections that have something to say."""
        parts = (
            ("Who took part", self._attendance()),
            ("How far states got", self._participation()),
            ("Where states need support", self._needs()),
            ("What states chose", self._themes()),
            ("What moved", self._moved()),
            ("Examples", self._examples()),
            ("Next steps", self._steps()),
            ("Technical assistance and early adoption", self._assistance()),
            ("Boards and the parking lot", self._boards()),
        )
        return tuple(Section(title, tuple(blocks)) for title, blocks in parts if blocks)

    def opening(self) -> tuple[Block, ...]:
        """The first page, complete in itself."""
        facts = [Fact(label, words) for label, words in self._headlines() if words]
        return Paragraph(self._session.question, "lead"), Facts(tuple(facts))

    @abstractmethod
    def _headlines(self) -> list[tuple[str, Texts]]: ...

    def _attendance(self) -> list[Block]:
        roles = self._reader.cells(self._brief.attendance.roles)
        rows = tuple((one_text(role), one_text(str(count))) for role, count in roles)
        if not rows:
            return [Paragraph(f"People by role: {WITHHELD.lower()}.", "quiet")] if self._brief.attendance.people else []
        return [Table("People who came, by role", ("Role", "People"), rows)]

    def _participation(self) -> list[Block]:
        cells = {tally.label: self._reader.cells(tally) for tally in self._brief.participation if tally.total}
        rows = tuple((one_text(label), one_text(_format_tally_cells(found))) for label, found in cells.items() if found)
        withheld = [label for label, found in cells.items() if not found]
        about = (
            "Counts are of the states that took part: someone came, or the team answered more than the preparation."
            " Started means at least one answer; complete means an answer to every essential prompt."
        )
        blocks: list[Block] = [Paragraph(about)] if cells else []
        blocks += [Table("States by progress in each exercise", ("Exercise", "States"), rows)] if rows else []
        if withheld:
            reason = "because fewer than five states would show in one of the groups"
            blocks.append(Paragraph(f"Withheld, {reason}: {'; '.join(withheld)}.", "quiet"))
        return blocks

    @abstractmethod
    def _needs(self) -> list[Block]: ...

    def _themes(self) -> list[Block]:
        tables: list[Block] = []
        single: list[tuple[Texts, ...]] = []
        for theme in self._brief.themes:
            title = f"{theme.exercise}: {theme.question}"
            cells = [(tally.label, self._reader.cells(tally)) for tally in theme.tallies]
            rows = [(one_text(label or title), one_text(_most_often(found))) for label, found in cells if found]
            if not theme.tallies[0].label:
                single += rows
            elif rows:
                tables.append(Table(title, ("About", "Chosen most often"), tuple(rows)))
        if single:
            tables.append(Table("Other questions", ("Question", "Chosen most often"), tuple(single)))
        about = "Options that states chose, with the number of states. A state counts once for each option."
        return [Paragraph(about), *tables] if tables else []

    def _moved(self) -> list[Block]:
        rows = tuple(
            (one_text(one.states.label), one_text(self._reader.format_tally(one.states))) for one in self._brief.moved
        )
        if not rows:
            return []
        about = (
            "Ratings that states gave again after their first day: states whose mean for the area fell, held, or rose."
        )
        return [Paragraph(about), Table("Change by policy area", ("Policy area", "States"), rows)]

    @abstractmethod
    def _examples(self) -> list[Block]: ...

    @abstractmethod
    def _steps(self) -> list[Block]: ...

    @abstractmethod
    def _assistance(self) -> list[Block]: ...

    def _boards(self) -> list[Block]:
        return []


def describe_offered(brief: SessionBrief) -> str:
    """For example ``3 examples for other states, 2 of them with the state's name``."""
    named = sum(bool(example.state) for example in brief.shared)
    offered = f"{count_of(len(brief.shared), 'example')} for other states"
    return f"{offered}, {named} of them with the state's name" if brief.shared else "None for other states yet"


def _most_often(cells: Sequence[tuple[str, int]]) -> str:
    return "; ".join(f"{name} ({count})" for name, count in cells[:MOST_OPTIONS])


def _format_tally_cells(cells: Sequence[tuple[str, int]]) -> str:
    return "; ".join(f"{name} ({count})" for name, count in cells)
