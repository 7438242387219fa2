"""The record: everything that was done in the session, newest first, and the way back."""

from __future__ import annotations

from cluster_kit.console.panel import PanelKind
from cluster_kit.console.snapshot import EVENTS, PEOPLE, Snapshot
from cluster_kit.models import Json
from cluster_kit.sessions import SessionCommand
from cluster_kit.sessions.commands import find_doing
from cluster_kit.sessions.facilitation import FeatureExample, ShowPicture
from cluster_kit.store import Event


def record_view(sight: Snapshot) -> Json:
    """Each thing that was done: what, by whom, when, and whether it was undone."""
    return {"done": [_line(sight, event) for event in reversed(sight.standing.record)]}


def _line(sight: Snapshot, event: Event) -> Json:
    doing = find_doing(event)
    return {
        "id": event.id,
        "what": _describe(sight, event, doing) if doing else event.kind,
        "who": _who(sight, event),
        "at": event.at.isoformat(),
        "undone": event.id in sight.standing.undone,
    }


def _describe(sight: Snapshot, event: Event, doing: SessionCommand) -> str:
    """What was done, in words that the page may have: an example's key would name a state that stays unnamed."""
    if isinstance(doing, FeatureExample):
        return "Put an example on every page" if doing.featured else "Took an example off the pages"
    if isinstance(doing, ShowPicture):
        item = sight.content.instrument.find_item(event.subject)
        what = f"“{item.text}”" if item else "policy areas"
        return f"Showed participants where states stand: {what}" if doing.shown else f"Hid where states stand: {what}"
    return doing.describe(event, sight.session)


def _who(sight: Snapshot, event: Event) -> str:
    """A facilitator by name, a team by its state."""
    return sight.state_name(event.jurisdiction) if event.jurisdiction else sight.name(event.author)


KIND = PanelKind("record", record_view, (EVENTS, PEOPLE), does=("undo",))
