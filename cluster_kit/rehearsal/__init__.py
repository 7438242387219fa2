"""Rehearse a session with a fictional national roster against a real server."""

from cluster_kit.rehearsal.plan import Plan, parse_speed
from cluster_kit.rehearsal.play import Moment, RehearsalOpening, rehearse
from cluster_kit.rehearsal.tally import Report

__all__ = ["Moment", "Plan", "RehearsalOpening", "Report", "parse_speed", "rehearse"]
