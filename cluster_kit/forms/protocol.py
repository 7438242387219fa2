"""The form protocol: every message between a form in the browser and the form service, as frozen models.

On a session page the messages travel inside the ``form`` frames of the page's WebSocket
(``server/stream/protocol.py``); in JupyterLab they are the custom messages of the form's anywidget. The conversation
is described in ``docs/explanation/architecture.md``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from cluster_kit.exercises.extensions import Ask
from cluster_kit.forms.definition_models import OptionView
from cluster_kit.models import Incoming, Json, Outgoing
from cluster_kit.store.files import UploadedFile

# A page sends 50 at once. All states wait while a save is committed, so larger ones are refused.
MAX_RESPONSES = 100
# What an SQL integer holds.
LARGEST_INTEGER = 2**63 - 1
Id = Annotated[str, Field(min_length=1, max_length=64)]
Address = Annotated[str, Field(max_length=200)]


# --- from the page --------------------------------------------------------------------------------------------------


class Have(Incoming):
    """How much a form has received: the newest response (``seq``) and the count of erasures."""

    seq: int = Field(ge=0, le=LARGEST_INTEGER)
    erased: int = Field(default=0, ge=0, le=LARGEST_INTEGER)


class Hello(Incoming):
    """A form was opened (``have`` None) or its connection is back."""

    type: Literal["hello"]
    have: Have | None = None


class NewAnswer(Incoming):
    """One answer to save. ``base`` names the responses over which it was typed."""

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
    """Every current answer of one field; several when a team has not settled."""

    prompt: str
    row: str
    answers: list[ResponseView]


class TextCheck(Outgoing):
    """Plain-language findings for one field."""

    prompt: str
    row: str
    findings: list[str]


class PersonView(Outgoing):
    """The person in front of the page. ``role`` is a role's id."""

    id: str
    name: str
    role: str


class DepthOption(Outgoing):
    """A depth that asks for more than the one before, and what it costs."""

    id: str
    label: str
    count: int
    unit: Literal["item", "question"]
    minutes: int


class SourceView(Outgoing):
    """The options of a choice, or the rows of a table, that come from other answers."""

    options: list[OptionView] | None = None
    rows: list[OptionView] | None = None


class ItemSpreadView(Outgoing):
    """How a team rated one item: how many chose each point, once two have ``rated``, and teammates' unsigned notes."""

    rated: int
    points: dict[str, int]
    notes: list[str]


class ExerciseState(Outgoing):
    """The live session's state of one exercise.

    ``rated`` of ``team`` people have rated; ``spread`` is the rating distribution by prompt and item, empty until it
    is revealed. With ``message`` it answers a reveal request, and ``problem`` says why that was refused.
    """

    type: Literal["room"]
    locked: bool = False
    revealed: bool = False
    rated: int = 0
    team: int = 0
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
    room: ExerciseState | None


class FormOpening(Outgoing):
    """The first reply to a form: what depends on the person and the team, besides the static definition."""

    type: Literal["opening"]
    key: str
    me: PersonView
    team: str
    depth: Literal["essential", "standard", "full"]
    depths: list[DepthOption]
    sources: dict[str, SourceView]
    answers: CurrentAnswers


class ReceiptView(Outgoing):
    """What became of one answer. ``others`` are the other current answers of its field, when it is in conflict."""

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
    """Why one answer is refused, in a sentence."""

    id: str
    sentence: str


class Refused(Outgoing):
    """These answers will never be taken as they are; others of the message are acknowledged by ``saved``."""

    type: Literal["refused"]
    message: str
    problems: list[AnswerProblem]


class Trouble(Outgoing):
    """Nothing of the message was kept; the page keeps its words and sends them again."""

    type: Literal["trouble"]
    message: str | None
    sentence: str


class Changes(Outgoing):
    """Fields that were answered since, each with all its current answers.

    ``whole``: the fields are everything there is, because something was erased. ``news`` names the prompts whose
    extension would now reply differently.
    """

    type: Literal["changes"]
    seq: int
    erased: int
    fields: list[FieldAnswers]
    checks: list[TextCheck]
    news: list[str]
    whole: bool = False
    rows: dict[str, list[str]] = Field(default_factory=dict)


class Sources(Outgoing):
    """Rows or options that come from other answers, by prompt address, where they changed."""

    type: Literal["sources"]
    prompts: dict[str, SourceView]


class FileReply(Outgoing):
    """How many bytes of a file have arrived; or its ``value`` to save; or why it is refused."""

    type: Literal["file"]
    upload: str
    have: int | None = None
    value: UploadedFile | None = None
    problem: str | None = None


class ExtensionReply(Outgoing):
    """A prompt extension's reply, or the problem in a sentence."""

    type: Literal["told"]
    message: str
    prompt: str
    told: Json | None = None
    problem: str | None = None


FormReply = Annotated[
    FormOpening | Saved | Refused | Trouble | Changes | Sources | FileReply | ExtensionReply | ExerciseState,
    Field(discriminator="type"),
]
FORM_REPLY: TypeAdapter[Any] = TypeAdapter(FormReply)
