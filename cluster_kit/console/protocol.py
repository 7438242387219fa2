"""The messages between a panel of the console and its page, as frozen models."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from cluster_kit.models import Incoming, Json, Outgoing
from cluster_kit.sessions.requests import CommandRequest
from cluster_kit.store.models import Id

# --- from the page --------------------------------------------------------------------------------------------------


class PanelHello(Incoming):
    """The panel was opened, or its connection is back."""

    type: Literal["hello"]


class PanelCommand(CommandRequest):
    """A session command."""

    type: Literal["do"]


class PanelQuestion(Incoming):
    """A question of those that this kind of panel answers."""

    type: Literal["ask"]
    id: Id
    about: str = Field(max_length=64)
    asked: Json = Field(default_factory=dict)


AnyPanelRequest = PanelHello | PanelCommand | PanelQuestion
PanelRequest = Annotated[AnyPanelRequest, Field(discriminator="type")]
PANEL_REQUEST: TypeAdapter[AnyPanelRequest] = TypeAdapter(PanelRequest)


# --- to the page ----------------------------------------------------------------------------------------------------


class PanelUpdate(Outgoing):
    """The view's top-level keys that have changed, and those that are ``gone``. ``whole``: there are no others.

    ``now`` is the server's time.
    """

    type: Literal["view"] = "view"
    now: str
    changed: Json
    gone: list[str]
    whole: bool = False


class PanelFreshness(Outgoing):
    """Whether what the panel shows is up to date, or may be old because the store cannot be reached."""

    type: Literal["seen"] = "seen"
    seen: bool


class CommandDone(Outgoing):
    """A command's event is stored."""

    type: Literal["done"] = "done"
    id: str
    at: str


class PanelAnswer(Outgoing):
    """The answer to a question."""

    type: Literal["told"] = "told"
    id: str
    told: Json


class PanelRefusal(Outgoing):
    """A command or a question that will never be taken as it is. ``id`` is None where the message had none."""

    type: Literal["refused"] = "refused"
    id: str | None
    sentence: str


class PanelTrouble(Outgoing):
    """A command or a question that may be sent again."""

    type: Literal["trouble"] = "trouble"
    id: str | None
    sentence: str


PanelReply = Annotated[
    PanelUpdate | PanelFreshness | CommandDone | PanelAnswer | PanelRefusal | PanelTrouble,
    Field(discriminator="type"),
]
PANEL_REPLY: TypeAdapter[Any] = TypeAdapter(PanelReply)
