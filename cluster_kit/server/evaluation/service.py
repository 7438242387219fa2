"""Ballots for the evaluation of a session, and the evaluations that are sent with them.

Two requests keep a person and an answer apart. The first has the session cookie and returns a ballot: a random number
that this server has signed. The second has the ballot and no cookie. ``docs/explanation/privacy.md`` gives the reasons.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable

from cluster_kit.content import Content
from cluster_kit.content.evaluation import Evaluation
from cluster_kit.content.models import Session
from cluster_kit.models import Json
from cluster_kit.server.auth.rate_limits import Limit, RateLimiter, network_of
from cluster_kit.server.auth.tokens import find_ballot, make_ballot
from cluster_kit.sessions import SessionState
from cluster_kit.sessions.evaluation import EvaluationPhase, find_phase
from cluster_kit.store import Person, SessionEvaluation, Store
from cluster_kit.store.models import utc_now

# A ballot whose response was lost is returned again for this long. It is in memory only, and then forgotten.
LOST_REPLY_S = 120.0
BALLOTS_OF_A_PERSON, REFUSALS_OF_A_NETWORK = Limit(20, 60), Limit(60, 60)


class EvaluationService:
    """Issues ballots, and stores the evaluations that are sent with them. Its methods block: call them in a thread."""

    def __init__(
        self,
        evaluation: Evaluation,
        content: Content,
        store: Store,
        secret: str,
        state: Callable[[int], SessionState],
        clock: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self.evaluation = evaluation
        self._content, self._store, self._secret = content, store, secret
        self._state, self._clock = state, clock
        self._fresh: dict[tuple[str, int], tuple[str, float]] = {}
        self._turn = threading.Lock()

    def phase(self, session: int) -> EvaluationPhase:
        """Whether the evaluation of a session is open now."""
        return find_phase(self._content, self.evaluation, session, self._state(session), self._clock())

    def take_ballot(self, person: Person, session: int) -> str | None:
        """A ballot for this person; None if they received one before, or if the evaluation is not open."""
        if ballot := self._find_fresh(person.id, session):
            return ballot
        if self.phase(session) is not EvaluationPhase.OPEN:
            return None
        series = self._content.series.id
        if not self._store.take_ballot(series, session, person.id, person.jurisdiction):
            return self._find_fresh(person.id, session)  # of a request at the same time
        ballot = make_ballot(self._secret, series, session)
        with self._turn:
            self._fresh[person.id, session] = ballot, time.monotonic()
        return ballot

    def _find_fresh(self, person: str, session: int) -> str | None:
        """The ballot whose reply may have been lost. Older ones are forgotten."""
        oldest = time.monotonic() - LOST_REPLY_S
        with self._turn:
            self._fresh = {key: kept for key, kept in self._fresh.items() if kept[1] > oldest}
            found = self._fresh.get((person, session))
        return found[0] if found else None

    def find_id(self, session: int, ballot: str) -> str | None:
        """The id of the evaluation that a ballot permits, or None."""
        return find_ballot(self._secret, self._content.series.id, session, ballot)

    def keep(self, session: Session, evaluation_id: str, answers: Json) -> bool:
        """Store an evaluation. The same id again changes nothing. False if the evaluation is closed."""
        if self.phase(session.number) is EvaluationPhase.CLOSED:
            return False
        series = self._content.series.id
        evaluation = SessionEvaluation(id=evaluation_id, series=series, session=session.number, answers=answers)
        self._store.add_evaluation(evaluation)
        return True


class EvaluationLimits:
    """Rate limits: requests for ballots by person, and refused forms by network.

    Forms that are accepted need a ballot, and are not limited: one person could lock out a whole agency or hotel.
    """

    def __init__(self) -> None:
        self._ballots, self._refusals = RateLimiter(BALLOTS_OF_A_PERSON), RateLimiter(REFUSALS_OF_A_NETWORK)

    def may_ask(self, person: Person) -> bool:
        """Count a request for a ballot; False above the limit."""
        if self._ballots.wait_s(person.id):
            return False
        self._ballots.note(person.id)
        return True

    def is_refusing(self, address: str) -> bool:
        """True while a network has sent too many forms that were refused."""
        return self._refusals.wait_s(network_of(address)) > 0

    def note_refusal(self, address: str) -> None:
        """Count a refused form."""
        self._refusals.note(network_of(address))
