"""Models of the breakouts panel's view."""

from __future__ import annotations

from typing import Literal

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class ShownGroupView(Outgoing):
    """A group that participants see. ``topic`` is the title of its policy area, or empty."""

    number: int
    states: list[str]
    names: list[str]
    area: str
    topic: str


class ShownRoundView(Outgoing):
    """The groups that participants see. Undoing the event ``id`` removes them."""

    id: str
    title: str
    at: str
    groups: list[ShownGroupView]


class PeopleRoomView(Outgoing):
    """A room with people, by id and in words: a home room, a table, or a trio."""

    number: int
    name: str
    people: list[str]
    names: list[str]


class RoomsProposalView(Outgoing):
    """Rooms that a facilitator may show, described in a ``sentence``."""

    use: Literal["home", "trios"]
    sentence: str
    rooms: list[PeopleRoomView]


class ShownRoomsView(Outgoing):
    """Rooms that participants see, since ``at``, and the people who are in none. ``id`` is the command's event."""

    id: str
    use: Literal["home", "trios"]
    at: str
    rooms: list[PeopleRoomView]
    late: list[str]


class PeopleRoomsFileView(Outgoing):
    """Rooms with people as a file for the video call and as a list to read out, and a sentence about them."""

    name: str
    file: str
    list: str
    sentence: str


class BreakoutsView(PanelView):
    """The groups that participants see, and the states that came (``late``) or left (``absent``) since.

    ``number``: rounds so far. ``here``: states that are present. ``sizes``: the group sizes to choose from, first the
    one that the session's peer exercise asks for. ``people_rooms``: the rooms of people that participants see, one
    entry for each use.
    """

    number: int
    here: int
    sizes: list[str]
    shown: ShownRoundView | None
    late: list[str]
    people_rooms: list[ShownRoomsView]
    absent: list[str]


class ProposedGroupView(ShownGroupView):
    """A proposed group. ``reason`` is a question that facilitators could ask it, ``why`` the reason for its states."""

    reason: str
    why: str


class GroupsProposalView(Outgoing):
    """Groups that a facilitator may show, described in a ``sentence``, and the states without a group."""

    sentence: str
    groups: list[ProposedGroupView]
    alone: list[str]


class RoomsFileView(Outgoing):
    """The video call's file of breakout rooms, the rooms with names as a list, and a sentence about the file."""

    name: str
    text: str
    list: str
    sentence: str
