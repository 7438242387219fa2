"""What states do between the sessions, as frozen models: assignments, and agendas. ``models`` exports all of them."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

from pydantic import Field, PositiveInt, model_validator

from cluster_kit.content.fields import ContentModel, SchemaVersion, Slug, Text

TeamMaterial = Literal["assignment", "unsettled", "open_exercises", "next_steps", "check_in"]
CommunityMaterial = Literal["needs", "questions", "parking_lot", "examples", "assistance"]


class AgendaItem(ContentModel):
    """A part of a meeting, with its minutes. ``shows`` names what is printed below it from the answers of states."""

    minutes: PositiveInt
    title: Text
    steps: tuple[Text, ...] = Field(min_length=1)
    shows: tuple[Literal[TeamMaterial, CommunityMaterial], ...] = ()


class MeetingAgenda(ContentModel):
    """A meeting between sessions. The minutes of its agenda add up to ``minutes``."""

    title: Text
    minutes: PositiveInt
    purpose: Text
    agenda: tuple[AgendaItem, ...] = Field(min_length=1)

    @property
    def planned(self) -> int:
        """The minutes of all agenda items."""
        return sum(item.minutes for item in self.agenda)


class SessionGap(ContentModel):
    """The time after the session ``after``: what the leads of the ``areas`` rate, by when, and what check-ins ask.

    The due date is ``days_before_next`` days before the next session, or ``days_after`` days after this one.
    """

    after: PositiveInt
    assignment: Text
    areas: tuple[Slug, ...] = Field(min_length=1)
    days_before_next: PositiveInt | None = None
    days_after: PositiveInt | None = None
    check_in: tuple[Text, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_one_due_date(self) -> Self:
        if (self.days_before_next is None) == (self.days_after is None):
            raise ValueError("give either days_before_next or days_after, so that there is one due date")
        return self

    def due(self, session: dt.date, following: dt.date | None) -> dt.date | None:
        """The due date, from the dates of this session and the next; between them, even if they are close together.

        None if it needs a next session and there is none.
        """
        day = dt.timedelta(days=1)
        if self.days_after is not None:
            due = session + self.days_after * day
            return min(due, following - day) if following else due
        return max(following - (self.days_before_next or 0) * day, session + day) if following else None


class BetweenSessions(ContentModel):
    """The file ``between_sessions.yaml``: the agendas of both kinds of meetings, and each gap between sessions."""

    schema_version: SchemaVersion
    team_meeting: MeetingAgenda
    community: MeetingAgenda
    gaps: tuple[SessionGap, ...]

    def find_gap(self, after: int) -> SessionGap | None:
        """The gap after a session, or None."""
        return next((gap for gap in self.gaps if gap.after == after), None)
