"""Check what states do between the sessions against the sessions, the schedule, and the instrument."""

from __future__ import annotations

from typing import get_args

from cluster_kit.content import models as m
from cluster_kit.content.between_sessions import CommunityMaterial, TeamMaterial
from cluster_kit.content.documents import LocatedMapping
from cluster_kit.content.findings import Findings
from cluster_kit.content.parts import Parts


def check_between_sessions(parts: Parts, found: Findings) -> None:
    """Check that minutes add up, that areas are rated in a session, and that due dates are between the sessions."""
    if parts.between is None:
        return
    between, data = parts.between.model, parts.between.data
    _check_meeting(between.team_meeting, "team_meeting", get_args(TeamMaterial), data, found)
    _check_meeting(between.community, "community", get_args(CommunityMaterial), data, found)
    found.unique(data, ((("gaps", i), str(gap.after)) for i, gap in enumerate(between.gaps)), "gap after session")
    for index, gap in enumerate(between.gaps):
        found.known(data, ("gaps", index, "areas"), gap.areas, _rated_areas(parts), "rated policy area")
        _check_date(parts, index, gap, data, found)


def _check_meeting(
    meeting: m.MeetingAgenda, key: str, allowed: tuple[str, ...], data: LocatedMapping, found: Findings
) -> None:
    if meeting.planned != meeting.minutes:
        sentence = f"the agenda adds up to {meeting.planned} minutes, and the meeting has {meeting.minutes}"
        found.add(data, (key, "agenda"), sentence)
    for index, item in enumerate(meeting.agenda):
        found.known(data, (key, "agenda", index, "shows"), item.shows, set(allowed), f"material of {key}")


def _rated_areas(parts: Parts) -> set[str]:
    prompts = (p for session in parts.sessions for e in session.exercises for p in e.model.prompts)
    return {area for prompt in prompts if isinstance(prompt, m.ItemsPrompt) for area in prompt.areas}


def _check_date(parts: Parts, index: int, gap: m.SessionGap, data: LocatedMapping, found: Findings) -> None:
    schedule = parts.series.model.schedule if parts.series else ()
    dates = {meeting.session: meeting.date for meeting in schedule}
    if not dates:
        return
    if gap.after not in dates:
        found.add(data, ("gaps", index, "after"), f"the schedule has no session {gap.after}")
    elif gap.days_before_next and dates[gap.after] == max(dates.values()):
        found.add(data, ("gaps", index, "days_before_next"), "there is no next session: give days_after instead")
