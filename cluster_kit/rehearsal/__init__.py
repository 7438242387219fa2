"""Rehearse a session with a fictional national roster against a real server."""

from cluster_kit.rehearsal.plan import RehearsalPlan, parse_speed
from cluster_kit.rehearsal.play import Moment, RehearsalOpening, rehearse
from cluster_kit.rehearsal.tally import Report

__all__ = ["Moment", "RehearsalOpening", "RehearsalPlan", "Report", "parse_speed", "rehearse"]
