"""The readable parts of a series' files, on which the checks across files work.

A part that could not be read is None or absent, so the problems of other files are still reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from cluster_kit.content import models as m
from cluster_kit.content.claims import FactsFile
from cluster_kit.content.documents import LocatedMapping
from cluster_kit.content.examples import ExamplesFile

M = TypeVar("M", bound=m.ContentModel)


@dataclass(frozen=True)
class Located(Generic[M]):
    """A model, and its source data with locations."""

    model: M
    data: LocatedMapping


@dataclass(frozen=True)
class SessionParts:
    """A session's file. ``session`` holds the readable exercises only; ``complete``: that is all of them."""

    number: int
    data: LocatedMapping
    session: m.Session | None
    exercises: tuple[Located[m.Exercise], ...]
    complete: bool

    def find(self, exercise_id: str) -> m.Exercise | None:
        """The readable exercise with this id, or None."""
        return next((e.model for e in self.exercises if e.model.id == exercise_id), None)


@dataclass(frozen=True)
class Parts:
    """A series with its instrument and reference data."""

    series: Located[m.Series] | None = None
    sessions: tuple[SessionParts, ...] = ()
    head: Located[m.InstrumentHead] | None = None
    areas: tuple[Located[m.PolicyArea], ...] = ()
    framework: Located[m.Framework] | None = None
    jurisdictions: Located[m.Jurisdictions] | None = None
    audiences: Located[m.Audiences] | None = None
    roles: Located[m.Roles] | None = None
    plain_language: Located[m.PlainLanguage] | None = None
    between: Located[m.BetweenSessions] | None = None
    facts: tuple[Located[FactsFile], ...] = ()
    examples: tuple[Located[ExamplesFile], ...] = ()
    hosting: Located[m.Hosting] | None = None

    @property
    def instrument(self) -> m.Instrument | None:
        """The instrument with the areas that could be read; None if its own file could not be."""
        if self.head is None:
            return None
        head = self.head.model
        return m.Instrument(
            title=head.title,
            version=head.version,
            wording=head.wording,
            about=head.about,
            rule=head.rule,
            scale=head.scale,
            goals=head.goals,
            areas=tuple(area.model for area in self.areas),
            plan=head.plan,
        )
