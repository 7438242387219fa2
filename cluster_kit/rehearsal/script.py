"""Shared data of a rehearsal: content, cast, and phrases, all derived from the plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from cluster_kit.content.evaluation import Evaluation, load_evaluation
from cluster_kit.content.models import Content, Session
from cluster_kit.rehearsal.cast import Actor, make_cast
from cluster_kit.rehearsal.phrases import Phrases
from cluster_kit.rehearsal.plan import RehearsalPlan


@dataclass(frozen=True)
class Script:
    """A plan with the data derived from it."""

    plan: RehearsalPlan
    content: Content
    phrases: Phrases
    cast: tuple[Actor, ...]

    @classmethod
    def write(cls, plan: RehearsalPlan, content: Content) -> Script:
        """The script of a plan. Raises ``UnknownSessionError`` if the content has no such session."""
        content.get_session(plan.session)
        return cls(plan, content, Phrases.load(), tuple(make_cast(content, plan)))

    @property
    def session(self) -> Session:
        """The rehearsed session."""
        return self.content.get_session(self.plan.session)

    @cached_property
    def evaluation(self) -> Evaluation:
        """The questions that people answer when the session has ended."""
        return load_evaluation()

    @property
    def today(self) -> dt.date:
        """The date of the session."""
        return self.content.get_meeting(self.plan.session).date

    @cached_property
    def teams(self) -> dict[str, list[Actor]]:
        """People who come, by jurisdiction."""
        teams: dict[str, list[Actor]] = {}
        for actor in self.cast:
            if actor.comes:
                teams.setdefault(actor.jurisdiction, []).append(actor)
        return teams

    @property
    def company(self) -> list[Actor]:
        """Everyone who comes."""
        return [actor for actor in self.cast if actor.comes]
