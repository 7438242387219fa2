"""A live session: its commands, its event log, and its state."""

from cluster_kit.sessions.commands import InvalidCommandError, NotAllowedError, Permission, SessionCommand
from cluster_kit.sessions.feed import SessionFeed
from cluster_kit.sessions.log import SessionLog
from cluster_kit.sessions.run_of_show import RunningSegment, RunOfShow
from cluster_kit.sessions.state import SessionState
from cluster_kit.sessions.timeline import SeriesTimeline, SessionPhase, read_timeline

__all__ = [
    "InvalidCommandError",
    "NotAllowedError",
    "Permission",
    "RunOfShow",
    "RunningSegment",
    "SeriesTimeline",
    "SessionCommand",
    "SessionFeed",
    "SessionLog",
    "SessionPhase",
    "SessionState",
    "read_timeline",
]
