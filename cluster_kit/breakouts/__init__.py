"""Breakout groups of 3 to 5 states, formed from answers, with reasons (docs/explanation/breakouts.md)."""

from cluster_kit.breakouts.evidence import read_states
from cluster_kit.breakouts.forming import form_groups
from cluster_kit.breakouts.models import GroupProposal, ProposedGroup, State, read_pairs
from cluster_kit.breakouts.repair import repair_groups

__all__ = ["GroupProposal", "ProposedGroup", "State", "form_groups", "read_pairs", "read_states", "repair_groups"]
