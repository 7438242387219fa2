"""The status of each state's team for a session: who is expected, who came, and who needs help."""

from __future__ import annotations

from enum import StrEnum

from cluster_kit.insights.progress import PresenceStatus, StatePresence


class TeamStatus(StrEnum):
    """The status of a state's team, the one that needs attention first.

    Stuck: may need help. Expected: invited, and no one has come although the session has begun. Away: people were here,
    and no one is now. Here: present, without doing anything now. Active: did something lately. Invited: the session has
    not begun. Not invited: no one was invited, and no one came.
    """

    STUCK = "stuck"
    EXPECTED = "expected"
    AWAY = "away"
    HERE = "here"
    ACTIVE = "active"
    INVITED = "invited"
    NOT_INVITED = "not invited"


def find_team_status(team: StatePresence | None, *, is_stuck: bool, is_invited: bool, has_begun: bool) -> TeamStatus:
    """The status of a state's team; ``team`` is None for a state of which no one has been in the session."""
    if team is None:
        if not is_invited:
            return TeamStatus.NOT_INVITED
        return TeamStatus.EXPECTED if has_begun else TeamStatus.INVITED
    if is_stuck:
        return TeamStatus.STUCK
    match team.status:
        case PresenceStatus.ACTIVE:
            return TeamStatus.ACTIVE
        case PresenceStatus.AWAY:
            return TeamStatus.AWAY
        case _:
            return TeamStatus.HERE
