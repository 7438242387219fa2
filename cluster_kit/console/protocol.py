"""Messages between a console panel and its page, as frozen models."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Union

from pydantic import Field, TypeAdapter

from cluster_kit.console.updates import UPDATES
from cluster_kit.console.views.breakouts import (
    GroupsProposalView,
    PeopleRoomsFileView,
    RoomsFileView,
    RoomsProposalView,
)
from cluster_kit.console.views.people import TeamContactView
from cluster_kit.models import Incoming, Json, Outgoing
from cluster_kit.sessions.requests import CommandRequest
from cluster_kit.store.models import Id

# --- from the page --------------------------------------------------------------------------------------------------


class PanelHello(Incoming):
    """The panel was opened or has reconnected."""

    type: Literal["hello"]


class PanelCommand(CommandRequest):
    """A session command."""

    type: Literal["do"]


class PanelQuestion(Incoming):
    """A question to one of the panel's ``answers``."""

    type: Literal["ask"]
    id: Id
    about: str = Field(max_length=64)
    asked: Json = Field(default_factory=dict)


AnyPanelRequest = PanelHello | PanelCommand | PanelQuestion
PanelRequest = Annotated[AnyPanelRequest, Field(discriminator="type")]
PANEL_REQUEST: TypeAdapter[AnyPanelRequest] = TypeAdapter(PanelRequest)


# --- to the page ----------------------------------------------------------------------------------------------------


class PanelFreshness(Outgoing):
    """Whether the panel's data are up to date; they are not while the store is unreachable."""

    type: Literal["seen"] = "seen"
    seen: bool


class CommandDone(Outgoing):
    """A command's event is stored."""

    type: Literal["done"] = "done"
    id: str
    at: str


AskedView = GroupsProposalView | RoomsProposalView | PeopleRoomsFileView | RoomsFileView | TeamContactView
"""The answer of a panel to a question of its page."""


class PanelAnswers(Outgoing):
    """The answer to each question, by the question's name."""

    propose: GroupsProposalView
    repair: GroupsProposalView
    arrange: GroupsProposalView
    propose_rooms: RoomsProposalView
    place_late: RoomsProposalView
    room_file: PeopleRoomsFileView
    file: RoomsFileView
    team: TeamContactView


class PanelAnswer(Outgoing):
    """The answer to a question."""

    type: Literal["answer"] = "answer"
    id: str
    answer: AskedView


class PanelRefusal(Outgoing):
    """A command or question that is invalid; do not retry. ``id`` is None if the message had none."""

    type: Literal["refused"] = "refused"
    id: str | None
    sentence: str


class PanelTrouble(Outgoing):
    """A command or question that failed temporarily; retry."""

    type: Literal["trouble"] = "trouble"
    id: str | None
    sentence: str


AnyPanelUpdate: Any = Annotated[Union[tuple(UPDATES.values())], Field(discriminator="panel")]  # noqa: UP007
PanelReply: Any = Annotated[
    AnyPanelUpdate | PanelFreshness | CommandDone | PanelAnswer | PanelRefusal | PanelTrouble,
    Field(discriminator="type"),
]
PANEL_REPLY: TypeAdapter[Any] = TypeAdapter(PanelReply)
