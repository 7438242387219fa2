"""A worksheet as data: what is asked, and what the state said so far. Every file format is written from it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from cluster_kit.content.models import CellPrompt
from cluster_kit.exercises.sources import SourceChoice
from cluster_kit.worksheets.marks import FieldToken, WorksheetId

LONGEST_LIST = 15


@dataclass(frozen=True)
class Blank:
    """One answer to give.

    ``value`` is what stands there, or None. ``versions`` are the words of several answers that the team has not
    settled on; then ``value`` is None. ``choices`` are what can be chosen, for a choice or a rating.
    """

    mark: FieldToken
    asks: CellPrompt
    value: JsonValue = None
    versions: tuple[str, ...] = ()
    choices: tuple[SourceChoice, ...] = ()

    @property
    def is_list(self) -> bool:
        """True where the choices are few enough to be listed; otherwise their names are written."""
        return 0 < len(self.choices) <= LONGEST_LIST


@dataclass(frozen=True)
class WorksheetGroup:
    """Answers that belong together: a table's row, an item, a question. ``title`` is empty for a single prompt."""

    title: str
    blanks: tuple[Blank, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorksheetPart:
    """One prompt. ``alone``: everybody answers it for themselves. ``title`` is empty where the blank says it all.

    ``nothing`` stands there where there are no groups.
    """

    title: str
    help: str
    groups: tuple[WorksheetGroup, ...]
    alone: bool = False
    nothing: str = "There is nothing to answer here yet."


@dataclass(frozen=True)
class Activity:
    """One exercise. ``time`` says when it is done and how long it takes."""

    id: str
    title: str
    intent: str
    steps: tuple[str, ...]
    keeps: str
    time: str
    parts: tuple[WorksheetPart, ...]


@dataclass(frozen=True)
class Worksheet:
    """One worksheet for one jurisdiction. ``fictional``: it belongs to a fictional series, and says so."""

    head: WorksheetId
    content_version: str
    series_title: str
    fictional: bool
    state: str
    title: str
    about: str
    name: Blank
    role: Blank
    activities: tuple[Activity, ...]

    @property
    def file_name(self) -> str:
        """The name of its files without their ending."""
        return f"{self.head.series}-session-{self.head.session}-{self.head.jurisdiction}-worksheet"

    @property
    def blanks(self) -> list[Blank]:
        """Every field to fill out, name and role first."""
        groups = [group for activity in self.activities for part in activity.parts for group in part.groups]
        return [self.name, self.role, *(blank for group in groups for blank in group.blanks)]
