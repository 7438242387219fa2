"""The workshop as data: frozen models, one per thing that a content file can say.

Every model refuses unknown keys. Cross-references (an outcome that no exercise answers, a role that does not
exist, minutes that do not add up) are checked in ``validation``, so that all problems are reported at once.
Reference data (Framework, jurisdictions, roles ...) stand in ``reference``, what can be asked in ``prompts``, what
fields are made of in ``fields``; all of them are imported from here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from cluster_kit.content.fields import SCHEMA_VERSION, ClockTime, ContentModel, Day, SchemaVersion, Slug, Text
from cluster_kit.content.prompt_base import (
    AnswerSource,
    CellPrompt,
    Depth,
    ExtensionPrompt,
    Option,
    Scope,
    Source,
    Vocabulary,
)
from cluster_kit.content.prompt_kinds import (
    Anchor,
    ChoicePrompt,
    DatePrompt,
    FilePrompt,
    NumberPrompt,
    PersonPrompt,
    RatingPrompt,
    TextPrompt,
)
from cluster_kit.content.prompts import (
    ItemsPrompt,
    Prompt,
    QuestionsPrompt,
    TablePrompt,
)
from cluster_kit.content.reference import (
    Audience,
    Audiences,
    Cluster,
    Framework,
    Grouping,
    Jurisdiction,
    Jurisdictions,
    PlainLanguage,
    PlainTerm,
    Role,
    Roles,
    SubCluster,
)

__all__ = [
    "SCHEMA_VERSION",
    "Anchor",
    "AnswerSource",
    "Audience",
    "Audiences",
    "CellPrompt",
    "ChoicePrompt",
    "Cluster",
    "Content",
    "ContentModel",
    "DatePrompt",
    "Depth",
    "Exercise",
    "ExtensionPrompt",
    "FilePrompt",
    "Framework",
    "Grouping",
    "Instrument",
    "InstrumentHead",
    "Item",
    "ItemsPrompt",
    "Jurisdiction",
    "Jurisdictions",
    "LookBack",
    "Meeting",
    "NumberPrompt",
    "Option",
    "Outcome",
    "PersonPrompt",
    "PlainLanguage",
    "PlainTerm",
    "PolicyArea",
    "Prompt",
    "Question",
    "QuestionsPrompt",
    "RatingPrompt",
    "Role",
    "Roles",
    "SchemaVersion",
    "Scope",
    "Segment",
    "SegmentKind",
    "Series",
    "Session",
    "Slug",
    "Source",
    "SubCluster",
    "TablePrompt",
    "Text",
    "TextPrompt",
    "Vocabulary",
    "When",
]  # fmt: skip

# --- sessions ------------------------------------------------------------------------------------------------


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


class Exercise(ContentModel):
    """A guided activity that produces something for the state to keep.

    ``minutes`` is the whole time during the session (0 for prework and follow-up), of which ``talk_minutes`` are for
    talking before anyone writes; ``about_minutes`` says how long prework or follow-up takes. ``steps`` are shown as
    a numbered list. ``keeps`` completes the sentence "Your state keeps ...".
    """

    id: Slug
    title: Text
    segment: SegmentKind
    when: When = When.SESSION
    minutes: int = Field(default=0, ge=0)
    talk_minutes: int = Field(default=0, ge=0)
    about_minutes: int = Field(default=0, ge=0)
    outcomes: tuple[Slug, ...] = ()
    intent: Text
    steps: tuple[Text, ...] = ()
    keeps: Text
    scope: Scope = Scope.TEAM
    prompts: tuple[Prompt, ...] = Field(min_length=1)

    @property
    def rated_prompts(self) -> frozenset[str]:
        """The ids of the prompts in which people rate items individually."""
        rated = (prompt for prompt in self.prompts if isinstance(prompt, ItemsPrompt))
        return frozenset(prompt.id for prompt in rated if (prompt.scope or self.scope) is Scope.PERSON)


class Segment(ContentModel):
    """A part of a session, with its minutes and what it is for."""

    kind: SegmentKind
    title: Text
    minutes: PositiveInt
    purpose: Text


class Outcome(ContentModel):
    """A learning outcome of a session."""

    id: Slug
    text: Text


class LookBack(ContentModel):
    """Something said in an earlier session that opens this one. ``columns`` empty means all of them."""

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


# --- the instrument --------------------------------------------------------------------------------------------


class Item(ContentModel):
    """One statement of the Policy Tool to rate, with what each point of the scale looks like for it.

    ``anchors`` are in the order of the instrument's scale, one per point.
    """

    id: Slug
    text: Text
    guiding_questions: tuple[Text, ...] = Field(min_length=1)
    anchors: tuple[Text, ...]
    evidence: tuple[Text, ...] = Field(min_length=1)
    depth: Depth
    roles: tuple[Slug, ...] = Field(min_length=1)


class PolicyArea(ContentModel):
    """A field of policy, with the items that assess it."""

    schema_version: SchemaVersion
    id: Slug
    title: Text
    intro: Text
    items: tuple[Item, ...] = Field(min_length=1)


class Question(ContentModel):
    """An open question of part 1 (goals and needs) or part 3 (the plan)."""

    id: Slug
    text: Text
    help: str = ""
    words: PositiveInt = 40
    depth: Depth = Depth.ESSENTIAL


class InstrumentHead(ContentModel):
    """The instrument's own file: its title, scale, open questions, and its areas in order.

    ``wording`` is shown wherever the instrument is: ``own`` for the kit's wording, ``official`` for imported text.
    """

    schema_version: SchemaVersion
    title: Text
    version: Text
    wording: Literal["own", "official"]
    about: Text
    scale: tuple[Anchor, ...] = Field(min_length=2)
    goals: tuple[Question, ...]
    plan: tuple[Question, ...]
    areas: tuple[Slug, ...]


class Instrument(ContentModel):
    """The Policy Tool as data: part 1 ``goals``, part 2 ``areas``, part 3 ``plan``."""

    title: Text
    version: Text
    wording: Literal["own", "official"]
    about: Text
    scale: tuple[Anchor, ...]
    goals: tuple[Question, ...]
    areas: tuple[PolicyArea, ...]
    plan: tuple[Question, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item, in the order of the areas."""
        return tuple(item for area in self.areas for item in area.items)

    def find_item(self, item_id: str) -> Item | None:
        """The item with this id, or None."""
        return next((item for item in self.items if item.id == item_id), None)


class Content(ContentModel):
    """All validated content of a series. ``version`` is a digest of the files."""

    version: str
    series: Series
    sessions: tuple[Session, ...]
    instrument: Instrument
    framework: Framework
    jurisdictions: tuple[Jurisdiction, ...]
    audiences: tuple[Audience, ...]
    roles: tuple[Role, ...]
    plain_language: PlainLanguage

    def get_session(self, number: int) -> Session:
        """The session with this number. Raises ``UnknownSessionError`` if there is none."""
        from cluster_kit.content.errors import UnknownSessionError

        for session in self.sessions:
            if session.number == number:
                return session
        raise UnknownSessionError(number, [s.number for s in self.sessions])

    def get_meeting(self, number: int) -> Meeting:
        """The date and times of the session with this number. Raises ``UnknownSessionError`` if there is none."""
        from cluster_kit.content.errors import UnknownSessionError

        for meeting in self.series.schedule:
            if meeting.session == number:
                return meeting
        raise UnknownSessionError(number, [m.session for m in self.series.schedule])

    def get_jurisdiction(self, code: str) -> Jurisdiction:
        """The jurisdiction with this postal abbreviation, in any case, or ``UnknownJurisdictionError``."""
        from cluster_kit.content.errors import UnknownJurisdictionError

        for jurisdiction in self.jurisdictions:
            if jurisdiction.code == code.strip().upper():
                return jurisdiction
        raise UnknownJurisdictionError(code, [j.code for j in self.jurisdictions])
