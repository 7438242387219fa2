"""The workshop as data: frozen models, one per thing that a content file can say.

Every model refuses unknown keys. Cross-references (an outcome that no exercise answers, a role that does not
exist, minutes that do not add up) are checked in ``validation``, so that all problems are reported at once.
"""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PositiveInt,
    Tag,
)

SCHEMA_VERSION = 1

_SLUG = re.compile(r"[a-z][a-z0-9_]*")


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise ValueError(f"{value!r} is not an id: use small letters, digits and underscores, and begin with a letter")
    return value


def _day(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError(f"must be a day such as 2027-02-16, not {value!r}")
    return value


def _clock_time(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"\d{1,2}:\d{2}", value):
        raise ValueError(f"must be a time such as 13:00, not {value!r}")
    return value.zfill(5)


def _which_session(value: object) -> object:
    if value in ("this", "earlier") or re.fullmatch(r"[1-9]\d*", str(value)):
        return value
    raise ValueError(f"must be this, earlier, or a session's number, not {value!r}")


Slug = Annotated[str, AfterValidator(_slug)]
Text = Annotated[str, Field(min_length=1)]
SchemaVersion = Literal[1]


class Model(BaseModel):
    """Frozen, and closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


# --- shared words ---------------------------------------------------------------------------------------------


class Depth(StrEnum):
    """How far a person goes. Each depth includes the ones before it."""

    ESSENTIAL = "essential"
    STANDARD = "standard"
    FULL = "full"

    def includes(self, other: Depth) -> bool:
        """True when someone working at this depth is asked what is marked ``other``."""
        order = list(Depth)
        return order.index(other) <= order.index(self)


class Scope(StrEnum):
    """Whose answer it is: one person's, or the team's."""

    PERSON = "person"
    TEAM = "team"


class When(StrEnum):
    """When an exercise is done: before the session, in the room, or afterwards."""

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


class Option(Model):
    """One thing to choose, or one fixed row of a table."""

    id: Slug
    label: Text
    help: str = ""


class AnswerSource(Model):
    """Rows or options that come from what the state's team answered in a table's text column.

    ``session`` is a number, ``this`` for the session at hand, or ``earlier`` for every session before it.
    Row ids are those of the source table, so an answer stays tied to the row it is about.
    """

    session: Annotated[Literal["this", "earlier"] | PositiveInt, BeforeValidator(_which_session)] = "this"
    exercise: Slug
    prompt: Slug
    column: Slug


Vocabulary = Literal[
    "clusters",
    "cross_cutting_clusters",
    "groupings",
    "sub_clusters",
    "audiences",
    "roles",
    "areas",
    "items",
    "jurisdictions",
]


def _source_kind(value: object) -> str:
    return "vocabulary" if isinstance(value, str) else "answers"


Source = Annotated[
    Annotated[Vocabulary, Tag("vocabulary")] | Annotated[AnswerSource, Tag("answers")],
    Discriminator(_source_kind),
]


# --- prompts: the few kinds of thing that can be asked ---------------------------------------------------------


class _Prompt(Model):
    """What every prompt has. ``scope`` None means: as the exercise says. ``depth``: asked from this depth on."""

    id: Slug
    label: Text
    help: str = ""
    scope: Scope | None = None
    depth: Depth = Depth.ESSENTIAL


class TextPrompt(_Prompt):
    """Words. ``words`` is the length to aim at, shown as guidance and used to plan minutes, never enforced.

    ``check: plain_language`` shows sentence length, reading grade and jargon with plainer words, as people type.
    Value: str.
    """

    kind: Literal["text"]
    words: PositiveInt = 15
    check: Literal["plain_language"] | None = None


class ChoicePrompt(_Prompt):
    """One option (value: its id), or with ``many`` several (value: list of ids).

    Exactly one of ``options`` and ``options_from`` is given. With ``other``, people may add their own words
    (value: ``"other:their words"`` in place of an id).
    """

    kind: Literal["choice"]
    options: tuple[Option, ...] = ()
    options_from: Source | None = None
    many: bool = False
    other: bool = False


class Anchor(Model):
    """A point of a rating scale and what it looks like in practice."""

    value: PositiveInt
    label: Text
    text: str = ""


class RatingPrompt(_Prompt):
    """A point on a scale with anchors. Value: int, or the string ``not_sure``."""

    kind: Literal["rating"]
    scale: tuple[Anchor, ...]


class NumberPrompt(_Prompt):
    """A number. Value: int or float within ``minimum`` and ``maximum`` where given."""

    kind: Literal["number"]
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = True
    unit: str = ""


class DatePrompt(_Prompt):
    """A day. Value: ``YYYY-MM-DD``."""

    kind: Literal["date"]


class PersonPrompt(_Prompt):
    """Someone to name. Value: ``{"name": str, "role": str}``; the role is free text, with the roles suggested."""

    kind: Literal["person"]


class ItemsPrompt(_Prompt):
    """Rate the instrument's items of these policy areas, at one's own depth.

    Behaves as a table whose rows are items (row id: item id) with two columns: ``rating`` (value: int or
    ``not_sure``) and ``note`` (value: str, the evidence in a few words).
    """

    kind: Literal["items"]
    areas: tuple[Slug, ...]


class QuestionsPrompt(_Prompt):
    """Open questions of the instrument's first or third part.

    Behaves as a table whose rows are questions (row id: question id) with one column, ``answer`` (value: str).
    """

    kind: Literal["questions"]
    part: Literal["goals", "plan"]
    questions: tuple[Slug, ...]


CellPrompt = Annotated[
    TextPrompt | ChoicePrompt | RatingPrompt | NumberPrompt | DatePrompt | PersonPrompt,
    Field(discriminator="kind"),
]


class TablePrompt(_Prompt):
    """Rows of cells. Rows are fixed (``rows``), come from a ``Source`` (``rows_from``), or are added by people.

    ``expected_rows`` says how many rows a team fills in the time given; that many are shown at first when
    people add rows. ``expected_rows`` at most ``max_rows``.
    """

    kind: Literal["table"]
    columns: tuple[CellPrompt, ...] = Field(min_length=1)
    rows: tuple[Option, ...] = ()
    rows_from: Source | None = None
    expected_rows: PositiveInt = 3
    max_rows: PositiveInt = 30
    row_name: Text = "row"


Prompt = Annotated[
    TextPrompt
    | ChoicePrompt
    | RatingPrompt
    | NumberPrompt
    | DatePrompt
    | PersonPrompt
    | ItemsPrompt
    | QuestionsPrompt
    | TablePrompt,
    Field(discriminator="kind"),
]


# --- sessions ------------------------------------------------------------------------------------------------


class Exercise(Model):
    """A guided activity that leaves the state with something to keep.

    ``minutes`` is the whole time in the room (0 for prework and follow-up), of which ``talk_minutes`` are for
    talking before anyone writes; ``about_minutes`` says how long prework or follow-up takes. ``steps`` are shown as
    a numbered list. ``keeps`` ends the sentence "Your state keeps ...".
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


class Segment(Model):
    """A part of a session, with its minutes and what it is for."""

    kind: SegmentKind
    title: Text
    minutes: PositiveInt
    purpose: Text


class Outcome(Model):
    """A learning outcome of a session."""

    id: Slug
    text: Text


class LookBack(Model):
    """Something said in an earlier session that opens this one. ``columns`` empty means all of them."""

    title: Text
    session: PositiveInt
    exercise: Slug
    prompt: Slug
    columns: tuple[Slug, ...] = ()


class Session(Model):
    """One workshop meeting. Its date and times stand in the series' schedule."""

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


class Meeting(Model):
    """When a session takes place: a day and two clock times in the series' time zone."""

    session: PositiveInt
    date: Annotated[dt.date, BeforeValidator(_day)]
    start: Annotated[dt.time, BeforeValidator(_clock_time)]
    end: Annotated[dt.time, BeforeValidator(_clock_time)]


class Series(Model):
    """One cycle of sessions with dates. A fictional series says so on every page and document."""

    schema_version: SchemaVersion
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    title: Text
    fictional: bool = False
    time_zone: Text
    schedule: tuple[Meeting, ...]


# --- the instrument --------------------------------------------------------------------------------------------


class Item(Model):
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


class PolicyArea(Model):
    """A field of policy, with the items that assess it."""

    schema_version: SchemaVersion
    id: Slug
    title: Text
    intro: Text
    items: tuple[Item, ...] = Field(min_length=1)


class Question(Model):
    """An open question of part 1 (goals and needs) or part 3 (the plan)."""

    id: Slug
    text: Text
    help: str = ""
    words: PositiveInt = 40
    depth: Depth = Depth.ESSENTIAL


class InstrumentHead(Model):
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


class Instrument(Model):
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


# --- reference data --------------------------------------------------------------------------------------------


class SubCluster(Model):
    """A Sub-Cluster of the Framework."""

    id: Slug
    title: Text


class Cluster(Model):
    """A Career Cluster. ``cross_cutting`` Clusters reach into all others."""

    id: Slug
    title: Text
    cross_cutting: bool = False
    sub_clusters: tuple[SubCluster, ...]


class Grouping(Model):
    """A Cluster Grouping: the Framework's top level."""

    id: Slug
    title: Text
    clusters: tuple[Cluster, ...]


class Framework(Model):
    """The National Career Clusters Framework, as modernized in October 2024."""

    schema_version: SchemaVersion
    title: Text
    note: str
    groupings: tuple[Grouping, ...]

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """Every Cluster, in the order of the groupings."""
        return tuple(cluster for grouping in self.groupings for cluster in grouping.clusters)


class Jurisdiction(Model):
    """A state, district or territory. ``time_zones``: IANA names, the zone of its capital first."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    name: Text
    kind: Literal["state", "district", "territory", "freely_associated_state"]
    time_zones: tuple[Text, ...] = Field(min_length=1)


class Jurisdictions(Model):
    """The jurisdictions' file."""

    schema_version: SchemaVersion
    jurisdictions: tuple[Jurisdiction, ...]


class Audience(Model):
    """One of the four audiences that the Framework's vision names."""

    id: Slug
    title: Text
    vision: Text
    cares_about: tuple[Text, ...]


class Audiences(Model):
    """The audiences' file."""

    schema_version: SchemaVersion
    audiences: tuple[Audience, ...]


class Role(Model):
    """What a person in a state team does in the state."""

    id: Slug
    title: Text
    description: Text


class Roles(Model):
    """The roles' file."""

    schema_version: SchemaVersion
    roles: tuple[Role, ...]


class PlainTerm(Model):
    """A term of the trade and the words that everybody understands."""

    term: Text
    plain: Text


class PlainLanguage(Model):
    """The plain-language file: terms to explain or replace, and the limits that the check holds."""

    schema_version: SchemaVersion
    longest_sentence_words: PositiveInt
    highest_grade: PositiveInt
    terms: tuple[PlainTerm, ...]


class Content(Model):
    """Everything that a series is made of, validated. ``version`` is a digest of the files it came from."""

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
        """The session with this number; ``UnknownSessionError`` where there is none."""
        from cluster_kit.content.errors import UnknownSessionError

        for session in self.sessions:
            if session.number == number:
                return session
        raise UnknownSessionError(number, [s.number for s in self.sessions])

    def get_meeting(self, number: int) -> Meeting:
        """When the session with this number takes place; ``UnknownSessionError`` where there is none."""
        from cluster_kit.content.errors import UnknownSessionError

        for meeting in self.series.schedule:
            if meeting.session == number:
                return meeting
        raise UnknownSessionError(number, [m.session for m in self.series.schedule])

    def get_jurisdiction(self, code: str) -> Jurisdiction:
        """The jurisdiction with this postal code, in any case; ``UnknownJurisdictionError`` otherwise."""
        from cluster_kit.content.errors import UnknownJurisdictionError

        for jurisdiction in self.jurisdictions:
            if jurisdiction.code == code.strip().upper():
                return jurisdiction
        raise UnknownJurisdictionError(code, [j.code for j in self.jurisdictions])
