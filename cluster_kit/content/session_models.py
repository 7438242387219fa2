"""Models of a session and its series: segments, exercises, outcomes, and the schedule."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, PositiveInt, model_validator

from cluster_kit.content.fields import ClockTime, ContentModel, Day, SchemaVersion, Slug, Text
from cluster_kit.content.prompt_base import Scope
from cluster_kit.content.prompts import ItemsPrompt, Prompt


class When(StrEnum):
    """When an exercise is done: before, during, or after the session."""

    PREWORK = "prework"
    SESSION = "session"
    FOLLOW_UP = "follow_up"


class SegmentKind(StrEnum):
    """The five parts of every session, in order."""

    FRAMING = "framing"
    POLICY_TOOL = "policy_tool"
    PEER_DISCUSSION = "peer_discussion"
    STATE_EXAMPLES = "state_examples"
    NEXT_STEPS = "next_steps"


class Place(StrEnum):
    """A room of the call: all participants together, each team in its home room, or several states in a peer room."""

    MAIN = "main"
    HOME = "home"
    PEERS = "peers"


BEFORE = "Before the session"


class Exercise(ContentModel):
    """A guided activity that produces something for the state to keep.

    ``minutes`` is the whole time during the session (0 for prework and follow-up), of which ``talk_minutes`` are for
    talking before anyone writes, and ``reading_minutes`` for reading a document that is not on the page;
    ``about_minutes`` says how long prework or follow-up takes. ``prework_minutes``: the room continues what was
    answered before the session, in the prompts marked ``before``. ``group_size``: the fewest
    and the most states in a group, if groups of states do it and its method requires a size. ``steps`` are shown as
    a numbered list. ``keeps`` completes the sentence "Your state keeps ...".
    """

    id: Slug
    title: Text
    segment: SegmentKind
    when: When = When.SESSION
    minutes: int = Field(default=0, ge=0)
    talk_minutes: int = Field(default=0, ge=0)
    reading_minutes: int = Field(default=0, ge=0)
    about_minutes: int = Field(default=0, ge=0)
    prework_minutes: int = Field(default=0, ge=0)
    place: Place = Place.HOME
    group_size: tuple[int, int] | None = None
    outcomes: tuple[Slug, ...] = ()
    intent: Text
    steps: tuple[Text, ...] = ()
    keeps: Text
    scope: Scope = Scope.TEAM
    prompts: tuple[Prompt, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_group_size(self) -> Self:
        if self.group_size:
            low, high = self.group_size
            if not 2 <= low <= high <= 5:
                raise ValueError(f"group_size is two numbers from 2 to 5, the smaller first, not {low} and {high}")
            if self.place is not Place.PEERS:
                raise ValueError("group_size is for groups of states: add place: peers")
        return self

    @property
    def steps_together(self) -> tuple[str, ...]:
        """The steps of the session, without those that begin with ``Before the session``."""
        return tuple(step for step in self.steps if not step.startswith(BEFORE))

    @property
    def has_prework(self) -> bool:
        """Whether all or part of it is done before the session."""
        return self.when is When.PREWORK or bool(self.prework_minutes)

    @property
    def rated_prompts(self) -> frozenset[str]:
        """The ids of the prompts in which people rate items individually."""
        rated = (prompt for prompt in self.prompts if isinstance(prompt, ItemsPrompt))
        return frozenset(prompt.id for prompt in rated if (prompt.scope or self.scope) is Scope.PERSON)


class Segment(ContentModel):
    """A part of a session, with its minutes and what it is for.

    ``host_minutes``: the facilitator's own, with everyone in the main room, before the segment's exercises.
    """

    kind: SegmentKind
    title: Text
    minutes: PositiveInt
    host_minutes: int = Field(default=0, ge=0)
    purpose: Text


class Outcome(ContentModel):
    """A learning outcome of a session."""

    id: Slug
    text: Text


class LookBack(ContentModel):
    """Answers of an earlier session that open this one. ``columns`` empty means all columns."""

    title: Text
    session: PositiveInt
    exercise: Slug
    prompt: Slug
    columns: tuple[Slug, ...] = ()


class Session(ContentModel):
    """One workshop session. Its date and times are in the series' schedule."""

    schema_version: SchemaVersion
    number: PositiveInt
    id: Slug
    title: Text
    question: Text
    purpose: Text
    who: tuple[Slug, ...]
    prepare: tuple[Text, ...]
    outcomes: tuple[Outcome, ...]
    opens_with: tuple[LookBack, ...] = ()
    segments: tuple[Segment, ...]
    exercises: tuple[Exercise, ...]

    @property
    def minutes(self) -> int:
        """The session's length: the sum of its segments."""
        return sum(segment.minutes for segment in self.segments)

    @property
    def group_size(self) -> tuple[int, int] | None:
        """The size of groups that the session's peer exercise asks for, the first one if there are several."""
        asked = (exercise.group_size for exercise in self.exercises if exercise.when is When.SESSION)
        return next((size for size in asked if size), None)

    def find_exercise(self, exercise_id: str) -> Exercise | None:
        """The exercise with this id, or None."""
        return next((e for e in self.exercises if e.id == exercise_id), None)


class Meeting(ContentModel):
    """When a session takes place: a day and two clock times in the series' time zone."""

    session: PositiveInt
    date: Day
    start: ClockTime
    end: ClockTime


class Series(ContentModel):
    """One cycle of sessions with dates. A fictional series is labeled so on every page and document."""

    schema_version: SchemaVersion
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    title: Text
    fictional: bool = False
    time_zone: Text
    schedule: tuple[Meeting, ...]

    @property
    def demonstration_notice(self) -> str:
        """What invitations and materials of a fictional series say first; empty for others."""
        return "This series is a demonstration: everything in it is made up." if self.fictional else ""
