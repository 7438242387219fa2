"""Announcements panel: the message and links for all participants, and the parking lot."""

from __future__ import annotations

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.prepared import find_audiences
from cluster_kit.console.snapshot import EVENTS, PEOPLE, Snapshot
from cluster_kit.console.views.announcements import AnnouncementsView, AnnouncementView, ParkedView, SharedLinkView
from cluster_kit.sessions.facilitation import LONGEST_MESSAGE
from cluster_kit.sessions.state import Notice, Parked


def announcements_view(snapshot: Snapshot) -> AnnouncementsView:
    """The messages, the links, and the parking lot."""
    session_state = snapshot.session_state
    return AnnouncementsView(
        longest=LONGEST_MESSAGE,
        audiences=find_audiences(snapshot),
        message=_announcement(session_state.messages[-1]) if session_state.messages else None,
        earlier=[_announcement(notice) for notice in reversed(session_state.messages[:-1])],
        links=[SharedLinkView(id=link.id, text=link.text, url=link.url) for link in session_state.links],
        parked=[_parked(snapshot, one) for one in session_state.parked.values()],
    )


def _announcement(notice: Notice) -> AnnouncementView:
    to = notice.to or ", ".join(notice.states) or ("Facilitators" if notice.hosts else "")
    return AnnouncementView(id=notice.id, text=notice.text, at=notice.at.isoformat(), to=to, ends=notice.ends)


def _parked(snapshot: Snapshot, one: Parked) -> ParkedView:
    who = snapshot.state_name(one.jurisdiction)
    return ParkedView(id=one.id, text=one.text, who=who, at=one.at.isoformat(), done=one.done)


KIND = PanelKind(
    "announcements", announcements_view, (EVENTS, PEOPLE), commands=("message", "link", "park", "parked_done", "undo")
)
