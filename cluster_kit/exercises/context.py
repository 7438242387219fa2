"""The context of a form: who answers, in which session, and where answers are stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from cluster_kit.content.models import Content, Depth, Scope
from cluster_kit.exercises.answer_cache import AnswerReader, StoreReader
from cluster_kit.exercises.extensions import PromptExtension
from cluster_kit.sessions import SessionFeed, SessionLog
from cluster_kit.sessions.feed import is_here
from cluster_kit.store import Person, Response, Store
from cluster_kit.store.files import FileStore
from cluster_kit.store.save_quota import SaveQuota
from cluster_kit.store.upload_quota import UploadQuota


@dataclass(frozen=True)
class FormContext:
    """The context of a form: one person of one jurisdiction in one session. ``depth`` is the one that they chose.

    Messages from the page cannot change it: series, jurisdiction, and author of every answer come from here.
    ``files`` None: the form accepts no files. ``extensions``: how to open each prompt extension, by prompt kind; each
    is opened on first use. ``session_log`` None: there is no live session (as in a worksheet), so no exercise is
    locked and the team's ratings are not shown. ``answers`` is where answers are read from; None: the store.
    ``upload_quota`` counts what the person uploads, and ``save_quota`` what they save.
    """

    content: Content
    store: Store
    session: int
    jurisdiction: str
    person: Person
    depth: Depth = Depth.ESSENTIAL
    files: FileStore | None = None
    extensions: Mapping[str, Callable[[FormContext], PromptExtension]] = field(default_factory=dict)
    session_log: SessionLog | SessionFeed | None = None
    answers: AnswerReader | None = None
    upload_quota: UploadQuota = field(default_factory=UploadQuota)
    save_quota: SaveQuota = field(default_factory=SaveQuota)

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

    def here(self) -> set[str]:
        """The ids of the team members who are in the session now."""
        if isinstance(self.session_log, SessionFeed):
            return self.session_log.here(self.jurisdiction)
        present = self.store.presence(self.series, self.session, self.jurisdiction)
        return {presence.person for presence in present if is_here(presence.seen_at)}

    def present(self) -> set[str]:
        """The ids of the team members who have been in the session."""
        if isinstance(self.session_log, SessionFeed):
            return self.session_log.present(self.jurisdiction)
        return {presence.person for presence in self.store.presence(self.series, self.session, self.jurisdiction)}
