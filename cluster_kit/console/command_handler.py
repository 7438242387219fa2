"""Executes a facilitator's command, from the message to the reply. Independent of widgets and threads."""

from __future__ import annotations

import logging

from cluster_kit.console.protocol import CommandDone, PanelRefusal, PanelTrouble
from cluster_kit.errors import ClusterKitError
from cluster_kit.sessions import NotAllowedError, SessionLog
from cluster_kit.sessions.requests import CommandRequest, run_command
from cluster_kit.store import Person, Store, StoreError

log = logging.getLogger(__name__)

AWAY = "The database cannot be reached just now, so this was not done. Try again in a moment."
NO_LONGER = "You are no longer a facilitator of this series. Ask the staff of the series."


class CommandHandler:
    """Runs the commands of one facilitator, re-checking their role each time."""

    def __init__(self, store: Store, session_log: SessionLog, person: Person) -> None:
        self._store, self._session_log, self.person = store, session_log, person

    def handle(self, request: CommandRequest) -> CommandDone | PanelRefusal | PanelTrouble:
        """``done`` once it is stored, ``refused`` for an invalid command, ``trouble`` if the store is unavailable."""
        try:
            known = self._store.find_person(self.person.id)
            if known is None or not known.is_facilitator:
                raise NotAllowedError(NO_LONGER)
            event = run_command(self._session_log, known, request)
        except StoreError:
            log.exception("console: %s was not kept", request.kind)
            return PanelTrouble(id=request.id, sentence=AWAY)
        except ClusterKitError as error:
            return PanelRefusal(id=request.id, sentence=str(error))
        return CommandDone(id=request.id, at=event.at.isoformat())
