"""Commands requested by pages: the request model, its execution, and the sentences for invalid requests."""

from __future__ import annotations

from pydantic import ConfigDict, Field, ValidationError

from cluster_kit.errors import ClusterKitError
from cluster_kit.models import FrozenModel, Json
from cluster_kit.sessions.commands import NotAllowedError, Permission, command_kinds
from cluster_kit.sessions.conflicts import Basis
from cluster_kit.sessions.log import SessionLog
from cluster_kit.store import Event, Person
from cluster_kit.store.models import CodeOrNone, Id

NOT_UNDERSTOOD = "The server did not understand this page. Reload the page; your words are kept."
FORMS_ONLY = "Only facilitators can do that here. Your team can do it in the exercise itself."
# By field and pydantic's type of error; "" is any type.
SENTENCES = {
    ("text", "string_too_short"): "Write a few words first.",
    ("text", "string_too_long"): "This is {long:,} characters long, and {most:,} is the most. Shorten it.",
    ("title", "string_too_short"): "Give it a name first.",
    ("url", ""): "That is not a web address. Copy it from the browser: it begins with https://",
    ("minutes", ""): "Give or take between 1 and 60 minutes at a time.",
    ("value", "value_error"): "{problem}",
}


class MalformedCommandError(ClusterKitError, ValueError):
    """A command of an unknown kind, or with invalid fields."""


class CommandRequest(FrozenModel):
    """``value`` holds the fields of the command of this ``kind``. The page creates ``id``; the same id executes once.

    ``jurisdiction`` None means the person's own. ``basis``: the state that the page showed. Unknown keys are ignored,
    because a newer page may send more.
    """

    model_config = ConfigDict(extra="ignore")

    id: Id
    kind: str = Field(max_length=64)
    subject: str = Field(default="", max_length=200)
    jurisdiction: CodeOrNone | None = None
    value: Json = Field(default_factory=dict)
    basis: Basis | None = None


def run_command(session_log: SessionLog, person: Person, request: CommandRequest) -> Event:
    """Validate a command and store its event.

    Raises ``MalformedCommandError`` (also for values that an event cannot hold) and what ``SessionLog.do`` raises. Each
    message is a sentence for the person who sent the command.
    """
    kind = command_kinds().get(request.kind)
    if kind is None:
        raise MalformedCommandError(NOT_UNDERSTOOD)
    if kind.who is Permission.FORMS and not person.is_facilitator:
        raise NotAllowedError(FORMS_ONLY)
    try:
        command = kind.model_validate(request.value)
        return session_log.do(
            person,
            command,
            subject=request.subject,
            jurisdiction=request.jurisdiction,
            event_id=request.id,
            basis=request.basis,
        )
    except ValidationError as error:
        raise MalformedCommandError(_explain(error)) from error


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    field = str(first["loc"][-1]) if first["loc"] else ""
    sentence = SENTENCES.get((field, first["type"])) or SENTENCES.get((field, "")) or NOT_UNDERSTOOD
    long = len(str(first["input"]).strip())
    context = first.get("ctx", {})
    return sentence.format(long=long, most=context.get("max_length", 0), problem=context.get("error", ""))
