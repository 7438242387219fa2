"""A live session as it happens: what people do in it besides answering, and how things stand because of that."""

from cluster_kit.meeting.doing import Doing, NotAllowedError, NotNowError, Who
from cluster_kit.meeting.feed import SessionFeed
from cluster_kit.meeting.journal import Journal
from cluster_kit.meeting.run_of_show import Part, RunOfShow
from cluster_kit.meeting.standing import Standing

__all__ = ["Doing", "Journal", "NotAllowedError", "NotNowError", "Part", "RunOfShow", "SessionFeed", "Standing", "Who"]
