"""Who answers what, and where the answers are kept: all that a form must know besides its exercise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cluster_kit.content.models import Content, Depth, Scope
from cluster_kit.forms.shelf import FileShelf
from cluster_kit.forms.specialists import Specialist
from cluster_kit.meeting import Journal
from cluster_kit.responses import Person, Response, Store


@dataclass(frozen=True)
class FormContext:
    """One person of one jurisdiction in one session. ``depth`` is how far they go until they choose another.

    Nothing that a page sends can change this: series, jurisdiction and author of every answer come from here.
    ``files`` None: no file can be given here. ``specialists`` are made when they are needed, by the kind of prompt.
    ``meeting`` is the live session, or None where there is none, as in a worksheet: then nothing is ever locked, and
    the team's ratings are not shown.
    """

    content: Content
    store: Store
    session: int
    jurisdiction: str
    person: Person
    depth: Depth = Depth.ESSENTIAL
    files: FileShelf | None = None
    specialists: Mapping[str, Callable[[FormContext], Specialist]] = field(default_factory=dict)
    meeting: Journal | None = None

    @property
    def series(self) -> str:
        """The id of the series."""
        return self.content.series.id

    def may_see(self, response: Response) -> bool:
        """A team's answers are for the whole team; a person's answer is for its author alone."""
        return response.scope is Scope.TEAM or response.author == self.person.id

    def current(self, session: int, exercise: str) -> list[Response]:
        """The current answers of an exercise that this person may see, by ``seq``."""
        found = self.store.current(self.series, self.jurisdiction, session=session, exercise=exercise)
        return [response for response in found if self.may_see(response)]

    def history(self, session: int, exercise: str) -> list[Response]:
        """Every answer ever given to an exercise that this person may see, by ``seq``."""
        found = self.store.history(self.series, self.jurisdiction, session=session, exercise=exercise)
        return [response for response in found if self.may_see(response)]
