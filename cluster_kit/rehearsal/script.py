"""What everybody in a rehearsal knows: the content, the cast, and what people say. All of it follows from the plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from cluster_kit.content.models import Content, Session
from cluster_kit.rehearsal.cast import Actor, make_cast
from cluster_kit.rehearsal.phrases import Phrases
from cluster_kit.rehearsal.plan import Plan


@dataclass(frozen=True)
class Script:
    """A plan with all that follows from it."""

    plan: Plan
    content: Content
    phrases: Phrases
    cast: tuple[Actor, ...]

    @classmethod
    def write(cls, plan: Plan, content: Content) -> Script:
        """The script of a plan; ``UnknownSessionError`` where the content has no such session."""
        content.get_session(plan.session)
        return cls(plan, content, Phrases.load(), tuple(make_cast(content, plan)))

    @property
    def session(self) -> Session:
        """The session that is rehearsed."""
        return self.content.get_session(self.plan.session)

    @property
    def today(self) -> dt.date:
        """The day on which the session takes place."""
        return self.content.get_meeting(self.plan.session).date

    @cached_property
    def teams(self) -> dict[str, list[Actor]]:
        """By jurisdiction, those who come."""
        teams: dict[str, list[Actor]] = {}
        for actor in self.cast:
            if actor.comes:
                teams.setdefault(actor.jurisdiction, []).append(actor)
        return teams

    @property
    def company(self) -> list[Actor]:
        """Everybody who comes."""
        return [actor for actor in self.cast if actor.comes]
