"""The live session's state of one exercise: locked or open, and whether the team sees its ratings."""

from __future__ import annotations

import logging

from cluster_kit.errors import ClusterKitError
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.distribution import FEWEST, RatingDistribution
from cluster_kit.forms.definitions import ExerciseDefinition
from cluster_kit.forms.protocol import RevealRequest
from cluster_kit.models import Json
from cluster_kit.sessions.facilitation import Reveal

log = logging.getLogger(__name__)

CLOSED = "The facilitator has closed this exercise for now. Try again once it is open."
LOCKED = "The facilitator has closed this exercise for now. What you typed is kept, and is saved once it is open again."
TOO_FEW = "Your team's ratings can be shown once two of you have rated."
NOT_SHOWN = "This could not be done just now. Try again in a moment."
NO_MEETING = "Your team's ratings are shown on the page of a live session, not here."


class LiveExercise:
    """The state of one form's exercise, as ``exercise_state`` messages.

    A message has ``locked``, ``revealed``, ``rated`` (the number of team members who have rated), ``finished`` (those
    who have rated every statement at their depth), ``team`` (the number of team members), ``alone`` (the person is the
    only one so far), ``looking`` (the person wants to see the team's ratings without rating), ``spread``: the results
    of ``ItemSpread.to_page`` by prompt and item, and ``agreement``: those of ``ItemAgreement.to_page``. The last two
    are empty until the ratings are revealed; a person who is alone sees their own at once. Both leave out what the
    person may not see.
    """

    def __init__(self, context: FormContext, definition: ExerciseDefinition) -> None:
        self._context, self._definition, self._exercise = context, definition, definition.exercise
        self._sent: Json | None = None

    def is_locked(self) -> bool:
        """Whether the exercise is locked. Raises ``StoreError``."""
        session_log = self._context.session_log
        return session_log is not None and session_log.state().is_locked(self._exercise.id)

    def current(self) -> Json | None:
        """The current state, or None outside of a live session. Raises ``StoreError``."""
        self._sent = self._read()
        return self._sent

    def withheld(self) -> frozenset[tuple[str, str]]:
        """The items of which the person may not see the team's answers yet. Raises ``StoreError``."""
        if self._context.session_log is None or not self._definition.rated:
            return frozenset()
        return self._spread().withheld_from(self._context.person.id)

    def changed(self) -> Json | None:
        """The current state if it differs from the last one sent, else None."""
        before = self._sent
        return self._sent if self.current() != before else None

    def reveal(self, request: RevealRequest) -> list[Json]:
        """Reveal the team's rating distribution at a member's request. A repeated message has no further effect."""
        try:
            problem = self._reveal(request.message)
        except ClusterKitError:
            log.warning("exercise %s: the spread was not revealed", self._exercise.id, exc_info=True)
            return [{"type": "exercise_state", "message": request.message, "problem": NOT_SHOWN}]
        if problem:
            return [{"type": "exercise_state", "message": request.message, "problem": problem}]
        return [{**(self.current() or {}), "message": request.message}]

    def _reveal(self, message: str) -> str:
        """Execute the reveal, or return the reason why not."""
        context, session_log = self._context, self._context.session_log
        if session_log is None or not self._definition.rated:
            return NO_MEETING
        if session_log.state().is_revealed(self._exercise.id, context.jurisdiction):
            return ""
        if len(self._spread().raters) < FEWEST:
            return TOO_FEW
        session_log.do(context.person, Reveal(), subject=self._exercise.id, event_id=message)
        return ""

    def _read(self) -> Json | None:
        session_log = self._context.session_log
        if session_log is None:
            return None
        session_state = session_log.state()
        state: Json = {
            "type": "exercise_state",
            "locked": session_state.is_locked(self._exercise.id),
            "revealed": False,
        }
        if not self._definition.rated:
            return state
        spread = self._spread()
        revealed = session_state.is_revealed(self._exercise.id, self._context.jurisdiction)
        person = self._context.person.id
        team = spread.raters | self._context.present() | {person}
        alone = team == {person}
        counts = {
            "rated": len(spread.raters),
            "finished": len(self._finished()),
            "team": len(team),
            "alone": alone,
            "looking": person in spread.looking,
        }
        if not revealed and not alone:
            return {**state, "revealed": False, **counts, "spread": {}, "agreement": {}}
        shown = spread.to_page(person, self._context.content.instrument.points, alone=alone)
        return {**state, "revealed": revealed, **counts, "spread": shown, "agreement": self._agreement(shown)}

    def _agreement(self, shown: Json) -> Json:
        """The team's agreement on the items that the person sees, by prompt and item."""
        context = self._context
        here = context.here() | {context.person.id}
        found = context.reader.derive(context.session, self._exercise.id, self._definition.read_agreements)
        agreement: Json = {}
        for prompt, items in found.items():
            seen = {row: one for row, one in items.items() if not shown.get(prompt, {}).get(row, {}).get("hidden")}
            views = {row: one.to_page(context.person.id, here, context.reader.name) for row, one in seen.items()}
            agreement[prompt] = {row: view for row, view in views.items() if view is not None}
        return agreement

    def _finished(self) -> list[str]:
        """The people who have rated every statement at their depth, or chosen off the scale."""
        reader, definition = self._context.reader, self._definition
        raters = reader.derive(self._context.session, self._exercise.id, definition.read_raters)
        return [
            person
            for person, progress in raters.items()
            if definition.statements[progress.depth or reader.depth(person)] <= progress.rated
        ]

    def _spread(self) -> RatingDistribution:
        context = self._context
        return context.reader.derive(context.session, self._exercise.id, self._definition.read_spread)
