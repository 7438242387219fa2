"""An exercise's definition, prepared once and shared by every form of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from cluster_kit.content.errors import UnknownExerciseError
from cluster_kit.content.models import AnswerSource, Content, Exercise, TablePrompt
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.distribution import RatingDistribution, read_spread
from cluster_kit.exercises.fields import Field, index_fields
from cluster_kit.forms.schema import Sourced, build_opening, exercise_schema, find_sourced, find_sources, list_depths
from cluster_kit.models import Json
from cluster_kit.store import Response


@dataclass(frozen=True, eq=False)
class ExerciseDefinition:
    """One exercise of a session. ``live``: as part of a live session, where a team settles on ratings together."""

    content: Content
    session: int
    exercise: Exercise
    live: bool

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Every field by its address."""
        return index_fields(self.content, self.exercise)

    @cached_property
    def tables(self) -> list[str]:
        """The ids of the exercise's tables."""
        return [prompt.id for prompt in self.exercise.prompts if isinstance(prompt, TablePrompt)]

    @cached_property
    def sourced(self) -> tuple[Sourced, ...]:
        """The prompts whose rows or options come from other answers."""
        return tuple(find_sourced(self.exercise))

    @cached_property
    def sources(self) -> frozenset[str]:
        """The ids of the exercises whose answers are rows or options here."""
        return frozenset(one.source.exercise for one in self.sourced)

    @cached_property
    def rated(self) -> frozenset[str]:
        """The ids of the prompts in which each person rates items."""
        return self.exercise.rated_prompts

    @cached_property
    def read_spread(self) -> Callable[[Sequence[Response]], RatingDistribution]:
        """Makes the team's rating distribution of the exercise's current answers."""
        return partial(read_spread, self.rated)

    @cached_property
    def schema(self) -> Json:
        """The static definition that pages show. Not to be changed."""
        return exercise_schema(self.content, self.session, self.exercise, live=self.live)

    def open(self, context: FormContext) -> Json:
        """What of a form depends on the person and the team: an ``Opening`` without its type and answers."""
        sources = find_sources(context, self.sourced)
        return build_opening(context, self.exercise.id, self.depths(context), sources)

    def depths(self, context: FormContext) -> list[Json]:
        """The depths that ask for more than the one before, as ``list_depths`` has them."""
        if any(isinstance(p, TablePrompt) and isinstance(p.rows_from, AnswerSource) for p in self.exercise.prompts):
            return list_depths(context, self.exercise)  # its minutes depend on the rows that a team has added
        if (known := self.__dict__.get("_depths")) is None:
            known = self.__dict__["_depths"] = list_depths(context, self.exercise)
        return list(known)


class Definitions:
    """The definitions of a series' exercises, each made when it is first asked for. Use from any thread."""

    def __init__(self, content: Content, *, live: bool) -> None:
        self.content, self.live = content, live
        self._known: dict[tuple[int, str], ExerciseDefinition] = {}

    def get(self, session: int, exercise_id: str) -> ExerciseDefinition:
        """One exercise's definition. Raises ``UnknownSessionError`` or ``UnknownExerciseError``."""
        if (session, exercise_id) not in self._known:
            found = self.content.get_session(session)
            exercise = found.find_exercise(exercise_id)
            if exercise is None:
                raise UnknownExerciseError(exercise_id, [known.id for known in found.exercises])
            self._known[session, exercise_id] = ExerciseDefinition(self.content, session, exercise, self.live)
        return self._known[session, exercise_id]

    def schemas(self, session: int) -> dict[str, Json]:
        """The static definitions of all exercises of a session, by id. Raises ``UnknownSessionError``."""
        exercises = self.content.get_session(session).exercises
        return {exercise.id: self.get(session, exercise.id).schema for exercise in exercises}
