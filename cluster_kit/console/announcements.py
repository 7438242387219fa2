"""What facilitators say to everybody: a message, links; and what was put aside to come back to."""

from __future__ import annotations

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import EVENTS, PEOPLE, Snapshot
from cluster_kit.models import Json
from cluster_kit.sessions.facilitation import LONGEST_MESSAGE
from cluster_kit.sessions.state import Notice, Parked


def announcements_view(sight: Snapshot) -> Json:
    """The message on top of every page, those ``earlier`` that come back when it is taken down, links, parking lot."""
    standing = sight.standing
    return {
        "longest": LONGEST_MESSAGE,
        "message": _notice(standing.messages[-1]) if standing.messages else None,
        "earlier": [_notice(notice) for notice in reversed(standing.messages[:-1])],
        "links": [_notice(link) for link in standing.links],
        "parked": [_parked(sight, one) for one in standing.parked.values()],
    }


def _notice(notice: Notice) -> Json:
    return {"id": notice.id, "text": notice.text, "url": notice.url, "at": notice.at.isoformat()}


def _parked(sight: Snapshot, one: Parked) -> Json:
    who = sight.state_name(one.jurisdiction)
    return {"id": one.id, "text": one.text, "who": who, "at": one.at.isoformat(), "done": one.done}


KIND = PanelKind(
    "announcements", announcements_view, (EVENTS, PEOPLE), does=("message", "link", "park", "parked_done", "undo")
)
