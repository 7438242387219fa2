"""The workshop's content as frozen models.

Every model rejects unknown keys. Cross-references (an outcome that no exercise answers, a role that does not
exist, minutes that do not add up) are checked in ``validation``, which reports all problems at once.
Models of reference data (Framework, jurisdictions, roles, and others) are in ``reference``, prompts in ``prompts``, and
field types in ``fields``. Import all of them from here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from cluster_kit.content.between_sessions import AgendaItem, BetweenSessions, MeetingAgenda, SessionGap
from cluster_kit.content.claims import FactBase
from cluster_kit.content.examples import PublishedExample
from cluster_kit.content.fields import SCHEMA_VERSION, ClockTime, ContentModel, Day, SchemaVersion, Slug, Text
from cluster_kit.content.hosting import ExerciseCues, Hosting, ListenFor, RoomRole
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
    "AgendaItem",
    "Anchor",
    "AnswerSource",
    "Audience",
    "Audiences",
    "BetweenSessions",
    "CellPrompt",
    "ChoicePrompt",
    "Cluster",
    "Content",
    "ContentModel",
    "DatePrompt",
    "Depth",
    "Exercise",
    "ExerciseCues",
    "ExtensionPrompt",
    "FactBase",
    "FilePrompt",
    "Framework",
    "Grouping",
    "Hosting",
    "Instrument",
    "InstrumentHead",
    "Item",
    "ItemsPrompt",
    "Jurisdiction",
    "Jurisdictions",
    "ListenFor",
    "LookBack",
    "Meeting",
    "MeetingAgenda",
    "NumberPrompt",
    "Option",
    "Outcome",
    "PersonPrompt",
    "Place",
    "PlainLanguage",
    "PlainTerm",
    "PolicyArea",
    "Prompt",
    "PublishedExample",
    "Question",
    "QuestionsPrompt",
    "RatingPrompt",
    "Role",
    "Roles",
    "RoomRole",
    "SchemaVersion",
    "Scope",
    "Segment",
    "SegmentKind",
    "Series",
    "Session",
    "SessionGap",
    "Slug",
    "Source",
    "SubCluster",
    "TablePrompt",
    "Text",
    "TextPrompt",
    "Vocabulary",
    "When",
]  # fmt: skip

TRANSITION = "transition item"

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


class Place(StrEnum):
    """A room of the call: all participants together, each team in its home room, or several states in a peer room."""

    MAIN = "main"
    HOME = "home"
    PEERS = "peers"


class Exercise(ContentModel):
    """A guided activity that produces something for the state to keep.

    ``minutes`` is the whole time during the session (0 for prework and follow-up), of which ``talk_minutes`` are for
    talking before anyone writes; ``about_minutes`` says how long prework or follow-up takes. ``prework_minutes``: the
    room continues what was answered before the session, in the prompts marked ``before``. ``steps`` are shown as
    a numbered list. ``keeps`` completes the sentence "Your state keeps ...".
    """

    id: Slug
    title: Text
    segment: SegmentKind
    when: When = When.SESSION
    minutes: int = Field(default=0, ge=0)
    talk_minutes: int = Field(default=0, ge=0)
    about_minutes: int = Field(default=0, ge=0)
    prework_minutes: int = Field(default=0, ge=0)
    place: Place = Place.HOME
    outcomes: tuple[Slug, ...] = ()
    intent: Text
    steps: tuple[Text, ...] = ()
    keeps: Text
    scope: Scope = Scope.TEAM
    prompts: tuple[Prompt, ...] = Field(min_length=1)

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


# --- the instrument --------------------------------------------------------------------------------------------


class Item(ContentModel):
    """One statement of the Policy Tool to rate, or a question to answer if the instrument has no scale.

    ``anchors`` describe the points of the instrument's scale in its order, one per point; without anchors, the scale's
    own labels and texts apply. ``strategies`` are what a state may do about it. ``transition``: it applies only while a
    state moves to the modernized Clusters, and is kept apart in comparisons over years.
    """

    id: Slug
    text: Text
    guiding_questions: tuple[Text, ...] = ()
    anchors: tuple[Text, ...] = ()
    evidence: tuple[Text, ...] = ()
    strategies: tuple[Text, ...] = ()
    depth: Depth = Depth.ESSENTIAL
    roles: tuple[Slug, ...] = ()
    transition: bool = False

    def describe_points(self, scale: tuple[Anchor, ...]) -> tuple[Anchor, ...]:
        """The scale with this item's descriptions of its points."""
        if not self.anchors:
            return scale
        described = zip(scale, self.anchors, strict=True)
        return tuple(point.model_copy(update={"text": text}) for point, text in described)

    @property
    def label(self) -> str:
        """The statement, followed by a label if it is a transition item."""
        return f"{self.text} [{TRANSITION}]" if self.transition else self.text


class PolicyArea(ContentModel):
    """A policy area, with the items that assess it."""

    schema_version: SchemaVersion
    id: Slug
    title: Text
    intro: str = ""
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
    ``rule`` says how to choose between points and is shown wherever an item is rated. Without a ``scale``, items are
    open questions.
    """

    schema_version: SchemaVersion
    title: Text
    version: Text
    wording: Literal["own", "official"]
    about: Text
    rule: str = ""
    scale: tuple[Anchor, ...] = ()
    goals: tuple[Question, ...]
    plan: tuple[Question, ...]
    areas: tuple[Slug, ...]


class Instrument(ContentModel):
    """The Policy Tool as data: part 1 ``goals``, part 2 ``areas``, part 3 ``plan``."""

    title: Text
    version: Text
    wording: Literal["own", "official"]
    about: Text
    rule: str = ""
    scale: tuple[Anchor, ...]
    goals: tuple[Question, ...]
    areas: tuple[PolicyArea, ...]
    plan: tuple[Question, ...]

    @property
    def points(self) -> tuple[int, ...]:
        """The values of the scale, lowest first; empty if items are open questions."""
        return tuple(anchor.value for anchor in self.scale)

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item, in the order of the areas."""
        return tuple(item for area in self.areas for item in area.items)

    def find_item(self, item_id: str) -> Item | None:
        """The item with this id, or None."""
        return next((item for item in self.items if item.id == item_id), None)


class Content(ContentModel):
    """All validated content of a series. ``version`` is a digest of the files; ``hosting`` is None without its file."""

    version: str
    series: Series
    sessions: tuple[Session, ...]
    instrument: Instrument
    framework: Framework
    jurisdictions: tuple[Jurisdiction, ...]
    audiences: tuple[Audience, ...]
    roles: tuple[Role, ...]
    plain_language: PlainLanguage
    between: BetweenSessions | None = None
    facts: FactBase = FactBase()
    examples: tuple[PublishedExample, ...] = ()
    hosting: Hosting | None = None

    @property
    def jurisdiction_names(self) -> dict[str, str]:
        """The names of the jurisdictions by postal abbreviation, in order."""
        return {jurisdiction.code: jurisdiction.name for jurisdiction in self.jurisdictions}

    @property
    def role_titles(self) -> dict[str, str]:
        """The titles of the roles by id, in order."""
        return {role.id: role.title for role in self.roles}

    def find_cues(self, session: int, exercise: str) -> ExerciseCues | None:
        """What helps a team in this exercise, or None."""
        return self.hosting.find_cues(session, exercise) if self.hosting else None

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
        raise UnknownJurisdictionError(code, {one.code: one.name for one in self.jurisdictions})
