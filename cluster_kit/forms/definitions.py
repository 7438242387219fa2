"""Exercise definitions, prepared once and shared by all forms of an exercise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from cluster_kit.content.errors import UnknownExerciseError
from cluster_kit.content.handouts import Glossary
from cluster_kit.content.models import AnswerSource, Content, Depth, Exercise, ItemsPrompt, Scope, TablePrompt
from cluster_kit.exercises.agreement import ItemAgreement, read_agreements
from cluster_kit.exercises.completeness import RaterProgress, read_raters, statements_by_depth
from cluster_kit.exercises.context import FormContext
from cluster_kit.exercises.distribution import RatingDistribution, read_spread
from cluster_kit.exercises.fields import Field, index_fields
from cluster_kit.forms.schema import (
    SourcedPrompt,
    build_opening,
    exercise_schema,
    find_sourced,
    find_sources,
    list_depths,
)
from cluster_kit.models import Json
from cluster_kit.store import Response


@dataclass(frozen=True, eq=False)
class ExerciseDefinition:
    """An exercise of a session. ``live``: in a live session, in which a team agrees on consensus ratings.

    ``glossary``: its terms are explained in the exercises that use them.
    """

    content: Content
    session: int
    exercise: Exercise
    live: bool
    glossary: Glossary | None = None

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Every field by its address."""
        return index_fields(self.content, self.exercise)

    @cached_property
    def tables(self) -> list[str]:
        """The ids of the exercise's tables."""
        return [prompt.id for prompt in self.exercise.prompts if isinstance(prompt, TablePrompt)]

    @cached_property
    def sourced(self) -> tuple[SourcedPrompt, ...]:
        """The prompts whose rows or options come from other answers."""
        return tuple(find_sourced(self.exercise))

    @cached_property
    def sources(self) -> frozenset[str]:
        """The ids of the exercises whose answers are rows or options of this one."""
        return frozenset(one.source.exercise for one in self.sourced)

    @cached_property
    def rated(self) -> frozenset[str]:
        """The ids of the prompts in which each person rates items."""
        return self.exercise.rated_prompts if self.content.instrument.scale else frozenset()

    @cached_property
    def together(self) -> frozenset[str]:
        """The fields in which the team settles its ratings: by address, those of the team beside each rating."""
        return frozenset(
            address
            for address, field in self.fields.items()
            if field.scope is Scope.TEAM and address.partition(".")[0] in self.rated
        )

    @cached_property
    def rated_items(self) -> frozenset[tuple[str, str]]:
        """Every item that people rate, by prompt and row."""
        return frozenset((prompt, row) for prompt in self.rated for row in self.fields[f"{prompt}.rating"].row_ids)

    @cached_property
    def read_spread(self) -> Callable[[Sequence[Response]], RatingDistribution]:
        """A function from the exercise's current answers to the team's rating distribution."""
        return partial(read_spread, self.rated)

    @cached_property
    def read_agreements(self) -> Callable[[Sequence[Response]], Mapping[str, Mapping[str, ItemAgreement]]]:
        """A function from the exercise's current answers to the team's agreement on each item."""
        return partial(read_agreements, self.rated)

    @cached_property
    def read_raters(self) -> Callable[[Sequence[Response]], Mapping[str, RaterProgress]]:
        """A function from the exercise's current answers to what each person has rated."""
        return partial(read_raters, self.rated)

    @cached_property
    def statements(self) -> Mapping[Depth, frozenset[tuple[str, str]]]:
        """By depth: the items that each person rates."""
        prompts = (prompt for prompt in self.exercise.prompts if isinstance(prompt, ItemsPrompt))
        return statements_by_depth(self.content, (prompt for prompt in prompts if prompt.id in self.rated))

    @cached_property
    def schema(self) -> Json:
        """The static definition that pages show. Callers must not change it."""
        return exercise_schema(self.content, self.session, self.exercise, live=self.live, glossary=self.glossary)

    def open(self, context: FormContext) -> Json:
        """The part of a form that depends on person and team: a ``FormOpening`` without type and answers."""
        sources = find_sources(context, self.sourced)
        return build_opening(context, self.exercise, self.depths(context), sources)

    def depths(self, context: FormContext) -> list[Json]:
        """The result of ``list_depths``: the depths that add prompts."""
        if any(isinstance(p, TablePrompt) and isinstance(p.rows_from, AnswerSource) for p in self.exercise.prompts):
            return list_depths(context, self.exercise)  # its minutes depend on the rows that a team has added
        if (known := self.__dict__.get("_depths")) is None:
            known = self.__dict__["_depths"] = list_depths(context, self.exercise)
        return list(known)


class Definitions:
    """The definitions of a series' exercises, each created on first use. Thread-safe."""

    def __init__(self, content: Content, *, live: bool, glossary: Glossary | None = None) -> None:
        self.content, self.live, self.glossary = content, live, glossary
        self._known: dict[tuple[int, str], ExerciseDefinition] = {}

    def get(self, session: int, exercise_id: str) -> ExerciseDefinition:
        """One exercise's definition. Raises ``UnknownSessionError`` or ``UnknownExerciseError``."""
        if (session, exercise_id) not in self._known:
            found = self.content.get_session(session)
            exercise = found.find_exercise(exercise_id)
            if exercise is None:
                raise UnknownExerciseError(exercise_id, [known.id for known in found.exercises])
            self._known[session, exercise_id] = ExerciseDefinition(
                self.content, session, exercise, self.live, self.glossary
            )
        return self._known[session, exercise_id]

    def schemas(self, session: int) -> dict[str, Json]:
        """The static definitions of all exercises of a session, by id. Raises ``UnknownSessionError``."""
        exercises = self.content.get_session(session).exercises
        return {exercise.id: self.get(session, exercise.id).schema for exercise in exercises}
