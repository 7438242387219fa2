"""Models of the announcements panel's view."""

from __future__ import annotations

from cluster_kit.console.views.base import PanelView
from cluster_kit.models import Outgoing


class AnnouncementView(Outgoing):
    """A message of a facilitator to the audience named in ``to`` (empty: everyone). Undoing the event removes it."""

    id: str
    text: str
    at: str
    to: str
    ends: bool


class SharedLinkView(Outgoing):
    """A link that a facilitator shared. Undoing the event ``id`` removes it."""

    id: str
    text: str
    url: str


class ParkedView(Outgoing):
    """An item in the parking lot. ``who`` is its state, or ``Facilitators``."""

    id: str
    text: str
    who: str
    at: str
    done: bool


class AudienceView(Outgoing):
    """An audience of messages. No states and not ``hosts``: everyone."""

    label: str
    states: list[str]
    hosts: bool


class AnnouncementsView(PanelView):
    """The message at the top of every page, the ``earlier`` ones that return when it is removed, links, parking lot.

    ``longest`` is the number of characters that a message may have, ``audiences`` are those to choose from.
    """

    longest: int
    audiences: list[AudienceView]
    message: AnnouncementView | None
    earlier: list[AnnouncementView]
    links: list[SharedLinkView]
    parked: list[ParkedView]
