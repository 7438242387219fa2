"""The form protocol: every message between a form in the browser and the form service, as frozen models.

On a session page the messages travel inside the ``form`` frames of the page's WebSocket
(``server/stream/protocol.py``); in JupyterLab they are the custom messages of the form's anywidget. The protocol
is described in ``docs/explanation/architecture.md``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from cluster_kit.exercises.extensions import Ask
from cluster_kit.forms.definition_models import OptionView
from cluster_kit.models import Incoming, Json, Outgoing
from cluster_kit.store.files import UploadedFile

# A page sends up to 50 at once. All states wait for the commit of a save, so larger messages are refused.
MAX_RESPONSES = 100
# The largest SQL integer.
LARGEST_INTEGER = 2**63 - 1
Id = Annotated[str, Field(min_length=1, max_length=64)]
Address = Annotated[str, Field(max_length=200)]


# --- from the page --------------------------------------------------------------------------------------------------


class Have(Incoming):
    """How much a form has received: the newest response (``seq``) and the count of erasures."""

    seq: int = Field(ge=0, le=LARGEST_INTEGER)
    erased: int = Field(default=0, ge=0, le=LARGEST_INTEGER)


class Hello(Incoming):
    """A form was opened (``have`` None) or has reconnected."""

    type: Literal["hello"]
    have: Have | None = None


class NewAnswer(Incoming):
    """One answer to save. ``base`` has the ids of the responses that it replaces."""

    id: Id
    prompt: Address
    row: str = Field(default="", max_length=64)
    value: Any = None
    base: tuple[str, ...] = ()


class Save(Incoming):
    """Answers to save. ``message`` is echoed in the replies."""

    type: Literal["save"]
    message: str = Field(max_length=64)
    responses: tuple[NewAnswer, ...] = Field(max_length=MAX_RESPONSES)


class FilePiece(Incoming):
    """A piece of a file of ``size`` bytes, from byte ``at``, in base64."""

    type: Literal["file"]
    upload: Id
    prompt: Address
    name: str = Field(max_length=4000)
    size: int = Field(ge=0)
    at: int = Field(ge=0)
    data: str = Field(max_length=1_000_000)


class RevealRequest(Incoming):
    """A team member asks to see the team's rating distribution."""

    type: Literal["reveal"]
    message: Id


FormRequest = Annotated[Hello | Save | FilePiece | Ask | RevealRequest, Field(discriminator="type")]
FORM_REQUEST: TypeAdapter[Hello | Save | FilePiece | Ask | RevealRequest] = TypeAdapter(FormRequest)


# --- to the page ----------------------------------------------------------------------------------------------------


class ResponseView(Outgoing):
    """A response as a page sees it. ``who`` is the author's display name."""

    id: str
    prompt: str
    row: str
    scope: Literal["team", "person"]
    value: Any
    seq: int
    at: str
    mine: bool
    who: str


class FieldAnswers(Outgoing):
    """The current answers of one field; several if the team has an unresolved conflict."""

    prompt: str
    row: str
    answers: list[ResponseView]


class TextCheck(Outgoing):
    """Plain-language findings for one field."""

    prompt: str
    row: str
    findings: list[str]


class PersonView(Outgoing):
    """The page's person. ``role`` is a role's id."""

    id: str
    name: str
    role: str


class SuggestedPersonView(Outgoing):
    """A person of the state to suggest where a name is asked for. ``role``: a title, or empty."""

    name: str
    role: str


class DepthOption(Outgoing):
    """A depth that adds prompts to the previous one, with their number and minutes."""

    id: str
    label: str
    count: int
    unit: Literal["item", "answer"]
    minutes: int


class SourceView(Outgoing):
    """The options of a choice, or the rows of a table, that come from other answers."""

    options: list[OptionView] | None = None
    rows: list[OptionView] | None = None


class ItemSpreadView(Outgoing):
    """A team's ratings of one item: the count of each point, after two have ``rated``, and unsigned notes.

    ``value`` is the team's value without a consensus: a point, a choice off the scale, or None. ``hidden``: the person
    has not rated the item yet, and rates first.
    """

    rated: int
    points: dict[str, int]
    value: int | str | None
    notes: list[str]
    hidden: bool = False


class ItemAgreementView(Outgoing):
    """A team's agreement on the consensus ``value`` that ``by`` proposes; ``by`` is empty for the person's own.

    ``agreed``, ``differ``, and ``waiting`` (here, and not decided) are teammates' names; ``mine`` is the person's own
    stance. ``settled``: as ``exercises.agreement`` defines it; teammates who are here may still be waited for.
    """

    value: int | str
    by: str
    settled: bool
    mine: Literal["", "agree", "differ"]
    agreed: list[str]
    differ: list[str]
    waiting: list[str]


class ExerciseState(Outgoing):
    """The live session's state of one exercise.

    ``rated`` of ``team`` people have rated, ``finished`` of them every statement at their depth; ``alone``: the person
    is the only one; ``looking``: the person wants to see the ratings without rating. ``spread`` is the rating
    distribution and ``agreement`` the agreement on proposals, by prompt and item; both are empty until the ratings are
    revealed, and contain only what the person may see. With ``message`` it answers a reveal request, and ``problem``
    says why that was refused.
    """

    type: Literal["exercise_state"]
    locked: bool = False
    revealed: bool = False
    rated: int = 0
    finished: int = 0
    team: int = 0
    alone: bool = False
    looking: bool = False
    agreement: dict[str, dict[str, ItemAgreementView]] = Field(default_factory=dict)
    spread: dict[str, dict[str, ItemSpreadView]] = Field(default_factory=dict)
    message: str = ""
    problem: str = ""


class CurrentAnswers(Outgoing):
    """The current answers of a form. ``rows`` lists each table's row ids in the order of their first answer."""

    seq: int
    erased: int
    rows: dict[str, list[str]]
    fields: list[FieldAnswers]
    checks: list[TextCheck]
    exercise_state: ExerciseState | None


class FormOpening(Outgoing):
    """The first reply to a form: what depends on the person and the team, besides the static definition."""

    type: Literal["opening"]
    key: str
    me: PersonView
    team: str
    depth: Literal["essential", "standard", "full"]
    depths: list[DepthOption]
    sources: dict[str, SourceView]
    people: list[SuggestedPersonView]
    answers: CurrentAnswers


class ReceiptView(Outgoing):
    """The result of saving one answer. ``others``: the answers that it conflicts with."""

    id: str
    seq: int
    at: str
    status: Literal["saved", "duplicate", "conflict"]
    others: list[ResponseView]


class Saved(Outgoing):
    """The answers are committed."""

    type: Literal["saved"]
    message: str
    receipts: list[ReceiptView]
    checks: list[TextCheck]


class AnswerProblem(Outgoing):
    """The reason why an answer is refused, as a sentence."""

    id: str
    sentence: str


class Refused(Outgoing):
    """These answers are invalid. ``saved`` acknowledges the other answers of the message."""

    type: Literal["refused"]
    message: str
    problems: list[AnswerProblem]


class Trouble(Outgoing):
    """Nothing of the message was stored. The page keeps its answers and sends them again."""

    type: Literal["trouble"]
    message: str | None
    sentence: str


class Changes(Outgoing):
    """Fields with new answers, each with all its current answers.

    ``whole``: these are all fields, because something was erased. ``stale``: the prompts whose extension output is
    out of date.
    """

    type: Literal["changes"]
    seq: int
    erased: int
    fields: list[FieldAnswers]
    checks: list[TextCheck]
    stale: list[str]
    whole: bool = False
    rows: dict[str, list[str]] = Field(default_factory=dict)


class Sources(Outgoing):
    """Changed rows or options that come from other answers, by prompt address."""

    type: Literal["sources"]
    prompts: dict[str, SourceView]


class FileReply(Outgoing):
    """The number of received bytes of a file, or its ``value`` to save, or the problem."""

    type: Literal["file"]
    upload: str
    have: int | None = None
    value: UploadedFile | None = None
    problem: str | None = None


class ExtensionReply(Outgoing):
    """A prompt extension's reply, or the problem in a sentence."""

    type: Literal["reply"]
    message: str
    prompt: str
    reply: Json | None = None
    problem: str | None = None


FormReply = Annotated[
    FormOpening | Saved | Refused | Trouble | Changes | Sources | FileReply | ExtensionReply | ExerciseState,
    Field(discriminator="type"),
]
FORM_REPLY: TypeAdapter[Any] = TypeAdapter(FormReply)
