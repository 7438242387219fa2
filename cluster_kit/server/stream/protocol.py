"""The frames of a session page's WebSocket, as frozen models. Form messages inside ``form`` are ``forms.protocol``'s.

``docs/explanation/architecture.md`` describes the protocol.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, field_validator

from cluster_kit.forms.protocol import FormReply, Have
from cluster_kit.models import Incoming, Outgoing
from cluster_kit.server.present.screen_models import ScreenEvent
from cluster_kit.server.stream import event_models as events
from cluster_kit.sessions.requests import CommandRequest

VERSION = 2
"""Increase it when old pages and new servers become incompatible."""
MAX_FORMS = 100

NOT_SIGNED_IN = 4401
OTHER_STATE = 4403
TOO_MANY_PAGES = 4408
TOO_SLOW = 1013
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


# --- from the page --------------------------------------------------------------------------------------------------


class FormHello(Incoming):
    """A form on the page: opened for the first time (``have`` None), or reconnected."""

    exercise: str = Field(max_length=64)
    have: Have | None = None


class PageHello(Incoming):
    """The first frame of each connection."""

    type: Literal["hello"]
    protocol: int
    content: str = Field(max_length=200)
    forms: tuple[FormHello, ...] = Field(default=(), max_length=MAX_FORMS)

    @field_validator("forms")
    @classmethod
    def _refuse_twice(cls, forms: tuple[FormHello, ...]) -> tuple[FormHello, ...]:
        if len({form.exercise for form in forms}) < len(forms):
            raise ValueError("an exercise is named twice")
        return forms


class FormFrame(Incoming):
    """A message of one form."""

    type: Literal["form"]
    exercise: str = Field(max_length=64)
    message: dict[str, Any]


class PageCommand(CommandRequest):
    """A session command."""

    type: Literal["command"]


class PresenceReport(Incoming):
    """The exercise that has the focus, and whether something was typed since the last report."""

    type: Literal["presence"]
    exercise: str = Field(default="", max_length=200)
    active: bool = False


class WritingReport(Incoming):
    """The team's field in which the person is writing. The page repeats it while they go on; nothing is stored."""

    type: Literal["writing"]
    exercise: str = Field(max_length=64)
    prompt: str = Field(max_length=200)
    row: str = Field(default="", max_length=64)


class Ping(Incoming):
    """Liveness check."""

    type: Literal["ping"]


PageFrame = Annotated[
    PageHello | FormFrame | PageCommand | PresenceReport | WritingReport | Ping,
    Field(discriminator="type"),
]
AnyPageFrame = PageHello | FormFrame | PageCommand | PresenceReport | WritingReport | Ping
PAGE_FRAME: TypeAdapter[AnyPageFrame] = TypeAdapter(PageFrame)


def read_frame(text: str) -> AnyPageFrame | None:
    """Parse a frame; None if it is invalid. Lone surrogates, which browsers may send, become U+FFFD."""
    try:
        return PAGE_FRAME.validate_json(text)
    except ValidationError:
        if not _SURROGATE.search(text):
            return None
    try:
        plain = json.dumps(json.loads(text), ensure_ascii=False)
        return PAGE_FRAME.validate_json(plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except (ValueError, RecursionError):
        return None


# --- to the page ----------------------------------------------------------------------------------------------------


class Welcome(Outgoing):
    """The hello was accepted; form openings and the session's state follow."""

    type: Literal["welcome"] = "welcome"


class Reload(Outgoing):
    """The page is of another version or content: it reloads when its user pauses."""

    type: Literal["reload"] = "reload"


class CommandResult(Outgoing):
    """The result of a command: done, ``refused`` permanently, or to be retried ``later``, with a sentence."""

    type: Literal["result"] = "result"
    id: str
    ok: bool = False
    refused: str | None = None
    later: str | None = None
    wait_s: float = 0.0


class Pong(Outgoing):
    """Reply to a liveness check."""

    type: Literal["pong"] = "pong"


class FormReplyFrame(Outgoing):
    """A message to one form."""

    type: Literal["form"]
    exercise: str
    message: FormReply


ServerFrame = Annotated[
    Welcome
    | Reload
    | CommandResult
    | Pong
    | FormReplyFrame
    | events.SessionStatusEvent
    | events.TeamEvent
    | events.TeammatesEvent
    | events.WritingEvent
    | events.ExamplesEvent
    | events.PicturesEvent
    | events.BoardEvent
    | ScreenEvent
    | events.RequestsEvent,
    Field(discriminator="type"),
]


def to_frame(model: Outgoing) -> str:
    """A model as the text of a frame."""
    return model.model_dump_json(exclude_none=True)
