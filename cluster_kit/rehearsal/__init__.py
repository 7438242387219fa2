"""A fictional national roster plays a session against a real server: people practise, and the server is proved."""

from cluster_kit.rehearsal.plan import Plan, parse_speed
from cluster_kit.rehearsal.play import Moment, RehearsalOpening, rehearse
from cluster_kit.rehearsal.tally import Report

__all__ = ["Moment", "Plan", "RehearsalOpening", "Report", "parse_speed", "rehearse"]
