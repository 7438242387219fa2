"""A facilitator in the test's process; the console's kernel is a separate process, too."""

from __future__ import annotations

import uuid

from cluster_kit.content import load_content
from cluster_kit.content.models import Scope
from cluster_kit.sessions import SessionCommand, SessionLog
from cluster_kit.settings import Settings
from cluster_kit.store import NewResponse, Person, Store

SERIES = "demo"
FAY = Person(id="fay", series=SERIES, jurisdiction="", name="Fay Sample")


class Facilitator:
    """A facilitator who runs a session from a process other than the server's, like the console's kernel."""

    def __init__(self, settings: Settings, session: int = 1) -> None:
        self.content = load_content(SERIES, overlay=settings.content)
        self.session = self.content.get_session(session)
        self.store = Store.open(settings.db_url)
        self.store.add_person(FAY)
        self.session_log = SessionLog(self.store, SERIES, self.session)

    def do(self, command: SessionCommand, subject: str = "") -> str:
        """Execute a command; returns the event's id."""
        return self.session_log.do(FAY, command, subject=subject).id

    def share(self, state: str, author: str, rung: str, row: str = "row1", **cells: str) -> str:
        """Write or change a state's example; returns its address."""
        values = {f"examples.{column}": value for column, value in {**cells, "may_share": rung}.items()}
        kept = self.store.current(SERIES, state, session=self.session.number, exercise="examples")
        bases = {prompt: tuple(one.id for one in kept if (one.prompt, one.row) == (prompt, row)) for prompt in values}
        self.store.append(
            [
                NewResponse(
                    id=str(uuid.uuid4()),
                    series=SERIES,
                    session=self.session.number,
                    exercise="examples",
                    prompt=prompt,
                    row=row,
                    jurisdiction=state,
                    scope=Scope.TEAM,
                    author=author,
                    value=value,
                    base=bases[prompt],
                )
                for prompt, value in values.items()
            ]
        )
        return f"{state}/examples/{row}"
