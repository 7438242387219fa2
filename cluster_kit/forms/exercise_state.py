"""What the live session makes of one exercise: open or closed, and the team's own ratings shown to it or not."""

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

LOCKED = "The facilitator has closed this exercise for now. What you typed is kept, and is saved once it is open again."
TOO_FEW = "Your team's ratings can be shown once two of you have rated."
NOT_SHOWN = "This could not be done just now. Try again in a moment."
NO_MEETING = "Your team's ratings are shown on the page of a live session, not here."


class LiveExercise:
    """How things stand around one form, as ``room`` messages.

    A message holds ``locked``, ``revealed``, ``rated`` (how many of the team have rated), ``team`` (how many there are)
    and ``spread``: by prompt and item, what ``ItemSpread.to_page`` says. Until the ratings are revealed ``spread`` is
    empty.
    """

    def __init__(self, context: FormContext, definition: ExerciseDefinition) -> None:
        self._context, self._definition, self._exercise = context, definition, definition.exercise
        self._told: Json | None = None

    def is_locked(self) -> bool:
        """Whether the exercise takes no answers just now. Raises what the store raises."""
        meeting = self._context.meeting
        return meeting is not None and meeting.standing().is_locked(self._exercise.id)

    def look(self) -> Json | None:
        """How things stand now, or None outside of a live session. Raises what the store raises."""
        self._told = self._read()
        return self._told

    def changed(self) -> Json | None:
        """How things stand now, if that is not what was told last."""
        before = self._told
        return self._told if self.look() != before else None

    def reveal(self, asked: RevealRequest) -> list[Json]:
        """Show the team its spread, because one of it asks for that; the same message twice is done once."""
        try:
            problem = self._reveal(asked.message)
        except ClusterKitError:
            log.warning("exercise %s: the spread was not revealed", self._exercise.id, exc_info=True)
            return [{"type": "room", "message": asked.message, "problem": NOT_SHOWN}]
        if problem:
            return [{"type": "room", "message": asked.message, "problem": problem}]
        return [{**(self.look() or {}), "message": asked.message}]

    def _reveal(self, message: str) -> str:
        """Do it, or say why not."""
        context, meeting = self._context, self._context.meeting
        if meeting is None or not self._definition.rated:
            return NO_MEETING
        if meeting.standing().is_revealed(self._exercise.id, context.jurisdiction):
            return ""
        if len(self._spread().raters) < FEWEST:
            return TOO_FEW
        meeting.do(context.person, Reveal(), subject=self._exercise.id, event_id=message)
        return ""

    def _read(self) -> Json | None:
        meeting = self._context.meeting
        if meeting is None:
            return None
        standing = meeting.standing()
        room: Json = {"type": "room", "locked": standing.is_locked(self._exercise.id), "revealed": False}
        if not self._definition.rated:
            return room
        spread = self._spread()
        revealed = standing.is_revealed(self._exercise.id, self._context.jurisdiction)
        person = self._context.person.id
        team = spread.raters | self._context.present() | {person}
        counts = {"rated": len(spread.raters), "team": len(team)}
        return {**room, "revealed": revealed, **counts, "spread": spread.to_page(person) if revealed else {}}

    def _spread(self) -> RatingDistribution:
        context = self._context
        return context.reader.derive(context.session, self._exercise.id, self._definition.read_spread)
