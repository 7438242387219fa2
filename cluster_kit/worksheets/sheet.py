"""A worksheet as data: prompts, and the state's answers to date. Every file format is written from it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from cluster_kit.content.models import CellPrompt
from cluster_kit.exercises.sources import SourceChoice
from cluster_kit.exercises.typed_answers import WorksheetId
from cluster_kit.worksheets.marks import FieldToken

LONGEST_LIST = 15


@dataclass(frozen=True)
class Blank:
    """One field to fill out.

    ``value`` is the current answer, or None. ``versions`` are the texts of several answers that the team has not
    settled on; then ``value`` is None. ``choices`` are the options of a choice or a rating.
    """

    mark: FieldToken
    asks: CellPrompt
    value: JsonValue = None
    versions: tuple[str, ...] = ()
    choices: tuple[SourceChoice, ...] = ()

    @property
    def is_list(self) -> bool:
        """True if the choices are few enough to list; otherwise names are written."""
        return 0 < len(self.choices) <= LONGEST_LIST


@dataclass(frozen=True)
class WorksheetGroup:
    """Fields that belong together: a table's row, an item, a question. ``title`` is empty for a single prompt."""

    title: str
    blanks: tuple[Blank, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorksheetPart:
    """One prompt. ``alone``: each person answers individually. ``title`` is empty if the field's own label is enough.

    ``row_name`` is set if the groups are the rows of a table: it heads their titles. ``nothing`` is the text to show if
    there are no groups.
    """

    title: str
    help: str
    groups: tuple[WorksheetGroup, ...]
    alone: bool = False
    row_name: str = ""
    nothing: str = "There is nothing to answer here yet."


@dataclass(frozen=True)
class Activity:
    """One exercise. ``time`` says when it takes place and how long it takes."""

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
        """File name without extension."""
        return f"{self.head.series}-session-{self.head.session}-{self.head.jurisdiction}-worksheet"

    @property
    def blanks(self) -> list[Blank]:
        """Every field to fill out; name and role are first."""
        groups = [group for activity in self.activities for part in activity.parts for group in part.groups]
        return [self.name, self.role, *(blank for group in groups for blank in group.blanks)]
