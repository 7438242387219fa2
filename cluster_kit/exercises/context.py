"""Who answers what, and where the answers are kept: all that a form must know besides its exercise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from cluster_kit.content.models import Content, Depth, Scope
from cluster_kit.exercises.answer_cache import AnswerReader, StoreReader
from cluster_kit.exercises.extensions import PromptExtension
from cluster_kit.sessions import SessionFeed, SessionLog
from cluster_kit.store import Person, Response, Store
from cluster_kit.store.files import FileStore


@dataclass(frozen=True)
class FormContext:
    """One person of one jurisdiction in one session. ``depth`` is how far they go until they choose another.

    Nothing that a page sends can change this: series, jurisdiction and author of every answer come from here.
    ``files`` None: no file can be given here. ``specialists`` are made when they are needed, by the kind of prompt.
    ``meeting`` is the live session, or None where there is none, as in a worksheet: then nothing is ever locked, and
    the team's ratings are not shown. ``answers`` is where answers are read from; without it, from the store.
    """

    content: Content
    store: Store
    session: int
    jurisdiction: str
    person: Person
    depth: Depth = Depth.ESSENTIAL
    files: FileStore | None = None
    specialists: Mapping[str, Callable[[FormContext], PromptExtension]] = field(default_factory=dict)
    meeting: SessionLog | SessionFeed | None = None
    answers: AnswerReader | None = None

    @property
    def series(self) -> str:
        """The id of the series."""
        return self.content.series.id

    @cached_property
    def reader(self) -> AnswerReader:
        """Where the jurisdiction's answers are read from."""
        return self.answers or StoreReader(self.store, self.series, self.jurisdiction)

    def may_see(self, response: Response) -> bool:
        """A team's answers are for the whole team; a person's answer is for its author alone."""
        return response.scope is Scope.TEAM or response.author == self.person.id

    def current(self, session: int, exercise: str) -> list[Response]:
        """The current answers of an exercise that this person may see, by ``seq``."""
        return [response for response in self.reader.current(session, exercise) if self.may_see(response)]

    def order_rows(self, session: int, exercise: str, table: str) -> list[str]:
        """The ids of a table's rows in the order of their first answer, removed ones included."""
        visible = {"", self.person.id}
        starts = self.reader.row_starts(session, exercise)
        return list(dict.fromkeys(s.row for s in starts if s.table == table and s.author in visible))

    def history(self, session: int, exercise: str) -> list[Response]:
        """Every answer ever given to an exercise that this person may see, by ``seq``. Always from the store."""
        found = self.store.history(self.series, self.jurisdiction, session=session, exercise=exercise)
        return [response for response in found if self.may_see(response)]

    def present(self) -> set[str]:
        """The ids of the team members who have been in the session."""
        if isinstance(self.meeting, SessionFeed):
            return self.meeting.present(self.jurisdiction)
        return {one.person for one in self.store.presence(self.series, self.session, self.jurisdiction)}
