"""The workshop's content as frozen models.

Every model rejects unknown keys. Cross-references (an outcome that no exercise answers, a role that does not
exist, minutes that do not add up) are checked in ``validation``, which reports all problems at once.
Sessions are in ``session_models``, the instrument in ``instrument_models``, reference data (Framework, jurisdictions,
roles, and others) in ``reference``, prompts in ``prompts``, and field types in ``fields``. Import all of them from
here.
"""

from __future__ import annotations

from cluster_kit.content.between_sessions import AgendaItem, BetweenSessions, MeetingAgenda, SessionGap
from cluster_kit.content.claims import FactBase
from cluster_kit.content.errors import UnknownJurisdictionError, UnknownSessionError
from cluster_kit.content.examples import PublishedExample
from cluster_kit.content.fields import SCHEMA_VERSION, ContentModel, SchemaVersion, Slug, Text
from cluster_kit.content.hosting import ExerciseCues, Hosting, ListenFor, RoomRole
from cluster_kit.content.instrument_models import (
    TRANSITION,
    Instrument,
    InstrumentHead,
    Item,
    PolicyArea,
    Question,
)
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
from cluster_kit.content.session_models import (
    Exercise,
    LookBack,
    Meeting,
    Outcome,
    Place,
    Segment,
    SegmentKind,
    Series,
    Session,
    When,
)

__all__ = [
    "SCHEMA_VERSION",
    "TRANSITION",
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


class Content(ContentModel):
    """All validated content of a series.

    ``version`` is a digest of the files. ``between`` and ``hosting`` are None if the series has no such file.
    """

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
        for session in self.sessions:
            if session.number == number:
                return session
        raise UnknownSessionError(number, [s.number for s in self.sessions])

    def get_meeting(self, number: int) -> Meeting:
        """The date and times of the session with this number. Raises ``UnknownSessionError`` if there is none."""
        for meeting in self.series.schedule:
            if meeting.session == number:
                return meeting
        raise UnknownSessionError(number, [m.session for m in self.series.schedule])

    def get_jurisdiction(self, code: str) -> Jurisdiction:
        """The jurisdiction with this postal abbreviation, in any case, or ``UnknownJurisdictionError``."""
        for jurisdiction in self.jurisdictions:
            if jurisdiction.code == code.strip().upper():
                return jurisdiction
        raise UnknownJurisdictionError(code, self.jurisdiction_names)
