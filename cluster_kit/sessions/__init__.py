"""A live session as it happens: what people do in it besides answering, and how things stand because of that."""

from cluster_kit.sessions.commands import Doing, NotAllowedError, NotNowError, Who
from cluster_kit.sessions.feed import SessionFeed
from cluster_kit.sessions.log import Journal
from cluster_kit.sessions.run_of_show import Part, RunOfShow
from cluster_kit.sessions.state import Standing

__all__ = ["Doing", "Journal", "NotAllowedError", "NotNowError", "Part", "RunOfShow", "SessionFeed", "Standing", "Who"]
